"""Operations that read: a list in parts (keyset paging), and one row. Both are declarations."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from gezhi.base.api.filters import narrowed, query_of
from gezhi.base.api.operations import Answer, Ask, Operation
from gezhi.base.api.shapes import Shape, many
from gezhi.base.pages.filters import Filter
from gezhi.base.pages.listing import RowsOf
from gezhi.base.rights import Right
from gezhi.base.sentences import _ as said


class Shaping(Protocol):
    """How a row is told to a program."""

    @property
    def shape(self) -> type[BaseModel]:
        """Its description."""

    def of(self, row: Any) -> Mapping[str, Any]:
        """A row in that shape."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A shape filled by a function."""

    shape: type[BaseModel]
    of: Callable[[Any], Mapping[str, Any]]


def list_of(
    name: str,
    path: str,
    title: Any,
    *,
    right: Right,
    rows: RowsOf,
    shape: Shaping,
    filters: Sequence[Filter] = (),
    about: Any = "",
    shown: Any = None,
) -> Operation:
    """A list of the rows in sight, in the order of their keys, part by part."""

    def act(ask: Ask) -> Answer:
        found = narrowed(right.rows(rows(ask.actor, ask.at), ask.actor), filters, ask, right)
        if ask.query.cursor:
            found = found.filter(pk__gt=key_of(ask.query.cursor))
        some = list(found.order_by("pk")[: ask.query.limit + 1])
        part = some[: ask.query.limit]
        following = cursor_of(part[-1].pk) if len(some) > len(part) else ""
        items = [shape.of(row) for row in part]
        return Answer({"items": items, "next": following or None}, following=following)

    return Operation(
        name,
        "GET",
        path,
        title,
        right=right,
        act=act,
        lists=rows,
        query=query_of(shape.shape.__name__, filters),
        answer=part_of(shape.shape),
        about=about,
        shown=None if shown is None else {"items": [shown], "next": None},
    )


def one_of(
    name: str,
    path: str,
    title: Any,
    *,
    right: Right,
    rows: RowsOf,
    shape: Shaping,
    seen: Callable[[Ask, Any], None] | None = None,
    about: Any = "",
    shown: Any = None,
) -> Operation:
    """One row in sight. `seen` is called before it leaves: where looking is logged."""

    def act(ask: Ask) -> Answer:
        if seen is not None:
            seen(ask, ask.row)
        return Answer(shape.of(ask.row), revision=getattr(ask.row, "revision", None))

    return Operation(
        name,
        "GET",
        path,
        title,
        right=right,
        act=act,
        rows=rows,
        answer=shape.shape,
        about=about,
        shown=shown,
    )


def part_of(shape: type[BaseModel]) -> type[BaseModel]:
    """Part of a list: some rows, and where the next part begins."""
    return create_model(
        f"{shape.__name__}Part",
        __base__=Shape,
        items=(many(shape), ...),
        next=(
            str | None,
            Field(description=said("还有更多时，下一次请求的 cursor；没有更多时为 null")),
        ),
    )


def cursor_of(key: UUID) -> str:
    """What the next part is asked with: the last key of this one."""
    return urlsafe_b64encode(key.bytes).decode().rstrip("=")


def key_of(cursor: str) -> UUID:
    """The key in a cursor of 22 characters; every such text is one."""
    return UUID(bytes=urlsafe_b64decode(cursor + "=="))
