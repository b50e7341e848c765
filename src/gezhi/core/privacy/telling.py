"""What of a row a program is told: personal fields by their masks, the others as they are.

The only way besides revealing that a personal field leaves through the API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from pydantic import BaseModel, Field, create_model

from gezhi.base.api.fields import described, said_as
from gezhi.base.api.shapes import Shape
from gezhi.core.privacy import masks
from gezhi.core.privacy.field_classes import CLASSES
from gezhi.core.privacy.wanted import all_wanted

Codes = Callable[[Any], Mapping[str, Any]]
"""The codes of a model's field in words; empty for a field that is not coded."""


@dataclass(frozen=True, slots=True)
class More:
    """A member worked out from the row."""

    type: Any
    title: str
    give: Callable[[Any], Any]


class Telling:
    """A shape of some fields of a model: `shape` describes it, `of(row)` fills it.

    A relation is told as its key. A field whose class has a mask is told as masked text, whatever
    its type; `more` adds members worked out from the row, which must not be personal.
    """

    def __init__(
        self,
        name: str,
        model: type[models.Model],
        fields: Iterable[str],
        *,
        codes: Codes,
        more: Mapping[str, More] | None = None,
    ) -> None:
        self.model = model
        self.more = dict(more or {})
        self.members: dict[str, tuple[str, bool]] = {}
        described_as: dict[str, Any] = {}
        for one in fields:
            field: Any = model._meta.get_field(one)
            member = field.attname if isinstance(field, models.ForeignKey) else field.name
            hidden = is_masked(model, field.name)
            kind = str if hidden else said_as(field)
            words = described(field, codes(field), masked=hidden)
            self.members[member] = field.attname, hidden
            described_as[member] = (kind, Field(description=words))
        for member, extra in self.more.items():
            described_as[member] = (extra.type, Field(description=extra.title))
        self.shape: type[BaseModel] = create_model(name, __base__=Shape, **described_as)

    def of(self, row: Any) -> dict[str, Any]:
        """A row in that shape."""
        told: dict[str, Any] = {}
        for member, (source, hidden) in self.members.items():
            value = masks.masked(row, source) if hidden else getattr(row, source)
            told[member] = float(value) if isinstance(value, Decimal) else value
        for member, extra in self.more.items():
            told[member] = extra.give(row)
        return told


def is_masked(model: type[models.Model], name: str) -> bool:
    """Whether a field leaves only as its mask has it."""
    known = all_wanted().get((model._meta.label, name))
    if known is None:
        return False
    field = model._meta.get_field(name)
    return CLASSES[known.kind].mask is not None or field.get_internal_type() == "SealedField"
