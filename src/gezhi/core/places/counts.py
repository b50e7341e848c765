"""Numbers shown beside places: areas above register what they count.

`register("people", _("人口"), count, right=...)` in an area's `AppConfig.ready()`, where
`count(at)` gives a number for each place by id, each thing counted once at the smallest place it
lies in. The tree adds them up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gezhi.base.actors import Actor
from gezhi.base.rights import Right

Counter = Callable[[datetime], Mapping[UUID, int]]


@dataclass(frozen=True, slots=True)
class Count:
    """One number by place."""

    name: str
    title: Any
    """What it is called, marked for translation."""
    of: Counter
    right: Right | None = None
    """Who sees it, beside the right to see places."""


_counts: dict[str, Count] = {}


def register(name: str, title: Any, of: Counter, *, right: Right | None = None) -> None:
    """Have a number shown beside places; the same name again is a mistake unless it is the same."""
    known = _counts.setdefault(name, Count(name, title, of, right))
    if known.of is not of:
        raise ValueError(f"the count {name} is registered twice")


def withdraw(name: str) -> None:
    """Take a number away again (for tests)."""
    _counts.pop(name, None)


def counts_for(actor: Actor) -> Iterator[Count]:
    """The numbers an actor may see, in the order they were registered."""
    return (one for one in _counts.values() if one.right is None or one.right.held_by(actor))


def rolled_up(numbers: Mapping[UUID, int], parents: Mapping[UUID, UUID | None]) -> dict[UUID, int]:
    """Each number added to its place and to every place above it; places unknown here are left."""
    totals = dict.fromkeys(parents, 0)
    for place, number in numbers.items():
        here: UUID | None = place
        while here is not None and here in totals:
            totals[here] += number
            here = parents[here]
    return totals
