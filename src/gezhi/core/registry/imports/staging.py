"""What a check found, kept sealed until somebody confirms: frames by name, in one file."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import polars as pl

from gezhi.core.registry.imports import vault
from gezhi.core.registry.imports.decision import ROWS
from gezhi.core.registry.imports.fields import CHANGES
from gezhi.core.registry.imports.told import SCHEMA

ORIGINAL: Final = "original"
CELLS: Final = "cells"
STAGED: Final = "staged"
_HEAD: Final = struct.Struct(">I")


@dataclass(slots=True)
class Staged:
    """A sheet checked: rows that no cell holds back, and what has been said."""

    rows: pl.DataFrame
    """Prepared rows, ready to be held against the registry."""
    queue: pl.DataFrame
    """Addresses that nobody could place."""
    told: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))
    outcomes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ROWS))
    """Every data row with its outcome, as the clerk was shown."""
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGES))
    """Field by field, as the clerk was shown."""


_NAMES: Final = ("rows", "queue", "told", "outcomes", "changes")


def keep(batch: UUID, staged: Staged) -> None:
    """Write what was staged for a batch."""
    vault.keep(vault.folder_of(batch) / STAGED, _pieces(staged))


def _pieces(staged: Staged) -> Iterator[bytes]:
    for name in _NAMES:
        stream = io.BytesIO()
        getattr(staged, name).write_ipc_stream(stream, compression="lz4")
        body = stream.getvalue()
        yield _HEAD.pack(len(body))
        yield from vault.cut(body)


def load(batch: UUID, *names: str) -> Staged:
    """What was staged; only the frames named, where any are (the others stay empty)."""
    whole = io.BytesIO(vault.read(vault.folder_of(batch) / STAGED))
    frames = {}
    for name in _NAMES:
        (length,) = _HEAD.unpack(whole.read(_HEAD.size))
        body = whole.read(length)
        wanted = not names or name in names
        frames[name] = pl.read_ipc_stream(body) if wanted else pl.DataFrame()
    return Staged(**frames)
