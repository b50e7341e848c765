"""The gallery in a real browser: at a desk, on a phone, for the old, at night."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from gezhi.base.testing import axe_clean, chromium, desk, fits, phone, serving, watch
from gezhi.base.tests import ladders

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.journey

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"


class StrictPolicy:
    """The content policy of the real platform, in front of the toy."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address() -> Iterator[str]:
    """The gallery, served as it would be, without a database."""
    middleware = [f"{__name__}.StrictPolicy", *ladders.SETTINGS["MIDDLEWARE"]]
    with override_settings(**ladders.SETTINGS | {"MIDDLEWARE": middleware, "DEMO": True}):
        ladders.visitor[0] = None
        with serving(StaticFilesHandler(WSGIHandler())) as served:
            yield served


def looking(context: BrowserContext, address: str, look: str) -> BrowserContext:
    theme = "dark" if look == "dark" else "light"
    context.add_cookies([{"name": "gezhi_theme", "value": theme, "url": address}])
    if look == "elder":
        context.add_cookies([{"name": "gezhi_elder", "value": "on", "url": address}])
    return context


@pytest.mark.parametrize("look", ["light", "dark", "elder"])
@pytest.mark.parametrize("size", [desk, phone])
@pytest.mark.parametrize("part", ["resident", "sign-in"])
def test_the_layouts_of_residents_and_of_the_sign_in_are_too(
    browser: Browser, address: str, part: str, size: Any, look: str
) -> None:
    with looking(size(browser, address), address, look) as context:
        page = context.new_page()

        page.goto(f"/ui/?{part}")

        fits(page)
        axe_clean(page)


def test_residents_read_at_eighteen_pixels_and_larger_when_old(
    browser: Browser, address: str
) -> None:
    sizes = """() => [...document.querySelectorAll("body *")]
        .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
        .filter(e => e.checkVisibility() && !e.closest(".mark, .skip, .must"))
        .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    for look, least in (("light", 18), ("elder", 22)):
        with looking(phone(browser, address), address, look) as context:
            page = context.new_page()
            page.goto("/ui/?resident")

            assert min(page.evaluate(sizes)) >= least, look


@pytest.mark.parametrize("look", ["light", "dark", "elder"])
@pytest.mark.parametrize("size", [desk, phone])
def test_every_component_is_accessible_in_every_look(
    browser: Browser, address: str, size: Any, look: str
) -> None:
    with looking(size(browser, address), address, look) as context:
        page = context.new_page()
        wrong = watch(page)

        page.goto("/ui/")
        page.wait_for_selector(".chart-canvas svg")
        page.wait_for_selector(".leaflet-interactive")

        assert not wrong
        fits(page)
        axe_clean(page)


def test_the_look_changes_by_the_buttons_with_scripts_off(browser: Browser, address: str) -> None:
    with desk(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/ui/preferences/")

        page.click("text=深色")
        page.goto("/ui/")

        assert page.get_attribute("html", "data-bs-theme") == "dark"
        assert page.locator(".chart table").is_visible()


def test_the_theme_follows_the_system_where_it_is_told_to(browser: Browser, address: str) -> None:
    with desk(browser, address, color_scheme="dark") as context:
        context.add_cookies([{"name": "gezhi_theme", "value": "auto", "url": address}])
        page = context.new_page()

        page.goto("/ui/")

        assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_keys_walk_the_rows_and_picking_offers_the_acts(browser: Browser, address: str) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto("/ui/")

        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("x")

        assert "第1网格" in page.locator("tr.at").inner_text()
        assert page.locator("tr.at .pick input").is_checked()
