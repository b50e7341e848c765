"""What becomes of each row of a sheet, held against the registry as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import polars as pl

from gezhi.base.sentences import Reason, _
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports.fields import CHANGES
from gezhi.core.registry.imports.told import Told


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


OUT_OF_REACH: Final = Reason(
    "out_of_reach", _("这一行的住址或地址不在您岗位的网格范围内，请交由所属社区导入。")
)
LISTED_BEYOND: Final = Reason(
    "listed_beyond",
    _("已登记在您岗位范围以外的网格，没有改动；如已迁来，请由原村（社区）或街道数据员办理变更。"),
)
ROWS: Final = {
    "sheet": pl.UInt16(),
    "row": pl.UInt32(),
    "outcome": pl.String(),
    "subject": pl.Binary(),
}


@dataclass(slots=True)
class Decision:
    """Outcomes row by row, and the rows that confirming writes, by table."""

    rows: pl.DataFrame
    told: Told = field(default_factory=Told)
    new: dict[str, pl.DataFrame] = field(default_factory=dict)
    """Rows to be added, by kind: `person`, `household`, `dwelling`, `residence`, …"""
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGES))
    revisions: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"subject": pl.Binary, "revision": pl.Int64})
    )
    """The registry's rows that are changed, as they were seen."""
    seen: list[bytes] = field(default_factory=list)
    """Rows of the registry the sheet speaks of and agrees with."""
    conflicts: pl.DataFrame = field(default_factory=pl.DataFrame)

    def counts(self) -> dict[str, int]:
        """Rows by outcome."""
        found = dict.fromkeys((one.value for one in Outcome), 0)
        found |= dict(self.rows.group_by("outcome").len().iter_rows())
        return found


class Sorting:
    """Rows being sorted: who is refused leaves, with what is said about it."""

    def __init__(self, rows: pl.DataFrame, told: Told) -> None:
        self.rows = rows
        self.told = told
        self._refused: list[pl.DataFrame] = []

    def refuse(self, which: pl.Expr, finding: Finding) -> pl.DataFrame:
        """Take rows out and say why; returns them. Columns `before`, `after` are told with it."""
        taken = self.rows.filter(which)
        if len(taken):
            told = [n for n in ("sheet", "row", "before", "after") if n in taken.columns]
            self.told.say_rows(taken.select(told), finding)
            self.drop(which)
        return taken

    def drop(self, which: pl.Expr) -> None:
        """Take rows out of which it has been said why."""
        self._refused.append(self.rows.filter(which).select("sheet", "row"))
        self.rows = self.rows.filter(~which.fill_null(value=False))

    def refused(self) -> pl.DataFrame:
        schema = {"sheet": ROWS["sheet"], "row": ROWS["row"]}
        return pl.concat([pl.DataFrame(schema=schema), *self._refused])


def outcome_rows(parts: Iterable[tuple[pl.DataFrame, str]]) -> pl.DataFrame:
    """Rows with their outcome; `subject` where the frame has it."""
    frames = [pl.DataFrame(schema=ROWS)]
    for frame, outcome in parts:
        subject: Any = (
            pl.col("subject") if "subject" in frame.columns else pl.lit(None, dtype=pl.Binary)
        )
        frames.append(
            frame.select("sheet", "row", pl.lit(outcome).alias("outcome"), subject.alias("subject"))
        )
    return pl.concat(frames)


def refused(rule: int, field_: str, reason: Reason) -> Finding:
    return Finding(rule, Treatment.REFUSED, field_, "", "", reason)


def warned(rule: int, field_: str, reason: Reason) -> Finding:
    return Finding(rule, Treatment.WARNED, field_, "", "", reason)
