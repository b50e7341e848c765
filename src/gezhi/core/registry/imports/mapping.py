"""Which sheet is which template, and which of its columns is which field.

Known by the names in the header; a clerk's corrections are remembered by template and heading.
What is missing or doubtful is shown on a screen before anything is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.core.registry.imports import gates
from gezhi.core.registry.imports.reading import SheetCells, Workbook
from gezhi.core.registry.models import ImportMapping
from gezhi.core.registry.sheet_headers import (
    DEEPEST,
    HeaderMatch,
    find_header,
    heading_key,
    headings_of,
    suggestions,
    template_of,
    with_mapping,
)

REASON_HEADING: Final = "导入问题"
"""The column that error workbooks end with; on the way back in it is not kept."""
_REASON: Final = heading_key(REASON_HEADING)


@dataclass(slots=True)
class SheetMapping:
    """How one sheet is read. Columns count from 0 as `SheetCells` has them."""

    sheet: int
    name: str
    used: bool
    row: int = 0
    height: int = 1
    columns: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    """Headings nobody knows: the clerk says what they are, or leaves them out."""
    offered: dict[int, list[str]] = field(default_factory=dict)
    repeated: dict[int, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    why_not: str = ""
    left_out: dict[int, str] = field(default_factory=dict)
    """Headings that a clerk chose not to import, on this sheet or on an earlier one."""
    headings: dict[int, str] = field(default_factory=dict)
    """Every column's heading in the clerk's own words."""

    @property
    def settled(self) -> bool:
        """Whether it can be checked without asking anybody."""
        return not self.used or not (self.missing or self.unknown)


@dataclass(slots=True)
class SheetsMapping:
    """How a whole workbook is read."""

    template: str
    sheets: list[SheetMapping]

    @property
    def settled(self) -> bool:
        return all(sheet.settled for sheet in self.sheets)

    def as_json(self) -> dict[str, Any]:
        """For the batch; column numbers become text."""
        return {
            "template": self.template,
            "sheets": [
                {
                    "sheet": one.sheet,
                    "name": one.name,
                    "used": one.used,
                    "row": one.row,
                    "height": one.height,
                    "columns": {str(at): name for at, name in one.columns.items()},
                    "unknown": {str(at): name for at, name in one.unknown.items()},
                    "offered": {str(at): names for at, names in one.offered.items()},
                    "repeated": {str(at): name for at, name in one.repeated.items()},
                    "missing": one.missing,
                    "why_not": one.why_not,
                    "left_out": {str(at): name for at, name in one.left_out.items()},
                    "headings": {str(at): name for at, name in one.headings.items()},
                }
                for one in self.sheets
            ],
        }


def from_json(stored: Mapping[str, Any]) -> SheetsMapping:
    """What `as_json` made."""

    def numbered(found: Mapping[str, Any]) -> dict[int, Any]:
        return {int(at): value for at, value in found.items()}

    return SheetsMapping(
        stored["template"],
        [
            SheetMapping(
                one["sheet"],
                one["name"],
                one["used"],
                one["row"],
                one["height"],
                numbered(one["columns"]),
                numbered(one["unknown"]),
                numbered(one["offered"]),
                numbered(one["repeated"]),
                list(one["missing"]),
                one["why_not"],
                # batches sent before these were kept have neither
                numbered(one.get("left_out", {})),
                numbered(one.get("headings", {})),
            )
            for one in stored["sheets"]
        ],
    )


def find(book: Workbook, template: str = "") -> SheetsMapping:
    """Find headers and columns of every sheet; `Refusal` where no sheet has a header."""
    heads = [sheet.head(DEEPEST) for sheet in book.sheets]
    wanted = template_of(template) if template else None
    matches = [
        None if sheet.hidden else find_header(head, wanted)
        for sheet, head in zip(book.sheets, heads, strict=True)
    ]
    best = max((m for m in matches if m is not None), key=lambda m: m.score, default=None)
    if best is None:
        raise gates.refusal_of(gates.NO_HEADER)
    wanted = best.template
    known = remembered(wanted.code)
    sheets = []
    for number, (sheet, head) in enumerate(zip(book.sheets, heads, strict=True)):
        if sheet.hidden:
            sheets.append(SheetMapping(number, sheet.name, used=False, why_not="hidden"))
        elif (match := find_header(head, wanted)) is None:
            why = "no_header" if sheet.rows else "empty"
            sheets.append(SheetMapping(number, sheet.name, used=False, why_not=why))
        else:
            sheets.append(_sheet(number, sheet, head, match, known))
    if not any(one.used and book.sheets[one.sheet].rows > one.row + one.height for one in sheets):
        raise gates.refusal_of(gates.NO_ROWS)
    return SheetsMapping(wanted.code, sheets)


def _sheet(
    number: int,
    sheet: SheetCells,
    head: list[list[object]],
    bare: HeaderMatch,
    known: Mapping[str, str],
) -> SheetMapping:
    match = with_mapping(bare, known)
    read = {*match.columns, *match.repeated, *match.unknown}
    unknown = {
        at: heading
        for at, heading in match.unknown.items()
        # under a heading of two rows our own column reads as part of the group on its left
        if not heading_key(heading).endswith(_REASON) and at not in sheet.hidden_columns
    }
    return SheetMapping(
        sheet=number,
        name=sheet.name,
        used=True,
        row=match.row,
        height=match.height,
        columns=dict(match.columns),
        unknown=unknown,
        offered={at: suggestions(heading, match.template) for at, heading in unknown.items()},
        repeated=dict(match.repeated),
        missing=list(match.missing),
        left_out={at: heading for at, heading in bare.unknown.items() if at not in read},
        headings=headings_of(head[match.row : match.row + match.height]),
    )


def heading_of(sheet: SheetMapping, at: int, titles: Mapping[str, str]) -> str:
    """A column's heading as the clerk wrote it; `titles` (field -> words) where it is not kept."""
    name = sheet.columns.get(at, "")
    written = sheet.headings.get(at) or sheet.unknown.get(at) or sheet.left_out.get(at)
    return written or titles.get(name, name)


