"""Boundaries that tile are accepted; each way of not tiling is named, measured and located."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from gezhi.core.places.boundaries import Problem, ProblemKind, Tolerance, check_tiling, crossings
from gezhi.core.places.ground import LocalGround

LON, LAT = 113.5, 34.8
GROUND = LocalGround.around(LON, LAT)


def rectangle(west: float, south: float, east: float, north: float) -> Polygon:
    """A rectangle given in metres from the middle of the town."""
    return GROUND.unflatten(box(west, south, east, north))


def drawn(*corners: tuple[float, float]) -> Polygon:
    """A polygon given in metres from the middle of the town."""
    return GROUND.unflatten(Polygon(corners))


QUARTERS = {
    "410172360001001": rectangle(0, 500, 500, 1000),
    "410172360001002": rectangle(500, 500, 1000, 1000),
    "410172360001003": rectangle(0, 0, 500, 500),
    "410172360001004": rectangle(500, 0, 1000, 500),
}
WHOLE = rectangle(0, 0, 1000, 1000)
NW, NE, SW, SE = QUARTERS


def polygonal(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    assert isinstance(geometry, Polygon | MultiPolygon)
    return geometry


def kinds(problems: list[Problem]) -> list[ProblemKind]:
    return [problem.kind for problem in problems]


def where_is(problem: Problem) -> Point:
    """The middle of the place a problem points at, in metres."""
    assert problem.where is not None
    return GROUND.flatten(problem.where).centroid


def test_four_quarters_of_a_community_tile_it() -> None:
    assert check_tiling(QUARTERS, WHOLE) == []
    assert check_tiling(QUARTERS) == []


def test_no_boundaries_have_no_problems() -> None:
    assert check_tiling({}, WHOLE) == []


def test_an_overlap_is_measured_and_located() -> None:
    problems = check_tiling(QUARTERS | {NW: rectangle(0, 500, 510, 1000)}, WHOLE)

    [overlap] = problems
    assert (overlap.kind, overlap.code, overlap.others) == (ProblemKind.OVERLAP, NW, (NE,))
    assert overlap.area_m2 == pytest.approx(5000, rel=0.01)
    assert overlap.length_m == pytest.approx(1020, rel=0.01)
    assert where_is(overlap).distance(Point(505, 750)) < 1
    assert overlap.sentence.startswith(f"网格 {NW} 与 {NE} 重叠约 ")
    assert overlap.blocks


def test_a_gap_inside_is_found_without_knowing_the_parent() -> None:
    narrow = {NW: rectangle(0, 500, 490, 990), NE: rectangle(490, 490, 1000, 1000)}
    ring = {
        "a": rectangle(0, 0, 300, 100),
        "b": rectangle(0, 200, 300, 300),
        "c": rectangle(0, 100, 100, 200),
        "d": rectangle(200, 100, 300, 200),
    }

    [gap] = check_tiling(ring)

    assert (gap.kind, gap.code, gap.others) == (ProblemKind.GAP, "a", ("b", "c", "d"))
    assert gap.area_m2 == pytest.approx(10_000, rel=0.01)
    assert where_is(gap).distance(Point(150, 150)) < 1
    assert check_tiling(narrow, rectangle(0, 490, 1000, 1000)) != []


def test_a_gap_at_the_edge_is_found_against_the_parent() -> None:
    [gap] = check_tiling(QUARTERS | {SE: rectangle(500, 0, 980, 500)}, WHOLE)

    assert (gap.kind, gap.code, gap.others) == (ProblemKind.GAP, NE, (SE,))
    assert gap.area_m2 == pytest.approx(20 * 500, rel=0.01)


def test_a_seam_left_open_between_two_neighbours_is_found_without_the_parent() -> None:
    seam = {"a": rectangle(0, 0, 500, 1000), "b": rectangle(503, 0, 1000, 1000)}

    [gap] = check_tiling(seam)

    assert (gap.kind, gap.code, gap.others) == (ProblemKind.GAP, "a", ("b",))
    assert gap.area_m2 == pytest.approx(3000, rel=0.05)


def test_a_notch_in_the_edge_of_the_town_is_no_gap_without_the_parent() -> None:
    beside = {"a": drawn((0, 0), (500, 0), (500, 400), (0, 500)), "b": rectangle(500, 0, 900, 500)}

    assert check_tiling(beside) == []


def test_what_lies_beyond_the_parent_is_found() -> None:
    [outside] = check_tiling(QUARTERS | {NE: rectangle(500, 500, 1030, 1000)}, WHOLE)

    assert (outside.kind, outside.code) == (ProblemKind.OUTSIDE, NE)
    assert outside.area_m2 == pytest.approx(15_000, rel=0.01)
    assert where_is(outside).distance(Point(1015, 750)) < 1


def test_a_boundary_that_crosses_itself_is_shown_at_the_crossing() -> None:
    bow_tie = drawn((0, 0), (100, 100), (100, 0), (0, 100))

    problems = check_tiling({"a": bow_tie})

    assert kinds(problems) == [ProblemKind.SELF_CROSSING]
    assert where_is(problems[0]).distance(Point(50, 50)) < 0.1
    assert "共 1 处" in problems[0].sentence


def test_every_crossing_of_a_boundary_is_counted() -> None:
    zigzag = drawn((0, 0), (300, 0), (300, 50), (200, -50), (100, 50), (0, -50))

    problems = check_tiling({"a": zigzag})

    assert problems[0].kind is ProblemKind.SELF_CROSSING
    assert len(shapely.get_parts(problems[0].where)) == 3


def test_a_spike_and_a_stray_hole_are_crossings_with_a_place() -> None:
    spike = Polygon([(0, 0), (10, 0), (10, 10), (20, 10), (10, 10), (0, 10)])
    stray = Polygon(box(0, 0, 10, 10).exterior, holes=[box(20, 20, 30, 30).exterior])

    assert len(crossings(spike).geoms) >= 1
    assert len(crossings(stray).geoms) >= 1
    assert crossings(box(0, 0, 1, 1)).is_empty


def test_a_crossing_does_not_hide_the_overlap_beside_it() -> None:
    bow_tie = drawn((0, 0), (100, 100), (100, 0), (0, 100))

    problems = check_tiling({"a": bow_tie, "b": rectangle(60, 0, 200, 100)})

    assert kinds(problems) == [ProblemKind.SELF_CROSSING, ProblemKind.OVERLAP]


def test_a_boundary_without_area_is_named() -> None:
    flat = drawn((0, 0), (100, 0), (50, 0))

    assert kinds(check_tiling({"a": flat})) == [ProblemKind.EMPTY]
    assert kinds(check_tiling({"a": flat}, WHOLE)) == [ProblemKind.EMPTY, ProblemKind.GAP]


@pytest.mark.parametrize(
    ("width_m", "expected"),
    [
        (0.02, []),
        (0.3, [ProblemKind.SLIVER]),
        (0.8, [ProblemKind.OVERLAP]),
    ],
    ids=["survey noise", "sliver", "mistake"],
)
def test_how_wide_an_overlap_is_decides_what_it_is(
    width_m: float, expected: list[ProblemKind]
) -> None:
    problems = check_tiling(QUARTERS | {NW: rectangle(0, 500, 500 + width_m, 1000)}, WHOLE)

    assert kinds(problems) == expected
    assert all(problem.blocks is (problem.kind is not ProblemKind.SLIVER) for problem in problems)


@pytest.mark.parametrize(
    ("width_m", "expected"),
    [(0.02, []), (0.3, [ProblemKind.SLIVER]), (0.8, [ProblemKind.GAP])],
    ids=["survey noise", "sliver", "mistake"],
)
def test_how_wide_a_gap_is_decides_what_it_is(width_m: float, expected: list[ProblemKind]) -> None:
    narrowed = QUARTERS | {NW: rectangle(0, 500, 500 - width_m, 1000)}

    assert kinds(check_tiling(narrowed, WHOLE)) == expected
    assert kinds(check_tiling(narrowed)) == expected


def test_a_patch_smaller_than_five_square_metres_is_a_sliver_however_round() -> None:
    bumped = drawn((0, 0), (500, 0), (500, 100), (502, 101), (500, 102), (500, 500), (0, 500))

    problems = check_tiling({"a": bumped, "b": rectangle(500, 0, 1000, 500)})

    assert kinds(problems) == [ProblemKind.SLIVER]


def test_the_tolerance_is_the_callers_to_state() -> None:
    overlapping = QUARTERS | {NW: rectangle(0, 500, 502, 1000)}

    assert kinds(check_tiling(overlapping, WHOLE)) == [ProblemKind.OVERLAP]
    assert kinds(check_tiling(overlapping, WHOLE, Tolerance(width_m=3))) == [ProblemKind.SLIVER]


def test_a_grid_may_have_an_exclave_and_a_hole_that_another_fills() -> None:
    island = rectangle(200, 200, 300, 300)
    around = Polygon(rectangle(0, 0, 500, 500).exterior, holes=[island.exterior])
    exclave = MultiPolygon([island, rectangle(500, 0, 600, 500)])

    assert check_tiling({"a": around, "b": exclave}, rectangle(0, 0, 600, 500)) == []


def test_a_scrap_left_in_a_drawing_is_pointed_out() -> None:
    scrap = MultiPolygon([rectangle(0, 0, 500, 500), rectangle(600, 0, 601, 1)])

    problems = check_tiling({"a": scrap})

    assert kinds(problems) == [ProblemKind.SLIVER]
    assert "碎片" in problems[0].sentence


def test_a_corner_on_a_neighbours_edge_is_sound() -> None:
    tee = {
        "a": rectangle(0, 0, 300, 100),
        "b": rectangle(0, 100, 137.3, 200),
        "c": rectangle(137.3, 100, 300, 200),
    }

    assert check_tiling(tee, rectangle(0, 0, 300, 200)) == []


@given(
    west=st.floats(50, 450),
    south=st.floats(50, 450),
    width=st.floats(2, 400),
    height=st.floats(3, 400),
)
def test_a_block_cut_out_anywhere_is_a_gap_of_its_size_and_doubled_an_overlap(
    west: float, south: float, width: float, height: float
) -> None:
    block = rectangle(west, south, west + width, south + height)
    cut = {code: polygonal(shape.difference(block)) for code, shape in QUARTERS.items()}

    gaps = check_tiling(cut, WHOLE)
    doubled = check_tiling(QUARTERS | {"410172360001901": block}, WHOLE)

    counted = [p for p in gaps if p.kind is ProblemKind.GAP]
    slivers = sum(p.area_m2 for p in gaps + doubled if p.kind is ProblemKind.SLIVER)
    assert sum(p.area_m2 for p in counted) == pytest.approx(width * height, rel=0.01, abs=slivers)
    overlaps = [p for p in doubled if p.kind is ProblemKind.OVERLAP]
    assert sum(p.area_m2 for p in overlaps) == pytest.approx(width * height, rel=0.01, abs=slivers)
    assert {p.kind for p in gaps} <= {ProblemKind.GAP, ProblemKind.SLIVER}
