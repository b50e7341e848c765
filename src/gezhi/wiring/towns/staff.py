"""Those who work in a town beside its cast: a head for each community, a worker for each grid.

Nobody signs in as them; they report, verify and mend what the cast has no post for.
"""

from __future__ import annotations

from collections.abc import Iterator

from gezhi.wiring.towns.cast import CAST, Member
from gezhi.wiring.towns.chance import Dice
from gezhi.wiring.towns.desks import desks_of, own_code
from gezhi.wiring.towns.names import full_name, surname
from gezhi.wiring.towns.town_specs import TownSpec


def staff_of(spec: TownSpec) -> Iterator[Member]:
    """Members without a group: for each community, grid and unit that the cast leaves open."""
    cast = [one for one in CAST if one.town == spec.key]
    held = {(one.role, one.place) for one in cast}
    manned = {one.unit for one in cast}
    dice = Dice(f"{spec.key}/staff")
    for index, grids in enumerate(spec.drawing.counts):
        if ("grid_chief_l2", (index,)) not in held:
            yield Member(
                f"chief{index + 1:02d}",
                _name(dice),
                spec.key,
                "grid_chief_l2",
                (index,),
                unit=own_code(index),
            )
        for grid in range(grids):
            if ("grid_worker_full", (index, grid)) not in held:
                yield Member(
                    f"worker{index + 1:02d}{grid + 1:02d}",
                    _name(dice),
                    spec.key,
                    "grid_worker_full",
                    (index, grid),
                )
    for desk in desks_of(spec):
        if desk.community is None and desk.code not in manned:
            yield Member(
                f"unit.{desk.code.lower()}",
                _name(dice),
                spec.key,
                "unit_handler",
                (),
                unit=desk.code,
            )


def _name(dice: Dice) -> str:
    male = dice.comes(0.45)
    return full_name(dice, surname(dice), male=male, born=dice.between(1971, 1999))
