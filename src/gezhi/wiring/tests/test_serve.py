"""The platform as it really runs: started, asked, killed in parts, stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import gezhi
from gezhi.base.postgres import Server
from gezhi.base.testing import open_folder
from gezhi.wiring.tests.storm import Storm, in_the_office

SECONDS = 90.0


class Running:
    """A `gezhi serve` of a test's own, on a port of its own."""

    def __init__(self, var: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.var = var
        self.log = (var.parent / "serve.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gezhi.wiring.cli", "serve", "--port", str(self.port)],
            env=os.environ
            | {
                "PYTHONPATH": str(Path(gezhi.__file__).parents[1]),
                "GEZHI_VAR": str(var),
                "LC_ALL": "C.UTF-8",
            },
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def until(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not what():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def ready(self) -> int:
        """Return the status of the readiness page; 0 when nobody answers."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            asked.request("GET", "/health/ready/", headers={"Host": "localhost"})
            answer = asked.getresponse()
            answer.read()
        except OSError:
            return 0
        finally:
            asked.close()
        return answer.status


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """An installation that is migrated once for the whole file."""
    with open_folder() as folder:
        yield folder / "var"
        Server(folder / "var" / "pg").stop()


@pytest.fixture
def running(var: Path) -> Iterator[Running]:
    one = Running(var)
    one.until(lambda: "已就绪" in one.said() or one.process.poll() is not None)
    yield one
    if one.process.poll() is None:
        one.process.send_signal(signal.SIGINT)
        one.process.wait(SECONDS)
    one.log.close()


def _children(pid: int) -> dict[str, int]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            line = (folder / "cmdline").read_text()
        except OSError:
            continue
        if parent == pid:
            found["worker" if "procrastinate" in line else "web"] = int(folder.name)
    return found


def test_ctrl_c_stops_everything_that_was_started(running: Running) -> None:
    assert running.ready() == 200
    # the worker is started once pages answer
    running.until(lambda: set(_children(running.process.pid)) == {"web", "worker"})
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(SECONDS) == 0
    assert running.ready() == 0
    assert not Server(running.var / "pg").status().running


def test_when_a_part_dies_all_stop_and_the_code_says_so(running: Running) -> None:
    os.kill(_children(running.process.pid)["web"], signal.SIGKILL)
    assert running.process.wait(SECONDS) == 1
    assert "网页进程意外结束" in running.said()
    assert running.ready() == 0


def test_a_killed_platform_leaves_nothing_in_the_way_of_the_next(
    running: Running, var: Path
) -> None:
    running.process.kill()
    running.process.wait(SECONDS)
    again = Running(var)
    again.until(lambda: "已就绪" in again.said() or again.process.poll() is not None)
    assert again.ready() == 200
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(SECONDS) == 0
    again.log.close()


def test_a_killed_database_comes_back_while_serving(running: Running) -> None:
    pid = Server(running.var / "pg").status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    running.until(lambda: "已重新启动" in running.said())
    running.until(lambda: running.ready() == 200)


def test_what_was_acknowledged_before_the_platform_was_killed_is_there_once(var: Path) -> None:
    first = Running(var)
    first.until(lambda: first.ready() == 200 and len(_children(first.process.pid)) == 2)
    storm = Storm(in_the_office(var))
    storm.port = first.port
    threads = storm.blow()
    first.until(lambda: len(storm.acknowledged) >= 12)

    for part in _children(first.process.pid).values():
        os.kill(part, signal.SIGKILL)
    assert first.process.wait(SECONDS) == 1
    first.log.close()
    second = Running(var)
    try:
        storm.port = second.port
        for thread in threads:
            thread.join(SECONDS)
        again = {key: storm.send(key) for key in storm.keys}
        counted = in_the_office(var, "count")
    finally:
        second.process.send_signal(signal.SIGINT)
        second.process.wait(SECONDS)
        second.log.close()

    assert storm.unanswered > 0, "somebody was cut off"
    assert again == storm.acknowledged, "a report sent again is the same case"
    assert counted == dict.fromkeys((f"垃圾 {key}" for key in storm.keys), 1)
