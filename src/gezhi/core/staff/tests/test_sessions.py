"""From a session to an actor: how many questions it costs, when it ends, what comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone

from gezhi.base.actors import ActorKind
from gezhi.base.origins import client_address
from gezhi.base.testing import queries
from gezhi.core.staff import actions
from gezhi.core.staff.models import Account, Post, Role, Session
from gezhi.core.staff.pages.own import handle
from gezhi.core.staff.queries import signed_in
from gezhi.core.staff.sessions import device_of
from gezhi.core.staff.tests.office import DESK, TODAY, Ground, as_actor, come, hire

pytestmark = pytest.mark.django_db


def age(browser: Client, minutes: float) -> None:
    """Have a session last seen so long ago."""
    session = browser.session
    session["seen_at"] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    session.save()


def test_knowing_who_asks_takes_two_queries(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    Post.objects.create(
        account=person,
        role=Role.objects.get(code="party_group_leader"),
        place=ground.zilan_1,
        valid_from=date(2022, 1, 1),
    )
    browser = come(person)

    with queries(3):  # and the way into the cell
        assert browser.get("/sign-in/").status_code == 302


def test_an_actor_holds_todays_posts_and_no_others(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    chief = hire("liming", "grid_chief_l3", ground.yongle_1, name="李明")
    other = {"account": person, "place": ground.zilan_1, "valid_from": date(2022, 1, 1)}
    role = Role.objects.get(code="party_group_leader")
    Post.objects.create(**other, role=role, valid_to=TODAY)
    Post.objects.create(**(other | {"valid_from": TODAY + timedelta(days=1)}), role=role)
    Post.objects.create(**other, role=Role.objects.get(code="volunteer"), waits=True)
    Post.objects.create(
        **(other | {"place": ground.yongle_1}),
        role=Role.objects.get(code="grid_chief_l3"),
        valid_to=TODAY + timedelta(days=1),
        acting_for=Post.objects.get(account=chief),
    )

    found = signed_in(person.pk, on=TODAY, origin=DESK)

    assert found is not None
    assert sorted(one.title for one in found.actor.holdings) == [
        "永乐社区第一网格 三级网格长（代李明）",
        "永乐社区第一网格 专职网格员",
    ]


def test_a_closed_account_is_nobody(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    browser = come(person)
    Account.objects.filter(pk=person.pk).update(closed_at=timezone.now())

    assert signed_in(person.pk, on=TODAY, origin=DESK) is None
    assert browser.get("/account/")["Location"].startswith("/sign-in/")
    assert not Session.objects.exists()


def test_a_session_left_alone_for_half_an_hour_is_over_and_says_so(ground: Ground) -> None:
    browser = come(hire("wangwei", "grid_worker_full", ground.yongle_1))
    age(browser, settings.IDLE_MINUTES + 1)

    answer = browser.get("/account/?a=1")

    assert answer["Location"] == "/sign-in/?next=%2Faccount%2F%3Fa%3D1"
    assert "登录已失效" in browser.get(answer["Location"]).content.decode()
    assert browser.get("/account/").status_code == 404


def test_htmx_is_sent_to_the_door_as_a_whole_page(ground: Ground) -> None:
    browser = come(hire("wangwei", "grid_worker_full", ground.yongle_1))
    age(browser, settings.IDLE_MINUTES + 1)

    answer = browser.get("/todo/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/?next=%2Ftodo%2F")


def test_reading_on_writes_the_session_once_a_minute_at_most(ground: Ground) -> None:
    browser = come(hire("wangwei", "grid_worker_full", ground.yongle_1))

    def written() -> bool:
        before = Session.objects.get().seen_at
        browser.get("/account/")
        return bool(Session.objects.get().seen_at != before)

    age(browser, 0.5)
    assert not written()
    age(browser, 1.5)
    assert written()
    assert not written()


def test_signing_out_everywhere_else_leaves_only_this_browser(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    desk, phone = come(person), come(person)

    desk.post("/account/sessions/end/", {"which": "others"})

    assert desk.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302


def test_one_browser_is_signed_out_by_its_handle_and_never_somebody_elses(ground: Ground) -> None:
    mine, theirs = (hire(name, "grid_worker_full", ground.yongle_1) for name in ("wang", "liming"))
    desk, phone, other = come(mine), come(mine), come(theirs)
    keys = [browser.cookies["sessionid"].value for browser in (phone, other)]
    page = desk.get("/account/").content.decode()
    handles = [handle(Session.objects.get(session_key=key)) for key in keys]
    assert not any(key in page for key in keys)

    assert desk.post("/account/sessions/end/", {"which": handles[1]}).status_code == 422
    assert desk.post("/account/sessions/end/", {"which": handles[0]}).status_code == 302

    assert phone.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 200


def test_a_password_run_out_is_changed_before_anything_else(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    browser = come(person)
    Account.objects.update(password_set_at=timezone.now() - timedelta(days=91))

    assert browser.get("/account/")["Location"] == "/account/password/"
    assert browser.get("/account/password/").status_code == 200
    assert browser.post("/sign-out/").status_code == 302


def test_administrators_show_the_second_factor_once_in_every_session(ground: Ground) -> None:
    security = hire("secadmin", "security_administrator", ground.office)
    worker = hire("wangwei", "grid_worker_full", ground.yongle_1)

    answer = come(security, second_factor=False).get("/roles/")

    assert answer["Location"] == "/second-factor/?next=%2Froles%2F"
    assert come(security).get("/roles/").status_code == 200
    assert come(worker, second_factor=False).get("/account/").status_code == 200


def test_somebody_without_a_post_sees_a_home_page_that_says_so(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    Post.objects.all().delete()
    browser = come(person)

    assert "没有在任岗位" in browser.get("/").content.decode()
    assert browser.get("/account/").status_code == 404
    assert browser.post("/sign-out/").status_code == 302


def test_an_actor_without_an_account_has_no_sessions_to_end(ground: Ground) -> None:
    actor = replace(as_actor(hire("wangwei", "grid_worker_full", ground.yongle_1)), account_id=None)

    assert actions.end_other_sessions(keep="", by=actor, at=timezone.now()) == 0


# --- where a request comes from --------------------------------------------------------


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("10.0.0.9", "1.2.3.4", "10.0.0.9"),
        ("127.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "<script>", ""),
        ("", "", ""),
    ],
)
def test_only_proxies_we_know_are_believed(
    settings: Any, remote: str, forwarded: str, found: str
) -> None:
    settings.GEZHI_PROXIES = frozenset({"127.0.0.1", "10.0.0.1"})
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)

    assert client_address(request) == found


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/120 Safari/537 Edg/120", "Windows · Edge"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/99 DingTalk/7", "安卓 · 钉钉"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16) MicroMessenger/8", "iPhone · 微信"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(user_agent: str, words: str) -> None:
    assert device_of(user_agent) == words


def test_an_account_without_a_post_that_names_a_person_comes_in_as_a_resident(
    ground: Ground,
) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    Post.objects.all().delete()
    Account.objects.update(person_id=person.pk)

    found = signed_in(person.pk, on=TODAY, origin=DESK)

    assert found is not None
    assert found.actor.kind is ActorKind.RESIDENT
    assert (found.actor.account_id, found.actor.person_id) == (person.pk, person.pk)
    assert found.actor.rights == {"privacy.own_file"}
    assert come(person).get("/")["Location"] == "/my/"
