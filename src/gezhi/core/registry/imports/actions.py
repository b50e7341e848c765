"""What pages, the command line and jobs call: upload, map, check, confirm, cancel, take back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import IO, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.base.sentences import _
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import rights
from gezhi.core.registry.imports import (
    checking,
    confirming,
    gates,
    mapping,
    staging,
    told,
    undoing,
    vault,
)
from gezhi.core.registry.imports.findings_table import drop_findings, keep_findings
from gezhi.core.registry.imports.progress import Cancelled, Progress
from gezhi.core.registry.imports.reach import actor_as_json, actor_from_json, community_of
from gezhi.core.registry.imports.running import (
    alone,
    bare_name,
    earlier_batches,
    is_running,
    keep_original,
    limits,
    progress_of,
    seconds_left,
    workbook,
)
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.models.imports import BatchState

__all__ = ["earlier_batches", "is_running", "limits", "seconds_left"]

roll_back = undoing.roll_back
RUNNING: Final = (BatchState.CHECKING, BatchState.CONFIRMING)
_WAITING: Final = (BatchState.UPLOADED, BatchState.MAPPING, BatchState.CHECKED)


@action("registry.upload_batch", _("上传导入表格"), right=rights.IMPORT)
def upload_batch(
    *,
    file: IO[bytes],
    name: str,
    as_of: date,
    template: str = "",
    community: UUID | None = None,
    by: Actor,
    at: datetime,
) -> ImportBatch:
    """Take a sheet in: looked at, kept sealed, not yet opened.

    `as_of` is the day its facts held. `community` says where names of compounds are looked for
    first; for a clerk of one community it is that one. `Refusal` where the file is of a kind that
    is never opened.
    """
    if as_of > timezone.localdate(at):
        raise Refusal(str(_("数据截至日期不能晚于今天")), "registry.future_day", field="as_of")
    accepted = gates.examine(file, name, limits())
    community = community or community_of(by)
    batch = ImportBatch(
        id=uuid7(),
        template=template,
        file_name=bare_name(name),
        as_of=as_of,
        community_id=community,
        account_id=by.account_id,
        actor=actor_as_json(by),
        uploaded_by=by.name,
        uploaded_at=at,
        files_until=timezone.localdate(at) + timedelta(days=settings.IMPORT_KEEP_DAYS),
    )
    keep_original(batch, file, accepted)
    batch.save(force_insert=True)
    note(batch, place_id=community, changes={"template": template, "bytes": batch.file_size})
    return batch


# --- check ---------------------------------------------------------------------------------


def run_check(
    batch: ImportBatch, *, by: Actor | None = None, at: datetime, progress: Progress | None = None
) -> ImportBatch:
    """Read a batch and check it; returns it as `checked`, `mapping`, `refused` or `cancelled`.

    Nothing of the registry is changed. May be run again at any time before confirming.
    """
    with alone(batch) as batch:
        if batch.state not in (*_WAITING, BatchState.CHECKING):
            raise Refusal(str(_("这批数据已经处理过了")), "registry.import_not_waiting")
        batch.state, batch.cancel_asked = BatchState.CHECKING, False
        batch.save(update_fields=["state", "cancel_asked"])
        actor = by or actor_from_json(batch.actor)
        try:
            with progress_of(batch, progress) as tell:
                _check(batch, actor, at, tell)
        except Cancelled:
            _cancelled(batch)
        except Refusal as refusal:
            batch.state = BatchState.REFUSED
            batch.refusal = str(refusal.sentence)[:300]
            batch.save(update_fields=["state", "refusal"])
        except BaseException:
            # A fault of ours, or the worker is being stopped: it may be checked again.
            batch.state = BatchState.UPLOADED
            batch.save(update_fields=["state"])
            raise
    return batch


def _check(batch: ImportBatch, actor: Actor, at: datetime, progress: Progress) -> None:
    book = workbook(batch, progress)
    stored = batch.mapping
    found = mapping.from_json(stored) if "sheets" in stored else mapping.find(book, batch.template)
    batch.template = found.template
    batch.mapping = {**found.as_json(), "file": stored["file"]}
    if not found.settled and not stored.get("settled"):
        batch.state = BatchState.MAPPING
        batch.save(update_fields=["template", "mapping", "state"])
        return
    batch.mapping["settled"] = True
    staged = checking.check(
        book,
        found,
        as_of=batch.as_of,
        today=timezone.localdate(at),
        within=batch.community_id,
        actor=actor,
        progress=progress,
    )
    del book
    total = len(staged.outcomes)
    if not total:
        raise gates.refusal_of(gates.NO_ROWS)
    progress.tell(checking.STEPS[4], 0, total)
    staging.keep(batch.pk, staged)
    said = told.counts(staged.told)
    rows = dict.fromkeys(("new", "changed", "unchanged", "refused"), 0)
    rows |= dict(staged.outcomes.group_by("outcome").len().iter_rows())
    batch.counts = {
        **{name: said[name] for name in ("cleaned", "warned", "proposal", "skipped")},
        "told_refused": said["refused"],
        "total": total,
        **rows,
    }
    with transaction.atomic():
        drop_findings(batch)
        keep_findings(batch, staged.told)
        batch.state, batch.checked_at = BatchState.CHECKED, at
        batch.done = batch.total = total
        batch.save()


@action("registry.map_import", _("核对导入表格的列"), right=rights.IMPORT)
def set_mapping(
    *,
    batch: ImportBatch,
    chosen: Mapping[int, Mapping[int, str]],
    used: set[int] | None = None,
    keep: bool = True,
    by: Actor,
    at: datetime,
) -> ImportBatch:
    """Say which columns are which fields (empty: leave out), by sheet and column number.

    `used` names the sheets to be read, where not all. With `keep` the choice is remembered for
    the next sheet of this template. The batch can then be checked.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in _WAITING or "sheets" not in batch.mapping:
        raise Refusal(str(_("这批数据不在待核对列的状态")), "registry.import_not_waiting")
    found = mapping.from_json(batch.mapping)
    headings = mapping.to_remember(found, chosen)
    corrected = mapping.correct(found, chosen, used)
    if keep:
        mapping.remember(batch.template, headings, account=by.account_id, at=at)
    batch.mapping = {**corrected.as_json(), "file": batch.mapping["file"], "settled": True}
    batch.state = BatchState.UPLOADED
    batch.save(update_fields=["mapping", "state"])
    note(batch, changes={"mapped": sorted(headings.values())})
    return batch


