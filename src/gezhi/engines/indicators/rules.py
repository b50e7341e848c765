"""What a period is made of, and what a ratio comes to."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

PERIODS: Final = ("week", "month", "quarter", "year")
"""评价周期: by week, month, quarter or year (GB/T 30428.4)."""
MOST_DAYS: Final = 3 * 366
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("a period does not end before it begins")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def pieces(self) -> tuple[list[date], list[tuple[date, date]]]:
        """Whole months by their first day, and the runs of days around them (both included)."""
        months: list[date] = []
        runs: list[tuple[date, date]] = []
        for begin in month_starts(self):
            end = month_end(begin)
            if self.first <= begin and end <= self.last:
                months.append(begin)
            else:
                runs.append((max(begin, self.first), min(end, self.last)))
        return months, runs


def month_starts(period: Period) -> Iterator[date]:
    """The first day of every month the period touches."""
    day = period.first.replace(day=1)
    while day <= period.last:
        yield day
        day = month_end(day) + timedelta(days=1)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def period_of(code: str, day: date) -> Period:
    """The week (from Monday), month, quarter or year in which a day lies; ValueError for others."""
    if code == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    if code == "month":
        return Period(day.replace(day=1), month_end(day))
    if code == "quarter":
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        return Period(first, month_end(first.replace(month=first.month + 2)))
    if code == "year":
        return Period(date(day.year, 1, 1), date(day.year, 12, 31))
    raise ValueError(f"there is no period called {code}")


def before(period: Period) -> Period:
    """The period of the same kind (or length) that ends the day before this one begins."""
    last = period.first - timedelta(days=1)
    for code in PERIODS:
        if period_of(code, period.first) == period:
            return period_of(code, last)
    return Period(last - timedelta(days=period.days - 1), last)


def total(terms: Sequence[str], numbers: Mapping[str, int]) -> int:
    """The sum of counts; one written `-code` is taken away. A count nobody made is none."""
    return sum(
        -numbers.get(term[1:], 0) if term.startswith("-") else numbers.get(term, 0)
        for term in terms
    )


def share(over: int, under: int) -> Decimal | None:
    """A share in percent to one place; None, "no data", where there is nothing to share in.

    >>> share(1, 3)
    Decimal('33.3')
    """
    if under <= 0:
        return None
    exact = Decimal(over) * 100 / Decimal(under)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
