"""Is a server really alive? What `postmaster.pid` claims, held against the process table.

A container whose first process does not reap leaves a killed server as a zombie: its number still
answers signal 0, so PostgreSQL's own tools believe it lives and refuse to start another.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Postmaster:
    """The first process of a running server: its number and its own word on how far it is."""

    pid: int
    state: str
    """`starting`, `ready`, `stopping` or `standby`, as the server writes it; "" before that."""


def find_postmaster(data: Path) -> Postmaster | None:
    """Return the live server of the data folder, or None: none, dead, zombie, or a reused pid."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not _works_in(pid, data):
        return None
    return Postmaster(pid, lines[7].strip() if len(lines) > 7 else "")


def clear_dead(data: Path, sockets: Path, *, seconds: float = 10.0) -> None:
    """Remove the lock files of a server that is no more, so that a new one may start.

    The caller has found no live server and holds the lock. Children of a killed server may still
    be at work on the files: they end by themselves within moments, and the rest is killed, because
    two servers on the same files would destroy them.
    """
    deadline = time.monotonic() + seconds
    while orphans := _orphans(data):
        if time.monotonic() > deadline:
            for pid in orphans:
                _signal(pid, signal.SIGKILL)
        time.sleep(0.1)
    for left in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)


def end(pid: int, data: Path, how: signal.Signals, *, seconds: float) -> bool:
    """Send the server a signal and return whether it was gone within `seconds`."""
    _signal(pid, how)
    deadline = time.monotonic() + seconds
    while _works_in(pid, data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _orphans(data: Path) -> list[int]:
    if not PROC.is_dir():
        return []  # without a process table only the server's own shared-memory check is left
    numbers = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
    return [pid for pid in numbers if _works_in(pid, data) and _program(pid) == "postgres"]


def _works_in(pid: int, data: Path) -> bool:
    """Return whether a process is alive, no zombie, and has `data` as its working folder."""
    if not PROC.is_dir():
        told = subprocess.run(
            ["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.split(None, 1)
        return len(told) == 2 and not told[0].startswith("Z") and "postgres" in told[1]
    try:
        return (PROC / str(pid) / "cwd").samefile(data) and _state(pid) not in "ZX"
    except OSError:  # gone, a zombie (which has no folder), or somebody else's process
        return False


def _state(pid: int) -> str:
    return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]


def _program(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text(errors="replace").strip()
    except OSError:
        return ""


def _signal(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
