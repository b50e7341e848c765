"""Named writes of the office's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.workdays import YearDays, YearNotAnnouncedError, calendar_from_package
from gezhi.core.journal.actions import action, note
from gezhi.core.office import queries, rights
from gezhi.core.office.models import OfficeHours, WorkYear
from gezhi.core.office.rules import read_announced, with_day

FIRST_YEAR, LAST_YEAR = 2018, 2040


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours from one day of the year (MMDD) to another, both included."""

    first: int
    last: int
    opens: time
    noon: time
    resumes: time
    closes: time


def furnish_calendar(*, at: datetime) -> None:
    """The announced years an office starts with; what it has already stays as it is."""
    have = set(WorkYear.objects.values_list("year", flat=True))
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        try:
            days = calendar_from_package([year])[year]
        except YearNotAnnouncedError:
            return
        if year not in have:
            _store(year, days, _("国务院办公厅 %(year)s 年节假日安排") % {"year": year}, "", at)


def _store(year: int, days: YearDays, source: str, by: str, at: datetime) -> WorkYear:
    row, _made = WorkYear.objects.update_or_create(
        year=year,
        defaults={
            "days_off": sorted(days.days_off),
            "days_worked": sorted(days.days_worked),
            "source": source,
            "entered_by": by,
            "entered_at": at,
        },
    )
    queries.calendar.forget()
    return row


@action("office.bring_year", _lazy("导入年度工作日历"), right=rights.SET)
def bring_year(*, year: int, source: str, text: str, by: Actor, at: datetime) -> WorkYear:
    """Take in the announced list of a year, a day to a line; replaces what there was."""
    if not source.strip():
        raise Refusal(_("请写明依据文件"), "office.no_source", field="source")
    read = read_announced(text, year)
    if read.faults:
        said = "；".join(str(fault) for fault in read.faults[:5])
        raise Refusal(said, "office.unreadable_days", field="text")
    row = _store(year, read.days, source.strip(), by.name, at)
    changes = {"year": year, "off": len(row.days_off), "worked": len(row.days_worked)}
    note(changes=changes, why=row.source)
    return row


@action("office.correct_day", _lazy("更正工作日"), right=rights.SET)
def correct_day(*, day: date, works: bool, reason: str, by: Actor, at: datetime) -> WorkYear:
    """Say that the office works on one day, or does not; the year must have been brought."""
    row = WorkYear.objects.select_for_update().filter(year=day.year).first()
    if row is None:
        raise Refusal(
            _("%(year)s 年的节假日安排尚未导入") % {"year": day.year}, "office.no_year", field="day"
        )
    if not reason.strip():
        raise Refusal(_("请填写事由"), "office.no_reason", field="reason")
    days = with_day(row.days, day, works=works)
    if days == row.days:
        raise Refusal(_("没有改动"), "office.unchanged", field="day")
    row.days_off, row.days_worked = sorted(days.days_off), sorted(days.days_worked)
    row.save(update_fields=["days_off", "days_worked"])
    queries.calendar.forget()
    note(changes={"day": str(day), "works": works}, why=reason.strip())
    return row


@action("office.set_hours", _lazy("设定办公时间"), right=rights.SET)
def set_hours(*, seasons: Sequence[Hours], source: str, by: Actor, at: datetime) -> None:
    """Office hours of each season; replaces what there was. Outside all of them 8:30 to 18:00."""
    for one in seasons:
        if not one.opens < one.noon < one.resumes < one.closes:
            raise Refusal(_("上下班时间须依次递增"), "office.hours_order", field="opens")
        for end in (one.first, one.last):
            try:
                date(2024, *divmod(end, 100))
            except ValueError:
                raise Refusal(
                    _("%(end)s 不是一个日期，请写成月日，如 0501") % {"end": end},
                    "office.no_day",
                    field="first",
                ) from None
    OfficeHours.objects.all().delete()
    for one in seasons:
        OfficeHours.objects.create(
            first=one.first, last=one.last, opens=one.opens, noon=one.noon,
            resumes=one.resumes, closes=one.closes, source=source.strip(),
        )  # fmt: skip
    queries.calendar.forget()
    note(changes={"seasons": len(seasons)}, why=source.strip())
