"""Vehicle plates (GA 36-2018): seven characters, eight for new-energy vehicles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.base.text import without_spaces


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate without its dot: 豫A12345, 豫AD12345."""

    number: str = field(repr=False)
    new_energy: bool


EMPTY: Final = Reason("plate.empty", _("没有填写车牌号，请补填。"))
LETTERS: Final = Reason("plate.letters", _("车牌序号不使用字母 I 和 O，请核对是否为 1 或 0。"))
SHAPE: Final = Reason("plate.shape", _("车牌号应为省份简称加字母加 5 位（新能源 6 位），请核对。"))

_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SERIAL: Final = "A-HJ-NP-Z0-9"
_ORDINARY: Final = re.compile(
    rf"^[{_PROVINCES}][A-Z][{_SERIAL}]{{4}}[{_SERIAL}挂学警港澳]$", re.ASCII
)
_NEW_ENERGY: Final = re.compile(
    rf"^[{_PROVINCES}][A-Z](?:[A-HJK][{_SERIAL}][0-9]{{4}}|[0-9]{{5}}[A-HJK])$", re.ASCII
)
_NOISE: Final = re.compile(r"['`’\"\-–—.·•・]")


def parse_plate(text: str) -> Plate | Reason:
    """Read a plate; new energy: the first serial character (small) or the last (large) is A-K."""
    number = _NOISE.sub("", without_spaces(text)).upper()
    if not number:
        return EMPTY
    if _ORDINARY.match(number):
        return Plate(number, new_energy=False)
    if _NEW_ENERGY.match(number):
        return Plate(number, new_energy=True)
    if len(number) in (7, 8) and re.search(r"[IO]", number[2:]):
        return LETTERS
    return SHAPE
