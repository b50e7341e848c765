"""A case: what, where, who, how far it has come; and a page for each of its steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.privacy import masks
from gezhi.core.privacy.pages.revealing import RevealPage
from gezhi.core.staff.models import Unit
from gezhi.engines.matters import pages as matters
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights
from gezhi.services.cases.forms import ENDED_UNFILED, STEP_FORMS, SUSPENDED_FOR
from gezhi.services.cases.matters import CASES
from gezhi.services.cases.models import Case, Source
from gezhi.services.cases.pages.lists import TONES
from gezhi.services.cases.pages.masked import TextOfCase
from gezhi.services.cases.pages.suggesting import CategorisePage
from gezhi.services.cases.public.columns import Confided


def whole(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """A case with all its page shows; the unit's name comes along, not asked for again."""
    unit = Unit.objects.filter(pk=OuterRef("unit_id")).values("name")
    rows = queries.cases(actor, at).select_related("case__merged_into__matter")
    return rows.annotate(unit_name=Subquery(unit)).prefetch_related(*matters.SHOWN)


def _unit(matter: Matter) -> str:
    name: str | None = getattr(matter, "unit_name", None)
    return name or ""


def _is_merged(matter: Matter) -> bool:
    return matter.case.merged_into_id is not None


def _was_suspended(matter: Matter) -> bool:
    return matter.case.plan_on is not None


def _was_called(matter: Matter) -> bool:
    return matter.case.call_back_drawn or matter.case.answered is not None


def _limit(matter: Matter) -> str:
    category: Any = matter.case.category
    return f"{category.amount.normalize():f} {category.get_unit_display()}" if category else ""


def _is_open(matter: Matter) -> bool:
    return matter.ended_at is None


def _is_closed(matter: Matter) -> bool:
    return matter.case.closed_at is not None


def _has_joiners(matter: Matter) -> bool:
    return matter.case.joined > 0


BESIDE = (
    ui.Act(_("同诉人"), "cases.joiners", rights.SEE_JOINERS, when=_has_joiners, icon="users"),
    ui.Act(_("公开答复"), "cases.show", rights.FILE, icon="share"),
    ui.Act(_("答复追评"), "cases.answer_replies", rights.FILE, when=_is_closed, icon="message"),
    ui.Act(_("督办"), "cases.oversee", rights.OVERSEE, when=_is_open, icon="bell"),
    ui.Act(_("吹哨"), "cases.blow_for", rights.WHISTLE, when=_is_open, icon="users-group"),
    *matters.BESIDE,
    ui.Act(_("相近案件"), "cases.alike", rights.FILE, icon="search", when=_is_open),
)


class CasePage(matters.MatterPage):
    path, name = "cases/<uuid:pk>/", "cases.case"
    title = _("案件")
    right = rights.SEE
    rows = whole
    crumbs = ("cases.list",)
    workflow = CASES
    tones = TONES
    sections = (
        ui.Section(
            _("问题"),
            (
                TextOfCase("case.description", _("描述")),
                ui.Text("case.address", _("地点")),
                ui.Place("grid_id", _("网格")),
                ui.Text("case.category", _("类别")),
                ui.Text("case.category.filing_condition", _("立案条件")),
                ui.Text("case.category.closing_condition", _("结案条件")),
            ),
        ),
        ui.Section(
            _("办理"),
            (
                ui.Computed("unit", _("责任单位"), give=_unit),
                ui.Computed("limit", _("处置时限"), give=_limit),
                ui.Moment("due_at", _("到期")),
                ui.Number("case.returns", _("退回次数")),
                ui.Number("case.reworks", _("返工次数")),
                TextOfCase("case.result", _("处置结果"), landlines=False),
                ui.Choice("case.void_reason", _("不予立案原因"), choices=ENDED_UNFILED),
                ui.Number("case.asked_days", _("申请延长工作日")),
            ),
        ),
        ui.Section(
            _("并案"),
            (
                ui.Link(
                    "case.merged_into.matter.number",
                    _("已并入"),
                    to="cases.case",
                    key_source="case.merged_into_id",
                ),
            ),
            when=_is_merged,
        ),
        ui.Section(
            _("挂账"),
            (
                ui.Choice("case.suspended_for", _("挂账原因"), choices=SUSPENDED_FOR),
                ui.Date("case.plan_on", _("计划恢复")),
                ui.Date("case.review_on", _("下次复查")),
            ),
            when=_was_suspended,
        ),
        ui.Section(
            _("回访"),
            (
                ui.Number("case.call_back_tries", _("回访次数")),
                ui.YesNo("case.answered", _("接通")),
                ui.YesNo("case.solved", _("已解决")),
                ui.YesNo("case.satisfied", _("满意")),
                ui.Moment("case.call_again_at", _("再次回访不早于")),
            ),
            when=_was_called,
        ),
        ui.Section(
            _("来源"),
            (
                ui.Choice("case.source", _("来源"), choices=Source),
                ui.Moment("opened_at", _("上报时间")),
                Confided(
                    "case.reporter", _("反映人"), mask=masks.of("name"), reveal="cases.reveal"
                ),
                Confided(
                    "case.reporter_phone",
                    _("反映人电话"),
                    mask=masks.of("phone"),
                    reveal="cases.reveal",
                ),
                ui.Number("case.joined", _("同诉人数")),
            ),
        ),
    )
    related = (matters.RELATED,)
    acts = (
        *matters.acts_of(
            CASES,
            main=("file", "dispatch", "accept", "feed_back", "pass_check", "close", "confirm"),
            danger=("void", "fail_check"),
        ),
        *BESIDE,
    )

    def heading(self) -> str:
        return f"{self.row.number} {self.row.title}"


def facts(actor: Actor, at: datetime) -> QuerySet[Case]:
    """The facts of cases, with the matter that says where they lie."""
    return Case.objects.select_related("matter")


class RevealReporter(RevealPage):
    path, name = "cases/<uuid:pk>/reveal/", "cases.reveal"
    crumbs = ("cases.list",)
    sees = rights.SEE_REPORTER
    rows = facts
    fields = ("reporter_phone", "reporter")


class AskTimePage(matters.TakePage):
    lead = _("须在到期前申请；批准前原时限不变，不批准仍按原时限")


class GrantTimePage(matters.TakePage):
    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "days": self.row.case.asked_days}


class ReportAgainPage(matters.TakePage):
    lead = _("同一处刚结案又出现的，重新派给原单位，按返工计")

    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "said": self.request.GET.get("said", "")[:500]}


pages = (
    CasePage,
    RevealReporter,
    *matters.step_pages(
        CASES,
        of=CasePage,
        forms=STEP_FORMS,
        rows=queries.cases,
        bases={
            "file": CategorisePage,
            "handle_here": CategorisePage,
            "ask_time": AskTimePage,
            "grant_time": GrantTimePage,
            "report_again": ReportAgainPage,
        },
    ),
)
