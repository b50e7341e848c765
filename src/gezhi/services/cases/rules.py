"""Cases: numbers, limits, routing, duplicates and drawing for call-back, of plain values.

The stages and the exceptions follow the practice of digital city management (GB/T 30428 series):
a report is not yet a case; a case has one responsible unit; nobody checks their own work.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from pypinyin import Style, pinyin

from gezhi.base.workdays import Limit, Unit

REOPEN_DAYS: Final = 7
"""A case of the same place and category so soon after closing is the same case again."""
REPEAT_DAYS: Final = 30
DUPLICATE_METRES: Final = 80.0
DUPLICATE_DAYS: Final = 7
ACCEPT_HOURS: Final = 2.0
"""In which a unit takes a case up or gives it back."""
DESK_HOURS: Final = 0.5
"""In which a case is filed, dispatched, and closed once it has passed."""
VERIFY_HOURS: Final = 2.0
CHECK_HOURS: Final = 2.0
DECIDE: Final = Limit(1, Unit.WORKING_DAY)
"""In which a dispute is decided; then the fallback unit has it."""
REVIEW_DAYS: Final = 30
"""After which a suspended case is looked at again."""
CALL_AGAIN_HOURS: Final = 4.0
"""Working hours before somebody who did not answer is called again."""
SECOND_RETURN: Final = 2
"""From this return on it is a dispute, for a chief to decide."""


class UnitRule(StrEnum):
    """How a category finds its responsible unit."""

    PLACE = "place"
    """先属地后属主: the community or village it lies in."""
    OWNER = "owner"
    """先属主后属地: whoever owns the facility, a fixed unit standing in while unknown."""
    FIXED = "fixed"
    """One unit for the whole subdistrict."""


def hours(amount: float, *, urgent: bool) -> Limit:
    """A limit of the office's own desks: office hours, round the clock for what is urgent."""
    return Limit(amount, Unit.EMERGENCY_HOUR if urgent else Unit.WORKING_HOUR)


@dataclass(frozen=True, slots=True)
class Desk:
    """A unit as routing sees it."""

    id: UUID
    place_id: UUID | None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes by the rule of its category."""

    unit: UUID | None
    """None where a dispatcher has to choose."""
    certain: bool
    """Whether the rule itself names the unit, no other standing in and none beside it."""


def route(
    rule: UnitRule, *, fixed: UUID | None, community: UUID | None, desks: Iterable[Desk]
) -> Route:
    """The unit a case goes to by itself.

    A rule of place falls back to the fixed unit where the community has none, and the other way
    round: a case is not left lying because a table has a gap. Such a stand-in is not certain.
    """
    desks = tuple(desks)
    is_open = {desk.id for desk in desks if desk.is_open}
    here = sorted(
        desk.id for desk in desks if desk.is_open and community and desk.place_id == community
    )
    named = fixed if fixed in is_open else None
    local = here[0] if here else None
    if rule is UnitRule.PLACE:
        return Route(local or named, len(here) == 1)
    return Route(named or local, named is not None)


def whistle_limit(*, emergency: bool) -> Limit:
    """In which called departments report in: on site within half an hour, or a working day."""
    return Limit(0.5, Unit.EMERGENCY_HOUR) if emergency else Limit(1, Unit.WORKING_DAY)


@dataclass(frozen=True, slots=True)
class Spotted:
    """Where and when something was reported."""

    lon: float | None
    lat: float | None
    at: datetime
    address: str = ""


EARTH_RADIUS: Final = 6_371_008.8


def metres(a: Spotted, b: Spotted) -> float | None:
    """Distance on the ground, good to 0.5 % within a subdistrict; None without two points."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return None
    north = math.radians(b.lat - a.lat)
    east = math.radians(b.lon - a.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    return EARTH_RADIUS * math.hypot(north, east)


def may_be_same(a: Spotted, b: Spotted) -> bool:
    """Whether two reports of one category are near enough to ask: is it this one?"""
    if abs(a.at - b.at) > timedelta(days=DUPLICATE_DAYS):
        return False
    apart = metres(a, b)
    if apart is not None:
        return apart <= DUPLICATE_METRES
    return bool(a.address) and a.address == b.address


def is_reopened(closed_at: datetime, reported_at: datetime) -> bool:
    """Whether a report of the same place and category reopens a closed case."""
    return closed_at <= reported_at <= closed_at + timedelta(days=REOPEN_DAYS)


def drawn_for_call_back(case_id: UUID, *, seed: bytes, percent: int) -> bool:
    """Whether a closed case is called back: drawn by the system, so that no handler chooses.

    The seed is a secret of the cell; the same case is drawn the same way again.
    """
    digest = sha256(seed + case_id.bytes).digest()
    return int.from_bytes(digest[:8]) % 100 < percent


def public_code(case_id: UUID, *, seed: bytes) -> str:
    """The six signs that open a case's public page beside its number; no 0/O nor 1/I."""
    signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    digest = sha256(b"public" + seed + case_id.bytes).digest()
    return "".join(signs[byte % len(signs)] for byte in digest[:6])


def first_guess(words: str, known: Sequence[tuple[str, str]]) -> str | None:
    """The category whose name stands in the text; the longest name wins. `known`: code, name."""
    hits = [(len(name), code) for code, name in known if name and name in words]
    return max(hits)[1] if hits else None


def prefix_of(office: str) -> str:
    """The letters before an office's case numbers, from its short name: 沟赵 is GZ."""
    letters = (one[0][:1] for one in pinyin(office, style=Style.FIRST_LETTER))
    return "".join(one for one in letters if one.isascii() and one.isalpha()).upper()[:4] or "AJ"


def photo_needed(category_asks: bool, *, on_the_ground: bool) -> bool:
    """Whether there has to be a photo: where the category asks, of whoever stands before it."""
    return category_asks and on_the_ground
