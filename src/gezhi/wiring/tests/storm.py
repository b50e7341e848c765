"""A storm of reports on a platform that runs: each is sent until somebody acknowledges it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import gezhi

SENDERS, EACH = 4, 15
PATIENCE = 90.0


def in_the_office(var: Path, *words: str) -> dict[str, Any]:
    """What `office_of_one` says about the platform in this folder."""
    answer = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("office_of_one.py")), *words],
        env=os.environ
        | {
            "PYTHONPATH": str(Path(gezhi.__file__).parents[1]),
            "GEZHI_VAR": str(var),
            "GEZHI_POOL": "0",
            "GEZHI_LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


class Storm:
    """Reports, each with its key, sent until it is acknowledged."""

    def __init__(self, cookies: dict[str, str]) -> None:
        self.port = 0
        self.acknowledged: dict[str, str] = {}
        """Where the case is, by the key of its report."""
        self.unanswered = 0
        self.keys = [str(uuid4()) for _report in range(SENDERS * EACH)]
        self._headers = {
            "Host": "localhost",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        }

    def send(self, key: str) -> str:
        """Where the case of this key's report is; empty when nobody answered."""
        told = {
            "description": f"垃圾 {key}",
            "address": "紫兰苑 3号楼",
            "source": "counter",
            "csrfmiddlewaretoken": "a" * 32,
            "_anyway": "1",
            "_once": key,
        }
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            asked.request("POST", "/cases/report/", urlencode(told), self._headers)
            answer = asked.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return ""
        finally:
            asked.close()
        assert answer.status == 302, answer.status
        return answer.headers["Location"]

    def blow(self) -> list[threading.Thread]:
        """Start sending from everywhere."""
        threads = [
            threading.Thread(target=self._until_acknowledged, args=(self.keys[at::SENDERS],))
            for at in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _until_acknowledged(self, keys: list[str]) -> None:
        for key in keys:
            deadline = time.monotonic() + PATIENCE
            while not (where := self.send(key)):
                self.unanswered += 1
                assert time.monotonic() < deadline, "nobody answers any more"
                time.sleep(0.1)
            self.acknowledged[key] = where
