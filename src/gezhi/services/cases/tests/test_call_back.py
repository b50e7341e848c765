"""回访: drawn by the platform, tried a few times, and what is not solved goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gezhi.base.testing import refused
from gezhi.core.staff.tests.office import NOON
from gezhi.services.cases import queries
from gezhi.services.cases.actions import practice_here
from gezhi.services.cases.models import Case, Practice, State
from gezhi.services.cases.tests.conftest import Centre
from gezhi.services.cases.tests.going import closed, go

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=2)


def drawn(centre: Centre, *, percent: int = 100, **more: Any) -> Case:
    Practice.objects.update_or_create(
        pk=1, defaults={"call_back_percent": percent, "call_back_tries": 2}
    )
    practice_here.forget()
    return closed(centre, **({"reporter": "李四", "phone": "13912345678"} | more))


def waiting(centre: Centre, at: Any = NOON) -> list[Any]:
    return list(queries.to_call_back(centre.operator, at))


def test_what_the_platform_draws_waits_to_be_called(centre: Centre) -> None:
    assert [one.case for one in waiting(centre)] == []
    case = drawn(centre)

    assert waiting(centre) == [case.matter]


def test_nobody_is_called_who_left_no_number(centre: Centre) -> None:
    case = drawn(centre, phone="")

    assert waiting(centre) == []
    with refused("cases.not_drawn"):
        go(case, "call_back", centre.operator, answered=False)


def test_nobody_chooses_whom_to_call(centre: Centre) -> None:
    case = drawn(centre, percent=0)

    with refused("cases.not_drawn"):
        go(case, "call_back", centre.operator, answered=True, solved=True, satisfied=True)


def test_a_satisfied_reporter_ends_it(centre: Centre) -> None:
    case = drawn(centre)

    with refused("cases.not_asked"):
        go(case, "call_back", centre.operator, answered=True, solved=True)
    go(case, "call_back", centre.operator, answered=True, solved=True, satisfied=True)

    assert (case.answered, case.solved, case.satisfied) == (True, True, True)
    assert case.matter.state == State.CLOSED
    assert waiting(centre) == []
    with refused("cases.called_back"):
        go(case, "call_back", centre.operator, answered=True, solved=True, satisfied=False)


def test_who_does_not_answer_is_called_again_but_not_for_ever(centre: Centre) -> None:
    case = drawn(centre)

    go(case, "call_back", centre.operator, answered=False)
    assert waiting(centre) == [], "not again within the hour"
    with refused("cases.call_later"):
        go(case, "call_back", centre.operator, answered=False)
    assert waiting(centre, LATER) == [case.matter]
    go(case, "call_back", centre.operator, answered=False, at=LATER)

    assert (case.answered, case.call_back_tries) == (False, 2)
    assert waiting(centre, LATER + timedelta(days=9)) == []


def test_what_is_not_solved_goes_back_to_the_unit(centre: Centre) -> None:
    case = drawn(centre)
    with refused("cases.unsolved"):
        go(case, "call_back", centre.operator, answered=True, solved=False, satisfied=False)

    go(case, "called_unsolved", centre.operator, said="还剩一半", satisfied=False)

    assert case.matter.state == State.DISPATCHED
    assert case.matter.unit_id == centre.cleaning.pk
    assert (case.solved, case.satisfied, case.reworks, case.reopened) == (False, False, 1, 1)
    assert case.closed_at is None


def test_the_handler_calls_nobody_back(centre: Centre) -> None:
    case = drawn(centre)

    with refused("rights.not_held"):
        go(case, "call_back", centre.handler, answered=True, solved=True, satisfied=True)
