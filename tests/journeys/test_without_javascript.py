"""Everything a clerk does in a day, in a browser that runs no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from gezhi.wiring.towns import Household

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey


def refresh_until(page: Page, name: str) -> None:
    """Follow "refresh" until a button is there; the worker takes some seconds."""
    for _ in range(120):
        if page.get_by_role("button", name=name).count():
            return
        page.wait_for_timeout(250)
        page.reload()
    pytest.fail(f"no button {name} on {page.url}")


def one_line(path: Path) -> None:
    """A sheet with one person and a heading nobody has to guess."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for line in (
        "姓名 公民身份号码 与户主关系 人口类别 人户状态 小区 楼栋 单元 房号",
        "周无纸 410172198801020159 户主 户籍人口 人户一致 紫兰苑 8号楼 2 101",
    ):
        sheet.append(line.split())
    book.save(path)


def test_a_clerks_day_without_scripts(
    visit: Any, enter: Callable[[Page, str], None], households: list[Household], tmp_path: Path
) -> None:
    page = visit(java_script_enabled=False)
    enter(page, "wen.ruyi")

    # --- a list, narrowed, a row opened
    page.goto("/people/")
    everybody = page.locator("tbody tr").count()
    page.locator("form.filters").get_by_role("searchbox").first.fill("郑玉梅")
    page.locator("form.filters").get_by_role("button", name="查询").click()
    assert "q=" in page.url
    assert 0 < page.locator("tbody tr").count() < everybody
    page.locator("tbody tr").first.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/people/[0-9a-f-]+/"))
    her = next(p for one in households for p in one.members if p.name == "郑玉梅")
    assert her.phone not in page.content()

    # --- a number with a purpose
    page.locator("a.reveal").first.click()
    page.get_by_label("联系电话", exact=True).check()
    page.get_by_label("目的").select_option(index=1)
    page.get_by_role("button", name="显示").click()
    page.get_by_text(her.phone).wait_for()

    # --- a sheet, checked and given up again
    sheet = tmp_path / "一人.xlsx"
    one_line(sheet)
    page.goto("/imports/new/")
    page.get_by_label("表格文件").set_input_files(sheet)
    page.get_by_role("button", name="上传并检查").click()
    refresh_until(page, "取消")
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]+/"))
    page.get_by_role("button", name="取消").click()
    assert page.get_by_text("已要求取消").is_visible()
