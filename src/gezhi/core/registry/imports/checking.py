"""The check: from the cells of a workbook to rows decided on, with everything said about them."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.sentences import _
from gezhi.core.registry.findings import Treatment
from gezhi.core.registry.imports import deciding_people, gates, listed_people, people, units
from gezhi.core.registry.imports.cells import clean_columns
from gezhi.core.registry.imports.decision import Decision, Outcome, outcome_rows
from gezhi.core.registry.imports.mapping import SheetsMapping
from gezhi.core.registry.imports.progress import Progress
from gezhi.core.registry.imports.reading import Workbook
from gezhi.core.registry.imports.rows import SHEET_LEFT_OUT, data_rows, finding_of
from gezhi.core.registry.imports.staging import Staged
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.sheet_templates import POPULATION, TEMPLATES
from gezhi.core.registry.sheet_templates_listed import LISTED_PEOPLE

STEPS: Final = (
    _("读取表格"),
    _("检查单元格"),
    _("核对证件与地址"),
    _("与底数比对"),
    _("写入结果"),
)


def check(
    book: Workbook,
    mapping: SheetsMapping,
    *,
    as_of: date,
    today: date,
    within: UUID | None,
    actor: Actor,
    progress: Progress,
) -> Staged:
    """Check a workbook against its template and the registry; nothing is written."""
    template = TEMPLATES[mapping.template]
    told = Told()
    frames = []
    for sheet in mapping.sheets:
        if sheet.used:
            cells = book.sheets[sheet.sheet]
            frames.append(data_rows(cells, sheet, template, told))
            cells.blocks.clear()
        else:
            reason = SHEET_LEFT_OUT[sheet.why_not]
            left_out = finding_of(14, Treatment.SKIPPED, "", reason, name=sheet.name[:40])
            told.say(sheet.sheet, 0, left_out)
    if not any(map(len, frames)):
        raise gates.refusal_of(gates.NO_ROWS)
    rows = pl.concat(frames, how="diagonal")
    del frames
    total = len(rows)
    columns = max(len(rows.columns) - 2, 1)
    seen = [0]

    def tick(_heading: str) -> None:
        progress.tell(STEPS[1], total * seen[0] // columns, total)
        seen[0] += 1

    # Handed over, not shared: each column goes as soon as its values are there.
    written = [rows]
    del rows
    rows = clean_columns(written.pop(), template, told, today=today, tick=tick)
    progress.tell(STEPS[2], 0, total)
    if template is POPULATION:
        rows, queue = people.prepared(rows, told, today=today, within=within)
    elif template.code in LISTED_PEOPLE:
        rows, queue = listed_people.prepared(rows, told)
    else:
        rows, queue = units.prepared(rows, template.code, told, within=within)
    progress.tell(STEPS[3], 0, total)
    held = rows.filter("held").select("sheet", "row")
    rows = rows.filter(~pl.col("held")).drop("held")
    decision = decide(rows, template.code, as_of=as_of, actor=actor)
    told.add(decision.told.frame())
    outcomes = pl.concat([decision.rows, outcome_rows([(held, Outcome.REFUSED)])])
    return Staged(
        rows=rows,
        queue=queue,
        told=told.frame(),
        outcomes=outcomes.sort("sheet", "row"),
        changes=decision.changes.drop("former", strict=False),
    )


def decide(rows: pl.DataFrame, template: str, *, as_of: date, actor: Actor) -> Decision:
    """Hold prepared rows against the registry as it is now."""
    if template == POPULATION.code:
        return deciding_people.decide(rows, as_of=as_of, actor=actor)
    if template in LISTED_PEOPLE:
        return listed_people.decide(rows, as_of=as_of, actor=actor)
    return units.decide(rows, code=template, as_of=as_of, actor=actor)
