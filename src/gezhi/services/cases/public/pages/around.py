"""The public map: open and lately closed cases as counts in cells, never a door, never words."""

from __future__ import annotations

import json
from typing import Any, Final

import shapely
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.tenancy import here
from gezhi.core.places import queries as places
from gezhi.core.places import snapshots
from gezhi.services.cases.models import State
from gezhi.services.cases.public import faces, queries, rules
from gezhi.services.cases.public.pages.doors import PublicPage

CACHED_SECONDS: Final = 60
SIMPLER_DEGREES: Final = 0.0002
"""About twenty metres: enough to find one's community by."""


class MapPublicly(PublicPage):
    path, name = "c/map/", "cases.public_map"
    title = _("身边的问题")
    public = True
    template = "cases/public/map.html"
    crumbs = ("cases.public",)
    tab = "map"

    def get(self) -> HttpResponseBase:
        rows = [
            {
                "what": one.title,
                "where": _community(one.community_id),
                "state": str(State(one.state).label),
                "tone": faces.TONES.get(State(one.state), "info"),
                "age": faces.age(one.opened_at, self.at),
            }
            for one in queries.lately(self.at)
        ]
        return self.render({"rows": rows})


def _community(key: Any) -> str:
    known = places.known(key) if key else None
    return known.name if known else ""


class Points(PublicPage):
    """The cases in a piece of the map: at most 256 cells, the same for everybody for a minute."""

    path, name = "c/points.json", "cases.public_points"
    title = _("身边的问题数据")
    public = True

    def get(self) -> HttpResponseBase:
        bounds = rules.bounds_of(self.request.GET.get("bbox", ""))
        if bounds is None:
            said = _now("地图范围不对：请写 bbox=西,南,东,北，经纬度，不超过 2 度")
            return _json({"detail": said}, status=400)
        key = f"cases.points/{here().schema_name}/{_rounded(bounds)}"
        body = cache.get(key)
        if body is None:
            found = queries.heaps(bounds, self.at)
            body = {"type": "FeatureCollection", "features": [_feature(one) for one in found]}
            cache.set(key, body, CACHED_SECONDS)
        return _json({**body, "features": [_worded(one, self.at) for one in body["features"]]})


def _rounded(bounds: rules.Bounds) -> str:
    return ",".join(f"{one:.4f}" for one in (bounds.west, bounds.south, bounds.east, bounds.north))


def _feature(heap: queries.Heap) -> dict[str, Any]:
    return {
        "at": [heap.lon, heap.lat],
        "count": heap.count,
        "open": heap.open,
        "titles": heap.titles,
        "state": heap.state,
        "since": heap.opened_at,
    }


def _worded(one: dict[str, Any], at: Any) -> dict[str, Any]:
    """A cell in the reader's language: what single cases are, of several how many."""
    if one["count"] == 1:
        state = str(State(one["state"]).label)
        words = f"{one['titles'][0]} · {state} · {faces.age(one['since'], at)}"
    else:
        words = _now("%(n)d 件，在办 %(open)d 件：%(what)s") % {
            "n": one["count"],
            "open": one["open"],
            "what": "、".join(one["titles"]),
        }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": one["at"]},
        "properties": {
            "title": words,
            "count": one["count"],
            "tone": "warn" if one["open"] else "good",
        },
    }


class Ground(PublicPage):
    """The communities' outlines, so that a map without a background can be found one's way on."""

    path, name = "c/ground.json", "cases.public_ground"
    title = _("社区轮廓")
    public = True

    def get(self) -> HttpResponseBase:
        day = timezone.localdate(self.at)
        key = f"cases.ground/{here().schema_name}/{snapshots.current().token}/{day}"
        body = cache.get(key)
        if body is None:
            body = _outlines(day)
            cache.set(key, body, 3600)
        return _json(body, seconds=3600)


def _outlines(day: Any) -> dict[str, Any]:
    named = {one.code: one.name for one in snapshots.current().in_force(day)}
    shapes = snapshots.boundaries_on(2, day)
    codes = [code for code in sorted(shapes) if code in named]
    if not codes:
        return {"type": "FeatureCollection", "features": []}
    simple: Any = shapely.simplify([shapes[code] for code in codes], SIMPLER_DEGREES)
    rounded: Any = shapely.transform(simple, lambda points: points.round(5))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": shapely.geometry.mapping(shape),
                "properties": {"title": named[code], "fill": "#dfe7ef"},
            }
            for code, shape in zip(codes, rounded, strict=True)
        ],
    }


def _json(
    body: dict[str, Any], *, status: int = 200, seconds: int = CACHED_SECONDS
) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = HttpResponse(text, content_type="application/geo+json", status=status)
    if status == 200:
        answer["Cache-Control"] = f"public, max-age={seconds}"
        answer["Vary"] = "Accept-Language, Cookie"
    return answer


pages: tuple[type[ui.Page], ...] = (MapPublicly, Points, Ground)
