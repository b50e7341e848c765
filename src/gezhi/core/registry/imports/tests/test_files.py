"""Files nobody should open: each refused in a sentence, within bounded memory."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from gezhi.base.crypto import SealError
from gezhi.base.testing import refused
from gezhi.core.registry.imports import (
    actions,
    formula_errors,
    gates,
    mapping,
    reader,
    reading,
    staging,
    vault,
)
from gezhi.core.registry.imports.gates import Limits
from gezhi.core.registry.imports.tests.sheets import (
    AS_OF,
    HEAD_ID,
    checked,
    old_workbook,
    person,
    taken_in,
    workbook,
)
from gezhi.core.registry.models import ImportBatch, Person
from gezhi.core.registry.tests.town import CLERK, NOON, build_town

LIMITS = Limits(megabytes=8, rows=50_000, reader_megabytes=220, seconds=30)


def read(content: bytes, name: str = "a.xlsx", limits: Limits = LIMITS) -> reading.Workbook:
    stream = io.BytesIO(content)
    accepted = gates.examine(stream, name, limits)
    stream.seek(0)
    return reading.read(vault.in_pieces(stream), accepted, limits)


def book(fill: Any) -> bytes:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    fill(made.add_worksheet("人口"))
    made.close()
    return stream.getvalue()


def repacked(content: bytes, change: Any) -> bytes:
    """An xlsx with parts changed: `change(name, body)` gives the new body."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            body = change(one.filename, old.read(one))
            if body is not None:
                new.writestr(one.filename, body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def good() -> bytes:
    return workbook([person()]).getvalue()


def test_a_file_too_large_is_not_even_looked_at() -> None:
    with refused("registry.file_too_big"):
        read(bytes(9 << 20))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "file_empty"),
        ("a.et", b"anything", "file_wps"),
        ("a.xlsm", b"PK\x03\x04", "file_macros"),
        ("a.pdf", b"%PDF-1.7", "file_unsupported"),
        ("a.xlsx", b"%PDF-1.7 not a sheet", "file_not_a_sheet"),
        ("a.xlsx", b"PK\x03\x04 but then nothing", "file_broken"),
        ("a.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000), "file_broken"),
        ("a.csv", b"\x00\x01\x02\x03\x80\x81", "file_not_a_sheet"),
        ("a.csv", b"\n\n\n", "file_no_rows"),
    ],
)
def test_what_is_no_sheet_is_refused(name: str, content: bytes, code: str) -> None:
    with refused(f"registry.{code}"):
        read(content, name)
        raise gates.refusal_of(gates.NO_ROWS)


def test_an_encrypted_workbook_is_refused() -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with refused("registry.file_protected"):
        read(ole)


def test_an_encrypted_zip_is_refused() -> None:
    content = bytearray(good())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    with refused("registry.file_protected"):
        read(bytes(content))


def test_macros_are_refused_under_any_name() -> None:
    with_macro = io.BytesIO(good())
    with zipfile.ZipFile(with_macro, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    with refused("registry.file_macros"):
        read(with_macro.getvalue())


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("readme.txt", b"hello")
    with refused("registry.file_not_a_sheet"):
        read(stream.getvalue())


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself() -> None:
    bomb = repacked(
        good(), lambda name, body: bytes(900 << 20) if name == "xl/styles.xml" else body
    )
    assert len(bomb) < 2 << 20
    with refused("registry.file_bomb"):
        read(bomb)


def grown(before: int) -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def test_a_cell_far_away_costs_the_server_no_memory() -> None:
    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "姓名")
        sheet.write(1_048_575, 16_383, "x")

    content = book(fill)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with refused("registry.file_memory"):
        read(content)
    assert grown(before) < 60_000


ALONE = """
import io, resource, sys
from django.conf import settings
settings.configure(USE_I18N=False)
from gezhi.base.errors import Refusal
from gezhi.core.registry.imports import gates, reading
from gezhi.core.registry.imports.gates import Limits
limits = Limits(megabytes=8, rows=50_000, reader_megabytes=220, seconds=30)
stream = io.BytesIO(sys.stdin.buffer.read())
accepted = gates.examine(stream, "a.xlsx", limits)
stream.seek(0)
try:
    reading.read([stream.getvalue()], accepted, limits)
except Refusal as refusal:
    print(refusal.code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_wide_and_deep_sheet_is_stopped_at_the_readers_limit() -> None:
    """In a process whose only child is the reader, so that nobody else's memory is counted."""

    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "姓名")
        sheet.write(900_000, 40, "x")

    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=book(fill), capture_output=True, check=True
    )
    code, kilobytes = done.stdout.decode().split()
    assert code == "registry.file_memory"
    # It may ask for twice the limit at once before the watcher looks; whole it would take 1.2 GB.
    assert int(kilobytes) < 2 * 220 * 1024 + 60_000


