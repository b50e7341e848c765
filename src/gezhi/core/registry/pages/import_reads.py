"""Which batches somebody sees."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor
from gezhi.core.registry.imports.reach import batches_of
from gezhi.core.registry.models import ImportBatch


def own_batches(actor: Actor, at: datetime) -> QuerySet[ImportBatch]:
    """The batches somebody sent."""
    return ImportBatch.objects.filter(Q(account_id=actor.account_id))


def batches(actor: Actor, at: datetime) -> QuerySet[ImportBatch]:
    """One's own batches; those who may take batches back see those of their place."""
    return batches_of(actor)
