"""Checks and confirmations done by the worker, and the night's clearing away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.jobs import daily, job
from gezhi.core.registry.imports import actions
from gezhi.core.registry.models import ImportBatch

log = structlog.get_logger("gezhi.imports")


@job("registry.check_import", attempts=3)
def check_import(*, batch: str) -> None:
    """Check a batch in the name of whoever asked for it."""
    actions.run_check(ImportBatch.objects.get(pk=UUID(batch)), at=timezone.now())


@job("registry.confirm_import", attempts=3)
def confirm_import(*, batch: str) -> None:
    """Confirm a batch in the name of whoever asked for it. A second run changes nothing."""
    try:
        actions.run_confirm(ImportBatch.objects.get(pk=UUID(batch)), at=timezone.now())
    except Refusal as refusal:
        # Told on the batch's page by its state; the worker has nothing to try again.
        log.warning("imports.not_confirmed", batch=batch, code=refusal.code)


def check_later(batch: ImportBatch, *, by: Actor) -> None:
    """Have the worker check a batch."""
    actions.ask(batch, by=by)
    check_import.enqueue(lock=f"import/{batch.pk}", batch=str(batch.pk))


def confirm_later(batch: ImportBatch, *, by: Actor) -> None:
    """Have the worker confirm a batch."""
    actions.ask(batch, by=by)
    confirm_import.enqueue(lock=f"import/{batch.pk}", batch=str(batch.pk))


@daily("03:20")
def forget_sheets(at: datetime) -> None:
    """Remove sheets whose time is over."""
    actions.forget_files(timezone.localdate(at))
