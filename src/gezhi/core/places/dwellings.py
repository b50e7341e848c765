"""What this area asks of whoever keeps the dwellings: to make rooms, and to hear of new names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from gezhi.base.actors import Actor
from gezhi.base.pages.hooks import Hook
from gezhi.core.places.models import Building, UnresolvedAddress
from gezhi.core.places.rooms import RoomPlan


@Hook
def make_rooms(building: Building, rooms: Sequence[RoomPlan], by: Actor, at: datetime) -> int:
    """Enter those rooms of a building that are not there yet; returns how many were made."""
    return 0


@Hook
def number_of_rooms(building: Building) -> int | None:
    """How many dwellings a building has; None where nobody knows."""
    return None


@Hook
def households_in(buildings: Collection[UUID]) -> Mapping[UUID, int] | None:
    """How many households live in each of these buildings; None where nobody knows."""
    return None


@Hook
def address_resolved(address: UnresolvedAddress, by: Actor, at: datetime) -> None:
    """An address that nobody knew now has its building: place the rows that waited for it."""