def remembered(template: str) -> dict[str, str]:
    """Heading -> field, as clerks have corrected it for this template."""
    return dict(ImportMapping.objects.filter(template=template).values_list("heading", "field"))


def correct(
    mapping: SheetsMapping,
    chosen: Mapping[int, Mapping[int, str]],
    used: Iterable[int] | None = None,
) -> SheetsMapping:
    """A clerk's answer: for each sheet column -> field, empty to leave a column out.

    Refused where a field is unknown, is given twice, or a required one still has no column.
    """
    template = template_of(mapping.template)
    fields = {column.field for column in template.columns}
    wrong: list[FieldRefusal] = []
    taken = None if used is None else set(used)
    for sheet in mapping.sheets:
        if taken is not None:
            sheet.used = sheet.used and sheet.sheet in taken
        for at, name in chosen.get(sheet.sheet, {}).items():
            if name and name not in fields:
                wrong.append(FieldRefusal(str(at), _("没有这个字段")))
                continue
            sheet.columns.pop(at, None)
            heading = sheet.unknown.pop(at, "")
            sheet.left_out.pop(at, None)
            if not name:
                sheet.left_out[at] = sheet.headings.get(at) or heading
                continue
            if name in sheet.columns.values():
                other = next(c for c, held in sheet.columns.items() if held == name)
                if other not in chosen.get(sheet.sheet, {}):
                    del sheet.columns[other]
                    sheet.left_out[other] = sheet.headings.get(other, name)
                else:
                    wrong.append(FieldRefusal(str(at), _("两列不能对应同一个字段")))
                    continue
            sheet.columns[at] = name
        held = set(sheet.columns.values())
        sheet.missing = [name for name in template.required if name not in held]
        if sheet.used and sheet.missing:
            titles = "、".join(template.column(name).heading for name in sheet.missing)
            wrong.append(FieldRefusal(sheet.name, _("缺少必填列：%(titles)s") % {"titles": titles}))
    if wrong:
        raise Refusal(
            "；".join(one.sentence for one in wrong), "registry.import_mapping", fields=wrong
        )
    return mapping


def to_remember(mapping: SheetsMapping, chosen: Mapping[int, Mapping[int, str]]) -> dict[str, str]:
    """Heading -> field of a clerk's answer, where it was asked or undoes what was remembered."""
    known = remembered(mapping.template)
    kept: dict[str, str] = {}
    for sheet in mapping.sheets:
        for at, name in chosen.get(sheet.sheet, {}).items():
            heading = sheet.unknown.get(at) or sheet.headings.get(at, "")
            before = known.get(heading_key(heading))
            if heading and (at in sheet.unknown or before not in (None, name)):
                kept[heading] = name
    return kept


def remember(
    template: str, headings: Mapping[str, str], *, account: UUID | None, at: datetime
) -> None:
    """Keep a clerk's choices for the next sheet of the kind."""
    for heading, name in headings.items():
        if key := heading_key(heading):
            ImportMapping.objects.update_or_create(
                template=template,
                heading=key,
                defaults={"field": name, "account_id": account, "remembered_at": at},
            )
