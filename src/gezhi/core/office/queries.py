"""The office's calendar, as the reckoning of deadlines takes it."""

from __future__ import annotations

from typing import Final

from gezhi.base.remembering import Remembered
from gezhi.base.workdays import ALL_YEAR, OfficeCalendar
from gezhi.core.office.models import OfficeHours, WorkYear


def _calendar() -> OfficeCalendar:
    """The days and hours this office works; two queries.

    A year not brought yet is reckoned in plain weeks until it is, which `covers` tells.
    """
    years = {row.year: row.days for row in WorkYear.objects.all()}
    seasons = tuple(row.season for row in OfficeHours.objects.all())
    return OfficeCalendar(years, (*seasons, ALL_YEAR), provisional=True)


calendar: Final = Remembered(_calendar)
"""The same, read once a minute: every step of every matter needs it."""
