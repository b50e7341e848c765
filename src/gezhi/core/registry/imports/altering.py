"""Changing rows that are listed already, many at once: history, memory for undoing, one UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection, models

from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import SealedField
from gezhi.core.registry.changes import HISTORY, context_of, is_personal, value_of
from gezhi.core.registry.imports.copying import Copier, new_keys
from gezhi.core.registry.imports.looking import chunks, fetch_among
from gezhi.core.registry.models import ImportBatch, ImportUndo, Person, Source
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.names import KEYED, name_keys

MEMORY: Final = b"registry_importundo.memory"
_SMALL: Final = 2_000


def lock(model: type[models.Model], keys: Sequence[bytes]) -> pl.DataFrame:
    """Lock rows in the order of their keys; returns keys and revisions as they are now."""
    has_revision = any(field.name == "revision" for field in model._meta.concrete_fields)
    return fetch_among(
        f"SELECT uuid_send(id), {'revision' if has_revision else '0'}"
        f" FROM {model._meta.db_table} WHERE id {{among}} ORDER BY id FOR UPDATE",
        sorted(keys),
        {"subject": pl.Binary, "revision": pl.Int64},
        "uuid",
    )


def remember(batch: ImportBatch, model: type[models.Model], keys: Sequence[bytes]) -> int:
    """Keep what rows are before they are changed; returns how many."""
    table = model._meta.db_table
    seal = keys_here().seal_bytes
    copier = Copier()
    count = 0
    for part in chunks(keys):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, to_jsonb(t)::text, {_stamp(model)} FROM {table} t"
                " WHERE id = ANY(%s::uuid[]) ORDER BY id",
                [[key.hex() for key in part]],
            )
            rows = cursor.fetchall()
        copier.write(
            ImportUndo,
            len(rows),
            {
                "batch": str(batch.pk),
                "table": table,
                "row_id": [row[0].bytes for row in rows],
                "revision": [row[2] + 1 for row in rows],
                "memory": [seal(row[1].encode(), context=MEMORY) for row in rows],
            },
        )
        count += len(rows)
    return count


def _stamp(model: type[models.Model]) -> str:
    names = {field.name for field in model._meta.concrete_fields}
    return "revision" if "revision" in names else "times" if "times" in names else "0"


def write_history(
    model: type[Sourced],
    changes: pl.DataFrame,
    *,
    source: Source,
    by: str,
    at: datetime,
    copier: Copier,
) -> None:
    """A history row for each change, as `changes.write_history` writes them."""
    history = HISTORY[model]
    for (name,), part in changes.group_by("field", maintain_order=True):
        field = model._meta.get_field(str(name))
        old, new = part["before"].to_list(), part["after"].to_list()
        values: dict[str, Any] = {}
        if is_personal(model, field):  # type: ignore[arg-type]
            context = context_of(model, field)  # type: ignore[arg-type]
            if isinstance(field, SealedField):
                old = [text or None for text in old]
                new = [text or None for text in new]
            values["old_sealed"] = keys_here().seal_many(old, context=context)
            values["new_sealed"] = keys_here().seal_many(new, context=context)
        else:
            values["old"], values["new"] = old, new
        copier.write(
            history,
            len(part),
            {
                **values,
                "id": new_keys(len(part)),
                "subject": part["subject"].to_list(),
                "field": str(name),
                "changed_at": at,
                "changed_by": by,
                "source": str(source.pk),
                "former_source": part["former"].to_list(),
            },
        )


def update(model: type[Sourced], changes: pl.DataFrame, *, source: Source, as_of: date) -> None:
    """Change the rows: one statement for some thousand rows, each row written once."""
    by_field = _values_by_field(model, changes)
    fields = [_field(model, name) for name in sorted(by_field)]
    settings = [
        f'"{field.column}" = CASE WHEN v.f{n} THEN v.v{n} ELSE t."{field.column}" END'
        for n, field in enumerate(fields)
    ]
    lists = ", ".join(f"%s::boolean[], %s::{_array_of(field)}[]" for field in fields)
    names = ", ".join(f"f{n}, v{n}" for n in range(len(fields)))
    statement = (
        f"UPDATE {model._meta.db_table} t SET {', '.join(settings)},"
        " revision = t.revision + 1, touched_by_id = %s, as_of = greatest(t.as_of, %s)"
        f" FROM unnest(%s::uuid[], {lists}) v(id, {names}) WHERE t.id = v.id"
    )
    subjects = changes["subject"].unique().sort().to_list()
    for start in range(0, len(subjects), _SMALL):
        part = subjects[start : start + _SMALL]
        given: list[Any] = [source.pk, as_of, [key.hex() for key in part]]
        for field in fields:
            known = by_field[field.name]
            given.append([key in known for key in part])
            given.append([_value(model, field, known.get(key)) for key in part])
        with connection.cursor() as cursor:
            cursor.execute(statement, given)


def _array_of(field: models.Field[Any, Any]) -> str:
    """The type of a list of a column's values; a length (`varchar(60)`) is the column's own."""
    return str(field.db_type(connection)).split("(")[0]


def _field(model: type[Sourced], name: str) -> models.Field[Any, Any]:
    field: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return field


def _value(model: type[Sourced], field: models.Field[Any, Any], value: Any) -> Any:
    """A value as the column takes it."""
    if isinstance(value, bytes):
        return value
    if isinstance(field, SealedField):
        return keys_here().seal(value, context=context_of(model, field)) if value else None
    if value in (None, ""):
        return None if field.null else ""
    if isinstance(field, models.ForeignKey):
        return UUID(value)
    return value_of(field, value)


def _values_by_field(model: type[Sourced], changes: pl.DataFrame) -> dict[str, dict[bytes, Any]]:
    """Values by field and row, with the search keys that follow from them."""
    names = {field.name for field in model._meta.concrete_fields}
    found: dict[str, dict[bytes, Any]] = {}
    for subject, field, after in changes.select("subject", "field", "after").iter_rows():
        found.setdefault(field, {})[subject] = after
        if field == "phone" and "phone_index" in names:
            found.setdefault("phone_index", {})[subject] = _index(after, b"phone")
        elif field == "id_no" and model is Person:
            found.setdefault("id_no_index", {})[subject] = _index(after, b"id_no")
            found.setdefault("provisional_key", {})[subject] = None
        elif field in KEYED and model is not Person:
            keys = name_keys(after or "")
            for column, key in KEYED[field].items():
                if column in names:
                    found.setdefault(column, {})[subject] = getattr(keys, key)
    return found


def _index(value: str | None, context: bytes) -> bytes | None:
    return keys_here().blind_index(value, context=context) if value else None
