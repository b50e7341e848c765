"""A list as a workbook: streamed row by row, so that memory stays flat at any number of rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter

from gezhi.base.pages.columns import Column, Look

MOST_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows."""


def workbook(
    rows: Iterable[Any], columns: Sequence[Column], look: Look, *, title: str, watermark: str
) -> IO[bytes]:
    """An open temporary xlsx file at its start: headings, rows, and who took it on each page.

    Words are written as strings, never as formulas, whatever they start with.
    """
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the answer closes it when sent
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef2f6", "text_wrap": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(_sheet_name(title))
    sheet.set_footer(f"&L{_footer(watermark)}&R&P / &N")
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _width(column))
        sheet.write_string(0, place, str(column.label), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            value = column.excel(row, look)
            if isinstance(value, datetime):
                sheet.write_datetime(last, place, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(last, place, value, day)
            elif isinstance(value, str):
                if value:
                    sheet.write_string(last, place, value)
            else:
                sheet.write_number(last, place, value)
    sheet.autofilter(0, 0, last, max(len(columns) - 1, 0))
    book.set_properties({"title": title, "comments": watermark})
    book.close()
    file.seek(0)
    return file


def _sheet_name(title: str) -> str:
    """Excel allows 31 characters and none of `[]:*?/\\`."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "Sheet1"


def _footer(words: str) -> str:
    """In a footer an ampersand starts a code, and 255 characters are the end."""
    return words.replace("&", "&&")[:200]


def _width(column: Column) -> int:
    return {"number": 12, "date": 16, "long": 40}.get(column.css, 18)
