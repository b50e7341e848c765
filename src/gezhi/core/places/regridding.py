"""A proposal as the rules see it: its plan, what each step still wants, and what to think about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

import shapely
from django.db.models import Q
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.rights import Right
from gezhi.core.places import holders, redistricting, rights
from gezhi.core.places.boundaries import Polygonal
from gezhi.core.places.headings import Heading, Sizes
from gezhi.core.places.models import (
    Building,
    Place,
    PlaceKind,
    PlacePeriod,
    Regrid,
    RegridState,
)
from gezhi.core.places.redistrict_rules import RedistrictPlan
from gezhi.core.places.regrid_rules import (
    ComingGrid,
    RegridFault,
    RegridPlan,
    RetiringGrid,
    plan_regrid,
)
from gezhi.core.places.regrid_shapes import divide
from gezhi.core.places.snapshots import polygon
from gezhi.core.places.tree_rules import STEPS, Kind, Need, State, step_refusals

RIGHTS: Mapping[str, Right] = {
    "community_clerk": rights.DRAW,
    "grid_chief_l2": rights.REVIEW,
    "grid_chief_l1": rights.APPROVE,
}
"""The right by which the role of a step is recognised: roles are data, rights are code."""
_OF_CODES = (RegridFault.BAD_CODE, RegridFault.CODE_TAKEN)
_OF_DAYS = (RegridFault.PAST_DAY, RegridFault.BEFORE_ITS_START)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridHeading(Heading):
    """One coming grid as people look at it before they agree."""

    party_group: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """A proposal worked out: the plan, and its coming grids with their sizes."""

    plan: RegridPlan[UUID]
    headings: tuple[GridHeading, ...]


def outlook(regrid: Regrid, today: date) -> Outlook:
    """Work a proposal out on the buildings as they lie now."""
    retiring = [old.place for old in regrid.retiring.select_related("place")]
    home: dict[UUID, set[UUID]] = {place.pk: set() for place in retiring}
    for building, grid in Building.objects.filter(grid__in=retiring).values_list("pk", "grid_id"):
        home[grid].add(building)
    goes: dict[UUID, set[UUID]] = {}
    for building, enters in regrid.moves.values_list("building_id", "enters_id"):
        goes.setdefault(enters, set()).add(building)
    coming = list(regrid.coming.all())
    plan = plan_regrid(
        retiring=[
            RetiringGrid(place.code, place.valid_from, frozenset(home[place.pk]))
            for place in retiring
        ],
        coming=[
            ComingGrid(new.code, frozenset(goes.get(new.pk, ())), frozenset(new.land_of))
            for new in coming
        ],
        effective=regrid.effective,
        today=today,
        ever_used=set(
            Place.objects.exclude(pk__in=[place.pk for place in retiring])
            .filter(Q(parent=regrid.community))
            .values_list("code", flat=True)
        ),
        correction=regrid.correction,
    )
    sizes = Sizes({building for buildings in goes.values() for building in buildings})
    rural = regrid.community is not None and regrid.community.kind == PlaceKind.VILLAGE
    headings = tuple(
        GridHeading(
            code=new.code,
            name=new.name,
            party_group=new.party_group,
            predecessors=plan.predecessors.get(new.code, ()),
            size=sizes.of(Kind.GRID, goes.get(new.pk, set()), rural=rural),
        )
        for new in coming
    )
    return Outlook(plan, headings)


def first_boundaries(
    regrid: Regrid, retiring: Sequence[Place]
) -> tuple[dict[str, Polygonal], Polygonal | None]:
    """(the part of each coming grid by code, the ground of the retiring grids together).

    Nothing where an old grid has no boundary; a coming grid without located buildings has no
    part, unless it is the only one.
    """
    found = PlacePeriod.objects.filter(place__in=retiring, valid_to=None)
    shapes = [polygon(drawn) for drawn in found.values_list("boundary", flat=True) if drawn]
    if not shapes or len(shapes) < len(retiring):
        return {}, None
    outline = cast(Polygonal, shapely.union_all(shapes))
    coming = [new.code for new in regrid.coming.all()]
    if len(coming) == 1:
        return {coming[0]: outline}, outline
    points: dict[str, list[tuple[float, float]]] = {}
    for code, lon, lat in regrid.moves.values_list(
        "enters__code", "building__lon", "building__lat"
    ):
        if lon is not None and lat is not None:
            points.setdefault(code, []).append((lon, lat))
    return divide(outline, points), outline


def met(regrid: Regrid, plan: RegridPlan[UUID] | RedistrictPlan, today: date) -> set[Need]:
    """What a proposal has of what the steps of a grid's life want."""
    faults = {fault.kind for fault in plan.faults}
    coming = list(regrid.coming.all())
    if regrid.is_of_communities:
        # its faults say everything; posts at grids go on, those of communities are given anew
        found = set(Need) - {Need.DAY_REACHED}
        return found | {Need.DAY_REACHED} if regrid.effective <= today else found
    found = set()
    if not faults & {*_OF_CODES}:
        found.add(Need.CODE_UNUSED)
    if not faults - {*_OF_CODES, *_OF_DAYS}:
        found.add(Need.BUILDINGS_PLACED)
    if RegridFault.PAST_DAY not in faults:
        found.add(Need.DAY_NOT_PAST)
    if regrid.effective <= today:
        found.add(Need.DAY_REACHED)
    if all(new.party_group for new in coming):
        found.add(Need.PARTY_GROUP_NAMED)
    if isinstance(plan, RegridPlan) and _led(regrid, plan, today):
        found.add(Need.ROLES_FILLED)
    return found


def _led(regrid: Regrid, plan: RegridPlan[UUID], today: date) -> bool:
    """Whether each coming grid has a chief: posts pass on from the grids it comes from."""
    if not holders.is_known():
        return True
    codes = {old.place.code: old.place.pk for old in regrid.retiring.select_related("place")}
    held = holders.holders_at(codes.values(), today)
    led = {
        code
        for code, place in codes.items()
        if any(holder.is_chief for holder in held.get(place, ()))
    }
    return all(led & set(before) for before in plan.predecessors.values())


def refusal(step_name: str, regrid: Regrid, actor: Actor, today: date) -> Refusal | None:
    """Why a step may not be taken now; the same answer greys the button and guards the write."""
    step = STEPS[step_name]
    right = RIGHTS[step.by] if step.by else None
    may = right is None or right.covers(actor, regrid)
    if not may:
        return NotAllowed(_("这一步由别的岗位办理"), "places.not_yours")
    if step.leaves is None or State(regrid.state) is not step.leaves:
        title = RegridState(regrid.state).label
        return Refusal(
            _("现在是“%(state)s”，不能办理这一步") % {"state": title}, "places.wrong_state"
        )
    before = {regrid.drawn_by_id, regrid.reviewed_by_id} - {None}
    if step_name == "review" and actor.account_id in before:
        return NotAllowed(_("草拟的人不能审核，请由另一人审核"), "places.second_person")
    if step_name == "approve" and actor.account_id in before:
        return NotAllowed(_("草拟或审核过的人不能批准，请由另一人批准"), "places.second_person")
    if not step.needs:
        return None
    day = min(today, regrid.effective) if step.by is None else today
    work_out = redistricting.outlook if regrid.is_of_communities else outlook
    plan = work_out(regrid, day).plan
    wanting = step_refusals(step, step.leaves, step.by, met(regrid, plan, today))
    sentences = [fault.sentence for fault in plan.faults] + [str(one) for one in wanting]
    if not wanting and not plan.refused:
        return None
    return Refusal("；".join(sentences), "places.not_ready")
