"""数据质量: the measures grid by grid, each figure with the rows behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages import hooks
from gezhi.base.pages.columns import address_of
from gezhi.core.places.models import Level, Place
from gezhi.core.registry import quality, rights
from gezhi.core.registry.measures import BY_CODE, MEASURES, Dimension
from gezhi.core.registry.models import Household, Person
from gezhi.core.registry.pages import columns as c

DIMENSIONS = {
    Dimension.COMPLETENESS: _("完整性"),
    Dimension.VALIDITY: _("有效性"),
    Dimension.UNIQUENESS: _("唯一性"),
    Dimension.CONSISTENCY: _("一致性"),
    Dimension.FRESHNESS: _("及时性"),
}
OPENS = {
    "person": "registry.person",
    "household": "registry.household",
    "dwelling": "registry.dwelling",
    "enterprise": "registry.enterprise",
    "shop": "registry.shop",
    "site": "registry.site",
    "vehicle": "registry.vehicle",
}


def grids_in_reach(page: ui.Page) -> list[hooks.TreeNode]:
    """The grids an actor may see figures of, in the order of the tree; micro-grids of a post."""

    def walk(nodes: Any) -> Any:
        for node in nodes:
            if node.level >= Level.GRID:
                yield node
            else:
                yield from walk(node.children)

    return list(walk(hooks.place_tree(page.actor, rights.QUALITY.code, page.at)))


class QualityPage(ui.Page):
    path, name = "quality/", "registry.quality"
    title = _("数据质量")
    right = rights.QUALITY
    template = "registry/quality.html"

    def get(self) -> HttpResponseBase:
        asked = self.request.GET.get("dimension", Dimension.COMPLETENESS.value)
        chosen = next((one for one in Dimension if one.value == asked), Dimension.COMPLETENESS)
        measures = [one for one in MEASURES if one.dimension is chosen]
        by_grid = {one.code: quality.figures_by_grid(one.code) for one in measures}
        figures = [figure for found in by_grid.values() for figure in found.values()]
        latest = [one.counted_at for one in figures if one.counted_at]
        heads = [gettext(one.title) for one in measures]
        lines = []
        for grid in grids_in_reach(self):
            if grid.level == Level.MICRO_GRID:
                place = Place.objects.get(pk=grid.id)
                found = quality.figures_in_micro_grid(place, measures, at=self.at)
            else:
                found = {
                    code: of_grids[grid.id]
                    for code, of_grids in by_grid.items()
                    if grid.id in of_grids
                }
            cells = [self.cell(found.get(one.code), one.code, grid.id) for one in measures]
            lines.append((grid.title, list(zip(heads, cells, strict=True))))
        return self.render(
            {
                "dimensions": [(d.value, words, d is chosen) for d, words in DIMENSIONS.items()],
                "heads": heads,
                "lines": lines,
                "counted_at": timezone.localtime(max(latest)).strftime("%Y-%m-%d %H:%M")
                if latest
                else "",
            }
        )

    def cell(self, figure: quality.Figure | None, code: str, grid: UUID) -> dict[str, Any]:
        """A share in words, coloured, leading to the rows that fall short."""
        if figure is None or figure.share is None:
            return {"words": gettext("无数据"), "tone": "neutral", "address": ""}
        share = figure.share
        tone = "good" if share >= 0.98 else "warn" if share >= 0.9 else "bad"
        where = reverse("registry.quality_rows", kwargs={"measure": code, "pk": grid})
        return {
            "words": f"{share * 100:.1f}%",
            "tone": tone,
            "address": where if figure.short else "",
            "short": figure.short,
        }


def row_words(row: Any) -> str:
    """A row as the list behind a figure names it."""
    if isinstance(row, Person):
        return c.person_title(row)
    if isinstance(row, Household):
        return f"{row.dwelling}" if row.dwelling_id else gettext("没有地址的户")
    return str(row)


class QualityRows(ui.Page):
    """The rows that fall short in a measure now, in one grid."""

    path = "quality/<str:measure>/<uuid:pk>/"
    name = "registry.quality_rows"
    title = _("不达标的记录")
    right = rights.QUALITY
    crumbs = ("registry.quality",)
    template = "registry/quality_rows.html"
    size = 100

    def reaches(self, place: Place) -> bool:
        """Whether a post lies above a place, or at it: a place is in no building's micro-grid."""
        posts = self.actor.holdings_with(self.right.code)
        return self.right.covers(self.actor, place) or place.pk in {one.place_id for one in posts}

    def get(self) -> HttpResponseBase:
        measure = BY_CODE.get(self.kwargs["measure"])
        place = Place.objects.filter(pk=self.kwargs["pk"]).first()
        if measure is None or place is None or not self.reaches(place):
            raise Http404
        found: QuerySet[Any] = quality.rows_behind(
            measure.code, by=self.actor, at=self.at, place=place
        )
        if measure.model is Household:
            found = found.select_related("dwelling")
        rows = list(found.order_by("pk")[: self.size + 1])
        opens = OPENS.get(measure.model._meta.model_name or "", "")
        return self.render(
            {
                "measure_title": gettext(measure.title),
                "place": place,
                "more": len(rows) > self.size,
                "rows": [
                    (row_words(row), address_of(opens, row.pk) if opens else "")
                    for row in rows[: self.size]
                ],
            }
        )


pages = (QualityPage, QualityRows)
