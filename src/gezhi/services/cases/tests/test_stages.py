"""A case from the report to the end, and the ways it can be turned back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from gezhi.base.actors import Actor
from gezhi.base.testing import queries as counted
from gezhi.base.testing import refused
from gezhi.core.staff.tests.office import NOON, SHANGHAI
from gezhi.engines.matters import queries as inbox
from gezhi.engines.matters.actions import take
from gezhi.services.cases import actions, queries, rights, rules
from gezhi.services.cases.models import Case, Source, State
from gezhi.services.cases.tests.conftest import Centre, category, picture

pytestmark = pytest.mark.django_db


def go(
    case: Case, step: str, by: Actor, *, at: datetime = NOON, said: str = "", **values: Any
) -> None:
    take(case.matter, step, said=said, values=values, by=by, at=at)
    case.refresh_from_db()


def handled(centre: Centre, *, at: datetime = NOON) -> Case:
    """A case that lies with the cleaners."""
    case = centre.report(at=at)
    go(case, "file", centre.operator, at=at, category=category("0102"))
    go(case, "dispatch", centre.dispatcher, at=at, unit=centre.cleaning)
    go(case, "accept", centre.handler, at=at)
    return case


def test_a_heap_of_rubbish_goes_through_the_seven_stages(centre: Centre) -> None:
    case = handled(centre)
    go(case, "feed_back", centre.handler, said="已清走")
    go(case, "pass_check", centre.checker)
    go(case, "close", centre.operator)

    assert case.matter.state == State.CLOSED
    assert case.result == "已清走"
    assert case.closed_at == NOON
    assert [one.step for one in case.matter.history.all()] == [
        *("", "file", "dispatch", "accept", "feed_back", "pass_check", "close")
    ]
    assert case.matter.number == "GZ2022091300001"


def test_filing_finds_the_unit_by_itself(centre: Centre) -> None:
    case = centre.report()

    go(case, "file", centre.operator, category=category("0102"))

    assert case.matter.unit_id == centre.cleaning.pk
    assert case.matter.title == "暴露垃圾"


def test_the_clock_of_the_category_runs_from_dispatch(centre: Centre) -> None:
    case = handled(centre)

    assert case.matter.due_at == datetime(2022, 9, 13, 18, tzinfo=SHANGHAI), "4 working hours"


def test_what_residents_report_is_looked_at_first(centre: Centre) -> None:
    case = centre.report(source=Source.RESIDENT)

    with refused("cases.not_verified"):
        go(case, "file", centre.operator, category=category("0102"))
    go(case, "ask_to_verify", centre.operator)
    assert list(inbox.waiting_for(centre.worker, NOON)) == [case.matter]
    go(case, "deny", centre.worker, said="现场没有垃圾")

    with refused("cases.untrue"):
        go(case, "file", centre.operator, category=category("0102"))
    go(case, "void", centre.operator, said="核实不属实", void_reason="untrue")
    assert case.matter.state == State.VOIDED


def test_the_second_return_is_a_dispute_for_the_chief(centre: Centre) -> None:
    case = centre.report()
    go(case, "file", centre.operator, category=category("0102"))
    go(case, "dispatch", centre.dispatcher, unit=centre.lighting)
    with refused("cases.first_return"):
        go(case, "dispute", centre.other_handler, said="不归我们管")
    go(case, "give_back", centre.other_handler, said="不归我们管")
    go(case, "redirect", centre.dispatcher, said="改派环卫", unit=centre.cleaning)

    with refused("cases.second_return"):
        go(case, "give_back", centre.handler, said="也不归我们管")
    go(case, "dispute", centre.handler, said="也不归我们管")
    go(case, "decide", centre.chief, said="由社区兜底", unit=centre.cleaning)

    assert case.matter.unit_id == centre.cleaning.pk
    assert case.first_unit_id == centre.lighting.pk
    assert case.returns == 2


def test_a_unit_handles_what_lies_with_it_and_nothing_else(centre: Centre) -> None:
    case = centre.report()
    go(case, "file", centre.operator, category=category("0102"))
    go(case, "dispatch", centre.dispatcher, unit=centre.cleaning)

    with refused("matters.out_of_reach"):
        go(case, "accept", centre.other_handler)


def test_a_failed_check_halves_the_limit(centre: Centre) -> None:
    case = handled(centre)
    go(case, "feed_back", centre.handler, said="已清走")
    late = datetime(2022, 9, 14, 9, tzinfo=SHANGHAI)

    go(case, "fail_check", centre.checker, at=late, said="还有一半")

    assert case.reworks == 1
    assert case.matter.due_at == datetime(2022, 9, 14, 11, tzinfo=SHANGHAI), "half of 4 hours"
    go(case, "feed_back", centre.handler, at=late, said="全部清走")
    assert case.matter.state == State.CHECKING


def test_time_is_granted_by_another_where_the_category_allows_it(centre: Centre) -> None:
    case = centre.report("0110")
    go(case, "file", centre.operator, category=category("0110"))
    go(case, "dispatch", centre.dispatcher, unit=centre.cleaning)
    go(case, "accept", centre.handler)
    due = case.matter.due_at
    assert due is not None

    go(case, "ask_time", centre.handler, said="等沥青", days=2)
    go(case, "grant_time", centre.chief, days=2)

    assert case.matter.due_at == datetime(2022, 9, 22, 18, tzinfo=SHANGHAI), "5 days and 2 more"
    assert case.extensions == 1


def test_no_time_is_asked_for_what_cannot_wait(centre: Centre) -> None:
    case = handled(centre)

    with refused("cases.no_extension"):
        go(case, "ask_time", centre.handler, said="人手不够", days=1)


def test_a_suspended_case_is_not_due(centre: Centre) -> None:
    case = centre.report("0110")
    go(case, "file", centre.operator, category=category("0110"))
    go(case, "dispatch", centre.dispatcher, unit=centre.cleaning)
    go(case, "accept", centre.handler)
    plan: dict[str, Any] = {"suspended_for": "season", "plan_on": NOON.date() + timedelta(days=60)}
    go(case, "ask_to_suspend", centre.handler, said="冬季不能施工，三月开工", **plan)
    go(case, "suspend", centre.chief, said="同意")
    assert case.matter.due_at is None

    go(case, "resume", centre.handler, at=NOON + timedelta(days=30))

    assert case.matter.due_at is not None


def test_a_closed_case_is_reopened_within_a_week(centre: Centre) -> None:
    case = handled(centre)
    go(case, "feed_back", centre.handler, said="已清走")
    go(case, "pass_check", centre.checker)
    go(case, "close", centre.operator)

    with refused("cases.window_over"):
        go(case, "reopen", centre.operator, said="又堆满了", at=NOON + timedelta(days=8))
    go(case, "reopen", centre.operator, said="又堆满了", at=NOON + timedelta(days=2))

    assert case.matter.state == State.DISPATCHED
    assert case.matter.ended_at is None
    assert (case.reworks, case.reopened, case.closed_at) == (1, 1, None)


def test_what_is_solved_on_the_spot_is_closed_by_another(centre: Centre) -> None:
    case = centre.report()

    go(
        case,
        "handle_here",
        centre.worker,
        said="随手捡走",
        category=category("0102"),
        photos=[picture()],
    )

    assert case.self_handled
    go(case, "close", centre.operator)
    assert case.matter.state == State.CLOSED


def test_who_reports_the_same_joins_the_open_case(centre: Centre) -> None:
    near = {"lon": 113.5401, "lat": 34.8001}
    case = centre.report(lon=113.5400, lat=34.8000)
    far = centre.report(lon=113.5500, lat=34.8000)
    spotted = rules.Spotted(near["lon"], near["lat"], NOON)

    offered = queries.perhaps_same(spotted, "e0102")
    actions.join(case=offered[0], by=centre.operator, at=NOON)

    assert [one.pk for one in offered] == [case.pk]
    assert far.pk not in {one.pk for one in offered}
    case.refresh_from_db()
    assert case.joined == 1
    assert list(inbox.followed_by(centre.operator, NOON)) == [case.matter]


def test_reporting_and_moving_a_case_asks_few_questions(centre: Centre) -> None:
    with counted(14):
        case = centre.report()
    go(case, "file", centre.operator, category=category("0102"))
    cleaning = centre.cleaning
    matter = case.matter

    with counted(14):
        take(matter, "dispatch", values={"unit": cleaning}, by=centre.dispatcher, at=NOON)


def test_whoever_reported_sees_how_it_goes_on_and_a_post_at_the_top_sees_all(
    centre: Centre,
) -> None:
    case = centre.report()

    for actor, sees in (
        (centre.worker, True),
        (centre.chief, True),
        (centre.handler, False),
        (centre.checker, True),
    ):
        listed = rights.SEE.rows(queries.cases(actor, NOON), actor).filter(pk=case.pk).exists()
        assert listed == rights.SEE.covers(actor, case.matter) == sees
