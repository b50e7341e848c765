"""Files kept sealed, in pieces, so that neither writing nor reading one needs it whole in memory.

A piece is sealed with the cell's key and bound to its file, its place in it and whether it is the
last: pieces cannot be swapped, dropped or carried into another file unnoticed.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from django.conf import settings

from gezhi.base.crypto import CellKeys, SealError
from gezhi.core.cells.keys import keys_here, schema_here

PIECE: Final = 1 << 20
_LENGTH: Final = struct.Struct(">I")


def folder_of(batch: UUID) -> Path:
    """Where the files of a batch lie in the present cell."""
    return Path(settings.FILES) / schema_here() / str(batch)


def keep(path: Path, pieces: Iterable[bytes], keys: CellKeys | None = None) -> int:
    """Write a sealed file; returns the number of plain bytes. It appears whole or not at all."""
    keys = keys or keys_here()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    size = 0
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            held: bytes | None = None
            number = 0
            for piece in pieces:
                if held is not None:
                    _write(out, keys, path, number, held, last=False)
                    number += 1
                held = piece
                size += len(piece)
            _write(out, keys, path, number, held or b"", last=True)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return size


def pieces_of(path: Path, keys: CellKeys | None = None) -> Iterator[bytes]:
    """The plain pieces of a sealed file; `SealError` where it was tampered with or cut short."""
    keys = keys or keys_here()
    number, last = 0, False
    with path.open("rb") as sealed:
        while head := sealed.read(_LENGTH.size):
            if last or len(head) != _LENGTH.size:
                raise SealError("crypto.malformed", "a sealed file goes on after its end")
            (length,) = _LENGTH.unpack(head)
            last = bool(length & 1)
            piece = sealed.read(length >> 1)
            yield keys.open_bytes(piece, context=_context(path, number, last=last))
            number += 1
    if not last:
        raise SealError("crypto.malformed", "a sealed file was cut short")


def read(path: Path, keys: CellKeys | None = None) -> bytes:
    """A sealed file whole."""
    return b"".join(pieces_of(path, keys))


def in_pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in pieces of a megabyte."""
    while piece := stream.read(PIECE):
        yield piece


def cut(whole: bytes) -> Iterator[bytes]:
    """Bytes in pieces of a megabyte."""
    view = memoryview(whole)
    for start in range(0, len(view), PIECE):
        yield bytes(view[start : start + PIECE])


def forget(batch: UUID) -> None:
    """Remove all files of a batch."""
    shutil.rmtree(folder_of(batch), ignore_errors=True)


def _write(
    out: IO[bytes], keys: CellKeys, path: Path, number: int, piece: bytes, *, last: bool
) -> None:
    sealed = keys.seal_bytes(piece, context=_context(path, number, last=last))
    out.write(_LENGTH.pack(len(sealed) << 1 | last))
    out.write(sealed)


def _context(path: Path, number: int, *, last: bool) -> bytes:
    return f"import/{path.parent.name}/{path.name}/{number}/{int(last)}".encode()
