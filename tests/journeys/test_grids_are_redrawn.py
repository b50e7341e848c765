"""Two grids of a community become three: drawn, reviewed and approved by three people.

Before that the grid needs a chief, whom the system administrator appoints; posts that reach many
people wait for the security administrator.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

COMMUNITY = "紫兰社区"
"""Its chief, 兰玉梅, looks changes of its grids through."""


def tree(page: Page, day: date) -> str:
    """The grids of the community as the tree of a day shows them."""
    page.goto(f"/places/?day={day}")
    rows = page.locator("tbody tr").filter(has_text=COMMUNITY).all_inner_texts()
    return "\n".join(" ".join(row.split()) for row in rows)


def appoint(page: Page, look: Callable[..., None], role: str, place: str) -> None:
    """Give 丁大勇 a post."""
    page.goto("/accounts/?q=丁大勇")
    look(page, "accounts")
    page.goto(page.locator("tbody a.opens").first.get_attribute("href") or "")
    page.get_by_role("link", name="任命岗位").click()
    page.get_by_label("角色").select_option(label=role)
    chosen = page.locator("#id_place option", has_text=place).first
    page.locator("#id_place").select_option(value=chosen.get_attribute("value"))
    look(page, "post-grant")
    page.get_by_role("button", name="任命").click()
    page.wait_for_url(re.compile(r"/posts/[0-9a-f-]+/$"))


def test_posts_that_reach_many_people_take_two_administrators(
    visit: Any, look: Callable[..., None]
) -> None:
    one, other = visit("xi.tong"), visit("bao.mi")
    appoint(one, look, "数据员", COMMUNITY)
    other.goto(one.url)
    look(other, "post-waiting")
    other.get_by_role("link", name="同意任命").click()
    other.get_by_role("main").get_by_role("button", name="同意").click()
    other.get_by_text("已同意").first.wait_for()
    audit = visit("shen.ji")
    audit.goto("/privacy/log/")
    look(audit, "access-log")
    audit.goto("/journal/")
    look(audit, "journal")


def test_a_change_of_grids_takes_effect_and_leaves_the_past(
    visit: Any, look: Callable[..., None]
) -> None:
    appoint(visit("xi.tong"), look, "三级网格长", f"{COMMUNITY}第二网格")
    today = date.today()
    yesterday = today - timedelta(days=1)
    clerk = visit("tu.gezi")
    before = tree(clerk, yesterday)
    assert f"{COMMUNITY}第二网格" in before

    # --- drawn
    clerk.goto("/places/regrids/start/")
    clerk.get_by_label("社区（村）").select_option(label=f"{COMMUNITY}（410172360001）")
    clerk.get_by_role("button", name="下一步").click()
    clerk.get_by_label("名称").fill("紫兰社区第二网格拆分")
    clerk.get_by_label(re.compile(f"{COMMUNITY}第二网格")).check()
    clerk.get_by_label("调整后的网格数").fill("2")
    clerk.get_by_label("启用日期").fill(today.isoformat())
    clerk.get_by_label("事由").fill("户数过多，按楼栋一分为二")
    look(clerk, "regrid-draw")
    clerk.get_by_role("button", name="下一步：划分楼栋").click()
    clerk.wait_for_url("**/buildings/")
    for number, name in enumerate(("紫兰社区东网格", "紫兰社区西网格")):
        fields = clerk.locator(".coming-grid").nth(number)
        fields.get_by_label("名称").fill(name)
        fields.get_by_label("党小组").fill(f"{name}党小组")
    choices = clerk.locator(".assign-lines select")
    buildings = choices.count()
    assert buildings >= 2
    for at in range(buildings):
        choices.nth(at).select_option(index=1 + at % 2)
    look(clerk, "regrid-assign")
    clerk.get_by_role("button", name="保存").click()
    clerk.wait_for_url(re.compile(r"/places/regrids/[0-9a-f-]+/$"))
    proposal = clerk.url
    assert clerk.get_by_role("link", name="审核").count() == 0

    # --- reviewed by one, approved by another
    reviewer = visit("lan.yumei")
    reviewer.goto(proposal)
    reviewer.get_by_role("link", name="审核").click()
    reviewer.get_by_role("button", name="审核通过").click()
    reviewer.get_by_text("已审核，等待批准").wait_for()
    chief = visit("zhao.shouzheng")
    chief.goto(proposal)
    look(chief, "regrid")
    chief.get_by_role("link", name="批准").click()
    assert chief.get_by_text("此前各天的网格树和报表不变").is_visible()
    look(chief, "regrid-approve")
    chief.get_by_role("button", name="批准").click()
    chief.get_by_text("已批准").first.wait_for()

    # --- in force today, and yesterday is as it was
    now = tree(chief, today)
    assert "紫兰社区东网格" in now
    assert "紫兰社区西网格" in now
    assert f"{COMMUNITY}第二网格" not in now
    look(chief, "tree")
    assert tree(chief, yesterday) == before
    chief.goto("/places/map/")
    chief.locator("path.leaflet-interactive").first.wait_for()
    look(chief, "map")
