"""Rows of this area for the house tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from gezhi.base.actors import system
from gezhi.base.samples import Sample, Spot
from gezhi.core.journal.actions import action, note
from gezhi.core.journal.models import JournalDay, JournalLine


@action("journal_sample.look", "查看梯子")
def _look(*, by: Any, at: Any) -> None:
    note(changes={"ladder": 3})


def _line(spot: Spot) -> JournalLine:
    _look(by=system(), at=spot.at)
    line: JournalLine = JournalLine.objects.order_by("-pk")[0]
    return line


def _day(spot: Spot) -> JournalDay:
    day = (spot.at - timedelta(days=JournalDay.objects.count() + 1)).date()
    made: JournalDay = JournalDay.objects.create(
        book="journal", day=day, lines=0, root=b"\0" * 32, chained=b"\0" * 32, closed_at=spot.at
    )
    return made


SAMPLES: Final[dict[type, Sample]] = {JournalLine: _line, JournalDay: _day}
