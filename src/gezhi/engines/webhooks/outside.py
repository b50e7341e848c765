"""The receivers: one POST to an address that was looked up, found open, and held on to."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from gezhi.engines.webhooks import rules

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try: a status, or a fault (`closed`, `unknown_name`, `refused`, …)."""

    status: int | None
    fault: str
    milliseconds: int

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(url: str, body: str, headers: Mapping[str, str]) -> Outcome:
    """Send an event. The name is looked up once and that very address is called, so that what was
    found open cannot be another a moment later; redirects lead nowhere; nothing of the answer but
    its status is read."""
    started = time.monotonic()
    status: int | None = None
    try:
        status = _post(url, body, headers)
        fault = "" if 200 <= status < 300 else "redirect" if 300 <= status < 400 else "answer"
    except _Closed as closed:
        fault = closed.fault
    except httpx.TimeoutException:
        fault = "timeout"
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError):
        fault = "unreachable"
    return Outcome(status, fault, round((time.monotonic() - started) * 1000))


class _Closed(Exception):  # noqa: N818 - where it may not go
    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def _post(url: str, body: str, headers: Mapping[str, str]) -> int:
    if rules.address_wrong(url):
        raise _Closed("closed")
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port or 443
    address = rules.pinned(looked_up(host, port), rules.networks_of(settings.WEBHOOK_NETWORKS))
    if address is None:
        raise _Closed("closed")
    target = httpx.URL(url).copy_with(host=str(address))
    with (
        httpx.Client(
            verify=_context(), trust_env=False, follow_redirects=False, timeout=TIMEOUT
        ) as client,
        client.stream(
            "POST",
            target,
            content=body.encode(),
            headers={**headers, "Host": parts.netloc},
            # the certificate is the name's, not the address's
            extensions={"sni_hostname": host},
        ) as answer,
    ):
        return int(answer.status_code)


def looked_up(host: str, port: int) -> list[str]:
    """The addresses a name leads to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _Closed("unknown_name") from None
    return [str(one[4][0]) for one in found]


def _context() -> ssl.SSLContext:
    """The world's certificates, and those an office trusts for receivers of its own."""
    context = ssl.create_default_context()
    if settings.WEBHOOK_CA:
        context.load_verify_locations(settings.WEBHOOK_CA)
    return context
