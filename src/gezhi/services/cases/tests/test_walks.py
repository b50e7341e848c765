"""Whatever is tried in whatever order, cases, whistles and orders stay within their tables."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters.actions import take, warn
from gezhi.engines.matters.clocks import first_due
from gezhi.engines.matters.models import Follower, Link, Matter
from gezhi.services.cases import actions
from gezhi.services.cases.actions import practice_here, watching
from gezhi.services.cases.models import Case, Practice, State
from gezhi.services.cases.models.practice import Dispatching
from gezhi.services.cases.tests.conftest import Centre, category, picture

pytestmark = pytest.mark.django_db
START = datetime(2022, 9, 5, 9, tzinfo=SHANGHAI)


def check(matter: Matter) -> None:
    """What holds of a matter of any kind at any time."""
    row = Matter.objects.get(pk=matter.pk)
    workflow = row.workflow
    history = list(row.history.order_by("number"))
    assert [one.number for one in history] == list(range(1, row.revision + 1))
    assert history[0].went_to == workflow.opens_in
    for before, after in pairwise(history):
        step = workflow.step(after.step)
        assert after.came_from == before.went_to
        assert after.came_from in step.leaves
        assert after.went_to == step.leads_on(after.came_from)
        assert after.by == "系统" or not step.by_system
    assert row.state == history[-1].went_to
    assert bool(row.ended_at) == (row.state in workflow.ends_in)
    running = list(row.clocks.filter(stopped_at=None))
    assert not (running and row.ended_at)
    assert row.due_at == first_due(running)
    for clock in running:
        pause = clock.pauses.filter(ends=None).first()
        assert (pause is not None) == (row.state in workflow.clock(clock.clock).pauses_in)


def check_case(case: Case) -> None:
    """What the effects of a case's steps leave behind, whatever was tried."""
    row = Case.objects.select_related("matter").get(pk=case.pk)
    state, taken = row.matter.state, [one.step for one in row.matter.history.order_by("number")]
    assert (row.closed_at is not None) == (state == State.CLOSED)
    assert (row.merged_into_id is not None) == (row.void_reason == "duplicate")
    assert (row.review_on is not None) == (state == State.SUSPENDED)
    assert row.returns == taken.count("give_back") + taken.count("dispute")
    again = ("fail_check", "reopen", "report_again", "called_unsolved")
    assert row.reworks == sum(taken.count(one) for one in again)
    assert row.reopened == sum(taken.count(one) for one in again[1:])
    assert row.extensions == taken.count("grant_time")
    assert (row.filed_at is None) or row.category_id is not None
    assert not (row.satisfied is not None and row.answered is not True)
    clocks = set(row.matter.clocks.filter(stopped_at=None).values_list("clock", flat=True))
    assert ("accept" in clocks) == (state == State.DISPATCHED)
    assert ("check" in clocks) == (state == State.CHECKING)
    assert ("decide" in clocks) == (state == State.DISPUTED)
    assert ("dispatch" in clocks) == (state in (State.FILED, State.RETURNED))
    into = Link.objects.filter(matter=row.matter, kind="repeats").values_list("other_id", flat=True)
    assert list(into) == ([row.merged_into_id] if row.merged_into_id else [])
    came = Follower.objects.filter(through_id=row.pk)
    assert not (came.exists() and row.merged_into_id is None)


def values(
    pick: Random, centre: Centre, cases: list[Case], step: str, today: date
) -> dict[str, Any]:
    """Something for whatever a step may ask, sometimes what it must refuse."""
    unit = pick.choice((centre.cleaning, centre.lighting))
    return {
        "category": category(pick.choice(("0102", "0110"))),
        "unit": unit,
        "cc": [unit] if pick.random() < 0.2 else [],
        "void_reason": pick.choice(("outside", "untrue", "duplicate")),
        "duplicate_of": pick.choice(cases),
        "days": pick.choice((0, 2, 31)),
        "plan_on": today + timedelta(days=pick.choice((-1, 3, 40))),
        "suspended_for": "season",
        "answered": pick.random() < 0.6,
        "solved": pick.random() < 0.6,
        "satisfied": pick.random() < 0.6,
        "photos": [picture()] if pick.random() < 0.8 else [],
        "scores": {
            str(one.pk): {"present": pick.choice((0, 4)), "effective": 3}
            for one in (centre.cleaning, centre.lighting)
        },
    }


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_any_walk_stays_within_the_tables(centre: Centre, seed: int) -> None:
    pick = Random(seed)
    people: list[Actor] = [
        *(centre.worker, centre.operator, centre.dispatcher, centre.handler),
        *(centre.other_handler, centre.checker, centre.chief),
    ]
    now = START
    with transaction.atomic():
        Practice.objects.update_or_create(
            pk=1,
            defaults={
                "dispatching": pick.choice(Dispatching.values),
                "fallback_unit": pick.choice((None, centre.lighting)),
                "call_back_percent": 100,
            },
        )
        practice_here.forget()
        cases = [
            centre.report(at=now, source=pick.choice(("patrol", "hotline")), phone="13912345678")
            for _case in range(3)
        ]
        matters = [one.matter for one in cases]
        for _act in range(40):
            now += timedelta(minutes=pick.choice((1, 5, 20, 700, 4000)))
            matter = pick.choice(matters)
            matter.refresh_from_db()
            if pick.random() < 0.1 and matter.kind == "cases":
                _hang_on(pick, centre, matter, matters, now)
            # mostly a step that leaves this state, so that a walk gets somewhere
            here = list(matter.workflow.steps_from(matter.state))
            step = pick.choice(here if here and pick.random() < 0.8 else matter.workflow.steps)
            given_values = values(pick, centre, cases, step.code, now.date())
            able = [one for one in people if step.right.covers(one, matter)] or people
            by = pick.choice(able if pick.random() < 0.8 else people)
            said = pick.choice(("", "好", "好"))
            with suppress(Refusal), transaction.atomic():
                take(matter, step.code, said=said, values=given_values, by=by, at=now)
            if pick.random() < 0.2:
                warn(by=system("job"), at=now)
                watching.give_to_fallback(by=system("job"), at=now)
                watching.resume_planned(by=system("job"), at=now)
            check(matter)
        for one in matters:
            check(one)
        for case in cases:
            check_case(case)
        transaction.set_rollback(True)
    practice_here.forget()


def _hang_on(
    pick: Random, centre: Centre, matter: Matter, matters: list[Matter], now: datetime
) -> None:
    """An order or a whistle on a case, where it may have one."""
    with suppress(Refusal), transaction.atomic():
        if pick.random() < 0.5:
            order = actions.oversee(matter=matter, order="尽快", days=1, by=centre.chief, at=now)
            matters.append(order.matter)
            return
        kind = pick.choice(("joint", "emergency"))
        call = actions.Call(kind, "联合清理", centre.lighting, [centre.cleaning])
        whistle = actions.blow_for(matter=matter, call=call, by=centre.operator, at=now)
        matters.append(whistle.matter)
