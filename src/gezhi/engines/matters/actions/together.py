"""One step of many matters: each in a transaction of its own, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.engines.matters.actions.moving import take
from gezhi.engines.matters.models import Matter


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one matter."""

    matter: Matter
    refusal: Refusal | None = None
    """Why it was not taken; None: it was."""


def take_many(
    matters: Iterable[Matter], step: str, *, said: str = "", by: Actor, at: datetime
) -> list[Outcome]:
    """Take a step of each; what one refuses stops none of the others."""
    return [_outcome(matter, step, said, by, at) for matter in matters]


def _outcome(matter: Matter, step: str, said: str, by: Actor, at: datetime) -> Outcome:
    try:
        take(matter, step, revision=matter.revision, said=said, by=by, at=at)
    except Refusal as refusal:
        return Outcome(matter, refusal)
    return Outcome(matter)
