"""The map: the tree beside it, shades by any number, and which grid a point lies in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages import hooks
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.layout import link
from gezhi.base.pages.trees import tree_html
from gezhi.core.places import choropleth, counts, datums, forms, queries, rights, snapshots
from gezhi.core.places.boundaries import Polygonal
from gezhi.core.places.models import Level
from gezhi.core.places.pages.tree import read_day
from gezhi.core.places.pictures import draw_boundaries

LEVELS = (Level.COMMUNITY, Level.GRID)
SIMPLIFIED_DEGREES = 3e-5
"""Some three metres: finer than a screen shows, and shared borders stay shared."""


class _MapPage(ui.Page):
    """What the map and its data share: which level, which number."""

    right = rights.SEE

    @cached_property
    def day(self) -> date:
        """The day shown: today, or the past day asked for."""
        return self._asked[0]

    @property
    def is_today(self) -> bool:
        return self.day == timezone.localdate(self.at)

    @cached_property
    def _asked(self) -> tuple[date, str]:
        return read_day(self.request.GET.get("day", ""), timezone.localdate(self.at))

    @cached_property
    def places(self) -> dict[str, queries.PlaceThen]:
        """The places of the day by code, as they were called and drawn then."""
        return {one.code: one for one in queries.places_on(self.day)}

    @property
    def level(self) -> Level:
        chosen = self.request.GET.get("level", "")
        return Level.COMMUNITY if chosen == str(Level.COMMUNITY.value) else Level.GRID

    @property
    def count(self) -> counts.Count | None:
        """The number chosen, if this actor may see it; else the first there is. Today's only."""
        if not self.is_today:
            return None
        known = {one.name: one for one in counts.counts_for(self.actor)}
        return known.get(self.request.GET.get("count", "")) or next(iter(known.values()), None)

    def values(self) -> dict[str, int]:
        """The chosen number of each place of the level, by code; empty without a number."""
        chosen = self.count
        if chosen is None:
            return {}
        known = snapshots.current().in_force(self.day)
        totals = counts.rolled_up(chosen.of(self.at), {one.id: one.parent_id for one in known})
        return {one.code: totals[one.id] for one in known if one.level == self.level}


class Map(_MapPage):
    """The map page; without JavaScript the same picture comes from here, with a table."""

    path, name = "places/map/", "places.map"
    title = _lazy("网格地图")
    template = "places/map.html"

    def get(self) -> HttpResponseBase:
        values, places = self.values(), self.places
        boundaries = snapshots.boundaries_on(self.level, self.day)
        most = max(values.values(), default=0)
        chosen = self.count
        query = f"level={self.level.value}" + (f"&count={chosen.name}" if chosen else "")
        if self.is_today:
            tree = hooks.place_tree(self.actor, self.right.code, self.at)
        else:
            query += f"&day={self.day.isoformat()}"
            tree = tuple(_node(root) for root in queries.tree_on(self.day))
        picture = draw_boundaries(
            {
                code: shapely.simplify(shape, SIMPLIFIED_DEGREES)
                for code, shape in boundaries.items()
            },
            labels={code: place.name for code, place in places.items()},
            title=str(self.title),
            fills={code: choropleth.shade_of(value, most) for code, value in values.items()},
        )
        more = {
            "levels": [(level.value, level.label, level == self.level) for level in LEVELS],
            "day": self.day,
            "today": timezone.localdate(self.at),
            "problem": self._asked[1],
            "estimated": any(one.estimated for one in places.values() if one.level == self.level),
            "counts": [
                (one.name, one.title, one == chosen)
                for one in (counts.counts_for(self.actor) if self.is_today else ())
            ],
            "count_title": chosen.title if chosen else "",
            "legend": choropleth.legend(list(values.values())),
            "table": [
                (places[code].name, address_of("places.place", places[code].id), values.get(code))
                for code in sorted(code for code in places if places[code].level == self.level)
            ],
            "tree_html": tree_html(tree, [], lambda key: address_of("places.place", key)),
            "map_address": f"{link('places.map_data')}?{query}",
            "map_title": self.title,
            "tile_url": settings.TILE_URL,
            "drawn": bool(boundaries),
            "fallback": mark_safe(picture),
            "point": self.point(),
        }
        return self.render(more)

    def point(self) -> dict[str, Any]:
        """The form that asks where a point lies, and the answer if one was asked for."""
        asked = "lon" in self.request.GET
        form = forms.PointQueryForm(self.request.GET if asked else None)
        if not asked or not form.is_valid():
            return {"form": form, "asked": False}
        data = form.cleaned_data
        try:
            lon, lat = in_wgs84(data["lon"], data["lat"], data["frame"])
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return {"form": form, "asked": False}
        found = queries.locate(lon, lat, day=self.day)
        way = queries.way_to(found.id) if found is not None else []
        return {
            "form": form,
            "asked": True,
            "words": " / ".join(one.name for one in way),
            "address": address_of("places.place", found.id) if found is not None else "",
        }


