"""Somebody is listed twice: found by the number, looked at side by side, merged, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gezhi.base.masking import mask_name
from gezhi.wiring.towns import Household

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

LISTED, AGAIN = "紫兰苑 6号楼 1单元", "紫兰苑 6号楼 2单元"
PERSON = re.compile(r"/people/[0-9a-f-]+/$")


def open_dwelling(page: Page, address: str) -> None:
    page.goto(f"/search/?q={address}")
    page.locator("main a[href^='/dwellings/']").first.click()
    page.wait_for_url(re.compile(r"/dwellings/[0-9a-f-]+/$"))


def note_of(page: Page) -> str:
    """What the page of a person says of being merged; empty while they are not."""
    found = page.locator(".note").filter(has_text="已并入")
    return found.first.inner_text() if found.count() else ""


def test_a_person_listed_twice_is_merged_and_the_merge_taken_back(
    visit: Any, look: Callable[..., None], households: list[Household]
) -> None:
    known = next(one for one in households if one.address.startswith(LISTED)).head
    taken = {one.address for one in households}
    rooms = (f"{AGAIN} {floor}{door:02d}室" for floor in range(6, 0, -1) for door in (2, 1))
    room = next(room for room in rooms if room not in taken)

    # --- a grid worker lists them where they rent, without their card, and gets the number later
    worker = visit("qin.xiaohe")
    open_dwelling(worker, room)
    worker.get_by_role("link", name="登记住户").click()
    worker.locator("[name=name]").fill(known.name)
    worker.get_by_role("button", name="登记", exact=True).click()
    worker.wait_for_url(PERSON)
    again = worker.url
    worker.get_by_role("link", name="补登证件号").click()
    worker.locator("[name=id_no]").fill(known.id_no)
    worker.get_by_role("button", name="保存").click()
    worker.get_by_text("已转入“待核冲突”").first.wait_for()

    # --- the chief of the community sees both rows, what differs, and decides
    chief = visit("lan.yumei")
    chief.goto("/conflicts/?open=1")
    queue = chief.locator("main table")
    assert mask_name(known.name) in queue.inner_text()
    waiting = queue.locator("a.opens").first.get_attribute("href")
    assert waiting is not None
    chief.goto(waiting)
    chief.get_by_label("是同一人：合并两条记录").wait_for()
    lines = chief.locator("main table").first.inner_text()
    assert LISTED in lines
    assert AGAIN in lines
    assert known.id_no not in chief.content()
    look(chief, "conflict")
    chief.get_by_label("是同一人：合并两条记录").check()
    chief.locator("[name=why]").fill("入户核对身份证原件")
    chief.get_by_role("button", name="确定").click()
    chief.wait_for_url(re.compile(r"/conflicts/"))

    # --- one person with two homes; the second row says where it went
    chief.goto(again)
    assert note_of(chief)
    chief.get_by_role("link", name="打开保留的记录").click()
    chief.wait_for_url(PERSON)
    kept = chief.url
    assert kept != again
    stays = chief.locator("table").filter(has_text="主要住处").first.inner_text()
    assert LISTED in stays
    assert AGAIN in stays
    look(chief)

    # --- it was a mistake: both rows as they were
    chief.goto(again)
    chief.get_by_role("link", name="撤销合并").click()
    chief.locator("[name=reason]").fill("同名同姓，核对后不是同一人")
    chief.locator("main form button[type=submit]").last.click()
    chief.wait_for_url(PERSON)
    assert chief.url == again
    assert not note_of(chief)
    assert chief.get_by_role("link", name=re.compile(AGAIN)).first.is_visible()
    chief.goto(kept)
    stays = chief.locator("table").filter(has_text="主要住处").first.inner_text()
    assert AGAIN not in stays
