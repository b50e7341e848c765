from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from gezhi.base.testing import queries
from gezhi.core.journal.actions import action, verbs
from gezhi.core.places import queries as queries_of_places
from gezhi.core.places.models import Building, Place
from gezhi.core.places.tests import office
from gezhi.core.registry import beliefs, regrid, tallies
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.dwellings import register_dwelling
from gezhi.core.registry.actions.moving import move_out
from gezhi.core.registry.actions.units import register_shop
from gezhi.core.registry.models import Dwelling, Person, PersonChange
from gezhi.core.registry.tests.town import CLERK, NOON, TODAY, Town, build_town, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


def within_an_action(what: Any, *arguments: Any) -> None:
    """Run inside an action, as a change of grids does."""

    @action("registry.test_change_of_grids", "测试调整网格")
    def run(*, by: Any, at: Any) -> None:
        what(*arguments, by, at)

    try:
        run(by=CLERK, at=NOON)
    finally:
        verbs.pop("registry.test_change_of_grids")


def moved(building: Building, grid: Place) -> None:
    assert grid.community is not None
    Building.objects.filter(pk=building.pk).update(grid=grid, community=grid.community)
    within_an_action(regrid.rehome, [building.pk], grid)


def test_people_households_and_shops_follow_their_building(town: Town) -> None:
    person = settled(town.dwellings[0])
    add_care_label(person=person, kind="veteran", valid_from=TODAY, by=CLERK, at=NOON)
    shop = register_shop(
        values={
            "name": "小卖部",
            "address": "紫兰苑1号楼",
            "trade": "零售",
            "contact": "王小三",
            "phone": "13800001111",
        },
        building=town.buildings[0],
        by=CLERK,
        at=NOON,
    )
    moved(town.buildings[0], town.grids[2])
    for found in (person, person.household, shop):
        row: Any = type(found)._default_manager.get(pk=found.pk)  # type: ignore[union-attr]
        assert (row.grid_id, row.community_id) == (town.grids[2].pk, town.communities[1].pk)
    assert tallies.counts_by_grid("people.care") == {town.grids[2].pk: 1}
    assert tallies.recount(repair=False) == []


def test_the_former_grid_stays_in_the_history(town: Town) -> None:
    person = settled(town.dwellings[0])
    moved(town.buildings[0], town.grids[1])
    [change] = PersonChange.objects.filter(subject=person)
    assert (change.field, change.old) == ("grid", str(town.grids[0].pk))
    believed = beliefs.belief_on(Person.objects.get(pk=person.pk), TODAY)
    assert believed is not None
    assert believed["grid"].value == town.grids[1].pk


def test_a_change_of_grids_is_the_source_of_the_grid_and_not_of_the_record(town: Town) -> None:
    person = settled(town.dwellings[0])
    moved(town.buildings[0], town.grids[1])
    row = Person.objects.select_related("touched_by").get(pk=person.pk)
    [change] = PersonChange.objects.filter(subject=person)
    assert change.source.title == "网格调整"
    assert row.touched_by == person.touched_by
    assert row.revision == person.revision + 1


def test_what_hangs_on_a_grid_without_a_building_goes_to_its_heir(town: Town) -> None:
    gone = settled(town.dwellings[0])
    move_out(person=gone, on=TODAY, by=CLERK, at=NOON)
    assert regrid.remaining([town.grids[0].pk], NOON) > 0
    within_an_action(regrid.pass_on, town.grids[0], [town.grids[2], town.grids[1]])
    assert Person.objects.get(pk=gone.pk).grid_id == town.grids[2].pk
    assert regrid.remaining([town.grids[0].pk], NOON) == 0
    assert tallies.recount(repair=False) == []


def test_a_change_of_grids_costs_the_same_for_one_household_or_many(town: Town) -> None:
    settled(town.dwellings[0])
    with queries(75):
        moved(town.buildings[0], town.grids[1])
    with transaction.atomic():
        for number in range(30):
            settled(town.dwellings[number % 3], f"王{chr(0x4E00 + number)}")
    with queries(75):
        moved(town.buildings[0], town.grids[2])


def test_merged_communities_take_their_registries_along_and_the_past_is_as_it_was() -> None:
    ground = office.ground()
    rooms = [
        register_dwelling(
            building=building, unit=1, room="101", values={"use": "residential"},
            by=CLERK, at=office.NOON,
        )
        for building in ground.buildings
    ]  # fmt: skip
    people = [
        settled(room, f"王小{chr(0x4E00 + number)}", at=office.NOON)
        for number, room in enumerate(rooms)
    ]
    move_out(person=people[0], on=office.TODAY, by=CLERK, at=office.NOON)
    codes = [room.house_code for room in rooms]
    before = tallies.counts_by_grid("people")
    yesterday = office.TODAY - timedelta(days=1)
    homes = queries_of_places.grids_of_buildings_on(yesterday)

    office.merged_into_one(ground)

    heir = Place.objects.get(name="永大社区")
    assert not Person.objects.exclude(community=heir).exists()
    assert {grid.community_id for grid in Place.objects.filter(pk__in=_grids_of_people())} == {
        heir.pk
    }
    assert sum(tallies.counts_by_grid("people").values()) == sum(before.values())
    assert tallies.recount(repair=False) == []
    assert regrid.remaining([ground.yongle.pk, ground.first.pk], office.NOON) == 0
    # a home keeps the code it was given
    assert [Dwelling.objects.get(pk=room.pk).house_code for room in rooms] == codes
    assert queries_of_places.grids_of_buildings_on(yesterday) == homes
    [change] = PersonChange.objects.filter(subject=people[5], field="community")
    assert change.old == str(ground.yongle.pk)


def _grids_of_people() -> set[Any]:
    return set(Person.objects.values_list("grid_id", flat=True))
