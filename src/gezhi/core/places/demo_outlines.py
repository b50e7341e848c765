"""The two demonstration towns: invented outlines near 113.5°E 34.8°N, and their numbers of grids.

The outlines are no real boundary; only the counts are those of the two subdistricts (18
communities and villages in both; 50 grids in one, 130 in the other).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from shapely import Polygon

from gezhi.core.places.ground import LocalGround


@dataclass(frozen=True, slots=True)
class DemoTown:
    """What `tiling.plan_town` needs to draw a demonstration town."""

    outline: Polygon
    counts: tuple[int, ...]
    seed: int


# metres east and north of 113.5°E 34.8°N; the edge between the towns is the same in both
_BETWEEN = (
    (1500.0, -2900.0),
    (1720.0, -1300.0),
    (1480.0, 250.0),
    (1900.0, 1500.0),
    (1850.0, 2900.0),
)
_WEST = ((600.0, 3350.0), (-900.0, 3150.0), (-2300.0, 3500.0), (-3900.0, 2700.0),
         (-4300.0, 1100.0), (-3800.0, -300.0), (-4150.0, -1700.0), (-3000.0, -2950.0),
         (-1300.0, -2650.0), (200.0, -3200.0))  # fmt: skip
_EAST = ((2900.0, -3150.0), (4300.0, -2700.0), (5500.0, -2800.0), (6100.0, -1500.0),
         (5850.0, -200.0), (6300.0, 1200.0), (5600.0, 2500.0), (4400.0, 2750.0),
         (3100.0, 3200.0))  # fmt: skip


def _outline(corners: tuple[tuple[float, float], ...]) -> Polygon:
    """A closed line through the corners, with each side bent a little, in WGS84."""
    points: list[tuple[float, float]] = []
    for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        length = math.hypot(x2 - x1, y2 - y1)
        steps = max(2, int(length / 120.0))
        # the bend hangs on the side's own ends, so a side drawn both ways is the same line
        bend = 0.05 * math.sin((x1 + x2) / 310.0 + (y1 + y2) / 270.0)
        normal = ((y1 - y2), (x2 - x1)) if (x1, y1) < (x2, y2) else ((y2 - y1), (x1 - x2))
        for step in range(steps):
            along = step / steps
            aside = bend * math.sin(math.pi * along) + bend / 4 * math.sin(3 * math.pi * along)
            points.append(
                (
                    round(x1 + along * (x2 - x1) + aside * normal[0], 2),
                    round(y1 + along * (y2 - y1) + aside * normal[1], 2),
                )
            )
    return LocalGround.around(113.5, 34.8).unflatten(Polygon(points))


GOUZHAO = DemoTown(
    _outline(_BETWEEN + _WEST), (3, 4, 3, 2, 3, 3, 2, 4, 3, 2, 3, 2, 3, 3, 2, 3, 2, 3), seed=360
)
FENGYANG = DemoTown(
    _outline(_EAST + _BETWEEN[::-1]),
    (10, 8, 9, 11, 9, 8, 10, 9, 8, 10, 5, 4, 5, 5, 4, 5, 5, 5),
    seed=560,
)
