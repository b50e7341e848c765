"""Tree, address library and locating for programs. Nothing here is about a person."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Literal

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Answer, Ask, Day, Operation, Shape, list_of
from gezhi.base.api.listing import Plain
from gezhi.base.api.shapes import Key, Number, Whole, optional
from gezhi.base.sentences import _ as said
from gezhi.core.places import queries, rights
from gezhi.core.places.models import AliasKind, CompoundKind, PlaceKind
from gezhi.core.places.pages.library import CompoundList
from gezhi.core.places.snapshots import Known


class PlaceShape(Shape):
    """A place as it was on a day."""

    id: Key
    code: str
    name: str
    kind: Literal[tuple(PlaceKind.values)]  # type: ignore[valid-type]
    level: int = Field(description=said("1 街道，2 社区或村，3 网格，4 微网格"))
    parent_id: Key | None
    party_group: str
    valid_from: Day = Field(description=said("从哪天起是这样"))
    valid_to: Day | None = Field(description=said("从哪天起不再是这样"))


class TreeShape(Shape):
    """Every place in force on a day, in order of code, parents first."""

    day: Day
    items: list[PlaceShape]


class DayQuery(Shape):
    """Which day."""

    day: Day = optional(said("哪一天，默认今天"))


class LocateQuery(DayQuery):
    """A point on the ground."""

    lon: Number = Field(ge=-180, le=180, description=said("经度，WGS84"))
    lat: Number = Field(ge=-90, le=90, description=said("纬度，WGS84"))
    level: Whole = Field(default=3, ge=2, le=3, description=said("2 社区或村，3 网格"))


class CompoundShape(Shape):
    """小区、院落、自然村或园区."""

    id: Key
    name: str
    number: int = Field(description=said("房屋编码中的四位序号"))
    kind: Literal[tuple(CompoundKind.values)]  # type: ignore[valid-type]
    community_id: Key
    road: str
    lon: float | None
    lat: float | None
    buildings: int = Field(description=said("楼栋数"))


class AliasShape(Shape):
    """Another name of a compound."""

    alias: str
    kind: Literal[tuple(AliasKind.values)]  # type: ignore[valid-type]


class BuildingShape(Shape):
    """A building of a compound."""

    id: Key
    name: str
    number: int
    grid_id: Key
    units: int
    floors_above: int
    floors_below: int


class WholeCompoundShape(CompoundShape):
    """A compound with its other names and its buildings."""

    aliases: list[AliasShape]
    items: list[BuildingShape] = Field(description=said("楼栋"))


def _day(ask: Ask) -> date:
    chosen: date | None = ask.query.day
    return chosen or timezone.localdate(ask.at)


def _place(one: queries.PlaceThen | Known) -> dict[str, Any]:
    return {name: getattr(one, name) for name in PlaceShape.model_fields}


def list_places(ask: Ask) -> dict[str, Any]:
    """The tree as it was on any day, flat."""
    day = _day(ask)
    found = [place for root in queries.tree_on(day) for place in root.walk()]
    return {"day": day, "items": [_place(place) for place in found]}


def see_place(ask: Ask) -> dict[str, Any]:
    """One place as it is today, or was when it ended."""
    return _place(ask.row)


def locate(ask: Ask) -> dict[str, Any]:
    """The place a point lies in; 404 where it lies in none."""
    query = ask.query
    found = queries.locate(query.lon, query.lat, day=_day(ask), level=query.level)
    if found is None:
        raise Http404
    return _place(found)


def _compound(row: Any) -> dict[str, Any]:
    names = (*("id", "name", "number", "kind", "community_id", "road", "lon", "lat"),)
    return {**{name: getattr(row, name) for name in names}, "buildings": row.building_count}


def see_compound(ask: Ask) -> Answer:
    """A compound with other names and buildings."""
    aliases = queries.aliases_of(ask.row).values("alias", "kind")
    buildings = queries.buildings_of(ask.row).values(*BuildingShape.model_fields)
    return Answer({**_compound(ask.row), "aliases": list(aliases), "items": list(buildings)})


SHOWN: Final = {
    "id": "0190a5b2-7c3e-7d41-9f00-3c5d2a1b4e6f",
    "code": "410172360101001",
    "name": "紫兰社区第一网格",
    "kind": "grid",
    "level": 3,
    "parent_id": "0190a5b2-7c3e-7d41-9f00-3c5d2a1b4e6e",
    "party_group": "紫兰苑第一党小组",
    "valid_from": "2022-01-01",
    "valid_to": None,
}

operations: tuple[Operation, ...] = (
    Operation(
        "list_places",
        "GET",
        "places",
        _("任意一天的网格树"),
        right=rights.SEE,
        query=DayQuery,
        answer=TreeShape,
        act=list_places,
        shown={"day": "2022-09-13", "items": [SHOWN]},
    ),
    Operation(
        "see_place",
        "GET",
        "places/{uuid:pk}",
        _("一个网格"),
        right=rights.SEE,
        rows=queries.places,
        answer=PlaceShape,
        act=see_place,
        shown=SHOWN,
    ),
    Operation(
        "locate",
        "GET",
        "locate",
        _("坐标落在哪个网格"),
        right=rights.SEE,
        query=LocateQuery,
        answer=PlaceShape,
        act=locate,
        about=_("落在边界上的归编码小的一方；全部网格之外 30 米以内的归最近的一个"),
        shown=SHOWN,
    ),
    list_of(
        "list_compounds",
        "compounds",
        _("小区、院落、自然村和园区"),
        right=rights.SEE,
        rows=queries.compounds,
        filters=CompoundList.filters,
        shape=Plain(CompoundShape, _compound),
    ),
    Operation(
        "see_compound",
        "GET",
        "compounds/{uuid:pk}",
        _("一个小区和它的楼栋"),
        right=rights.SEE,
        rows=queries.compounds,
        answer=WholeCompoundShape,
        act=see_compound,
    ),
)
