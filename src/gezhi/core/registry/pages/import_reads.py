"""Which batches somebody sees."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor
from gezhi.core.registry import rights
from gezhi.core.registry.models import ImportBatch


def batches(actor: Actor, at: datetime) -> QuerySet[ImportBatch]:
    """One's own batches; those who may take batches back see everybody's."""
    rows = ImportBatch.objects.all()
    if rights.ROLLBACK_IMPORT.held_by(actor):
        return rows
    return rows.filter(Q(account_id=actor.account_id))
