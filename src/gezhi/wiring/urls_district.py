"""Addresses of the district host: roll-ups only."""

from __future__ import annotations

from django.urls import path

from gezhi.wiring.health import health, ready

urlpatterns = [
    path("health/live/", health, name="health.live"),
    path("health/ready/", ready, name="health.ready"),
]
