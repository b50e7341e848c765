"""What a role may do changes when two administrators want it, and not before."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from gezhi.base.actors import Actor
from gezhi.base.errors import Conflict, NotAllowed
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.notices.models import Notice
from gezhi.core.staff import actions
from gezhi.core.staff.models import Role, RoleChange
from gezhi.core.staff.tests.office import NOON, Ground, as_actor, come, hire

pytestmark = pytest.mark.django_db


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def rights_of(person: Any) -> frozenset[str]:
    return as_actor(person).rights


@pytest.fixture
def system(ground: Ground) -> Actor:
    return as_actor(hire("sys", "system_administrator", ground.office, name="钱系统"))


@pytest.fixture
def security(ground: Ground) -> Actor:
    return as_actor(hire("sec", "security_administrator", ground.office, name="孙安全"))


def notice_to(actor: Actor) -> Notice:
    assert actor.account_id is not None
    return Notice.objects.get(account_id=actor.account_id)


def propose(code: str, *more: str, by: Actor, was: Any = None) -> RoleChange:
    """Propose more rights for a role."""
    changed = role(code)
    return actions.propose_role_rights(
        role=changed,
        to={*changed.rights, *more},
        was=changed.rights if was is None else was,
        reason="工作需要",
        by=by,
        at=NOON,
    )


def test_a_change_holds_only_once_a_second_administrator_agrees_and_the_auditor_is_told(
    ground: Ground, system: Actor, security: Actor
) -> None:
    person = hire("wangwei", "volunteer", ground.yongle)
    auditor = hire("auditor", "audit_administrator", ground.office)

    change = propose("volunteer", "staff.see_posts", by=system)
    assert "staff.see_posts" not in rights_of(person)
    asked = notice_to(security)
    assert asked.title == "角色权限待复核：志愿者"
    actions.agree_role(change=change, by=security, at=NOON)

    assert "staff.see_posts" in rights_of(person)
    told = Notice.objects.get(account_id=auditor.pk)
    assert told.title == "角色权限已修改：志愿者"
    assert "钱系统" in told.body
    assert "孙安全" in told.body
    assert JournalLine.objects.get(verb="staff.agree_role").changes["added"] == ["staff.see_posts"]
    asked.refresh_from_db()
    assert asked.done_at is not None


def test_neither_administrator_can_do_both(ground: Ground, system: Actor, security: Actor) -> None:
    with pytest.raises(NotAllowed):
        propose("volunteer", "staff.see_posts", by=security)
    change = propose("volunteer", "staff.see_posts", by=system)
    with pytest.raises(NotAllowed):
        actions.agree_role(change=change, by=system, at=NOON)

    # were one person ever both, the database and the rule still want two
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleChange.objects.update(agreed=True, decided_by_id=system.account_id)
    RoleChange.objects.update(proposed_by_id=security.account_id)
    with refused("staff.own_proposal"):
        actions.agree_role(change=change, by=security, at=NOON)


def test_a_refused_change_leaves_the_role_as_it_was(
    ground: Ground, system: Actor, security: Actor
) -> None:
    before = list(role("volunteer").rights)
    change = propose("volunteer", "staff.see_posts", by=system)

    actions.refuse_role(change=change, reason="志愿者用不到", by=security, at=NOON)

    assert role("volunteer").rights == before
    assert notice_to(system).body == "志愿者用不到"
    with refused("staff.nothing_to_agree"):
        actions.agree_role(change=change, by=security, at=NOON)


def test_rights_that_do_not_exist_or_are_reserved_are_refused(
    ground: Ground, system: Actor
) -> None:
    for right, code in (
        ("registry.fly", "staff.unknown_right"),
        ("journal.read", "staff.reserved_rights"),
    ):
        with refused(code):
            propose("volunteer", right, by=system)
    with refused("staff.administrator_rights"):
        propose("security_administrator", "staff.grant_posts", by=system)
    with refused("staff.nothing_changed"):
        propose("volunteer", by=system)


def test_two_editors_at_once_do_not_undo_each_other(
    ground: Ground, system: Actor, security: Actor
) -> None:
    seen = list(role("volunteer").rights)
    change = propose("volunteer", "staff.see_posts", by=system)
    with refused("staff.role_change_waits"):
        propose("volunteer", "staff.see_vacancies", by=system)
    actions.agree_role(change=change, by=security, at=NOON)
    with pytest.raises(Conflict):
        propose("volunteer", "staff.see_vacancies", by=system, was=seen)

    stale = propose("volunteer", "staff.see_vacancies", by=system)
    Role.objects.filter(code="volunteer").update(rights=seen)
    with pytest.raises(Conflict):
        actions.agree_role(change=stale, by=security, at=NOON)


def test_a_new_role_is_copied_from_another_and_named_in_both_languages(
    ground: Ground, system: Actor, security: Actor
) -> None:
    change = actions.propose_role(
        copy_of=role("property_staff"), title="楼宇管家", title_en="Building steward",
        duties="楼宇服务", reason="试点", by=system, at=NOON,
    )  # fmt: skip
    assert not Role.objects.filter(title="楼宇管家").exists()

    made = actions.agree_role(change=change, by=security, at=NOON)

    copied = role("property_staff")
    assert (made.rights, made.levels) == (copied.rights, copied.levels)
    assert made.named == "楼宇管家"
    with override("en"):
        assert made.named == "Building steward"
        assert role("volunteer").named == "Volunteer"
    person = hire("guan", made.code, ground.yongle_1)
    assert rights_of(person) == frozenset(copied.rights)
    with refused("staff.role_name"):
        actions.propose_role(
            copy_of=copied, title="楼宇管家", title_en="Another", duties="", reason="再来",
            by=system, at=NOON,
        )  # fmt: skip


def test_the_roles_of_the_three_administrators_are_not_copied(
    ground: Ground, system: Actor
) -> None:
    with refused("staff.copy_administrator"):
        actions.propose_role(
            copy_of=role("system_administrator"), title="副系统管理员", title_en="Deputy",
            duties="", reason="分担", by=system, at=NOON,
        )  # fmt: skip


def test_on_screen_one_proposes_and_the_other_agrees(ground: Ground) -> None:
    first = come(hire("sys", "system_administrator", ground.office))
    second = come(hire("sec", "security_administrator", ground.office))
    volunteer = role("volunteer")
    wanted = {
        "was": " ".join(volunteer.rights),
        "reason": "工作需要",
        "rights_staff": ["staff.own_account", "staff.see_posts"],
        "rights_notices": ["notices.own"],
    }

    sent = first.post(reverse("staff.role_rights", kwargs={"pk": "volunteer"}), wanted)
    change = RoleChange.objects.get()
    shown = second.get(sent["Location"]).content.decode()
    assert "查看岗位" in shown
    assert first.get(reverse("staff.agree_role", kwargs={"pk": change.pk})).status_code == 403
    second.post(reverse("staff.agree_role", kwargs={"pk": change.pk}))

    assert "staff.see_posts" in role("volunteer").rights
    listed = second.get(reverse("staff.role_changes")).content.decode()
    assert "已同意" in listed
