"""Checks and confirmations asked for by a page or a program, done by the worker."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.jobs import job
from gezhi.core.registry import rights
from gezhi.core.registry.imports import actions
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.models.imports import BatchState


@job("registry.check_import")
def check_import(batch: str) -> None:
    """Read and check one batch; a batch that is past checking is left as it is."""
    row = ImportBatch.objects.get(pk=UUID(batch))
    if row.state in (BatchState.UPLOADED, BatchState.CHECKING):
        actions.run_check(row, at=timezone.now())


@job("registry.write_import")
def write_import(batch: str) -> None:
    """Write one checked batch; one that is written already is left as it is."""
    row = ImportBatch.objects.get(pk=UUID(batch))
    if row.state in (BatchState.CHECKED, BatchState.CONFIRMING):
        actions.run_confirm(row, at=timezone.now())


def start_check(batch: ImportBatch, *, by: Actor) -> None:
    """Have the worker check a batch in the name of this actor."""
    rights.IMPORT.demand(by)
    actions.ask(batch, by=by)
    check_import.enqueue(lock=f"import/{batch.pk}", batch=str(batch.pk))


def start_confirm(batch: ImportBatch, *, by: Actor) -> None:
    """Have the worker write a checked batch in the name of this actor."""
    rights.IMPORT.demand(by)
    with transaction.atomic():
        row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if row.state != BatchState.CHECKED:
            raise Refusal(_("这批数据不在待确认状态，请刷新"), "registry.import_not_waiting")
        row.state, row.done, row.step = BatchState.CONFIRMING, 0, ""
        row.save(update_fields=["state", "done", "step"])
        actions.ask(row, by=by)
        write_import.enqueue(lock=f"import/{batch.pk}", batch=str(batch.pk))
