"""What of a request is asked for, and how a point is told: plain values only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gezhi.services.cases.public.rules import CELL_METRES, steps

LONGEST: Final = timedelta(days=90)
"""The standard's widest window, and what is read where no dates are given."""
MOST: Final = 1000
"""The standard's longest list."""
USUAL: Final = 50
ENDED: Final = frozenset({"closed", "voided"})
"""States of a case in which GeoReport calls a request closed."""
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
_WHOLE: Final = re.compile(r"[1-9]\d{0,5}")


@dataclass(frozen=True, slots=True)
class Window:
    """From one moment to another."""

    since: datetime
    until: datetime


def moment(text: str) -> datetime | None:
    """A moment with its zone as the W3C note writes it; None where it is none."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


def window(start: datetime | None, end: datetime | None, now: datetime) -> Window | None:
    """The window asked for, of 90 days where one end or both are left open; None: too wide.

    An end before its beginning is an empty window, not a mistake.
    """
    try:
        if start is None:
            until = end or now
            return Window(until - LONGEST, until)
        until = end or min(start + LONGEST, max(now, start))
    except OverflowError:
        return None
    return Window(start, until) if until - start <= LONGEST else None


def whole(text: str, most: int) -> int | None:
    """A number from 1 to `most`; None where it is none."""
    return int(text) if _WHOLE.fullmatch(text) and int(text) <= most else None


def coarse(lon: float, lat: float) -> tuple[float, float]:
    """The middle of the 50 m cell a point lies in: the same cell as the public map's finest."""
    east, north = steps(CELL_METRES)
    return (
        round((lon // east + 0.5) * east, 6),
        round((lat // north + 0.5) * north, 6),
    )
