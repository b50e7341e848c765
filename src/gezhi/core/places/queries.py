"""Named reads of the tree, of any past day's tree, of addresses and of points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.pages.hooks import TreeNode
from gezhi.core.places import snapshots
from gezhi.core.places.address_book import Resolved
from gezhi.core.places.models import (
    BoundaryDraft,
    Building,
    BuildingGrid,
    Compound,
    CompoundAlias,
    Level,
    Place,
    PlacePeriod,
    Regrid,
    UnresolvedAddress,
)


@dataclass(frozen=True, slots=True)
class PlaceThen:
    """A place as it was on a day."""

    id: UUID
    code: str
    name: str
    kind: str
    level: int
    parent_id: UUID | None
    path: str
    party_group: str
    valid_from: date
    """Since when it had been so."""
    valid_to: date | None
    has_boundary: bool
    estimated: bool
    """Whether its boundary waits to be drawn or accepted."""
    children: tuple[PlaceThen, ...] = ()

    def walk(self) -> Iterable[PlaceThen]:
        """Itself and everything below, in order of code, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


_THEN = (
    "place_id",
    "place__code",
    "name",
    "place__kind",
    "place__level",
    "parent_id",
    "path",
    "party_group",
    "valid_from",
    "valid_to",
)


def tree_on(day: date) -> list[PlaceThen]:
    """The tree as it was on any day, roots first (one, or none before the office was founded)."""
    periods = (
        PlacePeriod.objects.filter(valid_from__lte=day)
        .exclude(valid_to__lte=day)
        .annotate(drawn=ExpressionWrapper(Q(boundary__isnull=False), BooleanField()))
        .order_by("place__code")
        .values_list(*_THEN, "drawn", "estimated")
    )
    below: dict[UUID | None, list[Any]] = {}
    for row in periods:
        below.setdefault(row[5], []).append(row)

    def made(row: Any) -> PlaceThen:
        children = tuple(made(child) for child in below.get(row[0], ()))
        return replace(PlaceThen(*row), children=children)

    return [made(row) for row in below.get(None, ())]


def places_on(day: date) -> list[PlaceThen]:
    """Every place in force on a day, in order of code."""
    return sorted((place for root in tree_on(day) for place in root.walk()), key=lambda p: p.code)


def grids_of_buildings_on(day: date) -> dict[UUID, UUID]:
    """Which grid each building lay in on a day, by ids."""
    rows = BuildingGrid.objects.filter(valid_from__lte=day).exclude(valid_to__lte=day)
    return dict(rows.values_list("building_id", "grid_id"))


# --- for lists and pages -----------------------------------------------------------------


def places(actor: Actor, at: datetime) -> QuerySet[Place]:
    """Every place that ever was, retired ones too."""
    return Place.objects.select_related("parent", "community")


def periods_of(place: Place) -> QuerySet[PlacePeriod]:
    """What a place went through, latest first."""
    rows = PlacePeriod.objects.filter(place=place).select_related("parent")
    return rows.defer("boundary").order_by("-valid_from")


def estimated_grids(place: Place) -> QuerySet[PlacePeriod]:
    """The present periods of grids in a place whose boundaries wait to be drawn or accepted."""
    return PlacePeriod.objects.filter(
        place__path__startswith=place.path,
        place__level=Level.GRID,
        valid_to=None,
        estimated=True,
    )


def children_of(place: Place) -> QuerySet[Place]:
    """Places directly below that are not retired."""
    return Place.objects.filter(parent=place, valid_to=None)


def compounds(actor: Actor, at: datetime) -> QuerySet[Compound]:
    """Every compound with its number of buildings."""
    return Compound.objects.select_related("community").annotate(building_count=Count("buildings"))


def compounds_in(place: Place) -> QuerySet[Compound]:
    """Compounds that lie in a place, wholly or in part."""
    rows = Compound.objects.select_related("community").annotate(building_count=Count("buildings"))
    if place.level == 1:
        return rows
    if place.level == 2:
        return rows.filter(community=place)
    column = "grid" if place.level == 3 else "micro_grid"
    return rows.filter(pk__in=Building.objects.filter(**{column: place}).values("compound"))


def buildings(actor: Actor, at: datetime) -> QuerySet[Building]:
    """Every building with compound and grid."""
    return Building.objects.select_related("compound", "community", "grid", "micro_grid")


