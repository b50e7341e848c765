"""What the public sees of a case, and what keeps its form from being flooded: plain values only.

A case is shown as seven stages (GB/T 30428 practice). Whatever people wrote freely is not shown,
but for the answer of the unit once it was checked, and that without numbers and staff names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

STAGES: Final = ("told", "filing", "dispatching", "handling", "answer", "check", "closing")
"""The seven stages: information, filing, dispatch, handling, feedback, check, closing."""
STANDS_AT: Final = {
    "reported": 1,
    "verifying": 1,
    "voided": 1,
    "filed": 2,
    "returned": 2,
    "disputed": 2,
    "dispatched": 3,
    "handling": 3,
    "extension_pending": 3,
    "suspension_pending": 3,
    "suspended": 3,
    "rework": 3,
    "checking": 5,
    "passed": 6,
    "closed": 7,
}
"""The stage each state waits in, counted from 0; 7 when all are done."""
ANSWERED_IN: Final = frozenset({"passed", "closed"})
"""States in which the unit's answer has passed the check, and is the reporter's to read."""


class Standing(StrEnum):
    """How far a stage has come."""

    DONE = "done"
    NOW = "now"
    STOPPED = "stopped"
    """It ended here, or waits here for something out of the ordinary."""
    TO_COME = "to_come"


STOPS_IN: Final = frozenset({"voided", "returned", "disputed", "suspended", "rework"})


def standings(state: str) -> tuple[Standing, ...]:
    """One standing for each of the seven stages."""
    at = STANDS_AT[state]
    now = Standing.STOPPED if state in STOPS_IN else Standing.NOW
    return tuple(
        Standing.DONE if number < at else now if number == at else Standing.TO_COME
        for number in range(len(STAGES))
    )


def may_reply(closed_at: datetime | None, at: datetime, *, days: int) -> bool:
    """Whether a reporter may still say that it is solved, or is not: within the window."""
    return closed_at is not None and closed_at <= at <= closed_at + timedelta(days=days)


# --- words fit for everybody -----------------------------------------------------------------

_NUMBER: Final = re.compile(r"(?<![\d*])\+?\d(?:[\d\s\-–—*]{5,}[\dXx])")
_PLATE: Final = re.compile(r"[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{5,6}(?![A-Z0-9])")
_ROOM: Final = re.compile(r"\d{1,2}\s*单元\s*\d{2,4}(?:\s*[室户号])?|\d{3,4}\s*[室户]")
_CALLED: Final = re.compile(
    r"[\u4e00-\u9fff]{1,3}(?=先生|女士|同志|师傅|大爷|大妈|大娘|阿姨|叔叔|老人|某某|某(?![\u4e00-\u9fff]))"
)
_PARTICLE: Final = re.compile(r"[和与同向对给让请由及、了为]")
HIDDEN: Final = "***"


def fit_for_all(text: str, names: Iterable[str] = ()) -> str:
    """A unit's answer without what may tell of a person: the last guard, not the first.

    Numbers of seven digits and more, plates, rooms, the given names and surnames before a form of
    address are starred. Whoever writes the answer is told beforehand that it will be read.
    """
    for name in sorted({one.strip() for one in names if len(one.strip()) > 1}, key=len)[::-1]:
        text = text.replace(name, HIDDEN)
    for pattern in (_NUMBER, _PLATE, _ROOM):
        text = pattern.sub(HIDDEN, text)
    return _CALLED.sub(_without_surname, text)


def _without_surname(found: re.Match[str]) -> str:
    """和王建国(先生) -> 和***: what stands before the name is kept."""
    cut = max((one.end() for one in _PARTICLE.finditer(found[0])), default=0)
    return found[0][:cut] + (HIDDEN if cut < len(found[0]) else "")


# --- numbers and codes as people type them -----------------------------------------------------

NUMBER: Final = re.compile(r"[A-Z]{1,4}\d{13}")
CODE: Final = re.compile(r"[2-9A-HJ-NP-Z]{6}")
_BETWEEN: Final = re.compile(r"[\s\-－—_.]")


def as_written(text: str) -> str:
    """A number or code in its one form: capitals of half width, nothing in between."""
    narrow = "".join(chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in text)
    return _BETWEEN.sub("", narrow).upper()


# --- where, coarsely ------------------------------------------------------------------------

CELL_METRES: Final = 50.0
METRES_A_DEGREE: Final = 111_320.0
MOST_CELLS: Final = 16
"""Cells along each side of what is asked for: 256 answers at the most."""
LEAST_CELLS: Final = 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """A piece of the map, in degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float


WIDEST: Final = 2.0
"""Degrees: more than any subdistrict is across."""


def bounds_of(text: str) -> Bounds | None:
    """`west,south,east,north` as asked for; None where it is no piece of a map of a town."""
    parts = text.split(",")
    try:
        west, south, east, north = (float(one) for one in parts)
    except ValueError:
        return None
    if not all(map(math.isfinite, (west, south, east, north))):
        return None
    if not (73 <= west < east <= 136 and 3 <= south < north <= 54):
        return None
    if east - west > WIDEST or north - south > WIDEST:
        return None
    return Bounds(west, south, east, north)


def cell_metres(bounds: Bounds) -> float:
    """The side of the cells that points are gathered in: 50 m, doubled until few enough.

    50 m is a building: nobody's door, and at the finest still the same for every look.
    """
    wide = (bounds.east - bounds.west) * METRES_A_DEGREE * math.cos(math.radians(bounds.south))
    side = max(wide, (bounds.north - bounds.south) * METRES_A_DEGREE)
    metres = CELL_METRES
    while side / metres > MOST_CELLS:
        metres *= 2
    return metres


def steps(metres: float) -> tuple[float, float]:
    """The sides of a cell in degrees, (east, north), at the latitude of the middle of China."""
    north = metres / METRES_A_DEGREE
    return north / math.cos(math.radians(34.7)), north


# --- who comes too often -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a kind from one of these within so many seconds."""

    kind: str
    most: int
    seconds: int


def window_of(at: datetime, seconds: int) -> int:
    """Which window of a length a moment lies in; all windows of a length follow each other."""
    return int(at.timestamp()) // seconds


def opens_again(at: datetime, seconds: int) -> int:
    """Seconds until the next window."""
    return seconds - int(at.timestamp()) % seconds


def first_over(limits: Sequence[Limit], counts: Sequence[int]) -> Limit | None:
    """The limit that is passed, the one that lasts longest first; None when all hold."""
    over = [one for one, count in zip(limits, counts, strict=True) if count > one.most]
    return max(over, key=lambda one: one.seconds, default=None)
