"""What work costs: processor time of this process, its children and the database; peak memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from django.db import connection

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Cost:
    """Seconds and megabytes."""

    own: float = 0.0
    """Processor seconds of this process and of children that have ended."""
    database: float = 0.0
    """Processor seconds of the database's processes."""
    wall: float = 0.0
    peak: float = 0.0
    """Most resident memory of this process and its children at one time."""

    @property
    def cpu(self) -> float:
        return self.own + self.database


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure what happens inside."""
    cost = Cost()
    server = _postmaster()
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(cost, stop), daemon=True)
    database, own, wall = _database_seconds(server), _own_seconds(), perf_counter()
    watcher.start()
    try:
        yield cost
    finally:
        cost.wall = perf_counter() - wall
        stop.set()
        watcher.join()
        cost.own = _own_seconds() - own
        cost.database = _database_seconds(server) - database


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    assert row is not None
    return _parent(row[0])


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found.extend(map(int, task.read_text().split()))
    return found


def _database_seconds(server: int) -> float:
    """Of all the server's processes that live; the connection measured must stay open."""
    total = 0
    for pid in (server, *_children(server)):
        try:
            fields = _stat(pid)
        except FileNotFoundError:
            continue
        # A process that ends is added to its parent's children's time.
        total += int(fields[11]) + int(fields[12])
        if pid == server:
            total += int(fields[13]) + int(fields[14])
    return total / _TICK


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0


def _watch(cost: Cost, stop: threading.Event) -> None:
    me = os.getpid()
    while not stop.is_set():
        together = _resident(me) + sum(_resident(pid) for pid in _children(me))
        cost.peak = max(cost.peak, together / 2**20)
        sleep(0.02)
