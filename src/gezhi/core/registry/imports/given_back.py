"""The clerk's own sheet back, with a last column that says what holds a row back, to mend and send.

All sheets, title rows, headings, columns and rows stand where the clerk had them; cells are
coloured where a reason lies. Rows that are in the registry already are found unchanged when the
mended sheet comes back.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import polars as pl
import xlsxwriter
from django.utils.translation import gettext

from gezhi.base.errors import Refusal
from gezhi.base.sentences import _
from gezhi.core.registry.imports import mapping, reading, rows, staging, vault
from gezhi.core.registry.imports.mapping import REASON_HEADING, SheetMapping
from gezhi.core.registry.imports.reading import SheetCells
from gezhi.core.registry.imports.sheet_xml import (
    DATE,
    MARKS,
    MOMENT,
    TEXT,
    Styles,
    letters,
    merges_xml,
    rows_xml,
)
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.sheet_headers import heading_key

_HELD: Final = ("refused", "proposal")
_COLOURS: Final = {"warned": "#FFF2CC", "proposal": "#FFE699", "refused": "#F8CBAD"}
"""The later wins where a cell has several."""
_FORMATS: Final = {TEXT: "@", DATE: "yyyy-mm-dd", MOMENT: "yyyy-mm-dd hh:mm:ss"}
_HEAD, _REASON = "head", "reason"
_ADDRESS: Final = ("compound", "building", "unit", "room", "address")
_WIDTH: Final = 14
_REASONS_WIDTH: Final = 60
_LONGEST: Final = 32_000
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\]|^'|'$")
_IN_MEMORY: Final = 32 << 20
_AT_ONCE: Final = 4096
"""Rows; the XML of one is some two thousand bytes."""


@dataclass(slots=True)
class Returned:
    """One sheet to be given back."""

    name: str
    cells: SheetCells
    how: SheetMapping | None
    """None for a sheet that was not read: it goes back as it is."""
    width: int
    reason_at: int
    reasons: pl.DataFrame
    """`row` (from 0) and `reason`, of rows held back."""
    marks: pl.DataFrame

    @property
    def below(self) -> int:
        """The first row below the header."""
        return self.how.row + self.how.height if self.how is not None else 0


def handed_back(batch: ImportBatch, *, held_only: bool) -> tuple[IO[bytes], str]:
    """The workbook of `errors_workbook` and its file's name; the caller closes it.

    Refused where no row was sent back, or the sheet is no longer kept.
    """
    if not batch.counts.get("refused"):
        raise Refusal(gettext("这批数据没有退回的行"), "registry.nothing_refused")
    try:
        file = errors_workbook(batch, held_only=held_only)
    except FileNotFoundError:
        raise Refusal(gettext("文件已到期删除，请重新上传"), "registry.sheet_gone") from None
    # Whatever came in goes out as a workbook: a csv has no colours.
    return file, f"问题表-{Path(batch.file_name).stem}.xlsx"


def errors_workbook(batch: ImportBatch, *, held_only: bool = False) -> IO[bytes]:
    """The workbook of a checked batch with the reasons; the caller closes it.

    With `held_only` only what stands above the data, and the rows to be mended, merged blocks
    filled down, so that a long sheet need not be sent twice. The last column is known when the
    file comes back, and is not kept.
    """
    book = reading.from_bytes(vault.read(vault.folder_of(batch.pk) / staging.CELLS))
    staged = staging.load(batch.pk, "told", "outcomes")
    held = staged.outcomes.filter(pl.col("outcome") == "refused").select("sheet", "row")
    about = staged.told.join(held, on=["sheet", "row"], how="semi")
    how = mapping.from_json(batch.mapping)
    sheets = _sheets(book, how, about, held_only=held_only)
    return written(sheets, held_only=held_only)


def _sheets(
    book: reading.Workbook, how: mapping.SheetsMapping, about: pl.DataFrame, *, held_only: bool
) -> list[Returned]:
    found: list[Returned] = []
    names: set[str] = set()
    for number, cells in enumerate(book.sheets):
        mapped = how.sheets[number] if how.sheets[number].used else None
        if mapped is None and held_only:
            continue
        width = max((len(pl.read_ipc_stream(b, n_rows=1).columns) for b in cells.blocks), default=0)
        here = about.filter(pl.col("sheet") == number).with_columns(pl.col("row") - 1)
        found.append(
            Returned(
                name=_name(cells.name, names),
                cells=cells,
                how=mapped,
                width=width,
                reason_at=_reason_column(cells, mapped, width),
                reasons=_reasons(here),
                marks=_marks(here, mapped),
            )
        )
    return found


def _name(name: str, taken: set[str]) -> str:
    """A name that a workbook may hold, and holds once."""
    bare = _NO_NAME.sub("", name)[:31].strip() or str(_("数据"))
    number = 1
    while (unique := bare if number == 1 else f"{bare[:26]}({number})").lower() in taken:
        number += 1
    taken.add(unique.lower())
    return unique


def _reason_column(cells: SheetCells, how: SheetMapping | None, width: int) -> int:
    """Where the reasons go: the column they already have, or the one after the last."""
    if how is not None:
        for row in cells.head(how.row + how.height)[how.row :]:
            for at, cell in enumerate(row):
                if heading_key(cell) == heading_key(REASON_HEADING):
                    return at
    return width


def _reasons(about: pl.DataFrame) -> pl.DataFrame:
    return (
        about.filter(pl.col("kind").is_in(_HELD))
        .unique(["row", "sentence"], maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(pl.col("sentence").str.join("；").str.slice(0, _LONGEST).alias("reason"))
    )


def _marks(about: pl.DataFrame, how: SheetMapping | None) -> pl.DataFrame:
    """A finding about the address concerns all its parts."""
    columns = how.columns if how is not None else {}
    places = [(name, at) for at, name in columns.items()]
    places += [("address", at) for at, name in columns.items() if name in _ADDRESS[:-1]]
    where = pl.DataFrame(places, schema={"field": pl.String, "at": pl.UInt32}, orient="row")
    order = {kind: rank for rank, kind in enumerate(_COLOURS)}
    return (
        about.filter(pl.col("kind").is_in(list(_COLOURS)))
        .join(where, on="field")
        .with_columns(pl.col("kind").replace_strict(order, return_dtype=pl.Int8).alias("rank"))
        .sort("rank")
        .group_by("row", "at")
        .agg(pl.col("kind").last().alias("colour"))
        .select(*MARKS)
        .cast(dict(MARKS))  # type: ignore[arg-type]
    )


def written(sheets: list[Returned], *, held_only: bool = False) -> IO[bytes]:
    """The workbook of these sheets: a frame by XlsxWriter, the rows streamed into it."""
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
            _write(book, sheets, held_only=held_only)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return out


def _write(book: zipfile.ZipFile, sheets: list[Returned], *, held_only: bool) -> None:
    frame, styles = _frame(sheets, held_only=held_only)
    with zipfile.ZipFile(io.BytesIO(frame)) as made:
        for part in made.infolist():
            match = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part.filename)
            body = made.read(part)
            with book.open(part.filename, "w", force_zip64=True) as into:
                if match is None:
                    into.write(body)
                    continue
                sheet = sheets[int(match.group(1)) - 1]
                for piece in _filled(body, sheet, styles, held_only=held_only):
                    into.write(piece)


def _frame(sheets: list[Returned], *, held_only: bool) -> tuple[bytes, Styles]:
    """A workbook without rows, and its styles by colour and kind of cell."""
    out = io.BytesIO()
    keys: list[tuple[str, str]] = [("", kind) for kind in _FORMATS]
    keys += [(colour, kind) for colour in _COLOURS for kind in _FORMATS]
    keys += [(name, kind) for name in (_HEAD, _REASON) for kind in _FORMATS]
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        seen = next((n for n, sheet in enumerate(sheets) if not sheet.cells.hidden), 0)
        for number, sheet in enumerate(sheets):
            page = book.add_worksheet(sheet.name)
            left = sheet.cells.first_column
            page.set_column(left, max(left + sheet.width - 1, left), _WIDTH)
            for at in sheet.cells.hidden_columns:
                page.set_column(left + at, left + at, _WIDTH, None, {"hidden": True})
            if number == seen:
                page.activate()
                page.set_first_sheet()
            elif sheet.cells.hidden:
                page.hide()
            if sheet.how is not None:
                page.set_column(
                    left + sheet.reason_at, left + sheet.reason_at, _REASONS_WIDTH, None
                )
                page.freeze_panes(sheet.below, 0)
                last = len(sheet.reasons) if held_only else sheet.cells.rows - sheet.below
                page.autofilter(
                    sheet.below - 1, left, sheet.below - 1 + max(last, 1), left + sheet.reason_at
                )
            if number == 0:
                for at, key in enumerate(keys):
                    page.write_blank(0, at, None, book.add_format(_look(*key)))
    with zipfile.ZipFile(out) as made:
        first = made.read("xl/worksheets/sheet1.xml")
    numbers = re.findall(rb'<c r="[A-Z]+1" s="(\d+)"/>', first)
    return out.getvalue(), {key: int(n) for key, n in zip(keys, numbers, strict=True)}


def _look(colour: str, kind: str) -> dict[str, Any]:
    look: dict[str, Any] = {"num_format": _FORMATS[kind]}
    if colour in _COLOURS:
        look["bg_color"] = _COLOURS[colour]
    elif colour == _HEAD:
        look |= {"bold": True, "border": 1, "bg_color": "#DDEBF7"}
    elif colour == _REASON:
        look |= {"font_color": "#C00000", "text_wrap": True}
    return look


def _filled(body: bytes, sheet: Returned, styles: Styles, *, held_only: bool) -> Iterator[bytes]:
    """A worksheet's XML with the rows in it."""
    head, tail = re.split(rb"<sheetData>.*</sheetData>|<sheetData/>", body, flags=re.DOTALL)
    last = letters(sheet.cells.first_column + max(sheet.reason_at, sheet.width))
    size = f'<dimension ref="A1:{last}{max(sheet.cells.rows, 1)}"/>'.encode()
    yield re.sub(rb"<dimension [^>]*/>", size, head) + b"<sheetData>"
    yield from _held_rows(sheet, styles) if held_only else _all_rows(sheet, styles)
    yield b"</sheetData>"
    if held_only:
        yield tail
        return
    left = sheet.cells.first_column
    merged = merges_xml(
        (m.first_row, left + m.first_column, m.last_row, left + m.last_column)
        for m in sheet.cells.merged
        if (m.last_row, m.last_column) != (m.first_row, m.first_column)
    )
    before, margins, after = tail.partition(b"<pageMargins")
    yield before + merged + margins + after


