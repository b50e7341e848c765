"""Changes of grids: the list, one proposal worked out, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.details import ShownAct
from gezhi.core.places import actions, forms, queries, redistricting, regridding, rights
from gezhi.core.places.models import Level, Place, Regrid, RegridState
from gezhi.core.places.pages.regrid_picture import picture_of
from gezhi.core.places.pages.tree import regrid_refusal
from gezhi.core.places.tree_rules import STEPS

TONES = {
    RegridState.DRAFT: "neutral",
    RegridState.REVIEWING: "busy",
    RegridState.APPROVED: "warn",
    RegridState.ACTIVE: "good",
}
COLUMNS = (
    ui.Text("title", _lazy("名称"), order="title"),
    ui.Badge("state", _lazy("状态"), choices=RegridState, tones=TONES),
    ui.Place("community_id", _lazy("社区（村）"), order="community__code"),
    ui.Date("effective", _lazy("启用日期"), order="-effective"),
    ui.Text("drawn_by", _lazy("草拟人")),
    ui.Moment("drawn_at", _lazy("草拟时间"), order="-drawn_at"),
)


class RegridList(ui.ListPage):
    path, name = "places/regrids/", "places.regrids"
    title = _lazy("网格调整")
    lead = _lazy(
        "网格的拆分、合并、改编号，以及村（社区）撤并：草拟、审核、批准由不同的人办，到日子自动启用"
    )
    right = rights.SEE
    rows = queries.regrids
    opens = "places.regrid"
    columns = COLUMNS
    filters = (
        ui.Choices("state", _lazy("状态"), choices=RegridState),
        ui.Days("effective", _lazy("启用日期"), column="effective"),
    )
    ordering = ("-drawn_at",)
    buttons = (
        ui.Button(_lazy("草拟调整"), "places.regrid_start", rights.DRAW, main=True),
        ui.Button(_lazy("草拟村（社区）撤并"), "places.redistrict_draw", rights.DRAW),
    )
    nothing = _lazy("还没有网格调整")


class StartRegrid(ui.FormPage):
    path, name = "places/regrids/start/", "places.regrid_start"
    title = _lazy("草拟网格调整")
    lead = _lazy("一次调整只在一个社区（村）之内")
    right = rights.DRAW
    crumbs = ("places.regrids",)
    form = forms.StartRegridForm
    button = _lazy("下一步")
    said = ""

    def form_arguments(self) -> dict[str, Any]:
        return {"communities": communities_for(self.actor)}

    def act(self, data: dict[str, Any]) -> str:
        return address_of("places.regrid_draw", data["community"].pk)


def communities_for(actor: Actor) -> QuerySet[Place]:
    """Communities and villages where an actor may draw grids."""
    rows = Place.objects.filter(level=Level.COMMUNITY, valid_to=None)
    return rights.DRAW.rows(rows, actor)


class DrawRegrid(ui.FormPage):
    path, name = "places/<uuid:pk>/regrid/", "places.regrid_draw"
    title = _lazy("草拟网格调整")
    sees = rights.SEE
    right = rights.DRAW
    rows = queries.places
    crumbs = ("places.regrids",)
    form = forms.DrawRegridForm
    button = _lazy("下一步：划分楼栋")
    said = _lazy("已建草稿，请划分楼栋")

    def initial(self) -> dict[str, Any]:
        return {"effective": timezone.localdate(self.at)}

    def heading(self) -> str:
        return _("调整“%(name)s”的网格") % {"name": self.row.name}

    def form_arguments(self) -> dict[str, Any]:
        grids = Place.objects.filter(parent=self.row, level=Level.GRID, valid_to=None)
        return {"grids": grids}

    def refusal(self) -> Refusal | None:
        return regrid_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> str:
        data["retiring"] = list(data["retiring"])
        regrid = actions.draw_regrid(community=self.row, **data, by=self.actor, at=self.at)
        return address_of("places.regrid_assign", regrid.pk)


_STEP_OF = {
    "places.regrid_assign": "redraw",
    "places.redistrict_assign": "redraw",
    "places.regrid_review": "review",
    "places.regrid_approve": "approve",
    "places.regrid_send_back": "send_back",
    "places.regrid_recall": "recall",
    "places.regrid_drop": "redraw",
}
"""Which step of a grid's life each act is."""


def step_refusal(step: str) -> Callable[[Regrid, Actor], Refusal | None]:
    """The refusal of a step, as an act asks for it."""

    def why(regrid: Regrid, actor: Actor) -> Refusal | None:
        return regridding.refusal(step, regrid, actor, timezone.localdate())

    return why


