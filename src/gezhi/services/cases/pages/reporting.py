"""Reporting from a phone: what, where, sent; and what is open there already is offered first."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.core.places import queries as places
from gezhi.core.places.models import Building
from gezhi.services.cases import actions, queries, rights, rules
from gezhi.services.cases.forms import ReportForm
from gezhi.services.cases.models import Case, Source
from gezhi.services.cases.pages.suggesting import with_pick


class ReportPage(ui.FormPage):
    path, name = "cases/report/", "cases.report"
    title = _("上报问题")
    lead = _("说清什么问题、在哪里，就可以提交")
    right = rights.REPORT
    form = ReportForm
    button = _("提交")
    said = _("已上报，以后可在“我发起的”里看进展")
    done = "cases.case"
    template = "cases/report.html"

    @cached_property
    def _told(self) -> forms.Form:
        sent = with_pick(self.request.POST)
        return self.form(sent, self.request.FILES, **self.form_arguments())

    def bound(self) -> forms.Form:
        """What was sent, read once: it is asked for duplicates first, and then reported."""
        return self._told

    def post(self) -> HttpResponseBase:
        form = self.bound()
        if form.is_valid() and "_anyway" not in self.request.POST:
            same = self.perhaps_same(form.cleaned_data)
            if same:
                return self._with_one_of(same, form.cleaned_data) or self.render(
                    {"form": form, "same": same, "refusal": ""}, status=409
                )
        return super().post()

    def _with_one_of(self, same: list[Case], data: dict[str, Any]) -> HttpResponseBase | None:
        """Join the open case that was pointed at, or open one again that was closed lately."""
        picked = self.request.POST.get("_same", "")
        case = next((one for one in same if str(one.pk) == picked), None)
        if case is None:
            return None
        told = actions.Joining(
            source=data["source"] or Source.PATROL,
            words=data["description"],
            reporter=data["reporter"],
            phone=data["phone"],
            confidential=data["confidential"],
        )
        if case.closed_at is None:
            actions.join(case=case, told=told, by=self.actor, at=self.at)
        else:
            actions.report_again(case=case, told=told, by=self.actor, at=self.at)
        messages.success(self.request, str(_("已并入，办理进展会告诉您")))
        return self.go(reverse("cases.case", kwargs={"pk": case.pk}))

    def perhaps_same(self, data: dict[str, Any]) -> list[Case]:
        """Cases open, or closed within the week, that this may be about and that are in reach."""
        category = data["category"]
        if category is None:
            return []
        spotted = rules.Spotted(data["lon"], data["lat"], self.at, data["address"].strip())
        found = queries.perhaps_same(spotted, queries.topic_of(category), lately=True)
        return [one for one in found if rights.JOIN.covers(self.actor, one.matter)]

    def act(self, data: dict[str, Any]) -> Any:
        where = queries.whereabouts(
            data["address"],
            data["lon"],
            data["lat"],
            by=self.actor,
            day=timezone.localdate(self.at),
        )
        told = actions.Report(
            source=data["source"] or Source.PATROL,
            description=data["description"],
            address=data["address"],
            place=places.known(where.place_id) if where.place_id else None,
            # found in memory, and nothing but its key is kept
            building=Building(pk=where.building_id) if where.building_id else None,
            category=data["category"],
            lon=data["lon"],
            lat=data["lat"],
            reporter=data["reporter"],
            phone=data["phone"],
            confidential=data["confidential"],
            photos=data["photos"],
        )
        return actions.report(told, by=self.actor, at=self.at).matter


class JoinPage(ui.ConfirmPage):
    path, name = "cases/<uuid:pk>/join/", "cases.join"
    title = _("就是这一件")
    right = rights.JOIN
    rows = queries.cases
    button = _("并入这一件")
    said = _("已并入，办理进展会告诉您")
    done = "cases.case"

    def consequences(self) -> list[str]:
        return [str(_("这个案件的同诉人数加一，您会看到它的进展，不再另立一件"))]

    def act(self, data: dict[str, Any]) -> Any:
        actions.join(case=self.row.case, by=self.actor, at=self.at)
        return self.row


pages = (ReportPage, JoinPage)
