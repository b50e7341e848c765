"""The parts of a standard address, each read from the words people use for it.

A part comes out in one form: building `3号楼`, `A座`, `3组`; unit `2`, `0` where there is none;
floor as a number, basements negative; room `501`, `S12`, `5层东户`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.base.text import half_width

MENDS: Final = {
    "width": _("全角字符已改为半角，空格已去掉"),
    "numerals": _("中文数字已改为阿拉伯数字"),
    "separator": _("分隔符已统一"),
    "word": _("楼栋、单元、房号的写法已统一"),
    "zero": _("房号前面多余的 0 已去掉"),
    "joined": _("打通的房屋已拆成多个房号"),
    "moved": _("房号一栏里的楼栋、单元已归到各自的栏目"),
    "prefix": _("小区前的行政区划和道路已略去"),
}
"""What may be mended on the way, by code."""

ROOM_IS_DATE: Final = Reason(
    "address.room_is_date",
    _("房号被表格改成了日期（如 3-2 变成 3月2日），原来的写法已丢失；请把该列设为“文本”后重填。"),
)
PART_IS_NUMBER: Final = Reason(
    "address.part_is_number",
    _("房号是带小数的数字，原来的写法可能已丢失；请把该列设为“文本”后重填。"),
)
BUILDING_MISSING: Final = Reason("address.building_missing", _("没有写楼栋，请补填楼栋。"))
COMPOUND_MISSING: Final = Reason("address.compound_missing", _("没有写小区或自然村，请补填。"))
ROOM_MISSING: Final = Reason("address.room_missing", _("没有写房号，请补填。"))
BUILDING_SHAPE: Final = Reason(
    "address.building_shape", _("楼栋写法不认识，请写成“3号楼”或“A座”。")
)
UNIT_SHAPE: Final = Reason("address.unit_shape", _("单元写法不认识，请写成数字；没有单元的留空。"))
ROOM_SHAPE: Final = Reason("address.room_shape", _("房号写法不认识，请写成“501”这样的完整房号。"))
AMBIGUOUS: Final = Reason(
    "address.ambiguous", _("看不出哪个数字是楼栋、单元、房号，请写成“3号楼2单元501室”。")
)
CONFLICT: Final = Reason(
    "address.conflict", _("房号一栏写的楼栋或单元与另外两栏不一致，请核对后只保留一处。")
)
FLOOR_CONFLICT: Final = Reason("address.floor_conflict", _("楼层与房号对不上，请核对。"))
FLOOR_MISSING: Final = Reason(
    "address.floor_missing", _("只写了东户、西户而没有楼层，请补写，如“5层东户”。")
)

NUMERAL: Final = "〇零一二两三四五六七八九十百"
_VALUES: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_NUMERAL_TEXT: Final = re.compile(rf"^[{NUMERAL}]+$")
_NOTHING: Final = frozenset({"", "-", "--", "/", "无", "没有", "0", "无单元", "无楼栋", "\\"})
_DASHES: Final = re.compile(r"[‐‑‒–—―−─－~～·・_|]|(?<=\d)一(?=\d)|(?<=\d)[.](?=\d)|\\", re.ASCII)
_SLASHES: Final = re.compile(r"[/、,，;；+&]|(?<=[0-9室户])[和与及](?=[0-9])")
_DATE: Final = re.compile(
    r"^(?:\d{4}年)?\d{1,2}月\d{1,2}日?$|^(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T].*)?$|"
    r"^(?:\d{1,2}-)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?:-\d{1,2})?$",
    re.ASCII,
)
_MINUS_OR_DASH: Final = re.compile(r"[-－][1-3]层")
_FRACTION: Final = re.compile(r"^\d+\.\d+$|^\d(?:\.\d+)?E\+\d+$", re.ASCII)
HIGHEST_UNIT: Final = 50
_DATE_SERIALS: Final = range(20_000, 60_000)
_BUILDING: Final = re.compile(
    rf"^第?([东西南北中甲乙丙丁]?)(?:([A-Z]{{0,2}}\d{{1,3}}[A-Z]?)|([{NUMERAL}]{{1,4}}))"
    r"(?:号楼|号院|号|栋楼?|幢楼?|座楼?|#楼?|楼|-)?$",
    re.ASCII,
)
_TOWER: Final = re.compile(r"^([A-Z]{1,2})(?:座|栋|幢|号楼|楼|#|-)?$")
_GROUP: Final = re.compile(
    rf"^第?(\d{{1,2}}|[{NUMERAL}]{{1,3}})(?:村民小?组|小组|组|生产队|队)$", re.ASCII
)
_UNIT: Final = re.compile(
    rf"^第?(?:(\d{{1,2}})|([{NUMERAL}]{{1,3}})|([A-Z]|[东西南北中甲乙丙丁]))(?:单元|门洞|门|-)?$",
    re.ASCII,
)
_STAND_INS: Final = {"3A": 4, "12A": 13, "12B": 14, "13A": 14, "23A": 24, "33A": 34}
"""Floors named around the numbers people avoid."""


_FLOOR_WORD: Final = re.compile(r"(?:层|楼|F)$")
_FLOOR: Final = re.compile(rf"^(负|-|B|地下)?第?(\d{{1,2}}|[{NUMERAL}]{{1,3}})$", re.ASCII)
_ROOM_ON_FLOOR: Final = re.compile(r"^(\d{1,2}|B\d)层", re.ASCII)
_ROOM_BELOW: Final = re.compile(r"^(?:B|-|负)([1-3])\d{2}[A-Z]?$", re.ASCII)
_ROOM_ON_STAND_IN: Final = re.compile(r"^(\d{1,2}[AB])\d{2}$", re.ASCII)
_ROOM_NUMBER: Final = re.compile(r"^[A-Z]?(\d{1,2})\d{2}[A-Z]?$", re.ASCII)
_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_HUNDREDS: Final = re.compile(
    r"^(?:[一二两三四五六七八九]百零?)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?$"
)
_NAMED: Final = re.compile(r"[\u3400-\u9fff]")
_MORE_THAN_A_BUILDING: Final = re.compile(r"单元|[0-9]{3}|[0-9]-[0-9]")


@dataclass(frozen=True, slots=True)
class Part:
    """One part read: its form, what was mended, or why it cannot be read."""

    value: str = ""
    mends: frozenset[str] = frozenset()
    reason: Reason | None = None


def is_number(text: str) -> bool:
    """Whether text is made of the digits 0 to 9."""
    return text.isascii() and text.isdigit()


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral below 1,000: 三, 十二, 二十, 一百零三, 五零一; else None."""
    if not _NUMERAL_TEXT.match(text):
        return None
    if "十" not in text and "百" not in text:
        return int("".join(str(_VALUES[digit]) for digit in text))
    if not _HUNDREDS.match(text):
        return None
    total = last = 0
    for digit in text:
        if digit in "百十":
            total += (last or 1) * (100 if digit == "百" else 10)
            last = 0
        else:
            last = _VALUES[digit]
    return total + last


