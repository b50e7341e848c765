"""A list of ladders as a keeper uses it: with the mouse, by keys, and where scripts are off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from gezhi.base.actors import Actor
from gezhi.base.testing import axe_clean, chromium, desk, fits, phone, serving, watch
from gezhi.base.tests.ladders import Ladder, add_many, staff

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.journey
Enter = Callable[[Actor | None], Client]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address(enter: Enter) -> Iterator[str]:
    """The toy office with sixty ladders, open to a keeper of the whole town."""
    enter(staff())
    add_many(60)
    with serving(StaticFilesHandler(WSGIHandler()), shares=True) as served:
        yield served


def test_a_row_opens_beside_the_list_and_escape_leads_back(browser: Browser, address: str) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        wrong = watch(page)
        page.goto("/ladders/")

        page.click("text=梯子 0002")
        page.wait_for_selector("#drawer:not([hidden]) .fields")
        axe_clean(page)
        page.keyboard.press("Escape")

        assert page.locator("#drawer").is_hidden()
        assert page.evaluate("document.activeElement.textContent") == "梯子 0002"
        assert not wrong


def test_choosing_a_condition_finds_at_once_and_the_address_can_be_shared(
    browser: Browser, address: str
) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto("/ladders/?page=2")

        page.select_option("#f-state", "lent")
        page.wait_for_selector(".chip")
        page.click(".tree >> text=紫兰苑社区")
        page.wait_for_selector('.tree [aria-current="true"]')
        shared = page.url
        names = page.locator(".opens").all_inner_texts()
        page.goto(shared)

        assert "state=lent" in shared
        assert "page=" not in shared
        assert page.locator(".opens").all_inner_texts() == names
        assert len(names) == 10


def test_keys_walk_the_rows_open_one_and_reach_the_search(browser: Browser, address: str) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto("/ladders/")

        for key in ("j", "j", "j", "k", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector("#drawer:not([hidden])")
        opened = page.locator("#drawer h2").first.inner_text()
        page.keyboard.press("Escape")
        page.keyboard.press("/")

        assert opened.startswith("梯子 0001")
        assert page.evaluate("document.activeElement.id") == "find"


def test_rows_are_picked_asked_about_and_dealt_with(browser: Browser, address: str) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto("/ladders/?size=20")
        assert page.locator("#bulk").is_hidden()

        page.check("[data-pick-all]")
        picked = page.locator("#bulk").inner_text()
        page.click("#bulk >> text=报废")
        page.click("text=确认")
        page.wait_for_selector("text=已报废 20 架")

        assert "已选 20 条" in picked
        assert Ladder._default_manager.count() == 40


def test_a_refusal_is_a_message_beside_the_list(browser: Browser, address: str) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto("/ladders/")

        page.evaluate("htmx.ajax('GET', '/ladders/never/', '#drawer-body')")

        page.wait_for_selector("#toasts >> text=梯子不外借给外单位")
        assert page.locator(".opens").count() == 50


def test_a_masked_field_asks_in_a_dialog_that_keeps_the_keys_inside(
    browser: Browser, address: str
) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto("/ladders/")
        page.click("text=梯子 0002")

        page.click(".reveal")
        page.wait_for_selector("dialog[open]")

        assert page.evaluate("document.querySelector('dialog').matches(':modal')")
        page.keyboard.press("Escape")
        assert page.locator("dialog[open]").count() == 0
        assert page.locator("#drawer").is_visible()


def test_without_scripts_a_list_finds_pages_opens_and_acts_all_the_same(
    browser: Browser, address: str
) -> None:
    with desk(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/ladders/")

        page.fill("#f-q", "000")
        page.click("text=查询 >> nth=-1")
        found = page.locator(".opens").count()
        page.goto("/ladders/")
        page.click("text=下一页")
        second = page.locator(".opens").count()
        page.check("tbody tr:first-child .pick input")
        page.click("#bulk >> text=报废")
        page.click("text=确认")
        page.goto("/ladders/")
        page.click("text=梯子 0002")

        assert (found, second) == (10, 10)
        assert Ladder._default_manager.count() == 59
        assert page.locator("h1").inner_text().startswith("梯子 0002")


def test_on_a_phone_rows_are_cards_and_the_menu_is_under_the_thumb(
    browser: Browser, address: str
) -> None:
    with phone(browser, address) as context:
        page = context.new_page()
        page.goto("/ladders/?size=20")

        fits(page)
        axe_clean(page)
        assert page.locator(".tree").is_hidden()
        page.click("text=筛选")
        assert page.locator(".tree").is_visible()
        page.tap("text=梯子 0002")
        page.wait_for_selector("#drawer:not([hidden]) .fields")
        fits(page)
