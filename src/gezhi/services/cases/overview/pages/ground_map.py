"""案件地图: cases gathered in squares, coloured by their limits, with a list beside."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import shapely
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.layout import link
from gezhi.base.tenancy import here
from gezhi.core.places import snapshots
from gezhi.services.cases import rights
from gezhi.services.cases.overview import queries, rules
from gezhi.services.cases.overview.filters import AGES
from gezhi.services.cases.overview.pages.due_words import due_words
from gezhi.services.cases.overview.pages.hot import DAYS, cases_of, days_of
from gezhi.services.cases.overview.pages.tabs import tabs
from gezhi.services.cases.public.rules import Bounds, bounds_of

SHOWS: Final = {"open": _("在办"), "ended": _("已办结"), "all": _("在办和已办结")}
SIMPLER_DEGREES: Final = 0.0001
"""About ten metres: grids stay told apart, and the ground is a third of its size."""
GRID_LEVEL: Final = 3
KEPT_SECONDS: Final = 3600


class _OnTheMap(ui.Page):
    """What the map, the list beside it and its data are asked for alike."""

    right = rights.SEE

    @cached_property
    def wanted(self) -> queries.Wanted:
        """What was asked for; what is none of the choices counts as not asked."""
        asked = self.request.GET
        show, major, age = (asked.get(name, "") for name in ("show", "major", "age"))
        return queries.Wanted(
            show=show if show in self.shows else "open",
            major=major if rules.is_topic(major) else "",
            age=age if age in rules.AGES else "",
            late=asked.get("late") == "1",
            urgent=asked.get("urgent") == "1",
        )

    @property
    def shows(self) -> list[str]:
        """What has ended is shown to whoever sees all the cases of some places."""
        return list(SHOWS) if rights.SEE_ALL.held_by(self.actor) else ["open"]

    @property
    def hot(self) -> int:
        """The window of what repeats, 0 where it is not asked for or not this actor's to see."""
        asked = self.request.GET.get("hot", "")
        return days_of(asked) if asked and rights.SEE_ALL.held_by(self.actor) else 0

    @cached_property
    def bounds(self) -> Bounds | None:
        return bounds_of(self.request.GET.get("bbox", ""))

    @cached_property
    def query(self) -> dict[str, str]:
        """What was asked for, as an address carries it."""
        wanted = self.wanted
        asked = {
            "show": "" if wanted.show == "open" else wanted.show,
            "major": wanted.major,
            "age": wanted.age,
            "late": "1" if wanted.late else "",
            "urgent": "1" if wanted.urgent else "",
            "hot": str(self.hot or ""),
        }
        return {name: value for name, value in asked.items() if value}

    def list_query(self) -> str:
        """The same of the list of cases."""
        wanted = self.wanted
        asked = {
            "open": {"open": "1", "ended": "0"}.get(wanted.show, ""),
            "about": wanted.major,
            "age": wanted.age,
            "late": "1" if wanted.late else "",
            "urgent": "1" if wanted.urgent else "",
        }
        return urlencode({name: value for name, value in asked.items() if value})


class CaseMap(_OnTheMap):
    """The map page, and the list beside it, which is read anew as the map is moved."""

    path, name = "cases/map/", "cases.map"
    title = _("案件地图")
    template = "cases/overview/map.html"
    crumbs = ("cases.list",)

    def get(self) -> HttpResponseBase:
        more = self.beside()
        if self.swaps == "beside":
            return self.render(more, template="cases/overview/beside.html")
        wanted = self.wanted
        query = urlencode(self.query)
        more |= {
            "shows": [(one, SHOWS[one], one == wanted.show) for one in self.shows],
            "majors": [(key, name, key == wanted.major) for key, name in queries.majors()],
            "ages": [(key, name, key == wanted.age) for key, name in AGES.items()],
            "wanted": wanted,
            "hots": [(key, name, key == str(self.hot)) for key, name in DAYS.items()]
            if rights.SEE_ALL.held_by(self.actor)
            else [],
            "data": f"{link('cases.map_data')}?{query}",
            "again": f"{self.request.path}?{query}",
            "ground": link("cases.map_ground"),
            "counted_at": queries.counted_at() if wanted.ended else None,
            "tabs": tabs(self.actor),
        }
        return self.render(more)

    def beside(self) -> dict[str, Any]:
        """The first open cases of what the map shows."""
        asked = self.list_query()
        whole = f"{link('cases.list')}?{asked}&sort=due_at"
        if not self.wanted.open:
            return {"rows": [], "whole": whole, "only_ended": True}
        rows = queries.beside(self.actor, self.at, self.bounds, self.wanted)
        return {
            "rows": [self.row(one) for one in rows[: queries.BESIDE]],
            "more": len(rows) > queries.BESIDE,
            "whole": whole,
            "here": self.bounds is not None,
        }

    def row(self, one: Any) -> dict[str, Any]:
        words, tone = due_words(one.due_at, self.at)
        return {
            "address": address_of("cases.case", one.pk),
            "title": one.title,
            "number": one.number,
            "where": one.case.address,
            "due": words,
            "tone": tone,
        }


