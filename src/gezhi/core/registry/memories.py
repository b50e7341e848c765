"""Rows remembered exactly as they are, and put back exactly.

A memory is sealed as a whole, with personal values in plain inside, so that a rotation of keys
has one value to turn. Putting back leaves a sealed column alone whose content is what it was: a
row that only lost its place comes back byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import models

from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import Sealed, SealedField
from gezhi.core.privacy.opening import plain_text
from gezhi.core.registry.changes import COUNTERS, context_of

Memory = dict[str, dict[str, Any]]
"""Per row, under its label: every column but the counters, as JSON values."""

DERIVED: Final = COUNTERS | {"provisional_key"}
"""What follows from other rows and may change without anybody touching this one."""


def label_of(row: models.Model) -> str:
    """Under what a row is remembered: `person/0190…`."""
    return f"{row._meta.model_name}/{row.pk}"


def remember(rows: Iterable[models.Model]) -> Memory:
    """The state of rows as they are in memory."""
    return {
        label_of(row): {
            field.attname: _json(getattr(row, field.attname))
            for field in row._meta.concrete_fields
            if field.name not in COUNTERS
        }
        for row in rows
    }


def same(row: models.Model, columns: Mapping[str, Any]) -> bool:
    """Whether a row is still as remembered, under whatever key its values are sealed."""
    return all(
        _json(getattr(row, name)) == value for name, value in columns.items() if name not in DERIVED
    )


def put_back(row: models.Model, columns: Mapping[str, Any]) -> None:
    """Write remembered columns into a row and store it, counters left as they are."""
    for field in row._meta.concrete_fields:
        if field.attname not in columns:
            continue
        value = columns[field.attname]
        if _json(getattr(row, field.attname)) != value:
            setattr(row, field.attname, _value(field, value))
    names = {f.name for f in row._meta.concrete_fields if not f.primary_key} - COUNTERS
    row.save(update_fields=names)


def seal(memory: Mapping[str, Any], *, context: bytes) -> bytes:
    """Memory as one sealed value."""
    text = json.dumps(memory, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return keys_here().seal(text, context=context)


def unseal(sealed: bytes | memoryview, *, context: bytes) -> dict[str, Any]:
    """The memory that was sealed."""
    opened: dict[str, Any] = json.loads(plain_text(Sealed(bytes(sealed), context)))
    return opened


def _json(value: Any) -> Any:
    if isinstance(value, Sealed):
        return {"sealed": plain_text(value)}
    if isinstance(value, (bytes, memoryview)):
        return {"bytes": bytes(value).hex()}
    if value is None or isinstance(value, (bool, int, float, str, list)):
        return value
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(value, dict):
        if "bytes" in value:
            return bytes.fromhex(value["bytes"])
        context = context_of(field.model, field)
        return Sealed(keys_here().seal(value["sealed"], context=context), context)
    if value is None or isinstance(field, SealedField):
        return value
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)