def _all_rows(sheet: Returned, styles: Styles) -> Iterator[bytes]:
    first = 0
    for block in sheet.cells.blocks:
        for frame in pl.read_ipc_stream(block).iter_slices(_AT_ONCE):
            yield _rows(sheet, frame, first, styles)
            first += len(frame)


def _held_rows(sheet: Returned, styles: Styles) -> Iterator[bytes]:
    """What stands above the data, then the rows held back, one below the other."""
    how = sheet.how
    assert how is not None
    frame = sheet.cells.columns()
    if sheet.cells.merged:
        whole = rows.filled_down(sheet.cells, frame, how)
    else:
        whole = frame.with_row_index("at").with_columns(pl.col("at").cast(pl.UInt32))
    picked = whole.filter(
        (pl.col("at") < sheet.below) | pl.col("at").is_in(sheet.reasons["row"].implode())
    )
    moved = picked.select(pl.col("at").alias("row")).with_row_index("to")
    moved = moved.with_columns(pl.col("to").cast(pl.UInt32))
    for name in ("reasons", "marks"):
        frame = getattr(sheet, name)
        own = frame.join(moved, on="row").drop("row").rename({"to": "row"})
        setattr(sheet, name, own.select(frame.columns))
    for first in range(0, len(picked), _AT_ONCE):
        yield _rows(sheet, picked.slice(first, _AT_ONCE).drop("at"), first, styles)


