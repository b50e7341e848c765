"""Sheets and offices for the tests of the import."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

from gezhi.base.actors import Actor
from gezhi.core.places import snapshots
from gezhi.core.registry.imports import actions
from gezhi.core.registry.imports.progress import Silent
from gezhi.core.registry.models import ImportBatch
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.tests.town import CLERK, NOON, id_number

AS_OF = date(2022, 9, 1)
HEAD_ID = id_number(7, date(1975, 3, 2))


def person(**over: Any) -> dict[str, Any]:
    """A row of the people sheet without a fault, by field."""
    row = {
        "name": "王建国",
        "id_kind": "居民身份证",
        "id_no": HEAD_ID,
        "gender": "男性",
        "ethnicity": "汉族",
        "phone": "13838000001",
        "relation_to_head": "户主",
        "head_name": "王建国",
        "head_id_no": HEAD_ID,
        "population_class": "户籍人口",
        "consistency": "人户一致",
        "hukou_address": "河南省郑州市高新区紫兰路1号",
        "compound": "紫兰苑",
        "building": "1号楼",
        "unit": "1",
        "room": "601",
        "residence_kind": "自有",
        "moved_in": "2015-03-01",
    }
    return {**row, **over}


def workbook(
    rows: Sequence[Mapping[str, Any]],
    *,
    template: str = "population",
    title: str = "实有人口登记表",
    headings: Mapping[str, str] | None = None,
    fields: Sequence[str] | None = None,
    more: Sequence[Sequence[Any]] = (),
    also: Any = None,
) -> io.BytesIO:
    """An xlsx of a template: title, headings, rows by field, then `more` rows as they are.

    `also` is called with the book and the sheet before it is closed.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet(TEMPLATES[template].title)
    sheet.date_format = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(0, 0, title)
    columns = [c for c in TEMPLATES[template].columns if fields is None or c.field in fields]
    for at, column in enumerate(columns):
        sheet.write_string(1, at, (headings or {}).get(column.field, column.heading))
    for line, row in enumerate(rows, 2):
        for at, column in enumerate(columns):
            _write(sheet, line, at, row.get(column.field))
    for line, cells in enumerate(more, 2 + len(rows)):
        for at, cell in enumerate(cells):
            _write(sheet, line, at, cell)
    if also is not None:
        also(book, sheet)
    book.close()
    stream.seek(0)
    return stream


def old_workbook(
    rows: Sequence[Mapping[str, Any]], *, template: str = "population", also: Any = None
) -> io.BytesIO:
    """A true .xls (BIFF8, in a compound file) of a template: title, headings, rows by field.

    `also` is called with the book and the sheet before it is saved.
    """
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(TEMPLATES[template].title)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write(0, 0, "登记表")
    for at, column in enumerate(TEMPLATES[template].columns):
        sheet.write(1, at, column.heading)
        for line, row in enumerate(rows, 2):
            cell = row.get(column.field)
            if isinstance(cell, date):
                sheet.write(line, at, cell, day)
            elif cell not in (None, ""):
                sheet.write(line, at, cell)
    if also is not None:
        also(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def _write(sheet: Any, line: int, at: int, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(line, at, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(line, at, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(line, at, cell, sheet.date_format)
    else:
        sheet.write_string(line, at, cell)


def checked(
    file: io.BytesIO | Path, name: str = "人口.xlsx", *, by: Actor = CLERK, **upload: Any
) -> ImportBatch:
    """A file uploaded and checked."""
    snapshots.forget()
    content = io.BytesIO(file.read_bytes()) if isinstance(file, Path) else file
    batch = actions.upload_batch(
        file=content, name=name, as_of=upload.pop("as_of", AS_OF), by=by, at=NOON, **upload
    )
    return actions.run_check(batch, by=by, at=NOON, progress=Silent())


def taken_in(file: io.BytesIO | Path, name: str = "人口.xlsx", **upload: Any) -> ImportBatch:
    """A file uploaded, checked and confirmed."""
    by = upload.get("by", CLERK)
    return actions.run_confirm(checked(file, name, **upload), by=by, at=NOON, progress=Silent())


def told(batch: ImportBatch, rule: int | None = None) -> list[tuple[int, str, str, str]]:
    """Findings as (row, field, kind, code)."""
    rows = batch.findings.all() if rule is None else batch.findings.filter(rule=rule)
    return [(one.row, one.field, one.kind, one.code) for one in rows.order_by("row", "field", "id")]
