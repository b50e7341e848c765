"""Where vehicles stand, and those that go along when their owner moves house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gezhi.base.actors import Actor
from gezhi.core.places.models import Building, Compound, Place
from gezhi.core.places.queries import resolve
from gezhi.core.registry import changes
from gezhi.core.registry.models import Dwelling, Person, Source, Vehicle
from gezhi.core.registry.search import rooms_named


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a vehicle is kept, as closely as is known: a home, a building, a compound, a place."""

    dwelling: Dwelling | None = None
    building: Building | None = None
    compound: Compound | None = None
    place: Place | None = None
    """A grid or community: of a vehicle by the road; in a compound of several grids, which."""

    @property
    def within(self) -> Dwelling | Building | Place | None:
        """The row whose place decides who may write: the closest one that has a place."""
        own = self.compound.community if self.compound is not None else None
        return self.dwelling or self.building or self.place or own

    def values(self) -> dict[str, Any]:
        """The columns of a vehicle that say it; what is closer brings what lies around it."""
        building = self.dwelling.building if self.dwelling is not None else self.building
        compound = building.compound if building is not None else self.compound
        where = self.within
        return {
            "dwelling": self.dwelling,
            "building": building,
            "compound": compound,
            "community": None if where is None else where.community_id,
            "grid": None if where is None else where.grid_id,
        }


def stand_at(text: str) -> Stand | None:
    """The compound, building or home a text names; None where it names none of ours.

    A text that names a building or room we do not have is none: half of it is not taken.
    """
    read = resolve(text)
    if read.compound is None:
        return None
    rooms = [address for address in read.addresses if address.room]
    if read.building is None:
        named = any(address.building for address in read.addresses) or bool(rooms)
        compound = Compound.objects.select_related("community").get(pk=read.compound.id)
        return None if named else Stand(compound=compound)
    building = Building.objects.select_related("compound").get(pk=read.building.id)
    if not rooms:
        return Stand(building=building)
    found = Dwelling.objects.filter(rooms_named(rooms), building=building)
    dwelling = found.select_related("building__compound").first()
    return Stand(dwelling=dwelling) if dwelling is not None else None


def bring_along(
    owner: Person, left: UUID, home: Dwelling, *, source: Source, by: Actor, at: datetime
) -> None:
    """Move what an owner kept at the home they leave to the one they go to."""
    kept = Vehicle.objects.filter(owner=owner, dwelling=left, until=None).order_by("pk")
    vehicles = list(kept.select_for_update(of=("self",)).select_related("source"))
    if not vehicles:
        return
    there = Dwelling.objects.select_related("building__compound").get(pk=home.pk)
    for vehicle in vehicles:
        changes.apply(vehicle, Stand(dwelling=there).values(), source=source, by=by, at=at)
