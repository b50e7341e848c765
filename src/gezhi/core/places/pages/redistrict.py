"""Communities split or merged: which give way, and which grid goes into which new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.places import actions, forms, queries, redistricting, rights, tree_rules
from gezhi.core.places.models import Level, Place, Regrid, RegridNew
from gezhi.core.places.pages.sharing_out import ShareOut
from gezhi.core.places.tree_rules import Kind


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


class AssignGrids(ShareOut):
    """Names of the new communities, and for each grid a choice."""

    path, name = "places/regrids/<uuid:pk>/grids/", "places.redistrict_assign"
    title = _lazy("划分网格")
    rows = queries.community_changes
    template = "places/redistrict_assign.html"
    letter = "g"

    def heading(self) -> str:
        return _("划分网格：%(title)s") % {"title": self.row.title}

    def kind_of(self, new: RegridNew) -> str:
        return _("村") if tree_rules.kind_of(new.code) is Kind.VILLAGE else _("社区")

    def goes_now(self) -> Iterable[tuple[UUID, UUID]]:
        return self.row.grid_moves.values_list("grid", "enters")  # type: ignore[no-any-return]

    def things(self, filled: Mapping[str, str]) -> dict[str, Any]:
        olds = {old.place_id: old.place for old in self.row.retiring.select_related("place")}
        groups: dict[UUID, dict[str, Any]] = {}
        for grid in redistricting.grids_of(self.row).values():
            if grid.parent_id is not None:
                own = groups.setdefault(
                    grid.parent_id, {"place": olds[grid.parent_id], "grids": []}
                )
                own["grids"].append((grid, filled.get(f"g_{grid.pk}", "")))
        return {"groups": groups.values()}

    def chosen(
        self, filled: Mapping[str, str], coming: Mapping[str, RegridNew]
    ) -> dict[UUID, UUID]:
        return {
            grid.pk: coming[filled[f"g_{grid.pk}"]].pk
            for grid in redistricting.grids_of(self.row).values()
            if filled.get(f"g_{grid.pk}") in coming
        }

    def write(
        self,
        names: dict[UUID, actions.NewGrid],
        moves: dict[UUID, UUID],
        edition: UUID | None,
    ) -> Regrid:
        return actions.redraw_redistricting(
            regrid=self.row, communities=names, moves=moves, edition=edition,
            by=self.actor, at=self.at,
        )  # fmt: skip


pages: tuple[type[ui.Page], ...] = (DrawRedistricting, AssignGrids)
