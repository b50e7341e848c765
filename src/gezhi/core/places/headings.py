"""What a proposal brings, as people look at it before they agree: its name and its size."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from gezhi.core.places import dwellings
from gezhi.core.places.tree_rules import Kind, size_warning


@dataclass(frozen=True, slots=True)
class Size:
    """How much ground a coming place takes over."""

    buildings: int
    households: int | None
    """None where nobody knows."""
    warning: str
    """A word where that is unusually few or many; empty otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One coming place."""

    code: str
    name: str
    predecessors: tuple[str, ...]
    size: Size

    @property
    def warning(self) -> str:
        """What to think about before agreeing to its size."""
        return self.size.warning


class Sizes:
    """Sizes of coming places, with the households of all their buildings looked up once."""

    def __init__(self, buildings: Collection[UUID]) -> None:
        self._living = dwellings.households_in(buildings)

    def of(self, kind: Kind, buildings: Collection[UUID], *, rural: bool) -> Size:
        """The size of a place of this kind that takes over these buildings."""
        if self._living is None:
            return Size(len(buildings), None, "")
        households = sum(self._living.get(building, 0) for building in buildings)
        word = size_warning(kind, households, rural=rural)
        return Size(len(buildings), households, str(word or ""))
