"""When an answer is due, on the office's calendar."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from gezhi.base import workdays
from gezhi.base.workdays import END_OF_DAY, SHANGHAI
from gezhi.core.office.queries import calendar
from gezhi.core.privacy.rules import RequestClock, rights_request_clock


def clock_of(received: date) -> RequestClock:
    """The limits of a request received on a day."""
    return rights_request_clock(
        received, workdays_after=partial(workdays.workdays_after, calendar())
    )


def due_at(clock: RequestClock) -> datetime:
    """The moment the office's own limit ends: closing time, or midnight of a day off."""
    day, office = clock.own_limit, calendar()
    if office.is_workday(day):
        return office.closing(day)
    return datetime.combine(day, END_OF_DAY, SHANGHAI)
