"""Checks and confirmations done by the worker, and the night's clearing away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.jobs import daily, job
from gezhi.core.registry.imports.reach import actor_as_json
from gezhi.services.cases import rights
from gezhi.services.cases.hotline import actions
from gezhi.services.cases.models import HotlineBatch

log = structlog.get_logger("gezhi.hotline")


@job("cases.check_hotline", attempts=3)
def check_hotline(*, batch: str) -> None:
    """Check a list in the name of whoever brought it."""
    actions.run_check(HotlineBatch.objects.get(pk=UUID(batch)), at=timezone.now())


@job("cases.write_hotline", attempts=3)
def write_hotline(*, batch: str) -> None:
    """Write a checked list in the name of whoever confirmed it. A second run changes nothing."""
    try:
        actions.run_confirm(HotlineBatch.objects.get(pk=UUID(batch)), at=timezone.now())
    except Refusal as refusal:
        # Told on the batch's page by its state; the worker has nothing to try again.
        log.warning("hotline.not_written", batch=batch, code=refusal.code)


def start_check(batch: HotlineBatch, *, by: Actor) -> None:
    """Have the worker check a list."""
    rights.IMPORT_HOTLINE.demand(by)
    HotlineBatch.objects.filter(pk=batch.pk).update(actor=actor_as_json(by))
    check_hotline.enqueue(lock=f"hotline/{batch.pk}", batch=str(batch.pk))


def start_confirm(batch: HotlineBatch, *, by: Actor) -> None:
    """Have the worker write a checked list."""
    actions.start_confirm(
        batch,
        by=by,
        later=lambda row: write_hotline.enqueue(lock=f"hotline/{row.pk}", batch=str(row.pk)),
    )


@daily("03:25")
def forget_lists(at: datetime) -> None:
    """Remove lists whose time is over."""
    actions.forget_files(timezone.localdate(at))
