"""What a list is asked for, and what it finds: columns, order, filters, paging, hidden rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages import hooks
from gezhi.base.pages.columns import Column
from gezhi.base.pages.filters import Applied, Filter, FilterError, InPlace, Search, node_at
from gezhi.base.pages.requests import Page

COUNT_UP_TO = 10_000
RowsOf = Callable[[Actor, datetime], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Paging:
    """Where in the list one is. `total` counts exactly unless `more` says it goes on."""

    number: int
    size: int
    total: int
    more: bool
    shown: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.shown else 0

    @property
    def last_row(self) -> int:
        return (self.number - 1) * self.size + self.shown

    @property
    def total_words(self) -> str:
        return f"{self.total:,}+" if self.more else f"{self.total:,}"


class Listing(Page):
    """The reading half of a list page: from the address to the rows of one page."""

    rows: ClassVar[RowsOf]
    """Named read: (actor, at) to a queryset of everything; the page narrows it by `right`."""
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    page_size: ClassVar[int] = 50
    sizes: ClassVar[tuple[int, ...]] = (20, 50, 100)
    count_all: ClassVar[Callable[[Actor, datetime], int | None] | None] = None
    """The number of rows in sight without any filter, from a roll-up; None where not known."""
    count_up_to: ClassVar[int] = COUNT_UP_TO
    """Where counting stops: "1,000+" is told sooner than a number nobody pages to."""
    tells_hidden: ClassVar[bool] = True

    def __init__(self, request: Any, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.query: QueryDict = self.request.GET
        self.problems: list[str] = []

    # --- what is asked for ----------------------------------------------------------
    @cached_property
    def chosen_columns(self) -> tuple[Column, ...]:
        wanted = [key for part in self.query.getlist("cols") for key in part.split(",")]
        named = {column.key: column for column in self.columns}
        chosen = tuple(named[key] for key in wanted if key in named)
        return chosen or tuple(column for column in self.columns if column.shown)

    @cached_property
    def sort(self) -> str:
        wanted = self.query.get("sort", "")
        sortable = {column.key for column in self.columns if column.order is not None}
        return wanted if wanted.removeprefix("-") in sortable else ""

    @cached_property
    def order_by(self) -> tuple[str, ...]:
        """What the database sorts by; the key comes last, so that pages never overlap."""
        order = self.ordering
        for column in self.columns:
            if self.sort and column.order is not None and column.key == self.sort.lstrip("-"):
                flip = self.sort.startswith("-") != column.order.startswith("-")
                order = (f"{'-' if flip else ''}{column.order.lstrip('-')}",)
        return order if order[-1] in ("pk", "-pk") else (*order, "pk")

    @cached_property
    def tree(self) -> Sequence[hooks.TreeNode]:
        if not any(isinstance(f, InPlace) for f in self.filters):
            return ()
        return hooks.place_tree(self.actor, self.right.code, self.at)

    @cached_property
    def way(self) -> list[hooks.TreeNode]:
        """From the top of the tree to the place chosen."""
        for wanted in self.filters:
            if isinstance(wanted, InPlace) and (chosen := self.query.get(wanted.name, "")):
                return node_at(self.tree, chosen)
        return []

    def address(self, **changes: str | None) -> str:
        """This list with some parameters changed (None: dropped); the page number starts over."""
        query = self.query.copy()
        query.pop("page", None)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        kept = urlencode([(k, v) for k, values in query.lists() for v in values if v])
        return f"{self.request.path}?{kept}" if kept else self.request.path

    # --- rows -----------------------------------------------------------------------
    def everything(self) -> QuerySet[Any]:
        """The named read, before rights and filters."""
        return type(self).rows(self.actor, self.at)

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows that fit the filters; what cannot be read is said, not guessed."""
        for one in self.filters:
            try:
                if not isinstance(one, InPlace):
                    rows = one.narrow(rows, self.query)
                elif self.way:
                    rows = one.narrow_to(rows, self.way[-1])
                elif self.query.get(one.name):
                    raise FilterError(_("所选网格不存在，或不在您的权限范围内，已忽略"))
            except FilterError as problem:
                if str(problem) not in self.problems:
                    self.problems.append(str(problem))
        return rows

    @cached_property
    def found(self) -> QuerySet[Any]:
        """Rows in sight that fit the filters, unsorted."""
        return self.narrowed(self.right.rows(self.everything(), self.actor))

    @cached_property
    def applied(self) -> list[Applied]:
        """The filters at work, for the chips above the table."""
        chips = []
        for one in self.filters:
            if isinstance(one, InPlace):
                if self.way:
                    words = " / ".join(node.title for node in self.way)
                    chips.append(Applied(str(one.label), words, one.parameters))
            elif chip := one.applied(self.query):
                chips.append(chip)
        return chips

    @cached_property
    def paging(self) -> Paging:
        size = self._number("size", self.page_size)
        size = size if size in self.sizes else self.page_size
        number = max(1, self._number("page", 1))
        total, more = self._count(number * size)
        if (number - 1) * size >= total and not more:
            number = max(1, -(-total // size))
        shown = max(0, min(size, total - (number - 1) * size)) if not more else size
        return Paging(number, size, total, more, shown)

    def _number(self, name: str, default: int) -> int:
        value = self.query.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else default

    def _count(self, needed: int) -> tuple[int, bool]:
        """(rows, whether it stopped counting). A roll-up answers when no filter is at work."""
        if not self.applied and not self.problems and (counter := type(self).count_all):
            known = counter(self.actor, self.at)
            if known is not None:
                return known, False
        return _capped(self.found, max(self.count_up_to, needed + 10 * self.page_size))

    def page_rows(self) -> list[Any]:
        """The rows of this page, in two steps inside one query.

        The inner query walks the index of the order to the page (at page 1,000 over 50,000
        keys and nothing else); only the rows shown are joined and read.
        """
        paging = self.paging
        start = (paging.number - 1) * paging.size
        keys = self.found.order_by(*self.order_by).values("pk")[start : start + paging.size]
        return list(self.everything().filter(pk__in=keys).order_by(*self.order_by))

    @property
    def _searched(self) -> bool:
        """Whether a word is looked for."""
        return any(isinstance(one, Search) and one.applied(self.query) for one in self.filters)

    def hidden_count(self) -> tuple[int, bool]:
        """Rows that fit but lie outside this actor's reach: (number, whether there are more).

        Not told while a word is searched for: the number would answer whether a certain person
        lives in somebody else's grid.
        """
        where = self.right.where
        reach = where.filter(self.actor, self.right.code) if where else None
        if not self.tells_hidden or not reach:
            return 0, False
        if self._searched:
            return 0, False
        return _capped(self.narrowed(self.everything()).exclude(reach), self.count_up_to)


def _capped(rows: QuerySet[Any], cap: int) -> tuple[int, bool]:
    """(number of rows, whether counting stopped at `cap`)."""
    number = rows.order_by().values("pk")[: cap + 1].count()
    return (cap, True) if number > cap else (number, False)
