"""Operation: one thing a program may ask, declared with the right it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import IO, Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule
from pydantic import BaseModel

from gezhi.base.actors import Actor
from gezhi.base.areas import areas
from gezhi.base.pages.listing import RowsOf
from gezhi.base.rights import Right

_KEY: Final = re.compile(r"\{(?:uuid:)?([a-z_]+)\}")
METHODS: Final = ("GET", "POST", "PATCH", "DELETE")


@dataclass(slots=True)
class Ask:
    """One request, let in: who asks what, when, about which row."""

    request: HttpRequest
    actor: Actor
    at: datetime
    row: Any = None
    """The row in the address, in sight and within the right."""
    expected: int | None = None
    """The revision a guarded change is held against; None where any will do."""
    body: Any = None
    query: Any = None
    file: Any = None
    """An uploaded file, where the operation takes one."""
    keys: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What `act` gives when there is more to say than the value."""

    value: Any
    revision: int | None = None
    """The row's revision, for its ETag."""
    location: str = ""
    """Address of what was made, below the API's root."""
    following: str = ""
    """Cursor of the next part of a list."""


@dataclass(frozen=True, slots=True)
class FileMade:
    """What `act` gives where a file is the answer: its content, closed once it is sent."""

    content: IO[bytes]
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a program may ask."""

    name: str
    """Its `operationId`: a verb phrase, `list_people`."""
    method: str
    path: str
    """Below the API's root, a row's key as `{uuid:pk}`."""
    title: Any
    """Chinese, marked for translation."""
    _: KW_ONLY
    right: Right
    act: Callable[[Ask], Any]
    """Makes one call and returns the value to send, or an `Answer`."""
    answer: Any
    """The type of the value, for the description; None where a file is sent."""
    file: str = ""
    """Media type of the file it answers with: `act` gives a `FileMade`."""
    about: Any = ""
    """More about it for those who use it."""
    status: int = 200
    rows: RowsOf | None = None
    """Named read that finds the row in the address among those in sight."""
    lists: RowsOf | None = None
    """Named read of what a list lists."""
    sees: Right | None = None
    """What makes the row visible, where that is not the operation's own right."""
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    """Members sent beside an uploaded `file`."""
    guarded: bool = False
    """A change of the row: `If-Match` is needed."""
    hands_out: bool = False
    """Gives or looks up personal values, logged before the answer leaves: no Idempotency-Key."""
    example: Mapping[str, Any] | None = None
    """A body that could be sent."""
    shown: Any = None
    """What could come back."""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"{self.name}: no method {self.method}")
        if self.guarded and self.rows is None:
            raise ValueError(f"{self.name}: what is guarded is a row")

    @property
    def is_tagged(self) -> bool:
        """Whether its answer has an ETag: a file is made anew each time."""
        return not self.writes and not self.file

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the keys in the path."""
        return tuple(_KEY.findall(self.path))

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def operations_of(module: ModuleType) -> tuple[Operation, ...]:
    """What an area's `api.py` declares."""
    declared: tuple[Operation, ...] = module.operations
    return declared


def api_modules() -> Iterator[ModuleType]:
    """The `api` module of each installed area that has one."""
    for area in areas():
        if area.module is not None and module_has_submodule(area.module, "api"):
            yield import_module(f"{area.name}.api")


@cache
def _by_name() -> dict[str, Operation]:
    return named(operation for module in api_modules() for operation in operations_of(module))


def named(operations: Iterable[Operation]) -> dict[str, Operation]:
    """Operations by name; a name or an address declared twice is a mistake."""
    found: dict[str, Operation] = {}
    asked: set[tuple[str, str]] = set()
    for one in operations:
        if one.name in found or (one.method, one.path) in asked:
            raise ValueError(f"{one.name} is declared twice")
        found[one.name] = one
        asked.add((one.method, one.path))
    return found


def all_operations() -> Iterator[Operation]:
    """Every operation of every installed area, for the house tests' walks."""
    return iter(_by_name().values())
