"""Findings into their table, sealed: they quote what people are called and where they live."""

from __future__ import annotations

import polars as pl

from gezhi.core.registry.imports.copying import Copier
from gezhi.core.registry.models import ImportBatch, ImportFinding


def keep_findings(batch: ImportBatch, told: pl.DataFrame) -> None:
    """Add findings of a batch."""
    names = {one["sheet"]: one["name"] for one in batch.mapping.get("sheets", [])}
    empty_is_null = [
        pl.when(pl.col(name).str.len_bytes() > 0).then(name).alias(name)
        for name in ("before", "after")
    ]
    told = told.with_columns(*empty_is_null)
    Copier().write(
        ImportFinding,
        len(told),
        {
            "batch": str(batch.pk),
            "sheet": [names.get(number, "")[:60] for number in told["sheet"]],
            "row": told["row"],
            "times": told["times"],
            "field": told["field"],
            "rule": told["rule"],
            "kind": told["kind"],
            "code": told["code"].str.slice(0, 40),
            "before": told["before"],
            "after": told["after"],
            "sentence": told["sentence"],
        },
    )


def drop_findings(batch: ImportBatch) -> None:
    """Forget what an earlier check of the batch said."""
    ImportFinding.objects.filter(batch=batch)._raw_delete("default")
