"""The screens of places as people see them: at a desk, on a small phone, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.test import override_settings
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.testing import axe_clean, chromium, desk, fits, phone, screenshot, serving, watch
from gezhi.core.places import actions, counts, rights
from gezhi.core.places.actions import Unknown, record_unresolved
from gezhi.core.places.models import BoundaryDraft, Regrid, UnresolvedAddress
from gezhi.core.places.tests.office import NOON, Ground, ground, staffed
from gezhi.core.places.tests.test_bringing_boundaries import brought, file_of, halves

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
visitor: list[Actor] = []


class Visited:
    """Stands where sign-in stands: whoever the test says is at the door."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        request.actor = visitor[0]  # type: ignore[attr-defined]
        return self.get_response(request)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def town() -> Iterator[Ground]:
    town = ground()
    all_of_them = rights.SEE, rights.DRAW, rights.REVIEW, rights.APPROVE, rights.ADDRESSES
    visitor[:] = [staffed(town.office, *(right.code for right in all_of_them))]
    counts.register("toys", "玩具", lambda at: {town.first.pk: 30, town.second.pk: 5})
    yield town
    counts.withdraw("toys")


@pytest.fixture
def address(town: Ground, settings: Any) -> Iterator[str]:
    middleware = [
        f"{__name__}.Visited" if one.endswith("ActorOfSession") else one
        for one in settings.MIDDLEWARE
    ]
    with (
        override_settings(MIDDLEWARE=middleware),
        serving(StaticFilesHandler(WSGIHandler()), shares=True) as served,
    ):
        yield served


def proposal(town: Ground) -> Regrid:
    """A draft that parts the first grid in two, not yet finished."""
    regrid = actions.draw_regrid(
        title="永乐拆分", community=town.yongle, retiring=[town.first], coming=2,
        effective=timezone.localdate() + timedelta(days=7), reason="户数过多",
        by=visitor[0], at=timezone.now(),
    )  # fmt: skip
    one, two = regrid.coming.all()
    moves = {b.pk: (two if n else one).pk for n, b in enumerate(town.buildings[:3])}
    named = {one.pk: actions.NewGrid("梅园网格", ""), two.pk: actions.NewGrid("", "")}
    return actions.redraw_regrid(
        regrid=regrid, grids=named, moves=moves, by=visitor[0], at=timezone.now()
    )


def screens(town: Ground) -> dict[str, str]:
    """Every screen worth a look, by the name of its picture."""
    record_unresolved([Unknown("紫兰公馆3-2-501", "地址库里没有这个小区", times=7)], at=NOON)
    wrong = halves(town, 0.3) | {town.second.code: halves(town, 0.4)[town.second.code]}
    brought(town, file_of(wrong))
    regrid, draft = proposal(town), BoundaryDraft.objects.get()
    unknown, building = UnresolvedAddress.objects.get(), town.buildings[0]
    return {
        "tree": "/places/",
        "place": f"/places/{town.yongle.pk}/",
        "add": f"/places/{town.yongle.pk}/add/",
        "map": "/places/map/?count=toys&lon=113.505&lat=34.805&frame=wgs84",
        "compounds": "/compounds/",
        "compound": f"/compounds/{town.orchid.pk}/",
        "building-add": f"/compounds/{town.orchid.pk}/building/",
        "building": f"/compounds/buildings/{building.pk}/",
        "unresolved": "/addresses/",
        "resolve": f"/addresses/{unknown.pk}/resolve/",
        "boundaries": "/places/boundaries/",
        "bring": "/places/boundaries/bring/",
        "boundary": f"/places/boundaries/{draft.pk}/",
        "regrids": "/places/regrids/",
        "regrid-draw": f"/places/{town.yongle.pk}/regrid/",
        "regrid": f"/places/regrids/{regrid.pk}/",
        "assign": f"/places/regrids/{regrid.pk}/buildings/",
        "approve": f"/places/regrids/{regrid.pk}/approve/",
    }


def test_each_screen_fits_desk_and_phone_and_is_read_aloud(
    browser: Browser, address: str, town: Ground
) -> None:
    wanted = screens(town)
    for width, open_at in (("desk", desk), ("phone", phone)):
        with open_at(browser, address) as context:
            page = context.new_page()
            wrong = watch(page)
            for name, path in wanted.items():
                answer = page.goto(path)
                assert answer is not None
                assert answer.ok, f"{name}: {answer.status}"
                if page.locator("[data-map]").count():
                    page.wait_for_selector(".leaflet-interactive")
                screenshot(page, f"places-{name}-{width}")
                try:
                    fits(page)
                    axe_clean(page)
                except AssertionError as fault:
                    raise AssertionError(f"{name} at {width}: {fault}") from None
                assert not wrong, f"{name} at {width}: {wrong}"


def test_a_grid_clicked_on_the_map_opens_beside_it(
    browser: Browser, address: str, town: Ground
) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        wrong = watch(page)
        page.goto("/places/map/?count=toys", wait_until="networkidle")
        page.locator(".map path.leaflet-interactive").first.click()
        page.wait_for_selector("#drawer:not([hidden]) .fields")
        axe_clean(page)

        assert "永乐第一网格" in page.inner_text("#drawer")
        assert page.locator('.map path[fill="#1a5fb4"]').count() == 1
        assert not wrong


def test_a_right_click_takes_the_point(browser: Browser, address: str, town: Ground) -> None:
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto("/places/map/", wait_until="networkidle")
        page.locator(".map path.leaflet-interactive").nth(1).click(button="right")
        page.click("[data-point] button")
        page.wait_for_selector("[role=status]")

        assert "永乐第二网格" in page.inner_text("p[role=status]")


def test_without_scripts_the_map_is_drawn_by_the_server(
    browser: Browser, address: str, town: Ground
) -> None:
    with phone(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/places/map/?count=toys")

        assert page.locator("noscript svg").is_visible()
        page.click("details > summary:has-text('数据表')")
        assert page.locator("details td.number").first.inner_text() == "30"


def test_buildings_are_put_into_grids_on_the_map(
    browser: Browser, address: str, town: Ground
) -> None:
    regrid = proposal(town)
    _one, two = regrid.coming.all()
    with desk(browser, address) as context:
        page = context.new_page()
        wrong = watch(page)
        page.goto(f"/places/regrids/{regrid.pk}/buildings/", wait_until="networkidle")
        page.check(f'input[name="_active"][value="{two.pk}"]')
        page.locator(".map path.leaflet-interactive").nth(1).click()
        page.click("text=保存")
        page.wait_for_selector("text=已保存")

        assert not wrong
    placed = dict(regrid.moves.values_list("building_id", "enters_id"))
    assert placed[town.buildings[0].pk] == two.pk
