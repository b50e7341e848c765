"""Whole columns of cells at once: plain cells pass, each distinct other cell is cleaned once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from gezhi.core.registry.findings import Cleaned
from gezhi.core.registry.sheets import Column, clean_cell


@dataclass(frozen=True, slots=True)
class ColumnAnswer:
    """A column read. `plain` has a row for each cell; `answers` a key for each other text."""

    plain: pl.Series
    """Cells that are their own value."""
    answers: Mapping[str, Cleaned[Any]]
    """Distinct text -> what the cleaner said; a null cell counts as an empty text."""


def clean_column(cells: pl.Series, column: Column) -> ColumnAnswer:
    """Read a text column by its template's column."""
    texts = cells.cast(pl.String).fill_null("")
    if column.plain:
        plain = texts.str.contains(column.plain)
    else:
        plain = pl.Series(cells.name, [False], dtype=pl.Boolean).new_from_index(0, len(texts))
    others = texts.filter(~plain).unique()
    return ColumnAnswer(plain, {text: clean_cell(column, text) for text in others})
