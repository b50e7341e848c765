"""Which grid a point lies in, answered from memory.

The rule on borders, so that every point of the town has exactly one grid: a point within a
millimetre of a shared border belongs to the grid with the lowest key. A millimetre is far below
any measurement and far above the rounding of floats, so "on the border" means the same on every
machine and on both sides. A point further out may be given to the nearest grid within a stated
tolerance (a house drawn across the edge, a satellite fix at the town line); otherwise it has none.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from gezhi.core.places.boundaries import Polygonal
from gezhi.core.places.ground import Coordinates, LocalGround

BORDER_M = 0.001


class Key(Hashable, Protocol):
    """What names a grid: its code, or any value with an order."""

    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=Key)


class GridLocator(Generic[K]):
    """An immutable index of boundaries; may be asked from several threads at once."""

    def __init__(self, boundaries: Sequence[tuple[K, Polygonal]], tolerance_m: float = 0.0) -> None:
        """Index WGS84 boundaries by key; keys are distinct and boundaries sound.

        `tolerance_m` is how far outside every grid a point may lie and still be given to the
        nearest. Raises `ValueError` for keys that repeat or a negative tolerance.
        """
        ordered = sorted(boundaries, key=lambda pair: pair[0])
        self.keys: tuple[K, ...] = tuple(key for key, _shape in ordered)
        if len(set(self.keys)) != len(self.keys):
            raise ValueError("two boundaries have the same key")
        if tolerance_m < 0:
            raise ValueError("a tolerance is not negative")
        self._reach = max(tolerance_m, BORDER_M)
        self._ground = LocalGround.under([shape for _key, shape in ordered])
        self._areas = np.array(
            [self._ground.flatten(shape) for _key, shape in ordered], dtype=object
        )
        self._one_at_a_time = threading.Lock()
        self._build()

    def _build(self) -> None:
        """Index boxes widened by the reach, and prepare the boundaries for many questions."""
        boxes = shapely.bounds(self._areas) if self._areas.size else np.empty((0, 4))
        widened = shapely.box(
            boxes[:, 0] - self._reach,
            boxes[:, 1] - self._reach,
            boxes[:, 2] + self._reach,
            boxes[:, 3] + self._reach,
        )
        self._tree = shapely.STRtree(widened)
        shapely.prepare(self._areas)

    def __len__(self) -> int:
        return len(self.keys)

    def locate(self, lon: float, lat: float) -> K | None:
        """The key of the grid a WGS84 point lies in, or None."""
        return self.locate_many(np.array([[lon, lat]]))[0]

    def locate_many(self, points: Coordinates) -> list[K | None]:
        """The key of each of (n, 2) WGS84 points (lon, lat), or None; not finite is nowhere."""
        return [None if at < 0 else self.keys[at] for at in self.locate_indices(points).tolist()]

    def locate_indices(self, points: Coordinates) -> NDArray[np.int64]:
        """The same as indices into `keys`, -1 for nowhere: what a bulk import works with."""
        found = np.full(len(points), -1, dtype=np.int64)
        if not len(points) or not self.keys:
            return found
        metres = self._ground.to_metres(np.asarray(points, dtype=np.float64))
        asked = np.asarray(shapely.points(metres), dtype=object)
        # Shapely lets go of the interpreter, and a prepared geometry of GEOS keeps scratch space
        # that two threads must not share: it ended the process when they did.
        with self._one_at_a_time:
            which, candidate = self._tree.query(asked)
            inside = shapely.dwithin(self._areas[candidate], asked[which], BORDER_M)
            _keep_lowest(found, which[inside], candidate[inside])
            if self._reach > BORDER_M:
                outside = found[which] < 0
                self._give_to_nearest(found, asked, which[outside], candidate[outside])
        return found

    def _give_to_nearest(
        self,
        found: NDArray[np.int64],
        asked: NDArray[Any],
        which: NDArray[np.int64],
        candidate: NDArray[np.int64],
    ) -> None:
        """Points in no grid: the nearest within reach; of those equally near, the lowest key."""
        away = shapely.distance(self._areas[candidate], asked[which])
        nearest = np.full(len(found), np.inf)
        np.minimum.at(nearest, which, away)
        near = (away <= self._reach) & (away <= nearest[which] + BORDER_M)
        _keep_lowest(found, which[near], candidate[near])


def _keep_lowest(
    found: NDArray[np.int64], which: NDArray[np.int64], candidate: NDArray[np.int64]
) -> None:
    """Write to each point the lowest of its candidates; keys are in order, so are indices."""
    order = np.lexsort((candidate, which))
    points, first = np.unique(which[order], return_index=True)
    found[points] = candidate[order][first]
