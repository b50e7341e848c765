"""How the cells of an exported list are read: numbers, moments, texts. No database, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from gezhi.base.masking import mask_in_text
from gezhi.base.sentences import Reason, _
from gezhi.base.text import tidy, tidy_prose
from gezhi.core.registry.cleaning import cell_as_text
from gezhi.core.registry.cleaning_dates import clean_date
from gezhi.core.registry.findings import Cleaned, Finding, Treatment, refused, warned

ZONE: Final = ZoneInfo("Asia/Shanghai")
EARLIEST: Final = date(1990, 1, 1)
LONGEST: Final = {"detail": 4_000, "reply": 10_000, "number": 40, "address": 160, "reporter": 60}

NUMBER, MOMENT, TEXT, REPLY, PERSONAL, CATEGORY, LAYOUT = range(41, 48)
"""What a finding is about, beside the numbered rules of the registry's sheets."""
TITLES: Final = {
    NUMBER: _("工单编号"),
    MOMENT: _("时间"),
    TEXT: _("内容"),
    REPLY: _("答复"),
    PERSONAL: _("正文里的个人信息"),
    CATEGORY: _("类别"),
    LAYOUT: _("空白与排版"),
}

NO_NUMBER: Final = Reason(
    "hotline_no_number", _("没有工单编号；没有编号的行再次导入会重复，请补上。")
)
TWICE: Final = Reason("hotline_twice", _("编号与第 %(row)s 行相同；请核对是哪一行。"))
NO_TIME: Final = Reason("hotline_no_time", _("没有反映时间，请补上。"))
UNREAD: Final = Reason("hotline_time", _("看不懂这个时间，请写成“2022-09-01 08:30”。"))
DAY_ONLY: Final = Reason("hotline_day_only", _("只有日期，没有几点；按 %(read)s 记。"))
FUTURE: Final = Reason("hotline_future", _("时间还没有到，请核对。"))
TOO_EARLY: Final = Reason("hotline_early", _("时间早于 1990 年，请核对。"))
EMPTY: Final = Reason("hotline_empty", _("没有内容，请补上。"))
TOO_LONG: Final = Reason("hotline_long", _("超过 %(most)s 字，请分开或删减后再导入。"))
NO_REPLY_TIME: Final = Reason(
    "hotline_no_reply_time", _("有答复、没有答复时间；请补上，或删去答复按未办结导入。")
)
NO_REPLY: Final = Reason("hotline_no_reply", _("有答复时间、没有答复；按未办结导入。"))
BACKWARDS: Final = Reason("hotline_backwards", _("答复时间早于反映时间，请核对。"))
HAS_NUMBERS: Final = Reason(
    "hotline_personal", _("正文中有电话或证件号码；无权查看反映人的岗位看到的是打码的。")
)
TIDIED: Final = Reason("hotline_tidied", _("多余的空格和换行已整理。"))
UNKNOWN_CATEGORY: Final = Reason(
    "hotline_category", _("目录里没有“%(name)s”，类别留空，由受理人员定。")
)

