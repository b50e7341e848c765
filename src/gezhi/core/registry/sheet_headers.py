"""Where a sheet's header is and what its columns mean, found by the names and not by position.

Real sheets carry a title, a line with unit and date, a header of one row or two with merged
groups, page headers again, sub-totals, and signatures and notes at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from typing import Final

from gezhi.base.text import without_spaces
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.sheets import BESIDE, Column, Template

Row = Sequence[object]

DEEPEST: Final = 40
"""Rows searched for a header."""
FEWEST: Final = 3
"""Headings that must be known for a row to be a header."""
_OWNERS: Final = frozenset(
    (
        *("户主", "产权人", "房主", "业主", "房东", "法人", "法定代表人"),
        *("监护人", "配偶", "联系人", "紧急联系人", "租户", "承租人", "负责人"),
    )
)
"""Groups whose columns are about somebody else: 户主|电话 is not the person's own telephone."""
_MARKS: Final = re.compile(r"[*＊★:：\"'“”_\-]|\((?:必填|选填|必填项|\*)\)")
_BRACKETS: Final = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_TOTAL: Final = re.compile(
    r"^(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|本页[小合]计|总人数|总户数)"
)
_COUNTED: Final = re.compile(r"^共\s*\d+\s*[户人家个间栋]", re.A)
_NOTE: Final = re.compile(
    r"^(?:注|备注|说明|填表说明|填写说明|附注?|填报单位|填表单位|填报人|填表人|制表人?|审核人?|复核人?|"
    r"负责人签字|经办人|统计人|单位\(盖章\)|单位负责人|网格员|网格长|社区书记|村支书|填报时间|填报日期|"
    r"填表日期|填表时间|制表日期|制表时间|日期|联系电话|盖章|签字|签名)[:;、.\s(]"
)
_SIGNED: Final = re.compile(r"(?:填表人|制表人|填报人|审核人|签字|签名|盖章)")
_LONG_NUMBER: Final = re.compile(r"\d{11,}", re.A)


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """A header found. Rows and columns count from 0."""

    template: Template
    row: int
    height: int
    """1, or 2 where groups stand above the headings."""
    columns: Mapping[int, str]
    """Column index -> field."""
    score: float
    unknown: Mapping[int, str]
    """Column index -> heading that no alias knows."""
    missing: tuple[str, ...]
    """Required fields without a column."""
    repeated: Mapping[int, str]
    """Columns whose field an earlier column has; left out until somebody chooses."""

    @property
    def first_data_row(self) -> int:
        return self.row + self.height

    @property
    def complete(self) -> bool:
        return not self.missing


class RowKind(StrEnum):
    """What a row below the header is."""

    DATA = "data"
    BLANK = "blank"
    TOTAL = "total"
    NOTE = "note"
    HEADER = "header"
    """The header again, as on every printed page, or a row of column numbers."""


def heading_key(cell: object) -> str:
    """A heading as it is compared: half-width, without spaces, stars, colons and (必填)."""
    if not isinstance(cell, str):
        return ""
    return _MARKS.sub("", without_spaces(cell)).upper()


def template_of(code: str) -> Template:
    """The sheet with a code, the registry's or another area's; KeyError where there is none."""
    return TEMPLATES[code] if code in TEMPLATES else BESIDE[code]


@cache
def _names(code: str) -> dict[str, str]:
    """Heading -> field for a template, bare headings winning over bracketed ones."""
    found: dict[str, str] = {}
    for bracketed in (False, True):
        for column in template_of(code).columns:
            for name in column.names:
                key = heading_key(name)
                found.setdefault(_BRACKETS.sub("", key) if bracketed else key, column.field)
    found.pop("", None)
    return found


def field_for(heading: str, template: Template) -> str | None:
    """The field a heading names in a template; what stands in brackets may be left off."""
    names = _names(template.code)
    key = heading_key(heading)
    return names.get(key) or names.get(_BRACKETS.sub("", key))


def suggestions(heading: str, template: Template, *, most: int = 3) -> list[str]:
    """Fields whose names look most like an unknown heading: offered to a person, never taken."""
    key = heading_key(heading)
    scored: dict[str, float] = {}
    for name, field in _names(template.code).items():
        likeness = SequenceMatcher(None, key, name).ratio()
        scored[field] = max(likeness, scored.get(field, 0.0))
    ranked = sorted(scored.items(), key=lambda item: -item[1])
    return [field for field, likeness in ranked[:most] if likeness >= 0.5]


def find_header(rows: Sequence[Row], template: Template | None = None) -> HeaderMatch | None:
    """The best header among the first rows, of one template or of any; None where there is none.

    A row wins by the number of fields it names, less doubles and strangers. Two rows are taken
    together only where that names more than the better of them alone.
    """
    wanted = (template,) if template is not None else tuple(TEMPLATES.values())
    best: HeaderMatch | None = None
    for candidate in wanted:
        for start in range(min(len(rows), DEEPEST)):
            for height in (1, 2):
                if start + height > len(rows):
                    continue
                match = _match(rows, start, height, candidate)
                if match is not None and (best is None or match.score > best.score):
                    best = match
    return best


def guess_template(rows: Sequence[Row]) -> Template | None:
    """Which sheet this is, by its header; None where no template fits."""
    match = find_header(rows)
    return match.template if match is not None else None