def in_wgs84(lon: float, lat: float, frame: str) -> tuple[float, float]:
    """A point of a stated frame in WGS84; refused outside China."""
    points = datums.convert(np.array([[lon, lat]]), datums.frame_named(frame), datums.WGS84)
    return float(points[0, 0]), float(points[0, 1])


def _node(place: queries.PlaceThen) -> hooks.TreeNode:
    """A place of a past day as the tree beside the map shows it."""
    children = tuple(_node(child) for child in place.children)
    return hooks.TreeNode(place.id, place.name, place.level, children, note=place.party_group)


class MapData(_MapPage):
    """Boundaries of a level with a number each, as GeoJSON; unchanged data is not sent again."""

    path, name = "places/map.json", "places.map_data"
    title = _lazy("网格地图数据")

    def get(self) -> HttpResponseBase:
        values = self.values()
        chosen = self.count
        of = (
            str(snapshots.current().token),
            self.day.isoformat(),
            self.level.value,
            chosen.name if chosen else "",
            sorted(values.items()),
        )
        tag = f'"{hashlib.sha256(json.dumps(of).encode()).hexdigest()[:32]}"'
        answer: HttpResponse
        if self.request.headers.get("If-None-Match") == tag:
            answer = HttpResponseNotModified()
        else:
            body = json.dumps(self.features(values), ensure_ascii=False, separators=(",", ":"))
            answer = HttpResponse(body, content_type="application/geo+json")
        answer["ETag"] = tag
        answer["Cache-Control"] = "private, no-cache"
        return answer

    def features(self, values: Mapping[str, int]) -> dict[str, Any]:
        places = self.places
        shapes = simplified(snapshots.boundaries_on(self.level, self.day))
        most = max(values.values(), default=0)
        features = [
            self.feature(places[code], shape, values.get(code), most)
            for code, shape in sorted(shapes.items())
            if code in places
        ]
        return {"type": "FeatureCollection", "features": features}

    def feature(
        self, place: queries.PlaceThen, shape: Polygonal, value: int | None, most: int
    ) -> dict[str, Any]:
        properties = {
            "title": place.name,
            "value": value,
            "fill": choropleth.shade_of(value, most),
            "drawer": address_of("places.place", place.id),
        }
        if place.estimated:
            properties["note"] = _("边界待核定")
        return {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": properties,
        }


def simplified(boundaries: Mapping[str, Polygonal]) -> dict[str, Polygonal]:
    """Boundaries with fewer corners; what two share stays shared."""
    codes = list(boundaries)
    shapes = [boundaries[code] for code in codes]
    if not shapes:
        return {}
    if shapely.coverage_is_valid(shapes):
        shapes = list(shapely.coverage_simplify(shapes, SIMPLIFIED_DEGREES))
    rounded = shapely.transform(shapes, lambda points: points.round(6))
    return dict(zip(codes, rounded, strict=True))


pages: tuple[type[ui.Page], ...] = (Map, MapData)
