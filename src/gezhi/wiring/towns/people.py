"""The people of a town, household by household; exactly as many as each community should have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gezhi.wiring.towns.buildings import Building, Compound, Room
from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.facts import Setting, furnish
from gezhi.wiring.towns.families import (
    OWNERS,
    RENTED,
    TENANTS,
    Family,
    elderly_alone,
    students,
    young_alone,
)
from gezhi.wiring.towns.habitats import DORMITORY, HAMLET
from gezhi.wiring.towns.papers import Papers
from gezhi.wiring.towns.persons import Household
from gezhi.wiring.towns.residents import PLANTED, plant
from gezhi.wiring.towns.town import Community, Town
from gezhi.wiring.towns.town_specs import AS_OF
from gezhi.wiring.towns.units import employers_of

_YARD_TENANTS: Final = Weighted({0: 0.42, 1: 0.22, 2: 0.18, 3: 0.11, 4: 0.07})
"""Households that rent in a villager's courtyard."""
_REGISTERED: Final = {"estate": 0.55, "walk_up": 0.62, "old": 0.72}
"""Share of owners registered at their home; villagers all are."""

Home = tuple[Compound, Building, Room]


def people_of(town: Town) -> Iterator[Household]:
    """Every household, community by community, in the order of the address library."""
    employers = employers_of(town)
    for community in town.communities:
        yield from households_of(town, community, employers)


def households_of(
    town: Town, community: Community, employers: Sequence[str]
) -> Iterator[Household]:
    """The households of one community: `community.people` people, whatever the chance."""
    dice = Dice(f"{town.spec.drawing.seed}/people/{community.index}")
    setting = Setting(
        as_of=AS_OF,
        town=town.spec.name,
        community=community.name,
        village=community.spec.village,
        employers=employers,
        papers=Papers(town.spec.share + community.index),
    )
    left = community.people
    homes = _homes(community)
    expected = sum(_people(home) for home in homes)
    planted = PLANTED.get((town.spec.key, community.index), {})
    vacant: list[Home] = []
    for home in homes:
        compound, building, room = home
        share = left / expected if expected > 0 else 0.0
        expected -= _people(home)
        own = planted.get((compound.name, building.number, room.unit, room.name))
        if own is not None:
            households = [plant(own, home, setting)]
        elif dice.roll() < share * compound.habitat.occupied:
            households = list(_drawn(home, left, dice, setting))
        else:
            vacant.append(home)
            continue
        for household in households:
            left -= len(household.members)
            yield household
    # the last few whom chance left over move in where nobody lives yet
    for home in vacant:
        for household in _drawn(home, left, dice, setting) if left else ():
            left -= len(household.members)
            yield household
    if left:
        raise ValueError(f"{community.name} has no room for {left} of its people")


def _homes(community: Community) -> list[Home]:
    return [
        (compound, building, room)
        for compound in community.compounds
        for building in compound.buildings
        for room in building.rooms
    ]


def _people(home: Home) -> float:
    habitat = home[0].habitat
    return habitat.occupied * habitat.people


def _drawn(home: Home, left: int, dice: Dice, at: Setting) -> Iterator[Household]:
    """The households of one dwelling, together at most `left` people."""
    compound, building, room = home
    habitat = compound.habitat
    if habitat is DORMITORY:
        room_mates = students(dice)[:left]
        if room_mates:
            household = Household(compound, building, room, collective=True)
            furnish(household, room_mates, here=dice.comes(0.08), stay="集体", dice=dice, at=at)
            yield household
        return
    rented = 0
    if habitat is HAMLET:
        rented = dice.of(_YARD_TENANTS)
    elif dice.comes(RENTED[habitat.code]):
        rented = 1
    if habitat is HAMLET or not rented:
        family = _that_fits(dice.of(OWNERS[habitat.code])(dice), left, dice)
        if family:
            left -= len(family)
            household = Household(compound, building, room)
            here = dice.comes(_REGISTERED.get(habitat.code, 1.0))
            furnish(household, family, here=here, stay="自有", dice=dice, at=at)
            yield household
    for _ in range(rented):
        family = _that_fits(dice.of(TENANTS)(dice), left, dice)
        if family:
            left -= len(family)
            household = Household(compound, building, room)
            furnish(household, family, here=False, stay="租住", dice=dice, at=at)
            yield household


def _that_fits(family: Family, left: int, dice: Dice) -> Family:
    """The family, or somebody alone where there is no room for all, or nobody."""
    if len(family) <= left:
        return family
    if not left:
        return []
    return elderly_alone(dice) if family[0].age >= 60 else young_alone(dice)
