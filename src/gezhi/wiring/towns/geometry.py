"""Where things stand: points well inside a grid, apart from each other, in the order one walks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely import Point, Polygon

from gezhi.core.places.ground import LocalGround
from gezhi.core.places.tiling import Road

_FROM_EDGE_M = 12.0


def places_inside(polygon: Polygon, count: int) -> list[tuple[float, float]]:
    """`count` points (lon, lat, WGS84) inside a polygon, on a lattice, row by row in turns.

    They keep away from the edge where the polygon is wide enough. Neighbours in the list are
    neighbours on the ground. Raises `ValueError` where so many do not fit.
    """
    ground = LocalGround.under([polygon])
    land = ground.flatten(polygon)
    inner = land.buffer(-_FROM_EDGE_M)
    if inner.is_empty or inner.area < land.area / 3:
        inner = land.buffer(-_FROM_EDGE_M / 6)
    step = math.sqrt(inner.area / max(count, 1)) * 1.05
    while step > 0.5:
        found = _lattice(inner, step)
        if len(found) >= count:
            spread = np.linspace(0, len(found) - 1, count).round().astype(int)
            metres = found[spread]
            return [(round(x, 7), round(y, 7)) for x, y in ground.to_degrees(metres).tolist()]
        step *= 0.93
    raise ValueError("the grid is too small for so many points")


def _lattice(land: Polygon, step: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    west, south, east, north = land.bounds
    rows = []
    for number, y in enumerate(np.arange(north - step / 2, south, -step)):
        xs = np.arange(west + step / 2, east, step)
        inside = xs[shapely.contains_xy(land, xs, np.full_like(xs, y))]
        ordered = inside if number % 2 == 0 else inside[::-1]
        rows.append(np.column_stack((ordered, np.full_like(ordered, y))))
    return np.concatenate(rows) if rows else np.empty((0, 2))


class Streets:
    """The named roads of a town, asked for the one nearest to a point."""

    def __init__(self, roads: Sequence[Road]) -> None:
        self._roads = list(roads)
        self._tree = shapely.STRtree([road.line for road in roads])

    def nearest(self, lon: float, lat: float) -> tuple[str, int]:
        """A road's name, and the house number a place there would have."""
        point = Point(lon, lat)
        road = self._roads[int(self._tree.nearest(point))]
        along = road.line.project(point) * 100_000
        return road.name, 1 + int(along / 12)