def test_too_many_rows_are_refused_while_reading() -> None:
    lines = "姓名,电话\n" + "王五,13838000001\n" * 60_000
    with refused("registry.file_rows"):
        read(lines.encode(), "a.csv")


def test_two_million_rows_are_refused_within_memory() -> None:
    lines = "a,b\n" * 2_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with refused("registry.file_rows"):
        read(lines.encode(), "a.csv", Limits(rows=300_000))
    assert grown(before) < 150_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    text = '姓名,住址\r\n王五,"紫兰苑\n3号楼"\r\n'
    found = read(text.encode(encoding), "a.csv").sheets[0]
    assert found.head(3) == [["姓名", "住址"], ["王五", "紫兰苑\n3号楼"]]


def test_gbk_after_a_long_ascii_beginning_is_still_gbk() -> None:
    text = "name,remark\n" + "wang,ok\n" * 200_000 + "王五,好\n"
    found = read(text.encode("gbk"), "a.csv", Limits(rows=300_000)).sheets[0]
    assert found.columns().row(-1) == ("王五", "好")


def test_cells_keep_what_they_were() -> None:
    def fill(sheet: Any) -> None:
        sheet.write_row(1, 2, ["文字", 4.1e17, True])

    sheet = read(book(fill)).sheets[0]
    assert sheet.first_column == 2
    assert sheet.columns().row(1) == ("文字", "\x01n4.1e+17", "\x01b1")
    text = read("姓名,电话\n#REF!,\x01n5\n".encode(), "a.csv").sheets[0]
    assert text.columns().row(1) == ("\x01e#REF!", "\x01t\x01n5")


def test_the_sign_that_no_database_holds_is_dropped_on_the_way_in() -> None:
    content = book(lambda sheet: sheet.write_row(0, 0, ["姓\0名", "\0", "\0#N/A"]))
    assert read(content).sheets[0].columns().row(0) == ("姓名", "", "\x01e#N/A")


def test_formulas_that_failed_are_no_blanks() -> None:
    """In an xlsx (calamine tells nothing of them), whatever the order of a cell's attributes."""

    def fill(sheet: Any) -> None:
        sheet.write_row(2, 1, ["姓名", "电话", "备注"])
        sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 3, "=VLOOKUP(1,A1:B2,2)", None, "#N/A")
        sheet.write_string(5, 2, "好")

    def turned(name: str, body: bytes) -> bytes:
        return body.replace(b'r="B4" t="e"', b't="e" r="B4"') if "sheet1" in name else body

    content = book(fill)
    for one in (content, repacked(content, turned)):
        found = read(one).sheets[0].columns()
        assert found.row(3) == ("\x01e#DIV/0!", "", "")
        assert found.row(4) == ("", "", "\x01e#N/A")
        assert found.row(5) == ("", "好", "")


def test_an_old_workbook_is_read_with_all_it_holds() -> None:
    def also(made: Any, sheet: Any) -> None:
        sheet.write_merge(2, 3, 9, 9, "王建国")
        sheet.row(3).set_cell_error(8, "#REF!")
        sheet.row(3).set_cell_boolean(3, True)
        made.add_sheet("第二张").row(1).set_cell_error(1, "#N/A!")

    rows = [person(head_name="", moved_in=date(2015, 3, 1)), {"name": "李四"}]
    first, second = read(old_workbook(rows, also=also).getvalue(), "a.xls").sheets
    found = first.columns()
    assert (found.row(2)[1], found.row(2)[3]) == ("王建国", HEAD_ID)
    assert reading.value_of(found.row(2)[19]) == date(2015, 3, 1)
    assert (found.row(3)[8], found.row(3)[3]) == ("\x01e#REF!", "\x01b1")
    assert [(m.first_row, m.last_row) for m in first.merged] == [(2, 3)]
    assert second.columns().row(1)[-1] == "\x01e#N/A"


