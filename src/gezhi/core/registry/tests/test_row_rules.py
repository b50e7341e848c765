"""Rules that look beyond a cell: merged ranges, people listed twice, stale values, whole files."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from gezhi.base.sentences import Reason
from gezhi.core.registry.row_rules import (
    FileKind,
    csv_encoding,
    file_kind,
    gone,
    gone_finding,
)


@pytest.mark.parametrize(
    ("remark", "kind"),
    [
        *(
            ("2021年已故", "deceased"),
            ("病故", "deceased"),
            ("已搬走", "left"),
            ("户口迁出", "left"),
        ),
        *(("常住", None), ("", None)),
    ],
)
def test_rule_15_the_gone_are_ended_by_an_event(remark: str, kind: str | None) -> None:
    assert gone(remark) == kind
    finding = gone_finding(remark)
    assert (finding is not None) == (kind is not None)
    assert finding is None or "事件" in finding.sentence


def xlsx(*names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("人口.xlsx", xlsx("xl/workbook.xml"), FileKind.XLSX),
        ("人口.XLSX", xlsx("xl/workbook.xml"), FileKind.XLSX),
        ("人口.xls", xlsx("xl/workbook.xml"), FileKind.XLSX),
        ("人口.xls", OLE + b"\0" * 512, FileKind.XLS),
        ("人口.csv", "姓名,电话\n王伟,1".encode("gbk"), FileKind.CSV),
        ("人口.csv", b"\xef\xbb\xbf" + "姓名".encode(), FileKind.CSV),
        ("人口.xlsx", b"", "file_empty"),
        ("人口.et", OLE, "file_wps"),
        ("人口.xlsm", xlsx("xl/workbook.xml"), "file_macros"),
        ("人口.xlsx", xlsx("xl/vbaProject.bin"), "file_macros"),
        ("人口.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "file_protected"),
        ("人口.pdf", b"%PDF", "file_unsupported"),
        ("人口", b"x", "file_unsupported"),
        ("人口.xlsx", b"<html>", "file_not_a_sheet"),
        ("人口.csv", xlsx("xl/workbook.xml"), "file_not_a_sheet"),
        ("人口.csv", b"\x00\x01\x02\x03", "file_not_a_sheet"),
    ],
)
def test_rule_17_a_file_is_what_it_holds(name: str, content: bytes, answer: object) -> None:
    kind = file_kind(name, content)
    if isinstance(kind, Reason):
        assert kind.code == answer
        assert kind.sentence.endswith("。")
    else:
        assert kind is answer


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("姓名".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "姓名".encode(), "utf-8-sig"),
        ("姓名".encode("gb18030"), "gb18030"),
        ("姓名".encode("utf-16"), "utf-16"),
        ("姓名".encode()[:-1], "utf-8"),
        (b"\x00\x00", None),
        (b"a" + b"\xff" * 9, None),
    ],
)
def test_the_encoding_of_a_csv_is_told_by_its_bytes(content: bytes, encoding: str | None) -> None:
    assert csv_encoding(content) == encoding
