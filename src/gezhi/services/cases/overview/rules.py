"""Squares of the map, stages of the board and weeks of the calendar: plain values only.

A square is 50 m wide at level 0 and doubles with each level; its numbers count from where 0° E
meets the equator, so that a square is the same square however the map is pushed.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gezhi.services.cases.public.rules import CELL_METRES, Bounds, cell_metres, steps

LEVELS: Final = 9
"""Levels 0 to 8: 50 m to 12.8 km, which is enough for the widest piece of map there is."""
EAST, NORTH = steps(CELL_METRES)
"""The sides of a square of level 0, in degrees."""


@dataclass(frozen=True, slots=True)
class Square:
    """One square: `3.10425.1563` as an address writes it."""

    level: int
    x: int
    y: int

    def __str__(self) -> str:
        return f"{self.level}.{self.x}.{self.y}"

    @property
    def bounds(self) -> Bounds:
        """Its sides; what lies on the western or southern one belongs to it."""
        east, north = sides(self.level)
        return Bounds(self.x * east, self.y * north, (self.x + 1) * east, (self.y + 1) * north)

    @property
    def centre(self) -> tuple[float, float]:
        """(longitude, latitude), to some decimetres."""
        one = self.bounds
        return round((one.west + one.east) / 2, 6), round((one.south + one.north) / 2, 6)


_WRITTEN: Final = re.compile(r"([0-8])\.(\d{1,7})\.(\d{1,7})")


def square_of(text: str) -> Square | None:
    """A square as written in an address; None where it is none."""
    found = _WRITTEN.fullmatch(text)
    return Square(*map(int, found.groups())) if found else None


def sides(level: int) -> tuple[float, float]:
    """The sides of a square of a level in degrees, (east, north)."""
    return EAST * 2**level, NORTH * 2**level


def level_for(bounds: Bounds) -> int:
    """How wide the squares are for a piece of map: at most some 17 along each side."""
    return min(LEVELS - 1, round(math.log2(cell_metres(bounds) / CELL_METRES)))


@dataclass(frozen=True, slots=True)
class Span:
    """Squares of a level from one corner to the other, both included."""

    level: int
    west: int
    south: int
    east: int
    north: int

    @property
    def bounds(self) -> Bounds:
        """The piece of map that they cover."""
        low = Square(self.level, self.west, self.south).bounds
        high = Square(self.level, self.east, self.north).bounds
        return Bounds(low.west, low.south, high.east, high.north)


def span_of(bounds: Bounds) -> Span:
    """The whole squares that a piece of map touches."""
    level = level_for(bounds)
    east, north = sides(level)
    return Span(
        level,
        *(math.floor(bounds.west / east), math.floor(bounds.south / north)),
        *(math.floor(bounds.east / east), math.floor(bounds.north / north)),
    )


_TOPIC: Final = re.compile(r"[ec]\d{2}(?:\d{2})?")


def is_topic(text: str) -> bool:
    """Whether a text is a topic of cases (`e0102`), or how those of a class begin (`e01`)."""
    return _TOPIC.fullmatch(text) is not None


# --- how long a case has waited ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Age:
    """Opened within so many days, or longer ago than that."""

    days: int
    older: bool


AGES: Final = {
    "1": Age(1, older=False),
    "7": Age(7, older=False),
    "over7": Age(7, older=True),
    "over30": Age(30, older=True),
}

# --- the board -----------------------------------------------------------------------------------

STAGES: Final = {
    "filing": ("reported", "verifying"),
    "dispatching": ("filed", "returned", "disputed"),
    "accepting": ("dispatched",),
    "handling": ("handling", "rework", "extension_pending", "suspension_pending"),
    "suspended": ("suspended",),
    "checking": ("checking",),
    "closing": ("passed",),
}
"""The columns of the board in the order of the work, each with the states that lie in it."""

# --- the calendar --------------------------------------------------------------------------------


def month_of(text: str, today: date) -> date:
    """The first day of the month asked for (`2026-11`), or of today's where it is none."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def month_before(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def weeks_of(first: date) -> list[list[date]]:
    """The weeks of a month from Monday on, filled up with days of the months beside it."""
    return calendar.Calendar().monthdatescalendar(first.year, first.month)
