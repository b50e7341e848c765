"""Forms drawn from the registries' own fields, and the inputs that find a dwelling or a person.

A personal value is never filled in: an empty input leaves it as it is, and its placeholder shows
what is on record, masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.core.places.addresses import parse_text
from gezhi.core.privacy import masks
from gezhi.core.privacy.field_classes import CLASSES
from gezhi.core.privacy.fields import SealedField
from gezhi.core.privacy.wanted import all_wanted
from gezhi.core.registry.changes import is_personal
from gezhi.core.registry.models import Dwelling
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.pages.words import labels_of, words_for

YES_NO: Final = (("", _("未知")), ("1", _("是")), ("0", _("否")))


def _yes_no(value: str) -> bool | None:
    return {"1": True, "0": False}.get(value)


def field_for(field: models.Field[Any, Any], *, required: bool) -> forms.Field:
    """The input of one field of a registry row."""
    label = words_for(field)
    common: dict[str, Any] = {"label": label, "required": required}
    if isinstance(field, models.BooleanField):
        return forms.TypedChoiceField(
            choices=YES_NO, coerce=_yes_no, empty_value=None, label=label, required=False
        )
    if isinstance(field, models.DateField):
        return forms.DateField(**common)
    if isinstance(field, models.DecimalField):
        return forms.DecimalField(
            max_digits=field.max_digits, decimal_places=field.decimal_places, min_value=0, **common
        )
    if isinstance(field, models.IntegerField):
        return forms.IntegerField(min_value=0, max_value=2_000_000_000, **common)
    labels = labels_of(field)
    if labels:
        blank = [] if required else [("", "")]
        return forms.ChoiceField(choices=[*blank, *labels.items()], **common)
    longest = 200 if isinstance(field, SealedField) else field.max_length
    area = field.name in ("remark",)
    widget = forms.Textarea(attrs={"rows": 2}) if area else forms.TextInput()
    return forms.CharField(max_length=longest, widget=widget, **common)


def is_kept_blank(model: type[Sourced], field: models.Field[Any, Any]) -> bool:
    """Whether a field's present value is not put into its input: whatever staff see masked."""
    found = all_wanted().get((model._meta.label, field.name))
    masked = found is not None and CLASSES[found.kind].mask is not None
    return masked or is_personal(model, field)


def registry_form(
    model: type[Sourced],
    names: Iterable[str],
    required: Iterable[str] = (),
    *,
    row: Any = None,
    more: Mapping[str, forms.Field] | None = None,
) -> type[forms.Form]:
    """A form class for some fields of a model; for a row, personal ones start empty."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    must = set(required) if row is None else set()
    made: dict[str, Any] = {}
    for name in names:
        made[name] = field_for(fields[name], required=name in must)
        if row is not None and is_kept_blank(model, fields[name]):
            made[name].required = False
            now = masks.masked(row, name)
            made[name].widget.attrs["placeholder"] = now
            made[name].help_text = gettext("留空表示不变") if now else ""
            if isinstance(made[name], forms.ChoiceField):
                made[name].choices = [("", gettext("不变")), *labels_of(fields[name]).items()]
    if row is not None:
        made["expected"] = forms.IntegerField(widget=forms.HiddenInput)
    made.update(more or {})
    return type("RegistryForm", (forms.Form,), made)


def initial_of(row: Sourced, names: Iterable[str]) -> dict[str, Any]:
    """What a change form starts with: present values that are not personal, and the revision."""
    model = type(row)
    fields = {field.name: field for field in model._meta.concrete_fields}
    found: dict[str, Any] = {"expected": row.revision}
    for name in names:
        if is_kept_blank(model, fields[name]):
            continue
        value = getattr(row, name)
        if isinstance(value, bool):
            value = "1" if value else "0"
        found[name] = value
    return found


def changed_values(row: Sourced, names: Iterable[str], data: Mapping[str, Any]) -> dict[str, Any]:
    """What a change form says: a personal field left empty is not a change."""
    model = type(row)
    fields = {field.name: field for field in model._meta.concrete_fields}
    return {
        name: data[name]
        for name in names
        if not (is_kept_blank(model, fields[name]) and data.get(name) in (None, ""))
    }


class DwellingField(forms.CharField):
    """A dwelling by its address as people write it (`紫兰苑3-2-501`) or by its house code."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("房屋"))
        options.setdefault("help_text", _("写地址，例如：紫兰苑3-2-501；或写房屋编码"))
        options.setdefault("max_length", 120)
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return value.address if isinstance(value, Dwelling) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = dwelling_at(text)
        if found is None:
            raise forms.ValidationError(
                gettext("没有找到这套房屋，请核对地址，或先登记房屋"), "no_dwelling"
            )
        return found


def dwelling_at(text: str) -> Dwelling | None:
    """The one dwelling an address or house code names; None where it names none or several."""
    parsed = parse_text(text)
    names = {text, *(str(address) for address in parsed.addresses)}
    among = models.Q(address__in=names) | models.Q(house_code=text)
    found = list(Dwelling.objects.filter(among)[:2])
    return found[0] if len(found) == 1 else None


class DayField(forms.DateField):
    """The day something happened."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("日期"))
        super().__init__(**options)
