"""The figures of cases, against the cases themselves."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from gezhi.core.staff.tests.office import NOON
from gezhi.engines.indicators import queries as figures
from gezhi.engines.indicators.behind import PARAMETER, Behind, asks
from gezhi.engines.indicators.counting import recount
from gezhi.engines.indicators.models import Kept
from gezhi.engines.indicators.rules import Period, period_of
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.indicators import CASES
from gezhi.services.cases.models import Case, Source
from gezhi.services.cases.tests.conftest import Centre, category

pytestmark = pytest.mark.django_db
YEAR = Period(date(2022, 1, 1), date(2022, 12, 31))


def _numbers(period: Period = YEAR, dimension: str = "", key: str = "") -> dict[str, int]:
    return dict(figures.numbers(CASES, dimension, period).get(key, {}))


def _value(code: str, numbers: dict[str, int]) -> Decimal | None:
    ratio = next(one for one in CASES.ratios if one.code == code)
    return figures.figure(ratio, numbers).value


def _through(centre: Centre, case: Case, *, at: datetime, slow: timedelta) -> None:
    """From report to closing, the unit taking its time."""
    steps: list[tuple[str, Any, dict[str, Any], timedelta]] = [
        ("file", centre.operator, {"values": {"category": case.category}}, timedelta(minutes=5)),
        (
            "dispatch",
            centre.dispatcher,
            {"values": {"unit": centre.cleaning}},
            timedelta(minutes=9),
        ),
        ("accept", centre.handler, {}, timedelta(minutes=20)),
        ("feed_back", centre.handler, {"said": "已清理"}, slow),
        ("pass_check", centre.checker, {}, slow + timedelta(minutes=20)),
        ("close", centre.operator, {}, slow + timedelta(minutes=30)),
    ]
    matter = case.matter
    for step, by, more, after in steps:
        if step in {one.code for one in matter.workflow.steps_from(matter.state)}:
            take(matter, step, by=by, at=at + after, **more)


def test_a_case_closed_in_time_and_one_closed_late(centre: Centre) -> None:
    for slow in (timedelta(hours=1), timedelta(days=9)):
        _through(centre, centre.report(at=NOON), at=NOON, slow=slow)

    recount(CASES, None, NOON + timedelta(days=30))

    numbers = _numbers()
    assert numbers["reported"] == numbers["filed"] == numbers["due"] == numbers["closed"] == 2
    assert _value("on_time_closing_rate", numbers) == Decimal("50.0")
    assert _value("overdue_rate", numbers) == Decimal("50.0")
    assert _value("self_found_rate", numbers) == Decimal("100.0")
    assert _value("satisfaction_rate", numbers) is None, "nobody was called back: no data, not 0"


def test_a_unit_and_a_grid_have_figures_of_their_own(centre: Centre) -> None:
    _through(centre, centre.report(at=NOON), at=NOON, slow=timedelta(hours=1))
    centre.report(at=NOON, place=centre.ground.zilan)

    recount(CASES, None, NOON + timedelta(days=1))

    assert _numbers(dimension="unit", key=str(centre.cleaning.pk))["closed"] == 1
    assert _numbers(dimension="grid", key=str(centre.ground.yongle_1.pk))["reported"] == 1
    assert _numbers(dimension="grid", key="")["reported"] == 1, "known to the community alone"
    assert _numbers(dimension="community", key=str(centre.ground.zilan.pk))["reported"] == 1


def test_the_same_rubbish_twice_in_a_month_is_a_repeat(centre: Centre) -> None:
    for days in (0, 20, 100):
        when = NOON + timedelta(days=days)
        case = centre.report(at=when)
        take(
            case.matter,
            "file",
            values={"category": case.category},
            by=centre.operator,
            at=when + timedelta(minutes=1),
        )

    recount(CASES, None, NOON + timedelta(days=101))

    numbers = _numbers(Period(YEAR.first, date(2023, 12, 31)))
    assert (numbers["filed"], numbers["repeated"]) == (3, 1)


def _town_of_cases(centre: Centre, number: int, seed: int) -> None:
    """Cases anywhere on the way, over half a year."""
    dice = random.Random(seed)
    for _one in range(number):
        at = NOON + timedelta(days=dice.randrange(180), hours=dice.randrange(5))
        ground = centre.ground
        place = dice.choice([ground.yongle_1, ground.yongle, ground.zilan])
        kind = dice.choice(["0102", "0104", "0501"])
        case = centre.report(kind, source=Source.PATROL, at=at, place=place)
        if place != ground.zilan and dice.random() < 0.8:
            _through(centre, case, at=at, slow=timedelta(hours=dice.choice([1, 30, 400])))


@pytest.mark.parametrize("seed", range(3))
def test_behind_every_figure_stand_as_many_rows(centre: Centre, seed: int) -> None:
    """Kept counts, any period: the list a figure leads to has the number the figure says."""
    _town_of_cases(centre, 25, seed)
    recount(CASES, None, timezone.now())
    dice = random.Random(seed)
    start = timezone.localdate(NOON)
    for _one in range(4):
        first = start + timedelta(days=dice.randrange(200))
        period = Period(first, first + timedelta(days=dice.randrange(120)))
        for dimension in ("", *(one.code for one in CASES.dimensions)):
            for key, numbers in figures.numbers(CASES, dimension, period).items():
                for code, number in numbers.items():
                    if code in ("to_check", "checked", "checked_in_time"):
                        continue  # counted by check, of which a case may have several
                    query = QueryDict(mutable=True)
                    query[PARAMETER] = asks((code,), dimension, key, period)
                    behind = Behind(board=CASES.code).narrow(Matter.objects.all(), query)
                    assert behind.count() == number, (code, dimension, key, period)


def test_counting_again_changes_nothing(centre: Centre) -> None:
    _town_of_cases(centre, 12, 7)
    recount(CASES, None, timezone.now())
    once = sorted(
        Kept.objects.values_list("count", "dimension", "key", "is_month", "starts", "number")
    )

    recount(CASES, period_of("month", timezone.localdate(NOON)), timezone.now())
    recount(CASES, None, timezone.now())

    again = sorted(
        Kept.objects.values_list("count", "dimension", "key", "is_month", "starts", "number")
    )
    assert once == again
    assert once


def test_category_names_are_those_of_the_catalogue(centre: Centre) -> None:
    names = CASES.dimension("topic").names(["e0102", "e9999"])

    assert names == {"e0102": category("0102").name}
