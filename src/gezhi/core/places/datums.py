"""Coordinates between WGS84, CGCS2000 and GCJ-02; the frame is always stated, never guessed.

China's maps come in three datums: WGS84 from satellite receivers, CGCS2000 (the national one
since 2008, within centimetres of WGS84) from surveyors, mostly as Gauss-Kruger eastings and
northings in metres, and GCJ-02 from commercial maps, shifted by 300-700 m. Nothing in the
numbers tells WGS84 from GCJ-02, so a file without a stated frame is not read.

Arrays are (n, 2) float64: longitude, latitude in degrees, or easting, northing in metres for a
Gauss-Kruger frame (the order of GeoJSON and shapefiles; note that Chinese survey tables print
the northing first, as x).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

import geocoordinates_ffi as china
import numpy as np
import shapely
from pyproj import Transformer

from gezhi.base.errors import Refusal
from gezhi.base.sentences import Sentence, _
from gezhi.core.places.ground import Coordinates, G

# Degrees that bound China with a margin, inside the box in which GCJ-02 is defined. A file whose
# stated frame is wrong (metres read as degrees, axes swapped, wrong zone) nearly always lands
# outside it.
WEST, SOUTH, EAST, NORTH = 73.0, 3.0, 136.0, 54.0


class Datum(StrEnum):
    """The datums in which places reach us."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"


@dataclass(frozen=True, slots=True)
class Frame:
    """How the numbers of a file are to be read: datum, and EPSG code (none exists for GCJ-02)."""

    key: str
    datum: Datum
    epsg: int | None
    label: Sentence

    @property
    def is_projected(self) -> bool:
        """Whether coordinates are eastings and northings in metres."""
        return self.datum is Datum.CGCS2000 and self.epsg != 4490


WGS84: Final = Frame("wgs84", Datum.WGS84, 4326, Sentence(_("WGS84 经纬度（卫星定位）")))
CGCS2000: Final = Frame(
    "cgcs2000", Datum.CGCS2000, 4490, Sentence(_("CGCS2000 经纬度（国家大地坐标系）"))
)
GCJ02: Final = Frame("gcj02", Datum.GCJ02, None, Sentence(_("GCJ-02 经纬度（高德、腾讯等地图）")))


def _gauss_kruger_frames() -> dict[str, Frame]:
    """The 64 Gauss-Kruger frames of CGCS2000 in the EPSG register, west to east from 75°E."""
    frames: dict[str, Frame] = {}
    for first, count, width, zone in ((4534, 21, 3, 0), (4513, 21, 3, 25), (4502, 11, 6, 0),
                                      (4491, 11, 6, 13)):  # fmt: skip
        for step in range(count):
            values = {"width": width, "meridian": 75 + width * step, "zone": zone + step}
            label = Sentence(
                _("CGCS2000 高斯投影 %(width)s度带 中央经线%(meridian)s° 带号%(zone)s")
                if zone
                else _("CGCS2000 高斯投影 %(width)s度带 中央经线%(meridian)s° 无带号"),
                values,
            )
            frame = Frame(f"epsg:{first + step}", Datum.CGCS2000, first + step, label)
            frames[frame.key] = frame
    return frames


FRAMES: Final[dict[str, Frame]] = {
    frame.key: frame for frame in (WGS84, CGCS2000, GCJ02)
} | _gauss_kruger_frames()


def frame_named(key: str) -> Frame:
    """The frame a person or a file states: `wgs84`, `cgcs2000`, `gcj02` or `epsg:4547`.

    Raises `Refusal("places.unknown_frame")` for anything else, an empty text included.
    """
    named = key.strip().lower()
    frame = FRAMES.get({"epsg:4326": "wgs84", "epsg:4490": "cgcs2000"}.get(named, named))
    if frame is None:
        sentence = _("坐标系未说明或不支持，请选择 WGS84、CGCS2000（经纬度或高斯投影）或 GCJ-02")
        raise Refusal(str(Sentence(sentence)), "places.unknown_frame", field="frame")
    return frame


def convert(points: Coordinates, source: Frame, target: Frame) -> Coordinates:
    """(n, 2) coordinates of one frame, in another; a new array in the same order.

    Raises `Refusal("places.outside_china")` if a point, read in the stated source frame, is not
    finite or not in China: the frame was mis-stated, and a guess would move houses by 500 m.
    """
    if points.size == 0:
        return points.astype(np.float64)
    wgs84 = _to_wgs84(points, source)
    _refuse_outside_china(points, wgs84)
    if source == target:
        return points.astype(np.float64)
    return _from_wgs84(wgs84, target)


def convert_geometry(geometry: G, source: Frame, target: Frame) -> G:
    """A geometry of one frame, in another. Vertices alike before are alike after."""
    return shapely.transform(geometry, lambda points: convert(points, source, target))


def _to_wgs84(points: Coordinates, source: Frame) -> Coordinates:
    if source.datum is Datum.GCJ02:
        return _each_once(points, _gcj02_to_wgs84)
    return _by_pyproj(points, source, WGS84)


def _from_wgs84(points: Coordinates, target: Frame) -> Coordinates:
    if target.datum is Datum.GCJ02:
        return _each_once(points, _wgs84_to_gcj02)
    return _by_pyproj(points, WGS84, target)


def _by_pyproj(points: Coordinates, source: Frame, target: Frame) -> Coordinates:
    if source == target:
        return points.astype(np.float64)
    east, north = _transformer(source.epsg, target.epsg).transform(points[:, 0], points[:, 1])
    return np.column_stack((east, north)).astype(np.float64)


@cache
def _transformer(source: int | None, target: int | None) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _each_once(
    points: Coordinates, one: Callable[[float, float], tuple[float, float]]
) -> Coordinates:
    """Call the library once per distinct point: neighbours share most of their vertices."""
    distinct, back = np.unique(points, axis=0, return_inverse=True)
    moved = np.array(
        [
            one(lon, lat) if _plausible(lon, lat) else (np.nan, np.nan)
            for lon, lat in distinct.tolist()
        ],
        dtype=np.float64,
    )
    return np.asarray(moved[back.reshape(-1)], dtype=np.float64)


def _gcj02_to_wgs84(lon: float, lat: float) -> tuple[float, float]:
    point = china.gcj02_to_wgs84_refined(china.Gcj02(lat=lat, lon=lon))
    return point.lon, point.lat


def _wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    point = china.wgs84_to_gcj02(china.Wgs84(lat=lat, lon=lon))
    return point.lon, point.lat


def _plausible(lon: float, lat: float) -> bool:
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH


def _refuse_outside_china(points: Coordinates, wgs84: Coordinates) -> None:
    lon, lat = wgs84[:, 0], wgs84[:, 1]
    with np.errstate(invalid="ignore"):
        inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    if inside.all():
        return
    x, y = points[int(np.argmin(inside))].tolist()
    sentence = Sentence(
        _("坐标 %(x).10g，%(y).10g 按所选坐标系不在中国境内，请核对坐标系、带号和坐标次序"),
        {"x": x, "y": y},
    )
    raise Refusal(str(sentence), "places.outside_china", field="frame")
