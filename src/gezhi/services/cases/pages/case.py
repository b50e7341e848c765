"""A case: what, where, who, how far it has come; and a page for each of its steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.privacy import masks
from gezhi.core.privacy.pages.revealing import RevealPage
from gezhi.core.staff.models import Unit
from gezhi.engines.matters import pages as matters
from gezhi.engines.matters import rights as of_matters
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights
from gezhi.services.cases.forms import STEP_FORMS, VOID_REASONS
from gezhi.services.cases.matters import CASES
from gezhi.services.cases.models import Case, Source
from gezhi.services.cases.pages.lists import TONES


def whole(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """A case with all its page shows."""
    return queries.cases(actor, at).prefetch_related("history", "comments", "clocks")


def _unit(matter: Matter) -> str:
    found = Unit.objects.filter(pk=matter.unit_id).first() if matter.unit_id else None
    return found.name if found else ""


def _limit(matter: Matter) -> str:
    category: Any = matter.case.category
    return f"{category.amount.normalize():f} {category.get_unit_display()}" if category else ""


BESIDE = (
    ui.Act(_("发表意见"), "matters.comment", of_matters.INBOX, icon="message"),
    ui.Act(_("关注"), "matters.follow", of_matters.INBOX, icon="eye"),
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
                ui.Long("case.description", _("描述")),
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
                ui.Text("case.result", _("处置结果")),
                ui.Choice("case.void_reason", _("不予立案原因"), choices=VOID_REASONS),
            ),
        ),
        ui.Section(
            _("来源"),
            (
                ui.Choice("case.source", _("来源"), choices=Source),
                ui.Moment("opened_at", _("上报时间")),
                ui.Masked(
                    "case.reporter", _("反映人"), mask=masks.of("name"), reveal="cases.reveal"
                ),
                ui.Masked(
                    "case.reporter_phone",
                    _("反映人电话"),
                    mask=masks.of("phone"),
                    reveal="cases.reveal",
                ),
                ui.Number("case.joined", _("同诉人数")),
            ),
        ),
    )
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


pages = (CasePage, RevealReporter, *matters.step_pages(CASES, of=CasePage, forms=STEP_FORMS))
