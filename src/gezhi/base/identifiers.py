"""Numbers of the papers a person is known by: citizens, residence permits, travel papers.

A parser returns what the number says, or the `Reason` why it cannot be one; it never guesses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from stdnum.cn import ric

from gezhi.base.sentences import Reason, _
from gezhi.base.text import without_spaces

PROVINCES: Final = frozenset(
    (
        *("11", "12", "13", "14", "15"),
        *("21", "22", "23"),
        *("31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46"),
        *("50", "51", "52", "53", "54"),
        *("61", "62", "63", "64", "65", "71"),
    )
)
"""First two digits of GB/T 2260. The four after them are not checked: an abolished county's code
stays in the numbers it gave out."""

RESIDENCE_PERMITS: Final = {"81": "hong_kong", "82": "macau", "83": "taiwan"}
FIRST_BIRTH: Final = date(1850, 1, 1)
"""Before any birth date in a number."""
FIRST_LISTED: Final = date(1900, 1, 1)
"""Before the birth of anybody listed now."""
OLDEST: Final = 130
"""Years that nobody has lived."""
ENDS_IN_ZEROS: Final = "000"


class Holder(StrEnum):
    """Whom an 18-digit number was issued to."""

    CITIZEN = "citizen"
    HONG_KONG = "hong_kong"
    MACAU = "macau"
    TAIWAN = "taiwan"
    FOREIGNER = "foreigner"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A valid 18-character number and what it says. The number stays out of `repr`."""

    number: str = field(repr=False)
    birth_date: date = field(repr=False)
    gender: str
    """GB/T 2261.1: `1` male, `2` female."""
    prefix: str
    """Six digits: the region of first registration, or 810000, 820000, 830000."""
    holder: Holder


EMPTY: Final = Reason("id_no.empty", _("没有填写身份证号，请补填。"))
AS_NUMBER: Final = Reason(
    "id_no.as_number",
    _("身份证号被存成了数字，后几位已经丢失，无法恢复；请把该列设为“文本”后按证件重新填写。"),
)
LOST_DIGITS: Final = Reason(
    "id_no.lost_digits",
    _("身份证号末三位是 000，多半是表格把它当数字存时丢了后几位；请按证件重新填写。"),
)
MASKED: Final = Reason("id_no.masked", _("身份证号中间有星号，是脱敏后的号码；请填写完整号码。"))
CHARACTERS: Final = Reason(
    "id_no.characters", _("身份证号只能有 17 位数字加一位数字或 X，请去掉其他字符。")
)
REGION: Final = Reason("id_no.region", _("身份证号前两位不是任何省份的代码，请核对证件。"))
BIRTH: Final = Reason("id_no.birth", _("身份证号第 7 至 14 位不是真实的出生日期，请核对证件。"))
FUTURE: Final = Reason("id_no.future", _("身份证号里的出生日期在今天之后，请核对证件。"))
TOO_OLD: Final = Reason(
    "id_no.too_old",
    _("身份证号里的出生日期早于 1900 年或已超过 130 岁，请核对证件。"),
)
CHECK: Final = Reason("id_no.check", _("身份证号末位校验码不对，多半有一位写错，请核对证件。"))
OLD_CENTENARIAN: Final = Reason(
    "id_no.old_centenarian",
    _("这是 15 位旧号中留给百岁老人的号段，不能自动补成 18 位；请按现用证件填写。"),
)
_FIFTEEN: Final = _("这是 15 位旧号；按国标补位应为 %(proposal)s，请核对证件后确认。")
_LENGTH: Final = _("身份证号应为 18 位，现有 %(length)s 位，请核对证件。")

_PREFIX: Final = re.compile(
    r"^(?:公民)?(?:居民)?(?:身份证件?|身份|证件)(?:证?号码?|证)?[:：]?|^(?:ID|SFZH?)[:：]?", re.I
)
_NOISE: Final = re.compile(r"['`‘’“”\"´\-‐‑‒–—_.,，。:：]")
_LOOKS_LIKE_X: Final = str.maketrans("xⅩⅹхХχΧ×", "XXXXXXXX")
_AS_NUMBER: Final = re.compile(r"^\d(?:\.\d+)?E\+?\d+$|^\d{15,20}\.0+$", re.I)
_EIGHTEEN: Final = re.compile(r"^[0-9]{17}[0-9X]$", re.ASCII)
_FIFTEEN_DIGITS: Final = re.compile(r"^[0-9]{15}$", re.ASCII)
_HOLDERS: Final = {code: Holder(name) for code, name in RESIDENCE_PERMITS.items()}


def tidy_id_number(text: str) -> str:
    """A number without what typing and pasting left on it: width, spaces, quotes, headings, case.

    Look-alikes of X (the Roman ten, Cyrillic and Greek letters) become X; the check digit decides.
    """
    bare = _PREFIX.sub("", without_spaces(text))
    return _NOISE.sub("", bare).translate(_LOOKS_LIKE_X).upper()


