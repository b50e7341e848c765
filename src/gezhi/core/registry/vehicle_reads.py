"""Named reads of vehicles: those kept here now, and those of a person, a home or a unit."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet

from gezhi.base.actors import Actor
from gezhi.core.registry.models import Dwelling, Enterprise, Household, Person, Shop, Vehicle
from gezhi.core.registry.models.people import PersonState

GONE = Q(owner__state__in=(PersonState.LEFT, PersonState.DECEASED))
"""Vehicles whose owner has left or died: somebody has to ask who answers for them now."""
UNREACHABLE = Q(phone=None) & (
    Q(owner=None, enterprise=None, shop=None)
    | Q(owner__isnull=False, owner__phone=None)
    | Q(enterprise__isnull=False, enterprise__phone=None)
    | Q(shop__isnull=False, shop__phone=None)
)
"""Vehicles of which nobody has a telephone."""


def _with_holders(rows: QuerySet[Vehicle]) -> QuerySet[Vehicle]:
    return rows.select_related(
        "owner", "enterprise", "shop", "dwelling", "building__compound", "compound"
    )


def vehicles(actor: Actor, at: datetime) -> QuerySet[Vehicle]:
    """Every vehicle kept here now, with who answers for it and where it stands."""
    return _with_holders(Vehicle.objects.filter(until=None))


def any_vehicle(actor: Actor, at: datetime) -> QuerySet[Vehicle]:
    """Every vehicle, those that have left too, with its sources."""
    return _with_holders(Vehicle.objects.select_related("source", "touched_by"))


def _listed(among: Q) -> QuerySet[Vehicle]:
    rows = _with_holders(Vehicle.objects.filter(among))
    return rows.order_by(F("until").desc(nulls_first=True), "-id")


def vehicles_of(person: Person) -> QuerySet[Vehicle]:
    """Somebody's vehicles, those kept here now first."""
    rows = Vehicle.objects.filter(owner=person)
    rows = rows.select_related("dwelling", "building__compound", "compound")
    return rows.order_by(F("until").desc(nulls_first=True), "-id")


def of_household(household: Household) -> QuerySet[Vehicle]:
    """The vehicles of a household's present members."""
    return _listed(Q(owner__household=household, owner__state=PersonState.PRESENT, until=None))


def kept_at(dwelling: Dwelling) -> QuerySet[Vehicle]:
    """Vehicles that stand at a home."""
    return _listed(Q(dwelling=dwelling, until=None))


def of_enterprise(enterprise: Enterprise) -> QuerySet[Vehicle]:
    """An enterprise's vehicles."""
    return _listed(Q(enterprise=enterprise))


def of_shop(shop: Shop) -> QuerySet[Vehicle]:
    """A shop's vehicles."""
    return _listed(Q(shop=shop))
