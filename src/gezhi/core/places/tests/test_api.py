"""Tree, address library and locating as a program meets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gezhi.core.places import actions
from gezhi.core.places.tests.office import NOON, START, TODAY, Ground, clerk, ground
from gezhi.core.staff.tests import office

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Ground:
    return ground()


@pytest.fixture
def program(here: Ground) -> Client:
    return office.come(office.hire("api.worker", "grid_worker_full", here.first))


def items(program: Client, query: str) -> list[dict[str, Any]]:
    answer = program.get(f"/api/v1/{query}")
    assert answer.status_code == 200, answer.content.decode()
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_the_tree_of_any_day_is_told_parents_first(program: Client, here: Ground) -> None:
    before = START - timedelta(days=1)

    today, then = items(program, "places"), items(program, f"places?day={before}")

    assert [place["name"] for place in today] == [
        *("沟赵办事处", "永乐社区", here.first.name, here.second.name, "大里村", here.dali_1.name)
    ]
    assert [place["level"] for place in today] == [1, 2, 3, 3, 2, 3]
    assert today[2]["parent_id"] == today[1]["id"] == str(here.yongle.pk)
    assert then == []


def test_a_past_day_keeps_the_name_a_place_had(program: Client, here: Ground) -> None:
    actions.rename_place(
        place=here.first, name="紫兰网格", on=TODAY, by=clerk(here.office), at=NOON
    )

    def name_on(day: Any) -> str:
        found = items(program, f"places?day={day}")
        return str(next(one["name"] for one in found if one["id"] == str(here.first.pk)))

    assert name_on(TODAY) == "紫兰网格"
    assert name_on(TODAY - timedelta(days=1)) == here.first.name


@pytest.mark.parametrize(
    ("lon", "lat", "level", "named"),
    [
        (113.505, 34.805, 3, "first"),
        (113.505, 34.805, 2, "yongle"),
        (113.52501, 34.805, 3, "dali_1"),
    ],
)
def test_a_point_lies_in_a_place(
    program: Client, here: Ground, lon: float, lat: float, level: int, named: str
) -> None:
    answer = program.get(f"/api/v1/locate?lon={lon}&lat={lat}&level={level}")

    assert answer.json()["id"] == str(getattr(here, named).pk), answer.json()


def test_a_point_that_lies_nowhere_is_404_and_a_point_that_is_none_422(program: Client) -> None:
    nowhere = program.get("/api/v1/locate?lon=0&lat=0")
    none = program.get("/api/v1/locate?lon=113.5&lat=NaN")
    half = program.get("/api/v1/locate?lon=113.5")

    assert nowhere.status_code == 404
    for answer in (none, half):
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == ["lat"]


def test_a_compound_is_found_by_its_name_and_told_with_its_buildings(
    program: Client, here: Ground
) -> None:
    (found,) = items(program, "compounds?q=紫兰")

    whole = program.get(f"/api/v1/compounds/{found['id']}").json()

    assert (found["name"], found["buildings"]) == (here.orchid.name, 6)
    assert [one["id"] for one in whole["items"]] == [str(one.pk) for one in here.buildings]
    assert items(program, f"compounds?place={here.first.pk}") == [found]
