"""Signing in: every try counts, and the answer never says which part was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth import hashers
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Origin
from gezhi.base.errors import Refusal
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.staff import actions, rules
from gezhi.core.staff.actions import doors
from gezhi.core.staff.models import Account, Session, SignInAttempt
from gezhi.core.staff.tests.office import (
    DESK,
    NOON,
    PASSWORD,
    Ground,
    account,
    as_actor,
    come,
    hire,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def attempt(username: str, password: str, at: datetime = NOON, origin: Origin = DESK) -> str:
    """The code of what came of it; empty for success."""
    try:
        actions.sign_in(username=username, password=password, origin=origin, at=at)
    except Refusal as refusal:
        return refusal.code
    return ""


def outcomes() -> list[str]:
    return list(SignInAttempt.objects.order_by("pk").values_list("outcome", flat=True))


def test_the_right_password_lets_in_and_is_journalled() -> None:
    wang = account("wangwei", password=PASSWORD)

    found = actions.sign_in(username=" WangWei ", password=PASSWORD, origin=DESK, at=NOON)

    assert found == wang
    assert outcomes() == [rules.GOOD]
    assert JournalLine.objects.get(verb="staff.sign_in").account_id == wang.pk


def test_a_wrong_name_a_wrong_password_and_a_closed_account_are_told_the_same() -> None:
    account("wangwei", password=PASSWORD)
    closed = account("liming", password=PASSWORD)
    Account.objects.filter(pk=closed.pk).update(closed_at=NOON)
    account("newcomer")
    answers = set()

    for username in ("wangwei", "liming", "newcomer", "nobody"):
        with pytest.raises(Refusal) as caught:
            actions.sign_in(username=username, password="Wrong7Guess", origin=DESK, at=NOON)
        answers.add((caught.value.code, caught.value.sentence, caught.value.status))

    assert len(answers) == 1


def test_every_try_costs_one_password_hash_whoever_it_names(monkeypatch: Any) -> None:
    account("wangwei", password=PASSWORD)
    account("newcomer")
    check = Mock(wraps=hashers.check_password)
    make = Mock(wraps=hashers.make_password)
    monkeypatch.setattr(doors, "check_password", check)
    monkeypatch.setattr(doors, "make_password", make)

    for username in ("wangwei", "newcomer", "nobody"):
        attempt(username, "Wrong7Guess")

    assert (check.call_count, make.call_count) == (1, 2)


@pytest.mark.parametrize("username", ["wangwei", "nobody"])
def test_five_failures_lock_a_name_that_exists_like_one_that_does_not(username: str) -> None:
    account("wangwei", password=PASSWORD)

    codes = [attempt(username, "Wrong7Guess", NOON + n * MINUTE) for n in range(6)]

    assert codes == ["staff.sign_in_failed"] * 5 + ["staff.locked"]


def test_the_right_password_does_not_help_while_locked_and_does_afterwards() -> None:
    account("wangwei", password=PASSWORD)
    for n in range(5):
        attempt("wangwei", "Wrong7Guess", NOON + n * MINUTE)

    assert attempt("wangwei", PASSWORD, NOON + 33 * MINUTE) == "staff.locked"
    assert attempt("wangwei", PASSWORD, NOON + 34 * MINUTE) == ""


def test_the_security_administrator_lifts_a_lock(ground: Ground) -> None:
    wang = account("wangwei", password=PASSWORD)
    security = as_actor(hire("secadmin", "security_administrator", ground.office))
    for n in range(5):
        attempt("wangwei", "Wrong7Guess", NOON + n * MINUTE)

    actions.lift_lock(account=wang, by=security, at=NOON + 6 * MINUTE)

    assert attempt("wangwei", PASSWORD, NOON + 7 * MINUTE) == ""


def test_an_address_that_fails_thirty_times_waits() -> None:
    account("wangwei", password=PASSWORD)
    for n in range(30):
        attempt(f"guess{n}", "Wrong7Guess", NOON + timedelta(seconds=n))

    assert attempt("wangwei", PASSWORD, NOON + MINUTE) == "staff.too_many_tries"
    elsewhere = Origin("web", "10.9.9.9")
    assert attempt("wangwei", PASSWORD, NOON + MINUTE, elsewhere) == ""
    assert attempt("wangwei", PASSWORD, NOON + 11 * MINUTE) == ""


def test_a_flood_leaves_one_row_that_says_so() -> None:
    for n in range(60):
        attempt("guess", "Wrong7Guess", NOON + timedelta(seconds=n))

    assert outcomes().count(rules.LIMITED) == 1
    assert len(outcomes()) == rules.PER_USERNAME.tries + 1


def test_what_somebody_typed_as_a_name_is_not_kept_when_no_account_has_it() -> None:
    attempt("MyPassw0rdInTheWrongField", "x")

    kept = SignInAttempt.objects.get().username

    assert kept.startswith("?")
    assert "passw0rd" not in kept.casefold()


# --- through the door ------------------------------------------------------------------


def test_the_door_opens_a_session_under_a_new_key_and_goes_on() -> None:
    wang = account("wangwei", password=PASSWORD)
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Edg/120"})

    answer = browser.post("/sign-in/?next=/account/", {"username": "wangwei", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    session = Session.objects.get(account_id=wang.pk)
    assert session.device == "Windows · Edge"
    assert session.session_key == browser.cookies["sessionid"].value


def test_a_second_sign_in_leaves_nothing_of_the_first_session(ground: Ground) -> None:
    hire("wangwei", "grid_worker_full", ground.yongle_1, password=PASSWORD)
    browser = come(hire("liming", "grid_chief_l2", ground.yongle))
    before = browser.cookies["sessionid"].value

    browser.post("/sign-in/", {"username": "wangwei", "password": PASSWORD})

    assert browser.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("beyond", ["//evil.example/", "https://evil.example/", "javascript:1"])
def test_the_door_sends_nobody_to_another_site(beyond: str) -> None:
    account("wangwei", password=PASSWORD)

    answer = Client().post(
        "/sign-in/", {"username": "wangwei", "password": PASSWORD}, QUERY_STRING=f"next={beyond}"
    )

    assert answer["Location"] == "/"


def test_a_failure_counts_even_under_a_key_that_is_done_once() -> None:
    account("wangwei", password=PASSWORD)
    browser = Client()
    key = "01890000-0000-7000-8000-000000000001"

    for _ in range(5):
        answer = browser.post(
            "/sign-in/",
            {"username": "wangwei", "password": "Wrong7Guess", "_once": key},
            headers={"Idempotency-Key": key},
        )
        assert answer.status_code == 422
    locked = browser.post("/sign-in/", {"username": "wangwei", "password": PASSWORD})

    assert outcomes().count(rules.BAD) == 5
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) > 1700
    assert "已暂停到" in locked.content.decode()


def test_signing_out_ends_the_session(ground: Ground) -> None:
    browser = come(hire("wangwei", "grid_worker_full", ground.yongle_1))

    answer = browser.post("/sign-out/")

    assert answer["Location"] == "/sign-in/"
    assert not Session.objects.exists()
    assert browser.get("/account/").status_code == 404


# --- the demo --------------------------------------------------------------------------


@pytest.fixture
def _demo(settings: Any) -> None:
    settings.DEMO = True


def cast(ground: Ground) -> Account:
    wang = hire("wangwei", "grid_worker_full", ground.yongle_1, name="王伟")
    Account.objects.filter(pk=wang.pk).update(is_demo=True)
    return wang


@pytest.mark.usefixtures("_demo")
def test_in_the_demo_one_of_the_cast_comes_in_by_a_click(ground: Ground) -> None:
    wang = cast(ground)
    browser = Client()

    answer = browser.post("/demo/sign-in/", {"who": wang.pk})

    assert answer["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_outside_the_demo_nobody_comes_in_by_a_click(ground: Ground) -> None:
    wang = cast(ground)
    browser = Client()

    assert "演示" not in browser.get("/sign-in/").content.decode()
    assert browser.post("/demo/sign-in/", {"who": wang.pk}).status_code == 404
    with refused("staff.no_demo"):
        actions.sign_in_as_cast(account_id=wang.pk, origin=DESK, at=NOON)


@pytest.mark.usefixtures("_demo")
def test_real_accounts_never_come_in_by_a_click(ground: Ground) -> None:
    real = hire("liming", "grid_chief_l2", ground.yongle)

    with refused("staff.no_demo"):
        actions.sign_in_as_cast(account_id=real.pk, origin=DESK, at=timezone.now())
