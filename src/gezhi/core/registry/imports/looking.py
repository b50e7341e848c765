"""Reading the registry in columns: what the rows of a sheet are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

import polars as pl
import psycopg
from django.db import connection
from django.utils import timezone

T = TypeVar("T")
CHUNK: Final = 20_000


def fetch(statement: str, parameters: Sequence[Any], schema: dict[str, Any]) -> pl.DataFrame:
    """Rows of a SELECT as columns, in the order of `schema`. Keys are read as `uuid_send(…)`."""
    connection.cursor().close()  # enters the cell
    # A cursor of the driver's own spares decoding bytes from hex, and sends lists as they are.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters, binary=True)
        rows = cursor.fetchall()
    return frame_of(rows, schema)


def frame_of(rows: Sequence[Sequence[Any]], schema: dict[str, Any]) -> pl.DataFrame:
    """Rows as columns of these types."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pl.DataFrame(
        [
            pl.Series(name, [_plain(cell) for cell in cells], dtype=kind)
            if kind in (pl.Float64, pl.Date, pl.Datetime)
            else pl.Series(name, cells, dtype=kind)
            for (name, kind), cells in zip(schema.items(), columns, strict=True)
        ]
    )


def _plain(cell: Any) -> Any:
    return float(cell) if cell is not None and type(cell).__name__ == "Decimal" else cell


def fetch_among(
    statement: str, values: Sequence[Any], schema: dict[str, Any], kind: str = "bytea"
) -> pl.DataFrame:
    """The same for a long list of values: `{among}` in the statement stands for `= ANY(…)`.

    `kind` is `bytea` for indexes, `text`, or `uuid` for keys (given as their 16 bytes).
    """
    if not values:
        return pl.DataFrame(schema=schema)
    frames = []
    statement = statement.replace("{among}", f"= ANY(%s::{kind}[])")
    for part in chunks(values):
        given: list[Any] = list(part)
        if kind == "uuid":
            given = [value.hex() for value in part]
        frames.append(fetch(statement, [given], schema))
    return pl.concat(frames)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """A sequence in pieces that a statement takes."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def keys_in(series: pl.Series) -> list[Any]:
    """The distinct values of a column, without null, sorted."""
    found: list[Any] = series.drop_nulls().unique().sort().to_list()
    return found


def local_today(at: Any) -> Any:
    """The office's day of a moment."""
    return timezone.localdate(at)
