"""Orders, whistles, many at once and the catalogue's sheet, at a desk and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.testing import axe_clean, chromium, desk, fits, phone, screenshot, serving
from gezhi.core.staff.models import Account, Role
from gezhi.core.staff.tests import office
from gezhi.services.cases import actions
from gezhi.services.cases.tests.conftest import Centre
from gezhi.services.cases.tests.going import filed, go, handled, move

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
INBOX = ("matters.inbox", "matters.delegate", "matters.link", "matters.comment")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address(centre: Centre, tmp_path: Any, settings: Any) -> Iterator[str]:
    settings.FILES = tmp_path
    for role in Role.objects.filter(code__startswith="seat_"):
        role.rights = sorted({*role.rights, *INBOX, "cases.catalogue"})
        role.save()
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


@pytest.mark.parametrize("kind", ["desk", "phone"])
def test_the_pages_that_hang_on_a_case(
    centre: Centre, browser: Browser, address: str, kind: str
) -> None:
    now = timezone.now()
    case = handled(centre, at=now)
    order = actions.oversee(
        matter=case.matter, order="今天务必清完，反馈现场照片", days=1, by=centre.chief, at=now
    )
    call = actions.Call("joint", "楼道停满电动车，需联合清理", centre.lighting, [centre.cleaning])
    whistle = actions.blow_for(matter=case.matter, call=call, by=centre.operator, at=now)
    move(whistle.matter, "approve", centre.chief, at=now)
    move(whistle.matter, "blow", centre.dispatcher, at=now)
    move(whistle.matter, "report_in", centre.other_handler, at=now)
    waiting = [filed(centre, at=now) for _more in range(3)]
    for one in waiting[:2]:
        go(one, "dispatch", centre.dispatcher, at=now, unit=centre.cleaning)
    opened = (desk if kind == "desk" else phone)(browser, address)
    picks = "&".join(f"pick={one.pk}" for one in waiting[:2])
    with opened as context:
        window = signed_in(context, centre.chief, address)
        for name, path in {
            "case": f"/cases/{case.pk}/",
            "order": f"/cases/orders/{order.pk}/",
            "whistle": f"/cases/whistles/{whistle.pk}/",
            "oversee": f"/cases/{case.pk}/oversee/",
            "practice": "/cases/practice/",
            "desks": "/matters/desks/leave/",
            "bring": "/cases/categories/bring/",
        }.items():
            window.goto(f"{address}{path}")
            fits(window)
            axe_clean(window)
            screenshot(window, f"case-desk-{name}-{kind}")
    with (desk if kind == "desk" else phone)(browser, address) as context:
        window = signed_in(context, centre.handler, address)
        window.goto(f"{address}/matters/")
        fits(window)
        axe_clean(window)
        screenshot(window, f"case-desk-inbox-{kind}")
        window.goto(f"{address}/matters/many/?{picks}")
        screenshot(window, f"case-desk-many-{kind}")
        window.get_by_role("button", name="办理", exact=True).click()
        assert window.get_by_text("办成 2 件，未办 0 件").is_visible()
        fits(window)
        axe_clean(window)
        screenshot(window, f"case-desk-many-done-{kind}")
