"""Rules for dirty data that look beyond one cell: rows that meet, merged ranges, whole files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.base.text import without_spaces
from gezhi.core.registry.findings import Finding, refused, warned

REPEATED: Final = Reason(
    "repeated_row", _("与第 %(row)s 行是同一证件号，两处住址都会保留，请核对。")
)
OTHER_NAME: Final = Reason(
    "other_name", _("同一证件号下姓名不同（%(known)s 与 %(found)s），请核对证件后决定。")
)
GONE: Final = {
    "deceased": Reason(
        "listed_though_deceased", _("备注写明已故；请办理“死亡”事件，不要从表中删去。")
    ),
    "left": Reason("listed_though_left", _("备注写明已搬走；请办理“迁出”事件，不要从表中删去。")),
}
OLDER: Final = Reason(
    "older_than_known", _("平台已有 %(known)s 核实的值，比本表（%(here)s）新，保留原值。")
)
_DECEASED: Final = re.compile(r"(?<!未)(?:已故|死亡|去世|病故|过世|亡故|已亡)")
_LEFT: Final = re.compile(r"已?搬走|已?搬离|已迁出|户口迁出|已?搬家|不在此居住|已离开")


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged block: first and last row and column, from 0, all included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def fill_down(
    rows: Sequence[Sequence[object]], merged: Iterable[MergedRange]
) -> tuple[list[list[object]], set[tuple[int, int]]]:
    """Rule 12: the value of a merged block in each of its cells, and which cells were filled.

    Nothing outside a block is filled: a blank below a household's head says nothing.
    """
    filled = [list(row) for row in rows]
    touched: set[tuple[int, int]] = set()
    for block in merged:
        if block.first_row >= len(filled) or block.first_column >= len(filled[block.first_row]):
            continue
        value = filled[block.first_row][block.first_column]
        for row in range(block.first_row, min(block.last_row + 1, len(filled))):
            for column in range(block.first_column, block.last_column + 1):
                if (row, column) == (block.first_row, block.first_column):
                    continue
                if column < len(filled[row]) and filled[row][column] in (None, ""):
                    filled[row][column] = value
                    touched.add((row, column))
    return filled, touched


def repeated(numbers: Sequence[str | None]) -> dict[int, int]:
    """Rule 5: for each row whose number an earlier row has, that earlier row."""
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for row, number in enumerate(numbers):
        if not number:
            continue
        if number in first:
            found[row] = first[number]
        else:
            first[number] = row
    return found


def repeated_row(number: str, row: int) -> Finding:
    """The finding for a row whose number stands in an earlier `row` (as the clerk counts)."""
    return warned(5, "id_no", number, number, Reason(REPEATED.code, REPEATED.pattern, {"row": row}))


def name_conflict(known: str, found: str) -> Finding | None:
    """Rule 6: two names under one number; spaces and width do not make a difference."""
    if without_spaces(known).replace("·", "") == without_spaces(found).replace("·", ""):
        return None
    reason = Reason(OTHER_NAME.code, OTHER_NAME.pattern, {"known": known, "found": found})
    return warned(6, "name", found, known, reason)


def provisional_key(name: str, birth: date | None, head_id_no: str | None) -> str | None:
    """Rule 7: what stands in for a number: name, birth date and head's number, or None.

    Without a birth date or a head it would join strangers of one name, so there is none.
    """
    bare = without_spaces(name)
    if not bare or birth is None or not head_id_no:
        return None
    return f"{bare}|{birth.isoformat()}|{head_id_no}"


def gone(remark: str) -> str | None:
    """Rule 15: `deceased` or `left` where a remark says so; None otherwise."""
    if _DECEASED.search(remark):
        return "deceased"
    return "left" if _LEFT.search(remark) else None


def gone_finding(remark: str) -> Finding | None:
    """The warning for a remark that says somebody is gone."""
    kind = gone(remark)
    return None if kind is None else warned(15, "remark", remark, "", GONE[kind])


def keeps_known(known_as_of: date, here_as_of: date, *, known_verified: bool) -> bool:
    """Rule 18: whether the value already known stands: it is newer, or as new and verified."""
    if known_as_of != here_as_of:
        return known_as_of > here_as_of
    return known_verified


def older_finding(field: str, found: str, known: str, known_as_of: date, here: date) -> Finding:
    """The warning for a value that stays out because a newer one is known."""
    values = {"known": known_as_of.isoformat(), "here": here.isoformat()}
    return warned(18, field, found, known, Reason(OLDER.code, OLDER.pattern, values))


class FileKind(StrEnum):
    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"


_UNSUPPORTED: Final = _("不支持 %(ending)s 文件；请另存为 .xlsx、.xls 或 .csv 后再传。")
EMPTY_FILE: Final = Reason("file_empty", _("文件是空的，请重新选择。"))
WPS_FILE: Final = Reason("file_wps", _("这是 WPS 的 .et 文件；请在 WPS 里另存为 .xlsx 后再传。"))
PROTECTED: Final = Reason("file_protected", _("文件有打开密码；请去掉密码另存后再传。"))
MACROS: Final = Reason("file_macros", _("文件带宏（.xlsm）；请另存为不带宏的 .xlsx 后再传。"))
NOT_A_SHEET: Final = Reason(
    "file_not_a_sheet", _("文件内容与扩展名不符，不是表格；请用表格软件打开后另存为 .xlsx 再传。")
)
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def file_kind(name: str, content: bytes) -> FileKind | Reason:
    """Rule 17: what a file is by its ending and first bytes, or why it is not taken.

    `content` may be the beginning of the file; a password on an .xlsx is seen where its
    directory lies within. One on an .xls shows only when it is read.
    """
    match = _ENDING.search(name.strip())
    ending = match.group(1).lower() if match else ""
    if not content:
        return EMPTY_FILE
    if ending == "et":
        return WPS_FILE
    if ending == "xlsm" or b"vbaProject.bin" in content:
        return MACROS
    if ending not in ("xlsx", "xls", "csv"):
        return Reason(
            "file_unsupported", _UNSUPPORTED, {"ending": f".{ending}" if ending else "此"}
        )
    if content.startswith(_OLE):
        if _ENCRYPTED in content or ending == "xlsx":
            return PROTECTED
        return FileKind.XLS if ending == "xls" else NOT_A_SHEET
    if content.startswith(b"PK\x03\x04"):
        return FileKind.XLSX if ending in ("xlsx", "xls") else NOT_A_SHEET
    return FileKind.CSV if ending == "csv" and csv_encoding(content) else NOT_A_SHEET


def csv_encoding(content: bytes) -> str | None:
    """The encoding of a text file: UTF-8 with or without BOM, UTF-16 with BOM, GB18030; or None.

    The beginning of a file will do: a character cut off at the end is overlooked.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in content:
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                content[: len(content) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    return None


def file_refusal(reason: Reason) -> Finding:
    """The finding for a file that is not taken."""
    return refused(17, "", "", reason)
