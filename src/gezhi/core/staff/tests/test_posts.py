"""Posts: granted, agreed to, stood in for, left; and roles, with the three administrators apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from gezhi.base import handover
from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.notices import actions as notices
from gezhi.core.notices.models import Notice
from gezhi.core.staff import actions
from gezhi.core.staff.models import Account, Post, Role
from gezhi.core.staff.queries import signed_in
from gezhi.core.staff.tests.office import (
    DESK,
    NOON,
    TODAY,
    Ground,
    account,
    as_actor,
    hire,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def system(ground: Ground) -> Actor:
    return as_actor(hire("sysadmin", "system_administrator", ground.office, name="系统员"))


@pytest.fixture
def security(ground: Ground) -> Actor:
    return as_actor(hire("secadmin", "security_administrator", ground.office, name="安全员"))


@pytest.fixture
def wang(ground: Ground) -> Account:
    return account("wangwei", name="王伟")


def own(actor: Actor) -> Account:
    assert actor.account_id is not None
    return Account.objects.get(pk=actor.account_id)


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def rights_of(person: Account, on: date = TODAY) -> frozenset[str]:
    found = signed_in(person.pk, on=on, origin=DESK)
    return found.actor.rights if found else frozenset()


def test_a_granted_post_gives_its_rights_from_its_first_day(
    ground: Ground, system: Actor, wang: Account
) -> None:
    actions.grant_post(
        account=wang,
        role=role("grid_worker_full"),
        place=ground.yongle_1,
        valid_from=TODAY + DAY,
        by=system,
        at=NOON,
    )

    assert "registry.see_people" not in rights_of(wang)
    assert "registry.see_people" in rights_of(wang, TODAY + DAY)
    line = JournalLine.objects.get(verb="staff.grant_post")
    assert line.changes["account"] == str(wang.pk)
    assert line.place_id == ground.yongle_1.pk


def test_an_exporting_role_waits_for_a_second_person(
    ground: Ground, system: Actor, security: Actor, wang: Account
) -> None:
    post = actions.grant_post(
        account=wang,
        role=role("registry_clerk"),
        place=ground.office,
        valid_from=TODAY,
        by=system,
        at=NOON,
    )
    assert rights_of(wang) == frozenset()
    todo = Notice.objects.get(account_id=own(security).pk, todo=True)
    assert todo.link == f"/posts/{post.pk}/"

    actions.agree_post(post=post, by=security, at=NOON)

    assert "registry.export" in rights_of(wang)
    todo.refresh_from_db()
    assert todo.done_at == NOON
    with refused("staff.nothing_to_agree"):
        actions.agree_post(post=post, by=security, at=NOON)


def test_a_declined_proposal_is_gone_and_its_proposer_told(
    ground: Ground, system: Actor, security: Actor, wang: Account
) -> None:
    post = actions.grant_post(
        account=wang,
        role=role("registry_clerk"),
        place=ground.office,
        valid_from=TODAY,
        by=system,
        at=NOON,
    )

    actions.refuse_post(post=post, reason="已有两名数据员", by=security, at=NOON)

    assert not Post.objects.filter(account=wang).exists()
    assert Notice.objects.get(account_id=own(system).pk).body == "已有两名数据员"


def test_nobody_agrees_to_their_own_post(
    ground: Ground, system: Actor, security: Actor, wang: Account
) -> None:
    proposal = Post.objects.create(
        account=own(security),
        role=role("volunteer"),
        place=ground.yongle,
        valid_from=TODAY,
        waits=True,
        granted_by_id=system.account_id,
    )

    with refused("staff.agree_to_oneself"):
        actions.agree_post(post=proposal, by=security, at=NOON)
    Post.objects.filter(pk=proposal.pk).update(account=wang, granted_by_id=security.account_id)
    proposal.refresh_from_db()
    with refused("staff.own_proposal"):
        actions.agree_post(post=proposal, by=security, at=NOON)


def test_nobody_holds_two_of_the_three_by_any_account(
    ground: Ground, system: Actor, security: Actor, wang: Account
) -> None:
    person = "01890000-0000-7000-8000-00000000000a"
    Account.objects.filter(pk=own(security).pk).update(person_id=person)
    Account.objects.filter(pk=wang.pk).update(person_id=person)

    for receiver in (wang, own(security)):
        with refused("staff.three_administrators"):
            actions.grant_post(
                account=receiver,
                role=role("audit_administrator"),
                place=ground.office,
                valid_from=TODAY,
                by=system,
                at=NOON,
            )


def test_what_changed_since_the_proposal_is_asked_again_on_agreeing(
    ground: Ground, system: Actor, security: Actor, wang: Account
) -> None:
    post = actions.grant_post(
        account=wang,
        role=role("audit_administrator"),
        place=ground.office,
        valid_from=TODAY,
        by=system,
        at=NOON,
    )
    Post.objects.create(account=wang, role=role("volunteer"), place=ground.yongle, valid_from=TODAY)

    with refused("staff.three_administrators"):
        actions.agree_post(post=post, by=security, at=NOON)


def test_granting_is_refused_without_the_second_factor_or_the_right(
    ground: Ground, security: Actor, wang: Account
) -> None:
    person = hire("sysadmin", "system_administrator", ground.office)
    grant: dict[str, Any] = {
        "account": wang,
        "role": role("grid_worker_full"),
        "place": ground.yongle_1,
        "valid_from": TODAY,
        "at": NOON,
    }

    with refused("staff.second_factor_needed"):
        actions.grant_post(**grant, by=as_actor(person, second_factor=False))
    with pytest.raises(NotAllowed):
        actions.grant_post(**grant, by=security)
    with refused("staff.grant_to_oneself"):
        actions.grant_post(**(grant | {"account": person}), by=as_actor(person))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_from": TODAY - DAY}, "staff.term_past"),
        ({"valid_to": TODAY}, "staff.term_order"),
        ({"role": "grid_chief_l2"}, "staff.wrong_level"),
    ],
)
def test_a_post_that_cannot_be_is_refused(
    ground: Ground, system: Actor, wang: Account, changes: dict[str, Any], code: str
) -> None:
    wanted: dict[str, Any] = {
        "account": wang,
        "role": "grid_worker_full",
        "place": ground.yongle_1,
        "valid_from": TODAY,
        "by": system,
        "at": NOON,
    } | changes

    with refused(code):
        actions.grant_post(**(wanted | {"role": role(str(wanted["role"]))}))


def test_the_same_post_twice_on_one_day_is_refused_by_rule_and_by_the_database(
    ground: Ground, system: Actor
) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    same: dict[str, Any] = {
        "account": person,
        "role": role("grid_worker_full"),
        "place": ground.yongle_1,
    }

    with refused("staff.post_twice"):
        actions.grant_post(**same, valid_from=TODAY, by=system, at=NOON)
    with pytest.raises(IntegrityError, match="a_post_is_held_once"), transaction.atomic():
        Post.objects.create(**same, valid_from=TODAY)


# --- standing in -----------------------------------------------------------------------


def test_an_acting_post_names_both_people_and_ends_by_itself(
    ground: Ground, system: Actor, wang: Account
) -> None:
    chief = hire("liming", "grid_chief_l2", ground.yongle, name="李明")
    post = Post.objects.get(account=chief)

    actions.grant_acting_post(
        post=post, deputy=wang, valid_from=TODAY, valid_to=TODAY + 7 * DAY, by=system, at=NOON
    )

    found = signed_in(wang.pk, on=TODAY, origin=DESK)
    assert found is not None
    assert [one.title for one in found.actor.holdings] == ["永乐社区 二级网格长（代李明）"]
    assert rights_of(wang, TODAY + 6 * DAY)
    assert not rights_of(wang, TODAY + 7 * DAY)


def test_the_database_keeps_an_acting_post_from_lasting_for_ever(
    ground: Ground, wang: Account
) -> None:
    hire("liming", "grid_chief_l2", ground.yongle)
    post = Post.objects.get(account__username="liming")

    with pytest.raises(IntegrityError, match="an_acting_post_expires"), transaction.atomic():
        Post.objects.create(
            account=wang, role=post.role, place=post.place, valid_from=TODAY, acting_for=post
        )


def test_nobody_stands_in_for_a_deputy(ground: Ground, system: Actor, wang: Account) -> None:
    hire("liming", "grid_chief_l2", ground.yongle)
    acting = actions.grant_acting_post(
        post=Post.objects.get(account__username="liming"),
        deputy=wang,
        valid_from=TODAY,
        valid_to=TODAY + 7 * DAY,
        by=system,
        at=NOON,
    )

    with refused("staff.acting_for_acting"):
        actions.grant_acting_post(
            post=acting,
            deputy=account("zhaoyi"),
            valid_from=TODAY,
            valid_to=TODAY + DAY,
            by=system,
            at=NOON,
        )


# --- leaving ---------------------------------------------------------------------------


def leave(post: Post, system: Actor, *, successor: Account | None = None, on: date = TODAY) -> Post:
    return actions.end_post(
        post=post, on=on, reason="调离", successor=successor, by=system, at=NOON
    )


def test_leaving_the_last_post_hands_over_what_waits(ground: Ground, system: Actor) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    colleague = hire("liming", "grid_worker_full", ground.yongle_1)
    notices.send(to=[person.pk], kind="t", title="核对表格", todo=True, by=system, at=NOON)
    post = Post.objects.get(account=person)

    with refused("staff.handover_needs_successor"):
        leave(post, system)
    with refused("staff.wrong_successor"):
        leave(post, system, successor=person)
    leave(post, system, successor=colleague)

    assert rights_of(person) == frozenset()
    assert Notice.objects.get(todo=True).account_id == colleague.pk
    assert JournalLine.objects.get(verb="staff.end_post").changes["handed_over"] == 1


def test_work_that_cannot_be_moved_keeps_its_holder_in_post(
    ground: Ground, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    colleague = hire("liming", "grid_worker_full", ground.yongle_1)
    monkeypatch.setattr(
        handover, "_duties", [handover.Duty("在办走访", lambda one: 2 * (one == person.pk))]
    )

    with refused("staff.handover_unfinished"):
        leave(Post.objects.get(account=person), system, successor=colleague)


def test_one_of_two_posts_is_left_without_handing_over(ground: Ground, system: Actor) -> None:
    person = hire("wangwei", "grid_worker_full", ground.yongle_1)
    Post.objects.create(
        account=person,
        role=role("party_group_leader"),
        place=ground.yongle_1,
        valid_from=date(2022, 1, 1),
    )
    notices.send(to=[person.pk], kind="t", title="核对表格", todo=True, by=system, at=NOON)

    leave(Post.objects.get(account=person, role="party_group_leader"), system)

    assert Notice.objects.get(todo=True).account_id == person.pk


def test_a_post_granted_by_mistake_can_end_the_day_it_began(
    ground: Ground, system: Actor, wang: Account
) -> None:
    post = actions.grant_post(
        account=wang,
        role=role("grid_worker_full"),
        place=ground.yongle_1,
        valid_from=TODAY,
        by=system,
        at=NOON,
    )

    leave(post, system)

    assert rights_of(wang) == frozenset()


def test_whoever_stands_in_stops_with_the_post(
    ground: Ground, system: Actor, wang: Account
) -> None:
    hire("liming", "grid_chief_l2", ground.yongle)
    post = Post.objects.get(account__username="liming")
    actions.grant_acting_post(
        post=post, deputy=wang, valid_from=TODAY, valid_to=TODAY + 7 * DAY, by=system, at=NOON
    )

    leave(post, system)

    assert rights_of(wang) == frozenset()


def test_a_post_does_not_end_in_the_past_or_twice(ground: Ground, system: Actor) -> None:
    hire("wangwei", "grid_worker_full", ground.yongle_1)
    post = Post.objects.get(account__username="wangwei")

    with refused("staff.end_past"):
        leave(post, system, on=TODAY - DAY)
    leave(post, system)
    with refused("staff.post_over"):
        leave(post, system)


# --- roles -----------------------------------------------------------------------------


def test_furnishing_again_leaves_a_role_as_the_office_made_it(ground: Ground) -> None:
    Role.objects.filter(code="volunteer").update(rights=[])
    Role.objects.filter(code="gate_guard").delete()

    apps.get_app_config("staff").furnish(NOON)  # type: ignore[attr-defined]

    assert role("volunteer").rights == []
    assert role("gate_guard").rights
