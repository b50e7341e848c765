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
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final
from xml.etree import ElementTree

if __name__ == "__main__":
    # Started on its own, with nothing of the platform in reach but what lies beside it.
    sys.path.append(str(Path(__file__).parent))
    import formula_errors  # type: ignore[import-not-found]
else:
    from gezhi.core.registry.imports import formula_errors

BLOCK: Final = 8192
MARK: Final = "\x01"
WIDEST: Final = 300
"""Columns looked at; sheets of people have some thirty."""
LONGEST_CELL: Final = 32_767
_HEAD: Final = struct.Struct(">cI")
_PIECE: Final = 12 << 20
_LOOKED_AT: Final = 40
_LONGEST_LINE: Final = 1 << 20
_LARGE: Final = 32 << 20
_FEW_SHARED: Final = 2 << 20
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
    if isinstance(cell, formula_errors.FormulaError):
        return f"{MARK}e{cell}"
    if isinstance(cell, str):
        # Nobody sees it, and no text of a database holds it.
        cell = cell.replace("\0", "")
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
            if series.str.contains(r"^[\x01#]|\x00").any():
                series = pl.Series(str(at), [marked(cell) for cell in cells], dtype=pl.String)
        columns.append(series)
    stream = io.BytesIO()
    pl.DataFrame(columns).write_ipc_stream(stream, compression="lz4")
    send(out, b"C", stream.getvalue())


