"""What goes wrong in sheets that people keep by hand, one kind at a time.

Each kind spoils one row as clerks' sheets are spoiled, and says how a careful import should
treat it: put right and told (`cleaned`), taken in with a warning (`warned`), or left for a
person (`refused`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gezhi.wiring.towns.chance import Dice

Row = dict[str, object]
"""A row by the field names of the template; values as they will stand in the cells."""
Spoil = Callable[[Row, Dice], bool]

CLEANED, WARNED, REFUSED = "cleaned", "warned", "refused"
_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_NUMERALS: Final = "零一二三四五六七八九十"
_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of the day numbers of spreadsheets."""


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind; `spoil` returns whether the row had anything of the sort to spoil."""

    name: str
    treatment: str
    spoil: Spoil


def _text(row: Row, field: str) -> str:
    return str(row[field])


def _is_citizen(row: Row) -> bool:
    return len(_text(row, "id_no")) == 18


def _id_full_width(row: Row, dice: Dice) -> bool:
    row["id_no"] = _text(row, "id_no").translate(_FULL_WIDTH)
    return _is_citizen(row)


def _id_spaced(row: Row, dice: Dice) -> bool:
    number = _text(row, "id_no")
    row["id_no"] = f"{number[:6]} {number[6:14]} {number[14:]}" if number else ""
    return bool(number)


def _id_quoted(row: Row, dice: Dice) -> bool:
    row["id_no"] = f"'{row['id_no']}" if row["id_no"] else ""
    return bool(row["id_no"])


def _id_headed(row: Row, dice: Dice) -> bool:
    row["id_no"] = f"身份证号：{row['id_no']}" if _is_citizen(row) else row["id_no"]
    return _text(row, "id_no").startswith("身")


def _id_small_x(row: Row, dice: Dice) -> bool:
    had = _text(row, "id_no").endswith("X")
    row["id_no"] = _text(row, "id_no").lower() if had else row["id_no"]
    return had


def _id_as_number(row: Row, dice: Dice) -> bool:
    number = _text(row, "id_no")
    if not number.isdigit() or len(number) != 18:
        return False
    row["id_no"] = float(int(number[:15]) * 1000)  # a spreadsheet keeps fifteen digits
    return True


def _id_mistyped(row: Row, dice: Dice) -> bool:
    number = _text(row, "id_no")
    if not _is_citizen(row):
        return False
    wrong = str((int(number[15]) + 1) % 10)  # one digit off always breaks the check
    row["id_no"] = number[:15] + wrong + number[16:]
    return True


def _id_impossible_date(row: Row, dice: Dice) -> bool:
    number = _text(row, "id_no")
    row["id_no"] = f"{number[:10]}13{number[12:]}" if _is_citizen(row) else number
    return _is_citizen(row)


def _id_fifteen(row: Row, dice: Dice) -> bool:
    number = _text(row, "id_no")
    if not _is_citizen(row) or number[6:8] != "19":
        return False
    row["id_no"] = number[:6] + number[8:17]
    return True


def _other_gender(row: Row, dice: Dice) -> bool:
    row["gender"] = "女" if row["gender"] == "男" else "男"
    return _is_citizen(row)


def _two_phones(row: Row, dice: Dice) -> bool:
    number = _text(row, "phone")
    second = f"0371-6{dice.between(2000000, 9999999)}"
    row["phone"] = f"{number}{dice.pick(('/', '、', '；', ' '))}{second}" if number else ""
    return bool(number)


def _phone_dashed(row: Row, dice: Dice) -> bool:
    number = _text(row, "phone")
    if number:
        row["phone"] = dice.pick(
            (f"{number[:3]}-{number[3:7]}-{number[7:]}", f"+86 {number}", f"0{number}")
        )
    return bool(number)


def _phone_short(row: Row, dice: Dice) -> bool:
    row["phone"] = _text(row, "phone")[:10]
    return bool(row["phone"])


def _date_written(row: Row, dice: Dice) -> bool:
    text = _text(row, "moved_in")
    if not text:
        return False
    day = date.fromisoformat(text)
    row["moved_in"] = dice.pick(
        (
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day:%Y%m%d}",
            f"{day.year}年{day.month}月",
        )
    )
    return True


def _date_serial(row: Row, dice: Dice) -> bool:
    text = _text(row, "moved_in")
    if not text:
        return False
    row["moved_in"] = float((date.fromisoformat(text) - _EPOCH) / timedelta(days=1))
    return True


def _building_word(row: Row, dice: Dice) -> bool:
    name = _text(row, "building")
    number = name.removesuffix("号楼")
    if number == name:
        return False
    words = [f"{number}栋", f"{number}幢", f"{number}#", f"{number}号"]
    if int(number) <= 10:
        words.append(f"{_NUMERALS[int(number)]}号楼")
    row["building"] = dice.pick(words)
    return True


def _all_in_room(row: Row, dice: Dice) -> bool:
    building, unit, room = (_text(row, field) for field in ("building", "unit", "room"))
    if not unit or not building.endswith("号楼"):
        return False
    row["room"] = f"{building.removesuffix('号楼')}-{unit}-{room}"
    row["building"] = row["unit"] = ""
    return True


def _room_word(row: Row, dice: Dice) -> bool:
    row["room"] = f"{row['room']}室"
    return not _text(row, "building").endswith("组")


def _room_as_date(row: Row, dice: Dice) -> bool:
    row["room"] = f"{dice.between(1, 12)}月{dice.between(1, 28)}日"
    return True


def _nowhere(row: Row, dice: Dice) -> bool:
    row["compound"] = f"{dice.pick('东西南北')}边老院"
    return True


_WORDS: Final = {
    "妻": ("妻子", "老婆", "爱人"), "夫": ("丈夫", "老公"), "子": ("儿子",), "女": ("女儿", "闺女"),
    "长子": ("大儿子",), "次子": ("二儿子",), "长女": ("大女儿",), "儿媳": ("儿媳妇",),
    "父亲": ("父", "爸爸"), "母亲": ("母", "妈妈"), "非亲属": ("租客", "室友"), "弟": ("弟弟",),
}  # fmt: skip


def _relation_word(row: Row, dice: Dice) -> bool:
    words = _WORDS.get(_text(row, "relation_to_head"))
    if words:
        row["relation_to_head"] = dice.pick(words)
    return bool(words)


def _relation_unclear(row: Row, dice: Dice) -> bool:
    had = row["relation_to_head"] in ("妻", "儿媳")
    row["relation_to_head"] = "媳妇" if had else row["relation_to_head"]
    return had


def _slash(row: Row, dice: Dice) -> bool:
    field = dice.pick(("workplace", "care_labels"))
    empty = not row[field]
    row[field] = dice.pick(("/", "无")) if empty else row[field]
    return empty


def _deceased(row: Row, dice: Dice) -> bool:
    row["remark"] = "已故" if dice.comes(0.5) else "已搬走"
    return True


MENDABLE: Final = (
    Dirt("id_full_width", CLEANED, _id_full_width),
    Dirt("id_spaced", CLEANED, _id_spaced),
    Dirt("id_quoted", CLEANED, _id_quoted),
    Dirt("id_headed", CLEANED, _id_headed),
    Dirt("id_small_x", CLEANED, _id_small_x),
    Dirt("other_gender", WARNED, _other_gender),
    Dirt("two_phones", CLEANED, _two_phones),
    Dirt("phone_dashed", CLEANED, _phone_dashed),
    Dirt("phone_short", WARNED, _phone_short),
    Dirt("date_written", CLEANED, _date_written),
    Dirt("date_serial", CLEANED, _date_serial),
    Dirt("building_word", CLEANED, _building_word),
    Dirt("all_in_room", CLEANED, _all_in_room),
    Dirt("room_word", CLEANED, _room_word),
    Dirt("relation_word", CLEANED, _relation_word),
    Dirt("slash", CLEANED, _slash),
)
"""Kinds after which everybody is still let in."""
EVERY_KIND: Final = (
    *MENDABLE,
    Dirt("deceased", WARNED, _deceased),
    Dirt("id_as_number", REFUSED, _id_as_number),
    Dirt("id_mistyped", REFUSED, _id_mistyped),
    Dirt("id_impossible_date", REFUSED, _id_impossible_date),
    Dirt("id_fifteen", REFUSED, _id_fifteen),
    Dirt("room_as_date", REFUSED, _room_as_date),
    Dirt("nowhere", REFUSED, _nowhere),
    Dirt("relation_unclear", REFUSED, _relation_unclear),
)


def spoil(row: Row, kinds: tuple[Dirt, ...], dice: Dice) -> Dirt:
    """Spoil a row in one of the kinds that fit it; returns which."""
    while True:
        dirt = dice.pick(kinds)
        trial = dict(row)
        if dirt.spoil(trial, dice):
            row.update(trial)
            return dirt
