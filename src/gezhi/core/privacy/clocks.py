"""When an answer is due, on the office's calendar."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, partial

from gezhi.base import workdays
from gezhi.base.workdays import END_OF_DAY, SHANGHAI, OfficeCalendar, calendar_from_package
from gezhi.core.privacy.rules import RequestClock, rights_request_clock

FIRST_YEAR, LAST_YEAR = 2018, 2026
"""Years whose days off the installed package knows; later ones count as plain weeks till then."""


@cache
def calendar() -> OfficeCalendar:
    """The announced calendar; years not announced yet are reckoned as plain weeks."""
    return OfficeCalendar(calendar_from_package(range(FIRST_YEAR, LAST_YEAR + 1)), provisional=True)


def clock_of(received: date) -> RequestClock:
    """The limits of a request received on a day."""
    return rights_request_clock(
        received, workdays_after=partial(workdays.workdays_after, calendar())
    )


def due_at(clock: RequestClock) -> datetime:
    """The moment the office's own limit ends: closing time, or midnight of a day off."""
    day = clock.own_limit
    if calendar().is_workday(day):
        return calendar().closing(day)
    return datetime.combine(day, END_OF_DAY, SHANGHAI)
