"""Photos on a telephone and at a desk: chosen, blurred, placed, looked at, compared."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone
from PIL import Image

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
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests import office
from gezhi.engines.matters.attachments import Incoming, Stage, read_picture
from gezhi.engines.matters.attachments.actions import attach
from gezhi.engines.matters.tests.attachments import made
from gezhi.services.cases.models import Case
from gezhi.services.cases.tests.conftest import Centre, category

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


def scene(number: int, *, mended: bool) -> Incoming:
    """A place as it was found or left: pictures that differ."""
    return read_picture(io.BytesIO(made.photo(40 * number + 20 * mended, (960, 720))))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address(centre: Centre, tmp_path: Any, settings: Any) -> Iterator[str]:
    settings.FILES = tmp_path
    with serving(StaticFilesHandler(WSGIHandler()), shares=True) as served:
        yield served


def signed_in(context: BrowserContext, actor: Actor, address: str) -> Page:
    """A window of somebody who has signed in."""
    client = office.come(Account.objects.get(username=actor.name))
    cookies: Any = [
        {"name": name, "value": cookie.value, "url": address}
        for name, cookie in client.cookies.items()
    ]
    context.add_cookies(cookies)
    return context.new_page()


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def large_with_place() -> bytes:
    """What a telephone takes: twelve megapixels, with its place."""
    with Image.open(io.BytesIO(made.photo_with_place())) as small:
        out = io.BytesIO()
        small.resize((4000, 3000)).save(out, "JPEG", exif=small.getexif(), quality=95)
        return out.getvalue()


def test_a_grid_worker_reports_from_a_telephone(
    browser: Browser, address: str, centre: Centre
) -> None:
    with phone(browser, address) as context:
        page = signed_in(context, centre.worker, address)
        wrong = watch(page)
        page.goto("/cases/report/")
        asks = page.get_by_text("照片里有位置，使用吗？")
        assert not asks.is_visible()
        axe_clean(page)
        page.get_by_label("什么问题").fill("3号楼西侧垃圾堆了两天")
        page.get_by_label("类别").select_option(str(category("0102").pk))
        album = page.locator("[data-album]")
        album.set_input_files([file("a.jpg", large_with_place())])
        page.locator("[data-shown] li").first.wait_for()
        page.locator("[data-camera]").set_input_files(
            [file("b.jpg", scene(1, mended=False).content)]
        )
        page.locator("[data-shown] li").nth(1).wait_for()

        asks.wait_for()
        asks.click()
        page.locator("[data-shown] li").nth(1).get_by_role("button", name="打码").click()
        page.get_by_role("button", name="加一块").click()
        page.keyboard.press("Shift+ArrowRight")
        axe_clean(page)
        fits(page)
        screenshot(page, "case-photo-blur")
        page.get_by_role("button", name="完成").click()
        fits(page)
        axe_clean(page)
        screenshot(page, "case-report-photos")
        page.get_by_role("button", name="提交").click()
        page.wait_for_url("**/cases/*-*/")

        case = Case.objects.get()
        first, second = case.matter.attachments.all()
        assert (first.width, first.height) == (2048, 1536)
        assert timezone.localtime(first.taken_at) == datetime(
            2022, 9, 13, 8, 15, tzinfo=timezone.get_default_timezone()
        )
        assert (first.blurred, second.blurred) == (False, True)
        assert case.lon == pytest.approx(113.54)
        assert case.lat == pytest.approx(34.81)
        fits(page)
        assert wrong == []


def test_a_place_not_asked_for_stays_on_the_telephone(
    browser: Browser, address: str, centre: Centre
) -> None:
    with phone(browser, address) as context:
        page = signed_in(context, centre.worker, address)
        page.goto("/cases/report/")
        page.locator("[data-album]").set_input_files([file("a.jpg", large_with_place())])
        page.get_by_text("照片里有位置，使用吗？").wait_for()

        assert "113" not in page.locator("[data-told]").input_value()


def test_photos_stay_when_the_form_is_sent_back(
    browser: Browser, address: str, centre: Centre
) -> None:
    with phone(browser, address) as context:
        page = signed_in(context, centre.worker, address)
        page.goto("/cases/report/")
        page.locator("[data-album]").set_input_files(
            [file("a.jpg", scene(2, mended=False).content)]
        )
        page.locator("[data-shown] li").first.wait_for()
        page.get_by_role("button", name="提交").click()
        page.get_by_text("已经传上来的，不用再选").wait_for()
        fits(page)
        axe_clean(page)
        screenshot(page, "case-report-kept")

        page.get_by_label("什么问题").fill("垃圾")
        page.get_by_label("在哪里").fill("紫兰苑 3号楼")
        page.get_by_role("button", name="提交").click()
        page.wait_for_url("**/cases/*-*/")

        assert Case.objects.get().matter.attachments.count() == 1


@pytest.mark.parametrize("width", [1280, 360])
def test_before_and_after_lie_over_each_other(
    browser: Browser, address: str, centre: Centre, width: int
) -> None:
    now = timezone.now()
    case = centre.report(at=now, photos=[scene(3, mended=False), scene(4, mended=False)])
    attach(
        matter=case.matter,
        stage=Stage.AFTER,
        files=[scene(3, mended=True)],
        by=centre.worker,
        at=now,
    )
    with desk(browser, address, viewport={"width": width, "height": 800}) as context:
        page = signed_in(context, centre.worker, address)
        wrong = watch(page)
        page.goto(f"/cases/{case.pk}/")
        slide = page.get_by_role("slider", name="左右移动，对比办理前后")
        slide.focus()
        page.keyboard.press("Home")
        page.keyboard.press("PageUp")
        at = page.evaluate(
            "document.querySelector('[data-compare]').style.getPropertyValue('--at')"
        )
        assert at not in ("", "0%", "50%")
        fits(page)
        axe_clean(page)
        page.locator("[data-pictures]").scroll_into_view_if_needed()
        screenshot(page, f"case-pictures-{width}")

        page.locator("[data-picture]").first.click()
        dialog = page.get_by_role("dialog", name="查看照片")
        dialog.wait_for()
        axe_clean(page)
        screenshot(page, f"case-lightbox-{width}")
        assert "1 / 3" in dialog.inner_text()
        page.keyboard.press("ArrowRight")
        assert "2 / 3" in dialog.inner_text()
        page.keyboard.press("Escape")
        dialog.wait_for(state="hidden")
        assert wrong == []


def test_without_javascript_it_is_a_form_and_two_pictures(
    browser: Browser, address: str, centre: Centre
) -> None:
    with phone(browser, address, java_script_enabled=False) as context:
        page = signed_in(context, centre.worker, address)
        page.goto("/cases/report/")
        page.get_by_label("什么问题").fill("垃圾")
        page.get_by_label("在哪里").fill("紫兰苑 3号楼")
        page.locator("[data-album]").set_input_files(
            [file("a.jpg", large_with_place()), file("b.jpg", made.photo())]
        )
        page.get_by_label("照片里有位置时，用它作为地点").check()
        page.get_by_role("button", name="提交").click()
        page.wait_for_url("**/cases/*-*/")

        assert page.locator("[data-picture]").count() == 2
        assert Case.objects.get().lon == pytest.approx(113.54)
