"""The second factor: set up, shown, used once, lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.errors import NotAllowed
from gezhi.base.testing import refused
from gezhi.base.text import without_spaces
from gezhi.core.staff import actions, totp
from gezhi.core.staff.actions.second_factor import opened
from gezhi.core.staff.models import Account, Session
from gezhi.core.staff.tests.office import NOON, Ground, as_actor, come, hire

STEP = timedelta(seconds=30)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


# --- codes -----------------------------------------------------------------------------


@given(st.integers(-3, 3))
def test_a_code_counts_within_one_step_of_the_clock(steps: int) -> None:
    code = totp.code_at(SECRET, NOON + steps * STEP)

    found = totp.matching_step(SECRET, code, NOON, after=None)

    assert (found is not None) == (abs(steps) <= 1)


@given(st.text(max_size=12))
def test_only_the_codes_of_the_three_steps_are_taken(text: str) -> None:
    good = {totp.code_at(SECRET, NOON + n * STEP) for n in (-1, 0, 1)}

    taken = totp.matching_step(SECRET, text, NOON, after=None) is not None

    assert taken == (without_spaces(text) in good)


def test_a_code_is_good_once() -> None:
    code = totp.code_at(SECRET, NOON)
    step = totp.matching_step(SECRET, code, NOON, after=None)

    assert step is not None
    assert totp.matching_step(SECRET, code, NOON + STEP, after=step) is None


def test_the_published_vectors_hold() -> None:
    """RFC 6238 appendix B, SHA-1, last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code_at(secret, datetime.fromtimestamp(moment, UTC)) == code


def test_the_picture_has_no_inline_style() -> None:
    picture = totp.picture(totp.address(SECRET, username="wangwei", issuer="沟赵办事处"))

    assert picture.startswith("<svg")
    assert "style" not in picture


# --- in the office ---------------------------------------------------------------------

in_the_office = pytest.mark.django_db


def enrol(person: Account) -> str:
    """Set the second factor up an hour ago; gives the secret."""
    before = NOON - timedelta(hours=1)
    by = as_actor(person, at=before)
    started = actions.start_totp(by=by, at=before)
    started.refresh_from_db()
    secret = opened(started.totp_pending)
    actions.confirm_totp(code=totp.code_at(secret, before), by=by, at=before)
    return secret


@in_the_office
def test_a_secret_counts_only_after_a_code_proved_it(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    by = as_actor(person)
    actions.start_totp(by=by, at=NOON)

    with refused("staff.no_second_factor"):
        actions.show_second_factor(code="123456", by=by, at=NOON)
    with refused("staff.wrong_code"):
        actions.confirm_totp(code="000000", by=by, at=NOON)
    person.refresh_from_db()
    actions.confirm_totp(code=totp.code_at(opened(person.totp_pending), NOON), by=by, at=NOON)

    person.refresh_from_db()
    assert person.totp_since == NOON


@in_the_office
def test_a_shown_code_is_not_taken_again(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    code = totp.code_at(enrol(person), NOON)
    by = as_actor(person)

    actions.show_second_factor(code=code, by=by, at=NOON)

    with refused("staff.wrong_code"):
        actions.show_second_factor(code=code, by=by, at=NOON)


@in_the_office
def test_five_wrong_codes_lock_the_second_factor(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    secret, by = enrol(person), as_actor(person)
    for _ in range(5):
        with refused("staff.wrong_code"):
            actions.show_second_factor(code="000000", by=by, at=NOON)

    later = NOON + timedelta(minutes=29)
    with refused("staff.locked"):
        actions.show_second_factor(code=totp.code_at(secret, later), by=by, at=later)
    later = NOON + timedelta(minutes=31)
    actions.show_second_factor(code=totp.code_at(secret, later), by=by, at=later)


@in_the_office
def test_another_telephone_needs_the_present_one(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    enrol(person)

    with pytest.raises(NotAllowed):
        actions.start_totp(by=as_actor(person, second_factor=False), at=NOON)
    actions.start_totp(by=as_actor(person), at=NOON)


@in_the_office
def test_the_security_administrator_helps_whoever_lost_their_telephone(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    security = hire("secadmin", "security_administrator", ground.office)
    enrol(person)
    enrol(security)
    come(person)
    person.refresh_from_db()
    security.refresh_from_db()

    with refused("staff.recover_oneself"):
        actions.recover_second_factor(account=security, reason="x", by=as_actor(security), at=NOON)
    actions.recover_second_factor(
        account=person, reason="手机丢失，当面核验身份证", by=as_actor(security), at=NOON
    )

    person.refresh_from_db()
    assert person.totp_since is None
    assert person.totp_secret is None
    assert not Session.objects.filter(account_id=person.pk).exists()


@in_the_office
def test_the_system_administrator_cannot_take_a_second_factor_away(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    system = as_actor(hire("sysadmin", "system_administrator", ground.office))
    enrol(person)

    with pytest.raises(NotAllowed):
        actions.recover_second_factor(account=person, reason="x", by=system, at=NOON)


@in_the_office
def test_the_secret_is_sealed_in_the_database(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    secret = enrol(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT totp_secret FROM staff_account WHERE id = %s", [person.pk])
        stored = bytes(cursor.fetchone()[0])

    assert secret.encode() not in stored


# --- on the screen ---------------------------------------------------------------------


@in_the_office
def test_setting_it_up_on_the_page_counts_as_shown(ground: Ground) -> None:
    person = hire("sysadmin", "system_administrator", ground.office)
    browser = come(person, second_factor=False)

    first = browser.get("/accounts/")
    assert first["Location"].startswith("/second-factor/")
    start = browser.get(first["Location"])
    assert start["Location"] == "/account/second-factor/start/?next=%2Faccounts%2F"
    confirm = browser.post(start["Location"])["Location"]
    page = browser.get(confirm).content.decode()
    person.refresh_from_db()
    secret = opened(person.totp_pending)
    assert totp.in_groups(secret) in page
    done = browser.post(confirm, {"code": totp.code_at(secret, timezone.now())})

    assert done["Location"] == "/accounts/"
    assert browser.get("/accounts/").status_code == 200


@in_the_office
def test_granting_asks_for_it_again_after_fifteen_minutes(ground: Ground) -> None:
    person = hire("sysadmin", "system_administrator", ground.office)
    enrol(person)
    browser = come(person)
    address = f"/accounts/{person.pk}/grant/"
    assert browser.get(address).status_code == 200

    session = browser.session
    session["second_factor_at"] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()

    assert browser.get(address)["Location"].startswith("/second-factor/?next=")
    assert browser.get("/accounts/").status_code == 200
