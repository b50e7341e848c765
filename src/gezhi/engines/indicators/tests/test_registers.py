"""人房结构 on the screen: shares as the registries keep them, within a reader's reach."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from gezhi.base.testing import queries
from gezhi.core.registry.tests import town
from gezhi.core.registry.tests.desk import browser_of, hired, words
from gezhi.core.registry.tests.town import NOON, Town, id_number, settled
from gezhi.engines.indicators import queries as figures
from gezhi.engines.indicators.of_registry import REGISTERS
from gezhi.engines.indicators.rules import period_of

pytestmark = pytest.mark.django_db
BOARD = "indicators.registers"


@pytest.fixture
def here() -> Town:
    found = town.build_town()
    settled(found.dwellings[0], "欧阳德明", id_no=id_number(1))
    settled(found.dwellings[1], "李娜", id_no=id_number(2), population_class="migrant")
    return found


def _head(here: Town) -> Client:
    return browser_of(hired("head", here.subdistrict, (BOARD, "places.see")))


def test_a_share_is_that_of_the_rows(here: Town) -> None:
    numbers = figures.numbers(REGISTERS, "", period_of("year", NOON.date()))[""]

    assert numbers["people"] == 2
    assert numbers["migrants"] == 1
    page = words(_head(here).get(reverse(BOARD)))
    assert "50.0%" in page


def test_a_grid_worker_sees_the_own_grid_and_no_total(here: Town) -> None:
    grid = here.dwellings[0].grid
    assert grid is not None
    worker = browser_of(hired("worker", grid, (BOARD, "places.see")))

    page = words(worker.get(reverse(BOARD), {"by": "grid"}))

    assert grid.name in page
    assert "全街道" not in page


def test_what_cannot_be_read_in_the_address_is_said_and_this_month_shown(here: Town) -> None:
    head = _head(here)
    for asked in ({"period": "decade"}, {"period": "own", "from": "x", "to": "y"}, {"day": "0"}):
        answer = head.get(reverse(BOARD), asked)

        assert answer.status_code == 200
        assert "已显示本月" in words(answer)


def test_the_page_costs_the_same_however_large_the_town(here: Town) -> None:
    head = _head(here)
    head.get(reverse(BOARD))

    with queries(most=12):
        head.get(reverse(BOARD), {"by": "community"})
