"""A named write is one transaction and one line; sent twice, it is done once."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.base.errors import NotAllowed
from gezhi.base.rights import Right
from gezhi.core.cells.keys import keys_here
from gezhi.core.cells.models import Cell
from gezhi.core.journal.actions import action, current_line, note
from gezhi.core.journal.middleware import OnlyOnce
from gezhi.core.journal.models import JournalLine, Once

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 9, 5, 4, tzinfo=UTC)
LEND = Right("journal_test.lend", "借出梯子")


def holding(*rights: str) -> Holding:
    return Holding(
        uuid4(), "worker", "网格员", uuid4(), 3, "410172360/001/001/", "永乐第一网格",
        frozenset(rights),
    )  # fmt: skip


WORKER = Actor(
    ActorKind.STAFF, "张网格", uuid4(), holdings=(holding("journal_test.lend"),),
    origin=Origin("web", "10.0.0.9", "r-1"),
)  # fmt: skip


@action("journal_test.lend", "借出梯子", right=LEND)
def lend(*, to: str, fail: bool = False, by: Actor, at: datetime) -> UUID:
    note(changes={"ladder": 3}, personal={"to": to}, why="修灯")
    if fail:
        raise ValueError("the ladder broke")
    return current_line()


@action("journal_test.lend_twice", "借出两次")
def lend_twice(*, by: Actor, at: datetime) -> tuple[UUID, UUID]:
    return lend(to="王", by=by, at=at), lend(to="李", by=by, at=at)


def test_a_line_tells_who_as_what_and_from_where() -> None:
    line = JournalLine.objects.get(pk=lend(to="王小三", by=WORKER, at=NOON))

    assert (line.actor_name, line.post) == ("张网格", "永乐第一网格 网格员")
    assert (line.verb, line.channel, line.address) == ("journal_test.lend", "web", "10.0.0.9")
    assert line.changes == {"ladder": 3}


def test_what_is_personal_lies_sealed_apart() -> None:
    line = JournalLine.objects.get(pk=lend(to="王小三", by=WORKER, at=NOON))

    assert "王小三" not in str([getattr(line, f.attname) for f in line._meta.concrete_fields])
    assert "王小三" in keys_here().open(line.detail.sealed, context=line.detail.context())


def test_an_action_that_raises_leaves_nothing() -> None:
    with pytest.raises(ValueError, match="broke"):
        lend(to="王", fail=True, by=WORKER, at=NOON)

    assert not JournalLine.objects.exists()


def test_an_action_within_an_action_joins_its_line() -> None:
    first, second = lend_twice(by=WORKER, at=NOON)

    assert first == second
    assert JournalLine.objects.get().verb == "journal_test.lend_twice"


def test_without_the_right_nothing_is_written() -> None:
    stranger = Actor(ActorKind.STAFF, "赵", uuid4(), holdings=(holding(),))

    with pytest.raises(NotAllowed):
        lend(to="王", by=stranger, at=NOON)
    assert not JournalLine.objects.exists()


def send(key: UUID | None, answer: Any, **data: str) -> HttpResponse:
    if key:
        data["_once"] = str(key)
    request = RequestFactory().post("/ladders/", data)
    request.cell = Cell(name="沟赵")  # type: ignore[attr-defined]
    request.actor = WORKER  # type: ignore[attr-defined]
    response = OnlyOnce(answer)(request)
    assert isinstance(response, HttpResponse)
    return response


def lending(request: HttpRequest) -> HttpResponse:
    lend(to=request.POST["to"], by=WORKER, at=NOON)
    return HttpResponse(f"借给{request.POST['to']}")


def test_a_form_sent_twice_is_done_once_and_answered_twice() -> None:
    key = uuid4()

    answers = [send(key, lending, to="王").content.decode() for _ in range(2)]

    assert answers == ["借给王", "借给王"]
    assert JournalLine.objects.count() == 1


def test_a_key_does_not_stand_for_another_form() -> None:
    key = uuid4()
    send(key, lending, to="王")

    answer = send(key, lending, to="李")

    assert answer.status_code == 409
    assert "已用于另一项操作" in answer.content.decode()
    assert JournalLine.objects.count() == 1


def test_a_refused_form_may_be_sent_again_under_its_key() -> None:
    def refusing(request: HttpRequest) -> HttpResponse:
        with suppress(ValueError):
            lend(to="王", fail=True, by=WORKER, at=NOON)
        return HttpResponse(status=422)

    key = uuid4()
    send(key, refusing, to="王")

    assert not JournalLine.objects.exists()
    assert not Once.objects.exists()
    assert send(key, lending, to="王").status_code == 200


def test_a_broken_constraint_of_the_write_is_not_taken_for_a_known_key() -> None:
    def breaking(request: HttpRequest) -> HttpResponse:
        row = Once(key=uuid4(), fingerprint=b"", at=NOON)
        Once.objects.bulk_create([row, row])
        raise AssertionError("the database let it pass")

    with pytest.raises(DatabaseError), transaction.atomic():
        send(uuid4(), breaking, to="王")
