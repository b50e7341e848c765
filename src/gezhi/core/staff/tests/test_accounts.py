"""Accounts: a link instead of a password, changes, closing, and the first administrators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.notices import actions as notices
from gezhi.core.notices.models import Notice
from gezhi.core.staff import actions
from gezhi.core.staff.models import Account, FormerPassword, OneTimeLink, Post, Session
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
HOUR = timedelta(hours=1)


@pytest.fixture
def system(ground: Ground) -> Actor:
    return as_actor(hire("sysadmin", "system_administrator", ground.office))


def test_a_new_account_has_no_password_until_its_owner_sets_one(system: Actor) -> None:
    made = actions.create_account(
        username="WangWei", name="王伟", phone="138 0013 8000", by=system, at=NOON
    )
    assert not made.account.has_usable_password()

    actions.set_password_by_link(
        token=made.token, password=PASSWORD, origin=DESK, at=NOON + 23 * HOUR
    )

    found = actions.sign_in(username="wangwei", password=PASSWORD, origin=DESK, at=NOON + 24 * HOUR)
    assert found.pk == made.account.pk


def test_a_link_is_good_once_and_for_a_day_and_only_the_latest(system: Actor) -> None:
    made = actions.create_account(username="wangwei", name="王伟", by=system, at=NOON)
    newer = actions.new_link(account=made.account, by=system, at=NOON)

    def use(token: str, hours: int) -> None:
        actions.set_password_by_link(
            token=token, password=PASSWORD, origin=DESK, at=NOON + hours * HOUR
        )

    for token, hours in ((made.token, 1), (newer, 25), ("x" * 43, 1)):
        with refused("staff.link_invalid"):
            use(token, hours)
    use(newer, 2)
    with refused("staff.link_invalid"):
        use(newer, 3)


def test_the_link_itself_is_nowhere_in_the_database(system: Actor) -> None:
    made = actions.create_account(username="wangwei", name="王伟", by=system, at=NOON)

    assert made.token.encode() not in bytes(OneTimeLink.objects.get().digest)
    assert not any(made.token in str(line.changes) for line in JournalLine.objects.all())


@pytest.mark.parametrize(
    ("username", "name", "phone", "field"),
    [
        ("王伟", "王伟", "", "username"),
        ("ab", "王伟", "", "username"),
        ("9wang", "王伟", "", "username"),
        ("wangwei", "  ", "", "name"),
        ("wangwei", "王伟", "1380013800", "phone"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_at_its_field(
    system: Actor, username: str, name: str, phone: str, field: str
) -> None:
    with pytest.raises(Refusal) as caught:
        actions.create_account(username=username, name=name, phone=phone, by=system, at=NOON)

    assert [one.field for one in caught.value.fields] == [field]


def test_a_username_is_never_given_twice(system: Actor) -> None:
    account("wangwei")

    with refused("staff.username_taken"):
        actions.create_account(username="wangwei", name="王威", by=system, at=NOON)


def test_only_the_system_administrator_makes_accounts(ground: Ground) -> None:
    for role in ("security_administrator", "audit_administrator", "grid_chief_l1"):
        actor = as_actor(hire(role.replace("_", ""), role, ground.office))
        with pytest.raises(NotAllowed):
            actions.create_account(username="wangwei", name="王伟", by=actor, at=NOON)


# --- passwords -------------------------------------------------------------------------


def change(person: Account, old: str, new: str, minute: int = 0, keep: str = "") -> None:
    at = NOON + timedelta(minutes=minute)
    actions.change_password(old=old, new=new, keep=keep, by=as_actor(person), at=at)


def test_a_changed_password_signs_out_every_other_browser(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1, password=PASSWORD)
    desk, phone = come(person), come(person)

    answer = desk.post(
        "/account/password/", {"old": PASSWORD, "new": "Green8Umbrella", "again": "Green8Umbrella"}
    )

    assert answer["Location"] == "/account/"
    assert desk.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302


def test_the_last_five_passwords_are_barred_and_the_sixth_is_not(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1, password=PASSWORD)
    line = [PASSWORD, *(f"Green{n}Umbrella" for n in range(1, 6))]
    for n in range(5):
        change(person, line[n], line[n + 1], n)

    for former in line[1:]:
        with refused("password.former"):
            change(person, line[5], former, 6)
    change(person, line[5], PASSWORD, 7)
    assert FormerPassword.objects.filter(account=person).count() == 5


def test_guessing_the_old_password_locks_like_the_door(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1, password=PASSWORD)
    for n in range(5):
        with refused("staff.wrong_password"):
            change(person, "Wrong7Guess", "Green8Umbrella", n)

    with refused("staff.locked"):
        change(person, PASSWORD, "Green8Umbrella", 6)
    with refused("staff.locked"):
        actions.sign_in(
            username="wangwei", password=PASSWORD, origin=DESK, at=NOON + timedelta(minutes=7)
        )


def test_a_weak_password_is_refused_at_the_field_with_every_reason(ground: Ground) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1, password=PASSWORD)

    answer = come(person).post(
        "/account/password/", {"old": PASSWORD, "new": "wangwei", "again": "wangwei"}
    )

    words = answer.content.decode()
    assert answer.status_code == 422
    assert "至少 8 个字符，请加长" in words
    assert "不能包含用户名" in words


def test_a_reset_lifts_the_lock_and_ends_sessions_once_it_is_used(
    ground: Ground, system: Actor
) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1, password=PASSWORD)
    come(person)
    for _ in range(5):
        with pytest.raises(Refusal):
            actions.sign_in(username="wangwei", password="Wrong7Guess", origin=DESK, at=NOON)
    token = actions.new_link(account=person, by=system, at=NOON)
    assert Session.objects.filter(account_id=person.pk).exists()

    actions.set_password_by_link(
        token=token, password="Green8Umbrella", origin=DESK, at=NOON + HOUR
    )

    assert not Session.objects.filter(account_id=person.pk).exists()
    actions.sign_in(username="wangwei", password="Green8Umbrella", origin=DESK, at=NOON + HOUR)


def test_a_link_alone_does_not_make_anybody_another_administrator(
    ground: Ground, system: Actor
) -> None:
    security = hire("secadmin", "security_administrator", ground.office, password=PASSWORD)

    with refused("staff.administrator_link"):
        actions.new_link(account=security, by=system, at=NOON)

    Account.objects.filter(pk=security.pk).update(totp_since=NOON)
    security.refresh_from_db()
    assert actions.new_link(account=security, by=system, at=NOON)


def test_the_page_of_a_link_shows_the_name_and_sets_the_password(system: Actor) -> None:
    made = actions.create_account(username="wangwei", name="王伟", by=system, at=timezone.now())
    address = f"/set-password/{made.token}/"
    browser = Client()

    assert "为 wangwei 设置密码" in browser.get(address).content.decode()
    weak = browser.post(address, {"new": "wangwei1A", "again": "wangwei1A"})
    assert weak.status_code == 422
    answer = browser.post(address, {"new": PASSWORD, "again": PASSWORD})

    assert answer["Location"] == "/sign-in/"
    assert browser.get(address).status_code == 422


# --- closing ---------------------------------------------------------------------------


def test_an_account_closes_once_posts_and_work_are_gone(ground: Ground, system: Actor) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1, password=PASSWORD)
    notices.send(to=[person.pk], kind="t", title="核对表格", todo=True, by=system, at=NOON)

    def close() -> None:
        actions.close_account(account=person, reason="调离", by=system, at=NOON)

    with refused("staff.account_has_posts"):
        close()
    Post.objects.filter(account=person).update(valid_to=NOON.date())
    with refused("staff.account_has_work"):
        close()
    Notice.objects.update(done_at=NOON)
    close()

    person.refresh_from_db()
    assert person.closed_at == NOON
    assert not person.has_usable_password()
    with refused("staff.sign_in_failed"):
        actions.sign_in(username="wangwei", password=PASSWORD, origin=DESK, at=NOON)
    with refused("staff.account_closed"):
        close()


def test_nobody_closes_their_own_account(system: Actor) -> None:
    own = Account.objects.get(username="sysadmin")

    with refused("staff.close_oneself"):
        actions.close_account(account=own, reason="x", by=system, at=NOON)


def test_a_closed_account_is_reopened_as_a_new_one_is_opened(ground: Ground, system: Actor) -> None:
    person = hire("wangwei", "volunteer", ground.yongle, password=PASSWORD)
    Post.objects.filter(account=person).update(valid_to=NOON.date())
    with refused("staff.account_open"):
        actions.reopen_account(account=person, reason="调回", by=system, at=NOON)
    actions.close_account(account=person, reason="调离", by=system, at=NOON)

    token = actions.reopen_account(account=person, reason="调回", by=system, at=NOON)

    with refused("staff.sign_in_failed"):
        actions.sign_in(username="wangwei", password=PASSWORD, origin=DESK, at=NOON)
    actions.set_password_by_link(token=token, password="Blue9Umbrella", origin=DESK, at=NOON + HOUR)
    found = actions.sign_in(
        username="wangwei", password="Blue9Umbrella", origin=DESK, at=NOON + HOUR
    )
    assert as_actor(found).holdings == ()
    assert JournalLine.objects.get(verb="staff.reopen_account").why == "调回"


def test_the_list_tells_closed_accounts_from_open_ones(ground: Ground) -> None:
    browser = come(hire("sys", "system_administrator", ground.office))
    account("gone", name="冯已停")
    Account.objects.filter(username="gone").update(closed_at=NOON)

    closed = browser.get("/accounts/?closed=1").content.decode()
    still_open = browser.get("/accounts/?closed=0").content.decode()

    assert "冯已停" in closed
    assert "冯已停" not in still_open


# --- the first run ---------------------------------------------------------------------


def test_the_first_run_makes_the_three_administrators_and_links(ground: Ground) -> None:
    links = actions.create_first_administrators(at=NOON)

    assert [link.username for link in links] == ["sysadmin", "secadmin", "auditor"]
    assert Post.objects.filter(waits=False).count() == 3
    for link in links:
        token = link.path.split("/")[2]
        actions.set_password_by_link(token=token, password=PASSWORD, origin=DESK, at=NOON)
        actions.sign_in(username=link.username, password=PASSWORD, origin=DESK, at=NOON)


def test_a_second_run_links_those_not_ready_and_then_refuses(ground: Ground) -> None:
    actions.create_first_administrators(at=NOON)
    Account.objects.filter(username__in=["sysadmin", "auditor"]).update(
        password_set_at=NOON, totp_since=NOON
    )

    again = actions.create_first_administrators(at=NOON + HOUR)
    Account.objects.update(password_set_at=NOON, totp_since=NOON)

    assert [link.username for link in again] == ["secadmin"]
    assert Account.objects.count() == 3
    with refused("staff.administrators_ready"):
        actions.create_first_administrators(at=NOON + HOUR)


def test_when_an_administrator_left_a_new_name_is_made(ground: Ground) -> None:
    actions.create_first_administrators(at=NOON)
    Account.objects.filter(username="secadmin").update(closed_at=NOON)

    links = actions.create_first_administrators(at=NOON + HOUR)

    assert "secadmin2" in [link.username for link in links]
