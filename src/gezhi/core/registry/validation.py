"""Values from a form or a program, brought to their one written form or refused by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from gezhi.base.credit_codes import parse_uscc
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.identifiers import (
    PaperKind,
    parse_id_number,
    parse_travel_paper,
    plausible_birth,
)
from gezhi.base.phones import parse_phone
from gezhi.base.plates import parse_plate
from gezhi.base.sentences import Reason
from gezhi.base.text import tidy
from gezhi.core.privacy.fields import SealedField
from gezhi.core.registry.changes import tracked
from gezhi.core.registry.cleaning import NAME_DIGITS
from gezhi.core.registry.codes import CodeTable
from gezhi.core.registry.codes_people import (
    EDUCATION,
    ETHNICITY,
    GENDER,
    INFLOW_REASON,
    MARITAL,
    POLITICAL,
    RELATION,
    not_collected,
)
from gezhi.core.registry.models import Person
from gezhi.core.registry.models.people import IdKind
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.rules import is_name

CODED: Final[Mapping[str, CodeTable]] = {
    "gender": GENDER,
    "ethnicity": ETHNICITY,
    "marital_status": MARITAL,
    "political_status": POLITICAL,
    "education": EDUCATION,
    "relation_to_head": RELATION,
    "inflow_reason": INFLOW_REASON,
}
LONGEST_SEALED: Final = 200
_FREE_TEXT: Final = frozenset({"remark", "detail", "help_given", "needs"})
_PAPERS: Final = {
    IdKind.PASSPORT: PaperKind.PASSPORT,
    IdKind.HK_MACAU_PERMIT: PaperKind.HK_MACAU_PERMIT,
    IdKind.TAIWAN_PERMIT: PaperKind.TAIWAN_PERMIT,
}

MANAGED: Final = frozenset(
    {"state", "ended_on", "dwelling", "household", "merged_into", "blocked", "community", "grid"}
    | {"head", "dissolved_on", "house_code", "building"}
    | {"owner", "enterprise", "shop", "compound", "until", "end_reason"}
)
"""Fields that only their own actions change, because something else must change with them."""


def checked(
    model: type[Sourced], values: Mapping[str, Any], *, today: date, managed: bool = False
) -> dict[str, Any]:
    """Values for fields of a model, each in its one form; one `Refusal` names all wrong fields.

    An ID number brings gender and birth date with it, and wins over what was said beside it.
    """
    fields = tracked(model)
    if not managed:
        fields = {name: field for name, field in fields.items() if name not in MANAGED}
    good, wrong = _read(fields, values)
    if model is Person:
        wrong += _identity(good, today)
        if good.get("name") and not is_name(good["name"]):
            wrong.append(FieldRefusal("name", NAME_DIGITS.sentence))
    for name, parse in (("phone", parse_phone), ("uscc", parse_uscc), ("plate", parse_plate)):
        if not good.get(name):
            continue
        read = parse(good[name])
        if isinstance(read, Reason):
            wrong.append(FieldRefusal(name, read.sentence))
        else:
            good[name] = read.number
    if "name" in good and not good["name"]:
        wrong.append(FieldRefusal("name", _("请填写名称")))
    if wrong:
        raise Refusal("；".join(w.sentence for w in wrong), "registry.wrong_values", fields=wrong)
    return good


def checked_fields(
    fields: Mapping[str, models.Field[Any, Any]], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Values for these fields, each in its one form; one `Refusal` names all wrong fields."""
    good, wrong = _read(fields, values)
    if wrong:
        raise Refusal("；".join(w.sentence for w in wrong), "registry.wrong_values", fields=wrong)
    return good


def _read(
    fields: Mapping[str, models.Field[Any, Any]], values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[FieldRefusal]]:
    good: dict[str, Any] = {}
    wrong: list[FieldRefusal] = []
    for name, value in values.items():
        if name not in fields:
            wrong.append(FieldRefusal(name, _("这个字段不能直接填写")))
            continue
        try:
            good[name] = _value(fields[name], value)
        except ValueError as refused:
            wrong.append(FieldRefusal(name, str(refused)))
    return good, wrong


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    """One value in the form its column holds; ValueError with the sentence to show."""
    if isinstance(field, SealedField):
        text = tidy(str(value)) if value is not None else ""
        if len(text) > LONGEST_SEALED:
            raise ValueError(_("最多 %(n)s 个字") % {"n": LONGEST_SEALED})
        return text or None
    if isinstance(field, models.ForeignKey):
        return value
    if isinstance(value, str):
        value = tidy(value)
    if isinstance(field, models.CharField):
        value = "" if value is None else value
        _refuse_labels(field, value)
        table = CODED.get(field.name)
        if table is not None and value and value not in table.entries:
            raise ValueError(_("“%(title)s”没有这个代码") % {"title": _(str(field.verbose_name))})
    elif value == "":
        value = None
    if value in (None, "") and (field.null or field.blank):
        return value
    try:
        return field.clean(value, None)
    except ValidationError as wrong:
        raise ValueError(f"{_(str(field.verbose_name))}：{'；'.join(wrong.messages)}") from None


def _refuse_labels(field: models.Field[Any, Any], value: str) -> None:
    if field.name in _FREE_TEXT and (kind := not_collected(value)):
        raise ValueError(_("不收集“%(kind)s”类信息，请删去这部分内容") % {"kind": kind})


def _identity(good: dict[str, Any], today: date) -> list[FieldRefusal]:
    """Check the number by its kind, and take gender and birth date from it."""
    wrong: list[FieldRefusal] = []
    birth = good.get("birth_date")
    if birth is not None and birth > today:
        wrong.append(FieldRefusal("birth_date", _("出生日期不能晚于今天")))
    elif birth is not None and not plausible_birth(birth, today):
        wrong.append(FieldRefusal("birth_date", _("出生日期早于 1900 年或已超过 130 岁，请核对")))
    number = good.get("id_no")
    if not number:
        return wrong
    kind = IdKind(good.get("id_kind") or IdKind.ID_CARD)
    if kind is IdKind.NONE:
        kind = IdKind.ID_CARD
    good["id_kind"] = kind.value
    if paper := _PAPERS.get(kind):
        read = parse_travel_paper(paper, number)
        if isinstance(read, Reason):
            return [*wrong, FieldRefusal("id_no", read.sentence)]
        good["id_no"] = read.number
        return wrong
    card = parse_id_number(number, today=today)
    if isinstance(card, Reason):
        return [*wrong, FieldRefusal("id_no", card.sentence)]
    good.update(id_no=card.number, gender=card.gender, birth_date=card.birth_date)
    return wrong
