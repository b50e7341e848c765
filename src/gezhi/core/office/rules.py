"""What a list of announced days must be: days of one year that differ from the plain week.

The General Office of the State Council announces each year's holidays and make-up days in the
autumn before. Whoever types or brings them writes a day to a line, with 休 or 班 after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from gezhi.base.sentences import Sentence, _
from gezhi.base.workdays import YearDays, days_of

OFF: Final = frozenset({"休", "放假", "休息", "off"})
WORKED: Final = frozenset({"班", "上班", "调休", "补班", "work"})
_DAY: Final = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})日?")
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Announced:
    """A list as it was read: its days, and what is wrong with it line by line."""

    days: YearDays
    faults: tuple[Sentence, ...]


def read_announced(text: str, year: int) -> Announced:
    """Read a list such as `2027-02-10,休`; lines without a day and a word for it are headings.

    A day that is as in the plain week anyway (a Sunday off, a Monday worked) is left out, so that
    a list that names whole holidays is read as well.
    """
    off: set[date] = set()
    worked: set[date] = set()
    faults: list[Sentence] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = _DAY.search(line)
        words = {word.lower() for word in _WORD.findall(line[found.end() if found else 0 :])}
        if found is None and not words & (OFF | WORKED):
            continue
        at = {"number": number, "line": line.strip()[:40]}
        day = _date(found) if found else None
        if day is None:
            faults.append(Sentence(_("第 %(number)s 行没有日期：%(line)s"), at))
            continue
        if day.year != year:
            faults.append(Sentence(_("第 %(number)s 行不是所填年份的日期：%(line)s"), at))
            continue
        if bool(words & OFF) is bool(words & WORKED):
            faults.append(Sentence(_("第 %(number)s 行要写明“休”或“班”：%(line)s"), at))
            continue
        if day in off | worked:
            faults.append(Sentence(_("第 %(number)s 行的日期写了两次：%(line)s"), at))
            continue
        if words & OFF and day.weekday() < 5:
            off.add(day)
        elif words & WORKED and day.weekday() >= 5:
            worked.add(day)
    if not faults and not off:
        faults.append(Sentence(_("没有读到一个放假的工作日，请核对年份和写法")))
    return Announced(YearDays(frozenset(off), frozenset(worked)), tuple(faults))


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def working_days(days: YearDays, year: int) -> int:
    """How many days of a year the office works."""
    plain = sum(day.weekday() < 5 for day in days_of(year))
    return plain - len(days.days_off) + len(days.days_worked)


def with_day(days: YearDays, day: date, *, works: bool) -> YearDays:
    """The same list with one day worked or off."""
    off, worked = days.days_off - {day}, days.days_worked - {day}
    if day.weekday() < 5 and not works:
        off |= {day}
    elif day.weekday() >= 5 and works:
        worked |= {day}
    return YearDays(off, worked)


def months_of(days: YearDays, year: int) -> list[list[list[tuple[int, str] | None]]]:
    """A year as it hangs on a wall: months of weeks from Monday, days `off` or `worked`."""
    months: list[list[list[tuple[int, str] | None]]] = []
    for day in days_of(year):
        if day.day == 1:
            months.append([[None] * day.weekday()])
        elif day.weekday() == 0:
            months[-1].append([])
        mark = "off" if day in days.days_off else "worked" if day in days.days_worked else ""
        months[-1][-1].append((day.day, mark))
    return months
