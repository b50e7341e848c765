"""Tree, address book and locator of a cell in memory, thrown away when places change.

One row, the edition, changes with every change of places. What was read under a token is good as
long as the token is; the token itself is asked for at most once a second, so a list page costs no
query for names and tree. A process sees its own changes at once, other processes' within a
second. A transaction that changes places keeps what it reads to itself, so that nothing
uncommitted reaches anybody else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, cast
from uuid import UUID

import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _
from shapely.geometry import shape

from gezhi.base.errors import Conflict
from gezhi.base.ids import uuid7
from gezhi.core.cells.keys import schema_here
from gezhi.core.places.address_book import AddressBook, KnownBuilding, KnownCompound
from gezhi.core.places.boundaries import Polygonal
from gezhi.core.places.locator import GridLocator
from gezhi.core.places.models import Building, Compound, CompoundAlias, Edition, Place, PlacePeriod

TRUSTED_SECONDS: Final = 1.0
NEAR_M: Final = 30.0
"""A point so far outside every grid still belongs to the nearest: satellite fixes are no better."""


@dataclass(frozen=True, slots=True)
class Known:
    """A place as memory holds it."""

    id: UUID
    code: str
    name: str
    kind: str
    level: int
    parent_id: UUID | None
    community_id: UUID | None
    grid_id: UUID | None
    party_group: str
    valid_from: date
    valid_to: date | None
    predecessors: Sequence[str]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Snapshot:
    """Everything about the places of one cell, as of one edition; each part is read when asked."""

    def __init__(self, token: UUID | None) -> None:
        self.token = token
        self._lock = threading.RLock()
        self._locators: dict[tuple[int, date], GridLocator[str]] = {}

    @cached_property
    def places(self) -> dict[UUID, Known]:
        """Every place that ever was, by id, in order of code."""
        columns = list(Known.__dataclass_fields__)
        rows = Place.objects.order_by("code").values_list(*columns)
        return {row[0]: Known(*row) for row in rows}

    @cached_property
    def names(self) -> dict[UUID, str]:
        """Names by id; retired grids keep theirs, because old rows still point at them."""
        return {key: place.name for key, place in self.places.items()}

    def in_force(self, day: date) -> list[Known]:
        """The places of a day near today, in order of code; history is `queries.tree_on`."""
        return [place for place in self.places.values() if place.holds_on(day)]

    @cached_property
    def address_book(self) -> AddressBook:
        """Every compound, alias and building, ready to be looked up."""
        aliases: dict[UUID, list[str]] = {}
        for compound, alias in CompoundAlias.objects.values_list("compound_id", "alias"):
            aliases.setdefault(compound, []).append(alias)
        compounds = [
            KnownCompound(key, name, community, tuple(aliases.get(key, ())))
            for key, name, community in Compound.objects.values_list("id", "name", "community_id")
        ]
        columns = "id", "compound_id", "name", "units", "community_id", "grid_id"
        buildings = [KnownBuilding(*row) for row in Building.objects.values_list(*columns)]
        return AddressBook(compounds, buildings, self._words_for_communities())

    def _words_for_communities(self) -> dict[UUID, set[str]]:
        """What each standing community is called in sheets: also as those it came from were."""
        known = {place.code: place for place in self.places.values() if place.level == 2}

        def words(place: Known) -> set[str]:
            before = (known[code] for code in place.predecessors if code in known)
            return {place.name, place.code}.union(*map(words, before))

        return {place.id: words(place) for place in known.values() if place.valid_to is None}

    def locator(self, level: int, day: date) -> GridLocator[str]:
        """Which place of a level a point lies in on a day, by code."""
        with self._lock:
            found = self._locators.get((level, day))
            if found is None:
                if len(self._locators) > 8:
                    self._locators.clear()
                found = GridLocator(list(boundaries_on(level, day).items()), NEAR_M)
                self._locators[level, day] = found
            return found


def boundaries_on(level: int, day: date) -> dict[str, Polygonal]:
    """The boundaries in force on a day at a level, by code, in WGS84."""
    rows = (
        PlacePeriod.objects.filter(place__level=level, valid_from__lte=day)
        .exclude(valid_to__lte=day)
        .exclude(boundary__isnull=True)
        .values_list("place__code", "boundary")
    )
    return {code: polygon(boundary) for code, boundary in rows}


def polygon(geometry: Any) -> Polygonal:
    """A stored GeoJSON geometry as a shape."""
    return cast(Polygonal, shape(geometry))


def geojson(boundary: Polygonal) -> dict[str, Any]:
    """A shape as it is stored: GeoJSON in WGS84, seven decimals (a centimetre)."""
    exact = shapely.transform(boundary, lambda points: points.round(7))
    kept: Polygonal = exact if exact.is_valid else boundary
    document: dict[str, Any] = shapely.geometry.mapping(shapely.orient_polygons(kept))
    return document


@dataclass(slots=True)
class _Held:
    snapshot: Snapshot
    asked: float


class _Own(threading.local):
    """What this thread's transaction has changed and read since."""

    def __init__(self) -> None:
        self.schema = ""
        self.held: _Held | None = None
        self.dirty = False


_shared: dict[str, _Held] = {}
_own = _Own()


def current() -> Snapshot:
    """The places of the present cell, from memory where they have not changed."""
    schema = schema_here()
    if _own.dirty and (_own.schema != schema or not connection.in_atomic_block):
        _own.dirty, _own.held = False, None
        _shared.pop(schema, None)
    held = _own.held if _own.dirty else _shared.get(schema)
    now = time.monotonic()
    if held is not None and now - held.asked < TRUSTED_SECONDS:
        return held.snapshot
    token = Edition.objects.values_list("token", flat=True).first()
    if held is None or held.snapshot.token != token:
        held = _Held(Snapshot(token), now)
    held.asked = now
    if _own.dirty:
        _own.held = held
    else:
        _shared[schema] = held
    return held.snapshot


def exact() -> Snapshot:
    """The same, asking for the edition in any case: what bulk work goes by."""
    _forget_when_asked()
    return current()


def _forget_when_asked() -> None:
    for held in (_own.held, _shared.get(schema_here())):
        if held is not None:
            held.asked = -TRUSTED_SECONDS


def changing(expected: UUID | None = None) -> None:
    """First thing in every action on places: wait for others at it, and begin a new edition.

    `expected` is the edition somebody looked at; raises `Conflict` if there is another by now.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("places are changed inside a transaction")
    before = Edition.objects.select_for_update().values_list("token", flat=True).first()
    if expected is not None and before != expected:
        raise Conflict(
            _("网格或地址库刚被他人修改，请按最新内容核对后再提交"), "places.changed_meanwhile"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Edition._meta.db_table} (id, token) VALUES (1, %s) "
            "ON CONFLICT (id) DO UPDATE SET token = excluded.token",
            [uuid7()],
        )
    schema = schema_here()
    _own.schema, _own.dirty, _own.held = schema, True, None
    transaction.on_commit(lambda: _shared.pop(schema, None))


def changed() -> None:
    """Last thing in an action that read places before it wrote them: read them anew."""
    _own.held = None


def forget() -> None:
    """Drop what this process remembers (tests, which roll back, begin so)."""
    _shared.clear()
    _own.dirty, _own.held = False, None
