"""Checked lines become cases: open ones wait for the operator, answered ones are closed then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from gezhi.base.actors import system
from gezhi.base.sentences import _
from gezhi.core.places.models import Place
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.actions.bringing import Brought, bring_in
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries
from gezhi.services.cases.hotline.checking import AT_ONCE, Checked, Standing, placed
from gezhi.services.cases.models import (
    Case,
    Category,
    HotlineBatch,
    HotlineLine,
    Source,
)
from gezhi.services.cases.models.hotline import Origin

WRITING: Final = _("写入案件")
ANSWERED: Final = "answered"
"""The step that ends a case which its list had answered."""
SAID: Final = _("由热线导出导入")
SOURCES: Final = {
    Origin.HOTLINE: Source.HOTLINE,
    Origin.BOARD: Source.RESIDENT,
    Origin.UPPER: Source.UPPER,
}

Line = dict[str, Any]


@dataclass(slots=True)
class Ground:
    """What all lines are held against, read once."""

    categories: dict[str, Category]
    places: dict[UUID, Place]
    where: dict[str, tuple[UUID | None, UUID | None]]


def write(
    batch: HotlineBatch,
    checked: Checked,
    *,
    tell: Callable[[str, int, int], None],
    at: datetime,
) -> dict[str, int]:
    """Write what was checked within the action that confirms it; counts by outcome."""
    lines = list(checked.lines.iter_rows(named=True))
    standing = Standing(batch.origin, [line["number"] for line in lines])
    ground = _ground(lines, at)
    label = gettext(str(Origin(batch.origin).label))
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    fresh: list[Line] = []
    for line in lines:
        outcome = standing.outcome(line)
        counts[outcome] += 1
        if outcome == "new":
            fresh.append(line)
        elif outcome == "changed":
            _answer(line, standing.open[line["number"]], label)
    for start in range(0, len(fresh), AT_ONCE):
        tell(WRITING, start, len(fresh))
        _bring(batch, fresh[start : start + AT_ONCE], ground, label, at)
    return counts


def _ground(lines: list[Line], at: datetime) -> Ground:
    """Two names for a category: its name, and its code where only one nature has that."""
    categories: dict[str, Category] = {}
    for one in queries.categories_on(timezone.localdate(at)):
        categories.setdefault(one.code, one)
        categories[one.name] = one
    where = placed({line["address"] for line in lines})
    grids = {grid for grid, _building in where.values() if grid}
    return Ground(categories, Place.objects.in_bulk(grids), where)


def _bring(
    batch: HotlineBatch, lines: list[Line], ground: Ground, label: str, at: datetime
) -> None:
    brought = [_brought(line, ground, label) for line in lines]
    matters = bring_in(queries.KIND, brought, prefix=queries.prefix_here(), at=at)
    cases = [
        _case(batch, line, matter, ground) for line, matter in zip(lines, matters, strict=True)
    ]
    Case.objects.bulk_create(cases, batch_size=1_000)
    HotlineLine.objects.bulk_create(
        (
            HotlineLine(
                origin=batch.origin,
                number=line["number"],
                case=case,
                batch=batch,
                revision=case.matter.revision,
            )
            for line, case in zip(lines, cases, strict=True)
        ),
        batch_size=1_000,
    )


def _brought(line: Line, ground: Ground, label: str) -> Brought:
    category = ground.categories.get(line["category"])
    grid, _building = ground.where.get(line["address"], (None, None))
    return Brought(
        title=category.name if category else label,
        topic=f"{category.nature[0]}{category.code}" if category else "",
        urgent=bool(category and category.urgent),
        place=ground.places.get(grid) if grid else None,
        opened_at=line["reported_at"],
        opened_by=label,
        said=SAID,
        words=f"{line['text']} {line['address']} {line['reply']}",
        ended_by=ANSWERED if line["reply"] else "",
        ended_at=line["replied_at"],
    )


def _case(batch: HotlineBatch, line: Line, matter: Matter, ground: Ground) -> Case:
    _grid, building = ground.where.get(line["address"], (None, None))
    return Case(
        matter=matter,
        category=ground.categories.get(line["category"]),
        source=SOURCES[Origin(batch.origin)],
        source_number=line["number"],
        description=line["text"],
        address=line["address"],
        building_id=building,
        reporter=line["reporter"] or None,
        reporter_phone=line["phone"] or None,
        fed_back_at=line["replied_at"],
        closed_at=line["replied_at"],
        result=line["reply"],
    )


def _answer(line: Line, case: UUID, label: str) -> None:
    """An open case whose list has its answer now: closed by the step, at the answer's time."""
    take(
        Matter.objects.get(pk=case),
        ANSWERED,
        said=SAID,
        values={"reply": line["reply"]},
        by=replace(system("job"), name=label),
        at=line["replied_at"],
    )
