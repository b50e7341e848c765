"""What is read often and changed seldom: remembered by a process for a minute, office by office."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from gezhi.base.tenancy import here

T = TypeVar("T")
SECONDS: Final = 60.0
"""A change is known to the process it is made in at once, to the others within this time."""
_all: list[Remembered[Any]] = []


class Remembered(Generic[T]):
    """A read that is asked of the database once a minute: call it for what it last said."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._known: dict[str, tuple[float, T]] = {}
        _all.append(self)

    def __call__(self) -> T:
        known = self._known.get(here().schema_name)
        if known is not None and time.monotonic() - known[0] < SECONDS:
            return known[1]
        fresh = self._read()
        self._known[here().schema_name] = time.monotonic(), fresh
        return fresh

    def forget(self) -> None:
        """Read anew when next asked: after a change."""
        self._known.pop(here().schema_name, None)


def forget_all() -> None:
    """Forget everything, everywhere: between tests, whose changes are rolled back."""
    for one in _all:
        one._known.clear()
