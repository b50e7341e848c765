"""Named reads: subscriptions, events, and what is to be sent now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from gezhi.base.actors import Actor
from gezhi.core.cells.keys import keys_here
from gezhi.engines.webhooks.models import Delivery, Standing, Subscription

CONTEXT = b"webhooks.secret"


def subscriptions(actor: Actor, at: datetime) -> QuerySet[Subscription]:
    """Every subscription, ended ones too."""
    return Subscription.objects.all()


def deliveries(actor: Actor, at: datetime) -> QuerySet[Delivery]:
    """Every event for every receiver."""
    return Delivery.objects.select_related("subscription").defer("body")


def whole_deliveries(actor: Actor, at: datetime) -> QuerySet[Delivery]:
    """The same with what was sent."""
    return Delivery.objects.select_related("subscription")


def active() -> QuerySet[Subscription]:
    """Subscriptions that are told of what happens."""
    return Subscription.objects.filter(stopped_at=None, ended_at=None)


def due(subscription: Subscription, at: datetime, most: int) -> list[Delivery]:
    """What is to be sent now: of each subject the first that waits, if its time has come.

    So what happened to one subject arrives in its order, and one that fails holds up no other.
    """
    waiting = Delivery.objects.filter(subscription=subscription, standing=Standing.WAITING)
    first = waiting.order_by("subject_id", "sequence", "id").distinct("subject_id").values("pk")
    rows = Delivery.objects.filter(pk__in=first, next_at__lte=at)
    return list(rows.order_by("happened_at", "id")[:most])


def secret_of(subscription: Subscription) -> bytes:
    """32 bytes that only this office's keys make: nothing is stored, so nothing can be read off."""
    keys = keys_here()
    halves = (f"{subscription.pk}|{subscription.salt}|{half}" for half in (1, 2))
    return b"".join(keys.blind_index(one, context=CONTEXT) for one in halves)
