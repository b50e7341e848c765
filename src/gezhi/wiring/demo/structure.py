"""The towns' own ground: cells, the district, trees with boundaries, and the address library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from django_tenants.utils import schema_context

from gezhi.base.actors import system
from gezhi.core.cells.actions import create_cell, create_district
from gezhi.core.cells.models import Cell
from gezhi.core.places.actions.founding import NewBuilding, NewCompound, NewPlace, found
from gezhi.core.places.models import Level, Place, PlaceKind
from gezhi.wiring.towns import Town, TownSpec, build_town
from gezhi.wiring.towns.buildings import Compound
from gezhi.wiring.towns.town import Community

FOUNDED_ON: Final = date(2022, 9, 1)
"""Since when the grids are as they are: the day of the report the platform starts from."""
DISTRICT_CODE: Final = "410172000"
DISTRICT_NAME: Final = "高新技术产业开发区"
DISTRICT_HOST: Final = "district.localhost"


def schema_of(spec: TownSpec) -> str:
    """The schema of a town's cell."""
    return f"c_{spec.code}"


def make_cell(spec: TownSpec, *, at: datetime) -> bool:
    """Make the cell of a town; False if it is there already."""
    if Cell.objects.filter(code=spec.code).exists():
        return False
    create_cell(code=spec.code, name=spec.name, short_name=spec.short_name, hosts=spec.hosts, at=at)
    return True


def make_district(*, at: datetime) -> bool:
    """Give the district its own row, host, roles and top place; False if they are there."""
    with schema_context("public"):
        if Place.objects.filter(code=DISTRICT_CODE).exists():
            return False
        create_district(code=DISTRICT_CODE, name=DISTRICT_NAME, hosts=[DISTRICT_HOST], at=at)
        Place.objects.create(
            code=DISTRICT_CODE,
            name=DISTRICT_NAME,
            kind=PlaceKind.SUBDISTRICT,
            level=Level.SUBDISTRICT,
            path=f"{DISTRICT_CODE}/",
            valid_from=FOUNDED_ON,
        )
    return True


def found_town(spec: TownSpec, *, at: datetime) -> bool:
    """Give a town's cell its grids and addresses; False if they are there already."""
    with schema_context(schema_of(spec)):
        if Place.objects.filter(level__gt=Level.SUBDISTRICT).exists():
            return False
        town = build_town(spec)
        found(
            places=list(places_of(town)),
            compounds=list(compounds_of(town)),
            valid_from=FOUNDED_ON,
            by=system("command"),
            at=at,
        )
    return True


def places_of(town: Town) -> Iterator[NewPlace]:
    """The whole tree, parents first."""
    yield NewPlace(town.spec.code, town.spec.name, town.boundary)
    for community in town.communities:
        kind = community.spec.urban_rural
        yield NewPlace(community.code, community.name, community.boundary, urban_rural=kind)
        for grid in community.grids:
            yield NewPlace(grid.code, grid.name, grid.boundary, grid.party_group, kind)


def compounds_of(town: Town) -> Iterator[NewCompound]:
    """The address library."""
    for community in town.communities:
        for compound in community.compounds:
            yield _compound(community, compound)


def _compound(community: Community, compound: Compound) -> NewCompound:
    return NewCompound(
        community=community.code,
        number=compound.number,
        name=compound.name,
        kind=compound.habitat.kind,
        road=compound.road,
        lon=compound.lon,
        lat=compound.lat,
        aliases=compound.aliases,
        buildings=tuple(
            NewBuilding(
                number=one.number,
                name=one.name,
                grid=community.grids[one.grid].code,
                units=one.units,
                floors=one.floors,
                built=one.built,
                lon=one.lon,
                lat=one.lat,
            )
            for one in compound.buildings
        ),
    )
