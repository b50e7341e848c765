"""People of a sheet held against those listed: who is new, who is known, what a human decides.

A number decides; the same number under another name is for a human (rules 5, 6 and 7 of the
office's import rules, see `registry.rules.match`, whose answers these columns give).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.sentences import Reason, _
from gezhi.core.cells.keys import keys_here
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports.beyond import refuse_people_beyond
from gezhi.core.registry.imports.copying import new_keys
from gezhi.core.registry.imports.decision import Sorting, refused, warned
from gezhi.core.registry.imports.looking import fetch, fetch_among, keys_in
from gezhi.core.registry.imports.people import plain_name
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.models import Person
from gezhi.core.registry.row_rules import OTHER_NAME, REPEATED
from gezhi.core.registry.rules import provisional_key_text

RESTRICTED: Final = Reason(
    "restricted", _("此人的信息处于限制处理状态，只能保存；解除限制后再导入。")
)
DECEASED: Final = Reason("deceased", _("此人已登记死亡，没有改动；如登记有误请先更正。"))
GONE_AWAY: Final = Reason("left", _("此人已登记迁出，没有改动；如已迁回请先办理迁入。"))
SAME_NAME: Final = Reason(
    "same_name_and_birth", _("与已登记的一人同名同生日而证件号不全，已另行登记，待核对是否合并。")
)
SAME_PHONE: Final = Reason(
    "same_phone_and_name", _("与已登记的一人同名同电话而证件号不全，已另行登记，待核对是否合并。")
)
GAINED: Final = Reason("gains_number", _("平台上此人原无证件号，已补上本表的证件号。"))
_TABLE: Final = Person._meta.db_table
_SEEN: Final = {
    "known": pl.Binary,
    "id_index": pl.Binary,
    "known_name": pl.String,
    "state": pl.String,
    "blocked": pl.Boolean,
}
DOUBTS: Final = {
    "subject": pl.Binary,
    "known": pl.Binary,
    "kind": pl.String,
    "community_id": pl.String,
    "grid_id": pl.String,
}
"""Pairs of people that may be one."""
_IDLESS: Final = {
    "known": pl.Binary,
    "name_key": pl.String,
    "known_birth": pl.Date,
    "known_phone": pl.Binary,
    "known_key": pl.Binary,
    "known_has_id": pl.Boolean,
}


def matched(
    rows: pl.DataFrame, told: Told, actor: Actor
) -> tuple[Sorting, pl.DataFrame, pl.DataFrame]:
    """Say of each row whom it is about; rows about people beyond the actor's reach are refused.

    Returns the rows sorted, with `subject` (16 bytes, new keys for new people), `is_new` and
    `gains` (a number for somebody listed without); the rows that wait as conflicts; and doubts
    about pairs of people.
    """
    rows = rows.with_row_index("i").with_columns(
        pl.coalesce("id_index", "key_index").alias("who"), plain_name("name").alias("name_key")
    )
    rows = _first_of_each(rows)
    sorting = Sorting(rows, told)
    known = _listed(keys_in(rows["id_index"]))
    sorting.rows = sorting.rows.join(known, on="id_index", how="left", maintain_order="left")
    sorting.rows = _by_key(sorting.rows)
    refuse_people_beyond(sorting, actor)
    conflicts = _other_names(sorting)
    refuse_closed(sorting)
    sorting.rows = _with_subjects(sorting.rows)
    told.say_rows(sorting.rows.filter("gains").select("sheet", "row"), warned(7, "id_no", GAINED))
    return sorting, conflicts, _doubts(sorting.rows, told)


def _first_of_each(rows: pl.DataFrame) -> pl.DataFrame:
    """Which row speaks first of the same person: its row number and name."""
    first = (
        rows.filter(pl.col("who").is_not_null())
        .group_by("who", maintain_order=True)
        .agg(
            pl.col("i").first().alias("first_i"),
            pl.col("row").first().alias("first_row"),
            pl.col("name").first().alias("first_name"),
            pl.col("name_key").first().alias("first_key"),
            pl.len().alias("rows_of"),
        )
    )
    return rows.join(first, on="who", how="left", maintain_order="left").with_columns(
        (pl.col("i") != pl.col("first_i")).alias("again")
    )


def _listed(indexes: list[bytes]) -> pl.DataFrame:
    return fetch_among(
        f"SELECT uuid_send(id), id_no_index, name, state, blocked FROM {_TABLE}"
        " WHERE id_no_index {among} AND state <> 'merged'",
        indexes,
        _SEEN,
    )


def _by_key(rows: pl.DataFrame) -> pl.DataFrame:
    """Provisional keys: of rows without a number, and of listed people whom a number completes."""
    rows = rows.with_columns(pl.lit(value=False).alias("gains"))
    own = rows.filter(pl.col("key_index").is_not_null() & pl.col("id_index").is_null())
    found = fetch_among(
        f"SELECT uuid_send(id), provisional_key, name, state, blocked FROM {_TABLE}"
        " WHERE provisional_key {among} AND id_no_index IS NULL AND state <> 'merged'",
        keys_in(own["key_index"]),
        {**_SEEN, "id_index": pl.Binary},
    ).rename({"id_index": "key_index"})
    gaining = _gaining(rows)
    if len(gaining):
        rows = rows.join(gaining, on="i", how="left", suffix="_gained", maintain_order="left")
        gains = pl.col("known").is_null() & pl.col("known_gained").is_not_null()
        rows = rows.with_columns(
            pl.when(gains).then(pl.lit(value=True)).otherwise("gains").alias("gains"),
            *(
                pl.when(gains).then(f"{name}_gained").otherwise(pl.col(name)).alias(name)
                for name in ("known", "known_name", "state", "blocked")
            ),
        ).drop(f"{name}_gained" for name in ("known", "known_name", "state", "blocked"))
    if not len(found):
        return rows
    rows = rows.join(found, on="key_index", how="left", suffix="_keyed", maintain_order="left")
    names = ("known", "known_name", "state", "blocked")
    return rows.with_columns(pl.coalesce(name, f"{name}_keyed").alias(name) for name in names).drop(
        f"{name}_keyed" for name in names
    )


def _gaining(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a number whose provisional key is that of somebody listed without one."""
    listed = fetch(
        f"SELECT uuid_send(id), provisional_key, name, state, blocked FROM {_TABLE}"
        " WHERE id_no_index IS NULL AND provisional_key IS NOT NULL AND state = 'present'",
        [],
        _SEEN,
    ).rename({"id_index": "key"})
    if not len(listed):
        return listed.with_columns(pl.lit(None, dtype=pl.UInt32).alias("i")).drop("key")
    names = listed.select(plain_name("known_name").alias("name_key"))["name_key"].unique()
    asked = rows.filter(
        pl.col("id_index").is_not_null()
        & pl.col("known").is_null()
        & ~pl.col("again").fill_null(value=False)
        & pl.col("name_key").is_in(names.to_list())
    )
    texts = [
        provisional_key_text(name, birth, head)
        for name, birth, head in asked.select("name", "birth_date", "head_index").iter_rows()
    ]
    keys = keys_here().blind_index_many(texts, context=b"provisional")
    return (
        asked.select("i")
        .with_columns(pl.Series("key", keys, dtype=pl.Binary))
        .join(listed, on="key")
        .drop("key")
        .unique("known", keep="first", maintain_order=True)
    )


