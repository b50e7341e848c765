"""The catalogue goes out as a sheet and comes in again: looked at first, taken when confirmed."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.staff.models import Role
from gezhi.core.staff.tests import office
from gezhi.services.cases.catalogue import furnish_catalogue
from gezhi.services.cases.catalogue_sheet import HEADINGS, differences, read_sheet
from gezhi.services.cases.models import Category
from gezhi.services.cases.tests.conftest import category

ROW = {
    "nature": "事件",
    "code": "0102",
    "major": "市容环境",
    "name": "暴露垃圾",
    "filing_condition": "有垃圾",
    "closing_condition": "已清走",
    "amount": "4",
    "unit": "工作时",
    "urgent": "否",
    "unit_rule": "先属地",
    "responsible": "",
    "auto_dispatch": "是",
    "may_extend": "否",
    "needs_photo": "是",
}


def sheet(*rows: dict[str, Any]) -> list[list[object]]:
    return [list(HEADINGS.values()), *([row[name] for name in HEADINGS] for row in rows)]


def test_a_row_reads_as_its_settings() -> None:
    read = read_sheet(sheet(ROW), {})

    assert read.faults == ()
    assert read.entries[0].key == ("event", "0102")
    assert read.entries[0].values["amount"] == Decimal(4)
    assert read.entries[0].values["auto_dispatch"] is True


@pytest.mark.parametrize(
    ("name", "cell", "heading"),
    [
        ("nature", "现象", "类型"),
        ("code", "1x2", "代码"),
        ("name", "", "小类"),
        ("amount", "0", "时限"),
        ("amount", "很快", "时限"),
        ("unit", "小时", "时限单位"),
        ("urgent", "也许", "紧急"),
        ("responsible", "不存在的单位", "责任单位"),
        ("filing_condition", "长" * 201, "立案条件"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(name: str, cell: str, heading: str) -> None:
    read = read_sheet(sheet(ROW | {name: cell}), {})

    assert read.entries == ()
    assert [(one.row, one.heading) for one in read.faults] == [(2, heading)]


def test_days_are_whole_and_codes_stand_once() -> None:
    half = ROW | {"amount": "1.5", "unit": "工作日"}

    read = read_sheet(sheet(half, ROW, ROW), {})

    assert [(one.row, one.heading) for one in read.faults] == [(2, "时限"), (4, "代码")]


def test_a_sheet_without_a_column_says_which() -> None:
    rows = sheet(ROW)

    read = read_sheet([row[1:] for row in rows], {})

    assert "类型" in str(read.faults[0].sentence)


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=8), st.floats()), max_size=16)))
def test_whatever_stands_in_a_sheet_is_read_or_named(rows: list[list[object]]) -> None:
    read = read_sheet([list(HEADINGS.values()), *rows], {})

    assert len({one.key for one in read.entries}) == len(read.entries)


def test_only_what_differs_is_a_change() -> None:
    read = read_sheet(sheet(ROW, ROW | {"code": "9901", "name": "新类别"}), {})
    now = dict(read.entries[0].values) | {"amount": Decimal(6), "major": "旧大类名"}

    found = list(differences(read, {("event", "0102"): now}))

    assert [(one.key[1], one.is_new) for one in found] == [("0102", False), ("9901", True)]
    assert dict(found[0].values) == {"amount": Decimal(4)}, "names stay with their code"


@pytest.fixture
def clerk(db: None) -> Client:
    ground = office.ground()
    furnish_catalogue(office.NOON)
    Role.objects.create(code="seat_catalogue", title="目录", rights=["cases.catalogue"], levels=[1])
    return office.come(office.hire("catalogue", "seat_catalogue", ground.office))


def book(*rows: dict[str, Any]) -> SimpleUploadedFile:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        page = workbook.add_worksheet()
        for at, row in enumerate(sheet(*rows)):
            page.write_row(at, 0, row)
    return SimpleUploadedFile("目录.xlsx", made.getvalue())


def bring(clerk: Client, file: Any) -> Any:
    return clerk.post("/cases/categories/bring/", {"file": file})


def test_what_was_taken_out_comes_in_without_a_change(clerk: Client) -> None:
    out = clerk.get("/cases/categories/sheet/")
    file = SimpleUploadedFile("目录.xlsx", b"".join(out.streaming_content))  # type: ignore[attr-defined]

    page = bring(clerk, file).content.decode()

    assert "没有任何改动" in page
    assert "不能采用" not in page


def test_a_changed_row_becomes_a_version_from_a_day_on(clerk: Client) -> None:
    old = category("0102")
    told = ROW | {
        "filing_condition": old.filing_condition,
        "closing_condition": old.closing_condition,
        "amount": 6,
        "auto_dispatch": "否",
    }

    looked = bring(clerk, book(told)).content.decode()
    assert Category.objects.filter(code="0102", nature="event").count() == 1, "only looked at"
    seen = re.search(r'name="seen" value="([^"]+)"', looked)
    assert seen is not None
    since = timezone.localdate() + timedelta(days=1)
    answer = clerk.post("/cases/categories/bring/", {"seen": seen[1], "since": since.isoformat()})

    assert answer.status_code == 302
    old.refresh_from_db()
    fresh = category("0102")
    assert old.valid_to == fresh.valid_from == since
    assert (fresh.amount, fresh.major) == (Decimal(6), old.major)
    page = clerk.get(f"/cases/categories/{fresh.pk}/").content.decode()
    assert "与上一版本不同" in page


def test_what_was_looked_at_cannot_be_made_up(clerk: Client) -> None:
    since = timezone.localdate() + timedelta(days=1)

    answer = clerk.post("/cases/categories/bring/", {"seen": "made:up", "since": since.isoformat()})

    assert answer.status_code == 422
