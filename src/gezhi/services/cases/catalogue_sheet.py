"""The catalogue as a sheet: what its cells say, and how that differs from what is in force.

Plain values in, plain values out. Headings and words are fixed, so that what was taken out can be
brought back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from gezhi.base.sentences import Sentence, _
from gezhi.base.workdays import Unit
from gezhi.services.cases.rules import UnitRule

HEADINGS: Final[Mapping[str, str]] = {
    "nature": "类型",
    "code": "代码",
    "major": "大类",
    "name": "小类",
    "filing_condition": "立案条件",
    "closing_condition": "结案条件",
    "amount": "时限",
    "unit": "时限单位",
    "urgent": "紧急",
    "unit_rule": "派遣规则",
    "responsible": "责任单位",
    "auto_dispatch": "自动派遣",
    "may_extend": "可延期",
    "needs_photo": "须附照片",
}
NATURES: Final = {"事件": "event", "部件": "component"}
UNITS: Final = {
    "紧急工作时": Unit.EMERGENCY_HOUR.value,
    "工作时": Unit.WORKING_HOUR.value,
    "工作日": Unit.WORKING_DAY.value,
}
RULES: Final = {
    "先属地": UnitRule.PLACE.value,
    "先属主": UnitRule.OWNER.value,
    "固定单位": UnitRule.FIXED.value,
}
YES_NO: Final = {"是": True, "否": False, "": False}
LONGEST: Final = {"major": 20, "name": 40, "filing_condition": 200, "closing_condition": 200}
MOST: Final = Decimal("365")

Key = tuple[str, str]
"""Nature and code: what makes a category the same from version to version."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken as it stands: which row, which column, and the mend."""

    row: int
    heading: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that can be taken."""

    row: int
    key: Key
    values: Mapping[str, Any]
    """Every setting, and major and name; `responsible` is the unit's key as text, or None."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a category would differ from what is in force."""

    key: Key
    name: str
    is_new: bool
    values: Mapping[str, Any]
    was: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def read_sheet(rows: Sequence[Sequence[object]], units: Mapping[str, str]) -> Sheet:
    """Read rows of cells, the headings first; `units` is a unit's key by its name."""
    places = _places(rows[0]) if rows else {}
    missing = [title for name, title in HEADINGS.items() if name not in places]
    if missing:
        said = Sentence(_("缺少列：%(columns)s"), {"columns": "、".join(missing)})
        return Sheet((), (Fault(1, missing[0], said),))
    entries: list[Entry] = []
    faults: list[Fault] = []
    seen: set[Key] = set()
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: _text(row, place) for name, place in places.items()}
        if not any(cells.values()):
            continue
        values, wrong = _values(cells, units)
        key = (values.get("nature", ""), values.get("code", ""))
        if not wrong and key in seen:
            wrong = {"code": Sentence(_("这个代码在表中出现了两次"))}
        if wrong:
            faults += [Fault(number, HEADINGS[name], said) for name, said in wrong.items()]
            continue
        seen.add(key)
        entries.append(Entry(number, key, {k: v for k, v in values.items() if k not in KEYED}))
    return Sheet(tuple(entries), tuple(faults))


KEYED: Final = frozenset({"nature", "code"})
NAMED: Final = frozenset({"major", "name"})
"""Names stay with their code, so that years compare; they are taken for a new code only."""


def differences(sheet: Sheet, present: Mapping[Key, Mapping[str, Any]]) -> Iterator[Change]:
    """What the sheet says otherwise than the categories in force; those it leaves out stay."""
    for entry in sheet.entries:
        now = present.get(entry.key)
        if now is None:
            yield Change(entry.key, entry.values["name"], True, entry.values)
            continue
        other = {
            name: value
            for name, value in entry.values.items()
            if name not in NAMED and now[name] != value
        }
        if other:
            was = {name: now[name] for name in other}
            yield Change(entry.key, now["name"], False, other, was)


def _places(headings: Sequence[object]) -> dict[str, int]:
    titles = {title: name for name, title in HEADINGS.items()}
    found = ((titles.get(str(cell or "").strip()), place) for place, cell in enumerate(headings))
    return {name: place for name, place in found if name is not None}


def _text(row: Sequence[object], place: int) -> str:
    cell = row[place] if place < len(row) else None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _values(
    cells: Mapping[str, str], units: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Sentence]]:
    """A row's values, and what is wrong with it by column."""
    values: dict[str, Any] = {}
    wrong: dict[str, Sentence] = {}
    words: dict[str, Mapping[str, Any]] = {"nature": NATURES, "unit": UNITS, "unit_rule": RULES}
    words |= dict.fromkeys(("urgent", "auto_dispatch", "may_extend", "needs_photo"), YES_NO)
    for name, known in words.items():
        if cells[name] in known:
            values[name] = known[cells[name]]
        else:
            wrong[name] = Sentence(
                _("只能填：%(words)s"), {"words": "、".join(one for one in known if one)}
            )
    code = cells["code"].zfill(4)
    if len(code) == 4 and code.isascii() and code.isdigit():
        values["code"] = code
    else:
        wrong["code"] = Sentence(_("代码是四位数字：大类两位、小类两位"))
    for name, most in LONGEST.items():
        if 0 < len(cells[name]) <= most:
            values[name] = cells[name]
        else:
            wrong[name] = Sentence(_("不能为空，最多 %(most)d 字"), {"most": most})
    amount = _amount(cells["amount"], values.get("unit", ""))
    if amount is None:
        wrong["amount"] = Sentence(_("时限是大于 0 的数；按工作日的须是整数"))
    else:
        values["amount"] = amount
    if cells["responsible"] and cells["responsible"] not in units:
        wrong["responsible"] = Sentence(_("没有这个责任单位，请先在单位管理里登记"))
    else:
        values["responsible"] = units.get(cells["responsible"])
    return values, wrong


def _amount(text: str, unit: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 < amount <= MOST or amount != round(amount, 1):
        return None
    return None if unit == Unit.WORKING_DAY and amount % 1 else amount
