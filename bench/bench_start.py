"""From a clone to a page: `make demo` with empty caches, and `make demo` again.

The checkout's HEAD is cloned into an empty folder and run there, with caches, data and a port of
its own, until the demo's front page answers; then it is told to stop, and started once more. What
the downloads took is what the same set-up takes less once its caches are full: measured at the
end, in the same run. Needs a package registry.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bench.figures import Figure

TITLE = "从克隆到页面 from a clone to a page"
ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 900.0
"""Seconds after which a page that has not answered never will."""
MARK = "GEZHI_BENCH_START"
"""In the environment of every process of this bench, by which they are found again."""
STEP = re.compile(r"… (\d+\.\d) s$", re.MULTILINE)
"""How the set-up tells what a step took."""
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Started:
    """One `make demo`, until its page answered."""

    seconds: float
    processor: float
    """Seconds of all its processes."""
    steps: float
    """Seconds that the set-up's steps say they took."""


def run() -> Iterator[Figure]:
    """Clone, start, start again; install once more from full caches."""
    # Under the system's own folder for temporary files, and open to the database's account.
    folder = Path(tempfile.mkdtemp(prefix="gezhi-start-"))
    folder.chmod(0o711)
    try:
        environment = empty_installation(folder)
        clone = folder / "gezhi"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        cloned = time.monotonic() - began
        cold = until_a_page(clone, environment)
        warm = until_a_page(clone, environment)
        left = processes(environment[MARK])
        downloads = max(0.0, cold.steps - install_again(clone, environment))
        yield Figure(
            "first make demo to a page, beside the downloads",
            cloned + cold.seconds - downloads,
            "s",
            bar=60,
            note=f"with them {cloned + cold.seconds:.1f} s, of which downloads {downloads:.1f} s; "
            f"processor {cold.processor:.1f} s",
        )
        yield Figure(
            "second make demo to a page",
            warm.seconds,
            "s",
            bar=5,
            note=f"processor {warm.processor:.1f} s, load {os.getloadavg()[0]:.1f} on "
            f"{os.cpu_count()} cores",
        )
        yield Figure("processes left after Ctrl-C", len(left), "", bar=0)
    finally:
        for pid in processes(environment[MARK]):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def empty_installation(folder: Path) -> dict[str, str]:
    """An environment without our settings, with caches and a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = ("GEZHI_", "DJANGO_", "DATABASE_URL", "PYTHON", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    caches = {
        "UV_CACHE_DIR": folder / "caches" / "uv",
        "PIP_CACHE_DIR": folder / "caches" / "pip",
        "npm_config_cache": folder / "caches" / "npm",
    }
    return {
        **kept,
        **{name: str(path) for name, path in caches.items()},
        "GEZHI_PORT": str(port),
        MARK: uuid4().hex,
    }


def until_a_page(clone: Path, environment: dict[str, str]) -> Started:
    """`make demo` until the front page answers, then Ctrl-C until all of it has ended."""
    log = clone.parent / "make.log"
    began = time.monotonic()
    with log.open("w") as out:
        make = subprocess.Popen(
            [*_make(), "demo"],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    while not answers(int(environment["GEZHI_PORT"])):
        if make.poll() is not None or time.monotonic() - began > PATIENCE:
            raise RuntimeError(log.read_text()[-2000:])
        time.sleep(0.05)
    seconds = time.monotonic() - began
    processor = sum(map(_processor, processes(environment[MARK])))
    os.killpg(make.pid, signal.SIGINT)  # as a terminal does
    make.wait(60)
    return Started(seconds, processor, steps(log.read_text()))


def install_again(clone: Path, environment: dict[str, str]) -> float:
    """What the set-up's steps take when everything they fetch is in their caches."""
    shutil.rmtree(clone / ".venv")
    shutil.rmtree(clone / "node_modules")
    (clone / "src/gezhi/base/ui/vendor/manifest.json").unlink()
    told = subprocess.run(
        [*_make(), "setup"], cwd=clone, env=environment, capture_output=True, text=True, check=True
    )
    return steps(told.stdout)


def steps(told: str) -> float:
    """The seconds of all steps of a set-up, as it tells them."""
    return sum(map(float, STEP.findall(told)))


def answers(port: int) -> bool:
    """Whether the page that the demo opens with is there."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request("GET", "/demo/", headers={"Host": f"localhost:{port}"})
        return asked.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def processes(mark: str) -> list[int]:
    """Processes that carry a mark in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:  # gone, or another account's
            continue
    return found


def _processor(pid: int) -> float:
    """Processor seconds of a process and of its children that have ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, told[11:15])) / _TICK


def _make() -> list[str]:
    return ["make", "--silent", f"PYTHON={Path(sys.executable).resolve()}"]
