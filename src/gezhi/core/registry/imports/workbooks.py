"""Workbooks handed out: templates to fill in, and the clerk's own sheet back with the reasons."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time
from typing import IO, Any, Final

import polars as pl
import xlsxwriter

from gezhi.base.sentences import _
from gezhi.core.registry.imports import mapping, reading, rows, staging, vault
from gezhi.core.registry.imports.mapping import REASON_HEADING, SheetMapping
from gezhi.core.registry.imports.reading import SheetCells, value_of
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.sheet_templates import TEMPLATES

_HELD: Final = ("refused", "proposal")
_ADDRESS: Final = ("compound", "building", "unit", "room", "address")
_COLOURS: Final = {"refused": "#F8CBAD", "proposal": "#FFE699", "warned": "#FFF2CC"}
_WIDTH: Final = 14


def template_workbook(code: str) -> IO[bytes]:
    """The empty sheet of a template, required headings marked; numbers are kept as text."""
    template = TEMPLATES[code]
    out = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 - the caller closes it
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(template.title)
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7"})
        needed = book.add_format({"bold": True, "border": 1, "bg_color": "#FCE4D6"})
        sheet.set_column(0, len(template.columns) - 1, _WIDTH, text)
        for at, column in enumerate(template.columns):
            star = "*" if column.required else ""
            sheet.write_string(
                0, at, f"{column.heading}{star}", needed if column.required else head
            )
        sheet.freeze_panes(1, 0)
    out.seek(0)
    return out


def errors_workbook(batch: ImportBatch) -> IO[bytes]:
    """The rows that were held back, as the clerk wrote them, with a last column that says why.

    Cells are coloured where the reason lies. Mended, the file can be uploaded as it is: the last
    column is known and not kept. Every sheet keeps its name and headings.
    """
    folder = vault.folder_of(batch.pk)
    book = reading.from_bytes(vault.read(folder / staging.CELLS))
    told = staging.load(batch.pk, "told").told
    outcomes = staging.load(batch.pk, "outcomes").outcomes
    how = mapping.from_json(batch.mapping)
    out = tempfile.SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115 - the caller closes it
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as written:
        formats = _formats(written)
        for sheet in how.sheets:
            if sheet.used:
                _sheet(written, formats, book.sheets[sheet.sheet], sheet, told, outcomes)
    out.seek(0)
    return out


def _formats(book: Any) -> dict[str, Any]:
    made = {
        kind: book.add_format({"bg_color": colour, "num_format": "@"})
        for kind, colour in _COLOURS.items()
    }
    made["head"] = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7"})
    made["reason"] = book.add_format({"font_color": "#C00000", "text_wrap": True})
    made["date"] = book.add_format({"num_format": "yyyy-mm-dd"})
    made["text"] = book.add_format({"num_format": "@"})
    return made


def _sheet(
    book: Any,
    formats: dict[str, Any],
    cells: SheetCells,
    how: SheetMapping,
    told: pl.DataFrame,
    outcomes: pl.DataFrame,
) -> None:
    frame = cells.columns()
    width = len(frame.columns)
    sheet = book.add_worksheet(cells.name[:31] or _("数据"))
    sheet.set_column(0, width - 1, _WIDTH)
    sheet.set_column(width, width, 60)
    line = 0
    for number in range(how.row, how.row + how.height):
        for at, cell in enumerate(frame.row(number)):
            _write(sheet, line, at, cell, formats["head"], formats)
        if number == how.row + how.height - 1:
            sheet.write_string(line, width, REASON_HEADING, formats["head"])
        line += 1
    sheet.freeze_panes(line, 0)
    here = pl.col("sheet") == how.sheet
    held = outcomes.filter(here & (pl.col("outcome") == "refused"))["row"].to_list()
    findings: dict[int, list[tuple[str, str, str]]] = {row: [] for row in held}
    about = told.filter(here & pl.col("row").is_in(held) & pl.col("kind").is_in(list(_COLOURS)))
    for row, name, kind, sentence in about.select("row", "field", "kind", "sentence").iter_rows():
        findings[row].append((name, kind, sentence))
    places = _places(how)
    filled = rows.filled_down(cells, frame, how)
    picked = filled.filter(pl.col("at").is_in([row - 1 for row in held])).drop("at")
    for row, line_cells in zip(sorted(held), picked.iter_rows(), strict=True):
        marks = _marks(findings[row], places)
        for at, cell in enumerate(line_cells):
            _write(sheet, line, at, cell, formats.get(marks.get(at, "")), formats)
        reasons = dict.fromkeys(
            sentence for _name, kind, sentence in findings[row] if kind in _HELD
        )
        sheet.write_string(line, width, "；".join(reasons)[:32_000], formats["reason"])
        line += 1


def _places(how: SheetMapping) -> dict[str, list[int]]:
    """Field -> columns; a finding about the address concerns all its parts."""
    places: dict[str, list[int]] = {}
    for at, name in how.columns.items():
        places.setdefault(name, []).append(at)
    parts = [at for name in _ADDRESS for at in places.get(name, [])]
    places["address"] = sorted(set(parts))
    return places


def _marks(findings: list[tuple[str, str, str]], places: dict[str, list[int]]) -> dict[int, str]:
    marks: dict[int, str] = {}
    for kind in ("warned", "proposal", "refused"):
        for name, own, _sentence in findings:
            if own == kind:
                marks |= dict.fromkeys(places.get(name, []), kind)
    return marks


def _write(sheet: Any, line: int, at: int, cell: str | None, style: Any, known: Any) -> None:
    value = value_of(cell)
    if value is None:
        if style is not None:
            sheet.write_blank(line, at, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(line, at, value, style)
    elif isinstance(value, float):
        sheet.write_number(line, at, value, style)
    elif isinstance(value, datetime | date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        sheet.write_datetime(line, at, moment, known["date"])
    else:
        sheet.write_string(line, at, str(value), style or known["text"])
