"""The clock of webhooks: every minute the histories are read, and what is due is sent."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.jobs import every, job
from gezhi.engines.webhooks import actions, queries
from gezhi.engines.webhooks.models import Delivery, Standing


@every(minutes=1)
def gather_events(at: datetime) -> None:
    """Take down what happened, and have each receiver told by a job of its own."""
    for subscription in queries.active():
        actions.gather(subscription, at)
        waiting = Delivery.objects.filter(
            subscription=subscription, standing=Standing.WAITING, next_at__lte=at
        )
        if waiting.exists():
            send_events.enqueue(
                lock=f"webhooks/{subscription.pk}", subscription=str(subscription.pk)
            )


@job("webhooks.send", attempts=1)
def send_events(subscription: str) -> None:
    """Send what is due to one receiver; run again it sends what is left."""
    row = queries.active().filter(pk=subscription).first()
    if row is not None:
        actions.send_due(row)
