"""Rows of the 党员 and 志愿者 sheets: about people listed already, known by their number.

They register nobody: where somebody lives and belongs is said by the 人口 sheet.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.sentences import Reason, _
from gezhi.core.cells.keys import keys_here
from gezhi.core.registry import rights
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports import matching_people
from gezhi.core.registry.imports.decision import (
    Decision,
    Outcome,
    Sorting,
    outcome_rows,
    refused,
)
from gezhi.core.registry.imports.fields import differences, specs
from gezhi.core.registry.imports.looking import fetch_among, keys_in
from gezhi.core.registry.imports.people import plain_name
from gezhi.core.registry.imports.reach import within_reach
from gezhi.core.registry.imports.standing import kept_apart
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.imports.units import once_each
from gezhi.core.registry.models import Person
from gezhi.core.registry.row_rules import OTHER_NAME

NO_NUMBER: Final = Reason("listed_no_number", _("这种表按证件号找人，请填写证件号。"))
NOT_FOUND: Final = Reason(
    "person_not_listed",
    _("您岗位范围内的人口底数里没有这个证件号；这种表不登记新人，请先用人口表登记。"),
)
_QUEUE: Final[dict[str, Any]] = {
    "text": pl.String,
    "reason": pl.String,
    "community_id": pl.String,
    "times": pl.UInt32,
}


def prepared(rows: pl.DataFrame, told: Told) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `id_index`, the key people are found by; and no address for the queue."""
    indexes = keys_here().blind_index_many(rows["id_no"].to_list(), context=b"id_no")
    rows = rows.with_columns(pl.Series("id_index", indexes, dtype=pl.Binary))
    without = pl.col("id_index").is_null() & ~pl.col("held")
    told.say_rows(rows.filter(without).select("sheet", "row"), refused(7, "id_no", NO_NUMBER))
    rows = rows.with_columns((pl.col("held") | pl.col("id_index").is_null()).alias("held"))
    if "phone__others" in rows.columns:
        rows = rows.rename({"phone__others": "other_phones"})
    return rows, pl.DataFrame(schema=_QUEUE)


def decide(rows: pl.DataFrame, *, as_of: date, actor: Actor) -> Decision:
    """Hold rows that no cell holds back against the people listed now."""
    told = Told()
    known = _known(keys_in(rows["id_index"]))
    rows = rows.with_row_index("i").with_columns(pl.col("id_index").alias("key"))
    sorting = Sorting(rows.join(known, on="id_index", how="left", maintain_order="left"), told)
    # Who lives beyond the clerk's places is not told apart from who is not listed at all.
    sorting.refuse(
        pl.col("subject").is_null() | ~within_reach(actor, rights.CHANGE_PEOPLE),
        refused(19, "id_no", NOT_FOUND),
    )
    conflicts = _other_names(sorting)
    matching_people.refuse_closed(sorting)
    once_each(sorting)
    listed = sorting.rows
    changes = kept_apart(differences(listed, Person), Person, as_of, told)
    touched = changes.select("subject").unique()
    altered = pl.col("subject").is_in(touched["subject"].implode())
    decision = Decision(outcome_rows(()), told, changes=changes)
    decision.revisions = listed.select("subject", "revision").join(
        touched, on="subject", how="semi"
    )
    decision.seen = keys_in(listed["subject"])
    decision.conflicts = conflicts
    decision.rows = outcome_rows(
        (
            (sorting.refused(), Outcome.REFUSED),
            (listed.filter(altered), Outcome.CHANGED),
            (listed.filter(~altered), Outcome.UNCHANGED),
        )
    ).sort("sheet", "row")
    return decision


def _known(indexes: list[bytes]) -> pl.DataFrame:
    fields = specs(Person)
    names = ", ".join(one.column for one in fields)
    return fetch_among(
        f"SELECT uuid_send(id), id_no_index, name, state, blocked, community_id::text,"
        f" grid_id::text, {names}, revision FROM {Person._meta.db_table}"
        " WHERE id_no_index {among} AND state <> 'merged'",
        indexes,
        {
            "subject": pl.Binary,
            "id_index": pl.Binary,
            "known_name": pl.String,
            "state": pl.String,
            "blocked": pl.Boolean,
            "community_id": pl.String,
            "grid_id": pl.String,
            **{f"known_{one.name}": one.kind for one in fields},
            "revision": pl.Int64,
        },
    )


def _other_names(sorting: Sorting) -> pl.DataFrame:
    """Rule 6: the number is somebody's of another name; a human decides."""
    sorting.rows = sorting.rows.with_columns(
        pl.col("name").alias("before"), pl.col("known_name").alias("after")
    )
    pattern = OTHER_NAME.pattern % {"known": "平台", "found": "本行"}
    taken = sorting.refuse(
        plain_name("name") != plain_name("known_name"),
        Finding(6, Treatment.REFUSED, "name", "", "", Reason(OTHER_NAME.code, pattern)),
    )
    sorting.rows = sorting.rows.drop("before", "after")
    return taken
