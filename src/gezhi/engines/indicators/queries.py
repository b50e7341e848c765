"""Named reads: what counts come to in a period, and what ratios they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, Sum

from gezhi.engines.indicators.language import Board, Numbers, Ratio
from gezhi.engines.indicators.models import Kept, Reckoning
from gezhi.engines.indicators.rules import Period, share, total


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio with what it is made of."""

    ratio: Ratio
    over: int
    under: int

    @property
    def value(self) -> Decimal | None:
        """Percent; None: no data."""
        return share(self.over, self.under)


def figure(ratio: Ratio, numbers: dict[str, int]) -> Figure:
    """A ratio from what its counts come to."""
    return Figure(ratio, total(ratio.over, numbers), total(ratio.under, numbers))


def numbers(board: Board, dimension: str, period: Period) -> Numbers:
    """By key of a dimension (empty: the whole subdistrict, under the key ""), what counts come to.

    One statement: whole months from the kept months, the days around them from the kept days.
    """
    if board.source is not None:
        return board.source.numbers(dimension, period)
    months, runs = period.pieces()
    spans = Q(is_month=True, starts__in=months) if months else Q(pk__in=[])
    for first, last in runs:
        spans |= Q(is_month=False, starts__gte=first, starts__lte=last)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = Kept.objects.filter(spans, board=board.code, dimension=dimension).order_by()
    for key, code, number in rows.values_list("key", "count").annotate(n=Sum("number")):
        found[key][code] = number
    return found


def by_month(board: Board, months: Iterable[date]) -> dict[date, dict[str, int]]:
    """What the counts of the whole subdistrict come to, month by month: for a line over time."""
    found: dict[date, dict[str, int]] = {month: {} for month in months}
    rows = Kept.objects.filter(
        board=board.code, dimension="", is_month=True, starts__in=list(found)
    ).values_list("starts", "count", "number")
    for month, code, number in rows:
        found[month][code] = number
    return found


def as_of(board: Board) -> datetime | None:
    """Up to when the numbers are right; None before they were first counted."""
    if board.source is not None:
        return board.source.as_of()
    return Reckoning.objects.filter(board=board.code).values_list("at", flat=True).first()
