"""Marks of a limit: where half, four fifths and all of it have run."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.workdays import Limit, OfficeCalendar, Unit, calendar_from_package, deadline
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters.rules import MARKS, halved, mark_moments, mark_reached, next_mark

CALENDAR = OfficeCalendar(calendar_from_package(range(2021, 2024)))


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, month, day, hour, minute, tzinfo=SHANGHAI)


limits = st.one_of(
    st.builds(Limit, st.integers(1, 40).map(lambda halves: halves / 2), st.just(Unit.WORKING_HOUR)),
    st.builds(
        Limit, st.integers(1, 40).map(lambda halves: halves / 2), st.just(Unit.EMERGENCY_HOUR)
    ),
    st.builds(Limit, st.integers(1, 20), st.just(Unit.WORKING_DAY)),
    st.builds(Limit, st.integers(1, 60), st.just(Unit.CALENDAR_DAY)),
)
starts = st.integers(0, 300 * 24 * 60).map(lambda minutes: at(1, 3, 0) + timedelta(minutes=minutes))


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[tuple[datetime, datetime]]:
    cuts = sorted(draw(st.lists(st.integers(0, 20 * 24 * 60), max_size=6, unique=True)))
    moments = [start + timedelta(minutes=one) for one in cuts]
    return list(zip(moments[::2], moments[1::2], strict=False))


@pytest.mark.parametrize(
    ("start", "limit", "half", "most"),
    [
        (at(9, 9, 17), Limit(4, Unit.WORKING_HOUR), at(9, 13, 9, 30), at(9, 13, 10, 42)),
        (at(9, 9, 23), Limit(4, Unit.EMERGENCY_HOUR), at(9, 10, 1), at(9, 10, 2, 12)),
    ],
)
def test_a_share_of_hours_is_hours(
    start: datetime, limit: Limit, half: datetime, most: datetime
) -> None:
    moments = mark_moments(CALENDAR, start, limit)

    assert moments is not None
    assert moments == (half, most, deadline(CALENDAR, start, limit))


@given(st.data(), limits, starts)
def test_marks_come_in_order_and_end_at_the_deadline(
    data: st.DataObject, limit: Limit, start: datetime
) -> None:
    stops = data.draw(pauses(start))

    moments = mark_moments(CALENDAR, start, limit, stops)

    assert moments is not None
    assert all(a <= b for a, b in pairwise((start, *moments)))
    assert moments[-1] == deadline(CALENDAR, start, limit, stops)


@given(limits, starts)
def test_a_clock_that_stands_still_reaches_nothing(limit: Limit, start: datetime) -> None:
    moments = mark_moments(CALENDAR, start, limit, [(start, None)])

    assert moments is None
    assert next_mark(moments, 0) is None
    assert mark_reached(moments, start + timedelta(days=400)) == 0


@given(limits, starts, st.integers(0, 100 * 24 * 60))
def test_what_was_reached_is_never_next(limit: Limit, start: datetime, minutes: int) -> None:
    moments = mark_moments(CALENDAR, start, limit)
    now = start + timedelta(minutes=minutes)

    reached = mark_reached(moments, now)
    following = next_mark(moments, reached)

    assert (following is None) == (reached == MARKS[-1])
    if following is not None:
        assert following[0] > reached
        assert following[1] > now


@given(limits)
def test_a_rework_has_half_the_limit_and_never_less_than_two_hours(limit: Limit) -> None:
    half = halved(limit)

    in_hours = {Unit.WORKING_DAY: 7.5, Unit.CALENDAR_DAY: 24}
    whole = limit.amount * in_hours.get(limit.unit, 1)
    part = half.amount * in_hours.get(half.unit, 1)
    assert part >= 2
    assert part >= whole / 2
    assert part <= max(2, whole / 2 + in_hours.get(limit.unit, 0))
