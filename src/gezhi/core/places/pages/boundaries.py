"""Boundaries from a file: brought in a stated frame, looked at on a picture, confirmed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.layout import link
from gezhi.core.places import actions, forms, queries, rights
from gezhi.core.places.boundary_review import review
from gezhi.core.places.datums import FRAMES
from gezhi.core.places.models import BoundaryDraft, Level, Place, PlacePeriod
from gezhi.core.places.pages.tree import accept_refusal
from gezhi.core.places.pictures import draw_boundaries

KEPT = "#f1f3f5"
"""The shade of what a file does not draw and that stays as it is."""


def found_name(code: str) -> str:
    """A standing place by its name."""
    return str(Place.objects.filter(code=code).values_list("name", flat=True).first() or code)


def frame_words(draft: BoundaryDraft) -> str:
    """The stated frame in words."""
    return str(FRAMES[draft.frame].label)


class BoundaryList(ui.ListPage):
    path, name = "places/boundaries/", "places.boundaries"
    title = _lazy("边界导入")
    lead = _lazy("上传 GeoJSON，核对缝隙、重叠和自相交后启用；以前各天的边界不变")
    right = rights.DRAW
    rows = queries.boundary_drafts
    opens = "places.boundary"
    columns = (
        ui.Text("file_name", _lazy("文件")),
        ui.Choice("level", _lazy("层级"), choices=Level),
        ui.Text("parent.name", _lazy("所属上级")),
        ui.Computed("frame", _lazy("坐标系"), give=frame_words),
        ui.Text("brought_by", _lazy("上传人")),
        ui.Moment("brought_at", _lazy("上传时间"), order="-brought_at"),
    )
    ordering = ("-brought_at",)
    buttons = (
        ui.Button(
            _lazy("上传边界"), "places.boundary_bring", rights.DRAW, icon="upload", main=True
        ),
    )
    nothing = _lazy("没有等待启用的边界，点“上传边界”开始")


def parents_for(actor: Actor) -> QuerySet[Place]:
    """Places whose parts an actor may draw."""
    rows = Place.objects.filter(level__lt=Level.MICRO_GRID, valid_to=None)
    return rights.DRAW.rows(rows, actor)


class BringBoundaries(ui.FormPage):
    path, name = "places/boundaries/bring/", "places.boundary_bring"
    title = _lazy("上传边界")
    lead = _lazy("先核对，后启用：上传后会列出问题并画出在哪里")
    right = rights.DRAW
    crumbs = ("places.boundaries",)
    form = forms.BoundaryForm
    button = _lazy("上传并核对")
    said = ""
    done = "places.boundary"

    def form_arguments(self) -> dict[str, Any]:
        return {"parents": parents_for(self.actor)}

    def act(self, data: dict[str, Any]) -> BoundaryDraft:
        file = data["file"]
        return actions.bring_boundaries(
            data=file.read(),
            file_name=file.name,
            frame=data["frame"],
            parent=data["parent"],
            level=data["level"],
            by=self.actor,
            at=self.at,
        )


class BoundaryPage(ui.FormPage):
    """What a file would change, what is wrong with it and where; then yes or no."""

    path, name = "places/boundaries/<uuid:pk>/", "places.boundary"
    title = _lazy("核对边界")
    right = rights.DRAW
    rows = queries.boundary_drafts
    crumbs = ("places.boundaries",)
    form = forms.DayForm
    button = _lazy("启用这份边界")
    template = "places/boundary.html"

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.at)}

    def extra(self) -> dict[str, Any]:
        found = review(self.row, timezone.localdate(self.at))
        picture = draw_boundaries(
            found.boundaries | found.standing,
            found.problems,
            parent=found.outline,
            labels={code: place.name for code, place in found.places.items()},
            title=_("%(file)s 的边界") % {"file": self.row.file_name},
            fills=dict.fromkeys(found.standing, KEPT),
        )
        return {
            "draft": self.row,
            "frame": frame_words(self.row),
            "found": found,
            "problems": list(enumerate(found.problems, start=1)),
            "blocking": sum(problem.blocks for problem in found.problems),
            "picture": mark_safe(picture),
            "drawn": len(found.boundaries),
            "expected": len(found.places),
            "kept": len(found.standing),
            "unfit": [found_name(code) for code in found.unfit],
        }

    def act(self, data: dict[str, Any]) -> str:
        number = actions.confirm_boundaries(draft=self.row, **data, by=self.actor, at=self.at)
        messages.success(self.request, _("已启用，%(n)s 个网格的边界有变化") % {"n": number})
        return link("places.tree")

    said = ""

    def post(self) -> HttpResponseBase:
        if "_drop" in self.request.POST:
            actions.drop_boundaries(draft=self.row, by=self.actor, at=self.at)
            messages.success(self.request, _("已放弃这份边界"))
            return HttpResponseRedirect(link("places.boundaries"))
        return super().post()


class AcceptBoundaries(ui.ConfirmPage):
    """Estimated boundaries of a community's grids, looked at and taken as drawn."""

    path, name = "places/<uuid:pk>/boundaries/accept/", "places.boundaries_accept"
    title = _lazy("核定网格边界")
    sees = rights.SEE
    right = rights.DRAW
    rows = queries.places
    crumbs = ("places.tree",)
    button = _lazy("就按现在的边界")
    said = _lazy("已核定")

    def refusal(self) -> Refusal | None:
        return accept_refusal(self.row, self.actor)

    def consequences(self) -> list[str]:
        waiting = queries.estimated_grids(self.row).order_by("place__code")
        names = "、".join(waiting.values_list("name", flat=True))
        return [
            _("待核定：%(names)s") % {"names": names},
            _("要改画的，先下载现有边界，改好后在“边界导入”上传；只上传要改的网格也可以"),
        ]

    def act(self, data: dict[str, Any]) -> str:
        actions.accept_boundaries(community=self.row, by=self.actor, at=self.at)
        return address_of("places.place", self.row.pk)


class BoundaryFile(ui.RowPage):
    """The boundaries of a place's parts as GeoJSON, to be mended in a drawing program."""

    path, name = "places/<uuid:pk>/boundaries.geojson", "places.boundary_file"
    title = _lazy("下载现有边界")
    right = rights.SEE
    rows = queries.places

    def get(self) -> HttpResponseBase:
        parts = PlacePeriod.objects.filter(
            place__parent=self.row, valid_to=None, boundary__isnull=False
        ).select_related("place")
        features = [
            {
                "type": "Feature",
                "properties": {"code": period.place.code, "name": period.name},
                "geometry": period.boundary,
            }
            for period in parts.order_by("place__code")
        ]
        body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        answer = HttpResponse(body, content_type="application/geo+json")
        answer["Content-Disposition"] = f'attachment; filename="{self.row.code}.geojson"'
        return answer


pages: tuple[type[ui.Page], ...] = (
    BoundaryList,
    BringBoundaries,
    BoundaryPage,
    AcceptBoundaries,
    BoundaryFile,
)
