"""How people are housed: the kinds of compounds, what their buildings look like, who fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """A building: units (0 where it has none), floors, rooms on each floor of a unit."""

    units: int
    floors: int
    rooms: int

    @property
    def dwellings(self) -> int:
        return max(self.units, 1) * self.floors * self.rooms


@dataclass(frozen=True, slots=True)
class Habitat:
    """One way of living. Shares are of dwellings; people are per dwelling that is lived in."""

    code: str
    kind: str
    """`places.Compound.kind`."""
    shapes: tuple[Shape, ...]
    buildings: tuple[int, int]
    """Fewest and most in one compound."""
    built: tuple[int, int]
    tenure: str
    """As sheets write it: 商品房, 安置房, 村民自建, 单位房."""
    area: tuple[int, int]
    occupied: float
    people: float


ESTATE: Final = Habitat(
    "estate", "estate", (Shape(2, 18, 2), Shape(1, 26, 4), Shape(2, 11, 2), Shape(1, 33, 4)),
    (5, 12), (2008, 2022), "商品房", (78, 143), 0.90, 2.47,
)  # fmt: skip
WALK_UP: Final = Habitat(
    "walk_up", "estate", (Shape(3, 6, 2), Shape(4, 6, 2), Shape(3, 7, 2)),
    (6, 14), (2000, 2012), "商品房", (68, 120), 0.93, 2.37,
)  # fmt: skip
OLD: Final = Habitat(
    "old", "courtyard", (Shape(3, 5, 2), Shape(2, 6, 2), Shape(3, 6, 2)),
    (4, 9), (1988, 2003), "单位房", (46, 88), 0.92, 2.1,
)  # fmt: skip
RESETTLED: Final = Habitat(
    "resettled", "estate", (Shape(2, 17, 4), Shape(1, 26, 4), Shape(2, 18, 3), Shape(2, 11, 2)),
    (4, 10), (2014, 2023), "安置房", (60, 130), 0.91, 2.5,
)  # fmt: skip
HAMLET: Final = Habitat(
    "hamlet", "hamlet", (Shape(0, 1, 36), Shape(0, 1, 48), Shape(0, 1, 60)),
    (3, 8), (1985, 2012), "村民自建", (120, 280), 0.95, 5.1,
)  # fmt: skip
DORMITORY: Final = Habitat(
    "dormitory", "courtyard", (Shape(0, 6, 24), Shape(0, 6, 30)),
    (3, 8), (2001, 2016), "单位房", (24, 32), 0.97, 5.40,
)  # fmt: skip
PARK: Final = Habitat(
    "park", "park", (Shape(0, 9, 8), Shape(0, 16, 10)),
    (3, 5), (2012, 2021), "商品房", (90, 400), 0.0, 0.0,
)  # fmt: skip

HABITATS: Final = {
    habitat.code: habitat for habitat in (ESTATE, WALK_UP, OLD, RESETTLED, HAMLET, DORMITORY, PARK)
}
FIRST_SHAPE: Final = Shape(3, 6, 2)
"""Of the buildings in a compound that a town names itself."""