# --- confirm -------------------------------------------------------------------------------


def run_confirm(
    batch: ImportBatch, *, by: Actor | None = None, at: datetime, progress: Progress | None = None
) -> ImportBatch:
    """Write a checked batch. All of it or nothing; once written, asking again changes nothing."""
    with alone(batch) as batch:
        if batch.state == BatchState.CONFIRMED:
            return batch
        if batch.state not in (BatchState.CHECKED, BatchState.CONFIRMING):
            raise Refusal(str(_("这批数据不在待确认状态")), "registry.import_not_waiting")
        actor = by or actor_from_json(batch.actor)
        rights.IMPORT.demand(actor)
        staged = staging.load(batch.pk, "rows", "queue", "outcomes", "changes")
        batch.state, batch.cancel_asked = BatchState.CONFIRMING, False
        batch.save(update_fields=["state", "cancel_asked"])
        try:
            with progress_of(batch, progress) as tell:
                return confirming.confirm(batch, staged, by=actor, at=at, progress=tell)
        except BaseException:
            batch.state = BatchState.CHECKED
            batch.save(update_fields=["state"])
            raise


@action("registry.cancel_import", _("取消导入"), right=rights.IMPORT)
def cancel(*, batch: ImportBatch, by: Actor, at: datetime) -> ImportBatch:
    """Stop a batch under way at its next step, or drop one that waits; files go with it."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in RUNNING:
        batch.cancel_asked = True
        batch.save(update_fields=["cancel_asked"])
    elif batch.state in _WAITING:
        _cancelled(batch)
    else:
        raise Refusal(str(_("已入库的批次不能取消，可以撤回")), "registry.import_not_waiting")
    note(batch)
    return batch


def _cancelled(batch: ImportBatch) -> None:
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    drop_findings(batch)
    vault.forget(batch.pk)


def ask(batch: ImportBatch, *, by: Actor) -> None:
    """Keep in whose name the job that follows works."""
    ImportBatch.objects.filter(pk=batch.pk).update(actor=actor_as_json(by))


def forget_files(on: date) -> int:
    """Remove files, findings and memory of batches whose time is over; returns how many."""
    over = ImportBatch.objects.filter(files_until__lt=on).exclude(state__in=RUNNING)
    count = 0
    for batch in over:
        if vault.folder_of(batch.pk).exists():
            vault.forget(batch.pk)
            count += 1
        drop_findings(batch)
        batch.undo.all()._raw_delete("default")
    return count


def shown(batch: ImportBatch) -> staging.Staged:
    """What the check found, for the preview: `outcomes` row by row, `changes` field by field.

    Values in `changes` are plain text of personal fields: mask them, or reveal them by purpose.
    """
    return staging.load(batch.pk, "outcomes", "changes")
