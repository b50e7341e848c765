"""A list leaves the office: a purpose, a second factor, a second person, a name on every page."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gezhi.base.testing import phone
from gezhi.wiring.towns import Household

pytestmark = pytest.mark.journey

LIST = re.compile(r"/exports/[0-9a-f-]+/$")


def test_a_full_list_of_people_takes_purpose_second_factor_and_second_person(
    visit: Any,
    look: Callable[..., None],
    telephone: Callable[..., None],
    households: list[Household],
    tmp_path: Path,
) -> None:
    her = next(p for one in households for p in one.members if p.name == "郑玉梅")

    # --- the clerk asks; her telephone first, then what for
    clerk = visit("wen.ruyi")
    clerk.goto("/people/")
    clerk.get_by_role("link", name="导出", exact=True).click()
    clerk.wait_for_url("**/second-factor/**")
    look(clerk)
    telephone(clerk)
    clerk.get_by_label("用途").select_option(label="底数核实")
    clerk.get_by_label("事由").fill("与派出所核对常住人口")
    clerk.get_by_label("导出完整的姓名、号码（不打码）").check()
    look(clerk, "export-ask")
    clerk.get_by_role("button", name="申请导出").click()
    clerk.wait_for_url(LIST)
    clerk.get_by_text("待审批").first.wait_for()
    assert clerk.get_by_role("button", name="下载 Excel").count() == 0
    look(clerk, "export-waits")

    # --- nobody agrees to their own wish; the chief finds it among what waits for him
    number = LIST.search(clerk.url)
    assert number is not None
    own = clerk.request.get(f"{number[0]}decide/")
    assert own.status == 404
    chief = visit("zhao.shouzheng")
    chief.goto("/")
    chief.get_by_role("link", name=re.compile("导出申请待审批：文如意")).first.click()
    chief.wait_for_url("**/decide/")
    chief.get_by_text("与派出所核对常住人口").wait_for()
    look(chief, "export-decide")
    chief.get_by_label("同意").check()
    chief.get_by_role("button", name="提交").click()
    chief.get_by_text("已审批").first.wait_for()

    # --- now it is handed over, whole, with her name on it
    clerk.reload()
    with clerk.expect_download() as coming:
        clerk.get_by_role("button", name="下载 Excel").click()
    sheet = tmp_path / "people.xlsx"
    coming.value.save_as(sheet)
    rows = list(openpyxl.load_workbook(sheet).active.iter_rows(values_only=True))
    written = {str(cell) for row in rows for cell in row if cell is not None}
    assert {her.name, her.id_no} <= written
    assert sum(len(one.members) for one in households) <= len(rows)
    with zipfile.ZipFile(sheet) as packed:
        names = "".join(
            packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")
        )
    assert "文如意" in names

    # --- and everybody in it can see that it left
    resident = visit("zheng.yumei", at=phone)
    resident.goto("/my/looked/")
    resident.get_by_text("底数核实").first.wait_for()
    resident.get_by_text("导出").first.wait_for()
    look(resident)
