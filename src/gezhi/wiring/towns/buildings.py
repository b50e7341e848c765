"""Compounds, their buildings and rooms, as the address library will hold them."""

from __future__ import annotations

from dataclasses import dataclass, field

from gezhi.wiring.towns.habitats import HAMLET, Habitat


@dataclass(frozen=True, slots=True)
class Room:
    """One dwelling: unit 0 and floor 0 where there are none."""

    unit: int
    floor: int
    name: str
    area: int


@dataclass(frozen=True, slots=True)
class Building:
    """A building, or a villagers' group with its courtyards; in one grid (index in community)."""

    name: str
    number: int
    grid: int
    units: int
    floors: int
    built: int
    lon: float
    lat: float
    rooms: tuple[Room, ...]


@dataclass(slots=True)
class Compound:
    """小区, 院落, 自然村 or 园区. `road` is its road and house number."""

    name: str
    number: int
    habitat: Habitat
    aliases: tuple[tuple[str, str], ...] = ()
    """(alias, kind of `places.CompoundAlias`)."""
    road: str = ""
    lon: float = 0.0
    lat: float = 0.0
    buildings: list[Building] = field(default_factory=list)

    def address(self, building: Building, room: Room) -> str:
        """The short display of the address library: `紫兰苑 3号楼 2单元 501室`."""
        if self.habitat is HAMLET:
            return f"{self.name} {building.name} {room.name}号"
        unit = f" {room.unit}单元" if room.unit else ""
        return f"{self.name} {building.name}{unit} {room.name}室"
