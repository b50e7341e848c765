"""The vehicles of a community as a clerk's sheet: a car for some homes, where its people live.

Their plates begin with 豫Z, which no city of Henan has been given: none of them is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.dirt import Row
from gezhi.wiring.towns.habitats import (
    DORMITORY,
    ESTATE,
    HAMLET,
    OLD,
    RESETTLED,
    WALK_UP,
    Habitat,
)
from gezhi.wiring.towns.persons import Household, Person
from gezhi.wiring.towns.town_specs import AS_OF

_SHARES: Final = {
    ESTATE.code: 0.46,
    RESETTLED.code: 0.44,
    HAMLET.code: 0.52,
    WALK_UP.code: 0.34,
    OLD.code: 0.22,
    DORMITORY.code: 0.01,
}
_KINDS: Final = Weighted({"轿车": 62.0, "SUV": 24.0, "面包车": 6.0, "小货车": 5.0, "摩托车": 3.0})
_IN_HAMLETS: Final = Weighted(
    {"轿车": 54.0, "SUV": 14.0, "面包车": 10.0, "小货车": 9.0, "摩托车": 7.0, "三轮汽车": 6.0}
)
_MOST: Final = 4_000
"""Vehicles of one community at most: their numbers do not meet those of the next."""
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_NEW_ENERGY: Final = 0.18
_DRIVERS: Final = range(20, 76)


def vehicle_rows(share: int, community: str, households: Iterable[Household]) -> Iterator[Row]:
    """A row for each vehicle by the field names of the vehicle template.

    `share` counts the communities of both towns from 0 to 35; `community` is its name. Some
    owners' numbers are not known, as on sheets of car parks.
    """
    dice = Dice(f"vehicles/{share}")
    number = share * _MOST
    for household in households:
        habitat = household.compound.habitat
        if not dice.comes(_SHARES.get(habitat.code, 0.0)):
            continue
        owner = _owner(household)
        if owner is None or number >= (share + 1) * _MOST:
            continue
        kind = dice.of(_IN_HAMLETS if habitat is HAMLET else _KINDS)
        known = dice.comes(0.92)
        room = household.room
        yield {
            "plate": _written(_plate(number, kind, dice), dice),
            "kind": kind,
            "contact": owner.name,
            "owner_id_no": owner.id_no if known else "",
            "phone": owner.phone,
            "community": community,
            "compound": household.compound.name,
            "building": household.building.name,
            "unit": str(room.unit) if room.unit else "",
            "room": f"{room.name}号" if habitat is HAMLET else room.name,
            "parking": _parking(habitat, dice),
        }
        number += 1


def _owner(household: Household) -> Person | None:
    """The first of a household who is of an age to drive and has an ID card."""
    for person in household.members:
        if person.id_kind == "居民身份证" and person.id_no and person.age(AS_OF) in _DRIVERS:
            return person
    return None


def _plate(number: int, kind: str, dice: Dice) -> str:
    mixed = number * 92_737 % 240_000
    if kind in ("轿车", "SUV") and dice.comes(_NEW_ENERGY):
        return f"豫Z{'DF'[number // 100_000]}{number * 92_737 % 100_000:05d}"
    return f"豫Z{_LETTERS[mixed // 10_000]}{mixed % 10_000:04d}"


def _written(plate: str, dice: Dice) -> str:
    """A plate as clerks write it: now and then with its dot, or in small letters."""
    if dice.comes(0.06):
        return f"{plate[:2]}·{plate[2:]}"
    return plate.lower() if dice.comes(0.02) else plate


def _parking(habitat: Habitat, dice: Dice) -> str:
    if habitat is HAMLET:
        return "院内"
    if habitat in (OLD, WALK_UP, DORMITORY) or dice.comes(0.25):
        return f"地面 {dice.between(1, 120)} 号"
    level = "一" if dice.comes(0.6) else "二"
    return f"地下{level}层 {dice.pick('ABCD')}-{dice.between(1, 260):03d}"
