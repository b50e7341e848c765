"""Desks left to deputies, children that hold their parent up, many moved at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gezhi.base.testing import refused
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests.office import come
from gezhi.engines.matters import actions, queries
from gezhi.engines.matters.actions import take, take_many
from gezhi.engines.matters.models import Delegation, LinkKind, Matter
from gezhi.engines.matters.tests.conftest import Shed
from gezhi.engines.matters.tests.ladders import State, ask

pytestmark = pytest.mark.django_db


def asked(shed: Shed, title: str = "换灯泡", **more: Any) -> Matter:
    now = timezone.now()
    return ask(title=title, place=shed.ground.yongle_1, by=shed.neighbour, at=now, **more)


def lent(shed: Shed) -> Matter:
    matter = asked(shed)
    take(matter, "lend", by=shed.keeper, at=timezone.now())
    return matter


def account(actor: Any) -> Account:
    return Account.objects.get(pk=actor.account_id)


def leave(shed: Shed, **more: Any) -> Delegation:
    today = timezone.localdate()
    given = {"first": today, "last": today + timedelta(days=3), "why": "年休假", **more}
    return actions.delegate(
        deputy=account(shed.colleague), **given, by=shed.keeper, at=timezone.now()
    )


def test_a_deputy_acts_at_the_desk_of_who_is_away_and_is_named(shed: Shed) -> None:
    matter = lent(shed)
    with refused("matters.not_in_hand"):
        take(matter, "note", said="在车库", by=shed.colleague, at=timezone.now())
    leave(shed)

    assert matter in queries.waiting_for(shed.colleague, timezone.now())
    taken = take(matter, "note", said="在车库", by=shed.colleague, at=timezone.now())

    assert taken.by == "colleague"
    assert "代keeper办理" in taken.post
    assert matter.holder_id == shed.keeper.account_id, "it stays on the desk it was on"


def test_a_desk_comes_back_when_its_owner_says_so(shed: Shed) -> None:
    matter, left = lent(shed), leave(shed)
    with refused("matters.not_your_desk"):
        actions.end_delegation(delegation=left, by=shed.colleague, at=timezone.now())

    actions.end_delegation(delegation=left, by=shed.keeper, at=timezone.now())

    assert matter not in queries.waiting_for(shed.colleague, timezone.now())
    with refused("matters.not_in_hand"):
        take(matter, "note", said="在车库", by=shed.colleague, at=timezone.now())
    with refused("matters.delegation_over"):
        actions.end_delegation(delegation=left, by=shed.keeper, at=timezone.now())


def test_a_desk_is_left_once_and_not_for_ever(shed: Shed) -> None:
    today = timezone.localdate()
    with refused("matters.delegated_backwards"):
        leave(shed, first=today - timedelta(days=1))
    with refused("matters.delegation_too_long"):
        leave(shed, last=today + timedelta(days=400))
    with refused("matters.own_deputy"):
        actions.delegate(
            deputy=account(shed.keeper),
            first=today,
            last=today,
            why="休假",
            by=shed.keeper,
            at=timezone.now(),
        )
    leave(shed)

    with refused("matters.delegated"):
        leave(shed)


def test_a_delegation_that_is_to_come_opens_nothing_yet(shed: Shed) -> None:
    matter, today = lent(shed), timezone.localdate()

    leave(shed, first=today + timedelta(days=2), last=today + timedelta(days=3))

    assert matter not in queries.waiting_for(shed.colleague, timezone.now())


def test_many_are_moved_one_by_one(shed: Shed) -> None:
    ready, gone = asked(shed), asked(shed)
    take(gone, "decline", said="不借", by=shed.keeper, at=timezone.now())

    outcomes = take_many([ready, gone], "lend", by=shed.keeper, at=timezone.now())

    assert [one.refusal and one.refusal.code for one in outcomes] == [None, "matters.moved_on"]
    ready.refresh_from_db()
    assert ready.state == State.OUT


def test_many_are_picked_in_the_inbox_and_told_of_each(shed: Shed) -> None:
    first, second = asked(shed), asked(shed)
    rainy = asked(shed, title="雨天")
    browser = come(account(shed.keeper))
    picked = [str(one.pk) for one in (first, second, rainy)]

    asked_page = browser.get("/matters/many/", {"pick": picked})
    answer = browser.post(
        f"/matters/many/?{'&'.join(f'pick={one}' for one in picked)}",
        {"step": "ladders.lend", "said": ""},
    )

    assert "借梯子 · 借出" in asked_page.content.decode()
    page = answer.content.decode()
    assert "办成 2 件，未办 1 件" in page
    assert "下雨天不借" in page
    assert Matter.objects.filter(state=State.OUT).count() == 2


def test_a_comment_is_taken_back_on_its_page_by_its_writer(shed: Shed) -> None:
    matter = asked(shed)
    said = actions.comment(matter=matter, text="在车库", by=shed.neighbour, at=timezone.now())
    address = f"/matters/comments/{said.pk}/withdraw/"

    assert come(account(shed.keeper)).get(address).status_code == 404
    come(account(shed.neighbour)).post(address)

    said.refresh_from_db()
    assert said.withdrawn_at is not None
    assert said.text == ""


def test_matters_are_linked_by_number_and_unlinked(shed: Shed) -> None:
    matter, other = asked(shed), asked(shed)
    browser = come(account(shed.neighbour))

    wrong = browser.post(f"/matters/{matter.pk}/links/", {"other": "TZ0"})
    browser.post(f"/matters/{matter.pk}/links/", {"other": other.number.lower()})

    assert wrong.status_code == 422
    link = matter.links.get()
    assert (link.other_id, link.kind) == (other.pk, LinkKind.ABOUT)
    assert list(queries.related_to(other)) == [matter], "read from both sides"
    browser.post(f"/matters/links/{link.pk}/remove/")
    assert not queries.related_to(matter).exists()


def test_a_child_holds_its_parent_up_until_it_is_over(shed: Shed) -> None:
    ladder = lent(shed)
    take(ladder, "mend", by=shed.keeper, at=timezone.now())
    rung = asked(shed, title="换横档", parent=ladder)

    with refused("matters.children_first") as caught:
        take(ladder, "mended", by=shed.keeper, at=timezone.now())
    assert rung.number in caught.value.sentence
    take(rung, "decline", said="不换了", by=shed.keeper, at=timezone.now())
    take(ladder, "mended", by=shed.keeper, at=timezone.now())

    assert ladder.state == State.OUT
