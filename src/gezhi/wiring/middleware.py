"""What every answer carries: a request id, security headers, and a line in the log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gezhi.base.ids import uuid7

Next = Callable[[HttpRequest], HttpResponseBase]
_KNOWN_ID = re.compile(r"[0-9a-f-]{16,36}")
log = structlog.get_logger("gezhi.request")


class RequestId:
    """Give each request an id (a proxy's own is kept), and log it without personal data.

    The log names the route, never the path or query: they may hold a name or a number.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _KNOWN_ID.fullmatch(given) else str(uuid7())  # type: ignore[attr-defined]
        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        if not request.path.startswith((settings.STATIC_URL, "/health/")):
            match = request.resolver_match
            log.info(
                "answered",
                request_id=request.request_id,  # type: ignore[attr-defined]
                method=request.method,
                route=match.route if match else "",
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        return response


class SecurityHeaders:
    """A strict content policy: scripts and styles from ourselves only, none inline."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        pictures = ""
        if settings.TILE_URL:
            parts = urlsplit(settings.TILE_URL)
            pictures = f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
        self.policy = "; ".join(
            (
                "default-src 'self'",
                "script-src 'self'",
                "style-src 'self'",
                f"img-src 'self' data: blob:{pictures}",
                "font-src 'self'",
                "connect-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            )
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"
        )
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
