"""Pictures made of markup: a building by units and floors, and what its colours mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """One room: its number, a tone (good, warn, bad, info, busy, neutral), words, its page."""

    label: str
    tone: str = "neutral"
    words: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A stair: its name, and its rooms by floor, each floor from left to right."""

    name: str
    floors: dict[int, Sequence[Room]]

    @property
    def width(self) -> int:
        return max((len(rooms) for rooms in self.floors.values()), default=1)


@dataclass(frozen=True, slots=True)
class BuildingPicture:
    """A building as seen from the front: stairs side by side, the top floor above."""

    title: str
    units: tuple[Unit, ...]
    legend: tuple[tuple[str, str], ...] = ()
    """(tone, words)"""

    def rows(self) -> list[tuple[int, list[Room | None]]]:
        """(floor, rooms of all units from left to right); None where a unit has no such room."""
        floors = sorted({floor for unit in self.units for floor in unit.floors}, reverse=True)
        return [(floor, self._row(floor)) for floor in floors]

    def _row(self, floor: int) -> list[Room | None]:
        cells: list[Room | None] = []
        for unit in self.units:
            rooms = list(unit.floors.get(floor, ()))
            cells += [*rooms, *[None] * (unit.width - len(rooms))]
        return cells
