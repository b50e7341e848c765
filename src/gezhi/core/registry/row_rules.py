"""Rules for dirty data that look beyond one cell: rows that meet, merged ranges, whole files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gezhi.base.sentences import Reason, _
from gezhi.core.registry.findings import Finding, warned

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


def gone(remark: str) -> str | None:
    """Rule 15: `deceased` or `left` where a remark says so; None otherwise."""
    if _DECEASED.search(remark):
        return "deceased"
    return "left" if _LEFT.search(remark) else None


def gone_finding(remark: str) -> Finding | None:
    """The warning for a remark that says somebody is gone."""
    kind = gone(remark)
    return None if kind is None else warned(15, "remark", remark, "", GONE[kind])


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
