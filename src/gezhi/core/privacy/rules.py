"""How much may be read, how long it is kept, and what people may ask about their own data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import Final

# --- reading ---------------------------------------------------------------------------

FACTOR: Final = 6.0
"""How many times the usual spread above the usual day is far."""
FLOOR: Final = 30
"""So many people a day are never far above any habit."""
ENOUGH_DAYS: Final = 10
"""Fewer days than these are no habit."""
HABIT_DAYS: Final = timedelta(days=60)
"""So far back a habit looks."""
_MAD_TO_DEVIATION: Final = 1.4826  # of a normal distribution


OVERALL_CAP: Final = 400
"""So many people a day may one account read whatever the purposes: caps of purposes do not add up
to a census."""


def over_daily_cap(count: int, cap: int) -> bool:
    """Whether the day's `count`-th person is one too many; a cap of 0 allows nobody."""
    return count > cap


def habit_limit(
    history: Sequence[int], *, peers: Sequence[int], k: float = FACTOR, floor: int = FLOOR
) -> int:
    """How many people a day somebody may read before it is far above the habit of their role.

    `peers`: people read a day by the others in the role, `history`: by this account; each over
    past days on which anything was read, today left out (or a whole role misused in one day would
    be its own excuse). The role's habit counts; somebody's own helps only where the role has too
    few others for one, so nobody raises their limit by reading more.

    median + k x spread, never below `floor`. The spread is the median absolute deviation scaled
    to a standard deviation, which a minority of wild days cannot move, and at least the square
    root of the median: counts vary that much by chance.
    """
    days = peers if len(peers) >= ENOUGH_DAYS else (*peers, *history)
    if len(days) < ENOUGH_DAYS:
        return floor
    usual = median(days)
    deviation = median(abs(count - usual) for count in days)
    spread = max(_MAD_TO_DEVIATION * deviation, math.sqrt(usual))
    return max(floor, math.floor(usual + k * spread))


def is_far_above_habit(
    today: int,
    history: Sequence[int],
    *,
    peers: Sequence[int],
    k: float = FACTOR,
    floor: int = FLOOR,
) -> bool:
    """Whether somebody's reading today must raise an alarm; see `habit_limit`."""
    return today > habit_limit(history, peers=peers, k=k, floor=floor)


# --- keeping ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a kind of record is kept from a date on: in days, in months or in years."""

    days: int = 0
    months: int = 0
    years: int = 0

    def __post_init__(self) -> None:
        given = [count for count in (self.days, self.months, self.years) if count]
        if len(given) != 1 or given[0] < 0:
            raise ValueError("a retention is a number of days, of months or of years")


class Disposal(StrEnum):
    """What becomes of a record now."""

    KEEP = "keep"
    BLOCK = "block"
    """Stored and guarded, and otherwise not used any more."""
    DELETE = "delete"


def expires_on(retention: Retention | None, start: date) -> date | None:
    """The last day a record is kept; None is permanent.

    Civil Code articles 201-202: the first day does not count; a period of months or years ends on
    the same day of the month, or on its last day where the month has no such day.
    """
    if retention is None:
        return None
    if retention.days:
        return start + timedelta(days=retention.days)
    months = start.month - 1 + retention.months + 12 * retention.years
    first = date(start.year + months // 12, months % 12 + 1, 1)
    next_month = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=start.day - 1), next_month - timedelta(days=1))


THREE_YEARS: Final = Retention(years=3)
"""How long the traces of processing are kept: article 56 of the Personal Information Protection
Law."""


def expired_by(retention: Retention, today: date) -> date:
    """The latest start whose keeping is over today: everything from it or before may go."""
    guess = today - timedelta(days=retention.days + 31 * retention.months + 366 * retention.years)
    expires = expires_on(retention, guess)
    while expires is not None and expires < today:
        guess += timedelta(days=1)
        expires = expires_on(retention, guess)
    return guess - timedelta(days=1)


def disposal(
    expires: date | None, today: date, *, purpose_ended: bool = False, legal_hold: bool = False
) -> Disposal:
    """Whether to keep, block or delete a record.

    Personal Information Protection Law article 47: delete when the purpose is met or dropped, the
    consent withdrawn, the reading unlawful (`purpose_ended`), or the period over, whichever is
    first. Where a law still demands the record (`legal_hold`), all but storing it stops.
    """
    if not purpose_ended and (expires is None or today <= expires):
        return Disposal.KEEP
    return Disposal.BLOCK if legal_hold else Disposal.DELETE


# --- answering -------------------------------------------------------------------------

OWN_WORKING_DAYS: Final = 15
LEGAL_DAYS: Final = 30


class ClockState(StrEnum):
    """Where a request stands against its limits."""

    RUNNING = "running"
    LATE = "late"
    """Past the office's own limit."""
    OVERDUE = "overdue"
    """Past the limit of the standard."""


@dataclass(frozen=True, slots=True)
class RequestClock:
    """By when a person's request about their own data is answered; both days included."""

    own_limit: date
    legal_limit: date

    def state(self, today: date) -> ClockState:
        """Where it stands at the end of a day without an answer."""
        if today > self.legal_limit:
            return ClockState.OVERDUE
        return ClockState.LATE if today > self.own_limit else ClockState.RUNNING


def rights_request_clock(
    received: date, *, workdays_after: Callable[[date, int], date]
) -> RequestClock:
    """15 working days as the office's own limit, never beyond the 30 days of GB/T 35273-2020 8.7.

    The day of receipt does not count. `workdays_after(day, n)` is the n-th working day after.
    """
    legal_limit = received + timedelta(days=LEGAL_DAYS)
    return RequestClock(min(workdays_after(received, OWN_WORKING_DAYS), legal_limit), legal_limit)
