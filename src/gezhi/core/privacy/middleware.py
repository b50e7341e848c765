"""A resident who came in with a one-time code: an actor without an account or a post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone

from gezhi.base.actors import Actor, ActorKind, Holding, Origin
from gezhi.base.origins import origin_of
from gezhi.base.sentences import _ as kept
from gezhi.core.privacy import rights

STAYS: Final = timedelta(minutes=60)
"""Longest visit with one code; an idle one ends sooner."""
IDLE: Final = timedelta(minutes=15)
NOWHERE: Final = UUID(int=0)
OWN_PAGES: Final = "/my/"


class ResidentOfSession:
    """Set `request.actor` for a resident; stands after the middleware that finds staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        has_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
        has_cell = getattr(request, "cell", None) is not None
        if has_cell and has_cookie and not hasattr(request, "actor"):
            _recognise(request)
        answer = self.get_response(request)
        lost = answer.status_code == 404 and not hasattr(request, "actor")
        if lost and has_cookie and request.path.startswith(OWN_PAGES):
            return HttpResponseRedirect(reverse("my.enter"))
        return answer


def open_visit(request: HttpRequest, person_id: UUID, *, at: datetime) -> None:
    """Begin a resident's visit under a new session key."""
    session = request.session
    session.flush()
    session.update(
        {"resident_id": str(person_id), "began_at": at.isoformat(), "seen_at": at.isoformat()}
    )
    rotate_token(request)


def resident(person_id: UUID, origin: Origin) -> Actor:
    """Who a resident acts as: themselves, with the right to their own file and no other."""
    held = Holding(
        post_id=person_id,
        role=ActorKind.RESIDENT.value,
        role_title=kept("本人"),
        place_id=NOWHERE,
        level=9,
        path="",
        place_name=kept("居民"),
        rights=frozenset({rights.OWN_FILE.code}),
    )
    return Actor(
        ActorKind.RESIDENT, kept("本人"), person_id=person_id, holdings=(held,), origin=origin
    )


def _recognise(request: HttpRequest) -> None:
    session = request.session
    person_id = session.get("resident_id")
    if person_id is None:
        return
    now = timezone.now()
    seen_at = datetime.fromisoformat(session["seen_at"])
    if now - seen_at > IDLE or now - datetime.fromisoformat(session["began_at"]) > STAYS:
        session.flush()
        return
    if now - seen_at > timedelta(minutes=1):
        session["seen_at"] = now.isoformat()
    request.actor = resident(UUID(person_id), origin_of(request))  # type: ignore[attr-defined]
