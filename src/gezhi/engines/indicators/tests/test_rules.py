from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.engines.indicators.rules import PERIODS, Period, before, period_of, share, total

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(DAYS)
    return Period(first, first + timedelta(days=draw(st.integers(0, 900))))


@given(periods())
def test_the_pieces_of_a_period_are_its_days_each_once(period: Period) -> None:
    months, runs = period.pieces()

    days: list[date] = []
    for first in months:
        month = period_of("month", first)
        days += [month.first + timedelta(days=n) for n in range(month.days)]
    for first, last in runs:
        days += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sorted(days) == [period.first + timedelta(days=n) for n in range(period.days)]
    assert len(runs) <= 2


@given(st.sampled_from(PERIODS), DAYS)
def test_the_period_before_touches_this_one_and_is_of_its_kind(code: str, day: date) -> None:
    period = period_of(code, day)

    earlier = before(period)

    assert period.first <= day <= period.last
    assert earlier.last + timedelta(days=1) == period.first
    assert period_of(code, earlier.first) == earlier


def test_before_a_period_of_ones_own_lies_one_as_long() -> None:
    ten_days = Period(date(2022, 9, 5), date(2022, 9, 14))

    assert before(ten_days) == Period(date(2022, 8, 26), date(2022, 9, 4))


def test_a_period_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="decade"):
        period_of("decade", date(2022, 9, 13))
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2022, 9, 14), date(2022, 9, 13))


def test_where_there_is_nothing_to_share_in_there_is_no_share() -> None:
    assert share(0, 0) is None
    assert share(3, -1) is None
    assert share(0, 7) == Decimal("0.0")
    assert share(2, 3) == Decimal("66.7")


def test_a_term_with_a_minus_is_taken_away() -> None:
    assert total(("due", "-suspended"), {"due": 9, "suspended": 2}) == 7
    assert total(("nobody_counted_it",), {}) == 0
