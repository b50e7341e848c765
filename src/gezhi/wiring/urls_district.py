"""Addresses of the district host: roll-ups, and what staff need to sign in. No registry, no people.

Staff pages are the same declarations as in a cell, on the district's own accounts.
"""

from __future__ import annotations

from django.urls import path

from gezhi.base.pages.urls import urlpatterns_of
from gezhi.core.cells import district_pages
from gezhi.core.notices import pages as notices
from gezhi.core.staff import pages as staff
from gezhi.core.staff.pages.home import Home
from gezhi.wiring.demo import pages as demo
from gezhi.wiring.health import health, ready

urlpatterns = [
    path("health/live/", health, name="health.live"),
    path("health/ready/", ready, name="health.ready"),
    # What the frame calls home is the table of subdistricts here, not a post's own day.
    path("", district_pages.District.view(), name=Home.name),
    *urlpatterns_of([district_pages]),
    *(p for p in urlpatterns_of([staff, notices, demo]) if p.name != Home.name),
]

handler400 = "gezhi.base.pages.refusals.unreadable"
handler403 = "gezhi.base.pages.refusals.not_allowed"
handler404 = "gezhi.base.pages.refusals.not_found"
handler500 = "gezhi.base.pages.refusals.broken"