def buildings_of(compound: Compound) -> QuerySet[Building]:
    """The buildings of a compound, by number."""
    rows = Building.objects.filter(compound=compound).select_related("grid", "compound")
    return rows.order_by("number")


def aliases_of(compound: Compound) -> QuerySet[CompoundAlias]:
    """Other names of a compound."""
    return CompoundAlias.objects.filter(compound=compound).order_by("alias")


def unresolved(actor: Actor, at: datetime) -> QuerySet[UnresolvedAddress]:
    """Addresses that still wait, and those settled."""
    return UnresolvedAddress.objects.select_related("community", "grid", "building__compound")


def regrids(actor: Actor, at: datetime) -> QuerySet[Regrid]:
    """Every proposed change of grids or of communities."""
    return Regrid.objects.select_related("community")


def grid_changes(actor: Actor, at: datetime) -> QuerySet[Regrid]:
    """Proposed changes of the grids of one community."""
    return regrids(actor, at).filter(community__isnull=False)


def community_changes(actor: Actor, at: datetime) -> QuerySet[Regrid]:
    """Proposed changes of communities and villages themselves."""
    return regrids(actor, at).filter(community=None)


def boundary_drafts(actor: Actor, at: datetime) -> QuerySet[BoundaryDraft]:
    """Boundaries read and not yet confirmed."""
    return BoundaryDraft.objects.filter(confirmed_at=None).select_related("parent")


# --- from memory -------------------------------------------------------------------------


def names() -> Mapping[UUID, str]:
    """Names of all places by id, retired ones too; from memory."""
    return snapshots.current().names


def tree_for(actor: Actor, right: str, at: datetime) -> Sequence[TreeNode]:
    """Today's places that an actor reaches with a right, as trees; from memory.

    One tree for each post that is not already inside another's.
    """
    known = snapshots.current().in_force(timezone.localdate(at))
    below: dict[UUID | None, list[snapshots.Known]] = {}
    for place in known:
        below.setdefault(place.parent_id, []).append(place)

    def node(place: snapshots.Known) -> TreeNode:
        children = tuple(node(child) for child in below.get(place.id, ()))
        return TreeNode(place.id, place.name, place.level, children, note=place.party_group)

    if actor.kind is ActorKind.SYSTEM:
        return tuple(node(place) for place in below.get(None, ()))
    posted = {holding.place_id for holding in actor.holdings_with(right)}
    codes = {place.code for place in known if place.id in posted}
    tops = [
        place
        for place in known
        if place.id in posted
        and not any(place.code != code and place.code.startswith(code) for code in codes)
    ]
    return tuple(map(node, tops))


def way_to(place_id: UUID) -> list[snapshots.Known]:
    """The places from the subdistrict down to a place; from memory."""
    known = snapshots.current().places
    way: list[snapshots.Known] = []
    here = known.get(place_id)
    while here is not None:
        way.insert(0, here)
        here = known.get(here.parent_id) if here.parent_id else None
    return way


def known(place_id: UUID) -> snapshots.Known | None:
    """A place by its key; from memory."""
    return snapshots.current().places.get(place_id)


def resolve(text: str, within: UUID | None = None) -> Resolved:
    """Which building a line of text such as `紫兰苑3-2-501` means; from memory."""
    return snapshots.current().address_book.resolve(text, within)


def resolve_cells(
    compound: object,
    building: object,
    unit: object,
    room: object,
    community: str = "",
    within: UUID | None = None,
) -> Resolved:
    """Which building the address columns of one row mean; from memory."""
    book = snapshots.current().address_book
    return book.resolve_cells(compound, building, unit, room, community, within)


def resolve_columns(cells: pl.DataFrame, within: UUID | None = None) -> pl.DataFrame:
    """Place all rows of a sheet at once; see `AddressBook.resolve_columns`.

    Asks for the present edition first, so that a sheet is never placed by an old library.
    """
    return snapshots.exact().address_book.resolve_columns(cells, within)


def locate(lon: float, lat: float, *, day: date, level: int = 3) -> snapshots.Known | None:
    """The place of a level that a WGS84 point lies in on a day; from memory.

    On a shared border the lower code; up to 30 m outside all, the nearest; else None.
    """
    snapshot = snapshots.current()
    code = snapshot.locator(level, day).locate(lon, lat)
    found = (place for place in snapshot.places.values() if place.code == code)
    return next(found, None) if code else None
