"""Boundaries of new grids where nobody has drawn them yet: the old outline, divided by buildings.

Every point of the ground goes to the grid whose building is nearest (a Voronoi division), so the
new boundaries tile the old outline exactly. It is a first drawing, good enough to find a point's
grid; a surveyed one may replace it by import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely
from shapely import MultiPoint, MultiPolygon, Polygon

from gezhi.core.places.boundaries import Polygonal
from gezhi.core.places.ground import LocalGround


def divide(
    outline: Polygonal, buildings: Mapping[str, Sequence[tuple[float, float]]]
) -> dict[str, Polygonal]:
    """Part of the outline for each code, from the WGS84 points (lon, lat) of its buildings.

    A code without any point gets no part; of two codes at one point the lower has it.
    """
    owner: dict[tuple[float, float], str] = {}
    for code in sorted(buildings):
        for point in buildings[code]:
            owner.setdefault(point, code)
    codes = sorted(set(owner.values()))
    if len(codes) < 2:
        return dict.fromkeys(codes, outline)
    ground = LocalGround.under([outline])
    whole = ground.flatten(outline)
    places = ground.flatten(MultiPoint(list(owner)))
    cells = shapely.get_parts(shapely.voronoi_polygons(places, extend_to=whole, ordered=True))
    parts: dict[str, Polygonal] = {}
    for code in codes:
        own = [cell for cell, whose in zip(cells, owner.values(), strict=True) if whose == code]
        part = _area(shapely.intersection(shapely.union_all(own), whole))
        if part is not None:
            parts[code] = ground.unflatten(part)
    return parts


def _area(geometry: shapely.Geometry) -> Polygonal | None:
    """The polygons of a geometry; None where there are none."""
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
