"""What pages and jobs call: take an exported list in, name its columns, check, write, take back."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import IO, Final
from uuid import UUID

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.ids import uuid7
from gezhi.core.journal.actions import action, note
from gezhi.core.registry.imports import gates, mapping, running, staging, vault
from gezhi.core.registry.imports.confirming import lock_imports
from gezhi.core.registry.imports.progress import Cancelled, Progress
from gezhi.core.registry.imports.reach import actor_as_json, actor_from_json
from gezhi.core.registry.imports.told import counts as counts_told
from gezhi.core.registry.models.imports import BatchState
from gezhi.engines.matters.actions import bringing
from gezhi.services.cases import rights
from gezhi.services.cases.hotline import checking, writing
from gezhi.services.cases.hotline.sheet import code_of
from gezhi.services.cases.models import Case, HotlineBatch, HotlineLine

LINES: Final = "lines"
"""The file of checked lines, beside those of the sheet."""
WAITING: Final = (BatchState.UPLOADED, BatchState.MAPPING, BatchState.CHECKED)
RUNNING: Final = (BatchState.CHECKING, BatchState.CONFIRMING)
OFFICE: Final = 1


@action("cases.upload_hotline", _lazy("上传热线工单"), right=rights.IMPORT_HOTLINE)
def upload(*, file: IO[bytes], name: str, origin: str, by: Actor, at: datetime) -> HotlineBatch:
    """Take an exported list in: looked at, kept sealed, not yet opened."""
    reaches_all(by)
    accepted = gates.examine(file, name, running.limits())
    batch = HotlineBatch(
        id=uuid7(),
        origin=origin,
        file_name=running.bare_name(name),
        account_id=by.account_id,
        actor=actor_as_json(by),
        uploaded_by=by.name,
        uploaded_at=at,
        files_until=timezone.localdate(at) + timedelta(days=settings.IMPORT_KEEP_DAYS),
    )
    running.keep_original(batch, file, accepted)
    batch.save(force_insert=True)
    note(batch, changes={"source": origin, "bytes": batch.file_size})
    return batch


def reaches_all(actor: Actor) -> None:
    """A list is of the whole office: whoever brings it is posted there."""
    posts = actor.holdings_with(rights.IMPORT_HOTLINE.code)
    if not any(post.level == OFFICE for post in posts):
        raise NotAllowed(_("热线工单由街道（办事处）一级的岗位导入"), "cases.hotline_office")


@action("cases.map_hotline", _lazy("核对热线工单的列"), right=rights.IMPORT_HOTLINE)
def set_mapping(
    *,
    batch: HotlineBatch,
    chosen: Mapping[int, Mapping[int, str]],
    used: set[int] | None = None,
    by: Actor,
    at: datetime,
) -> HotlineBatch:
    """Say which columns are which fields; kept for the next sheet of the same list."""
    batch = HotlineBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in WAITING or "sheets" not in batch.mapping:
        raise Refusal(_("这批数据不在待核对列的状态"), "cases.hotline_not_waiting")
    found = mapping.from_json(batch.mapping)
    headings = mapping.to_remember(found, chosen)
    corrected = mapping.correct(found, chosen, used)
    mapping.remember(found.template, headings, account=by.account_id, at=at)
    batch.mapping = {**corrected.as_json(), "file": batch.mapping["file"], "settled": True}
    batch.state = BatchState.UPLOADED
    batch.save(update_fields=["mapping", "state"])
    note(batch, changes={"mapped": sorted(headings.values())})
    return batch


def run_check(
    batch: HotlineBatch, *, at: datetime, progress: Progress | None = None
) -> HotlineBatch:
    """Read a list and check it; returns it as `checked`, `mapping`, `refused` or `cancelled`.

    No case is written or changed. May be run again at any time before confirming.
    """
    with running.alone(batch) as batch:
        if batch.state not in (*WAITING, BatchState.CHECKING):
            raise Refusal(_("这批数据已经处理过了"), "cases.hotline_not_waiting")
        batch.state, batch.cancel_asked = BatchState.CHECKING, False
        batch.save(update_fields=["state", "cancel_asked"])
        try:
            with running.progress_of(batch, progress) as tell:
                _check(batch, at, tell)
        except Cancelled:
            _cancelled(batch)
        except Refusal as refusal:
            batch.state, batch.refusal = BatchState.REFUSED, str(refusal.sentence)[:300]
            batch.save(update_fields=["state", "refusal"])
        except BaseException:
            # A fault of ours, or the worker is being stopped: it may be checked again.
            batch.state = BatchState.UPLOADED
            batch.save(update_fields=["state"])
            raise
    return batch


def _check(batch: HotlineBatch, at: datetime, progress: Progress) -> None:
    book = running.workbook(batch, progress)
    stored = batch.mapping
    named = "sheets" in stored
    found = mapping.from_json(stored) if named else mapping.find(book, code_of(batch.origin))
    batch.mapping = {**found.as_json(), "file": stored["file"]}
    if not found.settled and not stored.get("settled"):
        batch.state = BatchState.MAPPING
        batch.save(update_fields=["mapping", "state"])
        return
    batch.mapping["settled"] = True
    checked = checking.check(book, found, batch.origin, now=at, progress=progress)
    _keep(batch.pk, checked)
    said = counts_told(checked.told)
    rows = dict.fromkeys(("new", "changed", "unchanged", "refused"), 0)
    rows |= dict(checked.outcomes.group_by("outcome").len().iter_rows())
    total = len(checked.outcomes)
    batch.counts = {
        **{name: said[name] for name in ("cleaned", "warned", "skipped")},
        "told_refused": said["refused"],
        "total": total,
        **rows,
    }
    batch.state, batch.checked_at, batch.step = BatchState.CHECKED, at, ""
    batch.done = batch.total = total
    batch.save()


def _keep(batch: UUID, checked: checking.Checked) -> None:
    """What was checked, sealed: the lines apart from what the page and the error sheet read."""
    empty = pl.DataFrame()
    staged = staging.Staged(empty, empty, told=checked.told, outcomes=checked.outcomes)
    staging.keep(batch, staged)
    stream = io.BytesIO()
    checked.lines.write_ipc_stream(stream, compression="lz4")
    vault.keep(vault.folder_of(batch) / LINES, vault.cut(stream.getvalue()))


def checked_of(batch: HotlineBatch) -> checking.Checked:
    """What the check of a batch found; `FileNotFoundError` once its files are gone."""
    staged = staging.load(batch.pk, "told", "outcomes")
    lines = pl.read_ipc_stream(vault.read(vault.folder_of(batch.pk) / LINES))
    return checking.Checked(lines, staged.outcomes, staged.told)


def run_confirm(
    batch: HotlineBatch, *, at: datetime, progress: Progress | None = None
) -> HotlineBatch:
    """Write a checked list. All of it or nothing; once written, asking again changes nothing."""
    with running.alone(batch) as batch:
        if batch.state == BatchState.CONFIRMED:
            return batch
        if batch.state not in (BatchState.CHECKED, BatchState.CONFIRMING):
            raise Refusal(_("这批数据不在待确认状态"), "cases.hotline_not_waiting")
        actor = actor_from_json(batch.actor)
        batch.state, batch.cancel_asked = BatchState.CONFIRMING, False
        batch.save(update_fields=["state", "cancel_asked"])
        try:
            with running.progress_of(batch, progress) as tell:
                checked = checked_of(batch)
                return import_lines(batch=batch, checked=checked, tell=tell.tell, by=actor, at=at)
        except BaseException:
            batch.state = BatchState.CHECKED
            batch.save(update_fields=["state"])
            raise


@action("cases.import_hotline", _lazy("热线工单入库"), right=rights.IMPORT_HOTLINE)
def import_lines(
    *,
    batch: HotlineBatch,
    checked: checking.Checked,
    tell: Callable[[str, int, int], None],
    by: Actor,
    at: datetime,
) -> HotlineBatch:
    """Hold the lines against what is here once more, under a lock, and write them."""
    reaches_all(by)
    lock_imports()
    # Not locked: progress is told over another connection, and imports hold a lock of their own.
    batch = HotlineBatch.objects.get(pk=batch.pk)
    if batch.state not in (BatchState.CHECKED, BatchState.CONFIRMING):
        raise Refusal(_("这批数据不在待确认状态"), "cases.hotline_not_waiting")
    written = writing.write(batch, checked, tell=tell, at=at)
    batch.counts = {**batch.counts, **written}
    batch.state, batch.confirmed_at, batch.step = BatchState.CONFIRMED, at, ""
    batch.save(update_fields=["counts", "state", "confirmed_at", "step"])
    note(batch, changes={"source": batch.origin, "counts": batch.counts})
    return batch


@action("cases.cancel_hotline", _lazy("取消热线工单导入"), right=rights.IMPORT_HOTLINE)
def cancel(*, batch: HotlineBatch, by: Actor, at: datetime) -> HotlineBatch:
    """Stop a batch under way at its next step, or drop one that waits; files go with it."""
    batch = HotlineBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in RUNNING:
        batch.cancel_asked = True
        batch.save(update_fields=["cancel_asked"])
    elif batch.state in WAITING:
        _cancelled(batch)
    else:
        raise Refusal(_("已入库的批次不能取消，可以撤回"), "cases.hotline_not_waiting")
    note(batch)
    return batch


def _cancelled(batch: HotlineBatch) -> None:
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    vault.forget(batch.pk)


@action("cases.roll_back_hotline", _lazy("撤回热线工单导入"), right=rights.ROLL_BACK_HOTLINE)
def roll_back(*, batch: HotlineBatch, by: Actor, at: datetime) -> tuple[int, list[str]]:
    """Take the cases of a batch away again; returns how many, and the numbers of those left.

    A case that anybody has moved, followed or written to since is somebody's work: it stays, and
    so does one that was open before and that this batch only answered.
    """
    batch = HotlineBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != BatchState.CONFIRMED:
        raise Refusal(_("只能撤回已入库的批次"), "cases.hotline_not_confirmed")
    revisions = dict(HotlineLine.objects.filter(batch=batch).values_list("case", "revision"))
    free = bringing.untouched(revisions, besides={"case"})
    free -= set(bringing.with_more(Case, free, {"line"}))
    HotlineLine.objects.filter(case__in=free).delete()
    Case.objects.filter(pk__in=free).delete()
    bringing.forget(free)
    kept = HotlineLine.objects.filter(batch=batch).order_by("case__matter__number")
    left = list(kept.values_list("case__matter__number", flat=True))
    batch.state, batch.rolled_back_at = BatchState.ROLLED_BACK, at
    batch.save(update_fields=["state", "rolled_back_at"])
    note(batch, changes={"source": batch.origin, "removed": len(free), "left": len(left)})
    return len(free), left


def start_confirm(
    batch: HotlineBatch, *, by: Actor, later: Callable[[HotlineBatch], object]
) -> None:
    """Have the worker write a checked batch in the name of this actor; asked once."""
    rights.IMPORT_HOTLINE.demand(by)
    with transaction.atomic():
        row = HotlineBatch.objects.select_for_update().get(pk=batch.pk)
        if row.state != BatchState.CHECKED:
            raise Refusal(_("这批数据不在待确认状态，请刷新"), "cases.hotline_not_waiting")
        row.state, row.done, row.step = BatchState.CONFIRMING, 0, ""
        row.actor = actor_as_json(by)
        row.save(update_fields=["state", "done", "step", "actor"])
        later(row)


def forget_files(on: date) -> int:
    """Remove the files of batches whose time is over; returns how many."""
    over = HotlineBatch.objects.filter(files_until__lt=on).exclude(state__in=RUNNING)
    gone = [batch for batch in over if vault.folder_of(batch.pk).exists()]
    for batch in gone:
        vault.forget(batch.pk)
    return len(gone)
