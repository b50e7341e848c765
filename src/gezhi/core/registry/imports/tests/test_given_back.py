"""The clerk's own sheet back: as it was, with the reasons, and sent again without harm."""

from __future__ import annotations

import io
import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from gezhi.core.registry.imports import given_back, reading
from gezhi.core.registry.imports.gates import Limits, examine
from gezhi.core.registry.imports.mapping import REASON_HEADING
from gezhi.core.registry.imports.reading import SheetCells, value_of
from gezhi.core.registry.imports.sheet_xml import MARKS, letters
from gezhi.core.registry.imports.tests.mutants import as_cells, sheet_of
from gezhi.core.registry.imports.tests.sheets import checked, person, taken_in, workbook
from gezhi.core.registry.models import ImportBatch, Person
from gezhi.core.registry.tests.town import Town, build_town, id_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


def handed(batch: ImportBatch, *, held_only: bool = False) -> Any:
    """The workbook as the clerk opens it."""
    with given_back.errors_workbook(batch, held_only=held_only) as back:
        return load_workbook(io.BytesIO(back.read()))


def saved(book: Any) -> io.BytesIO:
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


WRONG = [
    person(name="李四", id_no="410172199001011234", relation_to_head="子"),
    person(name="赵六", id_no=id_number(21), relation_to_head="媳妇", phone="138380"),
]


def test_a_sheet_comes_back_whole_with_reasons_and_goes_in_once_mended(town: Town) -> None:
    batch = taken_in(workbook([person(), *WRONG], more=[["合计", "", "3 人"]]))
    assert batch.counts["new"] == 1
    book = handed(batch)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "实有人口登记表"
    header = [cell.value for cell in sheet[2]]
    assert header[1] == "姓名"
    assert header[-1] == REASON_HEADING
    rows = list(sheet.iter_rows(min_row=3))
    assert [row[1].value for row in rows] == ["王建国", "李四", "赵六", None]
    assert rows[0][-1].value is None
    assert rows[0][3].fill.fill_type is None
    number, relation = rows[1][3], rows[2][8]
    assert number.value == "410172199001011234"
    assert number.fill.fgColor.rgb == "FFF8CBAD"
    assert relation.fill.fgColor.rgb == "FFF8CBAD"
    assert "校验码" in str(rows[1][-1].value)
    number.value, relation.value = id_number(20), "儿媳"
    again = taken_in(saved(book))
    counts = {name: again.counts[name] for name in ("new", "changed", "unchanged", "refused")}
    assert counts == {"new": 2, "changed": 0, "unchanged": 1, "refused": 0}
    assert Person.objects.count() == 3


def test_a_sheet_sent_back_unmended_says_the_same_once_more(town: Town) -> None:
    batch = taken_in(workbook([person(), *WRONG]))
    again = checked(saved(handed(batch)))
    assert (again.counts["unchanged"], again.counts["refused"]) == (1, 2)
    sheet = handed(again).worksheets[0]
    headings = [cell.value for cell in sheet[2]]
    assert headings.count(REASON_HEADING) == 1
    reasons = [row[headings.index(REASON_HEADING)] for row in sheet.iter_rows(3, values_only=True)]
    first = [row[-1] for row in handed(batch).worksheets[0].iter_rows(3, values_only=True)]
    assert reasons == first


def test_only_the_rows_to_mend_below_title_and_header(town: Town) -> None:
    def merge(_book: Any, sheet: Any) -> None:
        sheet.merge_range(2, 9, 4, 9, "王建国")

    rows = [person(), *({**row, "head_name": ""} for row in WRONG)]
    batch = taken_in(workbook(rows, also=merge))
    sheet = handed(batch, held_only=True).worksheets[0]
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == [None, "姓名", "李四", "赵六"]
    assert sheet["A1"].value == "实有人口登记表"
    assert [row[9] for row in sheet.iter_rows(3, values_only=True)] == ["王建国", "王建国"]
    assert all(row[-1] for row in sheet.iter_rows(3, values_only=True))


