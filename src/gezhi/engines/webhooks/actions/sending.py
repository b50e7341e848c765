"""Reading the histories and sending what is due: no act of anybody, so no line in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from gezhi.base import happenings
from gezhi.base.actors import system
from gezhi.base.happenings import Happening
from gezhi.base.ids import least_at
from gezhi.core.cells.queries import cell_here
from gezhi.engines.webhooks import outside, queries, rules
from gezhi.engines.webhooks.models import Delivery, Standing, Subscription

LOOKS_BACK: Final = timedelta(minutes=15)
"""Read over again each time: a line's key is made before its transaction ends, and none is so
slow. What is known already is kept once."""
AT_ONCE: Final = 200
FAULTS: Final = 3
"""After so many failures in a row the receiver is left alone until the next minute."""


def gather(subscription: Subscription, at: datetime) -> int:
    """Take down what happened since the last look; returns how many events are new."""
    since = max(subscription.read_until - LOOKS_BACK, subscription.made_at)
    found = [
        one
        for one in _happened(subscription, since, at)
        # what is brought in from elsewhere happened long ago
        if one.at >= subscription.made_at
    ]
    number = keep(subscription, found, at)
    Subscription.objects.filter(pk=subscription.pk).update(read_until=at)
    return number


def _happened(subscription: Subscription, since: datetime, until: datetime) -> Iterable[Happening]:
    found = happenings.between(least_at(since), least_at(until), subscription.kinds)
    return (one for one in found if one.what in subscription.whats)


def keep(subscription: Subscription, found: Iterable[Happening], at: datetime) -> int:
    """Write events down for a receiver, each once; returns how many are new."""
    by_id = {one.id: one for one in found}
    known = set(
        Delivery.objects.filter(subscription=subscription, event_id__in=[*by_id]).values_list(
            "event_id", flat=True
        )
    )
    cell = cell_here().code
    rows = [
        delivery(subscription, rules.event(one, cell=cell), one, at)
        for key, one in by_id.items()
        if key not in known
    ]
    Delivery.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def delivery(
    subscription: Subscription, event: dict[str, object], happening: Happening, at: datetime
) -> Delivery:
    """An event on its way, not saved yet."""
    return Delivery(
        subscription=subscription,
        event_id=happening.id,
        subject_id=happening.subject_id,
        sequence=happening.sequence,
        type=str(event["type"]),
        number=happening.number,
        body=rules.written(event),
        happened_at=happening.at,
        made_at=at,
        next_at=at,
    )


def again(subscription: Subscription, since: datetime, until: datetime, at: datetime) -> int:
    """Send all that happened in a stretch of time once more, whatever became of it before."""
    found = list(_happened(subscription, since, until))
    keep(subscription, found, at)
    rows = Delivery.objects.filter(subscription=subscription, event_id__in=[o.id for o in found])
    return renew(rows, at)


def renew(rows: object, at: datetime) -> int:
    """Have deliveries wait again, as if never tried; their ids and texts stay."""
    number: int = rows.update(  # type: ignore[attr-defined]
        standing=Standing.WAITING, tries=0, next_at=at, fault="", status=None
    )
    return number


def send_due(subscription: Subscription, most: int = AT_ONCE) -> int:
    """Send what is due, first things first; returns how many were tried."""
    tried = failed = 0
    secret = queries.secret_of(subscription)
    while tried < most and failed < FAULTS:
        rows = queries.due(subscription, timezone.now(), most - tried)
        if not rows:
            break
        for row in rows:
            tried += 1
            failed = 0 if _sent(subscription, row, secret) else failed + 1
            if failed >= FAULTS or not queries.active().filter(pk=subscription.pk).exists():
                return tried
    return tried


def _sent(subscription: Subscription, row: Delivery, secret: bytes) -> bool:
    """Try one event, and write down what came of it."""
    stamp = int(timezone.now().timestamp())
    key = str(row.event_id)
    outcome = outside.send(
        subscription.url,
        row.body,
        {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "gezhi-webhooks/1",
            "webhook-id": key,
            "webhook-timestamp": str(stamp),
            "webhook-signature": rules.signature(secret, key=key, timestamp=stamp, body=row.body),
        },
    )
    keep_outcome(subscription, row, outcome, timezone.now())
    return outcome.arrived


def keep_outcome(
    subscription: Subscription, row: Delivery, outcome: outside.Outcome, at: datetime
) -> None:
    """What came of a try, on the event and on its receiver."""
    from gezhi.engines.webhooks.actions.subscribing import stop

    row.tried_at, row.status, row.fault = at, outcome.status, outcome.fault
    row.milliseconds = outcome.milliseconds
    row.tries += 1
    row.next_at = None if outcome.arrived else rules.next_try(row.tries, at)
    row.standing = (
        Standing.ARRIVED
        if outcome.arrived
        else Standing.DEAD
        if row.next_at is None
        else Standing.WAITING
    )
    row.save()
    mine = Subscription.objects.filter(pk=subscription.pk)
    if outcome.arrived:
        subscription.failures = 0
        mine.update(failures=0, arrived_at=at)
        return
    subscription.failures = min(subscription.failures + 1, 30_000)
    mine.update(failures=subscription.failures)
    if outcome.status == rules.GONE or subscription.failures >= rules.STOPS_AFTER:
        stop(subscription=subscription, by_itself=True, by=system("job"), at=at)
