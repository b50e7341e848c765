"""Rows into tables by binary COPY, put together column by column.

A field of PostgreSQL's binary COPY is its length and its bytes, whatever its type, so a row is a
join of ready-made pieces. Values that repeat are turned into a piece once.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import chain, repeat
from typing import Any, Final
from uuid import UUID

import numpy as np
import polars as pl
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from gezhi.base.ids import uuid7
from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import SealedField

NULL: Final = b"\xff\xff\xff\xff"
_START: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_LENGTH: Final = struct.Struct(">i").pack
_COUNT: Final = struct.Struct(">h").pack
_EPOCH: Final = date(2000, 1, 1)
_BLOCK: Final = 8192

Values = pl.Series | Sequence[Any] | object
"""A column: one value a row, or one value for all rows."""


def new_keys(count: int) -> list[bytes]:
    """UUIDv7 keys for a batch: one moment, then rising numbers, so they lie together."""
    if not count:
        return []
    first = uuid7().int >> 64
    stamps = np.arange(count, dtype=np.uint64)
    # 12 bits continue the millisecond; a long batch runs on into the milliseconds after it.
    counter = (first >> 16) << 12 | (first & 0xFFF)
    numbers = stamps + np.uint64(counter)
    high = (
        (numbers >> np.uint64(12) << np.uint64(16))
        | np.uint64(0x7000)
        | (numbers & np.uint64(0xFFF))
    )
    low = np.random.default_rng().integers(0, 1 << 62, count, dtype=np.uint64) | np.uint64(1 << 63)
    both = np.empty((count, 2), dtype=">u8")
    both[:, 0], both[:, 1] = high, low
    raw = both.tobytes()
    return [raw[at : at + 16] for at in range(0, len(raw), 16)]


class Copier:
    """Writes rows inside the present transaction, and sums up all it wrote."""

    def __init__(self) -> None:
        self._digest = sha256()
        self.rows: dict[str, int] = {}

    @property
    def digest(self) -> bytes:
        """SHA-256 over every byte written, in order. Personal values in it are sealed."""
        return self._digest.digest()

    def write(self, model: type[models.Model], count: int, values: Mapping[str, Values]) -> None:
        """Write `count` rows; `values` by field name. Fields not named get their default.

        Sealed fields take plain text and are sealed here; keys are 16 bytes; dates are dates.
        """
        if not count:
            return
        fields = [
            field
            for field in model._meta.concrete_fields
            if not isinstance(field, models.AutoField) or field.name in values
        ]
        names = ", ".join(f'"{field.column}"' for field in fields)
        statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN (FORMAT BINARY)'
        given = [self._given(field, values) for field in fields]
        with (
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.cursor.copy(statement) as copy,
        ):

            def send(piece: bytes) -> None:
                self._digest.update(piece)
                copy.write(piece)

            send(_START)
            for start in range(0, count, _BLOCK):
                size = min(_BLOCK, count - start)
                columns = [
                    _column(field, value, start, size)
                    for field, value in zip(fields, given, strict=True)
                ]
                send(_joined(columns, size))
            send(_END)
        table = model._meta.db_table
        self.rows[table] = self.rows.get(table, 0) + count

    def _given(self, field: models.Field[Any, Any], values: Mapping[str, Values]) -> Values:
        value = values.get(field.name, _MISSING)
        if value is _MISSING:
            return _Piece(piece_of(field, _default(field)))
        if isinstance(value, pl.Series | list) or isinstance(field, SealedField):
            return value
        return _Piece(piece_of(field, value))


@dataclass(frozen=True, slots=True)
class _Piece:
    """One value for all rows, ready to be sent."""

    piece: bytes


def _column(
    field: models.Field[Any, Any], given: Values, start: int, size: int
) -> bytes | list[bytes]:
    """A part of a column, ready to be sent."""
    if isinstance(given, _Piece):
        return given.piece
    if isinstance(given, pl.Series):
        part = given.slice(start, size).to_list()
    elif isinstance(given, list):
        part = given[start : start + size]
    else:
        if given is None:
            return NULL
        part = [given] * size
    if isinstance(field, SealedField):
        part = keys_here().seal_many(part, context=field.context)
    return _pieces(field, part)


_MISSING: Final = object()


def _default(field: models.Field[Any, Any]) -> Any:
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField):
        return ""
    raise ValueError(f"{field.name} has no value")


def _pieces(field: models.Field[Any, Any], values: list[Any]) -> list[bytes]:
    encode = _encoder(field)
    if isinstance(field, ArrayField):
        return [NULL if value is None else encode(value) for value in values]
    distinct = set(values)
    distinct.discard(None)
    if 2 * len(distinct) > len(values):
        return [NULL if value is None else encode(value) for value in values]
    known: dict[Any, bytes] = {value: encode(value) for value in distinct}
    known[None] = NULL
    return [known[value] for value in values]


def piece_of(field: models.Field[Any, Any], value: Any) -> bytes:
    """One value of a field as COPY takes it."""
    return NULL if value is None else _encoder(field)(value)


def _encoder(field: models.Field[Any, Any]) -> Any:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    for kind, encode in _ENCODERS:
        if isinstance(target, kind):
            return encode
    raise TypeError(f"no way to copy a {type(target).__name__}")


def _bytes(value: bytes | memoryview) -> bytes:
    return _LENGTH(len(value)) + bytes(value)


def _text(value: object) -> bytes:
    raw = str(value).encode()
    return _LENGTH(len(raw)) + raw


def _key(value: bytes | UUID | str) -> bytes:
    raw = value if isinstance(value, bytes) else UUID(str(value)).bytes
    return b"\0\0\0\x10" + raw


def _day(value: date) -> bytes:
    return struct.pack(">ii", 4, (value - _EPOCH).days)


def _moment(value: datetime) -> bytes:
    from datetime import UTC

    since = value - datetime(2000, 1, 1, tzinfo=UTC)
    micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return struct.pack(">iq", 8, micros)


def _number(value: object) -> bytes:
    """NUMERIC: digits in base 10,000."""
    from decimal import Decimal

    sign, digits, exponent = Decimal(str(value)).as_tuple()
    assert isinstance(exponent, int)
    whole = int("".join(map(str, digits)) or "0")
    scale = max(-exponent, 0)
    whole *= 10 ** max(exponent, 0) * 10 ** (-scale % 4)
    groups: list[int] = []
    while whole:
        whole, rest = divmod(whole, 10_000)
        groups.append(rest)
    weight = len(groups) - (scale + 3) // 4 - 1
    groups.reverse()
    body = struct.pack(">hhHh", len(groups), weight, 0x4000 if sign else 0, scale)
    return _bytes(body + b"".join(struct.pack(">h", group) for group in groups))


_VARCHAR: Final = 1043


def _texts(values: Sequence[str]) -> bytes:
    """A list of `varchar`."""
    if not values:
        return _bytes(struct.pack(">iii", 0, 0, _VARCHAR))
    head = struct.pack(">iiiii", 1, 0, _VARCHAR, len(values), 1)
    return _bytes(head + b"".join(map(_text, values)))


_ENCODERS: Final[tuple[tuple[Any, Any], ...]] = (
    (ArrayField, _texts),
    (models.UUIDField, _key),
    (models.DateTimeField, _moment),
    (models.DateField, _day),
    (models.BooleanField, lambda value: b"\0\0\0\x01" + (b"\x01" if value else b"\0")),
    (models.SmallIntegerField, lambda value: struct.pack(">ih", 2, int(value))),
    (models.BigIntegerField, lambda value: struct.pack(">iq", 8, int(value))),
    (models.BigAutoField, lambda value: struct.pack(">iq", 8, int(value))),
    (models.IntegerField, lambda value: struct.pack(">ii", 4, int(value))),
    (models.FloatField, lambda value: struct.pack(">id", 8, float(value))),
    (models.DecimalField, _number),
    (models.BinaryField, _bytes),
    (models.CharField, _text),
    (models.TextField, _text),
)


def _joined(columns: list[bytes | list[bytes]], size: int) -> bytes:
    """Rows of ready pieces; neighbouring constants become one piece."""
    parts: list[bytes | list[bytes]] = [_COUNT(len(columns))]
    for column in columns:
        last = parts[-1]
        if isinstance(column, bytes) and isinstance(last, bytes):
            parts[-1] = last + column
        else:
            parts.append(column)
    rows = [repeat(part, size) if isinstance(part, bytes) else part for part in parts]
    return b"".join(chain.from_iterable(zip(*rows, strict=True)))
