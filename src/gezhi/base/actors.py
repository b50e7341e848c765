"""Whoever acts: the rights held, and the places they are held at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    STAFF = "staff"
    RESIDENT = "resident"
    PROGRAM = "program"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: for the journal and the access log, never for tracking staff."""

    channel: str = "system"
    """web, api, command, job, or system."""
    address: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """One post as the actor holds it today: a role's rights at one place."""

    post_id: UUID
    role: str
    role_title: str
    place_id: UUID
    level: int
    """1 subdistrict, 2 community or village, 3 grid, 4 micro-grid."""
    path: str
    """Place path, code of each level followed by a slash: `410172360/001/003/`."""
    place_name: str
    rights: frozenset[str]
    unit_id: UUID | None = None
    """The responsible unit the post belongs to, where it belongs to one."""
    acting_for: str = ""
    """Name of the person whose post is held in acting capacity; empty for one's own."""

    @property
    def title(self) -> str:
        """The post in words, as it stands in the journal: `永乐社区 网格长（代）`."""
        acting = f"（代{self.acting_for}）" if self.acting_for else ""
        return f"{self.place_name} {self.role_title}{acting}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Never anonymous: a stranger has no Actor."""

    kind: ActorKind
    name: str
    account_id: UUID | None = None
    person_id: UUID | None = None
    """For a resident: the person in the registry who is signed in."""
    holdings: tuple[Holding, ...] = ()
    second_factor_at: datetime | None = None
    """When the second factor was last shown in this session."""
    purposes: frozenset[str] | None = None
    """Codes of the only purposes it may read in full for; None where its posts decide."""
    origin: Origin = field(default_factory=Origin)

    @property
    def rights(self) -> frozenset[str]:
        return frozenset().union(*(h.rights for h in self.holdings))

    def holds(self, right: str) -> bool:
        """Whether any post gives this right, wherever."""
        return self.kind is ActorKind.SYSTEM or any(right in h.rights for h in self.holdings)

    def holdings_with(self, right: str) -> Iterator[Holding]:
        return (h for h in self.holdings if right in h.rights)

    def post_for(self, right: str) -> Holding | None:
        """The post an act under this right is done as: the widest, so that it is named once."""
        return min(self.holdings_with(right), key=lambda h: h.level, default=None)

    def through(self, origin: Origin) -> Actor:
        return replace(self, origin=origin)


def system(channel: str = "system") -> Actor:
    """The platform itself: jobs, set-up and commands. It is journalled as such."""
    return Actor(kind=ActorKind.SYSTEM, name="系统", origin=Origin(channel=channel))
