"""Filing from a phone: which site, which work, then three short steps; or again as last time."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.engines.matters import refusing
from gezhi.services.filings import actions, forms, queries, reviewing, rights
from gezhi.services.filings.models import Filing, State
from gezhi.services.filings.models.particulars import SEALED


class BeginPage(ui.FormPage):
    path, name = "filings/new/", "filings.begin"
    title = _("新报备")
    lead = _("选好工地和类型，能填的都替您填好")
    right = rights.MY_SITES
    crumbs = ("filings.list",)
    form = forms.BeginForm
    button = _("开始填写")
    said = _("已存草稿")

    def form_arguments(self) -> dict[str, Any]:
        sites = rights.MY_SITES.rows(queries.plain_sites(self.actor, self.at), self.actor)
        return {"sites": sites}

    def initial(self) -> dict[str, Any]:
        sites = list(self.form_arguments()["sites"][:2])
        return {"site": sites[0].pk} if len(sites) == 1 else {}

    def act(self, data: dict[str, Any]) -> Any:
        filing = actions.draft_filing(
            site=data["site"], kind=data["kind"], by=self.actor, at=self.at
        )
        return first_part(filing)


class BeginAtPage(ui.FormPage):
    """The same, begun from the page of a site."""

    path, name = "filings/sites/<uuid:pk>/new/", "filings.begin_at"
    title = _("新报备")
    lead = _("选好类型，能填的都替您填好")
    right = rights.MY_SITES
    sees = rights.SEE_SITES
    rows = queries.plain_sites
    crumbs = ("filings.sites",)
    form = forms.KindOfWorkForm
    button = _("开始填写")
    said = _("已存草稿")

    def act(self, data: dict[str, Any]) -> Any:
        filing = actions.draft_filing(site=self.row, kind=data["kind"], by=self.actor, at=self.at)
        return first_part(filing)


def first_part(filing: Filing) -> str:
    """Where filling in begins."""
    return reverse("filings.fill", kwargs={"pk": filing.pk, "part": forms.PARTS[0][0]})


class FillPage(ui.FormPage):
    """One step of filling in; each is kept as it is left."""

    path, name = "filings/<uuid:pk>/fill/<slug:part>/", "filings.fill"
    title = _("填写报备")
    right = rights.FILE
    sees = rights.SEE
    rows = queries.filings
    crumbs = ("filings.list",)
    form = forms.FillForm
    template = "filings/fill.html"
    button = _("保存，下一步")
    said = ""

    @property
    def filing(self) -> Filing:
        found: Filing = self.row.filing
        return found

    @property
    def part(self) -> str:
        part: str = self.kwargs["part"]
        if part not in dict(forms.PARTS):
            raise Http404
        return part

    def heading(self) -> str:
        return f"{self.filing.kind} {self.filing.site.name}"

    def form_arguments(self) -> dict[str, Any]:
        return {"filing": self.filing, "part": self.part}

    def initial(self) -> dict[str, Any]:
        names = forms.names_of(self.filing, self.part)
        return {
            name: getattr(self.filing, name)
            for name in names
            if name not in SEALED and getattr(self.filing, name) is not None
        }

    def refusal(self) -> Refusal | None:
        fillable = self.row.state in (State.DRAFT, State.RETURNED)
        return None if fillable else refusing.moved_on(self.row)

    def extra(self) -> dict[str, Any]:
        number = [part for part, _title in forms.PARTS].index(self.part)
        return {
            "stages": [
                (
                    title,
                    "done" if place < number else "now" if place == number else "todo",
                    reverse("filings.fill", kwargs={"pk": self.row.pk, "part": part}),
                )
                for place, (part, title) in enumerate(forms.PARTS)
            ],
            "lacks": [reviewing.label(one) for one in self.filing.lacks if one in self.fields],
        }

    @property
    def fields(self) -> list[str]:
        return forms.names_of(self.filing, self.part)

    def act(self, data: dict[str, Any]) -> Any:
        actions.fill_in(matter=self.row, values=data, by=self.actor, at=self.at)
        parts = [part for part, _title in forms.PARTS]
        following = parts[parts.index(self.part) + 1 :]
        if following and "_later" not in self.request.POST:
            return reverse("filings.fill", kwargs={"pk": self.row.pk, "part": following[0]})
        return reverse("filings.filing", kwargs={"pk": self.row.pk})


class RepeatPage(ui.FormPage):
    path, name = "filings/<uuid:pk>/again/", "filings.again"
    title = _("照上次再报")
    lead = _("只改日期；其余与上次相同，提交后直接进入核实")
    right = rights.FILE
    sees = rights.SEE
    rows = queries.filings
    crumbs = ("filings.list",)
    form = forms.RepeatForm
    button = _("提交报备")
    said = _("已提交")
    done = "filings.filing"

    def form_arguments(self) -> dict[str, Any]:
        return {"filing": self.row.filing}

    def initial(self) -> dict[str, Any]:
        filing: Filing = self.row.filing
        today = timezone.localdate(self.at)
        span = filing.last_day - filing.first_day if filing.last_day and filing.first_day else None
        return {
            "first_day": today,
            "last_day": today + span if span is not None else today,
            "from_time": filing.from_time,
            "to_time": filing.to_time,
        }

    def refusal(self) -> Refusal | None:
        if self.row.state == State.DRAFT:
            return Refusal(_now("这是草稿，请直接填完提交"), "filings.is_draft")
        return None

    def act(self, data: dict[str, Any]) -> Any:
        values = dict(data)
        values.pop("pledge")
        return actions.repeat_filing(
            filing=self.row.filing,
            first_day=values.pop("first_day"),
            last_day=values.pop("last_day"),
            signature=values.pop("signature"),
            values=values,
            by=self.actor,
            at=self.at,
        )

    def after(self, result: Any) -> str:
        return reverse("filings.filing", kwargs={"pk": result.pk})


pages: tuple[type[ui.Page], ...] = (BeginPage, BeginAtPage, FillPage, RepeatPage)
