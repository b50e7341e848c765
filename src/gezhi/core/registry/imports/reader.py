"""The process that opens somebody else's file: reads one workbook, says what is in it, and ends.

It is started by `reading`, which watches how much memory it takes and ends it where that is too
much. Nothing of the platform is loaded here: no settings, no keys, no database. On its input it
gets one line of JSON and the file's bytes; on its output it writes messages, each a letter, four
bytes of length and a body: `J` JSON, `C` a block of rows as an Arrow stream.

A cell is text as the clerk sees it. Cells that are no text begin with a mark, because rules ask
what they were: `\\x01n` number, `\\x01d` date or time, `\\x01b` true or false, `\\x01t` a text that
itself begins with the mark, `\\x01e` an error such as #REF!.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import struct
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, Any, Final
from xml.etree import ElementTree

BLOCK: Final = 8192
MARK: Final = "\x01"
WIDEST: Final = 300
"""Columns looked at; sheets of people have some thirty."""
LONGEST_CELL: Final = 32_767
_HEAD: Final = struct.Struct(">cI")
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_ATTRIBUTE: Final = re.compile(rb'(\w+)="([^"]*)"')


class Refused(Exception):  # noqa: N818 - an answer, by code
    """The file cannot be read; the code is one of `gates.SENTENCES`."""


def send(out: IO[bytes], letter: bytes, body: bytes) -> None:
    out.write(_HEAD.pack(letter, len(body)))
    out.write(body)


def tell(out: IO[bytes], **what: Any) -> None:
    send(out, b"J", json.dumps(what).encode())


def marked(cell: object) -> str:
    """A cell as text, with its mark where it is no text."""
    if isinstance(cell, str):
        if cell.startswith(MARK):
            return f"{MARK}t{cell}"
        if cell.startswith("#") and cell in _ERRORS:
            return f"{MARK}e{cell}"
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f"{MARK}b{int(cell)}"
    if isinstance(cell, int | float):
        return f"{MARK}n{cell!r}"
    if isinstance(cell, datetime | date):
        return f"{MARK}d{cell.isoformat()}"
    if isinstance(cell, time | timedelta):
        return f"{MARK}d{cell}"
    return str(cell)


_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#DIV/0!", "#VALUE!", "#NULL!", "#NUM!", "#GETTING_DATA"}
)


def send_rows(out: IO[bytes], rows: Iterable[Sequence[object]], width: int, most: int) -> int:
    """Send rows in blocks of columns `0`, `1`, …; returns their number."""
    count = 0
    block: list[Sequence[object]] = []
    for row in rows:
        block.append(row)
        if len(block) == BLOCK:
            count += len(block)
            if count > most:
                raise Refused("too_many_rows")
            _send_block(out, block, width)
            block = []
    count += len(block)
    if count > most:
        raise Refused("too_many_rows")
    if block:
        _send_block(out, block, width)
    return count


def _send_block(out: IO[bytes], block: list[Sequence[object]], width: int) -> None:
    import polars as pl

    columns: list[pl.Series] = []
    for at, cells in enumerate(zip(*block, strict=True)):
        if at == width:
            break
        try:
            series = pl.Series(str(at), cells, dtype=pl.String, strict=True)
        except (TypeError, pl.exceptions.PolarsError):
            series = pl.Series(str(at), [marked(cell) for cell in cells], dtype=pl.String)
        else:
            if series.str.contains(r"^[\x01#]").any():
                series = pl.Series(str(at), [marked(cell) for cell in cells], dtype=pl.String)
        columns.append(series)
    stream = io.BytesIO()
    pl.DataFrame(columns).write_ipc_stream(stream, compression="lz4")
    send(out, b"C", stream.getvalue())


def read_csv(out: IO[bytes], source: IO[bytes], encoding: str, most: int) -> None:
    """Read a text file: lines of cells between commas, semicolons or tabs."""
    text = io.TextIOWrapper(source, encoding=encoding, newline="")
    head = text.read(65_536)
    separator = max(",;\t", key=lambda sign: head[:4096].count(sign))
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(_lines(head, text), delimiter=separator)
    tell(out, sheet="", hidden=False, hidden_columns=[], merged=[], first_column=0)
    first: list[list[str]] = []
    width = 0
    for row in rows:
        first.append(row)
        width = max(width, len(row))
        if len(first) == BLOCK:
            break
    width = min(width, WIDEST)

    def padded() -> Iterator[list[str]]:
        for source_rows in (first, rows):
            for row in source_rows:
                if len(row) > width and any(row[width:]):
                    raise Refused("ragged")
                yield row[:width] + [""] * (width - len(row))

    tell(out, end=send_rows(out, padded(), width, most))


def _lines(head: str, rest: IO[str]) -> Iterator[str]:
    """The lines of a text already begun to be read."""
    lines = head.splitlines(keepends=True)
    tail = lines.pop() if lines else ""
    yield from _plain_lines(lines)
    first = tail + rest.readline()
    if first:
        yield first
    yield from rest


def _plain_lines(lines: list[str]) -> Iterator[str]:
    """`splitlines` also cuts at signs that are no line's end in a csv file; join those again."""
    held = ""
    for line in lines:
        held += line
        if held.endswith(("\n", "\r")):
            yield held
            held = ""
    if held:
        yield held


