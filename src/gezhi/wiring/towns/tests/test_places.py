"""The towns as places: counts, codes, boundaries, and every building in its one grid."""

from __future__ import annotations

import re

import pytest
import shapely

from gezhi.core.places.addresses import parse_text
from gezhi.core.places.boundaries import check_tiling
from gezhi.wiring.towns import GOUZHAO, Town, build_town
from gezhi.wiring.towns.buildings import Building, Compound
from gezhi.wiring.towns.town import Community, geojson, numeral


def every(town: Town) -> list[tuple[Community, Compound, Building]]:
    return [
        (community, compound, building)
        for community in town.communities
        for compound in community.compounds
        for building in compound.buildings
    ]


@pytest.fixture(params=["gouzhao", "fengyang"])
def town(request: pytest.FixtureRequest) -> Town:
    found: Town = request.getfixturevalue(request.param)
    return found


def test_gouzhao_has_eighteen_communities_and_fifty_grids_with_a_party_group_each(
    gouzhao: Town,
) -> None:
    assert len(gouzhao.communities) == 18
    assert len(gouzhao.grids) == 50
    assert all(grid.party_group.endswith("党小组") for grid in gouzhao.grids)


def test_fengyang_has_ten_communities_eight_villages_and_twenty_seven_grid_branches(
    fengyang: Town,
) -> None:
    villages = [one for one in fengyang.communities if one.spec.village]
    assert (len(fengyang.communities), len(villages)) == (18, 8)
    assert len(fengyang.grids) == 130
    assert sum(grid.party_group.endswith("党支部") for grid in fengyang.grids) == 27
    assert sum(one.people for one in fengyang.communities) == 142_190


def test_codes_follow_the_published_pattern_and_are_unique(town: Town) -> None:
    for community in town.communities:
        own = int(community.code[9:])
        assert community.code.startswith(town.spec.code)
        assert 200 <= own < 400 if community.spec.village else 1 <= own < 200
        assert [grid.code for grid in community.grids] == [
            f"{community.code}{at:03d}" for at in range(1, len(community.grids) + 1)
        ]
    assert len({grid.code for grid in town.grids}) == len(town.grids)


def test_grids_tile_their_town(town: Town) -> None:
    boundaries = {grid.code: grid.boundary for grid in town.grids}
    assert check_tiling(boundaries, town.boundary) == []


def test_each_building_stands_in_its_own_grid_and_no_other(town: Town) -> None:
    tree = shapely.STRtree([grid.boundary for grid in town.grids])
    codes = [grid.code for grid in town.grids]
    for community, _compound, building in every(town):
        inside = tree.query(shapely.Point(building.lon, building.lat), predicate="within")
        assert [codes[at] for at in inside.tolist()] == [community.grids[building.grid].code]


def test_an_address_is_there_once_and_reads_back_as_itself(town: Town) -> None:
    seen = set()
    for _community, compound, building in every(town):
        for room in building.rooms:
            seen.add(compound.address(building, room))
        if building.rooms:
            text = compound.address(building, building.rooms[-1])
            (read,) = parse_text(text).addresses
            assert str(read) == text
    assert len(seen) == sum(len(building.rooms) for *_, building in every(town))


def test_numbers_fit_the_house_code(town: Town) -> None:
    for _community, compound, building in every(town):
        assert compound.number < 10_000
        assert building.number < 1000
        assert building.units < 100
        assert all(0 <= room.floor <= 90 for room in building.rooms)


def test_names_and_aliases_mean_one_compound(town: Town) -> None:
    names = [compound.name for one in town.communities for compound in one.compounds]
    aliases = [
        alias for one in town.communities for kept in one.compounds for alias, _ in kept.aliases
    ]
    assert len(set(names + aliases)) == len(names) + len(aliases)
    assert all(re.fullmatch(r"[\u4e00-\u9fffA-Z0-9]+", name) for name in names + aliases)


def test_the_compound_of_the_report_is_there_with_the_flat_everybody_knows(gouzhao: Town) -> None:
    compound = gouzhao.communities[0].compounds[0]
    assert compound.name == "紫兰苑"
    third = compound.buildings[2]
    assert third.name == "3号楼"
    assert any((room.unit, room.name) == (2, "501") for room in third.rooms)


def test_the_same_declaration_builds_the_same_town(gouzhao: Town) -> None:
    again = build_town(GOUZHAO)
    assert every(again) == every(gouzhao)
    assert [geojson(grid.boundary) for grid in again.grids] == [
        geojson(grid.boundary) for grid in gouzhao.grids
    ]


def test_numerals() -> None:
    assert [numeral(n) for n in (1, 10, 11, 19)] == ["一", "十", "十一", "十九"]