def read_csv(out: IO[bytes], source: IO[bytes], encoding: str, most: int) -> None:
    """Read a text file: lines of cells between commas, semicolons or tabs."""
    text = io.TextIOWrapper(source, encoding=encoding, newline="")
    lines = [text.readline(_LONGEST_LINE) for _line in range(_LOOKED_AT)]
    head = "".join(lines)
    separator = max(",;\t", key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(chain(filter(None, lines), text), delimiter=separator)
    tell(out, sheet="", hidden=False, hidden_columns=[])
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

    tell(out, end=send_rows(out, padded(), width, most), first_column=0, merged=[])


def read_workbook(out: IO[bytes], source: IO[bytes], kind: str, most: int) -> None:
    """Read every sheet of an xlsx or xls."""
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    content = _gathered(source)
    parts = sheet_parts(content)
    # By path it is read piece by piece; the path leads to memory, not to a disk.
    path = f"/tmp/gezhi-{os.getpid()}-{os.urandom(8).hex()}.{kind}"
    os.symlink(f"/proc/self/fd/{content.fileno()}", path)  # noqa: PTH211
    try:
        book = CalamineWorkbook.from_path(path)
        in_xls = formula_errors.in_xls(_whole(content)) if kind == "xls" else []
        for number, about in enumerate(book.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            part = parts.get(about.name)
            tell(
                out,
                sheet=about.name,
                hidden=about.visible != SheetVisibleEnum.Visible,
                hidden_columns=part.hidden if part else [],
            )
            if part is not None and part.large:
                _read_in_parts(out, content, part, most)
            else:
                failed = in_xls[number] if number < len(in_xls) else _failed_in(content, part)
                _read_whole(out, book.get_sheet_by_index(number), most, failed)
    except PasswordError:
        raise Refused("protected") from None
    except (CalamineError, ValueError, OSError, zipfile.BadZipFile):
        # A failed formula that says not where it stands is a ValueError too.
        raise Refused("broken") from None
    finally:
        os.unlink(path)  # noqa: PTH108


def _read_whole(out: IO[bytes], sheet: Any, most: int, failed: formula_errors.Failed) -> None:
    left = sheet.start[1] if sheet.start else 0
    width = min(sheet.width, WIDEST)
    rows = formula_errors.filled_in(sheet.iter_rows(), failed, 0, left)
    count = send_rows(out, rows, width, most)
    tell(out, end=count, first_column=left, merged=_merged(sheet))


def _failed_in(content: IO[bytes], part: SheetPart | None) -> formula_errors.Failed:
    if part is None:
        return {}
    with zipfile.ZipFile(content) as packed:
        return formula_errors.in_worksheet(_pieces(packed, part.path))


def _whole(content: IO[bytes]) -> bytes:
    content.seek(0)
    return content.read()


def _merged(sheet: Any) -> list[list[int]]:
    return [[*first, *last] for first, last in (sheet.merged_cell_ranges or [])]


def _read_in_parts(out: IO[bytes], content: IO[bytes], part: SheetPart, most: int) -> None:
    """Read a large sheet some thousand rows at a time, each as a small workbook of its own.

    Opened whole it would lie in memory twice, as its cells and as a table of them.
    """
    from python_calamine import CalamineWorkbook

    merged: list[list[int]] = []
    sent = 0
    with zipfile.ZipFile(content) as packed:
        for piece in _pieces(packed, part.path):
            small = CalamineWorkbook.from_filelike(_small_book(packed, part.path, piece))
            sheet = small.get_sheet_by_name(part.name)
            failed = formula_errors.in_worksheet((piece,))
            del piece
            merged.extend(_merged(sheet))
            if sheet.start is None:
                continue
            first, left = sheet.start
            width = min(left + sheet.width, WIDEST)
            if first > most:
                raise Refused("too_many_rows")
            blank: list[object] = [""] * left
            gap = ([""] * (left + sheet.width) for _row in range(first - sent))
            rows = (blank + row for row in sheet.to_python(skip_empty_area=True))
            rows = formula_errors.filled_in(rows, failed, first, 0)
            sent += send_rows(out, chain(gap, rows), width, most - sent)
    tell(out, end=sent, first_column=0, merged=merged)


def _pieces(packed: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """A worksheet's XML in pieces of whole rows, each with the worksheet's head."""
    with packed.open(path) as stream:
        held = stream.read(_PIECE)
        start = held.find(b"<sheetData>") + len(b"<sheetData>")
        head = held[:start]
        held = held[start:]
        while more := stream.read(_PIECE):
            held += more
            cut = held.rfind(b"</row>") + len(b"</row>")
            if cut < len(b"</row>"):
                continue
            yield head + held[:cut] + b"</sheetData></worksheet>"
            held = held[cut:]
        yield head + held


def _small_book(packed: zipfile.ZipFile, path: str, sheet: bytes) -> IO[bytes]:
    """The workbook with this as its only worksheet's content; pictures and the like left out."""
    small = io.BytesIO()
    with zipfile.ZipFile(small, "w", zipfile.ZIP_STORED) as book:
        for one in packed.infolist():
            if one.filename == path:
                book.writestr(path, sheet)
            elif one.filename.endswith((".xml", ".rels")) and "/worksheets/" not in one.filename:
                book.writestr(one.filename, packed.read(one))
    small.seek(0)
    return small


def _gathered(source: IO[bytes]) -> IO[bytes]:
    """The whole input in a file that has no name and lies in no folder.

    A bytes object would be copied once more for each library that looks at it.
    """
    content = os.fdopen(os.memfd_create("sheet"), "w+b")
    while piece := source.read(1 << 20):
        content.write(piece)
    content.seek(0)
    return content


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a worksheet lies in an xlsx, and what calamine does not tell of it."""

    name: str
    path: str
    hidden: list[int]
    """Columns hidden, from 0."""
    large: bool
    """Whether it is read in parts: it is long, and its texts lie within it."""


def sheet_parts(content: IO[bytes]) -> dict[str, SheetPart]:
    """The worksheets of an xlsx by name; none where it is of another kind or oddly made."""
    try:
        with zipfile.ZipFile(content) as book:
            names = ElementTree.fromstring(_part(book, "xl/workbook.xml"))
            links = ElementTree.fromstring(_part(book, "xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): link.get("Target", "") for link in links}
            sizes = {one.filename: one.file_size for one in book.infolist()}
            few_shared = sizes.get("xl/sharedStrings.xml", 0) < _FEW_SHARED
            found = {}
            for sheet in names.iter(f"{_MAIN}sheet"):
                name = sheet.get("name", "")
                target = targets.get(sheet.get(_REL), "").lstrip("/")
                path = target if target.startswith("xl/") else f"xl/{target}"
                with book.open(path) as part:
                    head = part.read(65_536)
                large = few_shared and sizes[path] > _LARGE and b"<sheetData>" in head
                found[name] = SheetPart(name, path, _hidden_in(head), large)
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
