"""A table that cannot work is refused when it is read."""

from __future__ import annotations

from typing import Any

import pytest

from gezhi.base.workdays import Limit, Unit
from gezhi.engines.matters.language import Clock, Workflow, step, workflows
from gezhi.engines.matters.tests.ladders import ASK, LENDING, State

HOUR = Clock("answer", "答复", lambda matter: Limit(1, Unit.EMERGENCY_HOUR))


def declared(*steps: Any, **more: Any) -> Workflow:
    given = {"opens_in": State.ASKED, "ends_in": frozenset({State.BACK}), "sees": ASK, **more}
    return Workflow("toys", "玩具", State, steps=steps, **given)


@pytest.mark.parametrize(
    ("steps", "more", "why"),
    [
        ((step("go", "走", "nowhere", State.BACK, ASK),), {}, "no state nowhere"),
        ((step("go", "走", State.ASKED, State.OUT, ASK),), {}, "nothing leads from out"),
        ((step("go", "走", State.ASKED, State.BACK, ASK),), {}, "nothing leads to broken"),
        (
            (step("go", "走", State.ASKED, State.BACK, ASK, starts=("answer",)),),
            {},
            "the clock answer",
        ),
        (
            (step("go", "走", State.ASKED, State.BACK, ASK, not_by=("come",)),),
            {},
            "the step come",
        ),
        ((step("go", "走", State.ASKED, State.BACK, ASK),) * 2, {}, "share a code"),
        ((), {"opens_with": ("answer",)}, "opens with the clock answer"),
        ((), {"clocks": (HOUR, HOUR)}, "two clocks"),
    ],
)
def test_a_table_that_cannot_work_is_refused(steps: Any, more: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        declared(*steps, **more)

    assert "toys" not in workflows


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Workflow(
            LENDING.kind,
            "又一个",
            State,
            State.ASKED,
            LENDING.ends_in,
            LENDING.steps,
            sees=ASK,
            clocks=LENDING.clocks,
        )
