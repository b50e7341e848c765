"""Where the rows of a 车辆 sheet stand: a home, a building, or only a compound."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import polars as pl

from gezhi.base.sentences import Reason, _
from gezhi.core.places import queries
from gezhi.core.places.address_book import REASONS, UNKNOWN_COMPOUND, Resolved
from gezhi.core.places.addresses import unit_number
from gezhi.core.registry.imports.addresses import QUEUED
from gezhi.core.registry.imports.decision import refused, warned
from gezhi.core.registry.imports.looking import fetch_among, keys_in
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.models import Dwelling

PLACED: Final[dict[str, Any]] = dict.fromkeys(
    ("compound", "building_id", "community_id", "grid_id", "dwelling"), pl.String
)
"""What a row gains: keys as text of UUIDs."""
IN_PART: Final = Reason(
    "stand_in_part", _("楼栋或房号没有对上地址库，先登记到对上的小区或楼栋，请核对。")
)
NO_HOME: Final = Reason("stand_no_home", _("房屋底数里没有这套房，先登记到楼栋，请核对房号。"))
NO_COMPOUND: Final = Reason("stand_missing", _("没有写停放的小区或自然村，请补填。"))
_CELLS: Final = ("compound", "building", "unit", "room", "community")


def placed(
    rows: pl.DataFrame, told: Told, *, within: UUID | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `PLACED`; those in no compound of ours are held back.

    Unlike people, a vehicle may stand anywhere in a compound: what could not be placed more
    closely is said. The second frame has the names for the queue of addresses.
    """
    cells = rows.select(
        (pl.col(name).fill_null("") if name in rows.columns else pl.lit("")).alias(name)
        for name in _CELLS
    )
    distinct = cells.unique(maintain_order=True)
    answers = _with_homes(_answers(distinct, within))
    joined = cells.join(answers, on=list(_CELLS), how="left", maintain_order="left")
    text = pl.concat_str([pl.col(name) for name in _CELLS[:4]], separator=" ")
    joined = joined.with_columns(
        text.str.replace_all(r"\s+", " ").str.strip_chars().str.slice(0, 200).alias("text")
    )
    rows = rows.drop([name for name in _CELLS if name in rows.columns]).with_columns(
        joined.select(
            pl.col("compound_key").alias("compound"), *list(PLACED)[1:], "why", "doubt", "text"
        ).get_columns()
    )
    _tell(rows, told)
    queue = (
        rows.filter(pl.col("why").is_in(list(QUEUED)))
        .group_by("text")
        .agg(
            pl.col("why").first().alias("reason"),
            pl.col("community_id").first(),
            pl.len().alias("times"),
        )
        .sort("text")
    )
    rows = rows.with_columns((pl.col("held") | pl.col("why").is_not_null()).alias("held"))
    return rows.drop("why", "doubt", "text"), queue


def _answers(distinct: pl.DataFrame, within: UUID | None) -> pl.DataFrame:
    """Whole addresses all at once; what is none by itself as far as compound and building go."""
    found = queries.resolve_columns(distinct, within)
    whole = distinct.hstack(
        found.select(
            pl.col("compound_id").alias("compound_key"),
            "building_id",
            "community_id",
            "grid_id",
            pl.col("unit").alias("as_unit"),
            pl.col("rooms").list.first().fill_null("").alias("room_name"),
            "reason",
        )
    )
    lines = []
    for row in whole.iter_rows(named=True):
        why, doubt = "", ""
        if row["reason"] is not None:
            part = _in_part(row["compound"].strip(), row["building"].strip(), within)
            compound, building = part.compound, part.building
            if compound is None:
                why = (part.reason or UNKNOWN_COMPOUND).code if row["compound"].strip() else "-"
            elif row["room"].strip() or (row["building"].strip() and building is None):
                doubt = IN_PART.code
            placed_at = building or compound
            row |= {
                "compound_key": str(compound.id) if compound else None,
                "building_id": str(building.id) if building else None,
                "community_id": str(placed_at.community_id) if placed_at else None,
                "grid_id": str(building.grid_id) if building else None,
                "room_name": "",
            }
        lines.append((*(row[name] for name in _SHAPE if name not in ("why", "doubt")), why, doubt))
    return pl.DataFrame(lines, schema=_SHAPE, orient="row").with_columns(
        pl.when(pl.col(name) != "").then(name).alias(name) for name in ("why", "doubt")
    )


def _in_part(compound: str, building: str, within: UUID | None) -> Resolved:
    """What a compound and a building mean without a room; the compound alone where that fails.

    A bare number is read as a building's, as in the column it stands in.
    """
    named = f"{building}号楼" if building.isdigit() else building
    found = queries.resolve(f"{compound}{named}", within)
    return found if found.compound is not None else queries.resolve(compound, within)


_SHAPE: Final[dict[str, Any]] = dict.fromkeys(
    (
        *_CELLS,
        *("compound_key", "building_id", "community_id", "grid_id", "as_unit", "room_name"),
        *("why", "doubt"),
    ),
    pl.String,
)


def _with_homes(answers: pl.DataFrame) -> pl.DataFrame:
    """The home a room is, where it is listed."""
    units = {unit: _unit(unit) for unit in answers["as_unit"].drop_nulls().unique()}
    answers = answers.with_columns(
        pl.col("as_unit")
        .replace_strict(list(units), list(units.values()), default=0, return_dtype=pl.Int16)
        .alias("unit_no")
    )
    listed = fetch_among(
        "SELECT building_id::text, unit, room, id::text"
        f" FROM {Dwelling._meta.db_table} WHERE building_id {{among}}",
        [UUID(key).bytes for key in keys_in(answers["building_id"])],
        {
            "building_id": pl.String,
            "unit_no": pl.Int16,
            "room_name": pl.String,
            "dwelling": pl.String,
        },
        "uuid",
    )
    keys = ["building_id", "unit_no", "room_name"]
    answers = answers.join(listed, on=keys, how="left", maintain_order="left")
    lacking = pl.col("dwelling").is_null() & (pl.col("room_name").fill_null("") != "")
    return answers.with_columns(
        pl.when(lacking).then(pl.lit(NO_HOME.code)).otherwise("doubt").alias("doubt")
    ).select(*_CELLS, "compound_key", *list(PLACED)[1:], "why", "doubt")


def _unit(text: str) -> int:
    try:
        return unit_number(text)
    except ValueError:
        return 0


def _tell(rows: pl.DataFrame, told: Told) -> None:
    named = rows.select("sheet", "row", "why", "doubt", pl.col("text").alias("before"))
    for code in rows["why"].drop_nulls().unique().sort():
        reason = REASONS.get(code, NO_COMPOUND)
        told.say_rows(named.filter(pl.col("why") == code), refused(10, "address", reason))
    for reason in (IN_PART, NO_HOME):
        told.say_rows(
            named.filter((pl.col("doubt") == reason.code) & pl.col("why").is_null()),
            warned(10, "address", reason),
        )
