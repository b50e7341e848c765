"""Rounds of sites: the list, one round with its steps, beginning one, and work without a filing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.engines.matters import pages as matters
from gezhi.engines.matters.actions import address_of
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.pages import columns as c
from gezhi.services.filings import actions, check_rules, forms, queries, rights
from gezhi.services.filings.actions.checking import in_words
from gezhi.services.filings.matters import SITE_CHECKS
from gezhi.services.filings.models import CheckState

TONES: Final[Mapping[str, str]] = {
    CheckState.OPEN: "info",
    CheckState.RECTIFYING: "bad",
    CheckState.WATCHING: "warn",
    CheckState.PASSED: "good",
    CheckState.HANDED_OVER: "neutral",
}


def _failed(matter: Matter) -> str:
    return in_words(matter.site_check.failed)


FAILED = ui.Computed("failed", _("不合格项"), give=_failed)


class CheckList(ui.ListPage):
    path, name = "filings/checks/", "filings.checks"
    title = _("工地检查")
    lead = _("六个百分之百、三员和公示牌；不合格的整改后第 1、3、7 天回头看")
    right = rights.SEE_CHECKS
    rows = queries.checks
    opens = "filings.site_check"
    columns = (
        c.NUMBER,
        ui.Text("site_check.site.name", _("工地")),
        c.PLACE,
        ui.Badge("state", _("状态"), choices=CheckState, tones=TONES),
        FAILED,
        c.DUE,
        c.OPENED,
    )
    filters = (
        ui.InPlace(),
        ui.Search("q", _("编号、工地"), fields=("number", "site_check__site__name")),
        ui.Choices("state", _("状态"), choices=CheckState),
        ui.YesOrNo("open", _("未办结"), column="ended_at__isnull"),
    )
    ordering = ("-opened_at", "-pk")
    tells_hidden = False
    nothing = _("还没有检查；打开一个工地，点“检查”")


BESIDE_IT = ("history", "comments", "attachments", "answers")


def whole(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """A round with all its page shows."""
    return queries.checks(actor, at).prefetch_related(*BESIDE_IT)


class CheckPage(matters.MatterPage):
    path, name = "filings/checks/<uuid:pk>/", "filings.site_check"
    title = _("工地检查")
    right = rights.SEE_CHECKS
    rows = whole
    crumbs = ("filings.checks",)
    workflow = SITE_CHECKS
    tones = TONES
    template = "filings/check.html"
    sections = (
        ui.Section(
            _("检查"),
            (
                ui.Text("site_check.site.name", _("工地")),
                ui.Text("site_check.site.address", _("地址")),
                ui.Place("grid_id", _("网格")),
                FAILED,
                ui.Number("site_check.days", _("整改期限（工作日）")),
                ui.Moment("due_at", _("到期")),
                ui.Number("site_check.look_backs", _("已回头看次数")),
                ui.Number("site_check.faults", _("不合格次数")),
            ),
        ),
    )
    acts = matters.acts_of(
        SITE_CHECKS, main=("mended", "look_back", "look_back_last"), danger=("hand_over",)
    )

    def heading(self) -> str:
        return f"{self.row.number} {self.row.site_check.site.name}"

    def extra(self) -> dict[str, Any]:
        titles = dict(check_rules.DUST)
        return super().extra() | {
            "answers": [
                (_now(titles.get(one.item, one.item)), one.get_result_display(), one.result)
                for one in self.row.answers.all()
            ],
            "site_address": reverse("filings.site", kwargs={"pk": self.row.site_check.site_id}),
        }


class BeginCheckPage(ui.FormPage):
    path, name = "filings/sites/<uuid:pk>/check/", "filings.begin_check"
    title = _("检查工地")
    lead = _("逐项看，逐项选；不合格的定整改期限")
    right = rights.INSPECT_SITE
    sees = rights.SEE_SITES
    rows = queries.plain_sites
    crumbs = ("filings.sites",)
    form = forms.SiteCheckForm
    button = _("提交检查")
    said = _("已记录")

    def act(self, data: dict[str, Any]) -> Any:
        answers = {code: data[code] for code, _title in check_rules.DUST if data.get(code)}
        check = actions.begin_check(
            site=self.row,
            answers=answers,
            photos=data["photos"],
            days=data["days"],
            said=data["said"],
            by=self.actor,
            at=self.at,
        )
        return reverse("filings.site_check", kwargs={"pk": check.pk})


class UnfiledPage(ui.FormPage):
    path, name = "filings/sites/<uuid:pk>/unfiled/", "filings.report_unfiled"
    title = _("未报备施工")
    lead = _("巡查发现没有报备就在施工的：立为案件，夜间无证明的按夜间违规立案")
    right = rights.INSPECT_SITE
    sees = rights.SEE_SITES
    rows = queries.plain_sites
    crumbs = ("filings.sites",)
    form = forms.UnfiledForm
    button = _("上报")
    said = _("已立为案件")

    def act(self, data: dict[str, Any]) -> Any:
        matter = actions.report_unfiled(
            site=self.row, kind=data["kind"], said=data["said"], by=self.actor, at=self.at
        )
        return address_of(matter)


pages: tuple[type[ui.Page], ...] = (
    CheckList,
    CheckPage,
    BeginCheckPage,
    UnfiledPage,
    *matters.step_pages(SITE_CHECKS, of=CheckPage, forms=forms.CHECK_FORMS),
)