def worked_out(regrid: Regrid, today: date) -> regridding.Outlook | redistricting.Outlook:
    """What a proposal comes to."""
    if regrid.is_of_communities:
        return redistricting.outlook(regrid, today)
    return regridding.outlook(regrid, today)


class RegridPage(ui.DetailPage):
    """One proposal: what comes of it, what stands in its way, who has agreed."""

    path, name = "places/regrids/<uuid:pk>/", "places.regrid"
    title = _lazy("网格调整")
    right = rights.SEE
    rows = queries.regrids
    crumbs = ("places.regrids",)
    template = "places/regrid.html"
    sections = (
        ui.Section(
            _lazy("提案"),
            (
                *COLUMNS[1:],
                ui.YesNo("correction", _lazy("更正过去的记录")),
                ui.Long("reason", _lazy("事由")),
                ui.Text("reviewed_by", _lazy("审核人")),
                ui.Moment("reviewed_at", _lazy("审核时间")),
                ui.Text("approved_by", _lazy("批准人")),
                ui.Moment("approved_at", _lazy("批准时间")),
                ui.Moment("took_effect_at", _lazy("启用时间")),
            ),
        ),
    )
    acts = (
        ui.Act(
            _lazy("划分楼栋"),
            "places.regrid_assign",
            rights.DRAW,
            refusal=step_refusal("redraw"),
            icon="edit",
        ),
        ui.Act(
            _lazy("划分网格"),
            "places.redistrict_assign",
            rights.DRAW,
            refusal=step_refusal("redraw"),
            icon="edit",
        ),
        ui.Act(
            _lazy("审核"),
            "places.regrid_review",
            rights.REVIEW,
            refusal=step_refusal("review"),
            icon="eye-check",
            main=True,
        ),
        ui.Act(
            _lazy("批准"),
            "places.regrid_approve",
            rights.APPROVE,
            refusal=step_refusal("approve"),
            icon="checks",
            main=True,
        ),
        ui.Act(
            _lazy("退回"),
            "places.regrid_send_back",
            rights.APPROVE,
            refusal=step_refusal("send_back"),
            icon="arrow-back-up",
        ),
        ui.Act(
            _lazy("撤回批准"),
            "places.regrid_recall",
            rights.APPROVE,
            refusal=step_refusal("recall"),
            icon="replace",
        ),
        ui.Act(
            _lazy("放弃"),
            "places.regrid_drop",
            rights.DRAW,
            refusal=step_refusal("redraw"),
            icon="trash",
            danger=True,
        ),
    )

    def shown_acts(self) -> list[ShownAct]:
        """The steps that leave from where the proposal is; the others come later or are over."""
        of_grids = not self.row.is_of_communities
        other = "places.redistrict_assign" if of_grids else "places.regrid_assign"
        return [
            one
            for one in super().shown_acts()
            if STEPS[_STEP_OF[one.act.to]].leaves == self.row.state and one.act.to != other
        ]

    def marks(self) -> list[ui.Mark]:
        state = RegridState(self.row.state)
        found = [ui.Mark(str(state.label), TONES[state])]
        if self.row.is_of_communities:
            found.append(ui.Mark(_("村（社区）撤并"), "info"))
        return found

    def extra(self) -> dict[str, Any]:
        done = self.row.state == RegridState.ACTIVE
        today = timezone.localdate(self.at)
        # what has taken effect is read from what is there now, not worked out once more
        found = None if done else worked_out(self.row, today)
        retiring = [old.place for old in self.row.retiring.select_related("place")]
        return {
            "retiring": retiring,
            "of_communities": self.row.is_of_communities,
            **self.of_communities(found, today),
            "found": found,
            "faults": [fault.sentence for fault in found.plan.faults] if found else [],
            "warnings": [one for one in found.headings if one.warning] if found else [],
            "begun": (
                Place.objects.filter(code__in=self.row.coming.values("code")) if done else ()
            ),
            "to_settle": (
                done
                and self.row.community is not None
                and queries.estimated_grids(self.row.community).exists()
            ),
            "picture": "" if done else picture_of(self.row, retiring),
        }

    def of_communities(
        self, found: regridding.Outlook | redistricting.Outlook | None, today: date
    ) -> dict[str, Any]:
        """What only a change of communities has: who loses a post, how many go where."""
        if not self.row.is_of_communities:
            return {}
        more: dict[str, Any] = {"ended": redistricting.ended_posts(self.row, today)}
        if isinstance(found, redistricting.Outlook):
            numbers = redistricting.numbers_of(found, self.actor, self.at)
            more["communities"] = [(one, numbers[one.code]) for one in found.headings]
            more["split"] = found.split
        return more


pages: tuple[type[ui.Page], ...] = (RegridList, StartRegrid, DrawRegrid, RegridPage)
