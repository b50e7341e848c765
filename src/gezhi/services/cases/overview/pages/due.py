"""时限日历: how many cases are due on each day of a month."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.layout import link
from gezhi.base.workdays import OfficeCalendar
from gezhi.core.office.queries import calendar
from gezhi.services.cases import rights
from gezhi.services.cases.overview import queries, rules
from gezhi.services.cases.overview.pages.tabs import tabs

WEEKDAYS = (_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))


class DueCalendar(ui.Page):
    """A month of limits; a day leads to its cases, and what is overdue stands in front."""

    path, name = "cases/calendar/", "cases.calendar"
    title = _("时限日历")
    right = rights.SEE
    template = "cases/overview/calendar.html"
    crumbs = ("cases.list",)

    def get(self) -> HttpResponseBase:
        today = timezone.localdate(self.at)
        first = rules.month_of(self.request.GET.get("month", ""), today)
        weeks = rules.weeks_of(first)
        due = queries.due_days(self.actor, self.at, weeks[0][0], weeks[-1][-1])
        days = calendar()
        rows = [[self.day(one, first, today, due, days) for one in week] for week in weeks]
        inside = [number for day, (number, _late) in due.items() if day.month == first.month]
        more = {
            "first": first,
            "before": f"{rules.month_before(first):%Y-%m}",
            "after": f"{rules.next_month(first):%Y-%m}",
            "is_now": first == today.replace(day=1),
            "weekdays": WEEKDAYS,
            "weeks": rows,
            "number": sum(inside),
            "overdue": queries.overdue(self.actor, self.at),
            "overdue_address": f"{link('cases.list')}?late=1&sort=due_at",
            "today_address": _cases_of(today),
            "today_number": due.get(today, (0, 0))[0],
            "known": days.covers(first),
            "tabs": tabs(self.actor),
        }
        return self.render(more)

    def day(
        self,
        day: date,
        first: date,
        today: date,
        due: dict[date, tuple[int, int]],
        days: OfficeCalendar,
    ) -> dict[str, Any]:
        number, late = due.get(day, (0, 0))
        return {
            "day": day,
            "number": number,
            "late": late,
            "today": day == today,
            "outside": day.month != first.month,
            "off": not days.is_workday(day),
            "worked": days.is_workday(day) and day.weekday() >= SATURDAY,
            "holiday": not days.is_workday(day) and day.weekday() < SATURDAY,
            "address": _cases_of(day),
        }


SATURDAY = 5


def _cases_of(day: date) -> str:
    """The list of what is due on a day."""
    asked = {"open": "1", "due_from": day.isoformat(), "due_to": day.isoformat(), "sort": "due_at"}
    return f"{link('cases.list')}?{urlencode(asked)}"


pages: tuple[type[ui.Page], ...] = (DueCalendar,)
