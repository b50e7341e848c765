"""A filing: what, where, when, what stands against it; and a page for each of its steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.privacy import masks
from gezhi.core.privacy.pages.revealing import RevealPage
from gezhi.engines.matters import pages as matters
from gezhi.engines.matters import rights as of_matters
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import forms, queries, reviewing, rights
from gezhi.services.filings.check_rules import SIX, items_on_site
from gezhi.services.filings.matters import FILINGS
from gezhi.services.filings.models import Filing, State
from gezhi.services.filings.models.filings import NoPermit
from gezhi.services.filings.models.particulars import SEALED
from gezhi.services.filings.pages.lists import TONES

BESIDE_IT = ("history", "comments", "attachments", "answers")
UNSENT = (State.DRAFT, State.RETURNED)


def whole(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """A filing with all its page shows."""
    return queries.filings(actor, at).prefetch_related(*BESIDE_IT)


def _hours(matter: Matter) -> str:
    filing = matter.filing
    if filing.from_time is None or filing.to_time is None:
        return ""
    return f"{filing.from_time:%H:%M} — {filing.to_time:%H:%M}"


def _measures(matter: Matter) -> str:
    titles = dict(SIX)
    return "、".join(_now(titles[code]) for code in matter.filing.measures)


def _particulars(matter: Matter) -> list[tuple[str, str]]:
    """What this kind asks besides, as words; sealed fields stand in a section of their own."""
    filing = matter.filing
    return [
        (reviewing.label(name), words)
        for name in filing.kind.asks
        if name not in SEALED and (words := _words(filing, name))
    ]


def _words(filing: Filing, name: str) -> str:
    value: Any = getattr(filing, name)
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return _now("是") if value else _now("否")
    shown = getattr(filing, f"get_{name}_display", None)
    if callable(shown):
        return str(shown())
    if isinstance(value, list):
        titles = dict(forms.CHOICES.get(name, ()))
        return "、".join(_now(str(titles.get(one, one))) for one in value)
    return str(value)


def _masked(name: str, label: Any, kind: str) -> ui.Masked:
    return ui.Masked(f"filing.{name}", label, mask=masks.of(kind), reveal="filings.reveal")


SECTIONS = (
    ui.Section(
        _("施工"),
        (
            ui.Text("filing.kind", _("类型")),
            ui.Text("filing.site.name", _("工地")),
            ui.Text("filing.address", _("地点")),
            ui.Place("grid_id", _("网格")),
            ui.Date("filing.first_day", _("开始日期")),
            ui.Date("filing.last_day", _("结束日期")),
            ui.Computed("hours", _("每天时段"), give=_hours),
            ui.YesNo("filing.emergency", _("抢险抢修")),
        ),
    ),
    ui.Section(
        _("手续"),
        (
            ui.Text("filing.permit_no", _("许可证编号")),
            ui.Choice("filing.no_permit_reason", _("不需许可的原因"), choices=NoPermit),
            ui.YesNo("filing.noise_sensitive", _("周边有住宅、学校或医院")),
            ui.Text("filing.forwarded_to", _("转办部门")),
        ),
    ),
    ui.Section(
        _("现场"),
        (
            ui.Text("filing.unit_name", _("报备单位")),
            _masked("applicant", _("报备人"), "name"),
            _masked("applicant_phone", _("报备人电话"), "phone"),
            ui.Number("filing.workers", _("现场人数")),
            ui.Text("filing.machines", _("机械设备")),
            ui.Text("filing.risks", _("风险点")),
            ui.Computed("measures", _("六个百分之百"), give=_measures),
            ui.Moment("filing.pledged_at", _("承诺时间")),
        ),
    ),
)


def _again(matter: Matter) -> bool:
    return matter.state != State.DRAFT


ACTS = matters.acts_of(
    FILINGS,
    main=("submit", "check", "agree", "acknowledge"),
    danger=("refuse", "revoke", "suspend", "withdraw"),
)
BESIDE = (
    ui.Act(_("照上次再报"), "filings.again", rights.FILE, when=_again, icon="refresh"),
    ui.Act(_("发表意见"), "matters.comment", of_matters.INBOX, icon="message"),
    ui.Act(_("关注"), "matters.follow", of_matters.INBOX, icon="eye"),
)


class FilingPage(matters.MatterPage):
    path, name = "filings/<uuid:pk>/", "filings.filing"
    title = _("报备")
    right = rights.SEE
    rows = whole
    crumbs = ("filings.list",)
    workflow = FILINGS
    tones = TONES
    sections = SECTIONS
    acts = (*ACTS, *BESIDE)
    template = "filings/filing.html"

    def heading(self) -> str:
        return f"{self.row.number} {self.row.filing.kind} {self.row.filing.site.name}"

    def extra(self) -> dict[str, Any]:
        matter: Matter = self.row
        filing = matter.filing
        mine = rights.FILE.covers(self.actor, matter)
        unsent = matter.state in UNSENT
        titles = dict(items_on_site(filing.kind.code))
        return super().extra() | {
            "particulars": _particulars(matter),
            "findings": self.findings() if unsent else [],
            "parts": self.parts() if unsent and mine else [],
            "lacks": [reviewing.label(name) for name in filing.lacks] if unsent else [],
            "answers": [
                (_now(titles.get(one.item, one.item)), one.get_result_display(), one.result)
                for one in matter.answers.all()
            ],
            "site_address": reverse("filings.site", kwargs={"pk": filing.site_id}),
        }

    def findings(self) -> list[tuple[str, bool, str]]:
        """(sentence, whether it has to be mended, where) for everything found, hard ones first."""
        filing: Filing = self.row.filing
        found = reviewing.kept_findings(self.row, self.at)
        return [
            (str(one), one.hard, self.address(forms.part_of(filing, one.field)))
            for one in sorted(found, key=lambda one: not one.hard)
        ]

    def parts(self) -> list[tuple[str, str]]:
        return [(str(title), self.address(part)) for part, title in forms.PARTS]

    def address(self, part: str) -> str:
        return reverse("filings.fill", kwargs={"pk": self.row.pk, "part": part})


class FilingStep(matters.TakePage):
    """A step of a filing; its form knows the filing."""

    def form_arguments(self) -> dict[str, Any]:
        return {"step": self.step, "matter": self.row}


def facts(actor: Actor, at: datetime) -> QuerySet[Filing]:
    """The facts of filings, with the matter that says where they lie."""
    return Filing.objects.select_related("matter")


class RevealApplicant(RevealPage):
    path, name = "filings/<uuid:pk>/reveal/", "filings.reveal"
    crumbs = ("filings.list",)
    sees = rights.SEE_APPLICANT
    rows = facts
    fields = ("applicant", "applicant_phone", "safety_officer", "watcher")


STEPS = matters.step_pages(
    FILINGS,
    of=FilingPage,
    forms={step.code: forms.STEP_FORMS.get(step.code, forms.PlainForm) for step in FILINGS.steps},
    base=FilingStep,
)
pages = (
    FilingPage,
    RevealApplicant,
    *STEPS,
)
