"""Taking up and digging up roads: strict zones, closed seasons, young roads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from gezhi.base.sentences import _
from gezhi.base.workdays import OfficeCalendar
from gezhi.services.filings import rules
from gezhi.services.filings.rules import Finding, Limits, Plan, Surroundings, Terms, Work, found

DAY: Final = timedelta(days=1)
ZONES: Final = (
    ("carriageway", _("车行道")),
    ("main_pavement", _("主干道人行道")),
    ("narrow_pavement", _("宽度不足 3 米的人行道")),
    ("crossing", _("路口、广场周围 50 米内")),
    ("bus_stop", _("公交站周围 10 米内")),
    ("hydrant", _("消火栓、检查井周围 3 米内")),
)
"""严格控制占用的路段（郑州市城市道路管理规定第十一条以下）."""


def about_road(plan: Plan, around: Surroundings) -> Iterator[Finding]:
    """The city's bans on taking up and digging up roads; emergency repair is exempt.

    郑州市城市道路管理规定第十一条至第十八条: strict zones; no digging for 5 years after a new
    build and 3 after a major repair, in the cold season, or around holidays and large events;
    emergency repair reports at once and brings its papers within 24 hours.
    """
    if plan.kind != Work.ROAD or plan.emergency:
        return
    if plan.near and not plan.police_consent.strip():
        titles = dict(ZONES)
        yield found(
            "strict_zone",
            "police_consent",
            _("位于严格控制路段（%(zones)s），须先取得交警同意"),
            zones="、".join(titles[code] for code in sorted(plan.near) if code in titles),
        )
    span = plan.span
    if not plan.digs or span is None:
        return
    yield from _young(plan, span[0], around.limits)
    if in_closed_season(span, around.limits):
        first, last = around.limits.dig_stop_from, around.limits.dig_stop_to
        yield found(
            "closed_season",
            "first_day",
            _("%(a)d 月 %(b)d 日至次年 %(c)d 月 %(d)d 日不得掘路"),
            a=first[0],
            b=first[1],
            c=last[0],
            d=last[1],
        )
    yield from _around_holidays(span, around)


def _young(plan: Plan, first: date, limits: Limits) -> Iterator[Finding]:
    since = (
        (plan.road_opened_on, limits.new_road_years, "road_opened_on"),
        (plan.road_repaired_on, limits.repaired_road_years, "road_repaired_on"),
    )
    for day, years, name in since:
        if day is not None and first < years_after(day, years):
            yield found(
                "young_road",
                name,
                _("新建或大修后 %(years)d 年内不得掘路，%(until)s 前不能报备"),
                years=years,
                until=f"{years_after(day, years):%Y-%m-%d}",
            )


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def in_closed_season(span: tuple[date, date], limits: Limits) -> bool:
    """Whether any day of a span lies in the season without digging, which runs over New Year."""
    first, last = span
    if (last - first).days >= 366:
        return True
    day = first
    while day <= last:
        here = (day.month, day.day)
        if here >= limits.dig_stop_from or here <= limits.dig_stop_to:
            return True
        day += DAY
    return False


def holidays(calendar: OfficeCalendar, year: int) -> list[tuple[date, date]]:
    """The announced holidays of a year with the weekends they join; none for an unknown year.

    A holiday is a run of days without work that holds at least one announced day off.
    """
    announced = calendar.years.get(year)
    if announced is None:
        return []
    runs: list[tuple[date, date]] = []
    for day in sorted(announced.days_off):
        if runs and day <= runs[-1][1]:
            continue
        first = last = day
        while _is_free(calendar, first - DAY, year):
            first -= DAY
        while _is_free(calendar, last + DAY, year):
            last += DAY
        runs.append((first, last))
    return runs


def _is_free(calendar: OfficeCalendar, day: date, year: int) -> bool:
    return day.year == year and not calendar.is_workday(day)


def _around_holidays(span: tuple[date, date], around: Surroundings) -> Iterator[Finding]:
    limits = around.limits
    years = range(span[0].year, span[1].year + 2)
    times = [(_("法定节假日"), *one) for year in years for one in holidays(around.calendar, year)]
    times += [(one.name, one.first, one.last) for one in around.quiet if not one.is_exam]
    for name, first, last in times:
        begins = first - timedelta(days=limits.before_holidays)
        ends = last + timedelta(days=limits.after_holidays)
        if begins <= span[1] and span[0] <= ends:
            yield found(
                "holiday",
                "first_day",
                _("%(name)s前 %(before)d 日至后 %(after)d 日（%(since)s 至 %(until)s）不得掘路"),
                name=name,
                before=limits.before_holidays,
                after=limits.after_holidays,
                since=f"{begins:%m-%d}",
                until=f"{ends:%m-%d}",
            )
            return


def findings(plan: Plan, terms: Terms, around: Surroundings, filed_at: datetime) -> list[Finding]:
    """Everything the rules of time, papers and roads have to say, in the order one fills it in."""
    return [
        *rules.about_time(plan, terms, around, filed_at),
        *rules.about_quiet(plan, terms, around),
        *rules.about_permit(plan, around.limits),
        *rules.about_night(plan),
        *rules.about_spoil(plan),
        *about_road(plan, around),
    ]
