"""Where a request really came from, when proxies that we know stand in between."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from gezhi.base.actors import Origin


def client_address(request: HttpRequest) -> str:
    """The address of the client; empty where none is known (a socket without a proxy's word).

    Proxies named in `GEZHI_PROXIES` are believed, and only they: of `X-Forwarded-For` the last
    address that is not such a proxy counts, because everything before it is the client's own word.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    proxies = settings.GEZHI_PROXIES
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    while address in proxies and forwarded:
        address = forwarded.pop().strip()
    try:
        return str(ip_address(address))
    except ValueError:
        return ""


def origin_of(request: HttpRequest) -> Origin:
    """Where a request of the web came from, for the journal and the log of tries."""
    return Origin(
        channel="web",
        address=client_address(request),
        request_id=getattr(request, "request_id", ""),
    )
