"""Address columns of a sheet placed in the address library, all rows at once."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import polars as pl

from gezhi.base.sentences import Reason, _
from gezhi.core.places import address_book, address_parts, queries
from gezhi.core.places.addresses import Address, Kind, unit_number
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports.told import Told

PLACED: Final[dict[str, Any]] = {
    "building_id": pl.String,
    "community_id": pl.String,
    "grid_id": pl.String,
    "unit_no": pl.Int16,
    "floor_no": pl.Int16,
    "room_name": pl.String,
    "address": pl.String,
}
"""What a row gains: keys as text of UUIDs, the unit as its number, the short display."""

READ_AS: Final = Reason("address_read", _("地址已读作“%(read)s”：%(mends)s。"))
JOINED: Final = Reason("address_joined", _("打通的房屋按第一个房号登记，其余房号请另行登记。"))
NO_FLOOR: Final = Reason("address_no_room", _("没有房号，不能登记为一套房屋，请补填。"))
_REASONS: Final = {
    value.code: value
    for module in (address_parts, address_book)
    for value in vars(module).values()
    if isinstance(value, Reason)
}
QUEUED: Final = frozenset(
    (
        address_book.UNKNOWN_COMPOUND.code,
        address_book.MANY_COMPOUNDS.code,
        address_book.UNKNOWN_BUILDING.code,
    )
)
"""What waits in the queue of addresses: an alias or a building may be added for it."""
_WRITTEN: Final = ("compound", "building", "unit", "room")


def placed(
    rows: pl.DataFrame, told: Told, *, within: UUID | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `PLACED`; those without a place are held back.

    The second frame has what goes into the queue: `text`, `reason`, `community_id`, `times`.
    """
    written = [name for name in (*_WRITTEN, "community") if name in rows.columns]
    cells = rows.select(pl.col(name).fill_null("") for name in written)
    if "unit" not in written:
        cells = cells.with_columns(pl.lit("").alias("unit"))
    distinct = cells.unique(maintain_order=True)
    found = queries.resolve_columns(distinct, within)
    answers = _answers(distinct, found)
    keys = list(distinct.columns)
    joined = cells.join(answers, on=keys, how="left", maintain_order="left")
    whole = rows.drop(name for name in PLACED if name in rows.columns).with_columns(
        joined.select(*PLACED, "why", "mends", "joined", "text").get_columns()
    )
    wrong = pl.col("why").is_not_null()
    _tell(whole, told)
    queue = (
        whole.filter(pl.col("why").is_in(list(QUEUED)))
        .group_by("text")
        .agg(
            pl.col("why").first().alias("reason"),
            pl.col("community_id").first(),
            pl.len().alias("times"),
        )
        .sort("text")
    )
    whole = whole.with_columns((pl.col("held") | wrong).alias("held"))
    return whole.drop("why", "mends", "joined", "text", *written), queue


def _answers(distinct: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    rooms = pl.col("rooms").list
    both = distinct.hstack(
        found.select(
            pl.col("compound").alias("as_compound"),
            pl.col("building").alias("as_building"),
            pl.col("unit").alias("as_unit"),
            pl.col("floor").alias("floor_no"),
            rooms.first().fill_null("").alias("room_name"),
            (rooms.len() > 1).alias("joined"),
            "kind",
            pl.col("mends").list.join(" ").alias("mends"),
            pl.col("reason").alias("why"),
            "building_id",
            "community_id",
            "grid_id",
        )
    )
    units = {unit: _unit_number(unit) for unit in both["as_unit"].drop_nulls().unique()}
    both = both.with_columns(
        pl.col("as_unit")
        .replace_strict(list(units), list(units.values()), default=0, return_dtype=pl.Int16)
        .alias("unit_no"),
        pl.when(pl.col("why").is_null() & (pl.col("room_name") == ""))
        .then(pl.lit(NO_FLOOR.code))
        .otherwise("why")
        .alias("why"),
        pl.concat_str(
            [pl.col(name) for name in ("compound", "building", "unit", "room")],
            separator=" ",
            ignore_nulls=True,
        )
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.slice(0, 200)
        .alias("text"),
        _short(),
    )
    return both.select(*distinct.columns, *PLACED, "why", "mends", "joined", "text").cast(
        PLACED  # type: ignore[arg-type]
    )


def _short() -> pl.Expr:
    """The short display, as `Address` writes it."""
    room = pl.col("room_name")
    flat = (pl.col("kind") == Kind.FLAT) & ~room.str.ends_with("户")
    shown = (
        pl.when(pl.col("kind") == Kind.COURTYARD)
        .then(pl.format("{}号", room))
        .when(flat)
        .then(pl.format("{}室", room))
        .otherwise(room)
    )
    unit = pl.when(pl.col("as_unit") != "0").then(pl.format("{}单元", pl.col("as_unit")))
    building = pl.when(pl.col("as_building") != "").then(pl.col("as_building"))
    return pl.concat_str(
        [pl.col("as_compound"), building, unit, shown], separator=" ", ignore_nulls=True
    ).alias("address")


def _unit_number(unit: str) -> int:
    try:
        return unit_number(unit)
    except ValueError:
        return 0


def sentence_of(code: str) -> str:
    """What is said of an address that could not be placed."""
    return _REASONS[code].sentence


def _tell(rows: pl.DataFrame, told: Told) -> None:
    for code in rows["why"].drop_nulls().unique().sort():
        reason = NO_FLOOR if code == NO_FLOOR.code else _REASONS[code]
        told.say_rows(
            rows.filter(pl.col("why") == code).select(
                "sheet", "row", pl.col("text").alias("before")
            ),
            Finding(10, Treatment.REFUSED, "address", "", "", reason),
        )
    good = rows.filter(pl.col("why").is_null())
    for mends in good["mends"].drop_nulls().unique().sort():
        if not mends:
            continue
        words = "；".join(address_parts.MENDS[code] for code in mends.split())
        mended = good.filter(pl.col("mends") == mends)
        told.say_rows(
            mended.select(
                "sheet",
                "row",
                pl.col("text").alias("before"),
                pl.col("address").alias("after"),
                pl.format("地址已读作“{}”：" + words + "。", "address")
                .str.slice(0, 200)
                .alias("sentence"),
            ),
            Finding(10, Treatment.CLEANED, "address", "", "", Reason(READ_AS.code, "")),
        )
    told.say_rows(
        good.filter("joined").select("sheet", "row", pl.col("text").alias("before")),
        Finding(10, Treatment.WARNED, "address", "", "", JOINED),
    )


__all__ = ["PLACED", "Address", "placed"]
