"""A program at the API's door, for the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client


@dataclass
class Program:
    """A program signed in as somebody, which writes and reads JSON."""

    client: Client

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=_named(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = body if isinstance(body, str | bytes) else json.dumps(body or {})
        return self.client.generic(
            method, f"/api/v1/{path}", content, "application/json", headers=_named(headers)
        )


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def code_of(answer: Any) -> str:
    return str(answer.json()["code"])
