"""From a session to an Actor: idle time-out, closed accounts, and what must be done first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import ActorKind
from gezhi.base.api.problems import asks_a_program, refused
from gezhi.base.errors import NotAllowed
from gezhi.base.origins import origin_of
from gezhi.core.staff import password_rules, rules
from gezhi.core.staff.queries import SignedIn, signed_in
from gezhi.core.staff.tokens import token_of

ALWAYS_OPEN = frozenset(
    {
        "staff.sign_out",
        "staff.change_password",
        "staff.second_factor",
        "staff.start_totp",
        "staff.confirm_totp",
        "ui.preferences",
    }
)
"""Pages one may reach before the password is renewed and the second factor shown."""
SEEN_EVERY = timedelta(minutes=1)


class ActorOfSession:
    """Set `request.actor` when somebody is signed in; strangers have no such attribute.

    Two queries: the session, and the account with its posts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        has_cell = getattr(request, "cell", None) is not None
        by_token = token_of(request) is not None
        if not has_cell or by_token or not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            return self.get_response(request)
        is_over = self._recognise(request)
        answer = self.get_response(request)
        if is_over and answer.status_code == 404 and not asks_a_program(request):
            return _to_sign_in(request)
        return answer

    def _recognise(self, request: HttpRequest) -> bool:
        """Find the actor; returns whether a session that was there is over."""
        session = request.session
        account_id = session.get("account_id")
        if account_id is None:
            return not session.keys()
        now = timezone.now()
        seen_at = datetime.fromisoformat(session["seen_at"])
        found: SignedIn | None = None
        if not rules.is_idle(seen_at, now, minutes=settings.IDLE_MINUTES):
            found = signed_in(
                UUID(account_id), on=timezone.localdate(now), origin=origin_of(request)
            )
        if found is None:
            session.flush()
            return True
        # Written back once a minute, not on every request: a read must stay a read.
        if now - seen_at > SEEN_EVERY:
            session["seen_at"] = now.isoformat()
        shown = session.get("second_factor_at")
        shown_at = datetime.fromisoformat(shown) if shown else None
        request.actor = replace(found.actor, second_factor_at=shown_at)  # type: ignore[attr-defined]
        request.signed_in = found  # type: ignore[attr-defined]
        return False

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Send people first where they must go: a password run out, a second factor not shown."""
        found: SignedIn | None = getattr(request, "signed_in", None)
        page = getattr(view, "page_class", None)
        if found is None or getattr(page, "name", "") in ALWAYS_OPEN:
            return None
        if found.actor.kind is not ActorKind.STAFF or not found.actor.holdings:
            return None
        if found.is_cast and settings.DEMO:
            return None
        if password_rules.must_change(found.password_set_at, timezone.now()):
            if asks_a_program(request):
                refusal = NotAllowed(_("密码已到期，请先在网页上修改密码"), "staff.password_over")
                return refused(request, refusal)
            messages.warning(request, _("密码已到期，请先修改密码"))
            return _go(request, reverse("staff.change_password"))
        # Administrators show the second factor once in every session (GB/T 22239-2019 8.1.4.1 d).
        shown_at = request.actor.second_factor_at  # type: ignore[attr-defined]
        if found.is_administrator and shown_at is None:
            if asks_a_program(request):
                refusal = NotAllowed(_("请先在网页上完成二次验证"), "staff.second_factor_first")
                return refused(request, refusal)
            query = urlencode({"next": request.get_full_path()})
            return _go(request, f"{reverse('staff.second_factor')}?{query}")
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Instead of "not found": the session that could have found it is over."""
    messages.info(request, _("登录已失效，请重新登录"))
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return _go(request, f"{reverse('staff.sign_in')}{'?' if query else ''}{query}")


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page; a part that htmx asked for would not do, so htmx loads it whole."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return HttpResponseRedirect(address)