class CaseMapData(_OnTheMap):
    """The squares of a piece of the map as JSON: numbers alone, and the key of a case alone."""

    path, name = "cases/map.json", "cases.map_data"
    title = _("案件地图数据")

    def get(self) -> HttpResponseBase:
        if self.bounds is None:
            said = _now("地图范围不对：请写 bbox=西,南,东,北，经纬度，不超过 2 度")
            return _json({"detail": said}, status=400)
        found = queries.squares(self.actor, self.at, self.bounds, self.wanted)
        body: dict[str, Any] = {
            "squares": [
                [*one.at, one.open, one.late, one.soon, one.ended, str(one.square), one.only]
                for one in found
            ],
            "list": f"{link('cases.list')}?{self.list_query()}",
            "case": address_of("cases.case", _NO_CASE),
        }
        if self.hot:
            body["hot"] = self.repeats(self.bounds)
        return _json(body)

    def repeats(self, bounds: Bounds) -> list[list[Any]]:
        """What repeats in this piece: where, how often, what, and the way to its cases."""
        found = queries.repeats(self.actor, self.at, self.hot)
        return [
            [*one.square.centre, one.number, one.title, cases_of(one, self.hot, self.at)]
            for one in found
            if one.square is not None and _lies_in(bounds, *one.square.centre)
        ][:MOST_REPEATS]


MOST_REPEATS: Final = 60
_NO_CASE: Final = "00000000-0000-0000-0000-000000000000"
"""Stands in the address of a case for the key of one."""


def _lies_in(bounds: Bounds, lon: float, lat: float) -> bool:
    return bounds.west <= lon < bounds.east and bounds.south <= lat < bounds.north


class CaseGround(ui.Page):
    """The grids' outlines, so that one finds one's way on a map without a background."""

    path, name = "cases/ground.json", "cases.map_ground"
    title = _("网格轮廓")
    right = rights.SEE

    def get(self) -> HttpResponseBase:
        day = timezone.localdate(self.at)
        key = f"cases.grids/{here().schema_name}/{snapshots.current().token}/{day}"
        body: Any = cache.get_or_set(key, _grids_on(day), KEPT_SECONDS)
        return _json(body, seconds=KEPT_SECONDS)


def _grids_on(day: Any) -> Callable[[], dict[str, Any]]:
    def outlines() -> dict[str, Any]:
        named = {one.code: one.name for one in snapshots.current().in_force(day)}
        shapes = snapshots.boundaries_on(GRID_LEVEL, day)
        codes = [code for code in sorted(shapes) if code in named]
        simple: Any = shapely.simplify([shapes[code] for code in codes], SIMPLER_DEGREES)
        rounded: Any = shapely.transform(simple, lambda points: points.round(5)) if codes else ()
        features = [
            {
                "type": "Feature",
                "geometry": shapely.geometry.mapping(shape),
                "properties": {"title": named[code], "fill": "#dfe7ef"},
            }
            for code, shape in zip(codes, rounded, strict=True)
        ]
        return {"type": "FeatureCollection", "features": features}

    return outlines


def _json(body: dict[str, Any], *, status: int = 200, seconds: int = 0) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = HttpResponse(text, content_type="application/json", status=status)
    answer["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-store"
    return answer


pages: tuple[type[ui.Page], ...] = (CaseMap, CaseMapData, CaseGround)
