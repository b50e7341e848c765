"""A proposal to split or merge communities, worked out: what moves, how many, whose posts end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

import shapely

from gezhi.base.actors import Actor
from gezhi.core.places import counts, holders, snapshots
from gezhi.core.places.boundaries import Polygonal
from gezhi.core.places.headings import Heading, Sizes
from gezhi.core.places.holders import Holder
from gezhi.core.places.models import (
    Building,
    Compound,
    Level,
    Place,
    PlaceKind,
    PlacePeriod,
    Regrid,
    RegridState,
)
from gezhi.core.places.redistrict_rules import (
    ComingCommunity,
    Community,
    RedistrictPlan,
    names_of_grids,
    plan_redistricting,
)
from gezhi.core.places.snapshots import polygon
from gezhi.core.places.tree_rules import Kind, kind_of


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid on its way into a new community."""

    was: Place
    becomes: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityHeading(Heading):
    """One coming community as people look at it before they agree."""

    kind: PlaceKind
    grids: tuple[GridLine, ...]


@dataclass(frozen=True, slots=True)
class SplitCompound:
    """A compound whose buildings come to lie in several communities, and their names."""

    name: str
    communities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A proposal worked out: the plan, its coming communities, the compounds it cuts."""

    plan: RedistrictPlan
    headings: tuple[CommunityHeading, ...]
    split: tuple[SplitCompound, ...]


@dataclass(frozen=True, slots=True)
class EndedPost:
    """A post that ends with its community, and where its holder has the same role again."""

    holder: Holder
    place: Place
    again: tuple[str, ...]


def grids_of(regrid: Regrid) -> dict[str, Place]:
    """The standing grids of the communities a proposal retires, by code."""
    parents = regrid.retiring.values("place")
    rows = Place.objects.filter(parent__in=parents, level=Level.GRID, valid_to=None)
    return {place.code: place for place in rows.order_by("code")}


def outlook(regrid: Regrid, today: date) -> Outlook:
    """Work a proposal out on the grids and buildings as they lie now."""
    retiring = [old.place for old in regrid.retiring.select_related("place")]
    communities = {place.code: place.name for place in retiring}
    grids = grids_of(regrid)
    of = {code: {grid for grid in grids if grid[:-3] == code} for code in communities}
    goes: defaultdict[UUID, set[str]] = defaultdict(set)
    for code, enters in regrid.grid_moves.values_list("grid__code", "enters_id"):
        goes[enters].add(code)
    coming = list(regrid.coming.all())
    plan = plan_redistricting(
        retiring=[
            Community(place.code, place.valid_from, frozenset(of[place.code])) for place in retiring
        ],
        coming=[ComingCommunity(new.code, frozenset(goes[new.pk])) for new in coming],
        effective=regrid.effective,
        today=today,
        ever_used=set(
            Place.objects.filter(level=Level.COMMUNITY)
            .exclude(pk__in=[place.pk for place in retiring])
            .values_list("code", flat=True)
        ),
        correction=regrid.correction,
    )
    own = {new.code: frozenset(goes[new.pk]) & grids.keys() for new in coming}
    names = names_of_grids(plan, {code: one.name for code, one in grids.items()}, communities)
    lines: defaultdict[str, list[GridLine]] = defaultdict(list)
    for move in plan.moves:
        lines[move.enters].append(GridLine(grids[move.leaves], move.becomes, names[move.becomes]))
    buildings = _buildings_in(grids)
    sizes = Sizes([building for inside in buildings.values() for building in inside])
    headings = tuple(
        CommunityHeading(
            code=new.code,
            name=new.name,
            kind=PlaceKind(kind_of(new.code)),
            predecessors=plan.predecessors.get(new.code, ()),
            grids=tuple(lines[new.code]),
            size=sizes.of(
                kind_of(new.code),
                [building for grid in sorted(own[new.code]) for building in buildings[grid]],
                rural=kind_of(new.code) is Kind.VILLAGE,
            ),
        )
        for new in coming
    )
    called = {new.code: new.name or new.code for new in coming}
    return Outlook(plan, headings, _split_compounds(plan, called))


def _buildings_in(grids: Mapping[str, Place]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {code: [] for code in grids}
    rows = Building.objects.filter(grid__in=list(grids.values()))
    for code, building in rows.values_list("grid__code", "pk"):
        found[code].append(building)
    return found


def _split_compounds(plan: RedistrictPlan, called: Mapping[str, str]) -> tuple[SplitCompound, ...]:
    enters = {move.leaves: move.enters for move in plan.moves}
    sides: defaultdict[tuple[str, UUID], set[str]] = defaultdict(set)
    rows = Building.objects.filter(grid__code__in=enters)
    for grid, compound, name in rows.values_list("grid__code", "compound_id", "compound__name"):
        sides[name, compound].add(enters[grid])
    return tuple(
        SplitCompound(name, tuple(called[code] for code in sorted(codes)))
        for (name, _key), codes in sorted(sides.items(), key=lambda side: side[0][0])
        if len(codes) > 1
    )


def numbers_of(found: Outlook, actor: Actor, at: datetime) -> dict[str, list[tuple[str, int]]]:
    """What an actor may see counted, for each coming community by code: people, homes, units."""
    places = [line.was for one in found.headings for line in one.grids]
    parents: dict[UUID, UUID | None] = dict.fromkeys((place.pk for place in places), None)
    for key, place in snapshots.current().places.items():
        if place.level == Level.MICRO_GRID and place.valid_to is None:
            parents[key] = place.parent_id
    shown: dict[str, list[tuple[str, int]]] = {one.code: [] for one in found.headings}
    for one in counts.counts_for(actor):
        totals = counts.rolled_up(one.of(at), parents)
        for heading in found.headings:
            total = sum(totals.get(line.was.pk, 0) for line in heading.grids)
            shown[heading.code].append((str(one.title), total))
    return shown


def compounds_of(regrid: Regrid) -> list[Compound]:
    """The compounds of the communities a proposal retires, in the order of their numbers."""
    rows = Compound.objects.filter(community__in=regrid.retiring.values("place"))
    return list(rows.select_related("community").order_by("community__code", "number"))


def boundaries_of(
    regrid: Regrid, plan: RedistrictPlan
) -> tuple[dict[str, Polygonal], Polygonal | None]:
    """(the ground of each coming community by code, all of it together).

    A community taken over whole brings its own outline, so that a merger covers what both
    covered; of one that is divided, the grids' boundaries are put together. Nothing for a
    coming community of which a part was never drawn.
    """
    places = [*(old.place_id for old in regrid.retiring.all())]
    periods = PlacePeriod.objects.filter(valid_to=None, boundary__isnull=False)
    outlines = {
        code: polygon(drawn)
        for code, drawn in periods.filter(place__in=places).values_list("place__code", "boundary")
    }
    inside = {
        code: polygon(drawn)
        for code, drawn in periods.filter(
            place__parent__in=places, place__level=Level.GRID
        ).values_list("place__code", "boundary")
    }
    parts: defaultdict[str, list[Polygonal | None]] = defaultdict(list)
    for old in sorted({move.leaves[:-3] for move in plan.moves}):
        moves = [move for move in plan.moves if move.leaves[:-3] == old]
        if len({move.enters for move in moves}) == 1 and old in outlines:
            parts[moves[0].enters].append(outlines[old])
            continue
        for move in moves:
            parts[move.enters].append(inside.get(move.leaves))
    found = {
        code: cast(Polygonal, shapely.union_all(own))
        for code, own in parts.items()
        if all(part is not None for part in own)
    }
    whole = cast(Polygonal, shapely.union_all(list(found.values()))) if found else None
    return found, whole


def ended_posts(regrid: Regrid, today: date) -> list[EndedPost]:
    """The posts at retiring communities, as of today or of the last day before they ended."""
    done = regrid.state == RegridState.ACTIVE
    retiring = [old.place for old in regrid.retiring.select_related("place")]
    day = regrid.effective - timedelta(days=1) if done else today
    held = holders.holders_at([place.pk for place in retiring], day)
    heirs = list(Place.objects.filter(code__in=regrid.coming.values("code"))) if done else []
    now = holders.holders_at([place.pk for place in heirs], today)
    return [
        EndedPost(
            one,
            place,
            tuple(
                heir.name
                for heir in heirs
                if any(
                    (new.account_id, new.role) == (one.account_id, one.role)
                    for new in now.get(heir.pk, ())
                )
            ),
        )
        for place in retiring
        for one in held.get(place.pk, ())
    ]
