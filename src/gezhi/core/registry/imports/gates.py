"""What is looked at before a file is opened, and how a refusal of a file reads."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import IO, Final

from gezhi.base.errors import Refusal
from gezhi.base.sentences import Reason, _
from gezhi.core.registry.row_rules import (
    EMPTY_FILE,
    MACROS,
    NOT_A_SHEET,
    PROTECTED,
    FileKind,
    csv_encoding,
    file_kind,
)

TOO_BIG: Final = Reason("file_too_big", _("文件超过 %(limit)s MB；请按社区分成几个文件再传。"))
BOMB: Final = Reason(
    "file_bomb",
    _("文件展开后的内容过大（压缩炸弹，或含大量图片、格式）；请只保留数据，另存为 .xlsx 再传。"),
)
BROKEN: Final = Reason("file_broken", _("文件已损坏，无法打开；请用表格软件打开并另存后再传。"))
TOO_MANY_ROWS: Final = Reason("file_rows", _("数据超过 %(limit)s 行；请按社区分成几个文件再传。"))
MEMORY: Final = Reason(
    "file_memory",
    _("文件需要的内存过大，常因数据区外很远处有内容；请删去数据以外的行和列后再传。"),
)
SLOW: Final = Reason("file_slow", _("文件过于复杂，读取超时；请只保留数据，另存后再传。"))
ENCODING: Final = Reason(
    "file_encoding", _("文字编码不是 UTF-8 也不是 GBK；请另存为 .xlsx，或“CSV UTF-8”再传。")
)
NO_ROWS: Final = Reason("file_no_rows", _("文件里没有数据行；请核对是否选错了文件。"))
NO_HEADER: Final = Reason(
    "file_no_header", _("找不到表头；请使用下载的模板，或保证表头里有“姓名”“名称”等栏目名。")
)

BY_CODE: Final = {
    "protected": PROTECTED,
    "broken": BROKEN,
    "ragged": BROKEN,
    "memory": MEMORY,
    "slow": SLOW,
    "encoding": ENCODING,
    "no_rows": NO_ROWS,
    "no_header": NO_HEADER,
}
"""What the reader answers, as a reason."""

SAMPLE: Final = 1 << 20
_ENTRIES: Final = 2_000
_RATIO: Final = 250
"""Sheets of repeated cells shrink to a fortieth; a bomb to a thousandth."""
_ALWAYS_FINE: Final = 64 << 20
_CONTENT_TYPES: Final = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is taken."""

    megabytes: int = 50
    rows: int = 300_000
    reader_megabytes: int = 400
    """Of memory, for the process that opens it."""
    unpacked_megabytes: int = 700
    seconds: int = 180


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be opened."""

    kind: FileKind
    encoding: str = ""


def refusal_of(reason: Reason, **values: object) -> Refusal:
    """A reason why a file is not taken, as the refusal shown."""
    filled = Reason(reason.code, reason.pattern, {**reason.values, **values})
    return Refusal(filled.sentence, f"registry.{reason.code}", field="file")


def examine(stream: IO[bytes], name: str, limits: Limits) -> Accepted:
    """Look at a file without opening it; raises `Refusal` where it is not to be opened."""
    size = stream.seek(0, 2)
    if size > limits.megabytes << 20:
        raise refusal_of(TOO_BIG, limit=limits.megabytes)
    stream.seek(0)
    sample = stream.read(SAMPLE)
    kind = file_kind(name, sample)
    if isinstance(kind, Reason):
        raise refusal_of(kind)
    if sample.startswith(b"PK"):
        _examine_zip(stream, limits)
        return Accepted(FileKind.XLSX)
    if kind is FileKind.CSV:
        return Accepted(kind, _encoding(stream, sample))
    return Accepted(kind)


def _encoding(stream: IO[bytes], sample: bytes) -> str:
    """The encoding of the whole file: a beginning in plain ASCII says nothing of the rest."""
    encoding = csv_encoding(sample)
    if encoding != "utf-8":
        return encoding or "gb18030"
    stream.seek(0)
    held = b""
    while piece := stream.read(SAMPLE):
        whole = held + piece
        try:
            whole.decode()
            held = b""
        except UnicodeDecodeError as wrong:
            if len(whole) - wrong.start > 3 or wrong.reason != "unexpected end of data":
                return "gb18030"
            held = whole[wrong.start :]
    return "gb18030" if held else "utf-8"


def _examine_zip(stream: IO[bytes], limits: Limits) -> None:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise refusal_of(PROTECTED)
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise refusal_of(MACROS)
            if _CONTENT_TYPES not in names or not any(name.startswith("xl/") for name in names):
                raise refusal_of(NOT_A_SHEET)
            if len(parts) > _ENTRIES or _is_bomb(parts, limits):
                raise refusal_of(BOMB)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refusal_of(BROKEN) from None


def _is_bomb(parts: list[zipfile.ZipInfo], limits: Limits) -> bool:
    """By what the parts say of themselves; who lies is stopped by the reader's own limits."""
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > limits.unpacked_megabytes << 20:
        return True
    return unpacked > _ALWAYS_FINE and unpacked > _RATIO * max(packed, 1)


__all__ = ["EMPTY_FILE", "Accepted", "Limits", "examine", "refusal_of"]