def check_character(body: str) -> str:
    """The 18th character for 17 digits (GB 11643-1999 §4.2.3, ISO 7064 MOD 11-2)."""
    return str(ric.calc_check_digit(body + "0"))


def parse_id_number(
    text: str, *, today: date | None = None, endings_suspect: bool = False
) -> IdNumber | Reason:
    """Read a citizen's number (GB 11643-1999) or a residence permit of the same build.

    `today` refuses later birth dates, and those of nobody alive. `endings_suspect` says the sheet
    it came from lost digits (see `identifier_columns`), so that even a number whose check agrees
    by chance is refused.
    """
    if _AS_NUMBER.match(without_spaces(text)):
        return AS_NUMBER
    number = tidy_id_number(text)
    if not _EIGHTEEN.match(number):
        return _misshapen(number)
    holder = _holder(number)
    if holder is None:
        return REGION
    birth = _real_date(number[6:14])
    if birth is None:
        return BIRTH
    agrees = number[17] == check_character(number[:17])
    if number.endswith(ENDS_IN_ZEROS) and (endings_suspect or not agrees):
        return LOST_DIGITS
    if not agrees:
        return CHECK
    if today is not None and birth > today:
        return FUTURE
    if today is not None and not plausible_birth(birth, today):
        return TOO_OLD
    gender = "1" if int(number[16]) % 2 else "2"
    return IdNumber(number, birth, gender, number[:6], holder)


def plausible_birth(birth: date, today: date) -> bool:
    """Whether somebody listed today may be born on a day that is past: from 1900, 130 years."""
    return birth >= FIRST_LISTED and today.year - birth.year <= OLDEST


def _misshapen(number: str) -> Reason:
    if not number:
        return EMPTY
    if "*" in number:
        return MASKED
    if _FIFTEEN_DIGITS.match(number):
        return _from_fifteen(number)
    if len(number) != 18:
        return Reason("id_no.length", _LENGTH, {"length": len(number)})
    return CHARACTERS


def _from_fifteen(number: str) -> Reason:
    """The reason for an old number, proposing `19` after the region and a check character."""
    body = number[:6] + "19" + number[6:]
    if number[:2] not in PROVINCES:
        return REGION
    if _real_date(body[6:14]) is None:
        return BIRTH
    if number[12:] in {"996", "997", "998", "999"}:
        return OLD_CENTENARIAN
    proposal = body + check_character(body)
    return Reason("id_no.fifteen_digits", _FIFTEEN, {"proposal": proposal}, proposal)


def _holder(number: str) -> Holder | None:
    if number[:2] in PROVINCES:
        return Holder.CITIZEN
    if number[0] == "9" and number[1:3] in PROVINCES:
        return Holder.FOREIGNER
    return _HOLDERS.get(number[:2]) if number[2:6] == "0000" else None


def _real_date(digits: str) -> date | None:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return birth if birth >= FIRST_BIRTH else None


class PaperKind(StrEnum):
    """Travel papers accepted instead of a citizen's number."""

    PASSPORT = "passport"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"


@dataclass(frozen=True, slots=True)
class TravelPaper:
    """A travel paper whose number has a possible shape; such numbers carry no check digit."""

    kind: PaperKind
    number: str = field(repr=False)


_PAPERS: Final = {
    PaperKind.PASSPORT: re.compile(r"^(?=.*[0-9]{3})[A-Z0-9]{6,9}$", re.ASCII),
    PaperKind.HK_MACAU_PERMIT: re.compile(r"^[HM][0-9]{8}(?:[0-9]{2})?$", re.ASCII),
    PaperKind.TAIWAN_PERMIT: re.compile(r"^(?:[0-9]{8}|[0-9]{10}[A-Z]?)$", re.ASCII),
}
_PAPER_REASONS: Final = {
    PaperKind.PASSPORT: Reason("paper.passport", _("护照号应为 6 至 9 位字母和数字，请核对证件。")),
    PaperKind.HK_MACAU_PERMIT: Reason(
        "paper.hk_macau_permit", _("港澳居民来往内地通行证号应为 H 或 M 加 8 位数字，请核对证件。")
    ),
    PaperKind.TAIWAN_PERMIT: Reason(
        "paper.taiwan_permit", _("台胞证号应为 8 位数字，请核对证件。")
    ),
}
_PAPER_NOISE: Final = re.compile(r"['`’“”\"\-()]")


def parse_travel_paper(kind: PaperKind, text: str) -> TravelPaper | Reason:
    """Read a passport, 港澳居民来往内地通行证 or 台湾居民来往大陆通行证 by its pattern.

    The two optional digits of a Hong Kong or Macau permit are its times of renewal.
    """
    number = _PAPER_NOISE.sub("", without_spaces(text)).upper()
    if _PAPERS[kind].match(number):
        return TravelPaper(kind, number)
    return _PAPER_REASONS[kind]
