"""A resident reports from a telephone, follows it by number and code, and says how it ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gezhi.base.testing import phone

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

WHAT = "垃圾桶满了两天没人收"


def size_of_type(page: Page) -> float:
    """The size of running text, in CSS pixels."""
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def test_a_resident_reports_and_follows_it_and_a_neighbour_joins(
    visit: Any, look: Callable[..., None]
) -> None:
    # --- on the street: no name, no account
    street = visit(at=phone, geolocation={"longitude": 113.5, "latitude": 34.8})
    street.context.grant_permissions(["geolocation"])
    street.goto("/c/")
    assert size_of_type(street) >= 18
    look(street, "public-front")
    street.get_by_role("navigation", name="主菜单").get_by_role("link", name="反映").click()
    street.get_by_label("什么问题").fill(WHAT)
    street.get_by_label("在哪里").fill("紫兰苑3号楼")
    street.get_by_label("类别").select_option(label="市容环境·暴露垃圾")
    look(street, "public-report")
    street.wait_for_timeout(3200)
    street.get_by_role("button", name="提交", exact=True).click()
    street.wait_for_url("**/receipt/")
    number = street.locator(".receipt-number").inner_text()
    code = street.locator(".receipt-code").inner_text()
    assert re.fullmatch(r"[A-Z]+\d{13}", number)
    look(street, "public-receipt")
    street.get_by_role("link", name="看进展").click()
    street.get_by_text("等待受理人员核实立案").wait_for()
    look(street, "public-case")

    # --- a neighbour finds it reported already, and joins
    neighbour = visit(at=phone)
    neighbour.goto("/c/report/")
    neighbour.get_by_label("什么问题").fill("臭得很")
    neighbour.get_by_label("在哪里").fill("紫兰苑3号楼")
    neighbour.get_by_label("类别").select_option(label="市容环境·暴露垃圾")
    neighbour.wait_for_timeout(3200)
    neighbour.get_by_role("button", name="提交", exact=True).click()
    neighbour.get_by_text("有人已反映过这里的同类问题").wait_for()
    assert WHAT not in neighbour.content()
    look(neighbour, "public-same")
    neighbour.get_by_role("button", name="就是这件，加入").click()
    neighbour.wait_for_url("**/receipt/")
    assert neighbour.locator(".receipt-code").inner_text() != code
    assert neighbour.locator(".receipt-number").inner_text() == number

    # --- any telephone, with the number and the code; a wrong code is told so
    other = visit(at=phone)
    other.goto("/c/")
    other.get_by_label("编号").fill(number)
    other.get_by_label("查询码").fill("AAAAAA")
    other.get_by_role("button", name="查询").click()
    other.get_by_text("编号或查询码不对").wait_for()
    other.get_by_label("查询码").fill(code.lower())
    other.get_by_role("button", name="查询").click()
    other.get_by_text("等待受理人员核实立案").wait_for()
    assert WHAT not in other.content()

    # --- what goes on around, without a word of it
    other.goto("/c/map/")
    other.get_by_role("heading", name="身边的问题").wait_for()
    look(other, "public-map")


def test_reporting_works_without_javascript_and_in_large_letters(
    visit: Any, look: Callable[..., None]
) -> None:
    page = visit(at=phone, java_script_enabled=False)
    page.goto("/c/")
    page.get_by_role("button", name="大字版").click()
    page.goto("/c/report/")
    page.get_by_label("什么问题").fill("路灯不亮")
    page.get_by_label("在哪里").fill("大里村口")
    page.wait_for_timeout(3200)
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/receipt/")
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{6}", page.locator(".receipt-code").inner_text())


WAY: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("shu.li", "ask-to-verify", "", {}),
    ("qin.xiaohe", "confirm", "确实满了", {}),
    ("shu.li", "file", "", {"category": "市容环境·暴露垃圾"}),
    ("pei.qian", "dispatch", "", {"unit": "环卫保洁公司"}),
    ("he.jie", "accept", "", {}),
    ("he.jie", "feed-back", "已清走，加了一只桶", {}),
    ("he.cha", "pass-check", "", {}),
    ("shu.li", "close", "", {}),
)
"""Who takes which step with which words, from the telephone of a resident to the end."""


def take(page: Page, key: str, step: str, said: str, chosen: dict[str, str]) -> None:
    """Take a step of a case on its own page, as whoever is signed in."""
    page.goto(f"/cases/{key}/{step}/")
    form = page.locator("main form.form, main form").first
    for name, option in chosen.items():
        form.locator(f"select[name={name}]").select_option(label=option)
    if said:
        form.locator("textarea[name=said]").fill(said)
    form.locator("button[type=submit]").last.click()
    page.wait_for_url(re.compile(rf"/cases/{key}/$"))


def test_what_a_resident_reported_is_done_and_they_say_so(
    visit: Any, look: Callable[..., None]
) -> None:
    street = visit(at=phone)
    street.goto("/c/report/")
    street.get_by_label("什么问题").fill("路口的垃圾桶倒了")
    street.get_by_label("在哪里").fill("紫兰苑5号楼")
    street.wait_for_timeout(3200)
    street.get_by_role("button", name="提交", exact=True).click()
    street.wait_for_url("**/receipt/")
    number = street.locator(".receipt-number").inner_text()
    street.get_by_role("link", name="看进展").click()
    street.get_by_text("等待受理人员核实立案").wait_for()

    desk = visit("shu.li")
    desk.goto(f"/cases/?q={number}")
    desk.get_by_text(number).first.wait_for()
    found = re.search(r"/cases/([0-9a-f-]{36})/", desk.content())
    assert found is not None
    key = found[1]
    pages = {"shu.li": desk}
    for who, step, said, chosen in WAY:
        if who not in pages:
            pages[who] = visit(who)
        take(pages[who], key, step, said, chosen)

    street.reload()
    street.get_by_text("已清走，加了一只桶").wait_for()
    look(street, "public-done")
    street.get_by_label("解决了", exact=True).check()
    street.get_by_label("满意", exact=True).check()
    street.get_by_role("button", name="提交", exact=True).click()
    street.get_by_role("heading", name="您的答复").wait_for()
    look(street)
