"""The resident's pages under one thumb, and values shown in full, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.testing import (
    axe_clean,
    chromium,
    desk,
    fits,
    phone,
    screenshot,
    serving,
    watch,
)
from gezhi.core.privacy.actions import issue_code, reveal
from gezhi.core.privacy.tests.conftest import PHONE, TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.django_db, pytest.mark.journey]
Register = Callable[..., Any]
LOOKS = {
    "dark": {"gezhi_theme": "dark"},
    "elder": {"gezhi_elder": "on"},
}


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def site(db: None) -> Iterator[str]:
    with serving(get_wsgi_application(), shares=True) as address:
        yield address


@pytest.fixture
def wang(person: Register, worker: Actor, source: Any, places: Any) -> Any:
    """Somebody with a household, a care label, and a reading to their name."""
    home = apps.get_model("registry.Household").objects.create(
        community=places["永乐"], grid=places["永乐一"], source=source, touched_by=source,
        as_of=TODAY,
    )  # fmt: skip
    made = person("王小三", household=home, occupation="木匠", relation_to_head="02")
    person("李美丽", household=home, phone="13998765432")
    apps.get_model("registry.CareLabel").objects.create(
        person=made, kind="living_alone", valid_from=TODAY, source=source
    )
    reveal(made, ["name", "phone"], purpose="visit", by=worker, at=timezone.now())
    return made


def enter(context: BrowserContext, wang: Any, staff: Callable[..., Actor]) -> Page:
    """In with a scanned slip: the code is behind the number sign."""
    counter = staff("privacy.issue_codes", at="永乐", role="counter_clerk")
    issued = issue_code(wang, proof="居民身份证原件", by=counter, at=timezone.now())
    page = context.new_page()
    page.goto(f"/my/enter/#{issued.code}")
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/my/")
    return page


@pytest.mark.parametrize("look", sorted(LOOKS))
def test_own_pages_are_readable_under_one_thumb(
    driver: Browser, site: str, wang: Any, staff: Callable[..., Actor], look: str
) -> None:
    with phone(driver, site) as context:
        context.add_cookies(
            [{"name": name, "value": value, "url": site} for name, value in LOOKS[look].items()]
        )
        page = enter(context, wang, staff)
        wrong = watch(page)
        ways = ("/my/", "/my/household/", "/my/looked/", "/my/requests/",
                "/my/requests/new/correct/", "/my/copy/print/")  # fmt: skip
        for way in ways:
            page.goto(way)
            fits(page)
            axe_clean(page)
            smallest = page.evaluate(
                "Math.min(...[...document.querySelectorAll('main p, main dd, main dt, main a,"
                " main button')].filter(e => e.offsetParent && e.textContent.trim())"
                ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
            )
            assert smallest >= 16, f"{way}: {smallest} px"
            main = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
            assert main >= 18
            thumbs = page.evaluate(
                "Math.min(...[...document.querySelectorAll('main .btn, .bottom-bar a')]"
                ".filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height))"
            )
            assert thumbs >= 44
            screenshot(page, f"my{way.replace('/', '-')}{look}")
        assert wrong == []


def test_own_pages_work_without_javascript(
    driver: Browser, site: str, wang: Any, staff: Callable[..., Actor]
) -> None:
    counter = staff("privacy.issue_codes", at="永乐", role="counter_clerk")
    issued = issue_code(wang, proof="居民身份证原件", by=counter, at=timezone.now())
    with phone(driver, site, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/my/enter/")
        page.get_by_label("查询码").fill(issued.code)
        page.get_by_role("button", name="进入").click()
        page.get_by_role("link", name="谁看过").click()
        page.get_by_role("link", name="询问这次查看").first.press("Enter")
        page.get_by_label("请说明情况").fill("没有人来过我家")
        page.get_by_role("button", name="提交").press("Enter")

        assert page.get_by_text("没有人来过我家").count() == 0
        assert page.get_by_text("前答复").is_visible()


def keep(page: Page, name: str) -> None:
    """A picture as it is now: finishing the animations would hide what is shown."""
    if folder := os.environ.get("GEZHI_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def sign_in(context: BrowserContext, site: str, client: Client) -> None:
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.mark.parametrize("width", [360, 1280])
def test_values_are_shown_in_a_dialog_and_hide_themselves(
    driver: Browser, site: str, wang: Any, browser: Callable[..., Client], width: int
) -> None:
    opened = phone if width == 360 else desk
    with opened(driver, site) as context:
        sign_in(context, site, browser("privacy.reveal", "registry.see_people", name="孙书记"))
        page = context.new_page()
        page.clock.install()
        wrong = watch(page)
        page.goto(f"/people/{wang.pk}/")
        assert page.get_by_text(PHONE).count() == 0
        page.locator("a.reveal").first.click()
        page.get_by_role("dialog").wait_for()
        axe_clean(page)
        page.get_by_label("联系电话").check()
        page.get_by_label("目的").select_option("visit")
        page.get_by_role("button", name="显示").click()
        page.get_by_text(PHONE).wait_for()
        fits(page)
        axe_clean(page)
        keep(page, f"reveal-{width}")
        page.emulate_media(media="print")
        assert not page.get_by_text(PHONE).is_visible()
        page.emulate_media(media="screen")
        page.evaluate("document.getAnimations().forEach(one => one.finish())")
        assert not page.get_by_text(PHONE).is_visible()
        assert page.get_by_text("已自动隐藏").is_visible()
        assert wrong == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_lists_page_is_shown_in_full(
    driver: Browser, site: str, wang: Any, browser: Callable[..., Client], width: int
) -> None:
    opened = phone if width == 360 else desk
    with opened(driver, site) as context:
        sign_in(context, site, browser("privacy.reveal", "registry.see_people"))
        page = context.new_page()
        page.goto("/people/?q=王")
        page.get_by_role("link", name="显示本页明文").click()
        page.get_by_role("dialog").wait_for()
        page.get_by_role("dialog").get_by_label("姓名").check()
        page.get_by_label("目的").select_option("visit")
        page.get_by_role("button", name="显示").click()
        page.get_by_text("王小三").first.wait_for()
        axe_clean(page)
        keep(page, f"reveal-list-{width}")


@pytest.mark.parametrize("width", [360, 1280])
def test_office_pages_fit_and_are_accessible(
    driver: Browser, site: str, wang: Any, browser: Callable[..., Client], width: int
) -> None:
    client = browser(
        *("privacy.see_log", "privacy.handle_alarms", "privacy.review", "privacy.set_purposes"),
        *("privacy.answer_requests", "privacy.issue_codes", "privacy.break_glass", "journal.read"),
        at="沟赵",
    )
    opened = phone if width == 360 else desk
    with opened(driver, site) as context:
        sign_in(context, site, client)
        page = context.new_page()
        wrong = watch(page)
        for way in (
            *("/privacy/log/", "/privacy/log-of/", "/privacy/habits/", "/privacy/alarms/"),
            *("/privacy/purposes/", "/privacy/purposes/visit/edit/", "/privacy/requests/"),
            *("/privacy/emergency/", "/privacy/break-glass/", "/privacy/reports/"),
            *("/privacy/codes/", f"/privacy/codes/{wang.pk}/", "/journal/", "/journal/days/"),
        ):
            page.goto(way)
            fits(page)
            axe_clean(page)
            screenshot(page, f"privacy{way.replace('/', '-')[:40]}{width}")
        page.goto(f"/privacy/codes/{wang.pk}/")
        page.get_by_label("居民身份证原件").check()
        page.get_by_role("button", name="发放并打印").click()
        page.get_by_text("本人查询码").wait_for()
        fits(page)
        axe_clean(page)
        screenshot(page, f"slip-{width}")
        assert wrong == []
