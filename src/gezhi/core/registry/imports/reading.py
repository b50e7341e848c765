"""A workbook as columns of cells, read by a process of its own that is ended if it takes too much.

The server never opens a file itself: it feeds the bytes to `reader`, takes Arrow blocks back, and
watches. So a hostile file costs at most the reader's limit, and no crash of a parser is ours.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import polars as pl

from gezhi.core.registry.cleaning import cell_as_text
from gezhi.core.registry.imports import gates, reader
from gezhi.core.registry.imports.gates import Accepted, Limits
from gezhi.core.registry.row_rules import MergedRange

_HEAD: Final = struct.Struct(">cI")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_LOOK: Final = 0.01
"""Seconds between two looks at the reader's memory."""


@dataclass(slots=True)
class SheetCells:
    """One sheet: blocks of text columns `0`, `1`, … as `reader` marks cells; rows from 0."""

    name: str
    hidden: bool = False
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[MergedRange, ...] = ()
    first_column: int = 0
    """Which column of the clerk's sheet stands in column `0`."""
    rows: int = 0
    blocks: list[bytes] = field(default_factory=list)
    """Arrow streams, compressed: small, and opened a column at a time."""

    def head(self, rows: int) -> list[list[object]]:
        """The first rows, cells as what they were."""
        if not self.blocks:
            return []
        frame = pl.read_ipc_stream(self.blocks[0], n_rows=rows)
        return [[value_of(cell) for cell in row] for row in frame.iter_rows()]

    def columns(self) -> pl.DataFrame:
        """The sheet's columns, named by their place."""
        frames = [pl.read_ipc_stream(block) for block in self.blocks]
        if len({frame.width for frame in frames}) <= 1:
            return pl.concat(frames) if frames else pl.DataFrame()
        return pl.concat(frames, how="diagonal").fill_null("")


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file read."""

    sheets: tuple[SheetCells, ...]

    @property
    def rows(self) -> int:
        return sum(sheet.rows for sheet in self.sheets)


def value_of(cell: str | None) -> object:
    """A cell as what it was: text, number, ISO date as text with its time, true or false."""
    if not cell:
        return None
    if cell[0] != reader.MARK:
        return cell
    kind, body = cell[1:2], cell[2:]
    if kind == "n":
        return float(body)
    if kind == "b":
        return body == "1"
    if kind == "d":
        return _moment(body)
    return body


def shown(texts: pl.Series) -> pl.Series:
    """Cells as the clerk sees them: 7 and not 7.0, a day without its midnight."""
    marked = texts.drop_nulls().filter(texts.drop_nulls().str.starts_with(reader.MARK)).unique()
    if not len(marked):
        return texts
    plain = [cell_as_text(value_of(cell)) for cell in marked]
    return texts.replace_strict(marked, plain, default=texts, return_dtype=pl.String)


def _moment(text: str) -> object:
    from datetime import date, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) == 10 or moment.time() == datetime.min.time():
        return date(moment.year, moment.month, moment.day)
    return moment


def read(
    pieces: Iterable[bytes],
    accepted: Accepted,
    limits: Limits,
    *,
    tick: Callable[[int], None] = lambda rows: None,
) -> Workbook:
    """Read a file given as plain pieces; `Refusal` where that cannot be done.

    `tick` is told the rows read so far, and may raise to stop.
    """
    sheets: list[SheetCells] = []
    answer = ""
    with _Reader(pieces, accepted, limits) as process:
        for letter, body in process.messages():
            if letter == b"C":
                sheet = sheets[-1]
                sheet.blocks.append(body)
                # only the last block may be less than full
                tick(sum(one.rows for one in sheets) + reader.BLOCK * (len(sheet.blocks) - 1))
                continue
            message = json.loads(body)
            if "sheet" in message:
                hidden_columns = tuple(message["hidden_columns"])
                sheets.append(SheetCells(message["sheet"], message["hidden"], hidden_columns))
            elif "end" in message:
                _ended(sheets[-1], message)
                tick(sum(one.rows for one in sheets))
            else:
                answer = message["refused"]
        answer = answer or process.verdict()
    if answer == "too_many_rows":
        raise gates.refusal_of(gates.TOO_MANY_ROWS, limit=limits.rows)
    if answer:
        raise gates.refusal_of(gates.BY_CODE[answer])
    if not any(sheet.rows for sheet in sheets):
        raise gates.refusal_of(gates.NO_ROWS)
    return Workbook(tuple(sheets))


def _ended(sheet: SheetCells, message: dict[str, Any]) -> None:
    """What is only known when a sheet has been read: its columns then count from the first used."""
    sheet.rows = message["end"]
    left = sheet.first_column = message["first_column"]
    sheet.hidden_columns = tuple(at - left for at in sheet.hidden_columns if at >= left)
    sheet.merged = tuple(
        MergedRange(top, first - left, bottom, last - left)
        for top, first, bottom, last in message["merged"]
    )


class _Reader:
    """The other process: fed by one thread, watched by another, heard by the caller's."""

    def __init__(self, pieces: Iterable[bytes], accepted: Accepted, limits: Limits) -> None:
        self._pieces, self._accepted, self._limits = pieces, accepted, limits
        self._killed = ""

    def __enter__(self) -> _Reader:
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            # One thread is enough, and each would keep memory of its own.
            "POLARS_MAX_THREADS": "1",
            "MALLOC_ARENA_MAX": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(Path(reader.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        # Files are opened here and not in the threads: keys belong to this thread's cell.
        self._feeder = threading.Thread(target=self._feed, daemon=True)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._feeder.start()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._feeder.join()
        self._watcher.join()

    def messages(self) -> Iterator[tuple[bytes, bytes]]:
        out = self._process.stdout
        assert out is not None
        while head := out.read(_HEAD.size):
            if len(head) < _HEAD.size:
                return
            letter, length = _HEAD.unpack(head)
            body = out.read(length)
            if len(body) < length:
                return
            yield letter, body

    def verdict(self) -> str:
        """Why the reader ended without an answer of its own; empty where it ended well."""
        code = self._process.wait()
        if self._killed:
            return self._killed
        if code == 0:
            return ""
        # An allocation that fails aborts (SIGABRT); the limit on seconds kills (SIGXCPU).
        return {-6: "memory", -9: "memory", -24: "slow"}.get(code, "broken")

    def _feed(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        asked = {
            "kind": self._accepted.kind.value,
            "encoding": self._accepted.encoding,
            "rows": self._limits.rows,
            "memory": self._limits.reader_megabytes * 2 << 20,
            "seconds": self._limits.seconds,
        }
        try:
            pipe.write(json.dumps(asked).encode() + b"\n")
            for piece in self._pieces:
                pipe.write(piece)
        except BrokenPipeError:
            pass
        finally:
            _close(pipe)

    def _watch(self) -> None:
        most = self._limits.reader_megabytes << 20
        until = time.monotonic() + 2 * self._limits.seconds
        statm = Path(f"/proc/{self._process.pid}/statm")
        while self._process.poll() is None:
            try:
                resident = int(statm.read_text().split()[1]) * _PAGE
            except (OSError, IndexError, ValueError):
                resident = 0
            if resident > most or time.monotonic() > until:
                self._killed = "memory" if resident > most else "slow"
                self._process.kill()
                return
            time.sleep(_LOOK)


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.close()


def to_bytes(book: Workbook) -> Iterator[bytes]:
    """A workbook read, as bytes that `from_bytes` reads: kept, it need not be opened again."""
    about = [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "hidden_columns": sheet.hidden_columns,
            "merged": [
                (one.first_row, one.first_column, one.last_row, one.last_column)
                for one in sheet.merged
            ],
            "first_column": sheet.first_column,
            "rows": sheet.rows,
            "blocks": [len(block) for block in sheet.blocks],
        }
        for sheet in book.sheets
    ]
    head = json.dumps(about).encode()
    yield _HEAD.pack(b"W", len(head)) + head
    for sheet in book.sheets:
        yield from sheet.blocks


def from_bytes(whole: bytes) -> Workbook:
    """What `to_bytes` made."""
    stream = io.BytesIO(whole)
    _letter, length = _HEAD.unpack(stream.read(_HEAD.size))
    return Workbook(
        tuple(
            SheetCells(
                name=about["name"],
                hidden=about["hidden"],
                hidden_columns=tuple(about["hidden_columns"]),
                merged=tuple(MergedRange(*corners) for corners in about["merged"]),
                first_column=about["first_column"],
                rows=about["rows"],
                blocks=[stream.read(size) for size in about["blocks"]],
            )
            for about in json.loads(stream.read(length))
        )
    )
