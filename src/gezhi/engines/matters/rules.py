"""Whether a step may be taken, and where a clock stands: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from gezhi.base.workdays import (
    Limit,
    OfficeCalendar,
    Pause,
    Unit,
    deadline,
    working_time_between,
)

MARKS: Final = (50, 80, 100)
"""Shares of a limit, in percent, at which somebody is told (GB/T 30428 practice)."""


def mark_moments(
    calendar: OfficeCalendar, start: datetime, limit: Limit, pauses: Sequence[Pause] = ()
) -> tuple[datetime, ...] | None:
    """When 50, 80 and 100 percent of a limit have run; None while it stands still.

    A share of hours is hours. A share of days is a share of what runs between the start and the
    due moment: office time for working days, all of it for calendar days, pauses left out.
    """
    due = deadline(calendar, start, limit, pauses)
    if due is None:
        return None
    match limit.unit:
        case Unit.WORKING_HOUR | Unit.EMERGENCY_HOUR:
            hours, unit = limit.amount, limit.unit
        case Unit.WORKING_DAY:
            hours = _in_hours(_office_time(calendar, start, due, pauses))
            unit = Unit.WORKING_HOUR
        case Unit.CALENDAR_DAY:
            hours = _in_hours(due - start - _paused(pauses, start, due))
            unit = Unit.EMERGENCY_HOUR
    if hours <= 0:
        return (due,) * len(MARKS)
    found = [
        min(due, deadline(calendar, start, Limit(hours * share / 100, unit), pauses) or due)
        for share in MARKS[:-1]
    ]
    return (*found, due)


def _in_hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


def _office_time(
    calendar: OfficeCalendar, start: datetime, end: datetime, pauses: Sequence[Pause]
) -> timedelta:
    total = working_time_between(calendar, start, end)
    for begins, ends in pauses:
        if ends is not None:
            total -= working_time_between(calendar, max(begins, start), min(ends, end))
    return total


def _paused(pauses: Sequence[Pause], start: datetime, end: datetime) -> timedelta:
    nothing = timedelta()
    return sum(
        (
            max(min(ends, end) - max(begins, start), nothing)
            for begins, ends in pauses
            if ends is not None
        ),
        nothing,
    )


def next_mark(moments: Sequence[datetime] | None, warned: int) -> tuple[int, datetime] | None:
    """The first mark not announced yet and when it is reached; None when none is left."""
    if moments is None:
        return None
    left = ((mark, when) for mark, when in zip(MARKS, moments, strict=True) if mark > warned)
    return next(left, None)


def mark_reached(moments: Sequence[datetime] | None, at: datetime) -> int:
    """The highest mark reached at a moment, in percent; 0 before the first."""
    reached = [mark for mark, when in zip(MARKS, moments or (), strict=bool(moments)) if when <= at]
    return max(reached, default=0)


def halved(limit: Limit) -> Limit:
    """The limit of a rework: half of what the category gives, at least two working hours.

    Days that halve to a fraction are rounded up; one working day becomes half of 7.5 hours.
    """
    half = limit.amount / 2
    if limit.unit in (Unit.WORKING_HOUR, Unit.EMERGENCY_HOUR):
        return Limit(max(half, 2.0), limit.unit)
    if limit.amount == 1:
        if limit.unit is Unit.WORKING_DAY:
            return Limit(3.75, Unit.WORKING_HOUR)
        return Limit(12, Unit.EMERGENCY_HOUR)
    return Limit(-(-limit.amount // 2), limit.unit)
