"""Coordinates change their frame and come back within half a metre; a frame is never guessed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from gezhi.base.errors import Refusal
from gezhi.core.places.datums import (
    CGCS2000,
    FRAMES,
    GCJ02,
    WGS84,
    Frame,
    convert,
    convert_geometry,
    frame_named,
)

GROUND = Geod(ellps="WGS84")
CM_114 = FRAMES["epsg:4547"]
ZONE_38 = FRAMES["epsg:4526"]

HENAN = st.tuples(st.floats(110.3, 116.7), st.floats(31.3, 36.4))
CHINA = st.tuples(st.floats(74.0, 135.0), st.floats(4.0, 53.5))

SPOTS = {
    "哈尔滨": (126.535, 45.803),
    "喀什": (75.989, 39.467),
    "三沙": (112.333, 16.833),
    "上海": (121.474, 31.230),
    "拉萨": (91.114, 29.645),
    "漠河": (122.537, 52.973),
    "郑州": (113.625, 34.747),
}


def there_and_back_m(point: tuple[float, float], frame: Frame) -> float:
    """Metres between a WGS84 point and itself after a trip through another frame."""
    start = np.array([point])
    end = convert(convert(start, WGS84, frame), frame, WGS84)
    return float(GROUND.inv(*start[0], *end[0])[2])


@given(HENAN, st.sampled_from([GCJ02, CGCS2000, CM_114, ZONE_38]))
def test_any_point_of_henan_comes_back_within_half_a_metre(
    point: tuple[float, float], frame: Frame
) -> None:
    assert there_and_back_m(point, frame) <= 0.5


@given(CHINA)
def test_any_point_of_china_comes_back_from_a_commercial_map_within_half_a_metre(
    point: tuple[float, float],
) -> None:
    assert there_and_back_m(point, GCJ02) <= 0.5


@pytest.mark.parametrize("city", SPOTS)
@pytest.mark.parametrize("frame", [GCJ02, CGCS2000], ids=lambda frame: frame.key)
def test_known_cities_come_back(city: str, frame: Frame) -> None:
    assert there_and_back_m(SPOTS[city], frame) <= 0.5


def test_a_dense_lattice_over_henan_comes_back_within_half_a_metre() -> None:
    lon, lat = np.meshgrid(np.arange(110.3, 116.7, 0.1), np.arange(31.3, 36.4, 0.1))
    points = np.column_stack((lon.ravel(), lat.ravel()))

    back = convert(convert(points, WGS84, GCJ02), GCJ02, WGS84)

    metres = GROUND.inv(points[:, 0], points[:, 1], back[:, 0], back[:, 1])[2]
    assert metres.max() <= 0.5


def test_a_commercial_map_is_hundreds_of_metres_off() -> None:
    shifted = convert(np.array([SPOTS["郑州"]]), WGS84, GCJ02)

    assert 300 < GROUND.inv(*SPOTS["郑州"], *shifted[0])[2] < 800


def test_the_published_shift_of_tiananmen_is_met() -> None:
    # the worked example that open implementations of the GCJ-02 shift agree on
    shifted = convert(np.array([[116.3912757, 39.9079069]]), WGS84, GCJ02)

    assert shifted[0] == pytest.approx([116.3975167, 39.9093070], abs=2e-5)


def test_the_national_datum_is_the_satellite_datum_to_the_centimetre() -> None:
    point = np.array([SPOTS["郑州"]])

    assert convert(point, CGCS2000, WGS84) == pytest.approx(point, abs=1e-7)


def test_survey_metres_count_from_the_central_meridian_with_a_false_easting() -> None:
    metres = convert(np.array([[114.0, 34.8]]), WGS84, CM_114)
    with_zone = convert(np.array([[114.0, 34.8]]), WGS84, ZONE_38)

    # 3,852,3xx m is the meridian arc from the equator to 34.8°N on GRS80
    assert metres[0, 0] == pytest.approx(500_000, abs=0.001)
    arc = GROUND.inv(114.0, 0.0, 114.0, 34.8)[2]
    assert metres[0, 1] == pytest.approx(arc, abs=0.01)
    assert with_zone[0, 0] == pytest.approx(38_500_000, abs=0.001)


def test_shared_corners_stay_shared() -> None:
    left = shapely.box(113.50, 34.80, 113.51, 34.81)
    right = shapely.box(113.51, 34.80, 113.52, 34.81)

    moved = [convert_geometry(side, GCJ02, WGS84) for side in (left, right)]

    shared = moved[0].intersection(moved[1])
    assert moved[0].overlaps(moved[1]) is False
    assert shared.length == pytest.approx(0.01, rel=0.01)


def test_points_keep_their_order_and_nothing_is_changed_in_place() -> None:
    points = np.array([[113.6, 34.7], [113.5, 34.8], [113.6, 34.7]])
    before = points.copy()

    moved = convert(points, WGS84, GCJ02)

    assert (points == before).all()
    assert (moved[0] == moved[2]).all()
    assert moved[0, 0] > moved[1, 0]


def test_no_points_are_no_trouble() -> None:
    assert convert(np.empty((0, 2)), GCJ02, WGS84).shape == (0, 2)


@pytest.mark.parametrize("key", ["", "  ", "bd09", "epsg:3857", "wgs", "百度"])
def test_an_unstated_or_unknown_frame_is_refused(key: str) -> None:
    with pytest.raises(Refusal) as refusal:
        frame_named(key)
    assert refusal.value.code == "places.unknown_frame"
    assert refusal.value.fields[0].field == "frame"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("EPSG:4326", WGS84),
        (" cgcs2000 ", CGCS2000),
        ("epsg:4490", CGCS2000),
        ("epsg:4547", CM_114),
    ],
)
def test_the_usual_names_of_a_frame_are_understood(said: str, meant: Frame) -> None:
    assert frame_named(said) == meant


@pytest.mark.parametrize(
    ("points", "frame"),
    [
        ([[34.8, 113.5]], WGS84),  # axes swapped
        ([[113.5, 34.8]], CM_114),  # degrees in a file said to be in metres
        ([[454263.0, 3852323.0]], CGCS2000),  # metres in a file said to be in degrees
        ([[454263.0, 3852323.0]], GCJ02),
        ([[float("nan"), 34.8]], WGS84),
        ([[113.5, float("inf")]], GCJ02),
        ([[0.0, 0.0]], GCJ02),
    ],
)
def test_numbers_that_do_not_fit_the_stated_frame_are_refused(
    points: list[list[float]], frame: Frame
) -> None:
    with pytest.raises(Refusal) as refusal:
        convert(np.array(points), frame, WGS84)
    assert refusal.value.code == "places.outside_china"


def test_every_frame_offered_has_a_label_and_can_be_used() -> None:
    assert len(FRAMES) == 3 + 64
    assert str(CM_114.label) == "CGCS2000 高斯投影 3度带 中央经线114° 无带号"
    assert str(ZONE_38.label).endswith("中央经线114° 带号38")
    for frame in FRAMES.values():
        assert str(frame.label)
        assert np.isfinite(convert(np.array([[105.0, 35.0]]), WGS84, frame)).all()
