"""The tail of an address: building, unit, floor and rooms, marked (`3号楼`) or bare (`3-2-501`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from gezhi.base.sentences import Reason
from gezhi.core.places.address_parts import (
    AMBIGUOUS,
    FLOOR_CONFLICT,
    NUMERAL,
    ROOM_IS_DATE,
    ROOM_SHAPE,
    arabic,
    cell_text,
    floor_of,
    is_number,
    minus_or_dash,
    normalise_building,
    read_floor,
    read_unit,
    separated,
)

_BUILDING_MARKS: Final = ("号楼", "栋楼", "栋", "幢楼", "幢", "座", "#楼", "#")
_UNIT_MARKS: Final = ("单元", "门洞", "门")
_FLOOR_MARKS: Final = ("层",)
_ROOM_MARKS: Final = ("号房", "房间", "室", "户", "房")
_DOOR_MARKS: Final = ("号院", "号")
_GROUP_MARKS: Final = ("村民小组", "村民组", "生产队", "小组", "组", "队")
_MARKS: Final = "|".join(
    (*_BUILDING_MARKS, *_UNIT_MARKS, *_ROOM_MARKS, *_DOOR_MARKS, *_GROUP_MARKS, *_FLOOR_MARKS, "楼")
)
_TOKEN: Final = re.compile(
    rf"(?:(?P<floor>(?:负|B|地下)(?:\d{{1,2}}|[{NUMERAL}]{{1,3}}))(?:层|楼)"
    rf"|(?P<middle>中(?:\d{{1,2}}|[{NUMERAL}]{{1,3}}))层"
    rf"|(?P<shop>(?:商铺|底商|门面房|门面|门市房|门市|铺面|铺|商|车库|车位|储藏室|地下室)[A-Z]?\d{{1,4}})号?(?=[-/]|$)"
    rf"|(?P<sides>[东西南北中]{{1,2}}户)"
    rf"|(?:(?P<value>第?(?:\d{{1,2}}[AB]\d{{2}}|[A-Z]{{0,2}}\d{{1,5}}[A-Z]?|[A-Z]{{1,2}}|[{NUMERAL}]{{1,6}}"
    rf"|[东西南北中甲乙丙丁](?=单元)|[东西南北甲乙丙丁]\d{{1,3}}(?=号楼|栋|幢)))"
    rf"(?:(?P<mark>{_MARKS})|(?=[-/]|$))))"
    r"(?P<sep>[-/]*)",
    re.ASCII,
)
_ROOM: Final = re.compile(
    r"^(?:\d{3,4}[A-Z]?|\d{1,2}[AB]\d{2}|S\d|[A-Z]\d{2,4}[A-Z]?|[东西南北中]{1,2}户)$", re.ASCII
)
_NAMED_BUILDING: Final = re.compile(r"^(.+)-([\u4e00-\u9fff]{1,8}楼)$")
_DATE_INSIDE: Final = re.compile(r"\d{1,2}月\d{1,2}日?", re.ASCII)
_LEFT_OVER: Final = re.compile(r"\d[-/]|[-/]\d|\d{3}", re.ASCII)
_BUILDING, _UNIT, _FLOOR, _ROOMS = 1, 2, 3, 4
LONGEST_ROOM: Final = 40


@dataclass(frozen=True, slots=True)
class Tail:
    """What a tail says. `head` marks a unit read from a bare number before the room."""

    building: str = ""
    unit: str = "0"
    floor: int | None = None
    rooms: tuple[str, ...] = ()
    door: str = ""
    """House number in a village or on a road (门牌)."""
    yard: bool = False
    head: bool = False
    mends: frozenset[str] = frozenset()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    value: str
    level: int
    """1 building, 2 unit, 3 floor, 4 room; 0 where no mark tells."""
    mark: str
    after: str
    """The separator that follows."""


def split_text(line: str) -> tuple[str, Tail]:
    """A separated line as compound and tail; the tail is the longest end that reads as one."""
    if _DATE_INSIDE.search(line):
        return line, Tail(reason=ROOM_IS_DATE)
    for start in range(len(line)):
        if start and line[start - 1].isdigit() and line[start].isdigit():
            continue
        words = _words(line, start)
        if words is not None:
            compound = line[:start].strip("-/")
            compound, building = _named_building(compound)
            unread = _LEFT_OVER.search(compound)
            tail = _assign(words, room_cell=False, building=building)
            return compound, Tail(reason=tail.reason or AMBIGUOUS) if unread else tail
    compound, building = _named_building(line)
    return compound, Tail(building, reason=AMBIGUOUS if _LEFT_OVER.search(compound) else None)


def _named_building(compound: str) -> tuple[str, str]:
    """`紫兰苑-综合楼` as compound and building: a building without a number, written apart."""
    match = _NAMED_BUILDING.match(compound)
    return (match.group(1), match.group(2)) if match else (compound, "")


def read_tail(cell: object) -> Tail:
    """A room column: 501, 501室, 2-501, 3-2-501, 五零一, 501/502, S12, 5层东户, 25号."""
    text, reason = cell_text(cell)
    if reason is not None:
        return Tail(reason=reason)
    line = separated(text).strip("-/")
    if not line:
        return Tail()
    words = None if len(line) > LONGEST_ROOM or minus_or_dash(text) else _words(line, 0)
    if words is None:
        return Tail(reason=ROOM_SHAPE)
    tail = _assign(words, room_cell=True)
    unlike = line != str(cell).strip().upper().removesuffix(".0")
    return replace(tail, mends=tail.mends | {"width"}) if unlike and tail.reason is None else tail


def _words(line: str, start: int) -> list[_Word] | None:
    """The line from `start` on as words, or None where some of it is none."""
    words: list[_Word] = []
    while start < len(line):
        match = _TOKEN.match(line, start)
        if match is None or (match.end() == start):
            return None
        words.append(_word(match))
        start = match.end()
    return words


def _word(match: re.Match[str]) -> _Word:
    sep = match["sep"] or ""
    if match["floor"]:
        return _Word(match["floor"].replace("地下", "B"), _FLOOR, "层", sep)
    if match["middle"]:
        return _Word(match["middle"], _FLOOR, "中", sep)
    if match["shop"] or match["sides"]:
        return _Word(match["shop"] or match["sides"], _ROOMS, "户", sep)
    value, mark = arabic(match["value"].removeprefix("第")), match["mark"] or ""
    if arabic(match["value"]) != match["value"]:
        sep += "*"
    levels = (
        (_BUILDING_MARKS, _BUILDING),
        (_GROUP_MARKS, _BUILDING),
        (_UNIT_MARKS, _UNIT),
        (_FLOOR_MARKS, _FLOOR),
        (_ROOM_MARKS, _ROOMS),
    )
    level = next((level for marks, level in levels if mark in marks), 0)
    return _Word(value, level, mark, sep)


class _UnclearError(Exception):
    """Two readings, or none."""

    def __init__(self, reason: Reason = AMBIGUOUS) -> None:
        self.reason = reason


def _assign(words: list[_Word], *, room_cell: bool, building: str = "") -> Tail:
    try:
        return _Reader(room_cell, building).read(words)
    except _UnclearError as unclear:
        return Tail(reason=unclear.reason)


class _Reader:
    """Gives each word its part; bare numbers get theirs from their place between marked ones."""

    def __init__(self, room_cell: bool, building: str) -> None:
        self.room_cell = room_cell
        self.level = _BUILDING if building else 0
        self.building = building
        self.unit = "0"
        self.floor: int | None = None
        self.rooms: list[str] = []
        self.door = ""
        self.yard = False
        self.head = False
        self.mends: set[str] = set()
        self.bare: list[_Word] = []

    def read(self, words: list[_Word]) -> Tail:
        for place, word in enumerate(words):
            if "*" in word.after:
                self.mends.add("numerals")
            if word.mark == "楼":
                word = self._storey_or_building(word, words[place + 1 :])
            if word.mark in _DOOR_MARKS:
                self._take_door(word, last=place == len(words) - 1)
            elif word.level:
                self._place_bare(word.level)
                self._take(word.level, word)
            else:
                self.bare.append(word)
        self._place_bare(None)
        if len(self.rooms) > 1:
            self.mends.add("joined")
        return Tail(
            self.building,
            self.unit,
            self.floor,
            tuple(self.rooms),
            self.door,
            self.yard,
            self.head,
            frozenset(self.mends),
        )

    def _storey_or_building(self, word: _Word, rest: list[_Word]) -> _Word:
        """`3楼` is a floor once the building is known; before a unit it can only be a building."""
        if self.building or self.bare or self.room_cell:
            return _Word(word.value, _FLOOR, "层", word.after)
        if rest and rest[0].level == _UNIT:
            self.mends.add("word")
            return _Word(word.value, _BUILDING, "号楼", word.after)
        raise _UnclearError

    def _take_door(self, word: _Word, *, last: bool) -> None:
        """`25号` is a room after a building, a house number otherwise."""
        if self.building and not self.building.endswith("组") and last:
            self._place_bare(_ROOMS)
            self._take(_ROOMS, word)
            return
        if self.door or self.bare or self.level > _BUILDING or not is_number(word.value):
            raise _UnclearError
        self.door, self.yard = str(int(word.value)), word.mark == "号院"

    def _take(self, level: int, word: _Word) -> None:
        if level < self.level or (level == self.level and level != _ROOMS):
            raise _UnclearError
        self.level = level
        if level == _BUILDING:
            mark = "组" if word.mark in _GROUP_MARKS else (word.mark or "号楼")
            name = normalise_building(word.value + mark)
            if not name.endswith(("号楼", "座", "组")) or len(name) > 10:
                raise _UnclearError
            if name != word.value + mark:
                self.mends.add("word")
            elif not word.mark:
                self.mends.add("separator")
            self.building = name
        elif level == _UNIT:
            part = read_unit(word.value)
            if part.reason is not None:
                raise _UnclearError(part.reason)
            self.unit = part.value
            if word.mark not in ("", "单元"):
                self.mends.add("word")
        elif level == _FLOOR:
            self.floor = None if word.mark == "中" else read_floor(word.value)
        else:
            self.rooms.append(self._room(word))

    def _room(self, word: _Word) -> str:
        value = word.value
        if len(value) == 4 and is_number(value) and value.startswith("0"):
            self.mends.add("zero")
            value = value[1:]
        if is_number(value) and len(value) > 4:
            raise _UnclearError(ROOM_SHAPE)
        return value

    def _place_bare(self, upto: int | None) -> None:
        """Give the bare words so far their parts; `upto` is the level of the mark that follows."""
        bare, self.bare = self.bare, []
        if not bare:
            return
        if upto is not None and upto < _ROOMS:
            if len(bare) != upto - self.level - 1:
                raise _UnclearError
            for word in bare:
                self._take(self.level + 1, word)
            return
        heads, rooms = self._heads_and_rooms(bare, marked=upto is not None)
        self._place_heads(heads, rooms)
        self._check_joined(rooms)
        for word in rooms:
            self._take(_ROOMS, word)

    def _heads_and_rooms(
        self, bare: list[_Word], *, marked: bool
    ) -> tuple[list[_Word], list[_Word]]:
        first = 0 if self.level or self.room_cell else 1
        cut = len(bare)
        while cut > first and _ROOM.match(bare[cut - 1].value):
            cut -= 1
        heads, rooms = bare[:cut], bare[cut:]
        if not rooms and not marked:
            single = len(bare) == 1 and (self.room_cell or self.building.endswith("组"))
            if not single:
                raise _UnclearError
            heads, rooms = [], bare
        if any(len(word.value) > 2 and is_number(word.value) for word in heads):
            raise _UnclearError
        return heads, rooms

    def _place_heads(self, heads: list[_Word], rooms: list[_Word]) -> None:
        if not heads:
            return
        if self.room_cell and self.level == 0:
            levels = {1: (_UNIT,), 2: (_BUILDING, _UNIT), 3: (_BUILDING, _UNIT, _FLOOR)}
            self.head = len(heads) == 1
            chosen = levels.get(len(heads), ())
        else:
            chosen = tuple(range(self.level + 1, _ROOMS))[: len(heads)]
        if len(chosen) != len(heads):
            raise _UnclearError
        for level, word in zip(chosen, heads, strict=True):
            self._take(level, word)
        if rooms and self.floor is not None and floor_of(rooms[0].value) not in (None, self.floor):
            raise _UnclearError(FLOOR_CONFLICT)

    def _check_joined(self, rooms: list[_Word]) -> None:
        """`501-503` may be two flats or three; `501/503` lists them."""
        for left, right in pairwise(rooms):
            if "/" in left.after:
                continue
            if not (is_number(left.value) and is_number(right.value)):
                raise _UnclearError
            if abs(int(left.value) - int(right.value)) != 1:
                raise _UnclearError
