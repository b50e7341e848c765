"""Who holds which post at a place: known to an area above, shown here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holder:
    """One post at a place. Staff act in public: their names are shown as they are."""

    role: str
    """Code of the role: `grid_chief_l3`."""
    title: str
    name: str
    acting: bool = False
    account_id: UUID | None = None
    address: str = ""
    """The page on which this person's posts are given and ended; empty where there is none."""

    @property
    def is_chief(self) -> bool:
        return self.role.startswith("grid_chief")


Provider = Callable[[Collection[UUID], date], Mapping[UUID, Sequence[Holder]]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Answer who holds posts at places on a day, in order of rank; one area does."""
    if provider not in _providers:
        _providers.append(provider)


def withdraw(provider: Provider) -> None:
    """Take a provider away again (for tests)."""
    _providers.remove(provider)


def is_known() -> bool:
    """Whether anybody knows about posts here."""
    return bool(_providers)


def holders_at(places: Collection[UUID], day: date) -> dict[UUID, list[Holder]]:
    """The posts held at each of these places on a day; places without any are left out."""
    found: dict[UUID, list[Holder]] = {}
    for provider in _providers:
        for place, holders in provider(places, day).items():
            found.setdefault(place, []).extend(holders)
    return found
