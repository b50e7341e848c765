"""Working days, working hours and the deadlines reckoned in them.

The State Council announces each year's days off and make-up days in the autumn before, so a
calendar is data: sets of dates and the office hours of each season. Nothing here asks the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import chinese_calendar

from gezhi.base.sentences import _

Interval = tuple[time, time]
Pause = tuple[datetime, datetime | None]
"""When the clock stood still; no end yet: it still does."""

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
DAY: Final = timedelta(days=1)
END_OF_DAY: Final = time(23, 59, 59)


class YearNotAnnouncedError(ValueError):
    """A deadline reaches into a year whose days off are not loaded yet."""

    def __init__(self, year: int) -> None:
        super().__init__(_("%(year)s 年的节假日安排尚未导入。") % {"year": year})
        self.year = year


@dataclass(frozen=True, slots=True)
class YearDays:
    """What an announcement changes in the plain week of one year."""

    days_off: frozenset[date]
    """Mondays to Fridays without work."""
    days_worked: frozenset[date]
    """Saturdays and Sundays worked instead."""


@dataclass(frozen=True, slots=True)
class Season:
    """Office hours from one day of the year (month, day) to another, both included."""

    first: tuple[int, int]
    last: tuple[int, int]
    hours: tuple[Interval, ...]

    def __post_init__(self) -> None:
        moments = [moment for interval in self.hours for moment in interval]
        if not moments or any(a >= b for a, b in pairwise(moments)):
            raise ValueError("office hours are intervals in order, none of them empty")

    def holds_on(self, day: date) -> bool:
        """Whether it is this season; one that begins after it ends runs over New Year."""
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


ALL_YEAR: Final = Season((1, 1), (12, 31), ((time(8, 30), time(12)), (time(14), time(18))))
"""The office hours of Zhengzhou's administration: 7.5 hours a day."""


@dataclass(frozen=True, slots=True)
class OfficeCalendar:
    """Which days and hours an office works; where seasons overlap the first listed holds.

    `provisional` treats years not announced yet as plain weeks instead of refusing them;
    `covers` tells whether an answer rests on an announcement.
    """

    years: Mapping[int, YearDays]
    seasons: tuple[Season, ...] = (ALL_YEAR,)
    zone: ZoneInfo = SHANGHAI
    provisional: bool = False

    def covers(self, day: date) -> bool:
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        """Raises `YearNotAnnouncedError` for an unknown year, unless provisional."""
        announced = self.years.get(day.year)
        if announced is None:
            if not self.provisional:
                raise YearNotAnnouncedError(day.year)
            return day.weekday() < 5
        if day.weekday() < 5:
            return day not in announced.days_off
        return day in announced.days_worked

    def hours(self, day: date) -> tuple[Interval, ...]:
        """The office hours of a day; none on a day off."""
        if not self.is_workday(day):
            return ()
        for season in self.seasons:
            if season.holds_on(day):
                return season.hours
        raise ValueError(f"no season of office hours holds on {day:%m-%d}")

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of office time from a moment on, without end."""
        here = self.local(start)
        day = here.date()
        while True:
            for opens, closes in self.hours(day):
                begin = max(here, datetime.combine(day, opens, self.zone))
                end = datetime.combine(day, closes, self.zone)
                if begin < end:
                    yield begin, end
            day += DAY

    def local(self, moment: datetime) -> datetime:
        """A moment in the office's zone; one without a zone is a mistake of the caller."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return moment.astimezone(self.zone)

    def closing(self, day: date) -> datetime:
        """When the office closes on a working day."""
        return datetime.combine(day, self.hours(day)[-1][1], self.zone)


def calendar_from_package(years: Iterable[int]) -> dict[int, YearDays]:
    """The announced days of some years, from the `chinesecalendar` package, as plain data.

    Raises `YearNotAnnouncedError` for a year the installed package does not know.
    """
    return {year: _year_from_package(year) for year in years}


def _year_from_package(year: int) -> YearDays:
    off: set[date] = set()
    worked: set[date] = set()
    for day in days_of(year):
        try:
            works = bool(chinese_calendar.is_workday(day))
        except NotImplementedError as unknown:
            raise YearNotAnnouncedError(year) from unknown
        if day.weekday() < 5 and not works:
            off.add(day)
        elif day.weekday() >= 5 and works:
            worked.add(day)
    return YearDays(frozenset(off), frozenset(worked))


