"""The confirmation: one transaction, one journal line, everything of a batch or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

import polars as pl
from django.db import IntegrityError, OperationalError, connection
from psycopg.errors import DeadlockDetected

from gezhi.base.actors import Actor
from gezhi.base.errors import Conflict, Refusal
from gezhi.base.sentences import Reason, _
from gezhi.core.cells.keys import schema_here
from gezhi.core.journal.actions import action, current_line, note
from gezhi.core.registry import rights
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports import checking, staging
from gezhi.core.registry.imports.copying import Copier
from gezhi.core.registry.imports.decision import Decision
from gezhi.core.registry.imports.findings_table import keep_findings
from gezhi.core.registry.imports.progress import Progress
from gezhi.core.registry.imports.staging import Staged
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.imports.writing import ChangedMeanwhile, Writer
from gezhi.core.registry.models import ImportBatch, Source, SourceKind
from gezhi.core.registry.models.imports import BatchState
from gezhi.core.registry.sheet_templates import TEMPLATES

TRIES: Final = 4
ANEW: Final = Reason(
    "decided_anew", _("检查之后平台上的数据有变动，这一行已重新比对，结果由“{}”改为“{}”。")
)
TITLES: Final = {
    "new": _("新增"),
    "changed": _("变更"),
    "unchanged": _("未变"),
    "refused": _("未通过"),
}


def confirm(
    batch: ImportBatch, staged: Staged, *, by: Actor, at: datetime, progress: Progress
) -> ImportBatch:
    """Write what was checked. Tried again where somebody else was quicker with the same rows.

    Takes the rows of `staged` away; each further try reads them anew.
    """
    for left in reversed(range(TRIES)):
        if left < TRIES - 1:
            staged.rows = staging.load(batch.pk, "rows").rows
        try:
            return confirm_import(batch=batch, staged=staged, tell=progress.tell, by=by, at=at)
        except (ChangedMeanwhile, IntegrityError, OperationalError) as clash:
            if isinstance(clash, OperationalError) and not isinstance(
                clash.__cause__, DeadlockDetected
            ):
                raise
            if not left:
                raise Conflict(
                    str(_("别处正在改动同一批数据，没有写入任何内容，请稍后再确认")),
                    "registry.import_contended",
                ) from None
    raise AssertionError("the last try returns or raises")


@action("registry.confirm_import", _("导入入库"), right=rights.IMPORT)
def confirm_import(
    *,
    batch: ImportBatch,
    staged: Staged,
    tell: Callable[[str, int, int], None],
    by: Actor,
    at: datetime,
) -> ImportBatch:
    """Hold the rows against the registry once more, under a lock, and write them.

    Imports of one cell are written one after another. What others changed since the check is
    decided anew, and the rows concerned are told.
    """
    lock_imports()
    # Not locked: progress is told over another connection, and imports hold a lock of their own.
    batch = ImportBatch.objects.get(pk=batch.pk)
    if batch.state not in (BatchState.CHECKED, BatchState.CONFIRMING):
        raise Refusal(str(_("这批数据不在待确认状态")), "registry.import_not_waiting")
    total = len(staged.outcomes)
    tell(_("与底数比对"), 0, total)
    let_in = staged.rows.select("sheet", "row")
    # Handed over, not shared: what the decision leaves out need not be held while it is written.
    handed = [staged.rows]
    staged.rows = let_in
    decision = checking.decide(handed.pop(), batch.template, as_of=batch.as_of, actor=by)
    tell(_("写入底数"), 0, total)
    source = Source.objects.create(
        kind=SourceKind.SHEET,
        title=f"{TEMPLATES[batch.template].title}表导入：{batch.file_name}"[:200],
        as_of=batch.as_of,
        entered_at=at,
        entered_by=by.name,
        journal_line=current_line(),
    )
    copier = Copier()
    Writer(batch, source, by, at, copier).write(decision, staged.queue)
    anew = _told_anew(batch, staged, decision)
    tell(_("写入留痕"), total, total)
    refused = staged.outcomes.filter(pl.col("outcome") == "refused").height
    before = decision.counts()
    held = refused - _refused_by_decision(staged)
    batch.counts = {
        **batch.counts,
        **before,
        "refused": before["refused"] + held,
        "decided_anew": anew,
    }
    batch.state = BatchState.CONFIRMED
    batch.confirmed_at = at
    batch.source = source
    batch.step = ""
    batch.save(update_fields=["counts", "state", "confirmed_at", "source", "step"])
    note(
        batch,
        place_id=batch.community_id,
        changes={
            "template": batch.template,
            "counts": batch.counts,
            "written": copier.rows,
            "changed_rows": digest_of(decision),
            "digest": copier.digest.hex(),
        },
    )
    return batch


def lock_imports() -> None:
    """Wait for the other imports of this cell to be written; held until the transaction ends."""
    digest = sha256(f"gezhi.imports.{schema_here()}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)]
        )


def digest_of(decision: Decision) -> str:
    """SHA-256 over which rows of the registry were changed in which fields, without values."""
    lines = decision.changes.select("subject", "field").sort("subject", "field")
    summed = sha256()
    for subject, field in lines.iter_rows():
        summed.update(subject + field.encode())
    return summed.hexdigest()


def _refused_by_decision(staged: Staged) -> int:
    """How many rows the check's own look at the registry held back."""
    let_in = staged.rows.select("sheet", "row")
    refused = staged.outcomes.filter(pl.col("outcome") == "refused")
    return refused.join(let_in, on=["sheet", "row"], how="semi").height


def _told_anew(batch: ImportBatch, staged: Staged, decision: Decision) -> int:
    """Rows whose outcome is another than the clerk was shown: told, and counted."""
    both = decision.rows.join(
        staged.outcomes.select("sheet", "row", pl.col("outcome").alias("shown")),
        on=["sheet", "row"],
    )
    differing = both.filter(pl.col("outcome") != pl.col("shown"))
    known = staged.changes.select("sheet", "row", "field", "before", "after")
    now = decision.changes.select("sheet", "row", "field", "before", "after")
    keys = ["sheet", "row", "field", "before", "after"]
    other_values = (
        pl.concat(
            [
                now.join(known, on=keys, how="anti", nulls_equal=True),
                known.join(now, on=keys, how="anti", nulls_equal=True),
            ]
        )
        .select("sheet", "row")
        .unique()
        .join(both, on=["sheet", "row"], how="inner")
        .select(both.columns)
        .join(differing.select("sheet", "row"), on=["sheet", "row"], how="anti")
    )
    moved = pl.concat([differing, other_values])
    if not len(moved):
        return 0
    told = Told()
    shown = [
        pl.col(name).replace_strict(list(TITLES), list(TITLES.values()), default="")
        for name in ("shown", "outcome")
    ]
    told.say_rows(
        moved.select("sheet", "row", pl.format(ANEW.pattern, *shown).alias("sentence")),
        Finding(18, Treatment.WARNED, "", "", "", Reason(ANEW.code, "")),
    )
    refused = moved.filter(pl.col("outcome") == "refused").select("sheet", "row")
    told.add(decision.told.frame().join(refused, on=["sheet", "row"], how="semi"))
    keep_findings(batch, told.frame())
    return len(moved)
