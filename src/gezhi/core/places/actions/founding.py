"""Founding a subdistrict: its whole tree, boundaries and address library in one act.

What an office brings when it joins, or a demonstration when it starts: thousands of rows that
belong together, written in a few statements, all of them or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import rights, snapshots
from gezhi.core.places.boundaries import Polygonal, check_tiling
from gezhi.core.places.models import (
    Building,
    BuildingGrid,
    Compound,
    CompoundAlias,
    Level,
    Place,
    PlacePeriod,
)
from gezhi.core.places.tree_rules import Depth, ancestors_of, depth_of, kind_of, parent_of

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place of any level by its code; the boundary in WGS84."""

    code: str
    name: str
    boundary: Polygonal
    party_group: str = ""
    urban_rural: str = ""


@dataclass(frozen=True, slots=True)
class NewBuilding:
    """A building of a compound, in the grid with this code."""

    number: int
    name: str
    grid: str
    units: int
    floors: int
    built: int | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class NewCompound:
    """A compound of the community with this code; aliases come with their kind."""

    community: str
    number: int
    name: str
    kind: str
    road: str
    lon: float
    lat: float
    aliases: Sequence[tuple[str, str]] = ()
    buildings: Sequence[NewBuilding] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Founded:
    """How many rows there are now."""

    places: int
    compounds: int
    buildings: int


@action("places.found", _lazy("建立网格与地址库"), right=rights.APPROVE)
def found(
    *,
    places: Sequence[NewPlace],
    compounds: Sequence[NewCompound],
    valid_from: date,
    by: Actor,
    at: datetime,
) -> Founded:
    """Write the tree of a subdistrict that has none yet, and its address library.

    `places` come from the subdistrict down; a row for the subdistrict itself may be there
    already and is kept. Refused when there is a tree, when a parent is missing, or when the
    grids do not tile the subdistrict.
    """
    snapshots.changing()
    if Place.objects.filter(level__gt=Level.SUBDISTRICT).exists():
        raise Refusal(_("已有网格，请用“网格调整”修改"), "places.already_founded")
    _refuse_gaps(places)
    rows = _write_places(places, valid_from)
    written = _write_library(compounds, rows, valid_from)
    snapshots.changed()
    top = next(row for row in rows.values() if row.level == Level.SUBDISTRICT)
    founded = Founded(len(rows), len(compounds), written)
    note(
        top,
        place_id=top.pk,
        changes={
            "places": founded.places,
            "compounds": founded.compounds,
            "buildings": founded.buildings,
        },
    )
    return founded


def _refuse_gaps(places: Sequence[NewPlace]) -> None:
    top = [place for place in places if depth_of(place.code) is Depth.SUBDISTRICT]
    if len(top) != 1:
        raise Refusal(_("请恰好给出一个街道"), "places.one_subdistrict")
    grids = {place.code: place.boundary for place in places if depth_of(place.code) is Depth.GRID}
    wrong = [one for one in check_tiling(grids, top[0].boundary) if one.blocks]
    if wrong:
        raise Refusal(wrong[0].sentence, "places.do_not_tile", field=wrong[0].code)


def _write_places(places: Sequence[NewPlace], valid_from: date) -> dict[str, Place]:
    """Every place by code, with its first period; parents before children."""
    rows = {row.code: row for row in Place.objects.filter(level=Level.SUBDISTRICT)}
    known = set(rows)
    for new in sorted(places, key=lambda place: len(place.code)):
        row = rows.get(new.code) or Place(code=new.code, valid_from=valid_from)
        row.name, row.party_group, row.urban_rural = new.name, new.party_group, new.urban_rural
        row.kind, row.level = kind_of(new.code), depth_of(new.code)
        above = parent_of(new.code)
        if above is not None and above not in rows:
            raise Refusal(
                _("编码 %(code)s 的上级没有给出") % {"code": new.code}, "places.no_parent"
            )
        row.parent = rows[above] if above is not None else None
        row.path = (row.parent.path + new.code[-3:] if row.parent else new.code) + "/"
        lineage = [rows[code] for code in ancestors_of(new.code)] + [row]
        row.community = lineage[1] if len(lineage) > 1 else None
        row.grid = lineage[2] if len(lineage) > 2 else None
        middle = new.boundary.centroid
        row.centre_lon, row.centre_lat = round(middle.x, 7), round(middle.y, 7)
        rows[new.code] = row
    for level in Level:
        Place.objects.bulk_create(
            [r for r in rows.values() if r.level == level and r.code not in known]
        )
    for code in known:
        rows[code].save()
    PlacePeriod.objects.filter(place__code__in=known).delete()
    boundaries = {new.code: new.boundary for new in places}
    PlacePeriod.objects.bulk_create(
        [
            PlacePeriod(
                place=row,
                name=row.name,
                parent=row.parent,
                path=row.path,
                party_group=row.party_group,
                boundary=snapshots.geojson(boundaries[code]) if code in boundaries else None,
                valid_from=row.valid_from,
            )
            for code, row in rows.items()
        ]
    )
    return rows


def _write_library(
    compounds: Sequence[NewCompound], places: Mapping[str, Place], valid_from: date
) -> int:
    """Compounds, aliases and buildings; how many buildings."""
    made: list[Compound] = []
    aliases: list[CompoundAlias] = []
    buildings: list[Building] = []
    for new in compounds:
        compound = Compound(
            name=new.name,
            number=new.number,
            community=_place(places, new.community),
            kind=new.kind,
            road=new.road,
            lon=new.lon,
            lat=new.lat,
        )
        made.append(compound)
        aliases += [
            CompoundAlias(compound=compound, alias=alias, kind=kind) for alias, kind in new.aliases
        ]
        buildings += [
            Building(
                compound=compound,
                name=one.name,
                number=one.number,
                community=compound.community,
                grid=_place(places, one.grid),
                units=one.units,
                floors_above=one.floors,
                built_year=one.built,
                lon=one.lon,
                lat=one.lat,
            )
            for one in new.buildings
        ]
    Compound.objects.bulk_create(made, ROWS_AT_ONCE)
    CompoundAlias.objects.bulk_create(aliases, ROWS_AT_ONCE)
    Building.objects.bulk_create(buildings, ROWS_AT_ONCE)
    BuildingGrid.objects.bulk_create(
        [
            BuildingGrid(building=one, grid_id=one.grid_id, valid_from=valid_from)
            for one in buildings
        ],
        ROWS_AT_ONCE,
    )
    return len(buildings)


def _place(places: Mapping[str, Place], code: str) -> Place:
    if code not in places:
        raise Refusal(_("没有编码为 %(code)s 的网格") % {"code": code}, "places.unknown_place")
    return places[code]
