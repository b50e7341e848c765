"""Invented towns tile exactly, come out the same every time, and look planned."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gezhi.core.places.boundaries import check_tiling
from gezhi.core.places.demo_outlines import FENGYANG, GOUZHAO, DemoTown
from gezhi.core.places.ground import LocalGround, area_m2
from gezhi.core.places.street_names import RoadRank, street_names
from gezhi.core.places.tiling import plan_town, reading_order, roads, tile

GROUND = LocalGround.around(113.5, 34.8)


def blob(corners: int, size_m: float, unevenness: list[float]) -> Polygon:
    """A roundish outline of an invented town."""
    points = [
        (
            size_m * reach * math.cos(2 * math.pi * index / corners),
            size_m * reach * math.sin(2 * math.pi * index / corners),
        )
        for index, reach in zip(range(corners), unevenness, strict=False)
    ]
    return GROUND.unflatten(Polygon(points))


@settings(max_examples=25, deadline=None)
@given(
    outline=st.builds(
        blob,
        st.integers(5, 12),
        st.floats(800, 5000),
        st.lists(st.floats(0.8, 1.2), min_size=12, max_size=12),
    ),
    counts=st.lists(st.integers(1, 6), min_size=1, max_size=9),
    seed=st.integers(0, 10_000),
)
def test_any_town_tiles_its_outline_exactly(outline: Polygon, counts: list[int], seed: int) -> None:
    town = tile(outline, counts, seed)

    grids = {f"{c:03}{g:03}": grid for c, own in enumerate(town) for g, grid in enumerate(own)}
    assert [len(own) for own in town] == counts
    assert check_tiling(grids, outline) == []
    assert shapely.coverage_is_valid(list(grids.values()))


@pytest.mark.parametrize(
    ("demo", "grids"), [(GOUZHAO, 50), (FENGYANG, 130)], ids=["gouzhao", "fengyang"]
)
def test_the_demonstration_towns_have_18_communities_that_tile_and_hold_their_grids(
    demo: DemoTown, grids: int
) -> None:
    town = plan_town(demo.outline, demo.counts, demo.seed)

    communities = {f"{number:03}": shape for number, shape in enumerate(town.communities)}
    assert len(communities) == 18
    assert sum(len(own) for own in town.grids) == grids
    assert check_tiling(communities, demo.outline) == []
    for community, own in zip(town.communities, town.grids, strict=True):
        assert check_tiling({str(n): grid for n, grid in enumerate(own)}, community) == []
    assert all(grid.is_simple and grid.is_valid for own in town.grids for grid in own)


@pytest.mark.parametrize("demo", [GOUZHAO, FENGYANG], ids=["gouzhao", "fengyang"])
def test_no_grid_of_the_demonstration_towns_is_a_shard(demo: DemoTown) -> None:
    for own in tile(demo.outline, demo.counts, demo.seed):
        for grid in own:
            flat = GROUND.flatten(grid)
            assert area_m2(grid) > 50_000
            # a square has 1.27 and a strip five times as long as wide 2.3
            assert flat.length**2 / (4 * math.pi * flat.area) < 2.3


def test_the_two_towns_are_neighbours_that_share_their_border_and_nothing_else() -> None:
    assert check_tiling({"1": GOUZHAO.outline, "2": FENGYANG.outline}) == []
    assert GOUZHAO.outline.touches(FENGYANG.outline)


def test_the_same_seed_draws_the_same_town_and_another_seed_another() -> None:
    once = plan_town(GOUZHAO.outline, GOUZHAO.counts, 7)
    again = plan_town(GOUZHAO.outline, GOUZHAO.counts, 7)
    other = plan_town(GOUZHAO.outline, GOUZHAO.counts, 8)

    assert once == again
    assert once != other


def test_roads_run_along_borders_and_have_names_of_their_own() -> None:
    town = plan_town(FENGYANG.outline, FENGYANG.counts, FENGYANG.seed)

    borders = GROUND.flatten(
        shapely.union_all([grid.boundary for own in town.grids for grid in own])
    )
    names = [road.name for road in town.roads]
    assert len(set(names)) == len(names) == 129
    assert {road.rank for road in town.roads} == set(RoadRank)
    shapely.prepare(borders)
    for road in town.roads:
        steps = shapely.points(shapely.segmentize(GROUND.flatten(road.line), 10).coords)
        assert shapely.dwithin(borders, steps, 0.05).all()
    assert roads(FENGYANG.outline, FENGYANG.counts, FENGYANG.seed) == list(town.roads)


def test_avenues_come_first_and_are_longer_than_lanes() -> None:
    town = plan_town(GOUZHAO.outline, GOUZHAO.counts, GOUZHAO.seed)

    ranks = [road.rank for road in town.roads]
    lengths = {
        rank: [GROUND.flatten(road.line).length for road in town.roads if road.rank is rank]
        for rank in RoadRank
    }
    assert ranks == sorted(ranks, key=list(RoadRank).index)
    assert min(lengths[RoadRank.AVENUE]) > max(lengths[RoadRank.LANE])


def test_streets_are_named_as_the_city_names_them() -> None:
    names = street_names(
        [(RoadRank.AVENUE, True), (RoadRank.ROAD, True), (RoadRank.ROAD, False)]
        + [(RoadRank.LANE, False)] * 2000
    )

    assert [name[-1] for name in names[:4]] == ["道", "路", "街", "巷"]
    assert len(set(names)) == len(names)
    assert names[552 + 3].endswith("二巷")


@pytest.mark.parametrize("counts", [[], [3, 0], [-1]])
def test_a_town_without_grids_is_not_drawn(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="at least one grid"):
        tile(GOUZHAO.outline, counts, 1)


def test_an_unsound_outline_is_not_drawn() -> None:
    bow_tie = Polygon([(113.5, 34.8), (113.6, 34.9), (113.6, 34.8), (113.5, 34.9)])
    holed = Polygon(
        box(113.5, 34.8, 113.6, 34.9).exterior, [box(113.53, 34.83, 113.55, 34.85).exterior]
    )
    for outline in (bow_tie, holed, Polygon()):
        with pytest.raises(ValueError, match="outline"):
            tile(outline, [2], 1)


def test_grids_are_numbered_west_to_east_and_north_to_south() -> None:
    north_west, north_east = box(0, 2, 1, 3), box(1, 2.2, 2, 3)
    middle = box(0, 1, 2, 2)
    south_west, south_east = box(0, 0, 1, 1), box(1, 0, 2, 1)
    shapes = [south_east, middle, north_east, south_west, north_west]

    assert [shapes[index] for index in reading_order(shapes)] == [
        north_west, north_east, middle, south_west, south_east,
    ]  # fmt: skip
    assert reading_order([]) == []
