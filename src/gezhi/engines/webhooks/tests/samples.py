"""Rows of this area for the house tests."""

from __future__ import annotations

from typing import Final

from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot
from gezhi.engines.webhooks.models import Delivery, Subscription


def _subscription(spot: Spot) -> Subscription:
    made: Subscription = Subscription.objects.create(
        name=f"样例平台{uuid7().hex[-8:]}",
        url="https://example.org/events",
        kinds=["cases"],
        whats=["opened", "moved", "ended"],
        made_at=spot.at,
        made_by="孙样",
        read_until=spot.at,
    )
    return made


def _delivery(spot: Spot) -> Delivery:
    made: Delivery = Delivery.objects.create(
        subscription=_subscription(spot),
        event_id=uuid7(),
        subject_id=uuid7(),
        sequence=1,
        type="gezhi.cases.opened",
        number="GZ2022091300012",
        body="{}",
        happened_at=spot.at,
        made_at=spot.at,
        next_at=spot.at,
    )
    return made


SAMPLES: Final[dict[type, Sample]] = {Subscription: _subscription, Delivery: _delivery}
