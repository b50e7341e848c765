"""Cells whose formula failed, found in the file itself: calamine gives them as blanks.

Loaded by the reader's process; it stands on nothing but the standard library. The layouts are
those of ECMA-376 part 1, 18.3.1.4 (xlsx), [MS-CFB] and [MS-XLS] 2.4 (xls).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from typing import Final

Failed = dict[int, dict[int, "FormulaError"]]
"""Row -> column -> what the cell shows; from 0."""


class FormulaError(str):
    """A cell whose formula failed, by what it shows: #REF!, #N/A."""

    __slots__ = ()


class NoPlace(ValueError):  # noqa: N818 - an answer
    """A cell does not say where it stands."""


_ANY: Final = re.compile(rb"""\st=["']e["']""")
_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c(\s[^>]*?\bt=["']e["'][^>]*(?<!/))>(.*?)</(?:\w+:)?c>""", re.DOTALL
)
_PLACE: Final = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_SHOWN: Final = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")


def in_worksheet(pieces: Iterable[bytes]) -> Failed:
    """Of a worksheet's XML in pieces of whole cells."""
    found: Failed = {}
    for piece in pieces:
        if not _ANY.search(piece):
            continue
        for cell in _CELL.finditer(piece):
            where = _PLACE.search(cell.group(1))
            if where is None:
                raise NoPlace
            at = 0
            for letter in where.group(1):
                at = at * 26 + letter - 64
            shown = _SHOWN.search(cell.group(2))
            text = shown.group(1).decode("ascii", "replace") if shown else "#N/A"
            found.setdefault(int(where.group(2)) - 1, {})[at - 1] = FormulaError(text)
    return found


def filled_in(
    rows: Iterable[list[object]], failed: Failed, first: int, left: int
) -> Iterator[list[object]]:
    """The rows from `first` on, beginning with column `left`, with the failed formulas in them."""
    for number, row in enumerate(rows, first):
        for at, shown in failed.get(number, {}).items():
            if left <= at < left + len(row):
                row[at - left] = shown
        yield row


# --- xls -----------------------------------------------------------------------------------
_FREE: Final = 0xFFFF_FFFA
"""Sector numbers from here on are marks, not places."""
_CODES: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOUND_SHEET, _END, _BEGIN, _BOOL_ERROR, _FORMULA = 0x85, 0x0A, 0x809, 0x205, 0x06


def in_xls(content: bytes) -> list[Failed]:
    """Of each sheet of an xls, in their order; none where the file is oddly made."""
    try:
        stream = _workbook_stream(content)
        return [_in_substream(stream, start) for start in _sheets(stream)]
    except (struct.error, IndexError, ValueError):
        return []


def _workbook_stream(content: bytes) -> bytes:
    """The stream `Workbook` of a compound file."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    small = 1 << struct.unpack_from("<H", content, 32)[0]
    directory, cutoff, first_small = (
        struct.unpack_from("<I", content, at)[0] for at in (48, 56, 60)
    )

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    listed = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    while more < _FREE and len(listed) < len(content) // size + 109:
        *numbers, more = struct.unpack(f"<{size // 4}I", sector(more))
        listed.extend(numbers)
    table: list[int] = []
    for number in listed:
        if number < _FREE:
            table.extend(struct.unpack(f"<{size // 4}I", sector(number)))

    def chain(start: int, table: list[int]) -> Iterator[int]:
        for _step in range(len(table) + 1):
            if start >= _FREE:
                return
            yield start
            start = table[start]
        raise ValueError("a chain of sectors goes round in a circle")

    def whole(start: int) -> bytes:
        return b"".join(map(sector, chain(start, table)))

    entries = whole(directory)
    root = b""
    for at in range(0, len(entries), 128):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, bytes_in_all = struct.unpack_from("<II", entries, at + 116)
        if kind == 5:
            root = whole(start)
        elif name in ("Workbook", "Book"):
            if bytes_in_all >= cutoff:
                return whole(start)[:bytes_in_all]
            links = whole(first_small)
            places = list(struct.unpack(f"<{len(links) // 4}I", links))
            parts = [root[n * small : (n + 1) * small] for n in chain(start, places)]
            return b"".join(parts)[:bytes_in_all]
    raise ValueError("no workbook in it")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of records from `at` to the end of their substream."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, length
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        at += 4 + length


def _sheets(stream: bytes) -> list[int]:
    return [
        struct.unpack_from("<I", stream, at)[0]
        for kind, at, _length in _records(stream, 0)
        if kind == _BOUND_SHEET
    ]


def _in_substream(stream: bytes, start: int) -> Failed:
    found: Failed = {}
    for kind, at, length in _records(stream, start):
        code = None
        if kind == _BOOL_ERROR and length >= 8 and stream[at + 7]:
            code = stream[at + 6]
        elif kind == _FORMULA and length >= 14 and stream[at + 12 : at + 14] == b"\xff\xff":
            code = stream[at + 8] if stream[at + 6] == 2 else None
        if code is not None:
            row, column = struct.unpack_from("<HH", stream, at)
            shown = FormulaError(_CODES.get(code, "#N/A"))
            found.setdefault(row, {})[column] = shown
    return found
