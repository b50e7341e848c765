"""What must follow when grids change: areas above move what they keep by grid.

What areas above keep about a building carries its grid and community, and some things hang on a
grid itself (posts, open cases). All follow inside the transaction in which a change takes effect,
so either everything moved or nothing changed. Register in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gezhi.base.actors import Actor
from gezhi.core.places.models import Place

Rehome = Callable[[Collection[UUID], Place, Actor, datetime], None]
"""Called with the buildings, the grid they now lie in, who moved them and when."""
PassOn = Callable[[Place, Sequence[Place], Actor, datetime], None]
"""Called with a retiring grid, its successors (the one that takes most of it first), who, when."""
Remain = Callable[[Collection[UUID], datetime], int]
"""How many things still hang on these places at a moment."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """Something that still hangs on a place, and how many."""

    title: str
    number: int


_followers: list[Rehome] = []
_heirs: list[PassOn] = []
_checks: dict[str, tuple[Any, Remain]] = {}


def register(follower: Rehome) -> Rehome:
    """Have a function called whenever buildings change grid; usable as a decorator."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def register_heir(heir: PassOn) -> PassOn:
    """Have a function pass on what hangs on a retiring grid itself; usable as a decorator."""
    if heir not in _heirs:
        _heirs.append(heir)
    return heir


def register_check(name: str, title: Any, remain: Remain) -> None:
    """Have a function asked what still hangs on a place before it is retired."""
    _checks[name] = (title, remain)


def withdraw(name: str = "", *, follower: Rehome | None = None, heir: PassOn | None = None) -> None:
    """Take a check, a follower or an heir away again (for tests)."""
    _checks.pop(name, None)
    if follower is not None:
        _followers.remove(follower)
    if heir is not None:
        _heirs.remove(heir)


def rehome(buildings: Collection[UUID], grid: Place, *, by: Actor, at: datetime) -> None:
    """Let everybody follow; inside the action that moves the buildings."""
    for follower in _followers:
        follower(buildings, grid, by, at)


def pass_on(retiring: Place, successors: Sequence[Place], *, by: Actor, at: datetime) -> None:
    """Pass on everything that hangs on a retiring grid itself."""
    for heir in _heirs:
        heir(retiring, successors, by, at)


def remainders(places: Collection[UUID], at: datetime) -> list[Remainder]:
    """What still hangs on these places."""
    counted = ((title, remain(places, at)) for title, remain in _checks.values())
    return [Remainder(str(title), number) for title, number in counted if number]
