"""Dates as clerks write them, kept as exactly as they were known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.base.text import without_spaces
from gezhi.core.places.address_parts import NUMERAL, arabic
from gezhi.core.registry.cleaning import NOT_APPLICABLE, cell_as_text
from gezhi.core.registry.findings import Cleaned, cleaned, refused, warned

SERIALS: Final = range(10_000, 73_051)
"""Excel's day numbers of five digits, 1927-05-18 to 2099-12-31; four digits are a year."""
_LIKE_MONTHS: Final = range(19_900, 20_310)
"""Serials of 1954 and 1955 that look like a year of ours and a month: 20229."""
_SERIAL_ZERO: Final = date(1899, 12, 30)
_YEARS: Final = range(1900, 2100)

READ_AS: Final = Reason("date_read", _("日期已读作 %(read)s。"))
FROM_SERIAL: Final = Reason("date_serial", _("表格的日期序号已换成日期 %(read)s。"))
PARTIAL: Final = Reason("date_partial", _("只写到%(precision)s，按 %(read)s 记录，日后可补全。"))
CENTURY: Final = Reason("date_century", _("两位年份按最近的年份读作 %(read)s，请核对。"))
NO_YEAR: Final = Reason("date_no_year", _("日期没有年份，请写成“2022-09-01”。"))
LOST_ZERO: Final = Reason(
    "date_lost_zero",
    _("年份后的 .1 可能是 1 月，也可能是丢了 0 的 10 月；请写成“2022-01”或“2022-10”。"),
)
SERIAL_OR_MONTH: Final = Reason(
    "date_serial_or_month", _("五位数字可能是日期序号，也可能是年月；请写成“2022-09-01”。")
)
IMPOSSIBLE: Final = Reason("date_impossible", _("没有这一天，请核对。"))
SHAPE: Final = Reason("date_shape", _("看不懂这个日期，请写成“2022-09-01”。"))

_MARKED: Final = re.compile(
    r"^(\d{4}|\d{2})[年./\-](\d{1,2})(?:[月./\-](?:(\d{1,2})[日号]?)?)?$", re.A
)
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})?$", re.A)
_POINT_ONE: Final = re.compile(r"^\d{4}\.1$", re.A)
_SERIAL: Final = re.compile(r"^(\d{5})(?:\.\d+)?$", re.A)
_YEAR: Final = re.compile(r"^(\d{4})年?$", re.A)
_MONTH_DAY: Final = re.compile(r"^\d{1,2}(?:月|[./\-])\d{1,2}[日号]?$", re.A)
_TIME: Final = re.compile(r"(?<=\d)[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", re.A)
_ISO: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.A)
_NUMERALS: Final = re.compile(rf"[{NUMERAL}]+(?=[年月日号]|$)")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known to the year, the month or the day."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def first(self) -> date:
        """The first day it may be: what a date column stores."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def precision(self) -> str:
        return "day" if self.day else "month" if self.month else "year"

    def agrees_with(self, day: date) -> bool:
        """Whether a full date may be the one meant."""
        return (
            self.year == day.year
            and self.month in (None, day.month)
            and self.day in (None, day.day)
        )

    def __str__(self) -> str:
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)


def clean_date(cell: object, field: str, *, today: date | None = None) -> Cleaned[PartialDate]:
    """Rule 9: 2022.9.1, 2022/9/1, 20220901, 2022年9月, 22年9月1日, Excel serials, real dates.

    A two-digit year is the latest one not after `today`'s and comes with a warning; without
    `today` it is refused. Precision is kept: 2022.9 is a month.
    """
    before = cell_as_text(cell)
    if isinstance(cell, date):
        return Cleaned(PartialDate(cell.year, cell.month, cell.day))
    text = without_spaces(_TIME.sub("", before.strip())).lstrip("'").upper()
    if not text:
        return Cleaned()
    if text in NOT_APPLICABLE:
        return Cleaned(None, (), not_applicable=True)
    if _POINT_ONE.match(text):
        return Cleaned(None, (refused(9, field, before, LOST_ZERO),))
    if (serial := _serial(text)) is not None:
        if int(text[:5]) in _LIKE_MONTHS:
            return Cleaned(None, (refused(9, field, before, SERIAL_OR_MONTH),))
        return _told(field, before, serial, FROM_SERIAL)
    text = _NUMERALS.sub(lambda numeral: arabic(numeral.group()), text)
    return _written(field, before, text, today)


def _written(field: str, before: str, text: str, today: date | None) -> Cleaned[PartialDate]:
    match = _MARKED.match(text) or _COMPACT.match(text) or _YEAR.match(text)
    if match is None or (len(match.group(1)) == 2 and today is None):
        reason = NO_YEAR if _MONTH_DAY.match(text) else SHAPE
        return Cleaned(None, (refused(9, field, before, reason),))
    groups = [*match.groups(), None, None]
    year, month, day = (int(group) if group else None for group in groups[:3])
    short = len(match.group(1)) == 2
    if short and today is not None and year is not None:
        year += today.year // 100 * 100
        year -= 100 if year > today.year else 0
    partial = _real(year, month, day)
    if partial is None:
        return Cleaned(None, (refused(9, field, before, IMPOSSIBLE),))
    if short:
        return _told(field, before, partial, CENTURY, look=True)
    if partial.precision != "day":
        return _told(field, before, partial, PARTIAL, look=True)
    if _ISO.match(before):
        return Cleaned(partial)
    return _told(field, before, partial, READ_AS)


def _serial(text: str) -> PartialDate | None:
    """A date from Excel's day number, its time of day dropped."""
    match = _SERIAL.match(text)
    if match is None or int(match.group(1)) not in SERIALS:
        return None
    day = _SERIAL_ZERO + timedelta(days=int(match.group(1)))
    return PartialDate(day.year, day.month, day.day)


def _real(year: int | None, month: int | None, day: int | None) -> PartialDate | None:
    if year is None or year not in _YEARS:
        return None
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return PartialDate(year, month, day)


def _told(
    field: str, before: str, value: PartialDate, reason: Reason, *, look: bool = False
) -> Cleaned[PartialDate]:
    precision = {"day": "日", "month": "月", "year": "年"}[value.precision]
    filled = Reason(reason.code, reason.pattern, {"read": str(value), "precision": precision})
    say = warned if look else cleaned
    return Cleaned(value, (say(9, field, before, str(value), filled),))


def serial_of(day: datetime | date) -> int:
    """Excel's day number of a date, for sheets written back."""
    plain_day = day.date() if isinstance(day, datetime) else day
    return (plain_day - _SERIAL_ZERO).days
