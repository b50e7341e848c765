"""What a person leaves behind when they leave a post: each area says what it holds of theirs.

An area registers in its `AppConfig.ready()`: `handover.register(Duty("待办", open_of, move))`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gezhi.base.actors import Actor


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of thing that waits for a person by account."""

    title: Any
    """What it is called on the handover list; marked for translation."""
    waiting: Callable[[UUID], int]
    """How many wait for an account."""
    move: Callable[[UUID, UUID, Actor, datetime], int] | None = None
    """Give what waits for one account to another (from, to, by, at); returns how many.

    None: it cannot be moved at a stroke; each has to be finished or handed over where it stands.
    """


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a handover list."""

    title: str
    number: int
    movable: bool


_duties: list[Duty] = []


def register(duty: Duty) -> None:
    """Have a kind of thing asked about whenever somebody leaves a post."""
    if duty not in _duties:
        _duties.append(duty)


def handover_list(account_id: UUID) -> list[Waiting]:
    """Everything that waits for an account, kinds with nothing left out."""
    return [
        Waiting(str(duty.title), number, duty.move is not None)
        for duty in _duties
        if (number := duty.waiting(account_id))
    ]


def move_all(account_id: UUID, successor_id: UUID, by: Actor, at: datetime) -> int:
    """Give everything movable to a successor; returns how many things moved."""
    return sum(duty.move(account_id, successor_id, by, at) for duty in _movable())


def _movable() -> Iterator[Any]:
    return (duty for duty in _duties if duty.move is not None)
