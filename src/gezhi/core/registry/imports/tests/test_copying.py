"""What COPY is given is what the database reads."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.base.ids import uuid7
from gezhi.core.registry.imports.copying import new_keys, piece_of

pytestmark = pytest.mark.django_db

KINDS: dict[str, tuple[models.Field[Any, Any], str, st.SearchStrategy[Any]]] = {
    "numeric": (
        models.DecimalField(max_digits=30, decimal_places=6),
        "numeric",
        st.decimals(allow_nan=False, allow_infinity=False, places=6, max_value=10**20),
    ),
    "whole": (models.DecimalField(), "numeric", st.integers(-(10**18), 10**18).map(Decimal)),
    "date": (models.DateField(), "date", st.dates(date(1900, 1, 1), date(2199, 12, 31))),
    "moment": (
        models.DateTimeField(),
        "timestamptz",
        st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),
    ),
    "text": (
        models.CharField(max_length=50),
        "varchar",
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    ),
    "bytes": (models.BinaryField(), "bytea", st.binary()),
    "small": (models.SmallIntegerField(), "int2", st.integers(-(2**15), 2**15 - 1)),
    "int": (models.IntegerField(), "int4", st.integers(-(2**31), 2**31 - 1)),
    "big": (models.BigIntegerField(), "int8", st.integers(-(2**63), 2**63 - 1)),
    "yes": (models.BooleanField(), "bool", st.booleans()),
    "key": (models.UUIDField(), "uuid", st.uuids()),
    "words": (
        ArrayField(models.CharField(max_length=20)),
        "varchar[]",
        st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_every_kind_of_value_arrives_as_it_was(kind: str, data: st.DataObject, db: None) -> None:
    field, column, values = KINDS[kind]
    value = data.draw(st.none() | values)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE copied (value {column})")
        with cursor.cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
            head = b"PGCOPY\n\xff\r\n\0" + bytes(8) + struct.pack(">h", 1)
            copy.write(head + piece_of(field, value) + b"\xff\xff")
        cursor.execute("SELECT value FROM copied")
        (found,) = cursor.fetchone()
        cursor.execute("DROP TABLE copied")
    assert (bytes(found) if isinstance(found, memoryview) else found) == value


def test_keys_of_a_batch_rise_and_are_of_version_7() -> None:
    before = uuid7()
    keys = [UUID(bytes=key) for key in new_keys(10_000)]
    assert len(set(keys)) == 10_000
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}
    assert {key.variant for key in keys} == {before.variant}
    assert keys[0] > before
