"""Two reports of one thing: merged, taken apart, and everybody told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.base.testing import refused
from gezhi.core.notices.models import Notice
from gezhi.core.staff.tests.office import NOON
from gezhi.engines.matters import queries as inbox
from gezhi.engines.matters.jobs import tell_followers
from gezhi.services.cases.actions import Joining, join
from gezhi.services.cases.models import Joiner, Source, State
from gezhi.services.cases.tests.conftest import Centre
from gezhi.services.cases.tests.going import closed, go, handled

pytestmark = pytest.mark.django_db


def test_reporters_of_a_merged_case_hear_of_the_living_one(centre: Centre) -> None:
    living = handled(centre)
    repeated = centre.report(source=Source.HOTLINE, reporter="李四", phone="13912345678")

    go(repeated, "merge", centre.operator, said="同一堆垃圾", duplicate_of=living)

    assert repeated.matter.state == State.VOIDED
    assert (repeated.void_reason, repeated.merged_into_id) == ("duplicate", living.pk)
    living.refresh_from_db()
    assert living.joined == 1
    assert list(inbox.followed_by(centre.worker, NOON)) == [living.matter]
    assert [(one.account_id, one.kind) for one in Notice.objects.all()] == [
        (centre.worker.account_id, "cases.merged")
    ]
    assert repeated.reporter is not None, "who told of it stays sealed where it was"
    assert inbox.related_to(living.matter).get() == repeated.matter


def test_followers_are_told_when_the_living_case_is_closed(centre: Centre) -> None:
    living = handled(centre)
    repeated = centre.report()
    go(repeated, "merge", centre.operator, said="同一堆", duplicate_of=living)
    Notice.objects.all().delete()
    go(living, "feed_back", centre.handler, said="已清走")
    go(living, "pass_check", centre.checker)
    go(living, "close", centre.operator)

    for _again in range(2):
        tell_followers.run(
            matter=str(living.pk),
            revision=living.matter.revision,
            mover=str(centre.operator.account_id),
        )

    told = Notice.objects.filter(kind="matters.moved")
    assert [one.account_id for one in told] == [centre.worker.account_id]
    assert "已结案" in told.get().title


def test_what_was_merged_by_mistake_is_taken_apart(centre: Centre) -> None:
    living = handled(centre)
    repeated = centre.report()
    go(repeated, "merge", centre.operator, said="同一堆", duplicate_of=living)

    go(repeated, "take_apart", centre.operator, said="是另一堆")

    assert repeated.matter.state == State.REPORTED
    assert repeated.merged_into_id is None
    assert repeated.matter.ended_at is None
    living.refresh_from_db()
    assert living.joined == 0
    assert not inbox.followed_by(centre.worker, NOON).exists()
    assert not inbox.related_to(living.matter).exists()
    assert repeated.matter.clocks.filter(clock="filing", stopped_at=None).exists()


def test_a_case_is_merged_into_another_that_is_open(centre: Centre) -> None:
    repeated, over = centre.report(), closed(centre)

    with refused("cases.merged_into_itself"):
        go(repeated, "merge", centre.operator, said="同一堆", duplicate_of=repeated)
    with refused("cases.merged_into_ended"):
        go(repeated, "merge", centre.operator, said="同一堆", duplicate_of=over)
    with refused("cases.merge_it"):
        go(repeated, "void", centre.operator, said="重复", void_reason="duplicate")


def test_what_is_not_merged_is_not_taken_apart(centre: Centre) -> None:
    case = centre.report()
    go(case, "void", centre.operator, said="不在辖区", void_reason="outside")

    with refused("cases.not_merged"):
        go(case, "take_apart", centre.operator, said="再看看")


def test_whoever_joins_is_sealed_beside_the_case(centre: Centre) -> None:
    case = handled(centre)
    told = Joining(source=Source.HOTLINE, words="就是这堆", reporter="赵六", phone="13612345678")

    join(case=case, told=told, by=centre.operator, at=NOON)

    row = Joiner.objects.get(case=case)
    assert row.reporter is not None
    assert "赵六" not in str(row.reporter)
    case.refresh_from_db()
    assert case.joined == 1


def test_the_same_heap_a_week_later_opens_the_case_again(centre: Centre) -> None:
    case = closed(centre)

    with refused("cases.window_over"):
        go(case, "report_again", centre.operator, said="又有了", at=NOON + timedelta(days=8))
    go(case, "report_again", centre.operator, said="又有了", at=NOON + timedelta(days=3))

    assert case.matter.state == State.DISPATCHED
    assert case.matter.holder_id is None
    assert (case.reworks, case.reopened, case.joined) == (1, 1, 1)
    assert list(inbox.followed_by(centre.operator, NOON)) == [case.matter]
