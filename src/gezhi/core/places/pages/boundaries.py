"""Boundaries from a file: brought in a stated frame, looked at on a picture, confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.pages.layout import link
from gezhi.core.places import actions, forms, queries, rights
from gezhi.core.places.boundary_review import review
from gezhi.core.places.datums import FRAMES
from gezhi.core.places.models import BoundaryDraft, Level, Place
from gezhi.core.places.pictures import draw_boundaries


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
            found.boundaries,
            found.problems,
            parent=found.outline,
            labels={code: place.name for code, place in found.places.items()},
            title=_("%(file)s 的边界") % {"file": self.row.file_name},
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


pages: tuple[type[ui.Page], ...] = (BoundaryList, BringBoundaries, BoundaryPage)
