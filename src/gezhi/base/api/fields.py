"""JSON types of a model's fields, with what they are called and what their codes mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext, override
from pydantic import Field

from gezhi.base.api.shapes import Day, Key, Number, Whole, YesNo, among, text

LONGEST: Final = 200
"""Of texts whose column has no length: sealed ones."""
if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]


def said_as(field: AnyField) -> Any:
    """The type of a field's value when it is told; null where it may be unknown."""
    found = _kind(field)
    is_text = found is str
    nullable = field.null or (isinstance(field, models.ForeignKey) and field.null)
    return found | None if nullable and not is_text else found


def _kind(field: AnyField) -> Any:
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return Key
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.DateTimeField):
        return datetime
    if isinstance(field, models.DateField):
        return Day
    if isinstance(field, models.DecimalField | models.FloatField):
        return float
    if isinstance(field, models.IntegerField):
        return int
    return list[str] if isinstance(field, ArrayField) else str


def taken_as(field: AnyField, codes: Mapping[str, Any]) -> Any:
    """The type of a field's value when it is sent; null or an empty text clears it."""
    if codes:
        known = among(codes)
        return (among(("", *codes)) | None) if field.blank or field.null else known
    if isinstance(field, models.BooleanField):
        return YesNo | None if field.null else YesNo
    if isinstance(field, models.DateField):
        return Day | None
    if isinstance(field, models.DecimalField):
        most = 10 ** (field.max_digits - field.decimal_places) - 1
        return Annotated[Number, Field(ge=0, le=most)] | None
    if isinstance(field, models.IntegerField):
        most = 32767 if isinstance(field, models.SmallIntegerField) else 2_000_000_000
        return Annotated[Whole, Field(ge=0, le=most)] | None
    longest = getattr(field, "max_length", None) or LONGEST
    return text(longest) | None


_composed: dict[str, tuple[Any, Mapping[str, Any], bool]] = {}
"""Descriptions put together from a field's name and codes, so that they can be told anew."""


def described(field: AnyField, codes: Mapping[str, Any], *, masked: bool = False) -> str:
    """What a field is called, with its codes in words, and whether it leaves masked."""
    with override(settings.LANGUAGE_CODE):  # made once, for readers of every language
        words = _put_together(field, codes, masked)
    _composed[words] = field, codes, masked
    return words


def _put_together(field: AnyField, codes: Mapping[str, Any], masked: bool) -> str:
    words = gettext(str(field.verbose_name))
    if masked:
        words = gettext("%(field)s（掩码）") % {"field": words}
    if not codes:
        return words
    told = "，".join(f"{code} {title}" for code, title in codes.items() if code)
    return gettext("%(field)s：%(codes)s") % {"field": words, "codes": told}


def in_language(description: str) -> str:
    """A description in the reader's language."""
    composed = _composed.get(description)
    return _put_together(*composed) if composed else gettext(description)
