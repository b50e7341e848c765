"""A change of communities taking effect, part of the action that puts it into force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import shapely
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.places import redistricting, rehoming
from gezhi.core.places.actions.moving import move_buildings
from gezhi.core.places.actions.tree import centre_of
from gezhi.core.places.actions.writing import close, first_period
from gezhi.core.places.address_book import plain
from gezhi.core.places.models import (
    AliasKind,
    BoundaryDraft,
    Building,
    Compound,
    CompoundAlias,
    Level,
    Place,
    PlaceKind,
    PlacePeriod,
    Regrid,
    UnresolvedAddress,
)
from gezhi.core.places.redistrict_rules import RedistrictPlan, names_of_grids
from gezhi.core.places.snapshots import geojson, polygon
from gezhi.core.places.tree_rules import kind_of

NAME_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class _Change:
    """The places a change ends and begins; grids and micro-grids by the key of the old one."""

    communities: dict[str, Place]
    """Those retiring, by code."""
    heirs: dict[str, Place]
    """Those coming, by code."""
    grids: dict[str, Place]
    """Those retiring, by code."""
    becomes: dict[UUID, Place]
    micro: list[Place]


def carry_out(regrid: Regrid, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Make the new communities with their grids and move everything there; what was done."""
    plan = redistricting.outlook(regrid, regrid.effective).plan
    _demand_names_free(regrid)
    change = _begin(regrid, plan)
    was = list(
        Building.objects.filter(grid__in=list(change.grids.values())).values_list(
            "pk", "grid_id", "micro_grid_id"
        )
    )
    _move_compounds(regrid, plan, change)
    move_buildings({key: change.becomes[grid] for key, grid, _micro in was}, regrid.effective)
    for old in change.micro:
        own = [key for key, _grid, micro in was if micro == old.pk]
        Building.objects.filter(pk__in=own).update(micro_grid=change.becomes[old.pk])
    for grid in change.grids.values():
        own = [key for key, lay, _micro in was if lay == grid.pk]
        rehoming.rehome(own, change.becomes[grid.pk], by=by, at=at)
    _move_waiting(plan, change)
    _end(plan, change, regrid.effective, by, at)
    return {
        "retired": sorted(change.communities),
        "begun": sorted(change.heirs),
        "grids": {move.leaves: move.becomes for move in plan.moves},
        "buildings": len(was),
    }


def _demand_names_free(regrid: Regrid) -> None:
    """No two standing communities share a name; a new one may have that of one it replaces."""
    names = list(regrid.coming.values_list("name", flat=True))
    standing = Place.objects.filter(level=Level.COMMUNITY, valid_to=None, name__in=names)
    taken = standing.exclude(pk__in=regrid.retiring.values("place")).first()
    twice = [name for name, number in Counter(names).items() if number > 1]
    if taken is not None or twice:
        raise Refusal(
            _("已有叫“%(name)s”的社区（村）")
            % {"name": taken.name if taken is not None else twice[0]},
            "places.name_taken",
            field="name",
        )


def _begin(regrid: Regrid, plan: RedistrictPlan) -> _Change:
    top = Place.objects.get(level=Level.SUBDISTRICT)
    olds = {old.place.code: old.place for old in regrid.retiring.select_related("place")}
    grids, on = redistricting.grids_of(regrid), regrid.effective
    shapes, _whole = redistricting.boundaries_of(regrid, plan)
    heirs: dict[str, Place] = {}
    for new in regrid.coming.all():
        before = plan.predecessors[new.code]
        classes = {olds[code].urban_rural for code in before}
        place = Place(
            code=new.code, name=new.name, kind=PlaceKind(kind_of(new.code)),
            level=Level.COMMUNITY, parent=top, path=f"{top.path}{new.code[-3:]}/",
            party_group=new.party_group, valid_from=on, predecessors=list(before),
            urban_rural=classes.pop() if len(classes) == 1 else "",
        )  # fmt: skip
        place.community_id = place.pk
        heirs[new.code] = _saved(place, geojson(shapes[new.code]) if new.code in shapes else None)
    micro = list(Place.objects.filter(parent__in=list(grids.values()), valid_to=None))
    drawn = {
        period.place_id: period
        for period in PlacePeriod.objects.filter(place__in=[*grids.values(), *micro], valid_to=None)
    }
    names = names_of_grids(
        plan,
        {code: one.name for code, one in grids.items()},
        {code: one.name for code, one in olds.items()},
    )
    becomes: dict[UUID, Place] = {}
    for move in plan.moves:
        old = grids[move.leaves]
        name = names[move.becomes][:NAME_AT_MOST]
        becomes[old.pk] = _again(old, move.becomes, name, heirs[move.enters], on, drawn[old.pk])
    for old in micro:
        above = becomes[old.parent_id] if old.parent_id else top
        code = f"{above.code}{old.code[-3:]}"
        becomes[old.pk] = _again(old, code, old.name, above, on, drawn[old.pk])
    return _Change(olds, heirs, grids, becomes, micro)


