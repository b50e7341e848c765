"""Masks: what a personal field shows to those who have not asked for it with a purpose.

Every mask takes any text, never fails, and shows no more than the ends of a value whose form it
does not know. An empty value stays empty. There is no published standard for these; they are the
forms that offices and banks use, and people recognise.
"""

from __future__ import annotations

import re
from enum import StrEnum
from string import ascii_letters
from typing import Final

from gezhi.base.text import tidy, without_spaces

HIDDEN: Final = "***"
_STAR: Final = "*"


class Audience(StrEnum):
    """Who will be looking."""

    STAFF = "staff"
    """A member of staff at a desk or a gate, signed in."""
    SHARED = "shared"
    """A screen that passers-by see too."""
    PUBLIC = "public"
    """A list put up on the wall or the web."""


COMPOUND_SURNAMES: Final = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙慕容司徒令狐夏侯宇文长孙轩辕端木百里呼延南宫闻人"
        "万俟赫连澹台公冶宗政濮阳淳于单于太叔申屠仲孙钟离鲜于闾丘司空亓官司寇子车颛孙巫马"
        "公西漆雕乐正壤驷公良拓跋夹谷宰父谷梁段干东郭南门羊舌微生梁丘左丘东门西门独孤纳兰"
        "完颜第五太史公羊叱干贺兰贺若耶律",
    )
)
"""Surnames of two characters: those of the Hundred Family Surnames, and others still borne."""

_PAUSE: Final = re.compile(r"[\s·•‧・.]")
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def mask_name(name: str, audience: Audience = Audience.STAFF) -> str:
    """王小 -> 王*, 王小三 -> 王*三, 王小二三 -> 王**三; in public 王*, 王**, 王***.

    A compound surname is kept whole: 欧阳娜 -> 欧阳*, 欧阳娜娜 -> 欧阳*娜. Other scripts and names
    with a middle dot keep the first and the last letter, and the dots and spaces between the
    parts: 阿卜杜拉·买买提 -> 阿***·**提. A single character is hidden.
    """
    name = tidy(name)
    letters = [at for at, letter in enumerate(name) if not _PAUSE.match(letter)]
    surname = 1
    if len(letters) > 2 and _HAN.fullmatch(name) and name[:2] in COMPOUND_SURNAMES:
        surname = 2
    shown = set(letters[:surname]) if len(letters) > 1 else set()
    if audience is not Audience.PUBLIC and len(letters) > surname + 1:
        shown.add(letters[-1])
    hidden = set(letters) - shown
    return "".join(_STAR if at in hidden else letter for at, letter in enumerate(name))


_ID_18: Final = re.compile(r"[0-9]{17}[0-9Xx]")
_ID_15: Final = re.compile(r"[0-9]{15}")


def mask_id_no(number: str, audience: Audience = Audience.STAFF) -> str:
    """410102********0026 for staff, who see region and tail; else only its first and last digit.

    The birth date never shows. Passports and permits show their first and last character to all.
    """
    number = without_spaces(number)
    if audience is Audience.STAFF:
        if _ID_18.fullmatch(number):
            return number[:6] + _STAR * 8 + number[-4:]
        if _ID_15.fullmatch(number):
            return number[:6] + _STAR * 6 + number[-3:]
    return _ends(number, 1, 1)


_MOBILE: Final = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9])[0-9]{4}([0-9]{4})")
_GROUPING: Final = re.compile(r"[()\-–—]")


def mask_phone(number: str) -> str:
    """138****5678; a landline shows its last four digits, a shorter number at most its half."""
    bare = _GROUPING.sub("", without_spaces(number))
    if mobile := _MOBILE.fullmatch(bare):
        return f"{mobile[1]}****{mobile[2]}"
    return _tail(bare)


def mask_bank_account(number: str) -> str:
    """****1234: the last four digits; of fewer than eight, at most half of them."""
    return _tail(_GROUPING.sub("", without_spaces(number)))


_DIGIT: Final = r"[\d〇零一二两三四五六七八九十廿百壹贰叁肆伍陆柒捌玖拾]"
_BUILDING: Final = re.compile(
    rf"(?:[A-Za-z]?{_DIGIT}+[A-Za-z]?|[A-Za-z]|[东南西北中])\s*(?:号楼|栋|幢|座|#)"
)
_DWELLING: Final = re.compile(
    # Not the city 三门峡, nor a clinic's 三门诊.
    rf"[A-Za-z]?{_DIGIT}+\s*(?:单元|门(?![峡诊])|层|楼|室|户|房|铺|组|排|队)|[东南西北中]+户"
)
_GROUPED: Final = re.compile(r"(\d+[A-Za-z]?)(?:\s*[-–—―－_/#]\s*[\dA-Za-z]+)+")
_UNPLACED: Final = re.compile(r"\d+(?!\d|号(?!楼)|弄|区|期|院|路|街|巷|里|坊|大道|大街|支路)")
"""A number that names neither a road, nor a house on it, nor a part of a compound."""
_AREA: Final = re.compile(
    r".*(?:省|市|区|县|旗|州|盟|街道|办事处|镇|乡|社区|村|屯|庄|寨|营|小区|公寓|大院|家属院|家园"
    r"|花园|苑|园|庭|城|府|邸|湾|郡|里|坊|胡同|大道|路|街|巷|弄)"
)
_NUMBER: Final = re.compile(r"\d")
_BUILDING_DIGITS: Final = 2


