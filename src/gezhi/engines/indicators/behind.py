"""The filter that leads from a figure to its rows.

`?figure=due,-suspended:grid:<key>:<first day>:<last day>`: counts, dimension, key, period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.pages.columns import Words
from gezhi.base.pages.filters import FilterError, Rows
from gezhi.engines.indicators.counting import happened
from gezhi.engines.indicators.language import Board, Dimension, Happening, boards
from gezhi.engines.indicators.rules import Period

PARAMETER = "figure"
LABEL = gettext_lazy("指标")
NOT_READ = gettext_lazy("看不懂要查看的指标，已忽略；请从指标页重新点开")


def asks(terms: Sequence[str], dimension: str, key: str, period: Period) -> str:
    """The value of the parameter that stands for the rows of a sum of counts."""
    days = (period.first.isoformat(), period.last.isoformat())
    return ":".join((",".join(terms), dimension, key, *days))


@dataclass(frozen=True, slots=True)
class _Asked:
    terms: tuple[tuple[bool, Happening], ...]
    """Whether its rows are left out, and the count."""
    dimension: Dimension | None
    key: str
    period: Period


@dataclass(frozen=True, slots=True)
class Behind(ui.Filter):
    """The rows behind a figure of a board; drawn as a chip that can be lifted, never as an input.

    The list shows, as always, only those of them within the reader's own reach.
    """

    name: str = PARAMETER
    label: Words = LABEL
    board: str = ""
    """Code of the board."""

    kind = "kept"

    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        value = query.get(self.name, "")
        if not value:
            return rows
        asked = self._read(value)
        within = Q(pk__in=[])
        for left_out, count in asked.terms:
            found = Q(pk__in=_rows(count, asked))
            within = within & ~found if left_out else within | found
        return rows.filter(within)

    def words(self, query: QueryDict) -> str:
        value = query.get(self.name, "")
        if not value:
            return ""
        try:
            asked = self._read(value)
        except FilterError:
            return value[:20]
        where = ""
        if asked.dimension is not None:
            named = asked.dimension.names([asked.key] if asked.key else [])
            where = named.get(asked.key, _("未确定"))
        days = f"{asked.period.first} — {asked.period.last}"
        title = "、".join(str(count.title) for left_out, count in asked.terms if not left_out)
        return " · ".join(part for part in (title, where, days) if part)

    def _read(self, value: str) -> _Asked:
        board: Board = boards[self.board]
        try:
            terms, dimension, key, first, last = value.split(":")
            return _Asked(
                tuple(_term(board, term) for term in terms.split(",")),
                board.dimension(dimension) if dimension else None,
                key,
                Period(date.fromisoformat(first), date.fromisoformat(last)),
            )
        except (KeyError, ValueError):
            raise FilterError(NOT_READ) from None


def _term(board: Board, term: str) -> tuple[bool, Happening]:
    count = board.count(term.removeprefix("-"))
    if not isinstance(count, Happening):
        raise ValueError(f"{term} has no rows")
    return term.startswith("-"), count


def _rows(count: Happening, asked: _Asked) -> QuerySet[Any]:
    """The keys of the listed rows that one count counts."""
    behind = happened(count, asked.period)
    if asked.dimension is not None:
        column = f"{count.via}{asked.dimension.column}"
        behind = behind.filter(_is(asked.dimension, column, asked.key))
    return behind.order_by().values(f"{count.via}pk")


def _is(dimension: Dimension, column: str, key: str) -> Q:
    """Rows with a key; the empty key is that of rows where it is not known."""
    if not key:
        unknown = Q(**{f"{column}__isnull": True})
        return unknown if dimension.by_id else unknown | Q(**{column: ""})
    try:
        return Q(**{column: UUID(key) if dimension.by_id else key})
    except ValueError:
        raise FilterError(NOT_READ) from None