def test_merged_cells_hidden_columns_and_other_sheets_stay_as_they_were(town: Town) -> None:
    def furnish(book: Any, sheet: Any) -> None:
        sheet.merge_range(2, 9, 4, 9, "王建国")
        sheet.set_column(25, 25, None, None, {"hidden": True})
        book.add_worksheet("说明").write_string(3, 2, "本表由社区填报")
        secret = book.add_worksheet("底稿")
        secret.write_string(0, 0, "旧数据")
        secret.hide()

    rows = [person(), *({**row, "head_name": ""} for row in WRONG)]
    book = handed(checked(workbook(rows, also=furnish)))
    people, notes, secret = book.worksheets
    assert [str(one) for one in people.merged_cells.ranges] == ["J3:J5"]
    assert people.column_dimensions["Z"].hidden
    assert (notes["C4"].value, secret.sheet_state) == ("本表由社区填报", "hidden")


def test_a_text_file_comes_back_as_a_workbook_with_its_zeros(town: Town) -> None:
    lines = "姓名,公民身份号码,与户主关系,人口类别,人户状态,小区,楼栋,单元,房号,联系电话\n"
    lines += "李四,410172199001011234,户主,户籍,人户一致,紫兰苑,1号楼,1,0101,037112345678\n"
    sheet = handed(checked(io.BytesIO(lines.encode("gbk")), "人口.csv")).worksheets[0]
    row = next(sheet.iter_rows(2, values_only=True))
    assert (row[8], row[9]) == ("0101", "037112345678")
    assert "校验码" in str(row[-1])


def bare(cells: SheetCells) -> dict[tuple[int, int], object]:
    """What stands where, as the clerk sees it."""
    found: dict[tuple[int, int], object] = {}
    row = 0
    for block in cells.blocks:
        for line in pl.read_ipc_stream(block).iter_rows():
            for at, cell in enumerate(line):
                if (value := value_of(cell)) is not None:
                    found[row, cells.first_column + at] = value
            row += 1
    return found


def given(sheets: list[SheetCells]) -> list[SheetCells]:
    """The sheets written and read again."""
    no_marks = pl.DataFrame(schema=MARKS)
    no_reasons = pl.DataFrame(schema={"row": pl.UInt32, "reason": pl.String})
    back = [
        given_back.Returned(f"{n}", one, None, width_of(one), 0, no_reasons, no_marks)
        for n, one in enumerate(sheets)
    ]
    with given_back.written(back) as written:
        accepted = examine(written, "a.xlsx", Limits())
        written.seek(0)
        return list(reading.read([written.read()], accepted, Limits()).sheets)


def width_of(cells: SheetCells) -> int:
    return len(pl.read_ipc_stream(cells.blocks[0]).columns) if cells.blocks else 0


@pytest.mark.parametrize("seed", range(3))
def test_whatever_stands_in_cells_comes_back_as_it_was(seed: int) -> None:
    """Some spoiled sheets: texts, numbers, dates, errors, nasty signs, merged blocks."""
    chance = random.Random(seed)
    sheets = [one for _n in range(25) for one in sheet_of(chance).sheets]
    odd: list[list[object]] = [
        ["_x0041_", "a\r\nb", "\x01n5", "\x07", " 空 格 ", "<&>'\"", "\ufeff", "😀", "\t"],
        [1.5, -0.0, 4.1e17, True, False, date(1900, 1, 5), date(2024, 2, 29), "#REF!", "1e309"],
    ]
    sheets.append(as_cells(odd, "odd"))
    for one, back in zip(sheets, given(sheets), strict=True):
        there = {at: _comparable(value) for at, value in bare(one).items()}
        assert {at: _comparable(value) for at, value in bare(back).items()} == there
        assert {(m.first_row, m.last_row) for m in back.merged} == {
            (m.first_row, m.last_row)
            for m in one.merged
            if (m.first_row, m.first_column) != (m.last_row, m.last_column)
        }


def _comparable(value: object) -> object:
    """Infinity and days that spreadsheets miscount come back as the text they show."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    if isinstance(value, date) and value < date(1900, 3, 1):
        return value.isoformat()
    return value


@pytest.mark.parametrize(
    ("at", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_called_as_spreadsheets_call_them(at: int, name: str) -> None:
    assert letters(at) == name
