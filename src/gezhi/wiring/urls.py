"""Addresses inside a cell: the pages every area declares, the API, health."""

from __future__ import annotations

from django.urls import path

from gezhi.base.pages.urls import page_modules, urlpatterns_of
from gezhi.wiring.api import api_patterns
from gezhi.wiring.health import health, ready

urlpatterns = [
    path("health/live/", health, name="health.live"),
    path("health/ready/", ready, name="health.ready"),
    *urlpatterns_of(page_modules()),
    *api_patterns(),
]

handler400 = "gezhi.base.pages.refusals.unreadable"
handler403 = "gezhi.base.pages.refusals.not_allowed"
handler404 = "gezhi.base.pages.refusals.not_found"
handler500 = "gezhi.base.pages.refusals.broken"
