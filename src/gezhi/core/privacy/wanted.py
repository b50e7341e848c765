"""Which personal field is wanted by whom and why: what a field is there for, or it is not there.

The data lie in `wanted_people` and `wanted_units`. Every sealed column of every table is listed,
and every plain column of the tables about people; a house test asserts it. The person concerned
reads these sentences beside each field of their file, and `docs/reference/personal-fields.md` is
drawn from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext

from gezhi.core.privacy.field_classes import CLASSES
from gezhi.core.privacy.grounds import READING
from gezhi.core.privacy.keeping import declared


@dataclass(frozen=True, slots=True)
class Reason:
    """Who wants some fields for which duty, on what legal basis."""

    who: str
    why: str
    basis: str
    """Code of a legal basis of article 13 (`grounds.READING`)."""
    law: str
    fields: tuple[tuple[str, str, str], ...]
    """(model label, field, class of field)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One personal field and the reason it is kept for."""

    model: str
    field: str
    kind: str
    reason: Reason


SUBJECT_OF: Final[Mapping[str, str]] = {
    "registry.Person": "pk",
    "registry.MigrantFacts": "person_id",
    "registry.OverseasFacts": "person_id",
    "registry.LeftBehindFacts": "person_id",
    "registry.CareLabel": "person_id",
    "registry.Residence": "person_id",
    "registry.LifeEvent": "person_id",
    "registry.Vehicle": "owner_id",
    "privacy.RightsRequest": "subject_id",
}
"""Where a row names the person of the registry it is about; other rows are about no one person."""

SCOPE_OF: Final[Mapping[str, str]] = {
    label: "person" for label, source in SUBJECT_OF.items() if source == "person_id"
}
"""Where the row with the place stands that decides whose reach it lies in."""

TECHNICAL: Final = frozenset(
    {
        *("id", "community", "grid", "source", "touched_by", "closed_by", "as_of", "verified_at"),
        *("revision", "merged_into", "blocked", "person", "state", "recorded_at"),
    }
)
"""Columns of the tables about people that say nothing of the person beyond the rest."""


@cache
def all_wanted() -> Mapping[tuple[str, str], Wanted]:
    """Every personal field by model label and name."""
    from gezhi.core.privacy.wanted_people import REASONS as PEOPLE
    from gezhi.core.privacy.wanted_units import REASONS as UNITS

    found: dict[tuple[str, str], Wanted] = {}
    for reason in (*PEOPLE, *UNITS, *chain(*declared("REASONS"))):
        if reason.basis not in READING:
            raise ValueError(f"no legal basis {reason.basis}")
        for model, field, kind in reason.fields:
            if kind not in CLASSES or (model, field) in found:
                raise ValueError(f"{model}.{field}: an unknown class, or listed twice")
            found[model, field] = Wanted(model, field, kind, reason)
    return found


def wanted(row: Model | type[Model], field: str) -> Wanted:
    """The reason a field is kept for; KeyError where it is no personal field."""
    return all_wanted()[row._meta.label, field]


def fields_of(label: str) -> Iterator[Wanted]:
    """The personal fields of one table, in the order of its columns."""
    model = apps.get_model(label)
    for field in model._meta.concrete_fields:
        if (found := all_wanted().get((label, field.name))) is not None:
            yield found


def subject_of(row: Model) -> UUID | None:
    """Key of the person a row is about; None where it is about no one person."""
    source = SUBJECT_OF.get(row._meta.label)
    return None if source is None else getattr(row, source)


def scope_of(row: Model) -> Any:
    """The row whose place decides who may see this one."""
    source = _scopes().get(row._meta.label)
    return row if source is None else getattr(row, source)


@cache
def _scopes() -> Mapping[str, str]:
    scopes = dict(SCOPE_OF)
    for more in declared("SCOPES"):
        scopes |= more
    return scopes


def title_of(model: str, field: str) -> str:
    """What a field is called on screen: `联系电话`; a key without words of its own, `户`."""
    found: Any = apps.get_model(model)._meta.get_field(field)
    nameless = found.is_relation and found.verbose_name == field.replace("_", " ")
    words = found.related_model._meta.verbose_name if nameless else found.verbose_name
    return gettext(str(words))


def personal_fields_reference() -> str:
    """The reference page of personal fields, as Markdown."""
    from gezhi.core.privacy.retention import words_of

    lines = [
        "# Personal fields",
        "",
        "Drawn from `core/privacy/wanted_people.py` and `wanted_units.py`. Nothing personal is",
        "kept that is not listed here; the person concerned reads these very sentences.",
        "",
        "## Classes of field",
        "",
        "| class | 中文 | shown without a purpose | sensitive |",
        "|---|---|---|---|",
    ]
    for one in CLASSES.values():
        shown = "masked" if one.mask else "to whoever may see the row"
        lines.append(f"| `{one.code}` | {one.title} | {shown} | {one.sensitive or '-'} |")
    tables: dict[str, list[Wanted]] = {}
    for found in all_wanted().values():
        tables.setdefault(found.model, []).append(found)
    for label in sorted(tables):
        name = str(apps.get_model(label)._meta.verbose_name)
        lines += [
            "",
            f"## {name} `{label}`",
            "",
            f"Kept: {words_of(label)}",
            "",
            "| field | 中文 | class | who wants it | why | basis |",
            "|---|---|---|---|---|---|",
        ]
        for one_field in fields_of(label):
            reason = one_field.reason
            lines.append(
                f"| `{one_field.field}` | {title_of(label, one_field.field)} | `{one_field.kind}` "
                f"| {reason.who} | {reason.why} | {READING[reason.basis].article}；{reason.law} |"
            )
    return "\n".join(lines) + "\n"
