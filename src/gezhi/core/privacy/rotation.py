"""Sealing everything anew under the active key, while people work.

Which rows are left is read from the sealed values themselves: each begins with the version it
lies under. So nothing needs to be remembered, a run that was killed goes on where it was, and two
runs at once do no harm. A value that somebody changed in between is left alone: it was sealed
under the active key as it was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Func, Q, Value
from psycopg import sql

from gezhi.base.crypto import SealError
from gezhi.core.cells.keys import keys_here, schema_here
from gezhi.core.privacy.fields import Sealed, SealedField

BATCH: Final = 500
HEADER_BYTES: Final = 4

SEALED_BYTES: Final[Mapping[tuple[str, str], str]] = {
    ("journal.JournalDetail", "sealed"): "",
    ("journal.Once", "sealed"): "",
    ("privacy.AccessNote", "sealed"): "",
    ("registry.Conflict", "incoming"): "",
    ("registry.ImportUndo", "memory"): "",
    ("registry.Merge", "memory"): "",
    **{
        (f"registry.{name}Change", column): f"registry.{name}"
        for name in ("Person", "Household", "Dwelling", "Enterprise", "Shop", "Site", "Vehicle")
        for column in ("old_sealed", "new_sealed")
    },
}
"""Columns of sealed bytes that are no `SealedField`. A value is bound to `table.column`, or, in
the history of a table (named here), to the column of that table whose former value it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of sealed values."""

    model: type[models.Model]
    field: models.Field[Any, Any]
    history_of: str = ""

    @property
    def title(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    def context(self, named: str) -> bytes:
        """What a value is bound to; `named`: the field a row of history is about."""
        if not self.history_of:
            return f"{self.model._meta.db_table}.{self.field.column}".encode()
        base: Any = apps.get_model(self.history_of)
        relation, _dot, named = named.rpartition(".")
        if relation:  # facts beside a row keep their history in the row's: `migrant.permit_no`
            base = base._meta.get_field(relation).related_model
        return f"{base._meta.db_table}.{base._meta.get_field(named).column}".encode()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Sealed things of a cell that lie in no column: files. Both are asked inside the cell."""

    reseal: Callable[[], Counter[str]]
    """Seal anew what is not under the active key; `unreadable` counts what does not open."""
    versions_in_use: Callable[[], Counter[int]]


_elsewhere: list[Elsewhere] = []


def rotates(elsewhere: Elsewhere) -> None:
    """Have a change of keys take in what an area seals outside its tables."""
    if elsewhere not in _elsewhere:
        _elsewhere.append(elsewhere)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one column is: values sealed anew so far, and those that do not open."""

    column: str
    done: int
    unreadable: int


def sealed_columns() -> Iterator[Column]:
    """Every column of sealed values that this schema has."""
    here = tables_here()
    for model in apps.get_models():
        if model._meta.db_table not in here:
            continue
        for field in model._meta.concrete_fields:
            key = (model._meta.label, field.name)
            if isinstance(field, SealedField):
                yield Column(model, field)
            elif key in SEALED_BYTES:
                yield Column(model, field, SEALED_BYTES[key])


def tables_here() -> frozenset[str]:
    """The tables of the present schema alone: a cell also sees those of `public` behind them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_here()])
        return frozenset(name for (name,) in cursor.fetchall())


def reseal_cell(tell: Callable[[Progress], None] = lambda _progress: None) -> Counter[str]:
    """Seal every value of the present cell anew that is not under the active key.

    Batches by key, each in a short transaction, so that nobody waits. Returns counts by column;
    `unreadable` counts values that do not open and stay as they are.
    """
    counts: Counter[str] = Counter()
    for column in sealed_columns():
        done = unreadable = 0
        last: Any = None
        while True:
            number, failed, last = _batch(column, last)
            done, unreadable = done + number, unreadable + failed
            if number or failed:
                tell(Progress(column.title, done, unreadable))
            if last is None:
                break
        if done:
            counts[column.title] = done
        if unreadable:
            counts["unreadable"] += unreadable
    for elsewhere in _elsewhere:
        counts += elsewhere.reseal()
    return counts


def versions_in_use() -> Counter[int]:
    """How many values of the present cell lie under each key version."""
    counts: Counter[int] = Counter()
    for column in sealed_columns():
        rows = (
            column.model._base_manager.filter(**{f"{column.field.name}__isnull": False})
            .annotate(header=_header(column))
            .values_list("header")
            .annotate(number=models.Count("pk"))
            .order_by()
        )
        for header, number in rows:
            counts[int.from_bytes(bytes(header)[2:HEADER_BYTES])] += number
    for elsewhere in _elsewhere:
        counts += elsewhere.versions_in_use()
    return counts


def _header(column: Column) -> Func:
    return Func(
        models.F(column.field.name),
        Value(1),
        Value(HEADER_BYTES),
        function="substring",
        output_field=models.BinaryField(),
    )


def _batch(column: Column, last: Any) -> tuple[int, int, Any]:
    """One batch after a key: (values sealed anew, values that do not open, last key or None)."""
    keys = keys_here()
    rows = column.model._base_manager.filter(**{f"{column.field.name}__isnull": False})
    if last is not None:
        rows = rows.filter(pk__gt=last)
    rows = rows.annotate(header=_header(column)).filter(~Q(header=keys.active_header))
    named = "field" if column.history_of else "pk"
    found = list(rows.order_by("pk").values_list("pk", named, column.field.name)[:BATCH])
    fresh: list[tuple[Any, bytes, bytes]] = []
    failed = 0
    for pk, name, raw in found:
        old = raw.data if isinstance(raw, Sealed) else bytes(raw)
        try:
            fresh.append((pk, old, keys.reseal(old, context=column.context(str(name)))))
        except SealError:
            failed += 1
    _store(column, fresh)
    return len(fresh), failed, found[-1][0] if len(found) == BATCH else None


def _store(column: Column, fresh: list[tuple[Any, bytes, bytes]]) -> None:
    """Write values anew where they are still what was read."""
    if not fresh:
        return
    key = column.model._meta.pk
    statement = sql.SQL(
        "UPDATE {table} AS t SET {column} = v.fresh"
        " FROM (SELECT unnest(%s::{kind}[]) AS pk, unnest(%s::bytea[]) AS old,"
        " unnest(%s::bytea[]) AS fresh) AS v"
        " WHERE t.{key} = v.pk AND t.{column} = v.old"
    ).format(
        table=sql.Identifier(column.model._meta.db_table),
        column=sql.Identifier(str(column.field.column)),
        key=sql.Identifier(str(key.column)),
        kind=sql.SQL(str(key.rel_db_type(connection))),
    )
    pks, olds, news = zip(*fresh, strict=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [list(pks), list(olds), list(news)])
