"""Chance that repeats itself: the same seed gives the same town on every Python.

Only `Random.random` is used, which Python promises never to change for a given seed; its other
methods and numpy's may differ between versions.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Values with shares that need not add up to one."""

    __slots__ = ("bounds", "total", "values")

    def __init__(self, shares: Mapping[T, float]) -> None:
        self.values = tuple(shares)
        self.bounds = tuple(accumulate(shares.values()))
        self.total = self.bounds[-1]


class Dice:
    """Chance from a seed."""

    __slots__ = ("roll",)

    def __init__(self, seed: str) -> None:
        self.roll = random.Random(seed).random

    def comes(self, share: float) -> bool:
        """True in this share of cases."""
        return self.roll() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))

    def near(self, low: int, high: int) -> int:
        """The same, the middle more likely than the ends."""
        return low + int((self.roll() + self.roll()) / 2 * (high - low + 1))

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.roll() * len(values))]

    def of(self, table: Weighted[T]) -> T:
        return table.values[bisect_right(table.bounds, self.roll() * table.total)]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """A new list in another order (Fisher-Yates)."""
        mixed = list(values)
        for last in range(len(mixed) - 1, 0, -1):
            other = int(self.roll() * (last + 1))
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
