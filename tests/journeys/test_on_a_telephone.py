"""At 360 px: a grid worker on the stairs, and a resident who wants large letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gezhi.base.testing import phone

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey


def size_of_type(page: Page) -> float:
    """The size of running text, in CSS pixels."""
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def smallest_target(page: Page) -> float:
    """The height of the lowest thing to press, in CSS pixels."""
    return float(
        page.evaluate(
            "Math.min(...[...document.querySelectorAll('main .btn, .bottom-bar a, .bottom-nav a')]"
            ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height))"
        )
    )


def test_a_grid_worker_finds_a_dwelling_and_registers_who_lives_there(
    visit: Any, look: Callable[..., None]
) -> None:
    page = visit("qin.xiaohe", at=phone)
    page.goto("/")
    page.get_by_role("heading", name="今天先办").wait_for()
    assert 0 < page.locator(".errands a").count() <= 10
    look(page, "phone-home")
    page.get_by_role("navigation", name="快捷导航").get_by_role("link", name="搜索").click()
    page.locator("main").get_by_role("searchbox").fill("紫兰苑8-3-601")
    page.keyboard.press("Enter")
    page.locator("main a[href^='/dwellings/']").first.wait_for()
    look(page, "phone-search")
    page.locator("main a[href^='/dwellings/']").first.click()
    page.wait_for_url(re.compile(r"/dwellings/[0-9a-f-]+/$"))
    look(page, "phone-dwelling")
    page.get_by_role("link", name="登记住户").click()
    page.get_by_label("姓名", exact=False).first.fill("欧阳晓")
    page.get_by_label("性别").select_option(label="女性")
    page.get_by_label("出生日期").fill("1990-06-01")
    page.get_by_label("联系电话").fill("13838020001")
    page.get_by_label("人口类别").select_option(label="流动人口")
    look(page, "phone-register")
    assert smallest_target(page) >= 40
    page.get_by_role("button", name="登记").click()
    page.wait_for_url(re.compile(r"/people/[0-9a-f-]+/"))
    page.get_by_text("138****0001").first.wait_for()
    assert "13838020001" not in page.content()
    look(page)


def test_a_resident_reads_her_file_in_large_letters(visit: Any, look: Callable[..., None]) -> None:
    page = visit("zheng.yumei", at=phone)
    page.goto("/my/")
    assert size_of_type(page) >= 18
    page.get_by_role("button", name="大字版").click()
    page.wait_for_load_state()
    for way in ("/my/", "/my/household/", "/my/looked/", "/my/requests/"):
        page.goto(way)
        assert size_of_type(page) >= 22
        assert smallest_target(page) >= 44
        look(page)
    page.goto("/my/")
    look(page, "elder-file")
    page.get_by_role("button", name="标准").click()
    page.wait_for_load_state()
    assert size_of_type(page) < 22
