"""Rules that look beyond a cell: merged ranges, people listed twice, stale values, whole files."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import pytest

from gezhi.base.sentences import Reason
from gezhi.core.registry.row_rules import (
    FileKind,
    MergedRange,
    csv_encoding,
    file_kind,
    fill_down,
    gone,
    gone_finding,
    keeps_known,
    name_conflict,
    older_finding,
    provisional_key,
    repeated,
    repeated_row,
)


def test_rule_12_a_head_is_filled_down_inside_the_merged_block_only() -> None:
    rows: list[list[object]] = [["王伟", "户主"], [None, "妻"], ["", "长子"], [None, "租客"]]
    filled, touched = fill_down(rows, [MergedRange(0, 0, 2, 0)])
    assert [row[0] for row in filled] == ["王伟", "王伟", "王伟", None]
    assert touched == {(1, 0), (2, 0)}
    assert rows[1][0] is None


def test_a_merged_block_beyond_the_sheet_is_passed_over() -> None:
    filled, touched = fill_down([["a"]], [MergedRange(0, 0, 5, 3), MergedRange(7, 7, 8, 8)])
    assert filled == [["a"]]
    assert touched == set()


def test_rule_5_a_person_listed_twice_points_to_the_first_row() -> None:
    assert repeated(["A", None, "B", "A", "", "A"]) == {3: 0, 5: 0}
    finding = repeated_row("11010519491231002X", 7)
    assert (finding.rule, "第 7 行" in finding.sentence) == (5, True)


def test_rule_6_two_names_under_one_number_wait_for_a_person() -> None:
    finding = name_conflict("王丽", "王莉")
    assert finding is not None
    assert (finding.rule, finding.code) == (6, "other_name")
    assert name_conflict("王 丽", "王丽") is None
    assert name_conflict("阿依·古丽", "阿依古丽") is None


def test_rule_7_a_child_without_number_is_known_by_name_birth_and_head() -> None:
    head = "410172190001010010"
    key = provisional_key("王 小明", date(2022, 1, 1), head)
    assert key == provisional_key("王小明", date(2022, 1, 1), head)
    assert key != provisional_key("王小明", date(2022, 1, 2), head)
    assert provisional_key("王小明", None, head) is None
    assert provisional_key("王小明", date(2022, 1, 1), None) is None


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


@pytest.mark.parametrize(
    ("known", "here", "verified", "keeps"),
    [
        (date(2022, 9, 2), date(2022, 9, 1), False, True),
        (date(2022, 9, 1), date(2022, 9, 2), True, False),
        (date(2022, 9, 1), date(2022, 9, 1), True, True),
        (date(2022, 9, 1), date(2022, 9, 1), False, False),
    ],
)
def test_rule_18_the_newer_value_wins(known: date, here: date, verified: bool, keeps: bool) -> None:
    assert keeps_known(known, here, known_verified=verified) is keeps


def test_a_value_left_out_as_stale_is_told() -> None:
    finding = older_finding("phone", "1", "2", date(2022, 9, 2), date(2022, 9, 1))
    assert (finding.rule, "2022-09-02" in finding.sentence) == (18, True)


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
