"""A change of grids taking effect: everything moves in one transaction, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import regridding, rehoming
from gezhi.core.places.actions.tree import centre_of
from gezhi.core.places.actions.writing import close, first_period
from gezhi.core.places.models import (
    Building,
    BuildingGrid,
    Level,
    Place,
    PlaceKind,
    Regrid,
    RegridState,
    UnresolvedAddress,
)
from gezhi.core.places.regrid_rules import RegridPlan
from gezhi.core.places.snapshots import changed, changing, geojson


@action("places.take_effect", _lazy("网格调整启用"))
def take_effect(*, regrid: Regrid, by: Actor, at: datetime) -> Regrid:
    """Carry out an approved change whose day has come.

    New grids begin and old ones end on its day; buildings, and through the rehoming hooks all
    that hangs on them, are in their new grid from then on; earlier days stay as they were.
    Refused, with nothing changed, if the plan does not hold any more or something stays behind.
    """
    changing()
    row = Regrid.objects.select_for_update(of=("self",)).select_related("community")
    held = row.get(pk=regrid.pk)
    if why := regridding.refusal("take_effect", held, by, timezone.localdate(at)):
        raise why
    plan = regridding.outlook(held, held.effective).plan
    retiring = [old.place for old in held.retiring.select_related("place")]
    coming = _begin(held, plan, retiring)
    _move_buildings(plan, coming, held.effective)
    for grid in coming.values():
        own = [move.building for move in plan.moves if move.enters == grid.code]
        rehoming.rehome(own, grid, by=by, at=at)
    _end(retiring, plan, coming, held.effective, by, at)
    held.state, held.took_effect_at, held.stuck_because = RegridState.ACTIVE, at, ""
    held.save(update_fields=["state", "took_effect_at", "stuck_because"])
    changed()
    note(
        held,
        place_id=held.community_id,
        changes={
            "retired": [place.code for place in retiring],
            "begun": sorted(coming),
            "buildings": len(plan.moves),
        },
    )
    return held


def _begin(regrid: Regrid, plan: RegridPlan[UUID], retiring: Sequence[Place]) -> dict[str, Place]:
    """Make the new grids, by code."""
    home = regrid.community
    parts, _outline = regridding.first_boundaries(regrid, retiring)
    boundaries = {code: geojson(part) for code, part in parts.items()}
    made = {}
    for new in regrid.coming.all():
        boundary = boundaries.get(new.code)
        place = Place(
            code=new.code,
            name=new.name,
            kind=PlaceKind.GRID,
            level=Level.GRID,
            parent=home,
            path=f"{home.path}{new.code[-3:]}/",
            community=home,
            party_group=new.party_group,
            valid_from=regrid.effective,
            predecessors=list(plan.predecessors[new.code]),
        )
        place.grid_id = place.pk
        if boundary is not None:
            place.centre_lon, place.centre_lat = centre_of(boundary)
        place.save(force_insert=True)
        first_period(place, boundary)
        made[new.code] = place
    return made


def _move_buildings(plan: RegridPlan[UUID], coming: dict[str, Place], on: date) -> None:
    """Close and open the buildings' periods; each lies in exactly one grid on every day."""
    keys = [move.building for move in plan.moves]
    enters = {move.building: coming[move.enters] for move in plan.moves}
    periods = BuildingGrid.objects.filter(building__in=keys)
    first = dict(periods.values_list("building").annotate(first=Min("valid_from")))
    periods.filter(valid_from__gte=on).delete()
    periods.filter(Q(valid_to=None) | Q(valid_to__gt=on)).update(valid_to=on)
    BuildingGrid.objects.bulk_create(
        [
            BuildingGrid(building_id=key, grid=enters[key], valid_from=max(on, first[key]))
            for key in keys
        ]
    )
    for grid in coming.values():
        own = [key for key in keys if enters[key] is grid]
        Building.objects.filter(pk__in=own).update(grid=grid, micro_grid=None)


def _end(
    retiring: Sequence[Place],
    plan: RegridPlan[UUID],
    coming: dict[str, Place],
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Retire the old grids with their micro-grids, once nothing hangs on them any more."""
    micro = list(Place.objects.filter(parent__in=retiring, valid_to=None))
    for place in retiring:
        takes = [move.enters for move in plan.moves if move.leaves == place.code]
        heirs = [code for code, before in plan.predecessors.items() if place.code in before]
        heirs.sort(key=lambda code: (-takes.count(code), code))
        rehoming.pass_on(place, [coming[code] for code in heirs], by=by, at=at)
    for place in micro:
        rehoming.pass_on(place, [coming[_heir(plan, place.code[:-3])]], by=by, at=at)
    left = rehoming.remainders([place.pk for place in (*retiring, *micro)], at)
    if left:
        words = "、".join(f"{one.title} {one.number}" for one in left)
        raise Refusal(_("还有没有转到新网格的：%(what)s") % {"what": words}, "places.left_behind")
    UnresolvedAddress.objects.filter(grid__in=retiring).update(grid=None)
    for place in (*micro, *retiring):
        close(place, on)


def _heir(plan: RegridPlan[UUID], code: str) -> str:
    """The new grid that takes most buildings of a retiring one; of equal ones the lower code."""
    takes = [move.enters for move in plan.moves if move.leaves == code]
    heirs = [new for new, before in plan.predecessors.items() if code in before]
    return min(heirs, key=lambda new: (-takes.count(new), new))


@action("places.note_stuck_regrid", _lazy("网格调整未能启用"))
def note_stuck(*, regrid: Regrid, why: str, by: Actor, at: datetime) -> None:
    """Keep why the calendar could not carry a change out, for those who must mend it."""
    regrid.stuck_because = why[:300]
    regrid.save(update_fields=["stuck_because"])
    note(regrid, place_id=regrid.community_id, why=regrid.stuck_because)


def take_due_effects(*, at: datetime) -> list[Regrid]:
    """Carry out every approved change whose day has come; each by itself. Again changes nothing."""
    due = Regrid.objects.filter(
        state=RegridState.APPROVED, effective__lte=timezone.localdate(at)
    ).order_by("effective", "approved_at")
    done = []
    for regrid in due:
        try:
            done.append(take_effect(regrid=regrid, by=system("job"), at=at))
        except Refusal as why:
            note_stuck(regrid=regrid, why=str(why.sentence), by=system("job"), at=at)
    return done
