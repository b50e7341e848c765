"""Who stands at a public page: an address and a browser to count by, a resident signed in."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponseBase

from gezhi.base import pages as ui
from gezhi.base.actors import Actor, ActorKind
from gezhi.base.origins import client_address
from gezhi.services.cases.public.actions import somebody

COOKIE: Final = "gezhi_form"
COOKIE_SECONDS: Final = 24 * 3600
"""A day: it counts reports of a day, and recognises nobody tomorrow."""


class PublicPage(ui.Page):
    """A page without sign-in. What it knows of the visitor is only counted, and hashed for that."""

    tab = ""
    """Which line of the bottom bar is the present one."""

    @property
    def address(self) -> str:
        return client_address(self.request)

    @property
    def device(self) -> str:
        """What the browser was called when it opened the form; empty where it keeps no cookies."""
        return self.request.COOKIES.get(COOKIE, "")[:40]

    @property
    def person_id(self) -> UUID | None:
        """Who came in with a code from the counter, or with an account of their own."""
        visitor = self.visitor
        if visitor is None or visitor.kind is not ActorKind.RESIDENT:
            return None
        return visitor.person_id

    @property
    def reporter(self) -> Actor:
        """Who acts here: somebody, known to the journal by the request alone."""
        return somebody(getattr(self.request, "request_id", ""), self.person_id)

    def remembering(self, answer: HttpResponseBase) -> HttpResponseBase:
        """Give the browser a name for a day, to count by."""
        if not self.device:
            answer.set_cookie(
                COOKIE,
                uuid4().hex,
                max_age=COOKIE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.TLS,
                path="/c/",
            )
        return answer
