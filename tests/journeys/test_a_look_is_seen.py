"""A grid worker finds somebody and reads a number; the resident sees it, and asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from gezhi.base.testing import phone
from gezhi.wiring.towns import Household

pytestmark = pytest.mark.journey

ADDRESS = "紫兰苑3-2-501"


def test_search_person_reveal_and_the_residents_own_log(
    visit: Any, look: Callable[..., None], households: list[Household]
) -> None:
    her = next(p for one in households for p in one.members if p.name == "郑玉梅")
    short = next(p for one in households[:40] for p in one.members if len(p.name) == 2)

    # --- found by a two-character name, by initials, by address
    worker = visit("qin.xiaohe")
    worker.goto("/")
    look(worker, "home-worker")
    box = worker.get_by_role("searchbox", name="搜索")
    hits = worker.locator("#found a")
    for typed, shown in ((short.name, f"{short.name[0]}*"), ("zym", "郑*梅"), (ADDRESS, "501")):
        box.fill("")
        box.press_sequentially(typed)
        hits.filter(has_text=shown).first.wait_for()
        assert her.name not in worker.locator("#found").inner_text()
    dwelling = worker.locator("#found a[href^='/dwellings/']").first
    dwelling.wait_for()
    look(worker, "search")
    dwelling.click()

    # --- the dwelling, the person, the number with a purpose
    worker.get_by_role("heading", name="501").wait_for()
    worker.get_by_role("link", name="郑*梅").first.click()
    worker.wait_for_url(re.compile(r"/people/[0-9a-f-]+/$"))
    look(worker, "person")
    worker.get_by_role("link", name="变更历史").click()
    worker.wait_for_url("**/history/")
    look(worker)
    worker.go_back()
    assert her.phone not in worker.content()
    worker.locator("a.reveal").first.click()
    dialog = worker.get_by_role("dialog")
    dialog.get_by_label("联系电话", exact=True).check()
    dialog.get_by_label("目的").select_option(label="入户走访")
    look(worker, "reveal")
    dialog.get_by_role("button", name="显示").click()
    dialog.get_by_text(her.phone).wait_for()

    # --- at the counter: her card, a slip of paper
    counter = visit("fang.xiaochuang")
    counter.goto("/privacy/codes/")
    counter.get_by_label(re.compile("证件号")).fill(her.id_no)
    counter.get_by_role("button", name="下一步").click()
    counter.get_by_label("居民身份证原件").check()
    look(counter, "code-issue")
    counter.get_by_role("button", name="发放并打印").click()
    code = counter.locator(".slip .code").inner_text()
    look(counter, "code-slip")

    # --- on her telephone: who looked, when, as what, why; and a question
    own = visit(at=phone)
    own.goto("/my/enter/")
    own.get_by_label("查询码").fill(code)
    look(own, "my-enter")
    own.get_by_role("button", name="进入").click()
    own.wait_for_url("**/my/")
    own.get_by_text(her.id_no).wait_for()
    look(own, "my-file")
    own.get_by_role("link", name="谁看过").click()
    read = own.locator("section.card").filter(has_text="联系电话").filter(has_text="入户走访")
    said = read.first.inner_text()
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d", said), said
    assert "紫兰社区第一网格 专职网格员" in said
    assert "秦小禾" not in own.content()
    read.first.evaluate("card => card.scrollIntoView({block: 'start', behavior: 'instant'})")
    look(own, "my-looked")
    read.first.get_by_role("link", name="询问这次查看").click()
    own.get_by_label("请说明情况").fill("那几天没有人来过我家")
    look(own)
    own.get_by_role("button", name="提交").click()
    own.wait_for_url("**/my/requests/")
    assert own.get_by_text("前答复").first.is_visible()

    # --- the community's chief answers, and she reads it
    chief = visit("lan.yumei")
    chief.goto("/privacy/requests/")
    look(chief, "requests")
    chief.goto(chief.locator("tbody a.opens").first.get_attribute("href"))
    chief.get_by_role("link", name="答复").first.click()
    chief.get_by_label("已办").check()
    chief.get_by_label("答复（本人可见）").fill("11 月走访前电话预约，您不在家，未再上门。")
    chief.get_by_role("button", name="保存").click()
    chief.wait_for_url(re.compile(r"/privacy/requests/[0-9a-f-]+/$"))
    own.goto("/my/requests/")
    own.get_by_text("未再上门").wait_for()
    look(own, "my-requests")
