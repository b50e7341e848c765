"""Whatever bytes a clerk brings as boundaries, the answer is boundaries and a list of problems."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box, equals

from gezhi.core.places import boundary_files
from gezhi.core.places.boundaries import ProblemKind
from gezhi.core.places.boundary_files import ParsedBoundaries, parse_boundaries, read_boundaries
from gezhi.core.places.datums import FRAMES, GCJ02, WGS84, convert_geometry

WEST_GRID, EAST_GRID = "410172360001001", "410172360001002"
WEST = box(113.50, 34.80, 113.51, 34.81)
EAST = box(113.51, 34.80, 113.52, 34.81)


def feature(code: Any, shape: Any) -> dict[str, Any]:
    geometry = shape.__geo_interface__ if hasattr(shape, "__geo_interface__") else shape
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def collection(*features: Any, **more: Any) -> bytes:
    document = {"type": "FeatureCollection", "features": list(features), **more}
    return json.dumps(document).encode()


def kinds(parsed: ParsedBoundaries) -> list[ProblemKind]:
    return [problem.kind for problem in parsed.problems]


GOOD = collection(feature(WEST_GRID, WEST), feature(EAST_GRID, EAST))


def test_two_good_grids_are_read() -> None:
    parsed = read_boundaries(
        GOOD,
        WGS84,
        known_codes={WEST_GRID, EAST_GRID},
        parent=box(113.50, 34.80, 113.52, 34.81),
    )

    assert parsed.problems == []
    assert not parsed.refused
    assert equals(parsed.boundaries[WEST_GRID], WEST)
    assert equals(parsed.boundaries[EAST_GRID], EAST)


def test_a_file_from_a_commercial_map_is_moved_and_still_tiles() -> None:
    moved = [convert_geometry(shape, WGS84, GCJ02) for shape in (WEST, EAST)]
    data = collection(feature(WEST_GRID, moved[0]), feature(EAST_GRID, moved[1]))

    parsed = read_boundaries(data, GCJ02)

    assert parsed.problems == []
    assert parsed.boundaries[WEST_GRID].hausdorff_distance(WEST) < 1e-6


def test_survey_metres_are_read_in_their_own_zone() -> None:
    survey = FRAMES["epsg:4547"]
    data = collection(feature(WEST_GRID, convert_geometry(WEST, WGS84, survey)))

    parsed = parse_boundaries(data, survey)

    assert parsed.boundaries[WEST_GRID].hausdorff_distance(WEST) < 1e-9


def test_multipolygons_holes_heights_and_a_byte_order_mark_are_fine() -> None:
    holed = Polygon(WEST.exterior, holes=[WEST.centroid.buffer(0.001).exterior])
    high = {
        "type": "Polygon",
        "coordinates": [[[x, y, 110.5] for x, y in EAST.exterior.coords]],
    }
    data = b"\xef\xbb\xbf" + collection(
        feature(WEST_GRID, MultiPolygon([holed])), feature(EAST_GRID, high)
    )

    parsed = parse_boundaries(data, WGS84)

    assert parsed.problems == []
    assert parsed.boundaries[EAST_GRID].has_z is False
    assert parsed.boundaries[WEST_GRID].area < WEST.area


def test_a_code_kept_as_a_whole_number_is_read_while_it_is_exact() -> None:
    assert set(parse_boundaries(collection(feature(410172360001, WEST)), WGS84).boundaries) == {
        "410172360001"
    }
    for spoilt in (410172360001001002, 4.10172360001001e14, True, 0, -1):
        parsed = parse_boundaries(collection(feature(spoilt, WEST)), WGS84)
        assert kinds(parsed) == [ProblemKind.MALFORMED]
        assert parsed.boundaries == {}


def test_codes_are_compared_with_the_tree() -> None:
    data = collection(
        feature(WEST_GRID, WEST), feature(WEST_GRID, EAST), feature("410172360009999", EAST)
    )

    parsed = parse_boundaries(data, WGS84, known_codes=[WEST_GRID, EAST_GRID])

    assert [(problem.kind, problem.code) for problem in parsed.problems] == [
        (ProblemKind.DUPLICATE_CODE, WEST_GRID),
        (ProblemKind.UNKNOWN_CODE, "410172360009999"),
        (ProblemKind.MISSING_CODE, EAST_GRID),
    ]
    assert parsed.refused
    assert equals(parsed.boundaries[WEST_GRID], WEST)


@pytest.mark.parametrize(
    ("data", "fragment"),
    [
        (b"", "JSON"),
        (b"{", "第 1 行"),
        ("网格".encode("gb18030"), "UTF-8"),
        (b"[" * 200_000, "嵌套"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "非数字"),
        (b'{"n": ' + b"9" * 5000 + b"}", "过长"),
        (b"null", "要素集合"),
        (b'"code"', "要素集合"),
        (b'{"type": "Topology"}', "要素集合"),
        (b'{"type": "FeatureCollection"}', "要素列表"),
        (b'{"type": "FeatureCollection", "features": {}}', "要素列表"),
        (b'{"type": "FeatureCollection", "features": []}', "没有任何图形"),
    ],
)
def test_a_file_that_is_no_collection_is_one_clear_problem(data: bytes, fragment: str) -> None:
    parsed = parse_boundaries(data, WGS84, known_codes={WEST_GRID})

    assert kinds(parsed) == [ProblemKind.UNREADABLE]
    assert fragment in parsed.problems[0].sentence
    assert parsed.refused


@pytest.mark.parametrize(
    ("broken", "fragment"),
    [
        (7, "不是要素"),
        ({"type": "Polygon"}, "不是要素"),
        (feature(None, WEST), "没有网格编码"),
        (feature("  ", WEST), "没有网格编码"),
        (feature("\ud800", WEST), "无法辨认"),
        (feature("4" * 41, WEST), "无法辨认"),
        ({"type": "Feature", "geometry": None}, "没有网格编码"),
        (feature("x", None), "应为面"),
        (feature("x", {"type": "Point", "coordinates": [1, 2]}), "应为面"),
        (feature("x", {"type": "Polygon"}), "没有边界环"),
        (feature("x", {"type": "Polygon", "coordinates": []}), "没有边界环"),
        (feature("x", {"type": "MultiPolygon", "coordinates": []}), "没有任何面"),
        (feature("x", {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}), "四个点"),
        (feature("x", {"type": "Polygon", "coordinates": [[1, 2, 3, 4]]}), "两个数字"),
        (feature("x", {"type": "Polygon", "coordinates": [[["1", "2"]] * 4]}), "两个数字"),
        (feature("x", {"type": "Polygon", "coordinates": [[[True, 2]] * 4]}), "两个数字"),
        (feature("x", {"type": "Polygon", "coordinates": [[[10**400, 2]] * 4]}), "两个数字"),
        (feature("x", {"type": "Polygon", "coordinates": [[[1e308, 2]] * 4]}), "两个数字"),
        (
            feature(
                "x",
                {
                    "type": "Polygon",
                    "coordinates": [[[113.5, 34.8], [113.6, 34.8], [113.6, 34.9], [113.5, 34.9]]],
                },
            ),
            "闭合",
        ),
    ],
)
def test_a_broken_feature_is_named_and_the_others_are_read(broken: Any, fragment: str) -> None:
    parsed = parse_boundaries(collection(broken, feature(EAST_GRID, EAST)), WGS84)

    assert kinds(parsed) == [ProblemKind.MALFORMED]
    assert fragment in parsed.problems[0].sentence
    assert "第 1 个图形" in parsed.problems[0].sentence
    assert set(parsed.boundaries) == {EAST_GRID}


def test_coordinates_that_do_not_fit_the_stated_frame_are_a_problem_of_their_feature() -> None:
    swapped = Polygon([(y, x) for x, y in WEST.exterior.coords])

    parsed = parse_boundaries(collection(feature(WEST_GRID, swapped)), WGS84)

    assert [(problem.kind, problem.code) for problem in parsed.problems] == [
        (ProblemKind.FRAME, WEST_GRID)
    ]
    assert "坐标次序" in parsed.problems[0].sentence


def crs(name: object) -> dict[str, Any]:
    return {"crs": {"type": "name", "properties": {"name": name}}}


@pytest.mark.parametrize(
    ("name", "frame", "agrees"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "wgs84", True),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "gcj02", True),
        ("urn:ogc:def:crs:EPSG::4490", "wgs84", True),
        ("urn:ogc:def:crs:EPSG::4547", "wgs84", False),
        ("EPSG:4326", "epsg:4547", False),
        ("something local", "wgs84", True),
        (["EPSG:4547"], "cgcs2000", True),
    ],
)
def test_a_file_that_names_another_frame_than_stated_is_not_guessed_at(
    name: object, frame: str, agrees: bool
) -> None:
    shape = convert_geometry(WEST, WGS84, FRAMES[frame])
    parsed = parse_boundaries(collection(feature(WEST_GRID, shape), **crs(name)), FRAMES[frame])

    assert kinds(parsed) == ([] if agrees else [ProblemKind.FRAME])


def test_the_size_of_a_file_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    many = collection(*[feature(str(number), WEST) for number in range(11)])
    for limit, fragment in (
        ("MAX_BYTES", "MB"),
        ("MAX_FEATURES", "图形超过"),
        ("MAX_VERTICES", "点总数"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(boundary_files, limit, 10)
            parsed = parse_boundaries(many, WGS84)
        assert parsed.refused
        assert any(fragment in problem.sentence for problem in parsed.problems)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Polygon", "MultiPolygon", "Feature", "FeatureCollection", "x"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "code"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(st.binary(max_size=200))
def test_random_bytes_are_a_problem_and_never_an_error(data: bytes) -> None:
    assert parse_boundaries(data, WGS84).refused


@given(st.lists(JSON, max_size=4))
def test_random_features_are_problems_and_never_an_error(features: list[Any]) -> None:
    parsed = read_boundaries(collection(*features), WGS84, known_codes={WEST_GRID})

    assert parsed.refused
    assert all(problem.sentence for problem in parsed.problems)


@given(
    rings=st.lists(
        st.lists(
            st.tuples(st.floats(113.49, 113.51), st.floats(34.79, 34.81)), min_size=3, max_size=8
        ),
        min_size=1,
        max_size=3,
    )
)
def test_random_scribbles_are_read_or_refused_and_never_an_error(
    rings: list[list[tuple[float, float]]],
) -> None:
    closed = [[*ring, ring[0]] for ring in rings]
    scribble = feature("x", {"type": "Polygon", "coordinates": closed})

    parsed = read_boundaries(collection(scribble, feature(EAST_GRID, WEST)), WGS84, parent=EAST)

    assert parsed.refused
    assert all(problem.sentence for problem in parsed.problems)
