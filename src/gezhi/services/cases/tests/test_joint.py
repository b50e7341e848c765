"""Orders from leaders, and whistles that call departments together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gezhi.base.actors import Actor
from gezhi.base.testing import refused
from gezhi.core.staff.models import Post, Role, Unit
from gezhi.core.staff.tests import office
from gezhi.core.staff.tests.office import NOON, SHANGHAI
from gezhi.engines.matters import queries as inbox
from gezhi.services.cases import actions, rights, telling
from gezhi.services.cases.models import Case, State
from gezhi.services.cases.models.joint import OversightState, Whistle, WhistleState
from gezhi.services.cases.tests.conftest import Centre
from gezhi.services.cases.tests.going import filed, go, handled, move

pytestmark = pytest.mark.django_db
MORNING = datetime(2022, 9, 13, 9, tzinfo=SHANGHAI)


@pytest.fixture
def fire(centre: Centre) -> tuple[Unit, Actor]:
    """The fire brigade, and somebody of it."""
    unit = Unit.objects.create(code="D9", name="消防大队", kind="district")
    person = office.account("fire")
    Post.objects.create(
        account=person,
        role=Role.objects.get(code="seat_handler"),
        place=centre.ground.office,
        unit=unit,
        valid_from=date(2022, 1, 1),
    )
    return unit, office.as_actor(person)


def whistle(
    centre: Centre, case: Case, lead: Unit, *assist: Unit, kind: str = "joint", holds: bool = True
) -> Whistle:
    call = actions.Call(kind, "楼道停满电动车，需联合清理", lead, assist, holds)
    return actions.blow_for(matter=case.matter, call=call, by=centre.operator, at=MORNING)


def test_departments_are_called_come_handle_and_are_scored(
    centre: Centre, fire: tuple[Unit, Actor]
) -> None:
    brigade, fireman = fire
    case = handled(centre, at=MORNING)
    called = whistle(centre, case, brigade, centre.lighting)
    matter = called.matter

    assert matter.state == WhistleState.PROPOSED
    assert matter.parent_id == case.pk
    with refused("matters.children_first"):
        go(case, "feed_back", centre.handler, at=MORNING, said="已清走")
    move(matter, "approve", centre.chief, at=MORNING)
    move(matter, "blow", centre.dispatcher, at=MORNING)
    assert matter.due_at == datetime(2022, 9, 14, 18, tzinfo=SHANGHAI), "one working day"
    assert matter in inbox.waiting_for(fireman, MORNING)

    move(matter, "report_in", fireman, at=MORNING + timedelta(hours=1))
    assert matter.state == WhistleState.BLOWN, "one is still to come"
    assert matter not in inbox.waiting_for(fireman, MORNING) or matter.state == "blown"
    with refused("matters.out_of_reach"):
        move(matter, "report_in", fireman, at=MORNING)
    late = MORNING + timedelta(days=2)
    move(matter, "report_in", centre.other_handler, at=late)
    assert matter.state == WhistleState.REPORTED_IN
    assert matter.history.get(number=matter.revision).by == "系统"

    with refused("matters.out_of_reach"):
        move(matter, "begin", centre.other_handler, at=late, said="分片清理")
    move(matter, "begin", fireman, at=late, said="分片清理")
    move(matter, "finish", fireman, at=late, said="清出 30 辆")
    go(case, "feed_back", centre.handler, at=late, said="已清走")
    assert case.matter.state == State.CHECKING, "what is done holds its case no longer"
    marks = {
        str(brigade.pk): {"present": 5, "effective": 4},
        str(centre.lighting.pk): {"present": 3, "effective": 3},
    }
    move(matter, "score", centre.chief, at=late, scores=marks)

    assert matter.state == WhistleState.SCORED
    came = {one.unit.name: (one.leads, one.on_time, one.present) for one in called.called.all()}
    assert came == {"消防大队": (True, True, 5), "城管局照明队": (False, False, 3)}


def test_an_emergency_is_on_site_within_half_an_hour(
    centre: Centre, fire: tuple[Unit, Actor]
) -> None:
    night = datetime(2022, 9, 13, 23, tzinfo=SHANGHAI)
    matter = whistle(centre, handled(centre), fire[0], kind="emergency").matter
    move(matter, "approve", centre.chief, at=night)

    move(matter, "blow", centre.dispatcher, at=night)

    assert matter.due_at == night + timedelta(minutes=30)


def test_nobody_approves_their_own_whistle(centre: Centre, fire: tuple[Unit, Actor]) -> None:
    case = handled(centre)
    call = actions.Call("joint", "联合清理", fire[0])
    both = replace(centre.chief, holdings=(*centre.chief.holdings, *centre.operator.holdings))
    matter = actions.blow_for(matter=case.matter, call=call, by=both, at=NOON).matter

    with refused("matters.own_work"):
        move(matter, "approve", both)
    move(matter, "refuse", replace(both, account_id=UUID(int=7)), said="社区自己能办")
    assert matter.state == WhistleState.REFUSED


def test_where_no_department_comes_the_whistle_is_over(
    centre: Centre, fire: tuple[Unit, Actor]
) -> None:
    case = handled(centre)
    matter = whistle(centre, case, fire[0]).matter
    move(matter, "approve", centre.chief)
    move(matter, "blow", centre.dispatcher)
    with refused("matters.incomplete"):
        move(matter, "decline", fire[1])

    move(matter, "decline", fire[1], said="依《消防法》第五十三条由派出所管辖")

    assert matter.state == WhistleState.REFUSED
    assert matter.ended_at is not None
    go(case, "feed_back", centre.handler, said="社区自行清理")
    assert case.matter.state == State.CHECKING


def test_a_whistle_that_holds_nothing_up(centre: Centre, fire: tuple[Unit, Actor]) -> None:
    case = handled(centre)
    whistle(centre, case, fire[0], holds=False)

    go(case, "feed_back", centre.handler, said="已清走")

    assert case.matter.state == State.CHECKING


def test_an_order_is_answered_by_whoever_has_the_case_and_read_by_the_leader(
    centre: Centre,
) -> None:
    case = handled(centre, at=MORNING)

    order = actions.oversee(
        matter=case.matter, order="今天务必清完", days=2, by=centre.chief, at=MORNING
    )

    matter = order.matter
    assert matter.state == OversightState.ISSUED
    assert matter.due_at == datetime(2022, 9, 15, 18, tzinfo=SHANGHAI)
    assert matter in inbox.waiting_for(centre.handler, MORNING)
    assert matter not in inbox.waiting_for(centre.other_handler, MORNING)
    with refused("matters.out_of_reach"):
        move(matter, "answer", centre.other_handler, at=MORNING, said="知道了")
    move(matter, "answer", centre.handler, at=MORNING, said="正在清")
    move(matter, "ask_again", centre.chief, at=MORNING, said="几点清完？")
    assert matter.due_at is not None
    move(matter, "answer", centre.handler, at=MORNING, said="十二点前")
    move(matter, "accept_answer", centre.chief, at=MORNING)

    order.refresh_from_db()
    assert order.answer == "十二点前"
    assert matter.state == OversightState.DONE


def test_an_order_goes_along_when_the_case_gets_another_unit(centre: Centre) -> None:
    case = filed(centre)
    order = actions.oversee(matter=case.matter, order="尽快", days=1, by=centre.chief, at=NOON)
    assert order.matter in inbox.waiting_for(centre.dispatcher, NOON)

    go(case, "dispatch", centre.dispatcher, unit=centre.lighting)

    assert order.matter in inbox.waiting_for(centre.other_handler, NOON)
    assert order.matter not in inbox.waiting_for(centre.handler, NOON)


def test_what_is_over_gets_no_orders(centre: Centre) -> None:
    case = centre.report()
    go(case, "void", centre.operator, said="不在辖区", void_reason="outside")

    with refused("cases.over"):
        actions.oversee(matter=case.matter, order="尽快", days=1, by=centre.chief, at=NOON)


def test_at_the_end_of_a_limit_the_heads_are_told_as_well(centre: Centre) -> None:
    case = handled(centre)

    def told(mark: int) -> set[Any]:
        return set(telling.the_unit(case.matter, mark))

    assert told(50) == told(80) == {centre.handler.account_id}
    assert told(100) == {centre.handler.account_id, centre.chief.account_id}
    loose = filed(centre)
    assert set(telling.those_with(rights.DISPATCH)(loose.matter, 80)) == {
        centre.dispatcher.account_id
    }