def days_of(year: int) -> Iterator[date]:
    """Every day of a year, in order."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += DAY


def workdays_after(calendar: OfficeCalendar, day: date, count: int) -> date:
    """The `count`-th working day after a day; the day itself is not counted (count >= 1)."""
    if count < 1:
        raise ValueError("a number of working days is at least one")
    while count:
        day += DAY
        count -= calendar.is_workday(day)
    return day


def workdays_between(calendar: OfficeCalendar, first: date, last: date) -> int:
    """Working days from the day after `first` to `last` included; 0 when last <= first."""
    span = range(1, (last - first).days + 1)
    return sum(calendar.is_workday(first + timedelta(days=step)) for step in span)


def working_time_between(calendar: OfficeCalendar, start: datetime, end: datetime) -> timedelta:
    """Office time from one moment to another; zero when the end is not after the start."""
    total = timedelta()
    finish = calendar.local(end)
    if finish <= start:
        return total
    for begin, close in calendar.spans(start):
        if begin >= finish:
            return total
        total += min(close, finish) - begin
        if close >= finish:
            return total
    raise AssertionError("office time has no end")


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_HOUR = "wh"
    """工作时: office hours only."""
    WORKING_DAY = "wd"
    """工作日: ends at closing time; the day of receipt is not counted."""
    EMERGENCY_HOUR = "eh"
    """紧急工作时: round the clock."""
    CALENDAR_DAY = "day"
    """日: ends at midnight; the first day is not counted (Civil Code art. 201, 202)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: `Limit(4, Unit.WORKING_HOUR)`. Days are whole; hours may be halves."""

    amount: float
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("a limit is longer than nothing")
        if self.unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY) and self.amount % 1:
            raise ValueError("days are counted whole")


def deadline(
    calendar: OfficeCalendar, start: datetime, limit: Limit, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The last moment of a limit that began at `start`, in the calendar's zone.

    Pauses push it on: hours inside a pause do not run; a day is not counted when a pause touches
    its office hours (working days) or any of it (calendar days). None while the limit is stopped
    by a pause without end. Raises `YearNotAnnouncedError` when the answer lies beyond the calendar.
    """
    here = calendar.local(start)
    stops = _in_order(calendar, pauses)
    match limit.unit:
        case Unit.WORKING_HOUR:
            return _run_down(calendar.spans(here), timedelta(hours=limit.amount), stops)
        case Unit.EMERGENCY_HOUR:
            return _run_down(_round_the_clock(here), timedelta(hours=limit.amount), stops)
        case Unit.WORKING_DAY:
            day = _count_days(calendar, here.date(), int(limit.amount), stops, office=True)
            return None if day is None else calendar.closing(day)
        case Unit.CALENDAR_DAY:
            day = _count_days(calendar, here.date(), int(limit.amount), stops, office=False)
            return None if day is None else datetime.combine(day, END_OF_DAY, calendar.zone)


def _in_order(calendar: OfficeCalendar, pauses: Sequence[Pause]) -> list[Pause]:
    local = [
        (calendar.local(begin), calendar.local(end) if end is not None else None)
        for begin, end in pauses
    ]
    return sorted(local, key=lambda pause: pause[0])


def _round_the_clock(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    while True:
        yield start, start + DAY
        start += DAY


def _run_down(
    spans: Iterator[tuple[datetime, datetime]], left: timedelta, stops: Sequence[Pause]
) -> datetime | None:
    for span in spans:
        running, stopped = _without(span, stops)
        for begin, end in running:
            if begin + left <= end:
                return begin + left
            left -= end - begin
        if stopped:
            return None
    raise AssertionError("time has no end")


def _without(
    span: tuple[datetime, datetime], stops: Sequence[Pause]
) -> tuple[list[tuple[datetime, datetime]], bool]:
    """A stretch of time less its pauses, and whether a pause without end begins within it."""
    here, close = span
    running: list[tuple[datetime, datetime]] = []
    for begin, end in stops:
        if begin >= close:
            break
        if begin > here:
            running.append((here, begin))
        if end is None:
            return running, True
        here = max(here, end)
        if here >= close:
            return running, False
    running.append((here, close))
    return running, False


def _count_days(
    calendar: OfficeCalendar, day: date, count: int, stops: Sequence[Pause], *, office: bool
) -> date | None:
    while count:
        day += DAY
        if office and not calendar.is_workday(day):
            continue
        hours = calendar.hours(day) if office else ((time.min, time.max),)
        opens = datetime.combine(day, hours[0][0], calendar.zone)
        closes = datetime.combine(day, hours[-1][1], calendar.zone)
        touching = [stop for stop in stops if _touches(stop, opens, closes)]
        if any(end is None for _begin, end in touching):
            return None
        count -= not touching
    return day


def _touches(stop: Pause, opens: datetime, closes: datetime) -> bool:
    begin, end = stop
    return begin < closes and (end is None or (end > opens and end > begin))
