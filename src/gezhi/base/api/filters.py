"""A list's parameters: the filters of its page as typed, described query parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field, StringConstraints, create_model

from gezhi.base.api.operations import Ask
from gezhi.base.api.shapes import Day, Key, Shape, Whole, YesNo, among, many, text
from gezhi.base.errors import Refusal
from gezhi.base.pages import hooks
from gezhi.base.pages.filters import (
    Choices,
    Days,
    Filter,
    FilterError,
    InPlace,
    YesOrNo,
    node_at,
)
from gezhi.base.retelling import to_keep
from gezhi.base.rights import Right
from gezhi.base.sentences import _ as said

LONGEST_WORD: Final = 60
MOST: Final = 200
USUAL: Final = 50
Word = text(LONGEST_WORD, 1)


@dataclass(frozen=True, slots=True)
class Of(Filter):
    """Rows that belong to another one, named by its key."""

    column: str = ""

    def narrow(self, rows: QuerySet[Any], query: QueryDict) -> QuerySet[Any]:
        value = query.get(self.name, "")
        return rows.filter(**{self.column or self.name: value}) if value else rows


class Paged(Shape):
    """Which part of a list is wanted."""

    limit: Whole = Field(default=USUAL, ge=1, le=MOST, description=said("一次最多多少条"))
    cursor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")] = Field(
        default="", description=said("上一次回答中的 next"), validate_default=False
    )


def query_of(name: str, filters: Sequence[Filter]) -> type[BaseModel]:
    """The shape of a list's parameters: its filters, and which part of it is wanted."""
    fields: dict[str, Any] = {}
    for one in filters:
        for parameter in one.parameters:
            # Shapes are made once, in whatever language the first request asks: `documents` tells
            # each reader in their own, from the words of the source.
            described = Field(default=None, description=to_keep(one.label))
            fields[parameter] = (_type_of(one), described)
    return create_model(f"{name}Query", __base__=Paged, **fields)


def _type_of(one: Filter) -> Any:
    if isinstance(one, Choices):
        return many(among(str(code) for code in one.labels()))
    if isinstance(one, YesOrNo):
        return YesNo
    if isinstance(one, Days):
        return Day
    return Key if isinstance(one, InPlace | Of) else Word


def narrowed(
    rows: QuerySet[Any], filters: Sequence[Filter], ask: Ask, right: Right
) -> QuerySet[Any]:
    """The rows that fit what was asked. What cannot be read is refused, naming the parameter."""
    query = _as_address(ask.query)
    for one in filters:
        try:
            if not isinstance(one, InPlace):
                rows = one.narrow(rows, query)
            elif chosen := query.get(one.name, ""):
                way = node_at(hooks.place_tree(ask.actor, right.code, ask.at), chosen)
                if not way:
                    raise FilterError(_("所选网格不存在，或不在您的权限范围内"))
                rows = one.narrow_to(rows, way[-1])
        except FilterError as wrong:
            raise Refusal(str(wrong), "api.wrong_parameter", field=one.parameters[0]) from None
    return rows


def _as_address(query: Any) -> QueryDict:
    """The parameters as the address of the list's page would have them."""
    found = QueryDict(mutable=True)
    for name in query.model_fields_set:
        value = getattr(query, name)
        if isinstance(value, bool):
            value = "1" if value else "0"
        found.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    return found
