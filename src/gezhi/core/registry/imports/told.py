"""What a check has to say, gathered in columns.

Cells that were cleaned the same way are told once, with how many there are and where the first
is; whatever somebody has to look at is told row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from gezhi.core.registry.findings import Cleaned, Finding, Treatment

SCHEMA: Final = {
    "sheet": pl.UInt16(),
    "row": pl.UInt32(),
    "field": pl.String(),
    "rule": pl.UInt8(),
    "kind": pl.String(),
    "code": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "sentence": pl.String(),
    "times": pl.UInt32(),
}
ONCE: Final = ("cleaned", "skipped")
"""Treatments that are told once for all cells alike."""


@dataclass(slots=True)
class Told:
    """Findings as they come; `frame` gives them all."""

    _frames: list[pl.DataFrame] = field(default_factory=list)

    def say(self, sheet: int, row: int, finding: Finding, times: int = 1) -> None:
        """One finding about one row (as the clerk numbers it)."""
        line = (sheet, row, *_columns(finding), times)
        self._frames.append(pl.DataFrame([line], schema=SCHEMA, orient="row"))

    def say_rows(self, rows: pl.DataFrame, finding: Finding) -> None:
        """One finding about several rows; `rows` has `sheet` and `row`.

        Columns `before` and `after` of `rows`, where there, replace those of the finding.
        """
        if not len(rows):
            return
        told = dict(
            zip(
                ("field", "rule", "kind", "code", "before", "after", "sentence"),
                _columns(finding),
                strict=True,
            )
        )
        given = {name for name in ("before", "after", "sentence", "field") if name in rows.columns}
        frame = rows.select(
            *(
                pl.col(name)
                if name in given or name in ("sheet", "row")
                else pl.lit(told[name]).alias(name)
                for name in list(SCHEMA)[:-1]
            ),
            pl.lit(1).alias("times"),
        ).cast(dict(SCHEMA))  # type: ignore[arg-type]
        self._frames.append(frame)

    def say_cells(
        self, rows: pl.DataFrame, texts: pl.Series, answers: Mapping[str, Cleaned[Any]]
    ) -> None:
        """What the cleaner said of each distinct text, about the rows that hold it."""
        loud = {text: answer for text, answer in answers.items() if answer.findings}
        if not loud:
            return
        lines = [
            (text, *_columns(finding))
            for text, answer in loud.items()
            for finding in answer.findings
        ]
        said = pl.DataFrame(
            lines,
            schema={
                "text": pl.String,
                **{n: SCHEMA[n] for n in list(SCHEMA)[2:-1]},
            },
            orient="row",
        )
        held = rows.select("sheet", "row").with_columns(texts.alias("text"))
        once = said.filter(pl.col("kind").is_in(ONCE))
        if len(once):
            counted = (
                held.join(once.select("text").unique(), on="text", how="semi")
                .group_by("sheet", "text")
                .agg(pl.col("row").min(), pl.len().alias("times"))
            )
            self._add(counted.join(once, on="text"))
        each = said.filter(~pl.col("kind").is_in(ONCE))
        if len(each):
            self._add(held.join(each, on="text").with_columns(pl.lit(1).alias("times")))

    def add(self, frame: pl.DataFrame) -> None:
        """Findings made elsewhere, in this schema."""
        self._add(frame)

    def _add(self, frame: pl.DataFrame) -> None:
        if len(frame):
            self._frames.append(frame.select(*SCHEMA).cast(dict(SCHEMA)))  # type: ignore[arg-type]

    def frame(self) -> pl.DataFrame:
        """All findings, by sheet and row; those alike told once."""
        if not self._frames:
            return pl.DataFrame(schema=SCHEMA)
        whole = pl.concat(self._frames)
        alike = [name for name in SCHEMA if name not in ("row", "times")]
        grouped = (
            whole.filter(pl.col("kind").is_in(ONCE))
            .group_by(alike)
            .agg(pl.col("row").min(), pl.col("times").sum())
            .select(*SCHEMA)
            .cast(dict(SCHEMA))  # type: ignore[arg-type]
        )
        rest = whole.filter(~pl.col("kind").is_in(ONCE))
        return pl.concat([grouped, rest]).sort("sheet", "row", "field", "code")


def held_back(answers: Mapping[str, Cleaned[Any]]) -> list[str]:
    """The texts that hold their row back."""
    return [text for text, answer in answers.items() if answer.refused]


def counts(frame: pl.DataFrame) -> dict[str, int]:
    """How many cells or rows were treated in each way."""
    found = dict.fromkeys((t.value for t in Treatment), 0)
    for kind, times in frame.group_by("kind").agg(pl.col("times").sum()).iter_rows():
        found[kind] = int(times)
    return found


def _columns(finding: Finding) -> tuple[str, int, str, str, str, str, str]:
    return (
        finding.field,
        finding.rule,
        finding.kind.value,
        finding.code,
        finding.before,
        finding.after,
        finding.sentence[:200],
    )


def sentences_of(frame: pl.DataFrame, sheet: int, rows: Iterable[int]) -> dict[int, list[str]]:
    """What holds each of these rows back, sentence by sentence."""
    wanted = frame.filter(
        (pl.col("sheet") == sheet) & pl.col("kind").is_in(["refused", "proposal"])
    )
    found: dict[int, list[str]] = {row: [] for row in rows}
    for row, sentence in wanted.select("row", "sentence").iter_rows():
        if row in found and sentence not in found[row]:
            found[row].append(sentence)
    return found
