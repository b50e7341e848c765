"""From a session to an Actor: idle time-out, closed accounts, and who acts as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from gezhi.base.actors import Origin
from gezhi.core.staff.models import Account
from gezhi.core.staff.queries import actor_of


class ActorOfSession:
    """Set `request.actor` when somebody is signed in; strangers have no such attribute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "cell", None) is not None and settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._recognise(request)
        return self.get_response(request)

    def _recognise(self, request: HttpRequest) -> None:
        session = request.session
        account_id = session.get("account_id")
        if account_id is None:
            return
        now = timezone.now()
        seen = session.get("seen_at")
        seen_at = datetime.fromisoformat(seen) if seen else now
        if now - seen_at > timedelta(minutes=settings.IDLE_MINUTES):
            session.flush()
            return
        account = Account.objects.filter(pk=account_id, closed_at=None).first()
        if account is None:
            session.flush()
            return
        # Written back once a minute, not on every request: a read must stay a read.
        if now - seen_at > timedelta(minutes=1):
            session["seen_at"] = now.isoformat()
        origin = Origin(
            channel="web",
            address=request.META.get("REMOTE_ADDR", ""),
            request_id=getattr(request, "request_id", ""),
        )
        actor = actor_of(account, on=timezone.localdate(now), origin=origin)
        second = session.get("second_factor_at")
        request.actor = replace(  # type: ignore[attr-defined]
            actor, second_factor_at=datetime.fromisoformat(second) if second else None
        )
        request.account = account  # type: ignore[attr-defined]
