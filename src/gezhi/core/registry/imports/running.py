"""A sheet on its way, whoever's it is: kept, opened once, worked on by one at a time, told of.

The registry's own imports stand on this, and so does any service that takes a sheet in: its batch
is a `SheetBatch`, its columns a `Template`, and what becomes of its rows is its own affair.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import IO, Final, TypeVar

from django.conf import settings
from django.db import connection

from gezhi.base.errors import Conflict
from gezhi.base.sentences import _
from gezhi.core.cells.keys import keys_here, schema_here
from gezhi.core.registry.imports import reading, staging, vault
from gezhi.core.registry.imports.gates import Accepted, Limits
from gezhi.core.registry.imports.progress import Progress, Stored
from gezhi.core.registry.models.imports import BatchState, SheetBatch
from gezhi.core.registry.row_rules import FileKind

B = TypeVar("B", bound=SheetBatch)

OPENING: Final = _("读取表格")


def limits() -> Limits:
    """How much is taken, by the settings."""
    return Limits(
        megabytes=settings.IMPORT_MEGABYTES,
        rows=settings.IMPORT_ROWS,
        reader_megabytes=settings.IMPORT_READER_MEGABYTES,
    )


def keep_original(batch: SheetBatch, file: IO[bytes], accepted: Accepted) -> None:
    """Keep a file sealed, and note in its batch how large it is and what it is known by."""
    digest = hmac.new(_hash_key(), digestmod=sha256)

    def pieces() -> Iterator[bytes]:
        file.seek(0)
        for piece in vault.in_pieces(file):
            digest.update(piece)
            yield piece

    batch.mapping = {"file": {"kind": accepted.kind.value, "encoding": accepted.encoding}}
    batch.file_size = vault.keep(vault.folder_of(batch.pk) / staging.ORIGINAL, pieces())
    batch.file_hash = digest.digest()


def _hash_key() -> bytes:
    """A key of the cell's own, so that a file's hash tells nothing to who has not the file."""
    return keys_here().blind_index("file", context=b"import file") * 2


def bare_name(name: str) -> str:
    """A file's name without the folders some browsers send, as long as the column takes."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][-200:]


def earlier_batches(batch: B) -> list[B]:
    """Batches of the very same file that have been written already, the latest first."""
    rows = type(batch)._default_manager.filter(file_hash=batch.file_hash)
    same = rows.filter(state=BatchState.CONFIRMED).exclude(pk=batch.pk)
    return list(same.order_by("-confirmed_at"))


def workbook(batch: SheetBatch, progress: Progress) -> reading.Workbook:
    """The cells of a batch: read by the other process the first time, then from our copy."""
    folder = vault.folder_of(batch.pk)
    if (folder / staging.CELLS).exists():
        return reading.from_bytes(vault.read(folder / staging.CELLS))
    about = batch.mapping["file"]
    pieces = vault.pieces_of(folder / staging.ORIGINAL, keys_here())
    book = reading.read(
        pieces,
        Accepted(FileKind(about["kind"]), about["encoding"]),
        limits(),
        tick=lambda rows: progress.tell(OPENING, rows, rows),
    )
    vault.keep(folder / staging.CELLS, reading.to_bytes(book))
    return book


def is_running(batch: SheetBatch) -> bool:
    """Whether a worker is at it now; one under way that nobody works on was cut short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key_of(batch)])
        row = cursor.fetchone()
        if row and row[0]:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_key_of(batch)])
            return False
    return True


def seconds_left(batch: SheetBatch, at: datetime) -> int | None:
    """How long the step under way will take at its present speed; None while that is unknown."""
    if not batch.done or not batch.step_began_at or batch.done > batch.total:
        return None
    spent = (at - batch.step_began_at).total_seconds()
    return max(0, round(spent * (batch.total - batch.done) / batch.done))


@contextmanager
def progress_of(batch: SheetBatch, progress: Progress | None) -> Iterator[Progress]:
    """Where a step tells how far it is: in the batch's row, unless somebody else listens."""
    if progress is not None:
        yield progress
        return
    with Stored(batch) as stored:
        yield stored


@contextmanager
def alone(batch: B) -> Iterator[B]:
    """Nobody else checks or confirms this batch meanwhile; a killed worker's lock is gone."""
    key = _key_of(batch)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise Conflict(str(_("这批数据正在处理，请稍候")), "registry.import_running")
    try:
        yield type(batch)._default_manager.get(pk=batch.pk)
    finally:
        if not connection.closed_in_transaction:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _key_of(batch: SheetBatch) -> int:
    digest = sha256(f"gezhi.import.{schema_here()}.{batch.pk}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
