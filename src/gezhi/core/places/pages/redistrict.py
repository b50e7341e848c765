"""Communities split or merged: which give way, and which grid goes into which new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.places import actions, forms, queries, redistricting, regridding, rights, snapshots
from gezhi.core.places.models import Level, Place, Regrid, RegridNew
from gezhi.core.places.pages.regrid_assign import uuid_or_none
from gezhi.core.places.pages.regrid_picture import COLOURS
from gezhi.core.places.tree_rules import Kind, kind_of


class DrawRedistricting(ui.FormPage):
    path, name = "places/redistricting/", "places.redistrict_draw"
    title = _lazy("草拟村（社区）撤并")
    lead = _lazy("网格整个划入新的社区（村）；要从中间拆开的网格，请先办网格调整")
    right = rights.DRAW
    crumbs = ("places.regrids",)
    form = forms.DrawRedistrictingForm
    button = _lazy("下一步：划分网格")
    said = _lazy("已建草稿，请划分网格")

    def initial(self) -> dict[str, Any]:
        return {"effective": timezone.localdate(self.at)}

    def form_arguments(self) -> dict[str, Any]:
        return {"places": Place.objects.filter(level=Level.COMMUNITY, valid_to=None)}

    def refusal(self) -> Refusal | None:
        """Only somebody posted to the whole subdistrict draws across its communities."""
        if rights.DRAW.covers(self.actor, Regrid()):
            return None
        return NotAllowed(_("村（社区）撤并由街道办理"), "places.not_yours")

    def act(self, data: dict[str, Any]) -> str:
        data["retiring"] = list(data["retiring"])
        regrid = actions.draw_redistricting(**data, by=self.actor, at=self.at)
        return address_of("places.redistrict_assign", regrid.pk)


class AssignGrids(ui.RowPage):
    """Names of the new communities, and for each grid a choice."""

    path, name = "places/regrids/<uuid:pk>/grids/", "places.redistrict_assign"
    title = _lazy("划分网格")
    sees = rights.SEE
    right = rights.DRAW
    rows = queries.community_changes
    crumbs = ("places.regrids",)
    template = "places/redistrict_assign.html"

    def get(self) -> HttpResponseBase:
        return self.show(self.saved(), None)

    def saved(self) -> dict[str, str]:
        """What the form holds when nothing was sent yet."""
        filled = {
            f"g_{grid}": str(enters)
            for grid, enters in self.row.grid_moves.values_list("grid", "enters")
        }
        for new in self.row.coming.all():
            filled[f"name_{new.pk}"] = new.name
            filled[f"party_{new.pk}"] = new.party_group
        return filled

    def show(
        self, filled: dict[str, str], refused: Refusal | None, status: int = 200
    ) -> HttpResponseBase:
        why = regridding.refusal("redraw", self.row, self.actor, timezone.localdate(self.at))
        groups: dict[UUID, dict[str, Any]] = {}
        olds = {old.place_id: old.place for old in self.row.retiring.select_related("place")}
        for grid in redistricting.grids_of(self.row).values():
            if grid.parent_id is not None:
                own = groups.setdefault(
                    grid.parent_id, {"place": olds[grid.parent_id], "grids": []}
                )
                own["grids"].append((grid, filled.get(f"g_{grid.pk}", "")))
        more = {
            "regrid": self.row,
            "why_not": why.sentence if why else "",
            "coming": [
                (
                    new,
                    number,
                    _("村") if kind_of(new.code) is Kind.VILLAGE else _("社区"),
                    filled.get(f"name_{new.pk}", ""),
                    filled.get(f"party_{new.pk}", ""),
                    COLOURS[(number - 1) % len(COLOURS)],
                )
                for number, new in enumerate(self.row.coming.all(), start=1)
            ],
            "groups": groups.values(),
            "edition": snapshots.exact().token or "",
            "refused": refused,
        }
        return self.render(more, status=status)

    def heading(self) -> str:
        return _("划分网格：%(title)s") % {"title": self.row.title}

    def post(self) -> HttpResponseBase:
        sent = self.request.POST
        filled = {key: value for key, value in sent.items() if isinstance(value, str)}
        coming = {str(new.pk): new for new in self.row.coming.all()}
        try:
            actions.redraw_redistricting(
                regrid=self.row,
                communities={new.pk: _named(new, filled) for new in coming.values()},
                moves={
                    grid.pk: coming[filled[f"g_{grid.pk}"]].pk
                    for grid in redistricting.grids_of(self.row).values()
                    if filled.get(f"g_{grid.pk}") in coming
                },
                edition=uuid_or_none(filled.get("edition", "")),
                by=self.actor,
                at=self.at,
            )
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            return self.show(filled, refusal, status=refusal.status)
        messages.success(self.request, _("已保存"))
        return HttpResponseRedirect(address_of("places.regrid", self.row.pk))


def _named(new: RegridNew, filled: dict[str, str]) -> actions.NewGrid:
    name, party = filled.get(f"name_{new.pk}", ""), filled.get(f"party_{new.pk}", "")
    return actions.NewGrid(name[:60], party[:60])


pages: tuple[type[ui.Page], ...] = (DrawRedistricting, AssignGrids)
