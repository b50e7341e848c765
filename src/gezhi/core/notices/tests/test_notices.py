"""Notices and to-dos: sent once for a key, ended by an action, read by their receiver alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from gezhi.base.actors import Actor, ActorKind, Holding, system
from gezhi.base.testing import queries as at_most
from gezhi.core.journal.actions import action
from gezhi.core.journal.models import JournalLine
from gezhi.core.notices import actions, queries
from gezhi.core.notices.models import Notice

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 9, 13, 4, tzinfo=UTC)
WANG, LI = uuid4(), uuid4()


def reader(account_id: UUID) -> Actor:
    post = Holding(
        uuid4(), "r", "网格员", uuid4(), 3, "", "永乐社区第一网格", frozenset({"notices.own"})
    )
    return Actor(ActorKind.STAFF, "王伟", account_id, holdings=(post,))


def send(*to: UUID, title: str = "核对表格", todo: bool = True, key: str = "") -> int:
    return actions.send(to=to, kind="t", title=title, todo=todo, key=key, by=system("job"), at=NOON)


def test_under_a_key_everybody_gets_it_once() -> None:
    assert send(WANG, key="batch:1") == 1
    assert send(WANG, LI, LI, key="batch:1") == 1

    assert Notice.objects.count() == 2


def test_an_action_ends_a_to_do_for_everybody_it_went_to() -> None:
    send(WANG, LI, key="batch:1")
    send(WANG, key="batch:2")

    ended = actions.done(key="batch:1", by=system("job"), at=NOON + timedelta(hours=1))

    assert ended == 2
    assert queries.todos_waiting(WANG) == 1
    assert queries.todos_waiting(LI) == 0


def test_a_notice_leads_nowhere_outside_the_platform() -> None:
    with pytest.raises(ValueError, match="platform itself"):
        actions.send(
            to=[WANG], kind="t", title="看", link="https://x.example/", by=system("job"), at=NOON
        )


def test_nobody_ticks_off_or_reads_what_was_sent_to_others() -> None:
    send(WANG)
    send(WANG, todo=False)
    rows = list(Notice.objects.all())

    assert actions.finish(rows=rows, by=reader(LI), at=NOON) == 0
    assert actions.mark_read(rows=rows, by=reader(LI), at=NOON) == 0
    assert actions.finish(rows=rows, by=reader(WANG), at=NOON) == 1
    assert actions.mark_read(by=reader(WANG), at=NOON) == 1


def test_both_numbers_of_the_top_bar_come_from_one_query() -> None:
    send(WANG)
    send(WANG, todo=False)
    send(WANG, todo=False, title="已入库")
    wang = reader(WANG)

    with at_most(2):  # one of them may be the way into the cell
        assert (queries.todo_count(wang, NOON), queries.unread_count(wang, NOON)) == (1, 2)
    assert queries.unread_count(reader(LI), NOON) == 0


@action("notices_test.leave", "离任")
def leave(*, by: Actor, at: datetime) -> int:
    return actions.hand_over(WANG, LI, by, at)


def test_what_is_handed_over_goes_to_the_successor_and_not_twice() -> None:
    send(WANG, key="batch:1")
    send(LI, key="batch:1")
    send(WANG, key="batch:2")
    send(WANG)

    assert leave(by=system("job"), at=NOON) == 3

    assert queries.todos_waiting(WANG) == 0
    assert queries.todos_waiting(LI) == 3


def test_every_sending_is_journalled_without_its_words() -> None:
    send(WANG, title="王伟的表格")

    line = JournalLine.objects.get(verb="notices.send")
    assert "王伟" not in str(line.changes)
