"""Which small counts about people may leave the office, and which would name somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SMALLEST: Final = 5
"""A count of people from 1 to 4 could be recognised by a neighbour, and is withheld."""


def publishable(counts: Mapping[str, int], *, smallest: int = SMALLEST) -> dict[str, int]:
    """The counts of one place and one breakdown without those that could name somebody.

    Counts from 1 to `smallest - 1` are left out. If that leaves out only one category, the next
    smallest goes too, because the total would give the missing one back. Zero says nothing about
    anybody and stays.
    """
    small = {category for category, count in counts.items() if 0 < count < smallest}
    if len(small) == 1:
        rest = {c: n for c, n in counts.items() if n >= smallest}
        if rest:
            small.add(min(rest, key=lambda c: (rest[c], c)))
    return {category: count for category, count in counts.items() if category not in small}
