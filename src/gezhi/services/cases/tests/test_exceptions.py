"""Returns, disputes, more time, suspension, and the way straight on to the unit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gezhi.base.actors import system
from gezhi.base.testing import refused
from gezhi.core.notices.models import Notice
from gezhi.core.staff.tests.office import NOON, SHANGHAI
from gezhi.services.cases.actions import practice_here, watching
from gezhi.services.cases.models import Case, Category, Practice, State
from gezhi.services.cases.models.practice import Dispatching
from gezhi.services.cases.tests.conftest import Centre
from gezhi.services.cases.tests.going import filed, go, handled

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2022, month, day, hour, minute, tzinfo=SHANGHAI)


def settle(**values: Any) -> None:
    Practice.objects.update_or_create(pk=1, defaults=values)
    practice_here.forget()


def due(case: Case, clock: str) -> datetime | None:
    return case.matter.clocks.get(clock=clock, stopped_at=None).due_at


def test_the_dispatcher_has_half_an_hour(centre: Centre) -> None:
    case = filed(centre, at=at(13, 9))

    assert due(case, "dispatch") == at(13, 9, 30)
    go(case, "dispatch", centre.dispatcher, at=at(13, 9, 20), unit=centre.cleaning)

    assert not case.matter.clocks.filter(clock="dispatch", stopped_at=None).exists()
    assert due(case, "accept") == at(13, 11, 20)


def test_closing_has_half_an_hour_from_the_check_on(centre: Centre) -> None:
    case = handled(centre, at=at(13, 9))
    go(case, "feed_back", centre.handler, at=at(13, 10), said="已清走")
    go(case, "pass_check", centre.checker, at=at(13, 11))

    assert due(case, "closing") == at(13, 11, 30)


def test_what_the_rule_finds_without_doubt_goes_on_by_itself_where_the_office_lets_it(
    centre: Centre,
) -> None:
    settle(dispatching=Dispatching.ALL)

    case = filed(centre, at=at(13, 9))

    assert case.matter.state == State.DISPATCHED
    assert case.matter.unit_id == case.first_unit_id == centre.cleaning.pk
    steps = [(one.step, one.by) for one in case.matter.history.order_by("number")][1:]
    assert steps == [("file", "case.operator"), ("dispatch", "系统")]
    lines = {one.journal_line for one in case.matter.history.exclude(step="")}
    assert len(lines) == 1, "one transaction, one line of the journal"
    assert due(case, "handling") == at(13, 15)
    assert not case.matter.clocks.filter(clock="dispatch", stopped_at=None).exists()


def test_only_marked_categories_go_on_by_themselves_at_first(centre: Centre) -> None:
    assert filed(centre).matter.state == State.FILED
    Category.objects.filter(code="0102", nature="event").update(auto_dispatch=True)

    assert filed(centre).matter.state == State.DISPATCHED


def test_a_doubtful_unit_is_for_the_dispatcher(centre: Centre) -> None:
    settle(dispatching=Dispatching.ALL)
    from gezhi.core.staff.models import Unit

    Unit.objects.create(code="C2", name="永乐物业", kind="property", place=centre.ground.yongle)

    assert filed(centre).matter.state == State.FILED, "two units stand at this place"


def test_a_return_stops_no_clock_until_the_dispatch_is_found_wrong(centre: Centre) -> None:
    case = filed(centre, at=at(13, 9))
    go(case, "dispatch", centre.dispatcher, at=at(13, 9), unit=centre.lighting)
    first = due(case, "handling")

    go(case, "give_back", centre.other_handler, at=at(13, 10), said="不归照明队管")

    assert due(case, "handling") == first == at(13, 15)
    assert due(case, "dispatch") == at(13, 10, 30), "half an hour to say who is right"
    go(case, "redirect", centre.dispatcher, at=at(13, 10, 20), said="改派", unit=centre.cleaning)
    assert due(case, "handling") == at(13, 16, 20), "reset for the right unit"
    assert case.first_unit_id == centre.lighting.pk


def test_an_unfounded_return_goes_back_with_the_clock_as_it_ran(centre: Centre) -> None:
    case = filed(centre, at=at(13, 9))
    go(case, "dispatch", centre.dispatcher, at=at(13, 9), unit=centre.cleaning)
    go(case, "give_back", centre.handler, at=at(13, 10), said="不归我们管")

    go(case, "uphold", centre.dispatcher, at=at(13, 10, 10), said="就在永乐社区")

    assert due(case, "handling") == at(13, 15)
    assert due(case, "accept") == at(13, 14, 10)
    with refused("cases.second_return"):
        go(case, "give_back", centre.handler, at=at(13, 10, 20), said="真不归我们管")


def test_who_let_the_hours_for_accepting_pass_returns_it_no_more(centre: Centre) -> None:
    case = filed(centre, at=at(13, 9))
    go(case, "dispatch", centre.dispatcher, at=at(13, 9), unit=centre.cleaning)

    with refused("cases.accept_over"):
        go(case, "give_back", centre.handler, at=at(13, 11, 1), said="不归我们管")


def disputed(centre: Centre) -> Case:
    case = filed(centre, at=at(13, 9))
    go(case, "dispatch", centre.dispatcher, at=at(13, 9), unit=centre.lighting)
    go(case, "give_back", centre.other_handler, at=at(13, 9, 10), said="不归我们管")
    go(case, "redirect", centre.dispatcher, at=at(13, 9, 20), said="改派", unit=centre.cleaning)
    return go(case, "dispute", centre.handler, at=at(13, 9, 30), said="也不归我们管")


def test_a_dispute_nobody_decides_within_a_working_day_goes_to_the_fallback_unit(
    centre: Centre,
) -> None:
    case = disputed(centre)
    assert due(case, "decide") == at(14, 18)
    settle(fallback_unit=centre.lighting)

    early = watching.give_to_fallback(by=system("job"), at=at(14, 17, 59))
    late = watching.give_to_fallback(by=system("job"), at=at(14, 18))
    again = watching.give_to_fallback(by=system("job"), at=at(14, 18, 5))

    assert (early, late, again) == (0, 1, 0)
    case.refresh_from_db()
    assert case.matter.state == State.DISPATCHED
    assert case.matter.unit_id == centre.lighting.pk


def test_without_a_fallback_unit_a_dispute_waits_for_the_chief(centre: Centre) -> None:
    case = disputed(centre)

    assert watching.give_to_fallback(by=system("job"), at=at(20, 9)) == 0
    go(case, "decide", centre.chief, at=at(20, 9), said="由社区兜底", unit=centre.cleaning)
    assert case.matter.state == State.DISPATCHED


def test_a_refused_extension_keeps_the_old_deadline(centre: Centre) -> None:
    case = handled(centre, "0110", at=at(13, 9))
    deadline = case.matter.due_at
    with refused("matters.incomplete"):
        go(case, "ask_time", centre.handler, at=at(14, 9), said="等沥青")

    go(case, "ask_time", centre.handler, at=at(14, 9), said="等沥青", days=3)
    assert case.asked_days == 3
    assert case.matter.due_at == deadline, "asking moves nothing"
    go(case, "refuse_time", centre.chief, at=at(15, 9), said="按期办")

    assert case.matter.due_at == deadline
    case = Case.objects.get(pk=case.pk)
    assert case.asked_days is None
    assert case.extensions == 0


def test_no_more_time_is_asked_for_after_the_deadline(centre: Centre) -> None:
    case = handled(centre, "0110", at=at(13, 9))

    with refused("cases.too_late"):
        go(case, "ask_time", centre.handler, at=at(21, 9), said="等沥青", days=1)


def suspended(centre: Centre) -> Case:
    case = handled(centre, "0110", at=at(13, 9))
    plan: dict[str, Any] = {"suspended_for": "season", "plan_on": date(2022, 11, 15)}
    go(case, "ask_to_suspend", centre.handler, at=at(13, 10), said="雨季不能施工", **plan)
    return go(case, "suspend", centre.chief, at=at(13, 11), said="同意")


def test_a_suspended_case_is_reviewed_every_thirty_days(centre: Centre) -> None:
    case = suspended(centre)
    assert case.review_on == date(2022, 10, 13)

    reminded = [
        watching.remind_reviews(by=system("job"), at=moment)
        for moment in (at(12, 8, month=10), at(13, 8, month=10), at(14, 8, month=10))
    ]

    assert reminded == [0, 1, 1]
    told = Notice.objects.filter(kind="cases.review")
    assert [one.account_id for one in told] == [centre.chief.account_id], "once for a review"
    go(
        case,
        "keep_suspended",
        centre.chief,
        at=at(14, 9, month=10),
        said="仍在雨季",
        plan_on=date(2022, 11, 20),
    )
    assert (case.review_on, case.plan_on) == (date(2022, 11, 13), date(2022, 11, 20))
    assert case.matter.state == State.SUSPENDED


def test_a_suspended_case_goes_on_by_itself_on_the_planned_day(centre: Centre) -> None:
    case = suspended(centre)

    before = watching.resume_planned(by=system("job"), at=at(14, 8, month=11))
    that_day = watching.resume_planned(by=system("job"), at=at(15, 8, month=11))

    case.refresh_from_db()
    assert (before, that_day) == (0, 1)
    assert case.matter.state == State.HANDLING
    assert case.matter.due_at == at(21, 18, month=11), "five days, none of them before the pause"
    assert (case.review_on, case.plan_on) == (None, None)


def test_nothing_is_suspended_without_a_day_to_come(centre: Centre) -> None:
    case = handled(centre, "0110")

    with refused("cases.plan_past"):
        go(
            case,
            "ask_to_suspend",
            centre.handler,
            said="缺材料",
            suspended_for="lacking",
            plan_on=NOON.date(),
        )


def test_a_refused_suspension_leaves_the_clock_as_it_was(centre: Centre) -> None:
    case = handled(centre, "0110")
    deadline = case.matter.due_at
    plan: dict[str, Any] = {"suspended_for": "works", "plan_on": NOON.date() + timedelta(days=40)}
    go(case, "ask_to_suspend", centre.handler, said="列入明年计划", **plan)

    go(case, "refuse_to_suspend", centre.chief, said="今年就能办")

    assert case.matter.due_at == deadline
    assert (case.plan_on, case.suspended_for) == (None, "")