def _other_names(sorting: Sorting) -> pl.DataFrame:
    """Rule 6: one number, two names, in the sheet or between it and the registry."""
    against = pl.when(pl.col("known").is_not_null()).then("known_name").otherwise("first_name")
    other_key = (
        pl.when(pl.col("known").is_not_null()).then(plain_name("known_name")).otherwise("first_key")
    )
    sorting.rows = sorting.rows.with_columns(
        pl.col("name").alias("before"), against.alias("after"), other_key.alias("other_key")
    )
    clash = pl.col("id_index").is_not_null() & (pl.col("name_key") != pl.col("other_key"))
    pattern = OTHER_NAME.pattern % {"known": "平台或前面的行", "found": "本行"}
    taken = sorting.refuse(
        clash, Finding(6, Treatment.REFUSED, "name", "", "", Reason(OTHER_NAME.code, pattern))
    )
    sorting.rows = sorting.rows.drop("before", "after", "other_key")
    return taken


def refuse_closed(sorting: Sorting) -> None:
    """Rows about listed people of whom nothing may be changed (`state`, `blocked`; null: new)."""
    sorting.refuse(pl.col("blocked"), refused(15, "name", RESTRICTED))
    sorting.refuse(pl.col("state") == "deceased", refused(15, "name", DECEASED))
    sorting.refuse(pl.col("state") == "left", refused(15, "name", GONE_AWAY))


