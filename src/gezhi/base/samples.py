"""Sample rows for the house tests: one in scope, one out of scope, for every page about a row.

An area's `tests/samples.py` declares them::

    SAMPLES = {Ladder: lambda spot: Ladder.objects.create(grid=spot.grid, ...)}
    VISITS = {"ladders.compare": lambda spot: Visit(query={"a": ladder(spot).pk})}

A page whose address holds nothing but the `pk` of a declared row needs no visit of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from gezhi.base.rights import Right


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a sample row lies and to whom it belongs; the tests make one inside, one outside."""

    grid: Any
    """The level-3 place; its `community` and `parent` are there too."""
    account: Any
    """The account whose own rows these are."""
    person_id: UUID
    """The person such an account would stand for."""
    at: datetime
    micro_grid: Any = None
    """The level-4 place of the grid in which the sample buildings stand, if there is one."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How a page is opened that needs more than the key of its row."""

    row: Model | None = None
    """The row it is about: in or out of an actor's scope."""
    also: tuple[Right, ...] = ()
    """Rights it asks for besides its own; without one of them there is nothing to see."""
    owned: bool = False
    """Whether only the account of the spot may open it, whatever its right reaches."""
    unless: Right | None = None
    """Whoever holds this for the whole subdistrict opens what others own as well."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)


Sample = Callable[[Spot], Model]
Visiting = Callable[[Spot], Visit]