def _again(old: Place, code: str, name: str, above: Place, on: date, period: PlacePeriod) -> Place:
    """The same ground under a new code, from a day on."""
    place = Place(
        code=code, name=name, kind=old.kind, level=old.level, parent=above,
        path=f"{above.path}{code[-3:]}/", community_id=above.community_id,
        urban_rural=old.urban_rural, party_group=old.party_group, valid_from=on,
        predecessors=[old.code],
    )  # fmt: skip
    place.grid_id = place.pk if old.level == Level.GRID else above.pk
    return _saved(place, period.boundary, estimated=period.estimated)


def _saved(place: Place, boundary: dict[str, Any] | None, *, estimated: bool = False) -> Place:
    if boundary is not None:
        place.centre_lon, place.centre_lat = centre_of(boundary)
    place.save(force_insert=True)
    first_period(place, boundary, estimated=estimated)
    return place


def _move_compounds(regrid: Regrid, plan: RedistrictPlan, change: _Change) -> None:
    """Each compound follows its buildings; one that is cut stands once in each community.

    The larger part keeps the row. Numbers are given anew, because they are told apart within a
    community only; homes keep the house codes they have. Of two that come to share a name, each
    puts its former community before it and keeps the bare name as an alias, so that an address
    that fits both waits for a person.
    """
    enters = {move.leaves: change.heirs[move.enters] for move in plan.moves}
    rows = Building.objects.filter(grid__in=list(change.grids.values()))
    inside: defaultdict[UUID, defaultdict[str, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for building, compound, grid in rows.values_list("pk", "compound_id", "grid__code"):
        inside[compound][enters[grid].code].append(building)
    compounds = redistricting.compounds_of(regrid)
    sides = {
        one.pk: sorted(inside[one.pk], key=lambda code: (-len(inside[one.pk][code]), code))
        or [_heir_at(one, plan, change)]
        for one in compounds
    }
    names = Counter((code, plain(one.name)) for one in compounds for code in sides[one.pk])
    numbers: Counter[str] = Counter()
    for one in compounds:
        bare, former = one.name, one.community.name
        aliases = list(one.aliases.values_list("alias", "kind"))
        for at, code in enumerate(sides[one.pk]):
            numbers[code] += 1
            shared = names[code, plain(bare)] > 1
            values = {
                "name": f"{former}{bare}"[:NAME_AT_MOST] if shared else bare,
                "number": numbers[code],
                "community": change.heirs[code],
            }
            own = one if at == 0 else _twin(one, values, aliases)
            if at == 0:
                Compound.objects.filter(pk=one.pk).update(**values)
            else:
                Building.objects.filter(pk__in=inside[one.pk][code]).update(compound=own)
            if shared:
                CompoundAlias.objects.get_or_create(
                    compound=own, alias=bare, defaults={"kind": AliasKind.FORMER}
                )


def _twin(one: Compound, values: Mapping[str, Any], aliases: list[tuple[str, str]]) -> Compound:
    twin = Compound.objects.create(kind=one.kind, road=one.road, lon=one.lon, lat=one.lat, **values)
    CompoundAlias.objects.bulk_create(
        [CompoundAlias(compound=twin, alias=alias, kind=kind) for alias, kind in aliases]
    )
    return twin


def _heir_at(one: Compound, plan: RedistrictPlan, change: _Change) -> str:
    """Where a compound without buildings goes: by its point, else with most of its community."""
    if one.lon is not None and one.lat is not None:
        point = shapely.Point(one.lon, one.lat)
        for code, heir in change.heirs.items():
            drawn = heir.periods.get().boundary
            ours = one.community.code in heir.predecessors
            if ours and drawn is not None and polygon(drawn).covers(point):
                return code
    return plan.heirs_of(one.community.code)[0]


def _move_waiting(plan: RedistrictPlan, change: _Change) -> None:
    """Addresses that wait go along; where a divided community leaves it open, to the office."""
    rows = UnresolvedAddress.objects.all()
    for grid in change.grids.values():
        new = change.becomes[grid.pk]
        rows.filter(grid=grid).update(grid=new, community=new.community_id)
    for code, old in change.communities.items():
        heirs = plan.heirs_of(code)
        rows.filter(community=old).update(
            community=change.heirs[heirs[0]] if len(heirs) == 1 else None
        )


def _end(plan: RedistrictPlan, change: _Change, on: date, by: Actor, at: datetime) -> None:
    """Retire what gives way, the lowest first, once nothing hangs on it any more."""
    lowest = [*change.micro, *change.grids.values()]
    for old in lowest:
        rehoming.pass_on(old, [change.becomes[old.pk]], by=by, at=at)
    for code, old in change.communities.items():
        heirs = [change.heirs[heir] for heir in plan.heirs_of(code)]
        rehoming.pass_on(old, heirs, by=by, at=at)
    olds = [*lowest, *change.communities.values()]
    if left := rehoming.remainders([place.pk for place in olds], at):
        words = "、".join(f"{one.title} {one.number}" for one in left)
        raise Refusal(_("还有没有转到新网格的：%(what)s") % {"what": words}, "places.left_behind")
    BoundaryDraft.objects.filter(confirmed_at=None, parent__in=olds).delete()
    for old in olds:
        close(old, on)
