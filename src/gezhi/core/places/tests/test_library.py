"""The address library: compounds, aliases, buildings, rooms, and addresses nobody knew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.base.testing import refused
from gezhi.core.places import actions, dwellings, queries
from gezhi.core.places.actions import BuildingPlan, Unknown, record_unresolved
from gezhi.core.places.models import Building, Compound, UnresolvedAddress
from gezhi.core.places.rooms import RoomPlan, plan_rooms, read_floors
from gezhi.core.places.tests.office import NOON, TODAY, clerk, ground

db = pytest.mark.django_db


@db
def test_a_renamed_compound_is_still_found_by_its_former_name() -> None:
    town = ground()
    actions.alter_compound(
        compound=town.orchid, name="紫兰花园", kind="estate", road="", lon=None, lat=None,
        by=clerk(town.office), at=NOON,
    )  # fmt: skip
    old, new = queries.resolve("紫兰苑2-1-301"), queries.resolve("紫兰花园2-1-301")
    assert old.building == new.building
    assert old.building is not None
    assert old.building.id == town.buildings[1].pk


@db
def test_a_name_means_one_compound_in_its_community() -> None:
    town = ground()
    by = clerk(town.office)
    with refused("places.compound_name_taken"):
        actions.add_compound(community=town.yongle, name="紫 兰苑", by=by, at=NOON)
    actions.add_alias(compound=town.orchid, alias="紫兰公馆", kind="marketed", by=by, at=NOON)
    with refused("places.compound_name_taken"):
        actions.add_compound(community=town.yongle, name="紫兰公馆", by=by, at=NOON)
    elsewhere = actions.add_compound(community=town.dali, name="紫兰公馆", by=by, at=NOON)
    assert elsewhere.number == 1


@db
def test_an_alias_taken_away_is_not_found_any_more() -> None:
    town = ground()
    by = clerk(town.office)
    alias = actions.add_alias(compound=town.orchid, alias="紫兰公馆", by=by, at=NOON)
    assert queries.resolve("紫兰公馆1-1-101").building is not None
    actions.remove_alias(alias=alias, by=by, at=NOON)
    found = queries.resolve("紫兰公馆1-1-101").reason
    assert found is not None
    assert found.code == "address.unknown_compound"


@db
def test_a_building_is_named_one_way_and_once() -> None:
    town = ground()
    by = clerk(town.office)
    made = actions.add_building(
        compound=town.orchid, name="十二栋", grid=town.first, by=by, at=NOON
    )
    assert (made.name, made.number) == ("12号楼", 12)
    with refused("places.building_taken"):
        actions.add_building(compound=town.orchid, name="１２幢", grid=town.first, by=by, at=NOON)
    tower = actions.add_building(compound=town.orchid, name="A座", grid=town.first, by=by, at=NOON)
    assert tower.number == 13


@db
def test_a_building_lies_in_a_grid_of_its_own_community() -> None:
    town = ground()
    with refused("places.strange_grid"):
        actions.add_building(
            compound=town.orchid, name="9号楼", grid=town.dali_1, by=clerk(town.office), at=NOON
        )
    with refused("places.strange_grid"):
        actions.add_building(
            compound=town.orchid, name="9号楼", grid=town.yongle, by=clerk(town.office), at=NOON
        )


@db
def test_a_point_with_its_axes_swapped_is_refused() -> None:
    town = ground()
    with pytest.raises(Refusal) as why:
        actions.add_building(
            compound=town.orchid, name="9号楼", grid=town.first,
            plan=BuildingPlan(lon=34.8, lat=113.5), by=clerk(town.office), at=NOON,
        )  # fmt: skip
    assert why.value.code == "places.outside_china"


@db
def test_the_rooms_of_a_plan_are_handed_to_whoever_keeps_dwellings() -> None:
    town = ground()
    asked: list[RoomPlan] = []

    def keep(building: Building, rooms: Sequence[RoomPlan], by: Actor, at: datetime) -> int:
        asked.extend(rooms)
        return len(rooms)

    hook = dwellings.make_rooms
    former = hook._provided
    hook.withdraw()
    hook.provide(keep)
    try:
        actions.add_building(
            compound=town.orchid, name="9号楼", grid=town.first, by=clerk(town.office), at=NOON,
            plan=BuildingPlan(units=2, floors_above=3),
            rooms=plan_rooms(2, 3, 2),
        )  # fmt: skip
    finally:
        hook.withdraw()
        if former is not None:
            hook.provide(former)
    assert [room.name for room in asked if room.unit == 1] == [
        "101", "102", "201", "202", "301", "302",
    ]  # fmt: skip


@db
def test_micro_grids_hold_buildings_of_their_own_grid() -> None:
    town = ground()
    by = system()
    micro = actions.add_place(
        parent=town.first, kind="micro_grid", name="第一微网格", on=TODAY, by=by, at=NOON
    )
    assert micro.grid_id == town.first.pk
    three = list(town.buildings[:3])
    assert actions.set_micro_grid(buildings=three, micro_grid=micro, by=by, at=NOON) == 3
    with refused("places.strange_building"):
        actions.set_micro_grid(buildings=town.buildings[3:4], micro_grid=micro, by=by, at=NOON)


# --- addresses nobody knew ---------------------------------------------------------------


@db
def test_an_unknown_address_waits_once_and_is_counted() -> None:
    ground()
    texts = [Unknown("紫兰公馆3-2-501", "不认识"), Unknown("紫兰公馆3-2-501", "不认识")]
    first = record_unresolved(texts, at=NOON)
    again = record_unresolved([Unknown("紫兰公馆3-2-501", "不认识", times=5)], at=NOON)
    assert first == again
    assert UnresolvedAddress.objects.get().times == 7


@db
def test_settling_one_with_an_alias_settles_the_next_by_itself() -> None:
    town = ground()
    record_unresolved([Unknown("紫兰公馆3-2-501", "不认识", community_id=town.yongle.pk)], at=NOON)
    row = UnresolvedAddress.objects.get()
    building = Building.objects.select_related("compound").get(pk=town.buildings[2].pk)
    done = actions.resolve_address(
        address=row, building=building, alias="紫兰公馆", alias_kind="marketed",
        by=clerk(town.office), at=NOON,
    )  # fmt: skip
    assert (done.grid_id, done.resolved_at) == (town.first.pk, NOON)
    found = queries.resolve("紫兰公馆3-1-101").building
    assert found is not None
    assert found.id == building.pk
    with refused("places.resolved_already"):
        actions.resolve_address(address=row, building=building, by=clerk(town.office), at=NOON)


@db
def test_an_address_of_another_village_is_not_settled_here() -> None:
    town = ground()
    record_unresolved([Unknown("某处1-1-101", "不认识", community_id=town.dali.pk)], at=NOON)
    row = UnresolvedAddress.objects.get()
    with refused("places.not_yours"):
        actions.resolve_address(
            address=row, building=town.buildings[0], by=clerk(town.yongle), at=NOON
        )
    with refused("places.strange_building"):
        actions.resolve_address(
            address=row, building=town.buildings[0], by=clerk(town.office), at=NOON
        )


@db
def test_numbers_of_compounds_count_on() -> None:
    town = ground()
    by = clerk(town.yongle)
    made = [
        actions.add_compound(community=town.yongle, name=f"梅园{n}", by=by, at=NOON).number
        for n in range(3)
    ]
    assert made == [2, 3, 4]
    assert Compound.objects.get(pk=town.orchid.pk).number == 1


# --- rooms -------------------------------------------------------------------------------


@given(
    st.integers(0, 10), st.integers(1, 33), st.integers(1, 8), st.integers(0, 3),
    st.sets(st.integers(1, 33)),
)  # fmt: skip
def test_every_room_is_named_once_in_its_unit_and_by_its_floor(
    units: int, floors: int, on_a_floor: int, below: int, skipped: set[int]
) -> None:
    if max(units, 1) * (floors + below) * on_a_floor > 2000:
        return
    rooms = plan_rooms(units, floors, on_a_floor, below=below, skipped=skipped)
    assert len({(room.unit, room.name) for room in rooms}) == len(rooms)
    assert len(rooms) == max(units, 1) * on_a_floor * (
        below + len(set(range(1, floors + 1)) - skipped)
    )
    for room in rooms:
        assert room.name.startswith(f"B{-room.floor}" if room.floor < 0 else str(room.floor))
        assert room.floor not in skipped


@pytest.mark.parametrize(
    ("text", "floors"), [("4、13-14", {4, 13, 14}), ("", set()), ("4，13至14", {4, 13, 14})]
)
def test_floors_are_read_as_people_write_them(text: str, floors: set[int]) -> None:
    assert read_floors(text) == floors


def test_what_is_no_floor_or_no_building_is_refused() -> None:
    for wrong in (
        lambda: read_floors("顶层"),
        lambda: plan_rooms(50, 90, 99),
        lambda: plan_rooms(1, 0, 2),
        lambda: plan_rooms(1, 6, 0),
    ):
        with refused("places.bad_plan"):
            wrong()
