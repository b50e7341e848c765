"""How an event is written, signed and tried again, and where it may go: plain values only.

Events are CloudEvents 1.0 in structured JSON; they are signed as Standard Webhooks 1.0 has it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from gezhi.base.happenings import Happening

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SIGNED_WITH: Final = "whsec_"
"""How Standard Webhooks begins a secret, so that one published by mistake is recognised."""
TRIES: Final = 9
"""A delivery that failed so often is dead, until somebody sends it again."""
STOPS_AFTER: Final = 30
"""A subscription that failed so often in a row is stopped, and its administrators are told."""
_WAITS: Final = (60, 300, 1800, 7200, 18000, 36000, 50400, 72000)
"""Seconds between the tries: 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h; about two days."""
GONE: Final = 410
"""What a receiver answers who wants no more."""
_TRANSLATED: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""IPv6 addresses behind which a gateway puts any IPv4 address (RFC 6052, RFC 8215)."""


# --- what is sent ----------------------------------------------------------------------------


def event(happening: Happening, *, cell: str) -> dict[str, Any]:
    """A happening as a CloudEvent: ids and codes, nothing of any person."""
    return {
        "specversion": "1.0",
        "id": str(happening.id),
        "source": f"urn:gezhi:{cell}",
        "type": f"gezhi.{happening.kind}.{happening.what}",
        "subject": str(happening.subject_id),
        "time": happening.at.isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "sequence": f"{happening.sequence:06}",
        "data": {
            "kind": happening.kind,
            "number": happening.number,
            "state": happening.state,
            "step": happening.step,
            "place": happening.place,
        },
    }


def trial(*, key: str, subject: str, at: datetime, cell: str) -> dict[str, Any]:
    """An event that tells of nothing, to see whether the way is open."""
    return {
        "specversion": "1.0",
        "id": key,
        "source": f"urn:gezhi:{cell}",
        "type": "gezhi.webhooks.trial",
        "subject": subject,
        "time": at.isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": {},
    }


def written(found: dict[str, Any]) -> str:
    """An event as it is signed and sent: always the same text."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def signature(secret: bytes, *, key: str, timestamp: int, body: str) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id.timestamp.body (Standard Webhooks)."""
    signed = f"{key}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def secret_shown(secret: bytes) -> str:
    """A secret as a receiver's library takes it."""
    return SIGNED_WITH + base64.b64encode(secret).decode()


# --- when again ------------------------------------------------------------------------------


def next_try(tries: int, at: datetime) -> datetime | None:
    """When a delivery that failed `tries` times is tried again; None: it is dead."""
    return None if tries >= TRIES else at + timedelta(seconds=_WAITS[max(tries, 1) - 1])


# --- where it may go -------------------------------------------------------------------------


def address_wrong(url: str) -> str:
    """Why events cannot go to a URL, as a code; empty where they can, as far as it says itself."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "unreadable"
    if not url.isascii() or any(sign <= " " for sign in url):
        return "unreadable"
    if parts.scheme != "https" or not parts.hostname or port == 0:
        return "not_https"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "unreadable"
    return ""


def networks_of(words: Iterable[str]) -> list[Network]:
    """Networks as a setting lists them; ValueError for what is none."""
    return [ip_network(word) for word in words]


def is_open_to(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether events may go to an address: one of the whole world, or of a network allowed.

    Whatever leads back into a network of our own is refused: loopback, private, link-local
    (a cloud's own metadata lies there), multicast, and IPv4 addresses dressed as IPv6.
    """
    if any(address in network for network in allowed if network.version == address.version):
        return True
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is not None:
            return is_open_to(inner, allowed)
        hides = address.sixtofour is not None or address.teredo is not None
        if hides or any(address in network for network in _TRANSLATED):
            return False
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def pinned(found: Sequence[str], allowed: Sequence[Network]) -> Address | None:
    """The address to go to, of all a name leads to; None where one of them may not be.

    One closed address closes the name: it would be the other one's turn at the next look.
    """
    addresses = [ip_address(one.partition("%")[0]) for one in found]
    if not addresses or not all(is_open_to(one, allowed) for one in addresses):
        return None
    return addresses[0]
