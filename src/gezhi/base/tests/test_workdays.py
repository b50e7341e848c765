"""The office calendar and deadlines, on the days announced for 2022 to 2026."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.workdays import (
    SHANGHAI,
    Limit,
    OfficeCalendar,
    Pause,
    Season,
    Unit,
    YearNotAnnouncedError,
    calendar_from_package,
    days_of,
    deadline,
    workdays_after,
    workdays_between,
    working_time_between,
)

YEARS = (2022, 2023, 2024, 2025, 2026)
OFFICE = OfficeCalendar(calendar_from_package(YEARS))


def at(text: str) -> datetime:
    """`09-09 17:00` in 2022, in Zhengzhou; a full date may be given."""
    return datetime.fromisoformat(text if len(text) > 11 else f"2022-{text}").replace(
        tzinfo=SHANGHAI
    )


def days(year: int, listed: str) -> set[date]:
    """`0131 0201-0204` as dates; a range holds its working weekdays only."""
    found: set[date] = set()
    for part in listed.split():
        first, _, last = part.partition("-")
        day = date(year, int(first[:2]), int(first[2:]))
        end = date(year, int((last or first)[:2]), int((last or first)[2:]))
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return found


@pytest.mark.parametrize(
    ("year", "off", "worked", "count"),
    [
        (
            2022,
            "0103 0131 0201-0204 0404 0405 0502-0504 0603 0912 1003-1007",
            "0129 0130 0402 0424 0507 1008 1009",
            249,
        ),
        (
            2023,
            "0102 0123-0127 0405 0501-0503 0622 0623 0929 1002-1006",
            "0128 0129 0423 0506 0625 1007 1008",
            249,
        ),
        (
            2024,
            "0101 0212-0216 0404 0405 0501-0503 0610 0916 0917 1001-1004 1007",
            "0204 0218 0407 0428 0511 0914 0929 1012",
            251,
        ),
        (
            2025,
            "0101 0128-0131 0203 0204 0404 0501 0502 0505 0602 1001-1003 1006-1008",
            "0126 0208 0427 0928 1011",
            248,
        ),
        (
            2026,
            "0101 0102 0216-0220 0223 0406 0501 0504 0505 0619 0925 1001 1002 1005-1007",
            "0104 0214 0228 0509 0920 1010",
            248,
        ),
    ],
)
def test_the_days_of_a_year_are_those_announced(
    year: int, off: str, worked: str, count: int
) -> None:
    announced = OFFICE.years[year]
    assert announced.days_off == days(year, off)
    assert announced.days_worked == days(year, worked)
    assert sum(map(OFFICE.is_workday, days_of(year))) == count


@pytest.mark.parametrize(
    ("amount", "unit", "start", "end"),
    [
        (4, Unit.WORKING_HOUR, "09-09 17:00", "09-13 11:30"),
        (2, Unit.WORKING_HOUR, "09-30 17:30", "10-08 10:00"),
        (2, Unit.WORKING_HOUR, "09-13 12:30", "09-13 16:00"),
        (5, Unit.WORKING_HOUR, "10-08 09:00", "10-08 16:00"),
        (1, Unit.WORKING_DAY, "09-09 17:00", "09-13 18:00"),
        (5, Unit.WORKING_DAY, "09-29 10:00", "10-11 18:00"),
        (15, Unit.WORKING_DAY, "09-01 09:00", "09-23 18:00"),
        (4, Unit.EMERGENCY_HOUR, "09-09 23:00", "09-10 03:00"),
        (60, Unit.CALENDAR_DAY, "09-01 09:00", "10-31 23:59:59"),
        (90, Unit.CALENDAR_DAY, "09-01 09:00", "11-30 23:59:59"),
    ],
)
def test_a_limit_ends_when_the_calendar_says(
    amount: float, unit: Unit, start: str, end: str
) -> None:
    assert deadline(OFFICE, at(start), Limit(amount, unit)) == at(f"2022-{end}")


@pytest.mark.parametrize(
    ("count", "start", "last"),
    [
        (25, date(2022, 9, 5), date(2022, 10, 14)),  # 低保, ordinary
        (40, date(2022, 9, 5), date(2022, 11, 4)),  # 低保, special
        (10, date(2022, 9, 20), date(2022, 10, 9)),  # 征地预公告: next step the day after
        (15, date(2022, 9, 20), date(2022, 10, 14)),  # 征收公告
    ],
)
def test_working_days_are_counted_from_the_day_after(count: int, start: date, last: date) -> None:
    assert workdays_after(OFFICE, start, count) == last
    assert workdays_between(OFFICE, start, last) == count


def test_a_notice_of_thirty_days_ends_on_the_thirtieth_day_after_it_was_put_up() -> None:
    end = deadline(OFFICE, at("09-20 10:00"), Limit(30, Unit.CALENDAR_DAY))
    assert end is not None
    assert end.date() == date(2022, 10, 20)


@pytest.mark.parametrize(("days", "last"), [(60, date(2022, 10, 31)), (90, date(2022, 11, 30))])
def test_a_petition_is_decided_in_sixty_days_and_thirty_more(days: int, last: date) -> None:
    end = deadline(OFFICE, at("09-01 09:00"), Limit(days, Unit.CALENDAR_DAY))  # 信访工作条例
    assert end is not None
    assert end.date() == last


def test_a_limit_given_in_another_zone_ends_at_the_same_moment() -> None:
    start = datetime.fromisoformat("2022-09-09T09:00:00+00:00")
    assert deadline(OFFICE, start, Limit(4, Unit.WORKING_HOUR)) == at("09-13 11:30")


@pytest.mark.parametrize(
    ("unit", "pauses", "end"),
    [
        # Suspended on Tuesday from 10:00 to 15:00: half past eleven becomes half past four.
        (Unit.WORKING_HOUR, [("09-13 10:00", "09-13 15:00")], "2022-09-13 16:30"),
        # Over lunch nothing runs that could be stopped.
        (Unit.WORKING_HOUR, [("09-13 12:00", "09-13 14:00")], "2022-09-13 11:30"),
        # Two pauses that overlap stop the clock once.
        (
            Unit.WORKING_HOUR,
            [("09-13 09:00", "09-13 10:00"), ("09-13 09:30", "09-13 10:30")],
            "2022-09-13 15:00",
        ),
        (Unit.EMERGENCY_HOUR, [("09-09 18:00", "09-09 19:00")], "2022-09-09 22:00"),
        (Unit.WORKING_DAY, [("09-13 17:00", "09-14 09:00")], "2022-09-20 18:00"),
        (Unit.WORKING_DAY, [("09-13 19:00", "09-14 08:00")], "2022-09-16 18:00"),
        (Unit.CALENDAR_DAY, [("09-11 10:00", "09-12 09:00")], "2022-09-15 23:59:59"),
    ],
)
def test_a_pause_pushes_the_end_of_a_limit(
    unit: Unit, pauses: list[tuple[str, str]], end: str
) -> None:
    stops: list[Pause] = [(at(begin), at(stop)) for begin, stop in pauses]
    assert deadline(OFFICE, at("09-09 17:00"), Limit(4, unit), stops) == at(end)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_suspended_limit_has_no_end_until_it_runs_again(unit: Unit) -> None:
    stops: list[Pause] = [(at("09-09 17:30"), None)]
    assert deadline(OFFICE, at("09-09 17:00"), Limit(4, unit), stops) is None


def test_a_pause_after_the_end_changes_nothing() -> None:
    stops: list[Pause] = [(at("09-14 09:00"), None)]
    end = deadline(OFFICE, at("09-09 17:00"), Limit(4, Unit.WORKING_HOUR), stops)
    assert end == at("09-13 11:30")


def test_summer_hours_hold_in_summer() -> None:
    morning = (time(8, 30), time(12))
    summer = Season((6, 1), (9, 10), (morning, (time(15), time(18, 30))))
    winter = Season((9, 11), (5, 31), (morning, (time(14), time(18))))
    office = OfficeCalendar(OFFICE.years, (summer, winter))
    assert deadline(office, at("09-09 17:00"), Limit(4, Unit.WORKING_HOUR)) == at("09-13 11:00")
    assert deadline(office, at("09-08 17:00"), Limit(1, Unit.WORKING_DAY)) == at("09-09 18:30")
    assert deadline(office, at("09-09 17:00"), Limit(1, Unit.WORKING_DAY)) == at("09-13 18:00")


def test_a_year_not_announced_is_refused_or_provisional() -> None:
    known = calendar_from_package([2022])
    limit = Limit(5, Unit.WORKING_DAY)
    with pytest.raises(YearNotAnnouncedError, match="2023"):
        deadline(OfficeCalendar(known), at("12-29 09:00"), limit)
    provisional = OfficeCalendar(known, provisional=True)
    end = deadline(provisional, at("12-29 09:00"), limit)
    assert end == at("2023-01-05 18:00")
    assert not provisional.covers(date(2023, 1, 5))
    with pytest.raises(YearNotAnnouncedError):
        calendar_from_package([2100])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Limit(0, Unit.WORKING_HOUR),
        lambda: Limit(1.5, Unit.WORKING_DAY),
        lambda: Season((1, 1), (12, 31), ((time(12), time(8)),)),
        lambda: Season((1, 1), (12, 31), ()),
        lambda: workdays_after(OFFICE, date(2022, 9, 1), 0),
        lambda: deadline(OFFICE, datetime(2022, 9, 1, 9), Limit(1, Unit.WORKING_HOUR)),
    ],
)
def test_what_makes_no_sense_is_a_mistake_of_the_caller(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"\w"):
        wrong()


MOMENTS = st.datetimes(
    datetime(2022, 1, 1), datetime(2025, 6, 30), timezones=st.just(SHANGHAI)
).map(lambda moment: moment.replace(second=0, microsecond=0))
HALF_HOURS = st.integers(1, 120).map(lambda halves: halves / 2)


@given(MOMENTS, HALF_HOURS)
def test_the_office_time_up_to_a_deadline_is_the_limit(start: datetime, hours: float) -> None:
    end = deadline(OFFICE, start, Limit(hours, Unit.WORKING_HOUR))
    assert end is not None
    assert working_time_between(OFFICE, start, end) == timedelta(hours=hours)
    assert OFFICE.is_workday(end.date())


@given(
    MOMENTS,
    HALF_HOURS,
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 100)), max_size=4),
)
def test_time_run_and_time_paused_add_up(
    start: datetime, hours: float, stops: list[tuple[int, int]]
) -> None:
    pauses: list[Pause] = [
        (start + timedelta(hours=begin), start + timedelta(hours=begin + length))
        for begin, length in stops
    ]
    for unit in (Unit.WORKING_HOUR, Unit.EMERGENCY_HOUR):
        plain = deadline(OFFICE, start, Limit(hours, unit))
        paused = deadline(OFFICE, start, Limit(hours, unit), pauses)
        assert plain is not None
        assert paused is not None
        merged = 0.0
        covered = start
        for begin, finish in sorted(pauses, key=lambda pause: pause[0]):
            assert finish is not None
            begin, finish = max(begin, covered), min(finish, paused)
            if finish > begin:
                run = (
                    working_time_between(OFFICE, begin, finish)
                    if unit is Unit.WORKING_HOUR
                    else finish - begin
                )
                merged += run.total_seconds()
                covered = finish
        total = (
            working_time_between(OFFICE, start, paused)
            if unit is Unit.WORKING_HOUR
            else paused - start
        )
        assert total.total_seconds() == hours * 3600 + merged
        assert paused >= plain


@given(MOMENTS, st.integers(1, 60), st.integers(1, 60))
def test_working_days_add_up(start: datetime, first: int, second: int) -> None:
    day = start.date()
    assert workdays_after(OFFICE, workdays_after(OFFICE, day, first), second) == workdays_after(
        OFFICE, day, first + second
    )