def with_mapping(match: HeaderMatch, chosen: Mapping[str, str]) -> HeaderMatch:
    """A match corrected by a person's choice of heading -> field (`""` leaves a column out).

    Headings are compared as `heading_key` gives them, so that a remembered choice holds for the
    next sheet of the kind.
    """
    columns = dict(match.columns)
    unknown = dict(match.unknown)
    repeated = dict(match.repeated)
    for index, heading in match.unknown.items():
        field = chosen.get(heading_key(heading))
        if field is None:
            continue
        del unknown[index]
        if field and field in columns.values():
            repeated[index] = field
        elif field:
            columns[index] = field
    missing = tuple(field for field in match.template.required if field not in columns.values())
    return HeaderMatch(
        match.template,
        match.row,
        match.height,
        columns,
        match.score,
        unknown,
        missing,
        repeated,
    )


def _match(rows: Sequence[Row], start: int, height: int, template: Template) -> HeaderMatch | None:
    headings = _headings(rows[start : start + height])
    columns: dict[int, str] = {}
    unknown: dict[int, str] = {}
    repeated: dict[int, str] = {}
    for index, readings in headings.items():
        field = next(filter(None, (field_for(text, template) for text in readings)), None)
        if field is None:
            unknown[index] = readings[0]
        elif field in columns.values():
            repeated[index] = field
        else:
            columns[index] = field
    if len(columns) < FEWEST or len(unknown) + len(repeated) > 2 * len(columns):
        return None
    fields = set(columns.values())
    missing = tuple(field for field in template.required if field not in fields)
    score = 10.0 * len(columns) - 3 * len(missing) - 5 * len(repeated) - len(unknown) - height
    return HeaderMatch(template, start, height, columns, score, unknown, missing, repeated)


def headings_of(rows: Sequence[Row]) -> dict[int, str]:
    """Every column's heading in the words of the sheet, from the one or two rows of a header."""
    return {index: readings[0] for index, readings in _headings(rows).items()} if rows else {}


def _headings(rows: Sequence[Row]) -> dict[int, tuple[str, ...]]:
    """For each column the readings of its heading, the fullest first.

    In a header of two rows a group's name covers the blank cells to its right that have a
    heading below them. 户主|姓名 reads as 户主姓名; 基本信息|姓名 as 姓名 too.
    """
    if len(rows) == 1:
        return {
            index: (cell.strip(),)
            for index, cell in enumerate(rows[0])
            if isinstance(cell, str) and heading_key(cell)
        }
    top, bottom = rows
    found: dict[int, tuple[str, ...]] = {}
    group = ""
    for index in range(max(len(top), len(bottom))):
        above, below = _text(top, index), _text(bottom, index)
        if above:
            group = above
        elif not below:
            group = ""
            continue
        if not below:
            found[index] = (above,)
            group = ""
        elif not group:
            found[index] = (below,)
        elif heading_key(group) in _OWNERS:
            found[index] = (group + below,)
        else:
            found[index] = (group + below, below)
    return found


def _text(row: Row, index: int) -> str:
    cell = row[index] if index < len(row) else None
    return cell.strip() if isinstance(cell, str) and heading_key(cell) else ""


def row_kind(cells: Row, match: HeaderMatch) -> RowKind:
    """What a row below the header is; only data rows are read, the others are reported."""
    if is_blank_row(cells):
        return RowKind.BLANK
    if is_header_again(cells, match):
        return RowKind.HEADER
    if is_total_row(cells):
        return RowKind.TOTAL
    if is_note_row(cells):
        return RowKind.NOTE
    return RowKind.DATA


def is_blank_row(cells: Row) -> bool:
    """Nothing but blanks, or a row number printed in advance."""
    filled = _filled(cells)
    return not filled or (len(filled) == 1 and filled[0].removesuffix(".0").isdecimal())


def is_total_row(cells: Row) -> bool:
    """Whether a row is a sub-total: 合计, 小计, 共 35 户 before any long number or name."""
    filled = _filled(cells)
    if any(_LONG_NUMBER.search(text) for text in filled):
        return False
    return any(_TOTAL.match(text) or _COUNTED.match(text) for text in filled[:2])


def is_note_row(cells: Row) -> bool:
    """Whether a row is a note or a line of signatures: few cells, labelled, no number in them."""
    filled = _filled(cells)
    if not filled or len(filled) > max(4, len(cells) // 3):
        return False
    labelled = sum(bool(_NOTE.match(text + " ") or _SIGNED.search(text)) for text in filled)
    if labelled and (_NOTE.match(filled[0] + " ") or 2 * labelled >= len(filled)):
        return True
    return len(filled) == 1 and len(filled[0]) > 12 and not filled[0].isascii()


def is_header_again(cells: Row, match: HeaderMatch) -> bool:
    """Whether a row repeats the header or numbers the columns 1, 2, 3, …"""
    texts = {index: str(cell) for index, cell in enumerate(cells) if cell not in (None, "")}
    same = sum(
        1
        for index, field in match.columns.items()
        if index in texts and field_for(texts[index], match.template) == field
    )
    if same >= FEWEST and 2 * same > len(texts):
        return True
    numbers = [text.removesuffix(".0") for text in _filled(cells)]
    counted = [str(place) for place in range(1, len(numbers) + 1)]
    return len(numbers) >= FEWEST and numbers in (counted, ["栏次", *counted[:-1]])


def _filled(cells: Iterable[object]) -> list[str]:
    texts = (without_spaces(str(cell)) for cell in cells if cell is not None)
    return [text for text in texts if text]


def columns_in_order(match: HeaderMatch) -> list[tuple[int, Column]]:
    """The columns to read, by position, without those that are known but not kept."""
    found = ((index, match.template.column(field)) for index, field in match.columns.items())
    return sorted((pair for pair in found if pair[1].kept), key=lambda pair: pair[0])
