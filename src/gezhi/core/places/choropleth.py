"""Five shades for numbers on a map, and what each stands for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

SHADES: Final = ("#deebf7", "#b3d1ec", "#7fb1dd", "#4a8cc7", "#1a5fb4")
"""From few to many; the map drawn in the browser uses the same."""
NO_NUMBER: Final = "#9aa5b1"


def shade_of(value: int | None, most: int) -> str:
    """The colour of a number where the largest one is `most`."""
    if value is None:
        return NO_NUMBER
    return SHADES[min(len(SHADES) - 1, len(SHADES) * value // max(most, 1))]


def legend(values: Collection[int]) -> list[tuple[str, int, int]]:
    """(colour, from, to) of the shades in use, both ends included; empty without numbers."""
    if not values:
        return []
    most, steps = max(*values, 1), len(SHADES)
    bounds = [-(-most * step // steps) for step in range(steps)] + [most + 1]
    ranges = zip(SHADES, bounds, bounds[1:], strict=False)
    return [(shade, low, high - 1) for shade, low, high in ranges if low < high]
