"""Every point of the town has exactly one grid, on shared borders the one with the lower code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, box

from gezhi.core.places.demo_outlines import GOUZHAO
from gezhi.core.places.ground import LocalGround
from gezhi.core.places.locator import GridLocator
from gezhi.core.places.tiling import tile

GROUND = LocalGround.around(113.5, 34.8)
TOWN = {
    f"410172360{community:03}{grid:03}": shape
    for community, own in enumerate(tile(GOUZHAO.outline, GOUZHAO.counts, GOUZHAO.seed), start=1)
    for grid, shape in enumerate(own, start=1)
}
LOCATOR = GridLocator(list(TOWN.items()))
CODES = sorted(TOWN)
FLAT = {code: GROUND.flatten(shape) for code, shape in TOWN.items()}
WEST, SOUTH, EAST, NORTH = GOUZHAO.outline.bounds


def metres(x: float, y: float) -> tuple[float, float]:
    """A point given in metres from the middle, as lon and lat."""
    lon, lat = GROUND.to_degrees(np.array([[x, y]]))[0].tolist()
    return lon, lat


def grid_m(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return GROUND.unflatten(box(west, south, east, north))


def shared_borders() -> list[tuple[str, str, shapely.LineString]]:
    """Each pair of neighbours with the longest line between them."""
    pairs = []
    for at, low in enumerate(CODES):
        for high in CODES[at + 1 :]:
            lines = shapely.get_parts(
                shapely.line_merge(TOWN[low].boundary.intersection(TOWN[high].boundary))
            )
            longest = max(lines, key=lambda line: line.length, default=None)
            if longest is not None and longest.length > 0:
                pairs.append((low, high, longest))
    return pairs


BORDERS = shared_borders()


@given(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
def test_any_point_of_the_town_lies_in_exactly_the_grid_that_covers_it(
    lon: float, lat: float
) -> None:
    covering = [code for code in CODES if TOWN[code].covers(Point(lon, lat))]

    answer = LOCATOR.locate(lon, lat)

    if covering:
        assert answer is not None
        # a point within a millimetre of a border may go to the lower neighbour
        assert answer == covering[0] or (
            answer < covering[0]
            and GROUND.flatten(TOWN[answer]).dwithin(GROUND.flatten(Point(lon, lat)), 0.0011)
        )
    elif answer is not None:
        assert GROUND.flatten(TOWN[answer]).dwithin(GROUND.flatten(Point(lon, lat)), 0.0011)


@settings(deadline=None)
@given(st.sampled_from(BORDERS), st.floats(0, 1))
def test_a_point_on_a_shared_border_belongs_to_the_lower_code(
    border: tuple[str, str, shapely.LineString], along: float
) -> None:
    low, _high, line = border
    point = line.interpolate(along, normalized=True)
    away = {code: FLAT[code].distance(GROUND.flatten(point)) for code in CODES}

    answer = LOCATOR.locate(point.x, point.y)

    # where three grids meet, a third with a lower code may be within the millimetre
    assert answer is not None
    assert answer <= low
    assert away[answer] < 0.0011
    assert not [code for code in CODES if code < answer and away[code] < 0.0009]


def test_every_corner_of_every_grid_belongs_to_the_lowest_grid_that_meets_there() -> None:
    owners: dict[tuple[float, float], str] = {}
    for code in reversed(CODES):
        for corner in TOWN[code].exterior.coords:
            owners[(corner[0], corner[1])] = code

    answers = LOCATOR.locate_many(np.array(list(owners)))

    assert answers == list(owners.values())


def test_the_answers_do_not_hang_on_the_order_of_the_boundaries() -> None:
    points = np.random.default_rng(5).uniform((WEST, SOUTH), (EAST, NORTH), (2000, 2))
    corners = np.array([corner for code in CODES for corner in TOWN[code].exterior.coords])
    asked = np.vstack((points, corners))

    backwards = GridLocator([(code, TOWN[code]) for code in reversed(CODES)])

    assert backwards.locate_many(asked) == LOCATOR.locate_many(asked)


def test_asked_one_by_one_or_all_at_once_the_answer_is_the_same() -> None:
    points = np.random.default_rng(6).uniform((WEST, SOUTH), (EAST, NORTH), (300, 2))

    assert LOCATOR.locate_many(points) == [LOCATOR.locate(lon, lat) for lon, lat in points.tolist()]


def test_a_corner_resting_on_a_neighbours_edge_leaves_no_crack() -> None:
    # the long edge of "1" has no vertex where "2" and "3" meet it
    tee = GridLocator(
        [
            ("1", shapely.Polygon([(0, 0), (0.3, 0.1), (0.3, -0.1)])),
            ("2", shapely.Polygon([(0, 0), (0.1, 0.1 / 3), (0.1, 0.2), (0, 0.2)])),
            ("3", shapely.Polygon([(0.1, 0.1 / 3), (0.3, 0.1), (0.3, 0.2), (0.1, 0.2)])),
        ]
    )
    along = np.linspace(0, 1, 5001)[:, None] * np.array([0.3, 0.1])

    assert set(tee.locate_many(along)) == {"1"}


def test_a_point_outside_belongs_to_nobody_unless_a_tolerance_is_stated() -> None:
    quarters = [("1", grid_m(0, 0, 100, 100)), ("2", grid_m(100, 0, 200, 100))]
    strict, lenient = GridLocator(quarters), GridLocator(quarters, tolerance_m=5)

    assert strict.locate(*metres(150, 104)) is None
    assert lenient.locate(*metres(150, 104)) == "2"
    assert lenient.locate(*metres(150, 106)) is None
    assert lenient.locate(*metres(100, 104)) == "1"
    assert lenient.locate(*metres(203, 103)) == "2"
    assert lenient.locate(*metres(204, 104)) is None


def test_inside_goes_before_near_however_low_the_neighbours_code() -> None:
    pair = GridLocator(
        [("1", grid_m(0, 0, 100, 100)), ("2", grid_m(100, 0, 200, 100))], tolerance_m=50
    )

    assert pair.locate(*metres(100.01, 50)) == "2"
    assert pair.locate(*metres(100.0004, 50)) == "1"


def test_where_drawings_overlap_the_lower_code_has_it() -> None:
    pair = GridLocator([("2", grid_m(0, 0, 100, 100)), ("1", grid_m(50, 0, 200, 100))])

    assert pair.locate(*metres(75, 50)) == "1"


def test_exclaves_holes_and_dedicated_grids_are_found() -> None:
    island = grid_m(40, 40, 60, 60)
    around = shapely.Polygon(grid_m(0, 0, 100, 100).exterior, holes=[island.exterior])
    exclave = MultiPolygon([island, grid_m(200, 0, 300, 100)])
    locator = GridLocator([("001", around), ("901", exclave)])

    assert [locator.locate(*metres(x, 50)) for x in (10, 50, 150, 250)] == [
        "001", "901", None, "901",
    ]  # fmt: skip


def test_a_town_without_boundaries_and_a_point_that_is_none_have_no_grid() -> None:
    assert GridLocator([]).locate(113.5, 34.8) is None
    assert LOCATOR.locate(float("nan"), 34.8) is None
    assert LOCATOR.locate(float("inf"), float("-inf")) is None
    assert LOCATOR.locate_many(np.empty((0, 2))) == []
    assert len(LOCATOR) == 50


def test_repeated_keys_and_a_negative_tolerance_are_mistakes() -> None:
    with pytest.raises(ValueError, match="same key"):
        GridLocator([("1", grid_m(0, 0, 1, 1)), ("1", grid_m(1, 0, 2, 1))])
    with pytest.raises(ValueError, match="negative"):
        GridLocator([], tolerance_m=-1)


def test_threads_share_one_locator() -> None:
    points = np.random.default_rng(7).uniform((WEST, SOUTH), (EAST, NORTH), (4000, 2))
    fresh = GridLocator(list(TOWN.items()))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(fresh.locate_many, [points] * 8))

    assert all(answer == LOCATOR.locate_many(points) for answer in answers)
