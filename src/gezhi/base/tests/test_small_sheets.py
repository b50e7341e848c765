"""A short list is read out of a workbook, and a hostile one costs only its uploader."""

from __future__ import annotations

import io
from datetime import date, datetime

import xlsxwriter
import xlwt

from gezhi.base.small_sheets import MOST_LINES, is_workbook, lines_of


def xlsx(*rows: tuple[object, ...]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def xls(*rows: tuple[object, ...]) -> bytes:
    stream = io.BytesIO()
    book = xlwt.Workbook()
    sheet = book.add_sheet("1")
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            sheet.write(number, at, cell)
    book.save(stream)
    return stream.getvalue()


def test_the_first_sheet_is_read_as_lines() -> None:
    content = xlsx(
        ("日期", "安排"), (date(2027, 2, 10), "休"), (datetime(2027, 2, 20), "班"), (7, 7.5)
    )
    assert is_workbook(content)
    assert lines_of(content) == ["日期,安排", "2027-02-10,休", "2027-02-20,班", "7,7.5"]
    assert lines_of(xls(("2027-02-10", "休"))) == ["2027-02-10,休"]


def test_what_cannot_be_opened_is_nothing() -> None:
    assert not is_workbook("2027-02-10,休".encode())
    assert lines_of(b"PK\x03\x04" + b"x" * 100) is None
    assert lines_of(xlsx(("休",))[:-200]) is None


def test_a_sheet_that_is_no_short_list_is_not_read() -> None:
    assert lines_of(xlsx(*((number,) for number in range(MOST_LINES + 1)))) is None


def test_a_cell_far_away_does_not_fill_the_memory() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "休")
    sheet.write(1_048_575, 16_383, "休")
    book.close()
    assert lines_of(stream.getvalue()) is None