def arabic(text: str) -> str:
    """A numeral in digits, keeping positional zeros (`五零一` -> `501`); other text unchanged."""
    if not _NUMERAL_TEXT.match(text):
        return text
    if "十" not in text and "百" not in text:
        return "".join(str(_VALUES[digit]) for digit in text)
    number = chinese_number(text)
    return text if number is None else str(number)


def cell_text(cell: object) -> tuple[str, Reason | None]:
    """A cell as half-width upper-case text; dates and fractions come with a reason."""
    if cell is None:
        return "", None
    if isinstance(cell, datetime | date):
        return "", ROOM_IS_DATE
    text = half_width(str(cell)).strip().upper().lstrip("'`’").strip()
    if text.endswith(".0") and is_number(text[:-2]):
        text = text[:-2]
    if _DATE.match(text):
        return text, ROOM_IS_DATE
    if _FRACTION.match(text):
        return text, PART_IS_NUMBER
    if len(text) == 5 and is_number(text) and int(text) in _DATE_SERIALS:
        return text, ROOM_IS_DATE
    return text, None


def minus_or_dash(text: str) -> bool:
    """Whether a basement and a separator look alike: `3号楼-1层`."""
    return _MINUS_OR_DASH.search(text) is not None


def separated(text: str) -> str:
    """Text with `-` for every dash-like sign and space, and `/` for every sign that lists."""
    joined = re.sub(r"\s+", "-", text)
    return re.sub(r"-{2,}", "-", _SLASHES.sub("/", _DASHES.sub("-", joined)))


