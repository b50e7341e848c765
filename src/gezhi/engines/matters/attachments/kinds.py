"""What a paper is, told by its content: PDF, OFD, Word, Excel, PowerPoint. Nothing else is taken.

A file's name says nothing here. What carries macros or cannot be looked into is refused, and so is
a file that is two things at once: it would be one thing to the scanner and another to its reader.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Final

from gezhi.base.errors import Refusal
from gezhi.base.sentences import _


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is kept."""

    media_type: str
    extension: str


PICTURE: Final = Kind("image/jpeg", ".jpg")
PDF: Final = Kind("application/pdf", ".pdf")
OFD: Final = Kind("application/ofd", ".ofd")
_OPEN: Final = "application/vnd.openxmlformats-officedocument"
OPEN_XML: Final[dict[str, Kind]] = {
    "word/document.xml": Kind(f"{_OPEN}.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": Kind(f"{_OPEN}.spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": Kind(f"{_OPEN}.presentationml.presentation", ".pptx"),
}
COMPOUND: Final[dict[bytes, Kind]] = {
    "WordDocument".encode("utf-16-le"): Kind("application/msword", ".doc"),
    "Workbook".encode("utf-16-le"): Kind("application/vnd.ms-excel", ".xls"),
    "PowerPoint Document".encode("utf-16-le"): Kind("application/vnd.ms-powerpoint", ".ppt"),
}
"""Older Office files, by the stream each of them has."""
KINDS: Final = (PICTURE, PDF, OFD, *OPEN_XML.values(), *COMPOUND.values())
ACCEPT: Final = ",".join(kind.extension for kind in KINDS if kind is not PICTURE)

COMPOUND_START: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
MOST_UNPACKED: Final = 300 * 1024 * 1024
MOST_PARTS: Final = 5_000


def extension_of(media_type: str) -> str:
    """What a file of this type ends in; empty for a type that is not kept."""
    return next((kind.extension for kind in KINDS if kind.media_type == media_type), "")


def kind_of(raw: bytes) -> Kind:
    """The kind of a paper. Refused, with the reason, where it is none that is taken in."""
    if not raw:
        raise _no(_("文件是空的，请重新选择"), "empty")
    if raw.startswith(b"%PDF-"):
        return _pdf(raw)
    if raw.startswith(b"PK\x03\x04"):
        return _packed(raw)
    if raw.startswith(COMPOUND_START):
        return _compound(raw)
    raise _no(_("只收 PDF、OFD、Word、Excel、PowerPoint；照片请放到照片栏"), "kind")


def _pdf(raw: bytes) -> Kind:
    if b"%%EOF" not in raw[-2048:]:
        raise _no(_("PDF 不完整或已损坏，请重新导出"), "broken")
    if zipfile.is_zipfile(io.BytesIO(raw)):
        raise _no(_("这个 PDF 里还夹着另一个文件，请重新导出一份"), "two_in_one")
    return PDF


def _packed(raw: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as pack:
            parts = pack.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _no(_("文件不完整或已损坏，请重新保存一份"), "broken") from error
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
        raise _no(_("文件解开后过大，请删减内容后再传"), "bomb")
    if any(one.flag_bits & 1 for one in parts):
        raise _no(_("文件加了密码，请去掉密码后再传"), "locked")
    names = {one.filename for one in parts}
    if any(name.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for name in names):
        raise _no(_("文件带有宏，请另存为不带宏的文件或 PDF"), "macros")
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        for part, kind in OPEN_XML.items():
            if part in names:
                return kind
    raise _no(_("压缩包不能上传，请把里面的文件分别上传"), "archive")


def _compound(raw: bytes) -> Kind:
    if LOCKED in raw:
        raise _no(_("文件加了密码，请去掉密码后再传"), "locked")
    if MACROS in raw:
        raise _no(_("文件带有宏，请另存为不带宏的文件或 PDF"), "macros")
    for stream, kind in COMPOUND.items():
        if stream in raw:
            return kind
    raise _no(_("只收 PDF、OFD、Word、Excel、PowerPoint；照片请放到照片栏"), "kind")


def _no(sentence: str, code: str) -> Refusal:
    return Refusal(sentence, f"attachments.{code}", field="files")
