"""Telephone numbers as clerks write them: several in a cell, spaced, dashed, with a remark."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.base.text import half_width, without_spaces


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in one form: `13812345678`, `0371-67981234`, `0371-67981234-801`, `4001234567`."""

    number: str = field(repr=False)
    kind: PhoneKind
    remark: str = field(default="", repr=False)
    """Whose it is, where the cell says so: 儿子."""


EMPTY: Final = Reason("phone.empty", _("没有填写电话，请补填。"))
AS_NUMBER: Final = Reason(
    "phone.as_number", _("电话被存成了科学计数的数字，已不完整；请把该列设为“文本”后重新填写。")
)
MASKED: Final = Reason("phone.masked", _("电话中间有星号，是脱敏后的号码；请填写完整号码。"))
MOBILE_LENGTH: Final = Reason("phone.mobile_length", _("手机号应为 11 位数字，请核对。"))
SHAPE: Final = Reason("phone.shape", _("不是手机号，也不是“区号-号码”的座机，请核对。"))

_REMARK: Final = re.compile(r"\(([^()\d]*)\)|([\u4e00-\u9fff]+):?")
_NOISE: Final = re.compile(r"['`’“”\"\-–—―_.·:+()]")
_COUNTRY: Final = re.compile(r"^(?:0{0,2}86)(?=1[3-9]\d{9}$|0?[2-9]\d{8,10}$)")
_MOBILE: Final = re.compile(r"^0?(1[3-9]\d{9})$")
_AREA: Final = re.compile(r"^(010|02\d|0[3-9]\d{2})([2-9]\d{6,7})$")
_LOCAL: Final = re.compile(r"^[2-9]\d{6,7}$")
_SERVICE: Final = re.compile(r"^[48]00\d{7}$")
_EXTENSION: Final = re.compile(r"(?:转|分机|-(?=\d{1,5}$)(?<=\d{7}-))\D{0,3}(\d{1,5})$")
_AS_NUMBER: Final = re.compile(r"^\d(?:\.\d+)?E\+?\d+$", re.I)
_FLOAT: Final = re.compile(r"\.0+$")
_HEADINGS: Final = frozenset({"电话", "手机", "手机号", "手机号码", "联系电话", "座机", "电话号码"})
_MARKS: Final = re.compile(r"[/、;；,，|\\&]|\s和\s|或")


def parse_phone(text: str) -> Phone | Reason:
    """Read one number: mobile 1[3-9] + 9 digits, landline with or without area code, 400/800."""
    bare = _FLOAT.sub("", without_spaces(text))
    if _AS_NUMBER.match(bare):
        return AS_NUMBER
    if "*" in bare:
        return MASKED
    extension = _EXTENSION.search(bare)
    if extension:
        bare = bare[: extension.start()]
    remarks = [a or b for a, b in _REMARK.findall(bare)]
    digits = _COUNTRY.sub("", _NOISE.sub("", _REMARK.sub("", bare)))
    if not digits:
        return EMPTY
    found = _number(digits, extension.group(1) if extension else "")
    if found is None:
        begins_like_mobile = re.match(r"^1[3-9]\d*$", digits)
        return MOBILE_LENGTH if begins_like_mobile else SHAPE
    number, kind = found
    return Phone(number, kind, "、".join(word for word in remarks if word not in _HEADINGS))


def _number(digits: str, extension: str) -> tuple[str, PhoneKind] | None:
    tail = f"-{extension}" if extension else ""
    if (match := _MOBILE.match(digits)) and not extension:
        return match.group(1), PhoneKind.MOBILE
    if match := _AREA.match(digits):
        return f"{match.group(1)}-{match.group(2)}{tail}", PhoneKind.LANDLINE
    if _LOCAL.match(digits):
        return digits + tail, PhoneKind.LANDLINE
    if _SERVICE.match(digits) and not extension:
        return digits, PhoneKind.SERVICE
    return None


def parse_phones(text: str) -> tuple[tuple[Phone, ...], tuple[Reason, ...]]:
    """Read every number of a cell: split at / 、 ; , and at spaces that do not merely group digits.

    Returns the numbers in order, each once, and a reason for each piece that is none.
    """
    if not without_spaces(text):
        return (), (EMPTY,)
    phones: dict[str, Phone] = {}
    reasons: list[Reason] = []
    for piece in _MARKS.split(half_width(text)):
        if not piece.strip():
            continue
        for answer in _piece(piece):
            if isinstance(answer, Phone):
                phones.setdefault(answer.number, answer)
            else:
                reasons.append(answer)
    if not phones and not reasons:
        return (), (EMPTY,)
    return tuple(phones.values()), tuple(reasons)


def _piece(piece: str) -> list[Phone | Reason]:
    whole = parse_phone(piece)
    words = piece.split()
    if isinstance(whole, Phone) or len(words) < 2:
        return [whole]
    parts = [parse_phone(word) for word in words]
    return parts if any(isinstance(part, Phone) for part in parts) else [whole]