_AT_TIME: Final = re.compile(
    r"^(?P<day>.*?[\d日号])[\sT]*?(?P<hour>[01]?\d|2[0-3])[:：时点](?P<minute>[0-5]\d|\d(?=分))?"
    r"(?:[:：分](?P<second>[0-5]\d)?)?(?:\.\d+)?秒?分?$",
    re.A,
)
_COMPACT: Final = re.compile(
    r"^(?P<day>\d{8})[\sT]*(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)"
    r"(?P<second>[0-5]\d)?$",
    re.A,
)
_SERIAL_ZERO: Final = datetime(1899, 12, 30)
_SERIALS: Final = (10_000.0, 73_051.0)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, and whether only its day was written."""

    at: datetime
    day_only: bool = False


def clean_moment(cell: object, field: str, *, end_of_day: bool = False) -> Cleaned[Moment]:
    """2019/4/25 9:32:09, 2019-04-25 09:32, 2019年4月25日9时32分, 20190425093209, Excel moments.

    A day without a time counts from its beginning; with `end_of_day` (an answer) to its end, so
    that no answer comes before its question. Without a zone it is the office's.
    """
    before = cell_as_text(cell)
    if isinstance(cell, datetime):
        return Cleaned(Moment(_zoned(cell)))
    if isinstance(cell, float) and _SERIALS[0] <= cell <= _SERIALS[1] and not cell.is_integer():
        return Cleaned(Moment(_zoned(_SERIAL_ZERO + timedelta(seconds=round(cell * 86_400)))))
    text = tidy(before)
    if not text:
        return Cleaned()
    found = _COMPACT.match(text) or _AT_TIME.match(text)
    day = clean_date(found["day"].strip() if found else cell, field)
    if day.value is None or day.value.precision != "day":
        return Cleaned(None, (refused(MOMENT, field, before, UNREAD),))
    if found is not None:
        hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
        return Cleaned(
            Moment(_zoned(datetime.combine(day.value.first, time(hour, minute, second))))
        )
    at = datetime.combine(day.value.first, time(23, 59, 59) if end_of_day else time())
    filled = Reason(DAY_ONLY.code, DAY_ONLY.pattern, {"read": f"{at:%Y-%m-%d %H:%M}"})
    said = warned(MOMENT, field, before, f"{at:%Y-%m-%d %H:%M}", filled)
    return Cleaned(Moment(_zoned(at), day_only=True), (said,))


def _zoned(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=ZONE)).astimezone(UTC)


def clean_number(cell: object, field: str) -> Cleaned[str]:
    """A number as text; one that a spreadsheet made a decimal is whole again."""
    text = tidy(cell_as_text(cell)).lstrip("'").replace(" ", "")
    text = re.sub(r"^(\d+)\.0$", r"\1", text)
    if not text:
        return Cleaned(None, (refused(NUMBER, field, "", NO_NUMBER),))
    return _short_enough(text, field, text)


def clean_words(cell: object, field: str) -> Cleaned[str]:
    """A text on one line, without runs of spaces; what is only punctuation is no text."""
    before = cell_as_text(cell)
    text = tidy_prose(before)
    if not any(sign.isalnum() for sign in text):
        return Cleaned()
    answer = _short_enough(text, field, before)
    said = answer.findings
    if text != before and not said:
        # told without the text: a thousand tidied texts are one line of the check
        said = (Finding(LAYOUT, Treatment.CLEANED, field, "", "", TIDIED),)
    return Cleaned(answer.value, said)


def _short_enough(text: str, field: str, before: str) -> Cleaned[str]:
    most = LONGEST.get(field)
    if most is None or len(text) <= most:
        return Cleaned(text)
    filled = Reason(TOO_LONG.code, TOO_LONG.pattern, {"most": most})
    return Cleaned(None, (refused(TEXT, field, before[:60], filled),))


def whole_text(subject: str, detail: str) -> str:
    """Subject and detail as one description; a detail that begins with its subject is enough."""
    if not subject or detail.startswith(subject):
        return detail
    return f"{subject}\n{detail}" if detail else subject


def has_personal_numbers(text: str) -> bool:
    """Whether a text holds a telephone, identity or account number."""
    return mask_in_text(text) != text


def doubt_about_times(
    reported: Moment | None, replied: Moment | None, *, has_reply: bool, now: datetime
) -> list[Finding]:
    """What holds a row back, or is told, of its two moments together."""
    said: list[Finding] = []
    for field, moment in (("reported_at", reported), ("replied_at", replied)):
        if moment is not None and moment.at > now:
            said.append(refused(MOMENT, field, "", FUTURE))
        elif moment is not None and moment.at.astimezone(ZONE).date() < EARLIEST:
            said.append(refused(MOMENT, field, "", TOO_EARLY))
    if has_reply and replied is None:
        said.append(refused(REPLY, "replied_at", "", NO_REPLY_TIME))
    if replied is not None and not has_reply:
        said.append(warned(REPLY, "reply", "", "", NO_REPLY))
    if has_reply and reported and replied and replied.at < reported.at:
        said.append(refused(MOMENT, "replied_at", "", BACKWARDS))
    return said


def finding(kind: Treatment, rule: int, field: str, reason: Reason, **values: Any) -> Finding:
    """A finding with the places of its sentence filled in."""
    return Finding(rule, kind, field, "", "", Reason(reason.code, reason.pattern, values))
