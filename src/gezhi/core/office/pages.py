"""The office's calendar on screen: a year at a glance, and how it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.core.office import actions, forms, queries, rights, rules
from gezhi.core.office.models import OfficeHours, WorkYear


class Calendar(ui.Page):
    """A year as it hangs on a wall: who works when, and by what paper."""

    path, name = "office/calendar/", "office.calendar"
    title = _("工作日历")
    right = rights.SEE
    template = "office/year.html"

    def get(self) -> HttpResponseBase:
        today = timezone.localdate(self.at)
        text = self.request.GET.get("year", "")
        chosen = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
        years = list(WorkYear.objects.values_list("year", flat=True))
        row = WorkYear.objects.filter(year=chosen).first()
        more: dict[str, Any] = {
            "year": chosen,
            "years": years,
            "row": row,
            "months": enumerate(rules.months_of(row.days, chosen), start=1) if row else (),
            "number": rules.working_days(row.days, chosen) if row else None,
            "hours": OfficeHours.objects.all(),
            "may_set": rights.SET.held_by(self.actor),
            "next_missing": today.month >= 11 and today.year + 1 not in years,
            "next_year": today.year + 1,
        }
        return self.render(more)


class _Keeping(ui.FormPage):
    """A form that changes the calendar."""

    right = rights.SET
    crumbs = ("office.calendar",)
    done = "office.calendar"


class BringYear(_Keeping):
    path, name = "office/calendar/year/", "office.bring_year"
    title = _("导入年度安排")
    lead = _("国务院办公厅每年秋天公布下一年的节假日；导入后，期限按它计算")
    form = forms.YearForm
    button = _("导入")
    said = _("已导入")

    def initial(self) -> dict[str, Any]:
        return {"year": timezone.localdate(self.at).year + 1}

    def act(self, data: dict[str, Any]) -> str:
        row = actions.bring_year(
            year=data["year"], source=data["source"], text=data["text"], by=self.actor, at=self.at
        )
        return f"{reverse('office.calendar')}?year={row.year}"


class CorrectDay(_Keeping):
    path, name = "office/calendar/day/", "office.correct_day"
    title = _("更正一天")
    lead = _("如当地临时放假；已经算出的期限不变")
    form = forms.DayForm
    said = _("已更正")

    def act(self, data: dict[str, Any]) -> str:
        row = actions.correct_day(**data, by=self.actor, at=self.at)
        return f"{reverse('office.calendar')}?year={row.year}"


class SetHours(_Keeping):
    path, name = "office/calendar/hours/", "office.set_hours"
    title = _("设定办公时间")
    form = forms.HoursForm

    def initial(self) -> dict[str, Any]:
        hours = queries.calendar().seasons[0].hours
        (opens, noon), (resumes, closes) = hours
        return {"opens": opens, "noon": noon, "resumes": resumes, "closes": closes}

    def act(self, data: dict[str, Any]) -> str:
        day = {name: data[name] for name in ("opens", "noon", "resumes", "closes")}
        seasons = []
        if data["summer_first"] is not None:
            seasons.append(
                actions.Hours(
                    data["summer_first"], data["summer_last"], data["opens"], data["noon"],
                    data["summer_resumes"], data["summer_closes"],
                )
            )  # fmt: skip
        seasons.append(actions.Hours(101, 1231, **day))
        actions.set_hours(seasons=seasons, source=data["source"], by=self.actor, at=self.at)
        return reverse("office.calendar")


pages: tuple[type[ui.Page], ...] = (Calendar, BringYear, CorrectDay, SetHours)
