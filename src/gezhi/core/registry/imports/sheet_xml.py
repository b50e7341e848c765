"""Rows of cells, as `reading` has them, in the XML of a worksheet; written a column at a time.

A writer that is called cell by cell takes half a minute for a sheet of 142,190 people; this takes
some seconds, and holds one block of rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

TEXT, DATE, MOMENT = "text", "date", "moment"
Styles = Mapping[tuple[str, str], int]
"""(colour, kind of cell) -> the number of the workbook's style; the colour may be empty."""
MARKS: Final = {"row": pl.UInt32(), "at": pl.UInt32(), "colour": pl.String()}
"""Cells to be coloured; rows and columns from 0."""
_UNSEEN: Final = [chr(code) for code in (*range(9), 11, 12, 13, *range(14, 32), 0xFFFE, 0xFFFF)]
_WRITTEN: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    # As spreadsheets themselves write what XML cannot hold.
    **{sign: f"_x{ord(sign):04X}_" for sign in _UNSEEN},
}
_EPOCH: Final = pl.datetime(1899, 12, 30)
_EARLIEST: Final = pl.datetime(1900, 3, 1)
"""Before it spreadsheets count a day that never was; such dates are written as text."""


def letters(at: int) -> str:
    """A column as spreadsheets call it: 0 A, 25 Z, 26 AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def rows_xml(
    frame: pl.DataFrame, *, first: int, left: int, marks: pl.DataFrame, styles: Styles
) -> bytes:
    """The rows of `frame` (columns `0`, `1`, …) from row `first` of the sheet on, from 0.

    `left` is the sheet's column that stands in column `0`. `marks` (see `MARKS`) counts rows as
    the sheet does and columns as the frame.
    """
    line = pl.int_range(first, first + len(frame), dtype=pl.UInt32)
    numbered = frame.fill_null("").select(line.alias("row"), pl.all())
    here = marks.filter(pl.col("row").is_between(first, first + len(frame) - 1))
    cells = []
    for name in frame.columns:
        own = here.filter(pl.col("at") == int(name)).select("row", "colour")
        column = numbered.select("row", pl.col(name).alias("cell"))
        column = column.join(own, on="row", how="left", maintain_order="left")
        cells.append(
            column.select(_cell(letters(left + int(name)), styles).alias(name)).to_series()
        )
    number = (pl.col("row") + 1).cast(pl.String)
    rows = pl.DataFrame([numbered["row"], *cells]).select(
        pl.concat_str(
            pl.lit('<row r="'), number, pl.lit('">'), *map(pl.col, frame.columns), pl.lit("</row>")
        ).str.join("")
    )
    return str(rows.item()).encode()


def _cell(column: str, styles: Styles) -> pl.Expr:
    cell = pl.col("cell")
    kind, body = cell.str.slice(0, 2), cell.str.slice(2)
    moment = (
        pl.when(kind == "\x01d")
        .then(body.str.replace("T", " ", literal=True).str.slice(0, 19))
        .str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    )
    day = pl.when(kind == "\x01d").then(body).str.to_date("%Y-%m-%d", strict=False)
    when = pl.coalesce(moment, day.cast(pl.Datetime("us")))
    when = pl.when(when >= _EARLIEST).then(when)
    has_time = when.dt.time() != pl.time(0, 0, 0)
    serial = (when - _EPOCH).dt.total_seconds() / 86_400
    figure = (kind == "\x01n") & ~body.str.contains("inf|nan", literal=False)
    plain = pl.when(kind.is_in(["\x01n", "\x01d", "\x01t", "\x01e"])).then(body).otherwise(cell)
    look = (
        pl.when(when.is_null())
        .then(pl.lit(TEXT))
        .when(has_time)
        .then(pl.lit(MOMENT))
        .otherwise(pl.lit(DATE))
    )
    style = _style(look, styles)
    head = pl.concat_str(pl.lit(f'<c r="{column}'), (pl.col("row") + 1).cast(pl.String), style)
    value = (
        pl.when(figure)
        .then(pl.concat_str(pl.lit("><v>"), body, pl.lit("</v></c>")))
        .when(kind == "\x01b")
        .then(pl.concat_str(pl.lit(' t="b"><v>'), body, pl.lit("</v></c>")))
        .when(when.is_not_null())
        .then(pl.concat_str(pl.lit("><v>"), serial.cast(pl.String), pl.lit("</v></c>")))
        .otherwise(
            pl.concat_str(
                pl.lit(' t="inlineStr"><is><t xml:space="preserve">'),
                _escaped(plain),
                pl.lit("</t></is></c>"),
            )
        )
    )
    blank = cell.str.len_bytes() == 0
    return (
        pl.when(blank & pl.col("colour").is_null())
        .then(pl.lit(""))
        .when(blank)
        .then(pl.concat_str(head, pl.lit("/>")))
        .otherwise(pl.concat_str(head, value))
    )


def _style(look: pl.Expr, styles: Styles) -> pl.Expr:
    key = pl.concat_str(pl.col("colour").fill_null(""), pl.lit("/"), look)
    names = [f"{colour}/{kind}" for colour, kind in styles]
    attributes = [f'" s="{number}"' for number in styles.values()]
    return key.replace_strict(names, attributes, return_dtype=pl.String)


def _escaped(text: pl.Expr) -> pl.Expr:
    told = text.str.replace_all(r"_x([0-9A-Fa-f]{4})_", "_x005F_x${1}_")
    return told.str.replace_many(list(_WRITTEN), list(_WRITTEN.values()))


def merges_xml(ranges: Iterable[tuple[int, int, int, int]]) -> bytes:
    """Merged blocks, given as first row, first column, last row and last column from 0."""
    written = [
        f'<mergeCell ref="{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"/>'
        for top, left, bottom, right in ranges
    ]
    if not written:
        return b""
    return f'<mergeCells count="{len(written)}">{"".join(written)}</mergeCells>'.encode()