def say_again(sorting: Sorting) -> None:
    """Mark the rows about somebody of whom an earlier row that is taken speaks (rule 5)."""
    sorting.rows = sorting.rows.with_columns(
        (~pl.col("subject").is_first_distinct()).alias("again"),
        pl.col("row").first().over("subject").alias("first_row")
        if sorting.rows["subject"].is_duplicated().any()
        else pl.col("row").alias("first_row"),
    )
    pattern = REPEATED.pattern.replace("%(row)s", "{}")
    sorting.told.say_rows(
        sorting.rows.filter("again").select(
            "sheet", "row", pl.format(pattern, "first_row").alias("sentence")
        ),
        Finding(5, Treatment.WARNED, "id_no", "", "", Reason(REPEATED.code, "")),
    )


def _with_subjects(rows: pl.DataFrame) -> pl.DataFrame:
    """Keys: of those listed, and new ones, one for all rows about the same new person."""
    fresh = rows.filter(pl.col("known").is_null()).select("who").unique(maintain_order=True)
    fresh = fresh.with_columns(pl.Series("made", new_keys(len(fresh)), dtype=pl.Binary))
    return (
        rows.join(fresh, on="who", how="left", maintain_order="left")
        .with_columns(
            pl.col("known").is_null().alias("is_new"),
            pl.coalesce("known", "made").alias("subject"),
        )
        .drop("made")
    )


def _doubts(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """New people who may be somebody listed: same name and birth, or name and telephone.

    Only where one of both has no number: two numbers are two people.
    """
    fresh = rows.filter(pl.col("is_new") & ~pl.col("again"))
    idless_names = fresh.filter(pl.col("id_index").is_null())["name"].unique().to_list()
    columns = (
        "uuid_send(id), name, birth_date, phone_index, provisional_key, id_no_index IS NOT NULL"
    )
    listed = fetch(
        f"SELECT {columns} FROM {_TABLE} WHERE state = 'present' AND"
        " (id_no_index IS NULL OR name = ANY(%s))",
        [idless_names],
        _IDLESS,
    ).with_columns(plain_name("name_key").alias("name_key"))
    if not len(listed) or not len(fresh):
        return pl.DataFrame(schema=DOUBTS)
    pairs = fresh.select(
        *("sheet", "row", "subject", "name_key", "birth_date", "phone_index", "id_index"),
        *("community_id", "grid_id"),
    ).join(listed, on="name_key")
    pairs = pairs.filter(pl.col("id_index").is_null() | ~pl.col("known_has_id"))
    birth = (pl.col("birth_date") == pl.col("known_birth")).fill_null(value=False)
    apart = pl.col("birth_date").is_not_null() & pl.col("known_birth").is_not_null()
    phone = (pl.col("phone_index") == pl.col("known_phone")).fill_null(value=False) & ~apart
    found = pairs.filter(birth | phone).with_columns(
        pl.when(birth)
        .then(pl.lit("same_name_and_birth"))
        .otherwise(pl.lit("same_phone_and_name"))
        .alias("kind")
    )
    for kind, reason in (("same_name_and_birth", SAME_NAME), ("same_phone_and_name", SAME_PHONE)):
        of_kind = found.filter(pl.col("kind") == kind).select("sheet", "row").unique()
        told.say_rows(of_kind, warned(7, "name", reason))
    return found.select("subject", "known", "kind", "community_id", "grid_id")
