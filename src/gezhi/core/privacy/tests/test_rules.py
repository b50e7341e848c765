"""Reading has a measure, keeping has an end, and a question gets an answer in time."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base import workdays
from gezhi.base.workdays import OfficeCalendar, calendar_from_package
from gezhi.core.privacy.rules import (
    ENOUGH_DAYS,
    FLOOR,
    ClockState,
    Disposal,
    Retention,
    disposal,
    expires_on,
    habit_limit,
    is_far_above_habit,
    over_daily_cap,
    rights_request_clock,
)

COUNTS = st.lists(st.integers(0, 5000), max_size=60)
QUIET_ROLE = [8, 12, 9, 15, 11, 10, 14, 7, 13, 12, 9, 16]
BUSY_COUNTER = [140, 155, 162, 148, 151, 170, 139, 160, 158, 145, 149, 166]
DATES = st.dates(date(2000, 1, 1), date(2100, 1, 1))


OFFICE = OfficeCalendar(calendar_from_package(range(2012, 2027)))
workdays_after = partial(workdays.workdays_after, OFFICE)


def test_the_cap_is_the_last_person_of_the_day() -> None:
    assert [over_daily_cap(count, 200) for count in (199, 200, 201)] == [False, False, True]


def test_a_cap_of_nobody_allows_nobody() -> None:
    assert over_daily_cap(1, 0)


def test_1317_people_in_a_day_are_far_above_the_habit_of_any_office() -> None:
    """In June 2022 officials turned the health codes of 1,317 depositors red without a ground."""
    for peers in (QUIET_ROLE, BUSY_COUNTER, []):
        assert is_far_above_habit(1317, [10] * 20, peers=peers)


def test_a_busy_day_of_a_busy_counter_is_no_alarm() -> None:
    assert not is_far_above_habit(210, [], peers=BUSY_COUNTER)
    assert is_far_above_habit(300, [], peers=BUSY_COUNTER)


def test_a_role_that_reads_little_raises_no_alarm_over_a_few_more() -> None:
    assert not is_far_above_habit(FLOOR, [], peers=[1] * 20)
    assert is_far_above_habit(FLOOR + 1, [], peers=[1] * 20)


def test_a_role_that_reads_the_same_number_daily_may_read_a_little_more() -> None:
    assert not is_far_above_habit(101, [], peers=[100] * 20)
    assert habit_limit([], peers=[100] * 20) == 160


def test_whoever_reads_much_every_day_does_not_thereby_raise_the_limit() -> None:
    assert habit_limit([900] * 60, peers=QUIET_ROLE) == habit_limit([], peers=QUIET_ROLE)


def test_the_only_one_of_a_role_is_measured_by_the_own_past() -> None:
    assert not is_far_above_habit(200, BUSY_COUNTER, peers=[])
    assert is_far_above_habit(200, QUIET_ROLE, peers=[])


def test_before_there_is_a_habit_the_floor_decides() -> None:
    assert habit_limit([500] * 4, peers=[500] * (ENOUGH_DAYS - 5)) == FLOOR
    assert habit_limit([500] * 5, peers=[500] * (ENOUGH_DAYS - 5)) > 500


def test_factor_and_floor_are_the_offices_to_set() -> None:
    assert habit_limit([], peers=[100] * 20, k=2, floor=5) == 120
    assert habit_limit([], peers=[1] * 20, k=2, floor=5) == 5


@given(
    wild=st.lists(st.integers(0, 100_000), max_size=9),
    usual=st.lists(st.integers(5, 15), min_size=20, max_size=40),
)
def test_a_minority_of_wild_days_cannot_hide_a_bulk_reading(
    wild: list[int], usual: list[int]
) -> None:
    """All usual days lie within 5..15, so median and spread stay within 5..15 and 0..10."""
    assert habit_limit([], peers=[*usual, *wild]) <= 15 + 6 * 1.4826 * 10


@given(history=COUNTS, peers=COUNTS, today=st.integers(0, 10_000), data=st.data())
def test_an_alarm_depends_on_the_counts_and_not_on_their_order(
    history: list[int], peers: list[int], today: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(peers))

    alarm = is_far_above_habit(today, history, peers=peers)

    assert alarm == is_far_above_habit(today, history[::-1], peers=shuffled)
    assert alarm <= is_far_above_habit(today + 1, history, peers=peers)
    assert not (alarm and today <= FLOOR)


@pytest.mark.parametrize(
    ("retention", "start", "last"),
    [
        (Retention(days=7), date(2022, 9, 1), date(2022, 9, 8)),
        (Retention(months=6), date(2022, 8, 31), date(2023, 2, 28)),
        (Retention(months=1), date(2024, 1, 31), date(2024, 2, 29)),
        (Retention(months=1), date(2022, 2, 28), date(2022, 3, 28)),
        (Retention(months=12), date(2022, 12, 31), date(2023, 12, 31)),
        (Retention(years=1), date(2024, 2, 29), date(2025, 2, 28)),
        (Retention(years=10), date(2022, 9, 1), date(2032, 9, 1)),
        (None, date(2022, 9, 1), None),
    ],
)
def test_a_period_ends_where_the_civil_code_ends_it(
    retention: Retention | None, start: date, last: date | None
) -> None:
    assert expires_on(retention, start) == last


@given(start=DATES, months=st.integers(1, 600))
def test_a_period_of_months_ends_in_its_month_on_the_day_or_the_last(
    start: date, months: int
) -> None:
    last = expires_on(Retention(months=months), start)

    assert last is not None
    assert (last.year * 12 + last.month) - (start.year * 12 + start.month) == months
    assert last.day == min(start.day, monthrange(last.year, last.month)[1])


@given(start=DATES, years=st.integers(1, 60))
def test_a_year_is_twelve_months(start: date, years: int) -> None:
    assert expires_on(Retention(years=years), start) == expires_on(
        Retention(months=12 * years), start
    )


@pytest.mark.parametrize(
    "wrong", [{}, {"days": 1, "months": 1}, {"days": -1}, {"years": 1, "months": -1}]
)
def test_a_retention_is_one_number_of_one_unit(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="retention"):
        Retention(**wrong)


def test_a_record_is_kept_through_its_last_day_and_deleted_on_the_next() -> None:
    last = date(2022, 9, 8)

    assert disposal(last, last) is Disposal.KEEP
    assert disposal(last, last + timedelta(days=1)) is Disposal.DELETE


def test_a_permanent_record_is_kept_until_its_purpose_ends() -> None:
    assert disposal(None, date.max) is Disposal.KEEP
    assert disposal(None, date(2022, 9, 1), purpose_ended=True) is Disposal.DELETE


def test_what_a_measure_collected_goes_when_the_measure_ends() -> None:
    assert disposal(date(2030, 1, 1), date(2022, 9, 1), purpose_ended=True) is Disposal.DELETE


@given(expires=st.none() | DATES, today=DATES, purpose_ended=st.booleans())
def test_what_a_law_holds_back_is_blocked_and_never_deleted(
    expires: date | None, today: date, purpose_ended: bool
) -> None:
    free = disposal(expires, today, purpose_ended=purpose_ended)
    held = disposal(expires, today, purpose_ended=purpose_ended, legal_hold=True)

    assert (free, held) in {
        (Disposal.KEEP, Disposal.KEEP),
        (Disposal.DELETE, Disposal.BLOCK),
    }


def test_a_request_of_1_september_is_answered_by_the_23rd() -> None:
    clock = rights_request_clock(date(2022, 9, 1), workdays_after=workdays_after)

    assert (clock.own_limit, clock.legal_limit) == (date(2022, 9, 23), date(2022, 10, 1))


def test_a_long_holiday_does_not_carry_the_own_limit_beyond_thirty_days() -> None:
    clock = rights_request_clock(
        date(2022, 1, 28), workdays_after=lambda day, count: day + timedelta(days=3 * count)
    )

    assert clock.own_limit == clock.legal_limit == date(2022, 2, 27)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2022, 9, 23), ClockState.RUNNING),
        (date(2022, 9, 24), ClockState.LATE),
        (date(2022, 10, 1), ClockState.LATE),
        (date(2022, 10, 2), ClockState.OVERDUE),
    ],
)
def test_a_request_turns_late_and_then_overdue(today: date, state: ClockState) -> None:
    clock = rights_request_clock(date(2022, 9, 1), workdays_after=workdays_after)

    assert clock.state(today) is state


@given(received=st.dates(date(2012, 1, 1), date(2026, 11, 20)))
def test_no_own_limit_passes_the_legal_one(received: date) -> None:
    clock = rights_request_clock(received, workdays_after=workdays_after)

    assert received < clock.own_limit <= clock.legal_limit
    assert OFFICE.is_workday(clock.own_limit) or clock.own_limit == clock.legal_limit
