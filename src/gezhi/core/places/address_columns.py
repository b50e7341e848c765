"""Whole address columns at once: each distinct cell is read once, then rows are put together.

Addresses repeat: 142,190 people share some 60,000 rooms, which share a few hundred building names
and a few thousand room numbers. Rows whose room cell says more than a room go through
`parse_cells` once for each distinct row; both ways give the same answer, which a property test
holds them to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from gezhi.core.places.address_parts import Part, cell_text, read_building, read_unit
from gezhi.core.places.address_tails import Tail, read_tail
from gezhi.core.places.addresses import LONGEST, Kind, Parsed, parse_cells, place_room

CELLS: Final = ("compound", "building", "unit", "room")
SCHEMA: Final = {
    "compound": pl.String(),
    "building": pl.String(),
    "unit": pl.String(),
    "floor": pl.Int16(),
    "rooms": pl.List(pl.String()),
    "kind": pl.String(),
    "mends": pl.List(pl.String()),
    "reason": pl.String(),
}
"""One row out: `rooms` holds several names for joined flats, `floor` that of the first; on a
reason (a code of `address_parts`) all the rest is null, `rooms` and `mends` empty."""


def parse_columns(cells: pl.DataFrame) -> pl.DataFrame:
    """Read the text columns `compound`, `building`, `unit`, `room`; one row out for each row in.

    Dates must still look like dates (`2022-03-02 00:00:00`): they are refused as such.
    """
    texts = cells.select(pl.col(name).cast(pl.String).fill_null("") for name in CELLS)
    distinct = texts.unique(maintain_order=True)
    joined = (
        distinct.join(_places(distinct["compound"]), on="compound", how="left")
        .join(_parts(distinct["building"], read_building), on="building", how="left")
        .join(_parts(distinct["unit"], read_unit), on="unit", how="left")
        .join(_rooms(distinct["room"]), on="room", how="left")
    )
    plain = (
        pl.col("compound_plain")
        & pl.col("building_plain")
        & ~pl.col("building_read").str.ends_with("组")
        & (pl.col("building_read") != "")
        & pl.col("unit_plain")
        & pl.col("room_plain")
    )
    quick = joined.filter(plain).select(
        *CELLS,
        pl.col("compound_read").alias("out_compound"),
        pl.col("building_read").alias("out_building"),
        pl.col("unit_read").alias("out_unit"),
        pl.col("floor").alias("out_floor"),
        pl.col("rooms").alias("out_rooms"),
        pl.col("kind").alias("out_kind"),
        pl.concat_list("building_mends", "unit_mends", "room_mends")
        .list.unique()
        .list.sort()
        .alias("out_mends"),
        pl.lit(None, dtype=pl.String).alias("out_reason"),
    )
    slow = _one_by_one(joined.filter(~plain).select(*CELLS))
    answers = pl.concat([quick, slow])
    return texts.join(answers, on=list(CELLS), how="left", maintain_order="left").select(
        pl.col(f"out_{name}").alias(name) for name in SCHEMA
    )


def _places(names: pl.Series) -> pl.DataFrame:
    rows = []
    for name in names.unique():
        text, reason = cell_text(name)
        read = "".join(text.split())
        rows.append((name, read, reason is None and bool(read) and len(text) <= LONGEST))
    return pl.DataFrame(
        rows,
        schema={"compound": pl.String, "compound_read": pl.String, "compound_plain": pl.Boolean},
        orient="row",
    )


def _parts(cells: pl.Series, read: Callable[[object], Part]) -> pl.DataFrame:
    name = cells.name
    rows = []
    for cell in cells.unique():
        part = read(cell)
        rows.append((cell, part.value, sorted(part.mends), part.reason is None))
    return pl.DataFrame(
        rows,
        schema={
            name: pl.String,
            f"{name}_read": pl.String,
            f"{name}_mends": pl.List(pl.String),
            f"{name}_plain": pl.Boolean,
        },
        orient="row",
    )


def _rooms(cells: pl.Series) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    for cell in cells.unique():
        tail = read_tail(cell)
        placed = _placed(tail)
        if placed is None:
            rows.append((cell, None, [], None, [], False))
        else:
            names, floor, kind = placed
            rows.append((cell, floor, names, kind, sorted(tail.mends), True))
    return pl.DataFrame(
        rows,
        schema={
            "room": pl.String,
            "floor": pl.Int16,
            "rooms": pl.List(pl.String),
            "kind": pl.String,
            "room_mends": pl.List(pl.String),
            "room_plain": pl.Boolean,
        },
        orient="row",
    )


def _placed(tail: Tail) -> tuple[list[str], int | None, str] | None:
    """Names, first floor and first kind of a room cell that holds rooms only; else None."""
    said_more = tail.reason or tail.building or tail.unit != "0" or tail.door
    if said_more or not tail.rooms:
        return None
    names = []
    floor: int | None = None
    kind = Kind.FLAT
    for place, room in enumerate(tail.rooms):
        placed = place_room(room, tail.floor)
        if not isinstance(placed, tuple):
            return None
        names.append(placed[0])
        if place == 0:
            _name, floor, kind = placed
    return names, floor, str(kind)


def _one_by_one(rows: pl.DataFrame) -> pl.DataFrame:
    answers = [(*row, *_row(parse_cells(*row))) for row in rows.iter_rows()]
    schema = {
        **dict.fromkeys(CELLS, pl.String()),
        **{f"out_{name}": SCHEMA[name] for name in SCHEMA},
    }
    return pl.DataFrame(answers, schema=schema, orient="row")


def _row(parsed: Parsed) -> tuple[object, ...]:
    if not parsed.addresses:
        code = parsed.reason.code if parsed.reason else None
        return (None, None, None, None, [], None, [], code)
    first = parsed.addresses[0]
    rooms = [address.room for address in parsed.addresses]
    return (
        first.compound,
        first.building,
        first.unit,
        first.floor,
        rooms,
        str(first.kind),
        list(parsed.mends),
        None,
    )
