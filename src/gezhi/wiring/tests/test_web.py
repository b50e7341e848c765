"""The pages' own process: what it loads before it forks, and when it leaves without a word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import gezhi
from gezhi.wiring.web import GO

FORK_AND_COMPUTE = """
import os, polars, signal
from gezhi.wiring import web
web.load()
if worker := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
signal.alarm(30)
rows = polars.DataFrame({"grid": [1, 2] * 50_000}).lazy().group_by("grid").len().collect()
os._exit(0 if rows["len"].to_list() == [50_000, 50_000] else 1)
"""


def _python(
    *arguments: str, said: bytes = b"", **settings: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=os.environ
        | {
            "PYTHONPATH": str(Path(gezhi.__file__).parents[1]),
            "DJANGO_SETTINGS_MODULE": "gezhi.wiring.settings",
            "LC_ALL": "C.UTF-8",
        }
        | settings,
        input=said,
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_a_worker_forked_from_the_loaded_application_can_compute() -> None:
    ended = _python("-c", FORK_AND_COMPUTE)
    assert ended.returncode == 0, ended.stderr.decode()


def test_without_the_word_it_leaves_quietly_whatever_is_wrong() -> None:
    ended = _python("-m", "gezhi.wiring.web", "127.0.0.1", "1", GEZHI_IDLE_MINUTES="soon")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_with_the_word_it_says_what_is_wrong() -> None:
    ended = _python("-m", "gezhi.wiring.web", "127.0.0.1", "1", said=GO, GEZHI_IDLE_MINUTES="soon")
    assert ended.returncode == 1
    assert b"GEZHI_IDLE_MINUTES" in ended.stderr
