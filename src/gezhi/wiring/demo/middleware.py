"""The demonstration's front page stands before the sign-in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse


class FrontDoor:
    """Lead strangers who open the site itself to the front page of the demonstration."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at_the_door = request.path == "/" and request.method in ("GET", "HEAD")
        if settings.DEMO and at_the_door and getattr(request, "actor", None) is None:
            return HttpResponseRedirect(reverse("demo.front"))
        return self.get_response(request)
