"""Checks and confirmations asked for by a page or a program, done by the worker."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.registry import rights
from gezhi.core.registry.imports.jobs import check_later, confirm_later
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.models.imports import BatchState


def start_check(batch: ImportBatch, *, by: Actor) -> None:
    """Have the worker check a batch in the name of this actor."""
    rights.IMPORT.demand(by)
    check_later(batch, by=by)


def start_confirm(batch: ImportBatch, *, by: Actor) -> None:
    """Have the worker write a checked batch in the name of this actor; asked once."""
    rights.IMPORT.demand(by)
    with transaction.atomic():
        row = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if row.state != BatchState.CHECKED:
            raise Refusal(_("这批数据不在待确认状态，请刷新"), "registry.import_not_waiting")
        row.state, row.done, row.step = BatchState.CONFIRMING, 0, ""
        row.save(update_fields=["state", "done", "step"])
        confirm_later(row, by=by)
