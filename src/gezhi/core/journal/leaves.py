"""What a line is as bytes: the leaf that enters its day's Merkle tree.

Every column of the line is in the leaf, so nothing about an act can be changed unseen. The bytes
carry their format's number: lines of an older format stay verifiable when a newer one is added.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

FORMAT: Final = 1


def plain(value: Any) -> Any:
    """A value as canonical JSON holds it, the same before it is stored and after it is read.

    Moments are in UTC. Floats become text: PostgreSQL's jsonb gives 1e16 back as an integer.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID | Decimal | float):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, str | int):
        return value
    return str(value)  # a lazy translation, a file name: whatever reads as words


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal values give equal bytes."""
    return json.dumps(
        plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def leaf_of(columns: Sequence[str], values: Sequence[Any]) -> bytes:
    """The leaf of a line from all its columns: `{"columns": {...}, "format": 1}`."""
    return canonical({"format": FORMAT, "columns": dict(zip(columns, values, strict=True))})
