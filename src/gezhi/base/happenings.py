"""What happened to things of all kinds, for those outside the platform who follow it.

An area that keeps a history registers as a source in its `AppConfig.ready()`. It is read, not
told: the history, written in the transaction of the act, is the outbox, so that an act costs
nothing more for being followed, and what is told happened exactly if the act did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

OPENED, MOVED, ENDED = "opened", "moved", "ended"
WHATS: Final = (OPENED, MOVED, ENDED)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to one subject. Ids and codes: nothing personal, no free text."""

    id: UUID
    """UUIDv7 of when it was written down; the same however often it is read."""
    subject_id: UUID
    kind: str
    what: str
    """`opened`, `moved` or `ended`."""
    number: str
    state: str
    step: str
    sequence: int
    """Grows with each thing that happens to this subject; it may leave numbers out."""
    place: str
    """Code of the lowest place it is known to lie in; empty where none is known."""
    at: datetime


class Source(Protocol):
    """A history that can be read by the keys of its lines."""

    def kinds(self) -> Mapping[str, Any]:
        """The kinds it tells of, in words."""

    def between(
        self, after: UUID, until: UUID, kinds: Collection[str], most: int
    ) -> Sequence[Happening]:
        """The first so many lines with keys in (after, until], in the order of their keys."""


_sources: list[Source] = []


def register(source: Source) -> None:
    """Let a history be followed."""
    if source not in _sources:
        _sources.append(source)


def kinds() -> dict[str, Any]:
    """Every kind that can be followed, in words."""
    return {code: title for source in _sources for code, title in source.kinds().items()}


def between(
    after: UUID, until: UUID, kinds: Collection[str], *, part: int = 500
) -> Iterator[Happening]:
    """All that happened with keys in (after, until], of these kinds, part by part."""
    for source in _sources:
        seen = after
        while found := source.between(seen, until, kinds, part):
            yield from found
            seen = found[-1].id
            if len(found) < part:
                break