def _rows(sheet: Returned, frame: pl.DataFrame, first: int, styles: Styles) -> bytes:
    """Rows from `first` on, with the reasons in their column."""
    marks = sheet.marks
    if sheet.how is not None:
        wanted = [str(at) for at in range(max(sheet.width, sheet.reason_at + 1))]
        frame = frame.with_columns(pl.lit("").alias(n) for n in wanted if n not in frame.columns)
        line = pl.int_range(first, first + len(frame), dtype=pl.UInt32).alias("row")
        reasons = frame.select(line).join(
            sheet.reasons, on="row", how="left", maintain_order="left"
        )
        at = str(sheet.reason_at)
        reason = pl.col("reason").fill_null("")
        begins = sheet.below - 1
        told = reasons.select(
            pl.when(pl.col("row") == begins)
            .then(pl.lit(REASON_HEADING))
            .when(pl.col("row") > begins)
            .then(reason)
            .otherwise(frame[at])
            .alias(at)
        ).to_series()
        frame = frame.with_columns(told).select(wanted)
        marks = pl.concat([marks, _heading_marks(sheet, first, len(frame)), _reason_marks(sheet)])
    return rows_xml(frame, first=first, left=sheet.cells.first_column, marks=marks, styles=styles)


def _heading_marks(sheet: Returned, first: int, count: int) -> pl.DataFrame:
    how = sheet.how
    assert how is not None
    lines = [row for row in range(how.row, sheet.below) if first <= row < first + count]
    places = [*range(sheet.width), sheet.reason_at]
    cells = [(row, at, _HEAD) for row in lines for at in dict.fromkeys(places)]
    return pl.DataFrame(cells, schema=MARKS, orient="row")


def _reason_marks(sheet: Returned) -> pl.DataFrame:
    return sheet.reasons.select(
        pl.col("row").cast(pl.UInt32),
        pl.lit(sheet.reason_at, dtype=pl.UInt32).alias("at"),
        pl.lit(_REASON).alias("colour"),
    )
