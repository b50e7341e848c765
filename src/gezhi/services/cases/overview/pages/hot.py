"""高发点位: what is told of again and again at one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.layout import link
from gezhi.services.cases import rights
from gezhi.services.cases.overview import queries
from gezhi.services.cases.overview.pages.tabs import tabs

DAYS: Final = {"30": _("近 30 天"), "90": _("近 90 天")}


def days_of(text: str) -> int:
    """The window asked for; 30 days where it is none."""
    return int(text) if text in DAYS else 30


class HotSpots(ui.Page):
    path, name = "cases/hot/", "cases.hot"
    title = _("高发点位")
    right = rights.SEE_ALL
    template = "cases/overview/hot.html"
    crumbs = ("cases.list",)

    def get(self) -> HttpResponseBase:
        days = days_of(self.request.GET.get("days", ""))
        found = queries.repeats(self.actor, self.at, days)
        more = {
            "days": days,
            "choices": [(value, label, value == str(days)) for value, label in DAYS.items()],
            "rows": [self.row(one, days) for one in found],
            "full": len(found) == queries.MOST_HOT,
            "least": queries.HOT,
            "map_address": f"{link('cases.map')}?hot={days}",
            "tabs": tabs(self.actor),
        }
        return self.render(more)

    def row(self, one: queries.Repeat, days: int) -> dict[str, Any]:
        return {
            "address": one.address,
            "cause": one.title,
            "number": one.number,
            "last": one.last,
            "share": f"{one.share_ended:.0%}",
            "cases": cases_of(one, days, self.at),
        }


def cases_of(one: queries.Repeat, days: int, at: Any) -> str:
    """The list of the cases that make up a repeat."""
    since = timezone.localdate(at - timedelta(days=days)).isoformat()
    asked = {"about": one.topic, "opened_from": since}
    if one.square is None:
        asked["q"] = one.address
    else:
        asked["square"] = str(one.square)
    return f"{link('cases.list')}?{urlencode(asked)}"


pages: tuple[type[ui.Page], ...] = (HotSpots,)
