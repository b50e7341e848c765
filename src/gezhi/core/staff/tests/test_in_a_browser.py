"""The screens of this area as people see them: at a desk, on a small phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from gezhi.base.actors import system
from gezhi.base.samples import Spot
from gezhi.base.testing import axe_clean, chromium, desk, fits, phone, screenshot, serving, watch
from gezhi.core.notices import actions as notices
from gezhi.core.staff import actions, totp
from gezhi.core.staff.actions import doors
from gezhi.core.staff.actions.second_factor import opened
from gezhi.core.staff.models import Account, Post, Program, Role, RoleChange
from gezhi.core.staff.tests import samples
from gezhi.core.staff.tests.office import (
    DESK,
    PASSWORD,
    Ground,
    account,
    as_actor,
    come,
    hire,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def address(ground: Ground) -> Iterator[str]:
    with serving(StaticFilesHandler(WSGIHandler()), shares=True) as served:
        yield served


def enter(context: BrowserContext, person: Account, address: str) -> None:
    """Put somebody's session into a browser."""
    key = come(person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": address}])


def people(ground: Ground) -> dict[str, Account]:
    """An office at work: the administrators, a chief, a worker who has things to do."""
    found = {
        "system": hire("sysadmin", "system_administrator", ground.office, name="白系统"),
        "security": hire("secadmin", "security_administrator", ground.office, name="严安全"),
        "chief": hire("liming", "grid_chief_l2", ground.yongle, name="李明"),
        "worker": hire("wangwei", "grid_worker_full", ground.yongle_1, name="王伟"),
    }
    now = timezone.now()
    Account.objects.update(password_set_at=now)
    notices.send(
        to=[found["worker"].pk], kind="t", title="核对“9月人口表”中的 3 处冲突",
        link="/todo/", todo=True, by=system(), at=now,
    )  # fmt: skip
    Post.objects.create(
        account=account("zhaoyi", name="赵一"),
        role=Role.objects.get(code="registry_clerk"),
        place=ground.office,
        valid_from=timezone.localdate(),
        granted_by="白系统",
        granted_by_id=found["system"].pk,
        waits=True,
    )
    for _ in range(3):
        doors.try_password("wangwei", "x", origin=DESK, at=now)
    return found


def screens(made: dict[str, Account]) -> list[tuple[str, str, str]]:
    """(who, address, name of its picture) of every screen worth a look."""
    worker, waiting = made["worker"].pk, Post.objects.get(waits=True).pk
    held = Post.objects.get(account=made["worker"]).pk
    return [
        ("", "/sign-in/", "sign-in"),
        ("worker", "/", "home"),
        ("worker", "/todo/", "todo"),
        ("worker", "/notices/", "notices"),
        ("worker", "/account/", "account"),
        ("worker", "/account/password/", "password"),
        ("worker", "/account/second-factor/start/", "totp-start"),
        ("worker", "/account/second-factor/", "totp"),
        ("system", "/accounts/", "accounts"),
        ("system", "/accounts/new/", "account-new"),
        ("system", f"/accounts/{worker}/", "account-detail"),
        ("system", f"/accounts/{worker}/grant/", "post-grant"),
        ("system", "/posts/", "posts"),
        ("system", "/posts/vacant/", "vacancies"),
        ("system", f"/posts/{held}/end/", "post-end"),
        ("system", "/roles/grid_worker_full/rights/", "role-rights"),
        ("system", "/roles/grid_worker_full/copy/", "role-copy"),
        ("system", "/programs/new/", "program-new"),
        ("security", f"/programs/{Program.objects.get().pk}/", "program"),
        ("security", "/programs/", "programs"),
        ("security", f"/roles/changes/{RoleChange.objects.get().pk}/", "role-change"),
        ("security", "/roles/changes/", "role-changes"),
        ("security", f"/posts/{waiting}/", "post-waiting"),
        ("security", "/roles/", "roles"),
        ("security", "/roles/grid_worker_full/", "role"),
        ("security", "/roles/matrix/", "role-matrix"),
        ("security", "/sign-in-attempts/", "attempts"),
    ]


@pytest.mark.parametrize("device", [desk, phone], ids=["desk", "phone"])
def test_every_screen_fits_and_is_accessible(
    browser: Browser, address: str, ground: Ground, device: Any
) -> None:
    made = people(ground)
    spot = Spot(ground.yongle_1, made["worker"], made["worker"].pk, timezone.now())
    for model in (Program, RoleChange):
        samples.SAMPLES[model](spot)
    actions.start_totp(by=as_actor(made["worker"], at=timezone.now()), at=timezone.now())
    for who, visited in groupby(screens(made), key=itemgetter(0)):
        with device(browser, address) as context:
            if who:
                enter(context, made[who], address)
            page = context.new_page()
            wrong = watch(page)
            for _who, path, name in visited:
                answer = page.goto(path)

                assert answer is not None
                assert answer.status == 200, path
                screenshot(page, f"staff/{device.__name__}-{name}")
                fits(page)
                axe_clean(page)
                assert wrong == [], path


def test_somebody_signs_in_without_scripts(browser: Browser, address: str, ground: Ground) -> None:
    hire("wangwei", "grid_worker_full", ground.yongle_1, name="王伟", password=PASSWORD)
    Account.objects.update(password_set_at=timezone.now())
    with desk(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        fill(page, "wangwei", "Wrong7Guess")
        assert "用户名或密码不正确" in page.inner_text("main")

        fill(page, "wangwei", PASSWORD)

        assert page.inner_text("h1") == "您好，王伟"


def fill(page: Page, username: str, password: str) -> None:
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]:has-text('登录')")


def test_a_new_administrator_comes_in_by_the_first_link(
    browser: Browser, address: str, ground: Ground
) -> None:
    link = actions.create_first_administrators(at=timezone.now())[0]
    with desk(browser, address) as context:
        page = context.new_page()
        page.goto(link.path)
        page.fill("input[name=new]", PASSWORD)
        page.fill("input[name=again]", PASSWORD)
        page.click("main button[type=submit]:has-text('设置密码')")
        fill(page, link.username, PASSWORD)
        page.goto("/accounts/")
        page.click("text=开始绑定")
        page.wait_for_selector(".qr-frame svg")
        secret = opened(Account.objects.get(username=link.username).totp_pending)
        page.fill("input[name=code]", totp.code_at(secret, timezone.now()))
        page.click("text=完成绑定")

        page.wait_for_selector("h1:has-text('账号')")

        assert page.url.endswith("/accounts/")