def read_workbook(out: IO[bytes], source: IO[bytes], kind: str, most: int) -> None:
    """Read every sheet of an xlsx or xls."""
    content = _gathered(source)
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    hidden = hidden_columns(content)
    try:
        with tempfile.TemporaryDirectory() as folder:
            # By path it is read piece by piece; the path leads to memory, not to a disk.
            path = os.path.join(folder, f"sheet.{kind}")  # noqa: PTH118
            os.symlink(f"/proc/self/fd/{content.fileno()}", path)  # noqa: PTH211
            book = CalamineWorkbook.from_path(path)
    except PasswordError:
        raise Refused("protected") from None
    except (CalamineError, ValueError, OSError):
        raise Refused("broken") from None
    for number, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_index(number)
        except (CalamineError, ValueError, OSError):
            raise Refused("broken") from None
        start = sheet.start or (0, 0)
        merged = [
            [first[0], first[1], last[0], last[1]]
            for first, last in (sheet.merged_cell_ranges or [])
        ]
        tell(
            out,
            sheet=about.name,
            hidden=about.visible != SheetVisibleEnum.Visible,
            hidden_columns=hidden.get(about.name, []),
            merged=merged,
            first_column=start[1],
        )
        width = min(sheet.width, WIDEST)
        tell(out, end=send_rows(out, sheet.iter_rows(), width, most))
        del sheet


def _gathered(source: IO[bytes]) -> IO[bytes]:
    """The whole input in a file that has no name and lies in no folder.

    A bytes object would be copied once more for each library that looks at it.
    """
    content = os.fdopen(os.memfd_create("sheet"), "w+b")
    while piece := source.read(1 << 20):
        content.write(piece)
    content.seek(0)
    return content


def hidden_columns(content: IO[bytes]) -> dict[str, list[int]]:
    """Sheet name -> columns (from 0) that an xlsx hides; nothing where its parts are not there."""
    try:
        with zipfile.ZipFile(content) as book:
            names = ElementTree.fromstring(_part(book, "xl/workbook.xml"))
            links = ElementTree.fromstring(_part(book, "xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): link.get("Target", "") for link in links}
            found = {}
            for sheet in names.iter(f"{_MAIN}sheet"):
                target = targets.get(sheet.get(_REL), "").lstrip("/")
                path = target if target.startswith("xl/") else f"xl/{target}"
                with book.open(path) as part:
                    found[sheet.get("name", "")] = _hidden_in(part.read(65_536))
            return found
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, OSError, ValueError):
        return {}


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    with book.open(name) as part:
        body = part.read(1 << 20)
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("a workbook declares no entities")
    return body


def _hidden_in(head: bytes) -> list[int]:
    before = head.split(b"sheetData", 1)[0]
    found: list[int] = []
    for match in _COLUMN.finditer(before):
        values = dict(_ATTRIBUTE.findall(match.group(1)))
        if values.get(b"hidden") in (b"1", b"true"):
            first, last = int(values.get(b"min", 1)), int(values.get(b"max", 1))
            found.extend(range(first - 1, min(last, WIDEST)))
    return found


def main() -> None:
    """Read what stands on the input and write what is in it."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    asked = json.loads(source.readline())
    if asked.get("memory"):
        import resource

        # The watcher looks every few milliseconds; this stops what is too quick for it.
        resource.setrlimit(resource.RLIMIT_DATA, (asked["memory"], asked["memory"]))
        resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    try:
        if asked["kind"] == "csv":
            read_csv(out, source, asked["encoding"], asked["rows"])
        else:
            read_workbook(out, source, asked["kind"], asked["rows"])
    except Refused as refused:
        tell(out, refused=str(refused))
    except UnicodeDecodeError:
        tell(out, refused="encoding")
    except csv.Error:
        tell(out, refused="broken")
    except MemoryError:
        tell(out, refused="memory")
    out.flush()


if __name__ == "__main__":
    main()
