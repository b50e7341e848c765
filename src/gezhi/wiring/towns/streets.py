"""Compounds, buildings and rooms of one community, placed in its grids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shapely import Polygon

from gezhi.wiring.towns.buildings import Building, Compound, Room
from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.compound_names import CompoundNames
from gezhi.wiring.towns.geometry import Streets, places_inside
from gezhi.wiring.towns.habitats import (
    FIRST_SHAPE,
    HABITATS,
    HAMLET,
    PARK,
    WALK_UP,
    Habitat,
    Shape,
)

_TOWERS: Final = "ABCDEF"
_CARRIES_ON: Final = 0.25
"""Share of grids in which the compound of the grid before goes on."""


def lay_out(
    *,
    name: str,
    housing: Weighted[str],
    grids: list[tuple[Polygon, int]],
    first: str,
    parks: tuple[str, ...],
    names: CompoundNames,
    streets: Streets,
    dice: Dice,
) -> list[Compound]:
    """The compounds of a community whose grids are given with the people they should house."""
    compounds: list[Compound] = []
    for index, (polygon, people) in enumerate(grids):
        here = _buildings_of(
            name, housing, index, people, compounds, dice, names, first if index == 0 else ""
        )
        if index == len(grids) - 1:
            for park in parks:
                compounds.append(Compound(park, len(compounds) + 1, PARK))
                count = dice.between(*PARK.buildings)
                here += [(compounds[-1], dice.pick(PARK.shapes), 0) for _ in range(count)]
        points = places_inside(polygon, len(here))
        for (compound, shape, wanted), (lon, lat) in zip(here, points, strict=True):
            _build(compound, shape, wanted, index, lon, lat, dice)
    for compound in compounds:
        middle = compound.buildings[len(compound.buildings) // 2]
        compound.lon, compound.lat = middle.lon, middle.lat
        road, door = streets.nearest(middle.lon, middle.lat)
        compound.road = f"{road}{door}号"
    return compounds


Planned = list[tuple[Compound, Shape, int]]


def _buildings_of(
    community: str,
    housing: Weighted[str],
    grid: int,
    people: int,
    compounds: list[Compound],
    dice: Dice,
    names: CompoundNames,
    first: str,
) -> Planned:
    """Buildings with the rooms wanted in each (0: all of them), until the grid's people fit."""
    plan: Planned = []
    left = float(people)
    compound: Compound | None = None
    room_for = 0
    if first:
        compound = Compound(first, len(compounds) + 1, WALK_UP, ((f"{first}一期", "former"),))
        compounds.append(compound)
        plan = [(compound, FIRST_SHAPE, 0)] * 8
        left -= 8 * FIRST_SHAPE.dwellings * WALK_UP.occupied * WALK_UP.people
        compound = None
    elif compounds and grid and dice.comes(_CARRIES_ON):
        compound, room_for = compounds[-1], dice.between(2, 5)
    while left > 0:
        if compound is None or room_for == 0:
            habitat = HABITATS[dice.of(housing)]
            if habitat is HAMLET and (hamlet := _hamlet(compounds)) is not None:
                compound = hamlet
            else:
                compound = names.compound(community, habitat, len(compounds) + 1, dice)
                compounds.append(compound)
            room_for = dice.between(*habitat.buildings)
        habitat = compound.habitat
        shape = dice.pick(habitat.shapes)
        each = habitat.occupied * habitat.people
        wanted = min(shape.dwellings, max(4, round(left / each)))
        plan.append((compound, shape, wanted))
        left -= wanted * each
        room_for -= 1
    return plan


def _hamlet(compounds: list[Compound]) -> Compound | None:
    """The village's own houses are one compound, whose groups are numbered through."""
    return next((one for one in compounds if one.habitat is HAMLET), None)


def _build(
    compound: Compound, shape: Shape, wanted: int, grid: int, lon: float, lat: float, dice: Dice
) -> None:
    number = len(compound.buildings) + 1
    habitat = compound.habitat
    if habitat is HAMLET:
        name = f"{number}组"
    elif habitat is PARK:
        name = f"{_TOWERS[number - 1]}座"
    else:
        name = f"{number}号楼"
    rooms = tuple(_rooms(habitat, shape, wanted or shape.dwellings, dice))
    compound.buildings.append(
        Building(
            name=name,
            number=number,
            grid=grid,
            units=shape.units,
            floors=max((room.floor for room in rooms), default=shape.floors) or 1,
            built=dice.between(*habitat.built),
            lon=lon,
            lat=lat,
            rooms=rooms,
        )
    )


def _rooms(habitat: Habitat, shape: Shape, wanted: int, dice: Dice) -> Iterator[Room]:
    """Rooms from the ground up, so that a building cut short is a lower one."""
    if habitat is PARK:
        return
    areas = [dice.between(*habitat.area) for _ in range(max(shape.units, 1) * shape.rooms)]
    if habitat is HAMLET:
        for door in range(1, wanted + 1):
            yield Room(0, 0, str(door), areas[(door - 1) % len(areas)])
        return
    units = range(1, shape.units + 1) if shape.units else (0,)
    left = wanted
    for floor in range(1, shape.floors + 1):
        for at, unit in enumerate(units):
            for room in range(1, shape.rooms + 1):
                if left == 0:
                    return
                left -= 1
                yield Room(unit, floor, f"{floor}{room:02d}", areas[at * shape.rooms + room - 1])
