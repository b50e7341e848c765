"""The office's calendar, as the reckoning of deadlines takes it."""

from __future__ import annotations

import time
from typing import Final

from gezhi.base.tenancy import here
from gezhi.base.workdays import ALL_YEAR, OfficeCalendar
from gezhi.core.office.models import OfficeHours, WorkYear

REMEMBERED_SECONDS: Final = 60
"""How long a process reckons with the calendar it read; a change tells only the process it is in.

Every step of every matter needs it and it changes a few times a year: read each time it would be
two of a step's fourteen questions.
"""
_read: dict[str, tuple[float, OfficeCalendar]] = {}


def calendar() -> OfficeCalendar:
    """The days and hours this office works; two queries where it was not read within a minute.

    A year not brought yet is reckoned in plain weeks until it is, which `covers` tells.
    """
    known = _read.get(here().schema_name)
    if known is not None and time.monotonic() - known[0] < REMEMBERED_SECONDS:
        return known[1]
    years = {row.year: row.days for row in WorkYear.objects.all()}
    seasons = tuple(row.season for row in OfficeHours.objects.all())
    fresh = OfficeCalendar(years, (*seasons, ALL_YEAR), provisional=True)
    _read[here().schema_name] = time.monotonic(), fresh
    return fresh


def forget() -> None:
    """Read the calendar anew when next asked: after a change of it, and between tests."""
    _read.pop(here().schema_name, None)
