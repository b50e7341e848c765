"""The other sort of sheets: one from each community, no two kept in the same way.

Headings go by other names, over one row or two; households share one merged cell; sums, notes
and signatures stand below the table; some come as csv in GB18030. Every way occurs twice in a
town of eighteen.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from gezhi.core.registry.sheet_templates import POPULATION
from gezhi.wiring.towns.chance import Dice
from gezhi.wiring.towns.dirt import EVERY_KIND
from gezhi.wiring.towns.people import households_of
from gezhi.wiring.towns.persons import Household
from gezhi.wiring.towns.quick_workbook import AUTHOR, MADE
from gezhi.wiring.towns.sheets import people_rows, spoiled_rows
from gezhi.wiring.towns.town import Community, Town
from gezhi.wiring.towns.town_specs import AS_OF
from gezhi.wiring.towns.units import employers_of

_ADDRESS: Final = ("compound", "building", "unit", "room")
_SHORT: Final = (
    "row_no", "name", "id_no", "gender", "phone", "relation_to_head", "population_class",
    "consistency", *_ADDRESS, "remark",
)  # fmt: skip
_LONG: Final = (
    "row_no", *_ADDRESS, "head_name", "name", "relation_to_head", "id_no", "ethnicity",
    "birth_date", "phone", "population_class", "consistency", "hukou_address", "moved_in",
    "education", "political_status", "workplace", "care_labels", "vaccine_doses", "remark",
)  # fmt: skip
_DIRTY: Final = 0.03


@dataclass(frozen=True, slots=True)
class Manner:
    """How one community keeps its sheet."""

    suffix: str = ".xlsx"
    fields: tuple[str, ...] = _SHORT
    own_headings: bool = True
    """Headings by other names than the template's."""
    two_rows: bool = False
    merged: bool = False
    """The address stands once for a household, in merged cells."""
    sums: bool = False
    signed: bool = False
    hidden: bool = False
    by_compound: bool = False
    encoding: str = ""


