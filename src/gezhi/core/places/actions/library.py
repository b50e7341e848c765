"""The address library: compounds, their other names, their buildings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import dwellings, rights
from gezhi.core.places.actions.writing import demand, demand_point, locked, worded
from gezhi.core.places.address_book import plain
from gezhi.core.places.address_parts import building_number, normalise_building
from gezhi.core.places.models import (
    Building,
    BuildingGrid,
    Compound,
    CompoundAlias,
    Level,
    Place,
)
from gezhi.core.places.rooms import RoomPlan
from gezhi.core.places.snapshots import changing

HIGHEST_COMPOUND, HIGHEST_BUILDING = 9999, 999
"""Four and three digits of the house code."""


@dataclass(frozen=True, slots=True)
class BuildingPlan:
    """What a building is like. `units` is 0 where it has none."""

    units: int = 1
    floors_above: int = 1
    floors_below: int = 0
    built_year: int | None = None
    lon: float | None = None
    lat: float | None = None


@action("places.add_compound", _lazy("登记小区"), right=rights.ADDRESSES)
def add_compound(
    *,
    community: Place,
    name: str,
    by: Actor,
    at: datetime,
    kind: str = "estate",
    road: str = "",
    lon: float | None = None,
    lat: float | None = None,
) -> Compound:
    """A compound, courtyard, hamlet or park of a community, with the next number of the code."""
    changing()
    above = locked(community)
    demand(rights.ADDRESSES, by, above)
    if above.level != Level.COMMUNITY:
        raise Refusal(_("小区应登记在社区或村之下"), "places.wrong_level", field="community")
    demand_point(lon, lat)
    words = worded(name, "name", _("小区名称"))
    _demand_unnamed(above.pk, words, "name")
    last = Compound.objects.filter(community=above).aggregate(last=Max("number"))["last"] or 0
    compound = Compound(
        name=words,
        number=_next(last, HIGHEST_COMPOUND),
        community=above,
        kind=kind,
        road=road.strip(),
        lon=lon,
        lat=lat,
    )
    compound.save(force_insert=True)
    note(compound, place_id=above.pk, changes={"name": words, "number": compound.number})
    return compound


@action("places.alter_compound", _lazy("更改小区"), right=rights.ADDRESSES)
def alter_compound(
    *,
    compound: Compound,
    by: Actor,
    at: datetime,
    name: str,
    kind: str,
    road: str,
    lon: float | None,
    lat: float | None,
) -> Compound:
    """Change a compound; a former name becomes an alias, so that old sheets still find it."""
    changing()
    row = Compound.objects.select_for_update().get(pk=compound.pk)
    demand(rights.ADDRESSES, by, row)
    demand_point(lon, lat)
    words = worded(name, "name", _("小区名称"))
    if words != row.name:
        _demand_unnamed(row.community_id, words, "name", but=row)
        row.aliases.filter(alias=words).delete()
        CompoundAlias.objects.get_or_create(
            compound=row, alias=row.name, defaults={"kind": "former"}
        )
    values = {"name": words, "kind": kind, "road": road.strip(), "lon": lon, "lat": lat}
    note(row, place_id=row.community_id, changes=_changed(row, values))
    row.save(update_fields=list(values))
    return row


@action("places.add_alias", _lazy("登记小区别名"), right=rights.ADDRESSES)
def add_alias(
    *, compound: Compound, alias: str, by: Actor, at: datetime, kind: str = "other"
) -> CompoundAlias:
    """Another name of a compound; refused where it already means something in the community."""
    changing()
    demand(rights.ADDRESSES, by, compound)
    words = worded(alias, "alias", _("别名"))
    _demand_unnamed(compound.community_id, words, "alias")
    row = CompoundAlias.objects.create(compound=compound, alias=words, kind=kind)
    note(compound, place_id=compound.community_id, changes={"alias": words, "kind": kind})
    return row


@action("places.remove_alias", _lazy("删除小区别名"), right=rights.ADDRESSES)
def remove_alias(*, alias: CompoundAlias, by: Actor, at: datetime) -> None:
    """A name that was listed by mistake."""
    changing()
    compound = alias.compound
    demand(rights.ADDRESSES, by, compound)
    alias.delete()
    note(compound, place_id=compound.community_id, changes={"alias": [alias.alias, None]})


@action("places.add_building", _lazy("登记楼栋"), right=rights.ADDRESSES)
def add_building(
    *,
    compound: Compound,
    name: str,
    grid: Place,
    by: Actor,
    at: datetime,
    plan: BuildingPlan = BuildingPlan(),
    rooms: Sequence[RoomPlan] = (),
    on: date | None = None,
) -> Building:
    """A building in exactly one grid of its compound's community, with its rooms if planned.

    `on` is since when it lies in the grid, today unless said.
    """
    changing()
    demand(rights.ADDRESSES, by, compound)
    home = _grid_for(compound, grid)
    since = on or timezone.localdate(at)
    if since < home.valid_from:
        raise Refusal(
            _("网格“%(name)s”自 %(day)s 才启用") % {"name": home.name, "day": home.valid_from},
            "places.before_its_grid",
            field="on",
        )
    demand_point(plan.lon, plan.lat)
    words = _building_name(compound, name)
    taken = set(Building.objects.filter(compound=compound).values_list("number", flat=True))
    number = building_number(words)
    if number is None or number in taken or not 0 < number <= HIGHEST_BUILDING:
        number = _next(max(taken, default=0), HIGHEST_BUILDING)
    building = Building(
        compound=compound,
        name=words,
        number=number,
        community_id=compound.community_id,
        grid=home,
        **_columns(plan),
    )
    building.save(force_insert=True)
    BuildingGrid.objects.create(building=building, grid=home, valid_from=since)
    made = dwellings.make_rooms(building, rooms, by, at) if rooms else 0
    note(building, place_id=home.pk, changes={"name": words, "number": number, "rooms": made})
    return building


@action("places.alter_building", _lazy("更改楼栋"), right=rights.ADDRESSES)
def alter_building(
    *,
    building: Building,
    name: str,
    plan: BuildingPlan,
    by: Actor,
    at: datetime,
    rooms: Sequence[RoomPlan] = (),
) -> Building:
    """Change what is known of a building and add rooms; its grid changes by regridding only."""
    changing()
    row = Building.objects.select_for_update().select_related("compound").get(pk=building.pk)
    demand(rights.ADDRESSES, by, row)
    demand_point(plan.lon, plan.lat)
    words = normalise_building(worded(name, "name", _("楼栋")))
    if words != row.name:
        words = _building_name(row.compound, name)
    values = {"name": words, **_columns(plan)}
    changes = _changed(row, values, demanded=not rooms)
    row.save(update_fields=list(values))
    if rooms:
        changes["rooms"] = dwellings.make_rooms(row, rooms, by, at)
    note(row, place_id=row.grid_id, changes=changes)
    return row


@action("places.set_micro_grid", _lazy("划入微网格"), right=rights.DRAW)
def set_micro_grid(
    *, buildings: Sequence[Building], micro_grid: Place | None, by: Actor, at: datetime
) -> int:
    """Put buildings of one grid into a micro-grid of it, or into none; returns how many."""
    changing()
    target = locked(micro_grid) if micro_grid is not None else None
    if target is not None and target.level != Level.MICRO_GRID:
        raise Refusal(_("请选择微网格"), "places.wrong_level", field="micro_grid")
    rows = list(Building.objects.select_for_update().filter(pk__in=[b.pk for b in buildings]))
    for row in rows:
        demand(rights.DRAW, by, row)
        if target is not None and row.grid_id != target.grid_id:
            raise Refusal(
                _("%(building)s 不在这个微网格所属的网格里") % {"building": row.name},
                "places.strange_building",
                field="buildings",
            )
    keys = [row.pk for row in rows]
    Building.objects.filter(pk__in=keys).update(micro_grid=target)
    note(target, changes={"buildings": [str(key) for key in keys]})
    return len(keys)


def _grid_for(compound: Compound, grid: Place) -> Place:
    home = locked(grid)
    if home.level != Level.GRID or home.community_id != compound.community_id:
        raise Refusal(_("楼栋只能划入本社区（村）的网格"), "places.strange_grid", field="grid")
    return home


def _building_name(compound: Compound, name: str) -> str:
    """A building's normalised name that its compound does not have yet."""
    words = normalise_building(worded(name, "name", _("楼栋")))
    if Building.objects.filter(compound=compound, name=words).exists():
        raise Refusal(
            _("%(compound)s已有%(building)s") % {"compound": compound.name, "building": words},
            "places.building_taken",
            field="name",
        )
    return words


