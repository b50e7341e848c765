"""Opening and moving matters: who may, when, and what is left behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gezhi.base.testing import queries as counted
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters import actions, queries
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import LinkKind, Matter, Taken
from gezhi.engines.matters.tests.conftest import Shed
from gezhi.engines.matters.tests.ladders import LEND, State, ask, shelf

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2022, 9, 9, 17, tzinfo=SHANGHAI)
"""The mid-autumn holiday follows."""


def asked(shed: Shed, title: str = "换灯泡", **more: Any) -> Matter:
    return ask(title=title, place=shed.ground.yongle_1, by=shed.neighbour, at=FRIDAY, **more)


def test_a_matter_is_opened_with_a_number_a_history_and_a_clock(shed: Shed) -> None:
    first, second = asked(shed), asked(shed)

    assert (first.number, second.number) == ("TZ2022090900001", "TZ2022090900002")
    assert first.state == State.ASKED
    assert first.grid_id == shed.ground.yongle_1.pk
    assert first.due_at == datetime(2022, 9, 13, 11, 30, tzinfo=SHANGHAI), "4 working hours"
    assert [one.step for one in first.history.all()] == [""]
    line = JournalLine.objects.get(verb="ladders.ask", subject_id=first.pk)
    assert first.history.get().journal_line == line.pk


def test_a_step_moves_a_matter_and_writes_one_line_each(shed: Shed) -> None:
    matter = asked(shed)

    taken = take(matter, "lend", said="小心", by=shed.keeper, at=FRIDAY)

    assert (matter.state, matter.revision) == (State.OUT, 2)
    assert matter.holder_id == shed.keeper.account_id
    assert (taken.came_from, taken.went_to, taken.said) == (State.ASKED, State.OUT, "小心")
    assert taken.post == "永乐社区 ladder_keeper"
    assert JournalLine.objects.filter(verb="ladders.lend", subject_id=matter.pk).count() == 1
    assert matter.due_at == datetime(2022, 9, 15, 18, tzinfo=SHANGHAI), "3 working days"
    assert matter.clocks.get(clock="answer").stopped_at == FRIDAY


def test_a_step_asks_the_database_few_questions(shed: Shed) -> None:
    matter = asked(shed)

    with counted(14):
        take(matter, "lend", by=shed.keeper, at=FRIDAY)


def test_what_does_not_leave_this_state_is_a_conflict_that_says_where_it_stands(
    shed: Shed,
) -> None:
    matter = asked(shed)
    take(matter, "lend", by=shed.keeper, at=FRIDAY)

    with refused("matters.moved_on") as caught:
        take(matter, "decline", said="没有了", by=shed.keeper, at=FRIDAY)

    assert caught.value.status == 409
    assert "已借出" in caught.value.sentence


def test_whoever_saw_an_older_revision_is_told(shed: Shed) -> None:
    matter = asked(shed)
    take(matter, "lend", revision=1, by=shed.keeper, at=FRIDAY)

    with refused("matters.moved_on"):
        take(matter, "mend", revision=1, by=shed.colleague, at=FRIDAY)


def test_a_step_is_for_whoever_holds_its_right_here(shed: Shed) -> None:
    matter = asked(shed)

    with refused("rights.not_held"):
        take(matter, "lend", by=shed.neighbour, at=FRIDAY)
    with refused("matters.out_of_reach"):
        take(matter, "lend", by=shed.outsider, at=FRIDAY)


def test_nobody_checks_their_own_work(shed: Shed) -> None:
    matter = asked(shed)
    take(matter, "lend", by=shed.keeper, at=FRIDAY)

    with refused("matters.own_work"):
        take(matter, "take_back", values={"rungs": 7}, by=shed.keeper, at=FRIDAY)
    take(matter, "take_back", values={"rungs": 7}, by=shed.colleague, at=FRIDAY)

    assert matter.state == State.BACK
    assert matter.ended_at == FRIDAY
    assert matter.due_at is None
    assert shelf[-1] == (matter.number, 7)


def test_a_step_names_each_field_it_misses(shed: Shed) -> None:
    matter = asked(shed)

    with refused("matters.incomplete") as caught:
        take(matter, "decline", said="  ", by=shed.keeper, at=FRIDAY)

    assert [one.field for one in caught.value.fields] == ["said"]
    assert Taken.objects.filter(matter=matter).count() == 1


def test_a_rule_of_the_service_stands_against_a_step(shed: Shed) -> None:
    matter = asked(shed, title="雨天")

    with refused("ladders.rain"):
        take(matter, "lend", by=shed.keeper, at=FRIDAY)


def test_a_step_for_the_holder_is_not_for_others(shed: Shed) -> None:
    matter = asked(shed)
    take(matter, "lend", by=shed.keeper, at=FRIDAY)

    with refused("matters.not_in_hand"):
        take(matter, "note", said="借给三楼", by=shed.colleague, at=FRIDAY)
    take(matter, "note", said="借给三楼", by=shed.keeper, at=FRIDAY)

    assert matter.state == State.OUT


def test_a_clock_stands_still_where_the_table_says(shed: Shed) -> None:
    matter = asked(shed)
    take(matter, "lend", by=shed.keeper, at=FRIDAY)

    take(matter, "mend", by=shed.colleague, at=FRIDAY + timedelta(days=4))
    assert matter.due_at is None
    take(matter, "mended", by=shed.colleague, at=FRIDAY + timedelta(days=6))

    assert matter.due_at == datetime(2022, 9, 20, 18, tzinfo=SHANGHAI), (
        "the 13th to the 15th were touched by the pause"
    )


def test_a_kind_without_limit_is_never_due(shed: Shed) -> None:
    matter = asked(shed, urgent=True)

    take(matter, "lend", by=shed.keeper, at=FRIDAY)

    assert matter.due_at is None


def test_what_waits_is_read_off_the_table(shed: Shed) -> None:
    matter = asked(shed)

    def waiting(actor: Any) -> list[Matter]:
        return list(queries.waiting_for(actor, FRIDAY))

    assert waiting(shed.keeper) == waiting(shed.colleague) == [matter]
    assert waiting(shed.neighbour) == waiting(shed.outsider) == []
    take(matter, "lend", by=shed.keeper, at=FRIDAY)
    assert waiting(shed.keeper) == [matter], "it lies on their desk"
    assert waiting(shed.colleague) == []
    assert list(queries.done_by(shed.keeper, FRIDAY)) == [matter]
    assert list(queries.opened_by(shed.neighbour, FRIDAY)) == [matter]


def test_a_matter_is_handed_on_with_a_reason_and_comes_back_to_no_desk_twice(shed: Shed) -> None:
    matter = asked(shed)
    take(matter, "lend", by=shed.keeper, at=FRIDAY)
    desk = shed.colleague.account_id
    assert desk is not None

    with refused("matters.no_reason"):
        actions.hand_on(matter=matter, to=desk, why=" ", by=shed.keeper, at=FRIDAY)
    actions.hand_on(matter=matter, to=desk, why="休假", by=shed.keeper, at=FRIDAY)

    with refused("matters.not_in_hand"):
        actions.hand_on(matter=matter, to=desk, why="休假", by=shed.keeper, at=FRIDAY)
    assert queries.in_hand_count(desk) == 1


def test_comments_followers_and_links_are_kept(shed: Shed) -> None:
    matter, other = asked(shed), asked(shed)

    said = actions.comment(matter=matter, text=" 在车库 ", by=shed.neighbour, at=FRIDAY)
    with refused("matters.not_yours"):
        actions.withdraw_comment(comment=said, by=shed.keeper, at=FRIDAY)
    actions.withdraw_comment(comment=said, by=shed.neighbour, at=FRIDAY)
    account = shed.colleague.account_id
    assert account is not None
    added = [
        actions.follow(matter=matter, accounts=[account], by=shed.neighbour, at=FRIDAY)
        for _again in range(2)
    ]
    links = {
        actions.link(
            matter=matter, other=other, kind=LinkKind.REPEATS, by=shed.keeper, at=FRIDAY
        ).pk
        for _again in range(2)
    }

    assert matter.comments.get().text == ""
    assert added == [1, 0]
    assert len(links) == 1
    assert list(queries.followed_by(shed.colleague, FRIDAY)) == [matter]


def test_the_database_keeps_one_history_line_for_each_number(shed: Shed) -> None:
    matter = asked(shed)
    line = matter.history.get()
    line.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)


def test_the_right_of_a_step_is_asked_of_the_list_and_of_the_row(shed: Shed) -> None:
    matter = asked(shed)

    for actor in (shed.keeper, shed.neighbour, shed.outsider):
        listed = LEND.rows(Matter.objects.all(), actor).filter(pk=matter.pk).exists()
        assert listed == LEND.covers(actor, matter)
    assert connection.in_atomic_block