MANNERS: Final = (
    Manner(own_headings=False, signed=True),
    Manner(fields=_LONG, merged=True, signed=True),
    Manner(fields=_LONG, two_rows=True),
    Manner(suffix=".csv", encoding="gb18030"),
    Manner(by_compound=True, sums=True),
    Manner(hidden=True, sums=True, signed=True),
    Manner(suffix=".csv", fields=_LONG, encoding="utf-8-sig"),
    Manner(fields=_LONG, two_rows=True, merged=True, sums=True),
    Manner(suffix=".csv", encoding="gb18030", sums=True, signed=True),
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet before it is written: lines of cells, blocks to merge, columns to hide."""

    title: str
    lines: list[list[object]]
    merged: list[tuple[int, int, int, int]]
    hidden: tuple[int, ...] = ()


def messy_sheets(town: Town, folder: Path, *, households: int = 300) -> list[Path]:
    """A sheet from each community with its first households; the files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    employers = employers_of(town)
    paths = []
    for community in town.communities:
        manner = MANNERS[community.index % len(MANNERS)]
        kept = list(islice(households_of(town, community, employers), households))
        dice = Dice(f"{town.spec.drawing.seed}/messy/{community.index}")
        path = folder / f"{community.index + 1:02d}{community.name}人口台账{manner.suffix}"
        sheets = list(_sheets(community, manner, kept, dice))
        draft = path.with_name(f".{path.name}.draft")
        if manner.encoding:
            _write_csv(draft, sheets[0], manner.encoding)
        else:
            _write_xlsx(draft, sheets)
        draft.replace(path)
        paths.append(path)
    return paths


def _sheets(
    community: Community, manner: Manner, households: Sequence[Household], dice: Dice
) -> Iterator[_Sheet]:
    headings = {field: _heading(field, manner, dice) for field in manner.fields}
    if not manner.by_compound:
        yield _sheet(community.name, manner, headings, households, dice)
        return
    by_compound: dict[str, list[Household]] = {}
    for household in households:
        by_compound.setdefault(household.compound.name, []).append(household)
    for name, own in by_compound.items():
        yield _sheet(name, manner, headings, own, dice)


def _heading(field: str, manner: Manner, dice: Dice) -> str:
    column = POPULATION.column(field)
    if not manner.own_headings or field in _ADDRESS:
        return column.heading
    return dice.pick(column.names)


def _sheet(
    title: str,
    manner: Manner,
    headings: dict[str, str],
    households: Sequence[Household],
    dice: Dice,
) -> _Sheet:
    fields = manner.fields
    width = len(fields)
    lines: list[list[object]] = [
        [f"{title}居民信息登记表"],
        [f"填报单位：{title}", *[""] * (width - 2), f"{AS_OF.year}.{AS_OF.month}.{AS_OF.day}"],
    ]
    merged = [(0, 0, 0, width - 1)]
    _head(lines, merged, [(field, headings[field]) for field in fields], two_rows=manner.two_rows)
    number = 0
    for household in households:
        first = len(lines)
        rows = spoiled_rows(people_rows([household]), EVERY_KIND, dice, _DIRTY, Counter())
        for row in rows:
            number += 1
            row["row_no"] = float(number)
            lines.append([row[field] for field in fields])
        if manner.merged and len(lines) - first > 1:
            _merge_address(lines, merged, fields, first)
        if manner.sums and number % 90 < len(household.members):
            lines.append(["小计", "", f"{number}人"])
            lines.append([])
    if manner.sums:
        lines.append(["合计", "", f"{number}人"])
    if manner.signed:
        lines += [
            [],
            ["注：户籍不在本辖区的也要登记。"],
            ["填表人：", "", "审核人：", "", "联系电话："],
        ]
    hidden = (fields.index("gender"),) if manner.hidden else ()
    return _Sheet(title, lines, merged, hidden)


def _head(
    lines: list[list[object]],
    merged: list[tuple[int, int, int, int]],
    headings: list[tuple[str, str]],
    *,
    two_rows: bool,
) -> None:
    """The headings; in two rows the four parts of the address stand under 现住址."""
    line = len(lines)
    if not two_rows:
        lines.append([heading for _, heading in headings])
        return
    start = next(at for at, (field, _) in enumerate(headings) if field == _ADDRESS[0])
    inside = range(start, start + len(_ADDRESS))
    upper: list[object] = ["" if at in inside else head for at, (_, head) in enumerate(headings)]
    upper[start] = "现住址"
    lines.append(upper)
    lines.append([head if at in inside else "" for at, (_, head) in enumerate(headings)])
    merged.append((line, start, line, start + len(_ADDRESS) - 1))
    merged.extend((line, at, line + 1, at) for at in range(len(headings)) if at not in inside)


def _merge_address(
    lines: list[list[object]],
    merged: list[tuple[int, int, int, int]],
    fields: tuple[str, ...],
    first: int,
) -> None:
    """Merge the columns of the address in which the household's rows still agree."""
    last = len(lines) - 1
    for field in (*_ADDRESS, "head_name"):
        at = fields.index(field)
        if len({str(line[at]) for line in lines[first:]}) == 1 and lines[first][at]:
            for line in lines[first + 1 :]:
                line[at] = ""
            merged.append((first, at, last, at))


def _write_xlsx(path: Path, sheets: Sequence[_Sheet]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": MADE, "author": AUTHOR})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title[:31])
            for first, left, last, right in sheet.merged:
                page.merge_range(first, left, last, right, "")
            for at, line in enumerate(sheet.lines):
                _write_line(page, at, line)
            for column in sheet.hidden:
                page.set_column(column, column, None, None, {"hidden": True})


def _write_line(page: Any, at: int, line: Sequence[object]) -> None:
    for column, value in enumerate(line):
        if isinstance(value, float):
            page.write_number(at, column, value)
        elif value:
            page.write_string(at, column, str(value))


def _write_csv(path: Path, sheet: _Sheet, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out)
        for line in sheet.lines:
            writer.writerow([f"{cell:.0f}" if isinstance(cell, float) else cell for cell in line])
