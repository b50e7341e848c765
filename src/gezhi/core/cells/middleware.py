"""Which cell a host name opens: decided once for each request, cached in the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_urlconf

from gezhi.base.tenancy import here
from gezhi.core.cells.models import Cell, Host

REMEMBERED_SECONDS = 30.0
"""How long this process knows a host without asking; tests set it higher and count queries."""
_cache: dict[str, tuple[float, Cell]] = {}
_lock = threading.Lock()


def cell_of(host: str) -> Cell | None:
    """The cell opened by a host name, remembered for half a minute; None when there is none."""
    now = time.monotonic()
    found = _cache.get(host)
    if found is not None and found[0] > now:
        return found[1]
    here().set_schema_to_public()
    row = Host.objects.select_related("tenant").filter(domain=host).first()
    if row is None:
        return None
    cell: Cell = row.tenant
    with _lock:
        _cache[host] = (now + REMEMBERED_SECONDS, cell)
    return cell


def forget_hosts() -> None:
    """Drop what this process remembers, after a cell or host was made."""
    with _lock:
        _cache.clear()


class CellOfHost:
    """Put the connection into the schema of the host's cell; unknown hosts get 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/health/"):
            here().set_schema_to_public()
            return self.get_response(request)
        cell = cell_of(request.get_host().rsplit(":", 1)[0].strip("[]").lower())
        if cell is None:
            raise Http404
        here().set_tenant(cell)
        request.cell = cell  # type: ignore[attr-defined]
        if cell.is_district:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            set_urlconf(settings.PUBLIC_SCHEMA_URLCONF)
        return self.get_response(request)
