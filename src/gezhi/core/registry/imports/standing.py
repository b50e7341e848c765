"""Rule 18: a value stays where a newer, or as new and verified, source has set it."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from gezhi.base.sentences import Reason
from gezhi.core.registry.changes import HISTORY
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports.looking import fetch_among, keys_in
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.models import Source
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.row_rules import OLDER
from gezhi.core.registry.rules import VERIFYING

_UNKNOWN: Final = ("", "0", "unknown", "unregistered")
"""What stands in a field of which nothing is known."""
_SET: Final = {
    "subject": pl.Binary,
    "field": pl.String,
    "known_as_of": pl.Date,
    "known_kind": pl.String,
    "former": pl.Binary,
}


def kept_apart(
    changes: pl.DataFrame, model: type[Sourced], as_of: date, told: Told
) -> pl.DataFrame:
    """The changes that may be made, with `former`, the source each field has from.

    A sheet verifies nobody, so against a verified value of the same day it gives way.
    """
    subjects = keys_in(changes["subject"])
    source, history = Source._meta.db_table, HISTORY[model]._meta.db_table
    latest = fetch_among(
        f"SELECT DISTINCT ON (h.subject_id, h.field) uuid_send(h.subject_id), h.field, s.as_of,"
        f" s.kind, uuid_send(s.id) FROM {history} h JOIN {source} s ON s.id = h.source_id"
        f" WHERE h.subject_id {{among}}"
        f" ORDER BY h.subject_id, h.field, h.changed_at DESC, h.id DESC",
        subjects,
        _SET,
        "uuid",
    )
    first = fetch_among(
        f"SELECT uuid_send(t.id), s.as_of, s.kind, uuid_send(s.id)"
        f" FROM {model._meta.db_table} t JOIN {source} s ON s.id = t.source_id"
        f" WHERE t.id {{among}}",
        subjects,
        {name: kind for name, kind in _SET.items() if name != "field"},
        "uuid",
    )
    set_by = changes.join(latest, on=["subject", "field"], how="left").join(
        first, on="subject", how="left", suffix="_first"
    )
    set_by = set_by.with_columns(
        pl.coalesce(name, f"{name}_first").alias(name)
        for name in ("known_as_of", "known_kind", "former")
    )
    # Nothing was known: an empty field gives way to whatever comes.
    empty = pl.col("before").fill_null("").is_in(_UNKNOWN)
    stands = ~empty & (
        (pl.col("known_as_of") > as_of)
        | (
            (pl.col("known_as_of") == as_of)
            & pl.col("known_kind").is_in(sorted(str(kind) for kind in VERIFYING))
        )
    )
    pattern = OLDER.pattern.replace("%(known)s", "{}").replace("%(here)s", as_of.isoformat())
    told.say_rows(
        set_by.filter(stands).select(
            "sheet",
            "row",
            "field",
            pl.col("after").fill_null("").alias("before"),
            pl.col("before").fill_null("").alias("after"),
            pl.format(pattern, pl.col("known_as_of").cast(pl.String)).alias("sentence"),
        ),
        Finding(18, Treatment.WARNED, "", "", "", Reason(OLDER.code, "")),
    )
    return set_by.filter(~stands).select(*changes.columns, "former")