def read_building(cell: object) -> Part:
    """A building column: 3, 三号楼, 3栋, 3#, 3幢, "3-" -> `3号楼`; A栋 -> `A座`; 三组 -> `3组`.

    A named building (综合楼) keeps its name; nothing written gives an empty value.
    """
    text, reason = cell_text(cell)
    if reason is not None:
        return Part(reason=reason)
    bare = text.replace(" ", "")
    if bare in _NOTHING:
        return Part()
    name = _building_name(bare)
    if name is None:
        return Part(reason=BUILDING_SHAPE)
    return Part(name, _mends_between(str(cell), bare, name))


def _building_name(bare: str) -> str | None:
    if match := _GROUP.match(bare):
        return f"{_without_zeros(arabic(match.group(1)))}组"
    if match := _BUILDING.match(bare):
        side, token, numeral = match.groups()
        return f"{side}{_without_zeros(arabic(token or numeral))}号楼"
    if match := _TOWER.match(bare):
        return f"{match.group(1)}座"
    named = _NAMED.search(bare) and not _MORE_THAN_A_BUILDING.search(bare)
    return bare if named and len(bare) <= 30 else None


def normalise_building(text: str) -> str:
    """`3号楼` for every way of writing building 3; text that is no building comes back tidied."""
    part = read_building(text)
    return part.value or half_width(text).strip()


def building_number(text: str) -> int | None:
    """The number in a building's name, for sorting: 3 for `三号楼`; None for `A座`, `综合楼`."""
    match = re.search(r"[0-9]+", normalise_building(text))
    return int(match.group()) if match else None


def read_unit(cell: object) -> Part:
    """A unit column: 2, 二单元, 2门 -> `2`; blank, 无 or / -> `0`; letters, 东 and 甲 are kept."""
    text, reason = cell_text(cell)
    if reason is not None:
        return Part(reason=reason)
    bare = text.replace(" ", "")
    if bare in _NOTHING or re.match(r"^0+(?:单元)?$", bare):
        return Part("0")
    match = _UNIT.match(bare)
    if match is None:
        return Part(reason=UNIT_SHAPE)
    digits, numeral, letter = match.groups()
    value = letter or _without_zeros(arabic(digits or numeral))
    if is_number(value) and int(value) > HIGHEST_UNIT:
        return Part(reason=UNIT_SHAPE)
    return Part(value, _mends_between(str(cell), bare, value))


def read_floor(text: str) -> int | None:
    """A floor column or word: 5, 五层, 5F -> 5; B1, 负一层, -1 -> -1; 3A -> 4; else None."""
    bare = _FLOOR_WORD.sub("", half_width(text).strip().upper())
    if bare in _STAND_INS:
        return _STAND_INS[bare]
    match = _FLOOR.match(bare)
    if match is None:
        return None
    digits = arabic(match.group(2))
    number = int(digits) if is_number(digits) else 0
    return (-number if match.group(1) else number) or None


def floor_of(room: str) -> int | None:
    """The floor a room number tells: 501 -> 5, 1203 -> 12, B101 -> -1, 3A02 -> 4; else None."""
    if match := _ROOM_ON_FLOOR.match(room):
        return read_floor(match.group(1))
    if match := _ROOM_BELOW.match(room):
        return -int(match.group(1))
    if match := _ROOM_ON_STAND_IN.match(room):
        return _STAND_INS.get(match.group(1))
    if match := _ROOM_NUMBER.match(room):
        return int(match.group(1)) or None
    return None


def _without_zeros(token: str) -> str:
    return _ZEROS.sub("", token)


def _mends_between(before: str, bare: str, after: str) -> frozenset[str]:
    """What happened to a part between the cell and its form."""
    mends = set()
    if bare != before.upper().removesuffix(".0"):
        mends.add("width")
    if after != bare and not (bare.isascii() and (bare.isdigit() or bare.isalpha())):
        mends.add("numerals" if re.search(rf"[{NUMERAL}]", bare) else "word")
    return frozenset(mends)
