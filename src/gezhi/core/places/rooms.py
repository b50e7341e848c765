"""The rooms of a building worked out from its plan: units, floors, rooms on each floor."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from gezhi.base.errors import Refusal
from gezhi.base.sentences import Sentence, _

MOST_ROOMS: Final = 2_000
"""Of one building; the largest slabs have some 1,200."""
MOST_ON_A_FLOOR: Final = 99
"""A room number ends in two digits: 501 to 599."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """One room to be: unit 0 where there are none, floor below ground negative."""

    unit: int
    floor: int
    name: str


def plan_rooms(
    units: int, floors: int, on_a_floor: int, *, below: int = 0, skipped: Collection[int] = ()
) -> list[RoomPlan]:
    """Every room of a regular building, by unit, floor and place on the floor.

    Rooms are named after their floor: 501, 1203, B101. `skipped` floors have no rooms (4, 13, 14
    are often left out, and machine floors). Without units (`units` 0) all rooms of a floor count
    on. Raises `Refusal("places.bad_plan")` for a plan no building has.
    """
    if floors < 1 or floors > 90 or below < 0 or below > 9 or units < 0 or units > 50:
        raise _bad(_("层数应为 1 至 90，地下 0 至 9 层，单元 0 至 50 个"))
    if not 1 <= on_a_floor <= MOST_ON_A_FLOOR:
        raise _bad(_("每层户数应为 1 至 %(most)s"), most=MOST_ON_A_FLOOR)
    levels = [floor for floor in (*range(-below, 0), *range(1, floors + 1)) if floor not in skipped]
    stairs = range(1, units + 1) if units else (0,)
    rooms = [
        RoomPlan(unit, floor, f"{f'B{-floor}' if floor < 0 else floor}{number:02}")
        for unit in stairs
        for floor in levels
        for number in range(1, on_a_floor + 1)
    ]
    if len(rooms) > MOST_ROOMS:
        values = {"count": len(rooms), "most": MOST_ROOMS}
        raise _bad(_("共 %(count)s 间，一栋楼最多 %(most)s 间，请核对"), **values)
    return rooms


def read_floors(text: str) -> set[int]:
    """Floors out of `4、13-14`; raises `Refusal("places.bad_plan")` for anything else."""
    return set(_floors(text))


def _floors(text: str) -> Iterator[int]:
    for part in re.split(r"[、,，;；\s]+", text.strip()):
        if not part:
            continue
        found = re.fullmatch(r"(\d{1,2})(?:[-—~～至](\d{1,2}))?", part, re.ASCII)
        if found is None:
            raise _bad(_("“%(text)s”不是楼层，请写成 4、13-14"), text=part[:20])
        first = int(found[1])
        yield from range(first, int(found[2] or first) + 1)


def _bad(pattern: str, **values: object) -> Refusal:
    return Refusal(str(Sentence(pattern, values)), "places.bad_plan")
