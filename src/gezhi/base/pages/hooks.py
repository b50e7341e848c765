"""What pages need from areas above base: each hook is provided once, by the area that knows.

An area provides a hook in its `AppConfig.ready()`: `hooks.place_tree.provide(queries.tree_for)`.
A hook nobody provided answers with its default, so that base works alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from gezhi.base.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Hook(Generic[P, R]):
    """A function that another area will provide; until then, the default."""

    def __init__(self, default: Callable[P, R]) -> None:
        self._default = default
        self._provided: Callable[P, R] | None = None
        self.__doc__ = default.__doc__

    def provide(self, function: Callable[P, R]) -> None:
        """Answer this hook from now on; a second, different provider is a mistake."""
        if self._provided not in (None, function):
            raise ValueError(f"{self._default.__name__} is provided twice")
        self._provided = function

    def withdraw(self) -> None:
        """Back to the default (for tests)."""
        self._provided = None

    @property
    def is_provided(self) -> bool:
        return self._provided is not None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return (self._provided or self._default)(*args, **kwargs)


class Gathering(Hook[P, Sequence[T]]):
    """A hook that several areas answer: the answers follow each other as areas are installed."""

    def __init__(self, default: Callable[P, Sequence[T]]) -> None:
        super().__init__(default)
        self._all: tuple[Callable[P, Sequence[T]], ...] = ()

    def provide(self, function: Callable[P, Sequence[T]]) -> None:
        """Answer this hook as well from now on."""
        if function not in self._all:
            self._all += (function,)

    def withdraw(self) -> None:
        self._all = ()

    @property
    def is_provided(self) -> bool:
        return bool(self._all)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Sequence[T]:
        return [one for answer in self._all for one in answer(*args, **kwargs)]


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A place in the tree beside a list, with those below it."""

    id: UUID
    title: str
    level: int
    """1 subdistrict, 2 community or village, 3 grid, 4 micro-grid."""
    children: tuple[TreeNode, ...] = ()
    count: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list's query kept under a name: the rights of whoever opens it are asked anew."""

    id: UUID
    title: str
    query: str
    """Query string without the leading question mark."""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Rows about to leave the platform as a file or on paper."""

    page: str
    """URL name of the list."""
    title: str
    form: str
    """`xlsx` or `print`."""
    rows: int
    columns: tuple[str, ...]
    """Labels of the columns that leave."""
    fields: tuple[str, ...]
    """Sources of those that are personal; empty when none is."""
    query: str
    purpose: str
    """Code of the purpose chosen; empty when no column is personal."""
    reason: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A number on the home page: how many people, dwellings, cases lie in the actor's places."""

    label: str
    value: str
    unit: str = ""
    hint: str = ""
    tone: str = "neutral"
    icon: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A table of numbers on the home page, each with a bar: people by community, by age."""

    title: str
    head: tuple[str, str]
    """What the rows are, and what is counted."""
    rows: tuple[tuple[str, int, str], ...]
    """(name, number, address; empty where nothing opens)"""
    map_address: str = ""
    """Where the same numbers are as GeoJSON, to be drawn beside."""

    @property
    def most(self) -> int:
        """The number whose bar is full."""
        return max((number for _name, number, _address in self.rows), default=0) or 1

    @property
    def lines(self) -> list[tuple[str, int, str, str]]:
        """(name, number, the number as it is read, address)"""
        return [(name, number, f"{number:,}", address) for name, number, address in self.rows]


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do today, on the home page: what to do, why or where, and where it is done."""

    words: str
    why: str
    address: str


@Hook
def place_tree(actor: Actor, right: str, at: datetime) -> Sequence[TreeNode]:
    """The places visible to the actor under a right, as trees (several for several posts)."""
    return ()


@Hook
def place_names() -> Mapping[UUID, str]:
    """Names of all places of this cell by id, from memory."""
    return {}


@Hook
def role_titles() -> Mapping[str, str]:
    """Every role by code, in the office's order, as the reader's language calls it."""
    return {}


@Hook
def saved_views(actor: Actor, page: str) -> Sequence[SavedView]:
    """The actor's own and shared saved filters of a list."""
    return ()


@Hook
def save_view(actor: Actor, page: str, title: str, query: str, at: datetime) -> None:
    """Keep a list's query under a name for this actor."""


@Hook
def drop_view(actor: Actor, page: str, view_id: UUID, at: datetime) -> None:
    """Forget one of the actor's own saved filters."""


@Hook
def purposes(actor: Actor, at: datetime) -> Sequence[tuple[str, str]]:
    """(code, title) of the purposes the actor may give for seeing or taking personal fields."""
    return ()


@Hook
def let_out(outgoing: Outgoing, by: Actor, at: datetime) -> str:
    """Log rows leaving, before they leave; returns the watermark for the file.

    Raises `Refusal` where a second factor, a second person or a smaller number is needed.
    """
    return by.name


@Hook
def todo_count(actor: Actor, at: datetime) -> int:
    """How many things wait for this actor, for the badge in the top bar."""
    return 0


@Hook
def notices_count(actor: Actor, at: datetime) -> int:
    """How many notices the actor has not read."""
    return 0


@Gathering
def home_tiles(actor: Actor, at: datetime) -> Sequence[Tile]:
    """The numbers on an actor's home page, for the places of their posts."""
    return ()


@Gathering
def home_figures(actor: Actor, at: datetime) -> Sequence[Figure]:
    """The numbers on an actor's home page that are better looked at than read."""
    return ()


@Gathering
def home_errands(actor: Actor, at: datetime) -> Sequence[Errand]:
    """What an actor had better do first today, the most pressing first."""
    return ()


@Hook
def front_notes(at: datetime) -> Sequence[str]:
    """Sentences shown to everybody on the sign-in page: what the demo is still loading."""
    return ()


def provided() -> dict[str, bool]:
    """Every hook by name and whether an area answers it; for `doctor` and house tests."""
    found: dict[str, Any] = {k: v for k, v in globals().items() if isinstance(v, Hook)}
    return {name: hook.is_provided for name, hook in found.items()}
