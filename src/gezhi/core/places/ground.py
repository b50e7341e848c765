"""Metres on the ground for work within one subdistrict.

Boundaries are kept in WGS84 degrees, but tolerances are stated in metres. `LocalGround` is the
bridge: an affine map, so a straight edge in degrees stays straight in metres and two boundaries
that share an edge before it share it after it. Over the 20 km of a subdistrict its scale is off
by less than 0.15 %, which is plenty for tolerances; areas that people read are measured on the
ellipsoid by `area_m2`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

Coordinates = NDArray[np.float64]
G = TypeVar("G", bound=BaseGeometry)

_ELLIPSOID = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class LocalGround:
    """Degrees (lon, lat) <-> metres east and north of an origin."""

    lon: float
    lat: float
    metres_per_lon: float
    metres_per_lat: float

    @classmethod
    def around(cls, lon: float, lat: float) -> LocalGround:
        """The ground around a point, scaled as the WGS84 ellipsoid is there."""
        sine = math.sin(math.radians(lat))
        flat = 1.0 - _ELLIPSOID.es * sine * sine
        prime_vertical = _ELLIPSOID.a / math.sqrt(flat)
        meridian = _ELLIPSOID.a * (1.0 - _ELLIPSOID.es) / flat**1.5
        return cls(
            lon=lon,
            lat=lat,
            metres_per_lon=math.radians(prime_vertical * math.cos(math.radians(lat))),
            metres_per_lat=math.radians(meridian),
        )

    @classmethod
    def under(cls, geometries: Iterable[BaseGeometry]) -> LocalGround:
        """The ground under some geometries; null island where there is none."""
        drawn = [geometry for geometry in geometries if not geometry.is_empty]
        if not drawn:
            return cls.around(0.0, 0.0)
        bounds = shapely.total_bounds(np.array(drawn, dtype=object))
        west, south, east, north = (float(value) for value in bounds)
        return cls.around((west + east) / 2, (south + north) / 2)

    def to_metres(self, degrees: Coordinates) -> Coordinates:
        """(n, 2) degrees lon, lat -> (n, 2) metres east, north."""
        return (degrees - (self.lon, self.lat)) * (self.metres_per_lon, self.metres_per_lat)

    def to_degrees(self, metres: Coordinates) -> Coordinates:
        """(n, 2) metres east, north -> (n, 2) degrees lon, lat."""
        return metres / (self.metres_per_lon, self.metres_per_lat) + (self.lon, self.lat)

    def flatten(self, geometry: G) -> G:
        """A geometry in degrees, as metres."""
        return shapely.transform(geometry, self.to_metres)

    def unflatten(self, geometry: G) -> G:
        """A geometry in metres, as degrees."""
        return shapely.transform(geometry, self.to_degrees)


def area_m2(geometry: BaseGeometry) -> float:
    """Square metres of a WGS84 geometry on the ellipsoid."""
    return abs(float(_ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]))


def length_m(geometry: BaseGeometry) -> float:
    """Metres of a WGS84 line, or of a polygon's outline, on the ellipsoid."""
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        return abs(float(_ELLIPSOID.geometry_area_perimeter(geometry)[1]))
    return float(_ELLIPSOID.geometry_length(geometry))
