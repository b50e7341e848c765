"""One process at a time: an advisory lock on a file, released by the kernel when its holder dies.

Standard library only: the set-up script uses it before anything is installed.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):  # noqa: N818 - a state of the world, not an error
    """Another process holds the lock and did not let go in time."""


@contextmanager
def only_one(
    path: Path, *, seconds: float = 0.0, on_wait: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the lock on `path`, waiting at most `seconds` for it; raise Busy after that.

    `on_wait` is called once if somebody else holds it. The file stays behind on purpose: removing
    it would let a third process lock a new file of the same name while the second still waits.
    A symbolic link is refused, since the folder may belong to a less privileged account.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        deadline = time.monotonic() + seconds
        told = False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy(str(path)) from None
                if on_wait and not told:
                    on_wait()
                    told = True
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)
