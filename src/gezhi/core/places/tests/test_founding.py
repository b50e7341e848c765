"""Founding: the tree, its boundaries and the address library come all at once, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely

from gezhi.base.actors import Actor, ActorKind, system
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.journal.models import JournalLine
from gezhi.core.places import snapshots
from gezhi.core.places.actions.founding import NewBuilding, NewCompound, NewPlace, found
from gezhi.core.places.models import Building, BuildingGrid, Compound, Place, PlacePeriod
from gezhi.core.places.tiling import tile

pytestmark = pytest.mark.django_db

TOP = "410172360"
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
DAY = date(2026, 9, 1)
OUTLINE = shapely.box(113.50, 34.80, 113.52, 34.82)


def _whole(grids: list[shapely.Polygon]) -> shapely.Polygon:
    whole = shapely.union_all(grids)
    assert isinstance(whole, shapely.Polygon)
    return whole


def the_places() -> list[NewPlace]:
    """One community and one village of two grids each."""
    tiles = tile(OUTLINE, (2, 2), seed=3)
    made = [NewPlace(TOP, "沟赵办事处", OUTLINE)]
    for code, name, grids in zip(
        (f"{TOP}001", f"{TOP}201"), ("紫兰社区", "大里村"), tiles, strict=True
    ):
        made.append(NewPlace(code, name, _whole(grids), urban_rural="111"))
        made += [
            NewPlace(f"{code}{at:03d}", f"{name}第{at}网格", grid, party_group=f"{name}{at}党小组")
            for at, grid in enumerate(grids, start=1)
        ]
    return made


def the_compound(places: list[NewPlace]) -> NewCompound:
    grid = next(place for place in places if place.code == f"{TOP}001002")
    point = grid.boundary.representative_point()
    building = NewBuilding(3, "3号楼", grid.code, 3, 6, 2006, point.x, point.y)
    return NewCompound(
        f"{TOP}001", 1, "紫兰苑", "estate", "禾风路12号", point.x, point.y,
        aliases=(("紫兰公馆", "marketed"),), buildings=(building,),
    )  # fmt: skip


def founded(**changes: Any) -> Any:
    places = the_places()
    given: dict[str, Any] = {
        "places": places,
        "compounds": [the_compound(places)],
        "valid_from": DAY,
        "by": system("command"),
        "at": NOON,
    }
    return found(**given | changes)


def test_the_whole_tree_stands_with_paths_levels_and_boundaries() -> None:
    count = founded()
    assert (count.places, count.compounds, count.buildings) == (7, 1, 1)
    grid = Place.objects.get(code=f"{TOP}201002")
    assert (grid.path, grid.level, grid.kind) == (f"{TOP}/201/002/", 3, "grid")
    assert grid.parent is not None
    assert grid.parent.name == "大里村"
    assert grid.community == grid.parent
    assert grid.grid == grid
    assert PlacePeriod.objects.filter(boundary__isnull=True).count() == 0


def test_an_address_and_a_point_are_found_in_it() -> None:
    founded()
    here = snapshots.exact()
    resolved = here.address_book.resolve("紫兰公馆3-2-501")
    assert resolved.building is not None
    building = Building.objects.get()
    assert resolved.building.id == building.pk
    assert building.lon is not None
    assert building.lat is not None
    assert here.locator(3, DAY).locate(building.lon, building.lat) == f"{TOP}001002"
    assert BuildingGrid.objects.get().grid.code == f"{TOP}001002"


def test_it_is_one_line_in_the_journal() -> None:
    founded()
    line = JournalLine.objects.get(verb="places.found")
    assert line.changes == {"places": 7, "compounds": 1, "buildings": 1}


def test_a_subdistrict_that_is_there_already_is_kept() -> None:
    kept = Place.objects.filter(code=TOP).first() or Place.objects.create(
        code=TOP, name="沟赵", kind="subdistrict", level=1, path=f"{TOP}/", valid_from=DAY
    )
    founded()
    assert Place.objects.get(code=TOP).pk == kept.pk
    assert PlacePeriod.objects.filter(place=kept).count() == 1


def test_a_second_founding_is_refused() -> None:
    founded()
    with pytest.raises(Refusal) as refused:
        founded()
    assert refused.value.code == "places.already_founded"


def test_grids_that_leave_a_gap_are_refused_and_nothing_is_written() -> None:
    places = the_places()
    last = places[-1]
    places[-1] = replace(last, boundary=last.boundary.buffer(-0.001))
    before = Place.objects.count()
    with pytest.raises(Refusal) as refused:
        founded(places=places)
    assert refused.value.code == "places.do_not_tile"
    assert Place.objects.count() == before
    assert not Compound.objects.exists()


def test_a_grid_without_its_village_is_refused() -> None:
    places = [place for place in the_places() if place.code != f"{TOP}201"]
    with pytest.raises(Refusal) as refused:
        founded(places=places)
    assert refused.value.code == "places.no_parent"


def test_a_building_in_an_unknown_grid_is_refused() -> None:
    compound = the_compound(the_places())
    lost = replace(compound.buildings[0], grid=f"{TOP}009001")
    with pytest.raises(Refusal) as refused:
        founded(compounds=[replace(compound, buildings=(lost,))])
    assert refused.value.code == "places.unknown_place"


def test_whoever_may_not_approve_grids_may_not_found_them() -> None:
    with pytest.raises(NotAllowed):
        founded(by=Actor(kind=ActorKind.STAFF, name="秦小禾"))
