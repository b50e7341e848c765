"""Lists of filings: all in sight, and what goes on today, with a map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.columns import address_of
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.pages import columns as c
from gezhi.services.filings import queries, rights
from gezhi.services.filings.kinds import FIRST
from gezhi.services.filings.models import State

TONES: Final[Mapping[str, str]] = {
    State.DRAFT: "neutral",
    State.SUBMITTED: "warn",
    State.L3_CHECKED: "warn",
    State.L2_AGREED: "warn",
    State.ACKNOWLEDGED: "info",
    State.RETURNED: "bad",
    State.REFUSED: "bad",
    State.IN_FORCE: "good",
    State.SUSPENDED: "bad",
    State.EXPIRED: "neutral",
    State.WITHDRAWN: "neutral",
    State.CLOSED: "neutral",
}


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of work for a filter, by the names they began with: no list asks for them each time."""
    return [(row["code"], _now(row["title"])) for row in FIRST]


def _what(matter: Matter) -> str:
    return str(matter.filing.kind)


WHAT = ui.Computed("kind", _("类型"), give=_what)
SITE = ui.Text("filing.site.name", _("工地"))
STATE = ui.Badge("state", _("状态"), choices=State, tones=TONES)
STARTS = ui.Moment("filing.starts_at", _("开始"), order="filing__starts_at")
ENDS = ui.Moment("filing.ends_at", _("结束"), order="filing__ends_at")
FILTERS: Final = (
    ui.InPlace(),
    ui.Search("q", _("编号、工地"), fields=("number", "filing__site__name")),
    ui.Choices("kind", _("类型"), choices=kind_choices, column="topic"),
    ui.Choices("state", _("状态"), choices=State),
)


class FilingList(ui.ListPage):
    path, name = "filings/", "filings.list"
    title = _("工地报备")
    lead = _("报备是告知属地，不能代替许可")
    right = rights.SEE
    rows = queries.filings
    opens = "filings.filing"
    columns = (c.NUMBER, WHAT, SITE, c.PLACE, STATE, STARTS, ENDS, c.DUE, c.OPENED)
    filters = (
        *FILTERS,
        ui.YesOrNo("open", _("未办结"), column="ended_at__isnull", first=False),
        ui.Days("starts", _("开始日期"), column="filing__starts_at", first=False),
    )
    ordering = ("-opened_at", "-pk")
    tells_hidden = False
    """Contractors are outsiders: how much others file is none of their business."""
    buttons = (ui.Button(_("新报备"), "filings.begin", rights.MY_SITES, main=True),)
    nothing = _("还没有报备")


class TodayList(ui.ListPage):
    path, name = "filings/today/", "filings.today"
    title = _("今天在施")
    lead = _("正在施工、今天要开工和因预警停工的；施工车辆进场前网格员就能看到")
    right = rights.SEE_ALL
    rows = queries.today
    opens = "filings.filing"
    template = "filings/today.html"
    columns = (WHAT, SITE, c.PLACE, STATE, STARTS, ENDS, ui.Text("filing.address", _("地点")))
    filters = FILTERS
    ordering = ("filing__starts_at", "pk")
    nothing = _("今天没有施工报备")

    def screen(self) -> dict[str, Any]:
        query = self.request.META.get("QUERY_STRING", "")
        address = reverse("filings.today_map")
        return {**super().screen(), "map_address": f"{address}?{query}" if query else address}


class TodayMap(TodayList):
    """The same rows as points, GeoJSON."""

    path, name = "filings/today.json", "filings.today_map"
    title = _("今天在施地图数据")
    opens = ""
    buttons = ()

    def get(self) -> HttpResponseBase:
        rows = self.found.select_related("filing__kind", "filing__site")[:500]
        features = [self.feature(one) for one in rows if one.filing.lon is not None]
        body = {"type": "FeatureCollection", "features": features}
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        answer = HttpResponse(text, content_type="application/geo+json")
        answer["Cache-Control"] = "private, no-cache"
        return answer

    def feature(self, matter: Matter) -> dict[str, Any]:
        filing = matter.filing
        words = f"{filing.kind} {filing.site.name}（{matter.state_title}）"
        tone = TONES[matter.state]
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [filing.lon, filing.lat]},
            "properties": {
                "title": words,
                "tone": tone,
                "drawer": address_of("filings.filing", matter.pk),
            },
        }


pages = (FilingList, TodayList, TodayMap)