@pytest.mark.parametrize("rows", [1, 60, 3_000])
def test_failed_formulas_are_found_in_old_workbooks_of_any_length(rows: int) -> None:
    """Short ones lie in the small sectors of the file, long ones in its chain of large ones."""

    def also(_made: Any, sheet: Any) -> None:
        for row in range(2, 2 + rows):
            sheet.row(row).set_cell_error(25, "#NAME?")

    content = old_workbook([{"name": f"王{row}"} for row in range(rows)], also=also).getvalue()
    (found,) = formula_errors.in_xls(content)
    assert found == {row: {25: "#NAME?"} for row in range(2, 2 + rows)}


def test_an_old_workbook_cut_short_ends_no_reader() -> None:
    content = old_workbook([person()]).getvalue()
    for length in range(512, len(content), 97):
        assert isinstance(formula_errors.in_xls(content[:length]), list)


def test_a_long_sheet_read_in_parts_is_the_same_as_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.xlsx"
    made = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = made.add_worksheet("人口")
    for row in range(20_000):
        if row % 997:
            sheet.write_row(row, 0, ["" if row % 5 == 0 else f"王{row}", f"第{row}号", float(row)])
        if row % 1999 == 1:
            sheet.write_formula(row, 3, "=1/0", None, "#DIV/0!")
    sheet.merge_range(5, 4, 7, 4, "合并")
    made.close()
    script = Path(str(reader.__file__)).read_text()
    parts = script.replace("32 << 20", "1 << 16").replace("12 << 20", "1 << 17")
    assert parts != script
    whole = read(path.read_bytes()).sheets[0]
    (tmp_path / "reader.py").write_text(parts)
    beside = Path(str(formula_errors.__file__))
    (tmp_path / beside.name).write_text(beside.read_text())
    monkeypatch.setattr(reader, "__file__", str(tmp_path / "reader.py"))
    in_parts = read(path.read_bytes()).sheets[0]
    assert in_parts.columns().equals(whole.columns())
    assert whole.columns()["3"].str.starts_with("\x01e").sum() == 11
    assert in_parts.merged == whole.merged
    assert in_parts.rows == whole.rows


@pytest.mark.django_db
def test_a_refused_file_says_why_and_leaves_nothing() -> None:
    build_town()
    broken = repacked(
        good(), lambda name, body: body[: len(body) // 2] if "sheet1" in name else body
    )
    batch = checked(io.BytesIO(broken))
    assert batch.state == "refused"
    assert batch.refusal
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_a_sheet_without_rows_is_refused() -> None:
    batch = checked(workbook([]))
    assert (batch.state, batch.refusal) == ("refused", gates.NO_ROWS.sentence)


@pytest.mark.django_db
def test_files_lie_sealed_and_are_not_read_when_tampered_with() -> None:
    batch = actions.upload_batch(
        file=workbook([person()]), name="人口.xlsx", as_of=AS_OF, by=CLERK, at=NOON
    )
    path = vault.folder_of(batch.pk) / staging.ORIGINAL
    sealed = path.read_bytes()
    assert b"PK\x03\x04" not in sealed
    assert path.stat().st_mode & 0o077 == 0
    assert vault.read(path)[:4] == b"PK\x03\x04"
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(SealError):
        vault.read(path)
    vault.forget(batch.pk)
    assert not path.exists()


@pytest.mark.django_db
def test_the_name_of_a_file_leads_to_no_other_folder() -> None:
    batch = actions.upload_batch(
        file=workbook([person()]), name="../../etc/人口.xlsx", as_of=AS_OF, by=CLERK, at=NOON
    )
    assert batch.file_name == "人口.xlsx"
    kept = [path.name for path in vault.folder_of(batch.pk).iterdir()]
    assert kept == [staging.ORIGINAL]


@pytest.mark.django_db
def test_the_same_file_is_known_again_by_its_keyed_hash() -> None:
    build_town()
    content = workbook([person()])
    first = taken_in(content)
    second = checked(io.BytesIO(content.getvalue()))
    assert bytes(second.file_hash) == bytes(ImportBatch.objects.get(pk=first.pk).file_hash)
    assert actions.earlier_batches(second) == [first]


@pytest.mark.django_db
def test_a_header_without_rows_is_refused_as_such_with_its_one_line_counted() -> None:
    counted: list[int] = []
    content = "姓名,证件号码,联系电话,与户主关系,谁也不认识\n".encode()
    stream = io.BytesIO(content)
    accepted = gates.examine(stream, "a.csv", LIMITS)
    stream.seek(0)

    book = reading.read(vault.in_pieces(stream), accepted, LIMITS, tick=counted.append)

    assert max(counted) == 1
    with refused("registry.file_no_rows"):
        mapping.find(book)
