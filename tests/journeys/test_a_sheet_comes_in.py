"""A clerk brings a sheet as communities keep them: checked, mended, confirmed, taken back."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from gezhi.base.identifiers import check_character

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

HEADINGS = (
    ("基本情况", ("姓名", "身份证号", "性别", "联系电话")),
    ("户籍情况", ("与户主关系", "户主姓名", "户主身份证号", "人口类别", "人户状态")),
    ("居住地址", ("小区", "楼栋", "单元", "房号")),
)
DROP = """([zone, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  const how = {dataTransfer: carried, bubbles: true, cancelable: true};
  zone.dispatchEvent(new DragEvent("drop", how));
}"""


def id_no(serial: int, birth: date, *, woman: bool = False) -> str:
    """A well-formed number of a region in which none is issued."""
    body = f"410172{birth:%Y%m%d}{serial * 2 + (0 if woman else 1):03}"
    return body + check_character(body)


HEAD = id_no(301, date(1971, 5, 6))
WIFE = id_no(302, date(1973, 8, 9), woman=True)
RIGHT = id_no(303, date(1988, 2, 3))
WRONG = RIGHT[:17] + ("0" if RIGHT[17] != "0" else "1")
LOST = id_no(304, date(1992, 11, 30), woman=True)


def kept_by_hand(path: Path) -> None:
    """A title, a two-row heading with merged cells, a family under one merged head, a number
    that Excel rounded, a number with a wrong last digit, and a total.
    """
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "七号楼"
    sheet["A1"] = "紫兰社区七号楼实有人口登记表（2026年11月）"
    sheet.merge_cells("A1:N1")
    sheet["A2"] = "序号"
    sheet.merge_cells("A2:A3")
    column = 2
    for title, names in HEADINGS:
        sheet.cell(2, column, title)
        sheet.merge_cells(
            start_row=2, end_row=2, start_column=column, end_column=column + len(names) - 1
        )
        for name in names:
            sheet.cell(3, column, name)
            column += 1
    at = ("紫兰苑", "7号楼", "1")
    rows: tuple[tuple[Any, ...], ...] = (
        ("王守田", HEAD, "男", "13838010001", "户主", "王守田", HEAD, "户籍人口", "人户一致",
         *at, "101"),
        ("张桂英", WIFE, "女", "138 3801 0002", "妻", None, None, "户籍人口", "人户一致",
         *at, "101"),
        ("李春生", WRONG, "男", "13838010003", "户主", "李春生", None, "流动人口", "人在户不在",
         *at, "102"),
        ("赵秋月", 4.10102e17, "女", "13838010004", "户主", "赵秋月", None, "流动人口",
         "人在户不在", *at, "201"),
    )  # fmt: skip
    for number, row in enumerate(rows, 1):
        sheet.append([number, *row])
    sheet.merge_cells("G4:G5")
    sheet.merge_cells("H4:H5")
    sheet["C7"].number_format = "0.00000E+00"
    sheet.append(["合计", "4人"])
    book.save(path)


def bring(page: Page, path: Path) -> None:
    """Drop a file on the field for sheets and have it checked."""
    page.goto("/imports/new/")
    zone = page.locator("[data-drop-zone]").element_handle()
    page.evaluate(DROP, [zone, path.name, base64.b64encode(path.read_bytes()).decode()])
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("button", name="确认入库").wait_for()


def counted(page: Page) -> dict[str, str]:
    """The figures above a batch."""
    told = page.locator(".tile").all_inner_texts()
    pairs = (re.findall(r"[^\s]+", text) for text in told)
    return {words[0]: words[1] for words in pairs}


def lines(page: Page) -> list[str]:
    return page.locator("#findings tbody tr").all_inner_texts()


def confirm(page: Page) -> None:
    page.get_by_role("button", name="确认入库").click()
    page.get_by_role("link", name="撤回批次").wait_for()


def found(page: Page, text: str) -> int:
    """How many people the search finds."""
    page.goto(f"/search/?q={text}")
    return page.locator("a[href^='/people/']").filter(has_text="紫兰苑 7号楼").count()


def test_a_dirty_sheet_is_mended_confirmed_and_taken_back(
    visit: Any, look: Callable[..., None], tmp_path: Path
) -> None:
    page = visit("wen.ruyi")
    page.goto("/imports/new/")
    look(page, "upload")
    dirty = tmp_path / "七号楼.xlsx"
    kept_by_hand(dirty)

    # --- what is wrong with each row
    bring(page, dirty)
    look(page, "import-checked")
    figures = counted(page)
    assert (figures["新增"], figures["退回"]) == ("2", "2"), figures
    refused = "\n".join(lines(page))
    assert "校验码" in refused
    assert "七号楼 第 6 行" in refused
    assert "七号楼 第 7 行" in refused
    assert page.get_by_text("证件号被存成数字，末几位丢失").is_visible()
    assert page.get_by_text("合并单元格，只在合并范围内向下填充").is_visible()
    assert WRONG not in page.content()

    # --- the rows held back come back as the clerk wrote them, with the reasons; mended there
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载问题表").click()
    back = tmp_path / "问题表.xlsx"
    coming.value.save_as(back)
    confirm(page)
    book = openpyxl.load_workbook(back)
    mended = 0
    for row in book.active.iter_rows():
        cells = {str(cell.value).strip(): cell for cell in row if cell.value is not None}
        for name, number in (("李春生", RIGHT), ("赵秋月", LOST)):
            if name in cells:
                assert any("证件" in text or "号码" in text for text in cells), list(cells)
                row[2].value, row[2].number_format = number, "@"
                mended += 1
    assert mended == 2
    book.save(back)

    # --- in, and a second time without a trace
    bring(page, back)
    figures = counted(page)
    assert figures["退回"] == "0", lines(page)
    assert figures["新增"] == "2"
    page.goto(page.url.split("?")[0] + "?rows=new#rows")
    assert page.locator("#rows tbody tr").count() == 2
    look(page, "import-clean")
    confirm(page)
    look(page, "import-confirmed")
    batch = page.url.split("?")[0].split("#")[0]
    assert found(page, "李春生") == found(page, "赵秋月") == 1
    bring(page, back)
    assert page.get_by_text("再次导入不会重复登记").is_visible()
    figures = counted(page)
    assert (figures["新增"], figures["变更"], figures["无变化"]) == ("0", "0", "4")
    page.get_by_role("button", name="取消").click()

    # --- and out again, as if it had never been
    page.goto(batch)
    page.get_by_role("link", name="撤回批次").click()
    page.wait_for_url("**/undo/")
    look(page, "import-undo")
    page.get_by_role("button", name="撤回").click()
    page.get_by_text("已撤回：").wait_for()
    assert found(page, "李春生") == found(page, "赵秋月") == 0
    assert found(page, "王守田") == found(page, "张桂英") == 1