def _columns(plan: BuildingPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in BuildingPlan.__dataclass_fields__}


def _changed(row: Any, values: dict[str, Any], *, demanded: bool = True) -> dict[str, Any]:
    """Set the values on a row; what differs, as [before, after]. Refuses no change if demanded."""
    changes = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [before, value]
            setattr(row, name, value)
    if demanded and not changes:
        raise Refusal(_("没有改动"), "places.unchanged")
    return changes


def _demand_unnamed(community_id: Any, name: str, field: str, but: Compound | None = None) -> None:
    """Refuse a name that already means a compound of the community."""
    key = plain(name)
    compounds = Compound.objects.filter(community_id=community_id)
    others = CompoundAlias.objects.filter(compound__community_id=community_id)
    if but is not None:
        compounds, others = compounds.exclude(pk=but.pk), others.exclude(compound=but)
    known = (*compounds.values_list("name", "name"), *others.values_list("alias", "compound__name"))
    for word, compound in known:
        if plain(word) == key:
            raise Refusal(
                _("“%(name)s”已经是“%(compound)s”的名称或别名")
                % {"name": name, "compound": compound},
                "places.compound_name_taken",
                field=field,
            )


def _next(last: int, highest: int) -> int:
    if last >= highest:
        raise Refusal(_("序号已用完"), "places.no_number_left")
    return last + 1
