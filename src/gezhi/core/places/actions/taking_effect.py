"""A change of grids taking effect: everything moves in one transaction, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import regridding, rehoming
from gezhi.core.places.actions import redistrict_effect
from gezhi.core.places.actions.moving import move_buildings
from gezhi.core.places.actions.tree import centre_of
from gezhi.core.places.actions.writing import close, first_period
from gezhi.core.places.models import (
    Level,
    Place,
    PlaceKind,
    PlacePeriod,
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
    carry_out = redistrict_effect.carry_out if held.is_of_communities else _carry_out
    changes = carry_out(held, by=by, at=at)
    held.state, held.took_effect_at, held.stuck_because = RegridState.ACTIVE, at, ""
    held.save(update_fields=["state", "took_effect_at", "stuck_because"])
    changed()
    note(held, place_id=held.community_id, changes=changes)
    return held


def _carry_out(regrid: Regrid, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Make the new grids of a community and move everything there; what was done."""
    plan = regridding.outlook(regrid, regrid.effective).plan
    retiring = [old.place for old in regrid.retiring.select_related("place")]
    coming = _begin(regrid, plan, retiring)
    move_buildings({move.building: coming[move.enters] for move in plan.moves}, regrid.effective)
    for grid in coming.values():
        own = [move.building for move in plan.moves if move.enters == grid.code]
        rehoming.rehome(own, grid, by=by, at=at)
    _end(retiring, plan, coming, regrid.effective, by, at)
    return {
        "retired": [place.code for place in retiring],
        "begun": sorted(coming),
        "buildings": len(plan.moves),
    }


def _begin(regrid: Regrid, plan: RegridPlan[UUID], retiring: Sequence[Place]) -> dict[str, Place]:
    """Make the new grids, by code."""
    home = regrid.community
    if home is None:
        raise ValueError("a change of communities is carried out elsewhere")
    parts, _outline = regridding.first_boundaries(regrid, retiring)
    guessed = (
        len(parts) > 1
        or PlacePeriod.objects.filter(place__in=retiring, valid_to=None, estimated=True).exists()
    )
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
        first_period(place, boundary, estimated=guessed and boundary is not None)
        made[new.code] = place
    return made


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
