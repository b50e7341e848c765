"""Standard addresses (标准地址): what cells or a line of text say about where a room is.

Order: compound (小区, 自然村), building, unit, floor, room; shown as `紫兰苑 3号楼 2单元 501室`.
Reading never raises and never guesses: what allows two readings comes back with a reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from gezhi.base.sentences import Reason
from gezhi.base.text import half_width
from gezhi.core.places.address_parts import (
    AMBIGUOUS,
    BUILDING_MISSING,
    COMPOUND_MISSING,
    CONFLICT,
    FLOOR_CONFLICT,
    FLOOR_MISSING,
    ROOM_MISSING,
    Part,
    cell_text,
    floor_of,
    is_number,
    minus_or_dash,
    read_building,
    read_floor,
    read_unit,
    separated,
)
from gezhi.core.places.address_tails import Tail, read_tail, split_text

LONGEST: Final = 120
SHORTEST_NAME: Final = 3
_HAN: Final = r"[\u4e00-\u9fff]"
_PROVINCE: Final = re.compile(rf"^{_HAN}{{2,8}}?(?:省(?![直委建局厅])|自治区)")
_CITY: Final = re.compile(
    rf"^{_HAN}{{2,5}}?市(?={_HAN}{{0,9}}(?:高新|开发)|{_HAN}{{1,3}}(?<![小社园院东西南北中])区)"
)
_DISTRICT: Final = re.compile(
    rf"^{_HAN}{{0,10}}?(?:高新区|(?:高新|经济)技术(?:产业)?开发区|开发区)"
    rf"|^{_HAN}{{1,3}}(?<![小社园院东西南北中])[区县](?={_HAN}{{2,8}}(?:街道|办事处|镇|乡))"
)
_SUBDISTRICT: Final = re.compile(rf"^{_HAN}{{2,8}}?(?:街道办事处|办事处|街道办|街道)")
_COMMUNITY: Final = re.compile(rf"^{_HAN}{{2,12}}?社区(?:居委会)?")
_ROAD: Final = re.compile(rf"^{_HAN}{{1,8}}?(?:路|大道|大街|街|巷|胡同)[0-9]{{1,5}}号院?")
WRITTEN_APART: Final = re.compile(r"[-/]")
_STREET: Final = re.compile(r"(?:路|街|大道|巷|胡同)$")


class Kind(StrEnum):
    """What an address points at."""

    FLAT = "flat"
    SHOP = "shop"
    GARAGE = "garage"
    COURTYARD = "courtyard"
    BUILDING = "building"
    COMPOUND = "compound"


@dataclass(frozen=True, slots=True)
class Address:
    """One place in the address library; empty parts were not written."""

    compound: str
    building: str = ""
    unit: str = "0"
    floor: int | None = None
    room: str = ""
    kind: Kind = Kind.FLAT

    def __str__(self) -> str:
        """The short display, which reads back as the same address."""
        unit = f"{self.unit}单元" if self.unit != "0" else ""
        room = self.room
        if self.kind is Kind.COURTYARD:
            room += "号"
        elif self.kind is Kind.FLAT and not room.endswith("户"):
            room += "室"
        return " ".join(part for part in (self.compound, self.building, unit, room) if part)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text or a row says: several addresses for joined flats, none with a reason."""

    addresses: tuple[Address, ...] = ()
    mends: tuple[str, ...] = ()
    """Codes of `address_parts.MENDS`, sorted."""
    reason: Reason | None = None


def parse_text(text: str) -> Parsed:
    """Read a line such as `紫兰苑3-2-501`, `枫杨街道紫兰苑三号楼501` or `大里村3组25号`."""
    cleaned = half_width(text).strip().upper()
    if len(cleaned) > LONGEST or not cleaned:
        return Parsed(reason=AMBIGUOUS)
    written, reason = cell_text(cleaned)
    if reason is not None:
        return Parsed(reason=reason)
    if minus_or_dash(written):
        return Parsed(reason=AMBIGUOUS)
    compound, tail = split_text(separated(written).strip("-/"))
    if tail.reason is not None:
        return Parsed(reason=tail.reason)
    compound, tail = _settle(compound, tail)
    whole = _with_door(tail)
    if isinstance(whole, Reason):
        return Parsed(reason=whole)
    short = without_prefix(compound)
    mends = set(whole.mends)
    if short != WRITTEN_APART.sub("", compound):
        mends.add("prefix")
    if half_width(text).upper() != text:
        mends.add("width")
    return _addresses(short, whole, mends)


