"""The rules of filing against the clauses they quote, and what holds of them whatever comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gezhi.base.workdays import (
    SHANGHAI,
    Limit,
    OfficeCalendar,
    Unit,
    calendar_from_package,
    workdays_between,
)
from gezhi.services.filings import rules
from gezhi.services.filings.road_rules import findings, holidays, in_closed_season, years_after
from gezhi.services.filings.rules import Limits, Plan, Quiet, Surroundings, Terms, Work

CALENDAR = OfficeCalendar(calendar_from_package(range(2020, 2026)))
AROUND = Surroundings(CALENDAR)
MONDAY = datetime(2022, 9, 5, 9, tzinfo=SHANGHAI)
TWO_DAYS = Terms("earthwork", Limit(2, Unit.WORKING_DAY), 30)
FIVE_DAYS = Terms("road", Limit(5, Unit.WORKING_DAY), 60)
NIGHT = Terms("night", Limit(24, Unit.EMERGENCY_HOUR), 15)
BY_DAY = Plan(
    "earthwork",
    first_day=date(2022, 9, 8),
    last_day=date(2022, 9, 9),
    from_time=time(8),
    to_time=time(18),
    permit_no="410172202203010101",
)
BY_NIGHT = replace(
    BY_DAY,
    kind="night",
    from_time=time(22),
    to_time=time(5),
    process="continuous",
    certificate_no="郑建夜〔2022〕0311",
    notice_on=date(2022, 9, 6),
)
ROAD = replace(
    BY_DAY, kind="road", digs=True, first_day=date(2022, 10, 20), last_day=date(2022, 10, 22)
)


def codes(
    plan: Plan, terms: Terms, *, at: datetime = MONDAY, around: Surroundings = AROUND
) -> set[str]:
    return {one.code for one in findings(plan, terms, around, at) if one.hard}


# --- lead times --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "terms", "earliest"),
    [
        ((2022, 9, 5, 9), TWO_DAYS, (2022, 9, 7, 0)),
        ((2022, 9, 8, 17), TWO_DAYS, (2022, 9, 13, 0)),  # mid-autumn lies between
        ((2022, 9, 30, 10), TWO_DAYS, (2022, 10, 9, 0)),  # make-up days count
        ((2022, 9, 29, 10), FIVE_DAYS, (2022, 10, 11, 0)),
        ((2022, 9, 5, 21), NIGHT, (2022, 9, 6, 21)),
        ((2022, 9, 5, 9), Terms("small_work"), (2022, 9, 5, 9)),
    ],
)
def test_work_starts_after_its_lead_time(
    filed: tuple[int, ...], terms: Terms, earliest: tuple[int, ...]
) -> None:
    at = datetime(*filed, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]

    assert rules.earliest_start(CALENDAR, at, terms.lead) == datetime(*earliest)  # type: ignore[arg-type]


@given(
    st.datetimes(datetime(2021, 1, 4), datetime(2024, 11, 1)),
    st.integers(1, 15),
)
def test_as_many_working_days_lie_before_the_start_as_the_lead_time_says(
    filed: datetime, days: int
) -> None:
    at = filed.replace(tzinfo=SHANGHAI)

    start = rules.earliest_start(CALENDAR, at, Limit(days, Unit.WORKING_DAY))

    assert CALENDAR.is_workday(start.date())
    assert workdays_between(CALENDAR, filed.date(), start.date()) == days
    assert rules.earliest_start(
        CALENDAR, at + timedelta(days=1), Limit(days, Unit.WORKING_DAY)
    ) >= (start), "filing later never lets work start sooner"


def test_what_is_filed_too_late_is_told_the_first_day_it_may_start() -> None:
    late = replace(BY_DAY, first_day=date(2022, 9, 6), last_day=date(2022, 9, 6))

    (found,) = findings(late, TWO_DAYS, AROUND, MONDAY)

    assert found.code == "too_soon"
    assert "2022-09-07" in str(found)


def test_emergency_repair_starts_first_and_brings_papers_within_a_day() -> None:
    burst = replace(
        BY_DAY,
        kind="road",
        emergency=True,
        digs=True,
        first_day=date(2022, 9, 4),
        last_day=date(2022, 9, 6),
        from_time=time(10),
        permit_no="",
        no_permit_reason="rescue",
    )

    assert codes(burst, FIVE_DAYS) == set()
    assert codes(burst, FIVE_DAYS, at=MONDAY + timedelta(hours=2)) == {"papers_late"}


# --- night -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "at_night"),
    [
        (time(8), time(18), False),
        (time(6), time(22), False),
        (time(5, 59), time(12), True),
        (time(20), time(22, 1), True),
        (time(23), time(2), True),
        (time(12), time(12), True),  # round the clock
    ],
)
def test_night_is_from_ten_to_six(begin: time, end: time, at_night: bool) -> None:
    assert rules.touches_night(begin, end, Limits()) is at_night


@given(st.times(), st.times())
def test_hours_touch_the_night_exactly_when_some_minute_lies_in_it(begin: time, end: time) -> None:
    begin, end = (one.replace(second=0, microsecond=0) for one in (begin, end))
    first, last = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    minutes = {one % 1440 for one in range(first, last if last > first else last + 1440)}
    night = {one for one in range(1440) if one >= 22 * 60 or one < 6 * 60}

    assert rules.touches_night(begin, end, Limits()) == bool(minutes & night)


def test_night_work_near_homes_needs_a_reason_a_certificate_and_a_notice() -> None:
    assert codes(BY_NIGHT, NIGHT) == set()
    assert codes(replace(BY_NIGHT, process="other"), NIGHT) == {"night_ban"}
    assert codes(replace(BY_NIGHT, certificate_no=""), NIGHT) == {"no_certificate"}
    assert codes(replace(BY_NIGHT, notice_on=None), NIGHT) == {"no_notice"}
    assert codes(replace(BY_NIGHT, notice_on=date(2022, 9, 9)), NIGHT) == {"late_notice"}


def test_away_from_homes_night_work_needs_none_of_them() -> None:
    far = replace(BY_NIGHT, noise_sensitive=False, process="other", certificate_no="")

    assert codes(far, NIGHT) == set()


def test_rescue_works_at_night_without_certificate() -> None:
    rescue = replace(BY_NIGHT, process="rescue", certificate_no="", notice_on=None)

    assert codes(rescue, NIGHT) == set()


def test_in_examination_days_nobody_works_at_night_but_rescue() -> None:
    around = replace(AROUND, quiet=(Quiet("高考", date(2022, 6, 7), date(2022, 6, 9)),))
    at = datetime(2022, 6, 1, 9, tzinfo=SHANGHAI)
    days = {"first_day": date(2022, 6, 6), "last_day": date(2022, 6, 7)}
    night = replace(BY_NIGHT, notice_on=date(2022, 6, 2), **days)  # type: ignore[arg-type]
    by_day = replace(BY_DAY, **days)  # type: ignore[arg-type]

    assert codes(night, NIGHT, at=at, around=around) == {"exam"}
    assert codes(replace(night, process="rescue"), NIGHT, at=at, around=around) == set()
    soft = [one for one in findings(by_day, TWO_DAYS, around, at) if not one.hard]
    assert [one.code for one in soft] == ["exam"], "by day it is told, not forbidden"


# --- papers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("410172202203010101", True),
        ("410172202213010101", False),  # no thirteenth month
        ("郑渣核〔2022〕118号", True),
        ("已办", False),
        ("无", False),
        ("见附件证书原件", False),
    ],
)
def test_a_permit_number_looks_like_one(number: str, good: bool) -> None:
    assert (rules.permit_fault(number) == "") is good


def test_every_filing_gives_a_number_or_the_reason_why_none_is_needed() -> None:
    bare = replace(BY_DAY, permit_no="")

    assert codes(bare, TWO_DAYS) == {"no_permit"}
    assert codes(replace(bare, no_permit_reason="no_works"), TWO_DAYS) == set()
    assert codes(replace(bare, no_permit_reason="rescue"), TWO_DAYS) == {"no_rescue"}


@pytest.mark.parametrize(
    ("cost_fen", "area", "below"),
    [
        (29_999_999, 5000.0, True),  # under 300,000 yuan
        (30_000_000, 299.0, True),  # under 300 m2
        (30_000_000, 300.0, False),
        (None, None, None),
        (None, 120.0, True),
    ],
)
def test_small_works_are_below_300000_yuan_or_300_square_metres(
    cost_fen: int | None, area: float | None, below: bool | None
) -> None:
    assert rules.is_below_limit(cost_fen, area, Limits()) is below


def test_large_works_are_not_filed_as_small_ones() -> None:
    claim = replace(BY_DAY, permit_no="", no_permit_reason="below_limit")

    assert codes(replace(claim, cost_fen=900_000_000, area=8000.0), TWO_DAYS) == {"not_below"}
    assert codes(replace(claim, cost_fen=20_000_000, area=8000.0), TWO_DAYS) == set()


@pytest.mark.parametrize(("level", "days"), [(1, 1), (2, 3), (3, 7)])
def test_a_hot_work_permit_is_valid_for_one_three_or_seven_days(level: int, days: int) -> None:
    terms = Terms("hot_work", None, 30, noisy=False)
    longest = replace(
        BY_DAY, kind="hot_work", hot_level=level, last_day=date(2022, 9, 8) + timedelta(days - 1)
    )
    longer = replace(longest, last_day=date(2022, 9, 8) + timedelta(days))

    assert codes(longest, terms) == set()
    assert codes(longer, terms) == {"too_long"}


# --- roads -------------------------------------------------------------------------------------


def test_no_road_is_dug_up_from_mid_november_to_mid_march() -> None:
    limits = Limits()

    assert not in_closed_season((date(2022, 11, 1), date(2022, 11, 14)), limits)
    assert in_closed_season((date(2022, 11, 1), date(2022, 11, 15)), limits)
    assert in_closed_season((date(2023, 3, 15), date(2023, 3, 20)), limits)
    assert not in_closed_season((date(2023, 3, 16), date(2023, 3, 20)), limits)


@given(st.dates(date(2021, 1, 1), date(2024, 12, 1)), st.integers(0, 400))
def test_a_longer_stretch_never_leaves_the_closed_season(first: date, days: int) -> None:
    last = first + timedelta(days)
    assume(in_closed_season((first, last), Limits()))

    assert in_closed_season((first, last + timedelta(1)), Limits())


def test_no_road_is_dug_up_around_holidays() -> None:
    assert holidays(CALENDAR, 2022)[-1] == (date(2022, 10, 1), date(2022, 10, 7))
    assert codes(ROAD, FIVE_DAYS) == set()
    for first in (date(2022, 9, 16), date(2022, 10, 12)):
        near = replace(ROAD, first_day=first, last_day=first)
        assert codes(near, FIVE_DAYS) == {"holiday"}, first
    after = replace(ROAD, first_day=date(2022, 10, 13), last_day=date(2022, 10, 13))
    assert codes(after, FIVE_DAYS) == set()


def test_no_road_is_dug_up_around_large_events() -> None:
    around = replace(
        AROUND, quiet=(Quiet("绿博会", date(2022, 10, 30), date(2022, 11, 2), is_exam=False),)
    )

    assert codes(ROAD, FIVE_DAYS, around=around) == {"holiday"}
    assert codes(replace(ROAD, digs=False), FIVE_DAYS, around=around) == set()


def test_a_new_road_is_left_alone_for_five_years_and_a_mended_one_for_three() -> None:
    assert codes(replace(ROAD, road_opened_on=date(2017, 10, 21)), FIVE_DAYS) == {"young_road"}
    assert codes(replace(ROAD, road_opened_on=date(2017, 10, 20)), FIVE_DAYS) == set()
    assert codes(replace(ROAD, road_repaired_on=date(2019, 10, 21)), FIVE_DAYS) == {"young_road"}
    assert years_after(date(2020, 2, 29), 5) == date(2025, 3, 1)


def test_strict_zones_ask_for_the_consent_of_the_traffic_police() -> None:
    near = replace(ROAD, near=frozenset({"bus_stop", "crossing"}))

    assert codes(near, FIVE_DAYS) == {"strict_zone"}
    assert codes(replace(near, police_consent="郑公交〔2022〕77号"), FIVE_DAYS) == set()


@given(
    st.sampled_from(list(Work)),
    st.dates(date(2022, 1, 1), date(2023, 6, 1)),
    st.integers(-3, 40),
    st.times(),
    st.times(),
    st.booleans(),
)
def test_whatever_is_filled_in_the_rules_answer_and_name_a_field(
    kind: Work, first: date, days: int, begin: time, end: time, digs: bool
) -> None:
    plan = Plan(
        kind,
        first_day=first,
        last_day=first + timedelta(days),
        from_time=begin,
        to_time=end,
        digs=digs,
    )

    for one in findings(plan, replace(TWO_DAYS, code=kind), AROUND, MONDAY):
        assert str(one)
        assert "%(" not in str(one)
        assert one.field in Plan.__dataclass_fields__
