"""Whatever is tried in whatever order, a matter stays within its table."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.base.errors import Refusal
from gezhi.core.staff.tests.office import SHANGHAI
from gezhi.engines.matters.actions import take, warn
from gezhi.engines.matters.clocks import first_due
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.tests.conftest import Shed
from gezhi.engines.matters.tests.ladders import LENDING, ask

pytestmark = pytest.mark.django_db
START = datetime(2022, 9, 5, 9, tzinfo=SHANGHAI)


def check(matter: Matter) -> None:
    """What holds of any matter at any time."""
    row = Matter.objects.get(pk=matter.pk)
    history = list(row.history.order_by("number"))
    assert history[0].went_to == LENDING.opens_in
    for before, after in pairwise(history):
        assert after.came_from == before.went_to
        assert after.went_to == LENDING.step(after.step).leads_on(after.came_from)
        assert after.came_from in LENDING.step(after.step).leaves
    assert row.state == history[-1].went_to
    assert bool(row.ended_at) == (row.state in LENDING.ends_in)
    running = list(row.clocks.filter(stopped_at=None))
    assert not (running and row.ended_at)
    assert row.due_at == first_due(running)
    for clock in running:
        pause = clock.pauses.filter(ends=None).first()
        assert (pause is not None) == (row.state in LENDING.clock(clock.clock).pauses_in)
        if pause is None:
            assert clock.due_at is not None
        else:
            assert clock.due_at is None or clock.due_at <= pause.begins, "it had run out before"


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_any_walk_stays_within_the_table(shed: Shed, seed: int) -> None:
    pick = Random(seed)
    people = (shed.keeper, shed.colleague, shed.neighbour, shed.outsider)
    now = START
    with transaction.atomic():
        matter = ask(
            title=pick.choice(("换灯泡", "雨天")),
            place=shed.ground.yongle_1,
            urgent=pick.random() < 0.2,
            by=shed.neighbour,
            at=now,
        )
        for _act in range(14):
            now += timedelta(minutes=pick.choice((1, 50, 700, 4000)))
            code = pick.choice(LENDING.steps).code
            values = {"rungs": 7} if pick.random() < 0.7 else {}
            said = pick.choice(("", "好"))
            with suppress(Refusal), transaction.atomic():
                take(matter, code, said=said, values=values, by=pick.choice(people), at=now)
            if pick.random() < 0.3:
                warn(by=shed.keeper, at=now)
            check(matter)
        transaction.set_rollback(True)