def parse_cells(
    compound: object, building: object, unit: object, room: object, floor: object = ""
) -> Parsed:
    """Read the address columns of one row; the room cell may repeat the others, not contradict.

    A compound cell that ends in a building (`紫兰苑3号楼`) is split when the building is blank.
    """
    place, place_reason = cell_text(compound)
    parts = (read_building(building), read_unit(unit))
    tail = read_tail(room)
    reason = place_reason or parts[0].reason or parts[1].reason or tail.reason
    if reason is not None or len(place) > LONGEST:
        return Parsed(reason=reason or AMBIGUOUS)
    name = re.sub(r"\s+", "", place)
    if not parts[0].value and not tail.building:
        name, parts = _building_in_compound(name, parts)
    merged = merge(parts[0], parts[1], tail, read_floor(str(floor)) if floor else None)
    if isinstance(merged, Reason):
        return Parsed(reason=merged)
    if not merged.building and not merged.door:
        return Parsed(reason=BUILDING_MISSING)
    if not merged.rooms and not merged.door:
        return Parsed(reason=ROOM_MISSING)
    return _addresses(name, merged, set(merged.mends))


def _building_in_compound(name: str, parts: tuple[Part, Part]) -> tuple[str, tuple[Part, Part]]:
    short, tail = split_text(separated(name))
    if tail.reason is not None or not tail.building or tail.rooms or tail.door or not short:
        return name, parts
    unit = parts[1] if tail.unit == "0" or parts[1].value != "0" else Part(tail.unit)
    return short, (Part(tail.building, frozenset({"moved"})), unit)


def merge(building: Part, unit: Part, tail: Tail, floor: int | None) -> Tail | Reason:
    """The room cell's tail completed from the other columns, or why they do not agree."""
    if tail.building and building.value and tail.building != building.value:
        return CONFLICT
    name = building.value or tail.building
    if tail.head and not name:
        return AMBIGUOUS
    here = tail.unit
    if here != "0" and unit.value != "0" and here != unit.value:
        rooms_floor = floor_of(tail.rooms[0]) if tail.rooms else None
        if not (tail.head and is_number(here) and int(here) == rooms_floor):
            return CONFLICT
        here = unit.value
    mends = tail.mends | building.mends | unit.mends
    if tail.building or tail.unit != "0":
        mends |= {"moved"}
    whole = Tail(
        building=name,
        unit=unit.value if here == "0" else here,
        floor=tail.floor if tail.floor is not None else floor,
        rooms=tail.rooms,
        door=tail.door,
        mends=mends,
    )
    return _with_door(whole)


def _with_door(tail: Tail) -> Tail | Reason:
    """In a villagers' group the number is a house number; in a building it is a room."""
    group = tail.building.endswith("组")
    if tail.door and tail.rooms:
        return AMBIGUOUS
    if group and tail.rooms:
        if len(tail.rooms) > 1 or not is_number(tail.rooms[0]):
            return AMBIGUOUS
        return replace(tail, rooms=(), door=tail.rooms[0])
    if tail.door and tail.building and not group:
        return replace(tail, rooms=(tail.door,), door="")
    return tail


def _settle(compound: str, tail: Tail) -> tuple[str, Tail]:
    """A house number before a building or on a street belongs to the compound."""
    in_building = bool(tail.building) and not tail.building.endswith("组")
    if tail.door and (in_building or _STREET.search(compound)):
        compound = f"{compound}{tail.door}{'号院' if tail.yard else '号'}"
        tail = replace(tail, door="", yard=False)
    return compound, tail


