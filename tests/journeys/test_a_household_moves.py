"""A family moves to another building: both ends are right afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from gezhi.wiring.towns import Household

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

FROM, TO = "紫兰苑5-1-302", "紫兰苑 6号楼 2单元"


def open_dwelling(page: Page, address: str) -> None:
    """From the search to the page of a dwelling."""
    page.goto(f"/search/?q={address}")
    page.locator("main a[href^='/dwellings/']").first.click()
    page.wait_for_url(re.compile(r"/dwellings/[0-9a-f-]+/$"))


def living(page: Page) -> int:
    """How many the page of a dwelling says live there."""
    text = page.locator(".field").filter(has_text="现住").first.inner_text()
    found = re.search(r"(\d+) 人", text)
    return int(found.group(1)) if found else 0


def empty_room(households: list[Household]) -> str:
    """A room of the sixth building that stands empty."""
    taken = {one.address for one in households}
    rooms = (f"{TO} {floor}{door:02d}室" for floor in range(1, 7) for door in (1, 2))
    return next(room for room in rooms if room not in taken)


def test_a_family_of_three_moves_and_both_ends_are_right(
    visit: Any, look: Callable[..., None], households: list[Household]
) -> None:
    page, to = visit("qin.xiaohe"), empty_room(households)
    open_dwelling(page, to)
    there = page.url
    assert living(page) == 0
    open_dwelling(page, FROM)
    here = page.url
    assert living(page) == 3
    look(page)

    # --- all of them at once, from where they live
    page.get_by_role("link", name="全户搬迁").click()
    page.get_by_role("textbox", name="新住处").fill(to)
    page.get_by_label("搬迁日期").fill("2026-11-01")
    look(page, "move")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/households/[0-9a-f-]+/$"))
    assert page.get_by_role("link", name=re.compile("紫兰苑 6号楼")).first.is_visible()
    household = page.url

    # --- where they lived: nobody, and since when
    page.goto(here)
    assert living(page) == 0
    left = page.locator("table").filter(has_text="搬离").inner_text()
    assert left.count("2026-11-01") >= 3
    # --- where they live: three in one household, whose head he is
    page.goto(there)
    assert living(page) == 3
    look(page)
    page.get_by_role("link", name="林*舟").first.click()
    stays = page.locator("table").filter(has_text="主要住处").inner_text()
    assert "紫兰苑 5号楼" in stays
    assert "紫兰苑 6号楼" in stays
    page.locator("main a[href^='/households/']:not([href$='/move/'])").first.click()
    assert page.url == household
    assert "3 人" in page.locator(".field").filter(has_text="人数").inner_text()
    members = page.locator("table").filter(has_text="与户主关系").inner_text()
    for relation in ("户主", "妻", "女"):
        assert relation in members
    look(page, "household")