def mask_address(address: str, audience: Audience = Audience.STAFF) -> str:
    """紫兰苑3号楼2单元501 -> 紫兰苑3号楼*** for staff and gates, 紫兰苑*** in public.

    Read from the left, and cut at the first thing that tells a dwelling. 紫兰苑3-2-501 counts as
    building 3. An address without a building is cut at its first number (a house number is a
    home), and before any words after its last road, village or compound: 大里村张三家 -> 大里村***.
    Words in front of the road or compound show: keep names out of the address field.
    """
    address = tidy(address)
    limit = _start(_DWELLING.search(address), len(address))
    building = _BUILDING.search(address, 0, limit)
    grouped = _GROUPED.search(address)
    if grouped and (building is None or grouped.start() < building.start()):
        # 501/502 are two rooms and not building 501.
        is_building = len(grouped[1].rstrip(ascii_letters)) <= _BUILDING_DIGITS
        start, end = grouped.start(), grouped.end(1) if is_building else grouped.start()
    elif building:
        start, end = building.span()
    else:
        start = end = -1
    if not 0 <= start < limit or _UNPLACED.search(address[:start]):
        ahead = address[: min(limit, _start(_NUMBER.search(address), limit))]
        area = _AREA.match(ahead)
        start = end = area.end() if area else 0
    shown = address[: start if audience is Audience.PUBLIC else end].rstrip()
    return shown if shown == address else shown + HIDDEN


_IN_TEXT: Final = re.compile(
    r"(?P<id>(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])[1-9][0-9]{14}(?![0-9A-Za-z]))"
    r"|(?P<card>(?<![0-9])[0-9]{16,19}(?![0-9]))"
    r"|(?P<mobile>(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9]))"
)
_LANDLINE_IN_TEXT: Final = re.compile(
    r"(?<![0-9])\(?0[0-9]{2,3}\)?[-–—－ ]?[2-8][0-9]{6,7}(?![0-9])"
    # without an area code it has eight digits, and is no day such as 20190425
    r"|(?<![0-9])(?!20[0-9]{2}[01][0-9][0-3][0-9])[2-8][0-9]{7}(?![0-9])"
)


def mask_in_text(text: str, *, landlines: bool = True) -> str:
    """A report as it may be read without asking who told it: numbers of people inside it masked.

    Identity numbers, mobile numbers and bank accounts always; landlines unless they may be those
    of offices. Names and homes in a text cannot be told from other words, and stay.
    """

    def masked(found: re.Match[str]) -> str:
        if found["id"]:
            return mask_id_no(found["id"])
        if found["card"]:
            return mask_bank_account(found["card"])
        return mask_phone(found["mobile"])

    shown = _IN_TEXT.sub(masked, text)
    return _LANDLINE_IN_TEXT.sub(lambda found: mask_phone(found[0]), shown) if landlines else shown


def mask_email(address: str) -> str:
    """a***@x.cn; a name of one letter, and what is no address, is hidden."""
    address = without_spaces(address)
    name, at, domain = address.rpartition("@")
    if not (name and domain):
        return HIDDEN if address else ""
    return (name[0] if len(name) > 1 else "") + HIDDEN + at + domain


def mask_plate(plate: str) -> str:
    """豫A***45: place and last two; new-energy 豫A****45. A text of another length is hidden."""
    bare = _PAUSE.sub("", tidy(plate))
    if len(bare) in (7, 8):
        return _ends(bare, 2, 2)
    return HIDDEN if bare else ""


def mask_category(category: str, *, on_duty: bool) -> str:
    """Health, disability, religion, political status: the class, to those whose duty it is.

    To others an empty one looks like any other: that somebody has no entry would say as much as
    the entry does.
    """
    return category if on_duty else HIDDEN


def _start(found: re.Match[str] | None, otherwise: int) -> int:
    return found.start() if found else otherwise


def _ends(text: str, head: int, tail: int) -> str:
    """The ends of a text; nothing of one that has hardly more than its ends."""
    hidden = len(text) - head - tail
    if hidden < 2:
        return _STAR * len(text)
    return text[:head] + _STAR * hidden + text[len(text) - tail :]


def _tail(text: str) -> str:
    """The last four characters behind stars that do not tell the length."""
    shown = min(4, len(text) // 2)
    return "****" + text[len(text) - shown :] if text else ""
