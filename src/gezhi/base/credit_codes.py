"""Codes of organisations: unified social credit code and the organisation code inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stdnum.cn import uscc

from gezhi.base.sentences import Reason, _
from gezhi.base.text import without_spaces

KINDS: Final = {
    "11": _("机关"),
    "12": _("事业单位"),
    "13": _("编办直接管理的群众团体"),
    "31": _("律师执业机构"),
    "32": _("公证处"),
    "33": _("基层法律服务所"),
    "34": _("司法鉴定机构"),
    "51": _("社会团体"),
    "52": _("民办非企业单位"),
    "53": _("基金会"),
    "54": _("基层群众性自治组织"),
    "81": _("基层工会"),
    "91": _("企业"),
    "92": _("个体工商户"),
    "93": _("农民专业合作社"),
    "N1": _("组级集体经济组织"),
    "N2": _("村级集体经济组织"),
    "N3": _("乡镇级集体经济组织"),
}
"""Titles of the first two characters that a subdistrict meets; other pairs are valid too."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A valid unified social credit code (GB 32100-2015)."""

    number: str
    kind: str
    """First two characters: registering authority and kind of body, see `KINDS`."""
    region: str
    organisation: str
    """Nine characters: the organisation code (GB 11714-1997), its own check included."""


EMPTY: Final = Reason("uscc.empty", _("没有填写统一社会信用代码，请补填。"))
AS_NUMBER: Final = Reason(
    "uscc.as_number", _("统一社会信用代码被存成了数字，后几位已经丢失；请按营业执照重新填写。")
)
CHARACTERS: Final = Reason(
    "uscc.characters", _("统一社会信用代码里有不该出现的字符（不使用 I、O、S、V、Z），请核对执照。")
)
CHECK: Final = Reason("uscc.check", _("统一社会信用代码末位校验码不对，请核对执照。"))
OLD_LICENCE: Final = Reason(
    "uscc.old_licence", _("这是 15 位旧营业执照注册号；请填写新执照上的 18 位统一社会信用代码。")
)
ORGANISATION_ONLY: Final = Reason(
    "uscc.organisation_only", _("这是 9 位组织机构代码；请填写 18 位统一社会信用代码。")
)
_LENGTH: Final = _("统一社会信用代码应为 18 位，现有 %(length)s 位，请核对执照。")
_LETTERS: Final = _("代码不使用字母 O 和 I；换成 0 和 1 后为 %(proposal)s，校验通过，请确认。")
ORGANISATION_SHAPE: Final = Reason(
    "organisation_code.shape", _("组织机构代码应为 8 位数字或字母加一位校验码，请核对。")
)
ORGANISATION_CHECK: Final = Reason(
    "organisation_code.check", _("组织机构代码末位校验码不对，请核对。")
)

_PREFIX: Final = re.compile(r"^(?:统一)?(?:社会)?信用代码(?:证)?号?:?|^税号:?")
_NOISE: Final = re.compile(r"['`’“”\"\-–—.]")
_SHAPE: Final = re.compile(
    r"^[0-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$", re.ASCII
)
_AS_NUMBER: Final = re.compile(r"^\d(?:\.\d+)?E\+\d+$", re.I)
_ORGANISATION: Final = re.compile(r"^[0-9A-Z]{8}[0-9X]$", re.ASCII)
_SWAPPED: Final = str.maketrans("OI", "01")


def parse_uscc(text: str) -> CreditCode | Reason:
    """Read a unified social credit code.

    Where the letters O and I stand for 0 and 1, the reason carries the mended code as a proposal
    if its check character then agrees; a person decides.
    """
    bare = without_spaces(text)
    if _AS_NUMBER.match(bare):
        return AS_NUMBER
    number = _NOISE.sub("", _PREFIX.sub("", bare)).upper()
    if not number:
        return EMPTY
    if len(number) != 18:
        return _wrong_length(number)
    if not _SHAPE.match(number):
        swapped = number.translate(_SWAPPED)
        if swapped != number and _SHAPE.match(swapped) and _agrees(swapped):
            return Reason("uscc.letters", _LETTERS, {"proposal": swapped}, swapped)
        return CHARACTERS
    if not _agrees(number):
        return CHECK
    return CreditCode(number, number[:2], number[2:8], number[8:17])


def _wrong_length(number: str) -> Reason:
    if len(number) == 15 and number.isdigit():
        return OLD_LICENCE
    if isinstance(parse_organisation_code(number), str):
        return ORGANISATION_ONLY
    return Reason("uscc.length", _LENGTH, {"length": len(number)})


def _agrees(number: str) -> bool:
    return bool(uscc.calc_check_digit(number[:17]) == number[17])


def parse_organisation_code(text: str) -> str | Reason:
    """Read an organisation code (GB 11714-1997), returned as nine characters without the dash."""
    number = _NOISE.sub("", without_spaces(text)).upper()
    if not _ORGANISATION.match(number):
        return ORGANISATION_SHAPE
    return number if number[8] == organisation_check(number[:8]) else ORGANISATION_CHECK


def organisation_check(body: str) -> str:
    """The ninth character for eight (weights 3 7 9 10 5 8 4 2; 10 is X, 11 is 0)."""
    weighted = zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    rest = 11 - sum(int(character, 36) * weight for character, weight in weighted) % 11
    return "X" if rest == 10 else str(rest % 11)