def without_prefix(compound: str) -> str:
    """A compound without province, city, district, subdistrict, community and road before it.

    Whatever would leave nothing behind is the compound's own name and stays.
    """
    name = WRITTEN_APART.sub("", compound)
    for pattern in (_PROVINCE, _CITY, _DISTRICT, _SUBDISTRICT, _COMMUNITY, _ROAD):
        shorter = pattern.sub("", name)
        if len(shorter) >= SHORTEST_NAME:
            name = shorter
    return name


def _addresses(compound: str, tail: Tail, mends: set[str]) -> Parsed:
    told = tuple(sorted(mends))
    if not compound:
        return Parsed(reason=COMPOUND_MISSING)
    if tail.door:
        if tail.rooms or tail.unit != "0" or tail.floor is not None:
            return Parsed(reason=AMBIGUOUS)
        yard = Address(compound, tail.building, "0", None, tail.door, Kind.COURTYARD)
        return Parsed((yard,), told)
    if not tail.rooms:
        kind = Kind.BUILDING if tail.building else Kind.COMPOUND
        if tail.unit != "0" and not tail.building:
            return Parsed(reason=BUILDING_MISSING)
        return Parsed((Address(compound, tail.building, tail.unit, tail.floor, "", kind),), told)
    if not tail.building:
        return Parsed(reason=BUILDING_MISSING)
    found = []
    for room in tail.rooms:
        placed = place_room(room, tail.floor)
        if isinstance(placed, Reason):
            return Parsed(reason=placed)
        name, floor, kind = placed
        found.append(Address(compound, tail.building, tail.unit, floor, name, kind))
    return Parsed(tuple(found), told)


def place_room(room: str, floor: int | None) -> tuple[str, int | None, Kind] | Reason:
    """A room's name, floor and kind; 东户 needs the floor, and a number must not contradict it."""
    if re.match(r"^(?:S\d|商|底商|门面|门市|铺)", room):
        return room, floor, Kind.SHOP
    if re.match(r"^(?:车库|车位|储藏室|地下室)", room):
        return room, floor, Kind.GARAGE
    if room.endswith("户"):
        if "层" in room:
            return room, floor_of(room), Kind.FLAT
        if floor is None:
            return FLOOR_MISSING
        return f"{f'B{-floor}' if floor < 0 else floor}层{room}", floor, Kind.FLAT
    own = floor_of(room)
    if floor is not None and own is not None and own != floor:
        return FLOOR_CONFLICT
    return room, own if own is not None else floor, Kind.FLAT


def house_code(village: str, compound: int, building: int, unit: int, floor: int, room: int) -> str:
    """27 digits: 12 village, 4 compound, 3 building, 2 unit, 2 floor, 4 room.

    Floors run from -9 to 90; basements count down from 100, so B1 is 99. Numbers are those of
    the address library: a room whose name is no number carries one the library gave it. Raises
    `ValueError` where a number does not fit.
    """
    if not re.fullmatch(r"[0-9]{12}", village):
        raise ValueError("a village code has twelve digits")
    storey = floor % 100 if -9 <= floor <= 90 else -1
    numbers = (compound, 4), (building, 3), (unit, 2), (storey, 2), (room, 4)
    if any(not 0 <= number < 10**width for number, width in numbers):
        raise ValueError("a number does not fit its place in the house code")
    return village + "".join(f"{number:0{width}}" for number, width in numbers)


_LETTERED_UNITS: Final = {
    **{chr(65 + place): 51 + place for place in range(26)},
    **{side: 81 + place for place, side in enumerate("东西南北中甲乙丙丁")},
}
_UNIT_LETTERS: Final = {number: letter for letter, number in _LETTERED_UNITS.items()}


def unit_number(unit: str) -> int:
    """The two digits that stand for a unit: 1 to 50 as they are, A to Z from 51, sides from 81.

    Raises `ValueError` for text that `read_unit` would not give.
    """
    number = _LETTERED_UNITS[unit] if unit in _LETTERED_UNITS else int(unit)
    if unit.isdecimal() and not 0 <= number <= 50:
        raise ValueError("a unit is numbered up to 50")
    return number


def unit_name(number: int) -> str:
    """The unit that `unit_number` turned into a number."""
    return _UNIT_LETTERS.get(number, str(number))
