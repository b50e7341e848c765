"""The office calendar deadlines are reckoned with."""

from __future__ import annotations

from functools import cache

from gezhi.base.workdays import OfficeCalendar, calendar_from_package


@cache
def office_calendar() -> OfficeCalendar:
    """The working days of the years known; a year not announced yet counts as plain weeks."""
    return OfficeCalendar(calendar_from_package(range(2018, 2027)), provisional=True)
