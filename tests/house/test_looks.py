"""Every page in a browser, at a desk and on a phone: nothing juts out, and axe finds no fault."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from gezhi.base import pages as ui
from gezhi.base.testing import axe_clean, chromium, desk, fits

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

HOUSE = "http://house.test"
WIDTHS = ((1280, 800), (360, 740))
PAGES = sorted((page for page in ui.all_pages() if not page.public), key=lambda page: page.name)

WITHOUT_A_SCREEN = {
    # files, data and parts of other pages
    *("matters.file", "my.copy", "places.boundary_file", "places.map_data"),
    "registry.import_errors",
    *("registry.import_template", "registry.import_progress"),
    *("cases.map_data", "cases.map_ground", "cases.suggest", "filings.today_map"),
    *("cases.hotline_errors", "cases.hotline_progress"),
    # acts that only take a button, and steps that lead on at once
    *("registry.id_check", "registry.map_import", "staff.confirm_totp", "staff.end_session"),
    *("cases.hotline_columns", "cases.take_catalogue", "staff.second_factor"),
    "matters.open",
    # only a unit that was called reaches them: the browser test of cases looks at a whistle
    *("whistles.begin", "whistles.decline", "whistles.finish", "whistles.report_in"),
    # their reading is committed before the answer, which no test's transaction can: the journeys
    # look at these
    *("my.file", "my.household", "registry.compare", "registry.person"),
    "registry.person_history",
}
"""Pages that are not to be looked at here. A new one is a decision: write it down."""


@pytest.fixture(scope="module")
def screen() -> Iterator[Page]:
    """One window for all pages; what it asks for besides the page comes from our static files."""
    with chromium() as browser, desk(browser, HOUSE) as context:
        page = context.new_page()
        page.route(f"{HOUSE}/static/**", _static)
        yield page


def _static(route: Route) -> None:
    name = route.request.url.removeprefix(f"{HOUSE}/static/")
    found = finders.find(name)
    if not found:
        route.fulfill(status=404)
        return
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    route.fulfill(body=Path(found).read_bytes(), content_type=kind)


def _as_somebody_sees_it(page: type[ui.Page], world: Any, seats: Any, opened: Any) -> str:
    """The page's HTML for the first seat that may open it; empty where it is none to look at."""
    for seat in seats:
        actor = world.actor(seat)
        if page.right.held_by(actor):
            status, html = opened(page, actor, world.visit(page, world.inside))
            if status == 200:
                return str(html)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_fits_and_can_be_used_by_everybody(
    page: type[ui.Page], world: Any, seats: Any, opened: Any, screen: Page
) -> None:
    html = _as_somebody_sees_it(page, world, seats, opened)
    if "<html" not in html:
        assert page.name in WITHOUT_A_SCREEN
        return
    address = f"{HOUSE}{reverse(page.name, kwargs=dict(world.visit(page, world.inside).kwargs))}"
    screen.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))

    screen.goto(address)
    for width, height in WIDTHS:
        screen.set_viewport_size({"width": width, "height": height})
        fits(screen)
        axe_clean(screen)
    assert screen.title()
    assert screen.locator("h1").count() == 1
