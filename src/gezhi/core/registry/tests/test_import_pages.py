"""A clerk's way with a sheet: send it, see what is wrong, name columns, confirm, take it back."""

from __future__ import annotations

import resource
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gezhi.core.places import snapshots
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry.imports import actions, fields
from gezhi.core.registry.imports.progress import Silent
from gezhi.core.registry.imports.tests import sheets
from gezhi.core.registry.models import ImportBatch, ImportMapping, Person, Residence
from gezhi.core.registry.pages import import_words
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.tests import town
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.town import Town, id_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Town:
    furnish_purposes(date(2022, 1, 1))
    return town.build_town()


def send(browser: Client, content: bytes, name: str = "紫兰人口.xlsx") -> Any:
    snapshots.forget()
    file = SimpleUploadedFile(name, content)
    sent = {"file": file, "as_of": "2022-09-01", "template": ""}
    return browser.post(reverse("registry.upload"), sent)


def worked(batch: ImportBatch) -> ImportBatch:
    """What the worker does next."""
    step = actions.run_confirm if batch.state in ("confirming",) else actions.run_check
    return step(ImportBatch.objects.get(pk=batch.pk), at=timezone.now(), progress=Silent())


def page_of(batch: ImportBatch) -> str:
    return reverse("registry.import", kwargs={"pk": batch.pk})


def test_a_sheet_is_sent_checked_confirmed_and_taken_back(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    bad = sheets.person(name="李坏号", id_no=id_number(9)[:17] + "A", room="602")
    sheet = sheets.workbook([sheets.person(), bad]).getvalue()

    answer = send(browser, sheet)
    batch = ImportBatch.objects.get()
    waiting = words(browser.get(page_of(batch)))
    worked(batch)
    checked = browser.get(page_of(batch) + "?rows=refused")
    confirmed = browser.post(page_of(batch), {"_do": "confirm"})
    batch.refresh_from_db()
    worked(batch)
    after = words(browser.get(page_of(batch)))
    undo = reverse("registry.roll_back", kwargs={"pk": batch.pk})
    undone = browser.post(undo, {})

    assert answer["Location"] == page_of(batch)
    assert "排队等待" in waiting
    said = words(checked)
    assert "新增 1" in said
    assert "退回 1" in said
    assert "人口登记表" not in said
    assert confirmed.status_code == 302
    assert "已入库" in after
    assert undone["Location"] == page_of(batch)
    assert not Person.objects.filter(name="王建国").exists()


def test_a_file_that_is_in_already_is_told_until_it_is_settled(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    sheet = sheets.workbook([sheets.person()]).getvalue()
    send(browser, sheet)
    first = worked(ImportBatch.objects.get())
    browser.post(page_of(first), {"_do": "confirm"})
    worked(ImportBatch.objects.get())

    send(browser, sheet, "again.xlsx")
    again = worked(ImportBatch.objects.get(file_name="again.xlsx"))

    assert "再次导入不会重复登记" in words(browser.get(page_of(again)))
    assert "再次导入不会重复登记" not in words(browser.get(page_of(first)))


def test_what_a_check_says_is_masked(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    wrong = id_number(9)[:17] + "A"
    rows = [sheets.person(), sheets.person(name="李坏号", id_no=wrong, room="602")]
    send(browser, sheets.workbook(rows).getvalue())
    batch = worked(ImportBatch.objects.get())

    said = "".join(
        browser.get(f"{page_of(batch)}?rows={kind}").content.decode()
        for kind in ("new", "changed", "unchanged", "refused")
    )

    for secret in ("王建国", "李坏号", wrong, sheets.HEAD_ID, "13838000001"):
        assert secret not in said


def test_a_changed_row_is_shown_field_by_field(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    sheets.taken_in(sheets.workbook([sheets.person()]))
    send(browser, sheets.workbook([sheets.person(phone="13838000002")]).getvalue(), "again.xlsx")
    batch = worked(ImportBatch.objects.get(file_name="again.xlsx"))

    said = words(browser.get(f"{page_of(batch)}?rows=changed"))

    assert "138****0001 → 138****0002" in said


def test_a_finding_is_told_in_the_words_of_the_sheet(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    rows = [sheets.person(), sheets.person(name="李远方", id_no=id_number(9), building="99号楼")]
    send(browser, sheets.workbook(rows, more=[(7, "合计 2 人")]).getvalue())
    batch = worked(ImportBatch.objects.get())

    lines = [line for rule in import_words.by_rule(batch) for line in rule["lines"]]

    assert "地址" in {line["field"] for line in lines}
    assert "address" not in {line["field"] for line in lines}
    assert "7 合计 2 人" in [line["before"] for line in lines]


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_nothing_a_sheet_speaks_of_goes_by_the_name_we_give_it(template: str) -> None:
    compared = fields.specs(import_words.MODELS[template])
    named = [one.name for one in compared] + [one.field for one in TEMPLATES[template].columns]
    for name in (*named, "address", "id_no", "care_labels"):
        heading = import_words.heading_of(template, name)
        assert heading, name
        assert heading != name


def test_a_home_somebody_gains_is_shown_by_its_address(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    sheets.taken_in(sheets.workbook([sheets.person()]))
    Person.objects.update(dwelling=None, household=None)
    Residence.objects.all().delete()
    send(browser, sheets.workbook([sheets.person()]).getvalue(), "again.xlsx")
    batch = worked(ImportBatch.objects.get(file_name="again.xlsx"))

    (line,) = import_words.preview(batch, "changed")

    told = {one["field"]: one["after"] for one in line["changes"]}
    assert told["现住房屋"] == "紫兰苑 1号楼 1单元 601室"
    assert not any("-" in words for words in told.values())


def test_a_column_nobody_knows_is_asked_once(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    strange = sheets.workbook([sheets.person()], headings={"phone": "打哪个号"}).getvalue()
    send(browser, strange)
    batch = worked(ImportBatch.objects.get())
    address = reverse("registry.map_import", kwargs={"pk": batch.pk})
    assert batch.state == "mapping"
    asked = browser.get(address)
    stored = batch.mapping["sheets"][0]
    (column,) = stored["unknown"]

    answer = browser.post(
        address, {f"c{stored['sheet']}-{column}": "phone", "used": str(stored["sheet"])}
    )

    assert "打哪个号" in words(asked)
    assert answer["Location"] == page_of(batch)
    assert worked(batch).state == "checked"
    assert ImportMapping.objects.get().field == "phone"


def test_a_column_once_left_out_is_named_on_the_next_sheet_and_can_be_taken_back(
    here: Town,
) -> None:
    browser = at_desk(here.subdistrict)
    strange = sheets.workbook([sheets.person()], headings={"phone": "打哪个号"}).getvalue()
    send(browser, strange)
    first = worked(ImportBatch.objects.get())
    (column,) = first.mapping["sheets"][0]["unknown"]
    browser.post(columns_of(first), {f"c0-{column}": "", "used": "0"})
    left_out = words(browser.get(page_of(worked(first))))

    send(browser, strange, "下一份.xlsx")
    second = worked(ImportBatch.objects.get(file_name="下一份.xlsx"))
    told = words(browser.get(page_of(second)))
    asked = words(browser.get(columns_of(second)))
    browser.post(columns_of(second), {f"c0-{column}": "phone", "used": "0"})

    assert "“打哪个号”一列不导入" in left_out
    assert second.state == "checked"
    assert "“打哪个号”一列不导入" in told
    assert "打哪个号 已选不导入" in asked
    assert ImportMapping.objects.get().field == "phone"


def test_columns_are_shown_under_the_clerk_s_own_headings(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    send(browser, sheets.workbook([sheets.person()], headings={"phone": "手机"}).getvalue())
    batch = worked(ImportBatch.objects.get())

    page = browser.get(columns_of(batch)).content.decode()

    assert 'aria-label="手机"' in page
    assert 'aria-label="联系电话"' not in page


def columns_of(batch: ImportBatch) -> str:
    return reverse("registry.map_import", kwargs={"pk": batch.pk})


def bomb() -> bytes:
    """A workbook one of whose parts unpacks to a gigabyte."""
    packed = BytesIO(sheets.workbook([sheets.person()]).getvalue())
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/theme/theme9.xml", "w", force_zip64=True) as part,
    ):
        for _megabyte in range(1000):
            part.write(bytes(1 << 20))
    return packed.getvalue()


def with_macro() -> bytes:
    packed = BytesIO(sheets.workbook([sheets.person()]).getvalue())
    with zipfile.ZipFile(packed, "a") as book:
        book.writestr("xl/vbaProject.bin", b"x")
    return packed.getvalue()


def far_away() -> bytes:
    """One cell at the far corner: laid out as a table it would ask for 550 GB."""

    def also(_book: Any, sheet: Any) -> None:
        sheet.write(1_048_575, 16_383, "x")

    return sheets.workbook([sheets.person()], also=also).getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "password": ("a.xlsx", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"E\0n\0" * 40),
    "wps": ("a.et", lambda: sheets.old_workbook([sheets.person()]).getvalue()),
    "macro": ("a.xlsx", with_macro),
    "macro by name": ("a.xlsm", lambda: sheets.workbook([sheets.person()]).getvalue()),
    "bomb": ("a.xlsx", bomb),
    "far away": ("a.xlsx", far_away),
    "two million rows": ("a.csv", lambda: "姓名,公民身份号码\n".encode() + b"a,b\n" * 2_000_000),
    "no rows": ("a.xlsx", lambda: sheets.workbook([]).getvalue()),
    "no header": ("a.csv", lambda: "甲,乙\n1,2\n".encode()),
    "empty": ("a.csv", lambda: b""),
    "torn": ("a.xlsx", lambda: sheets.workbook([sheets.person()]).getvalue()[:3000]),
}
SAID = {
    "password": "密码",
    "wps": ".et",
    "macro": "带宏",
    "macro by name": "带宏",
    "bomb": "展开后的内容过大",
    "far away": "内存过大",
    "two million rows": "数据超过",
    "no rows": "没有数据行",
    "no header": "找不到表头",
    "empty": "空",
    "torn": "已损坏",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_taken_is_refused_on_the_page_in_a_sentence(here: Town, kind: str) -> None:
    """Through the real page and the worker's step, within bounded memory of the server."""
    browser = at_desk(here.subdistrict)
    name, make = HOSTILE[kind]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    answer = send(browser, content, name)

    if answer.status_code == 302:
        batch = worked(ImportBatch.objects.get())
        assert batch.state == "refused"
        answer = browser.get(page_of(batch))
    else:
        assert answer.status_code == 422
        assert not ImportBatch.objects.exists()
    assert SAID[kind] in words(answer)
    assert not Person.objects.exists()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_a_true_xls_goes_all_the_way(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    bad = sheets.person(name="李坏号", id_no=4.1017219750302e17, room="602")

    def also(_book: Any, sheet: Any) -> None:
        sheet.row(2).set_cell_error(26, "#REF!")

    rows = [sheets.person(moved_in=date(2015, 3, 1)), bad]
    send(browser, sheets.old_workbook(rows).getvalue(), "人口.xls")
    batch = worked(ImportBatch.objects.get())
    browser.post(page_of(batch), {"_do": "confirm"})
    done = worked(ImportBatch.objects.get())
    faults = browser.get(reverse("registry.import_errors", kwargs={"pk": batch.pk}))
    send(browser, sheets.old_workbook(rows[:1], also=also).getvalue(), "人口2.xls")
    failed = worked(ImportBatch.objects.get(file_name="人口2.xls"))

    assert (done.state, done.counts["new"], done.counts["refused"]) == ("confirmed", 1, 1)
    one = Person.objects.get()
    assert one.residences.get().moved_in == date(2015, 3, 1)
    book = openpyxl.load_workbook(BytesIO(b"".join(faults.streaming_content)))  # type: ignore[attr-defined]
    assert [row[1] for row in book.worksheets[0].values] == [None, "姓名", "王建国", "李坏号"]
    assert failed.findings.filter(code="formula_error", field="remark").exists()


def test_a_batch_is_seen_by_its_clerk_alone(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    send(browser, sheets.workbook([sheets.person()]).getvalue())
    batch = ImportBatch.objects.get()
    other = at_desk(here.subdistrict, ("registry.import", "registry.see_people"), "ling")

    assert other.get(page_of(batch)).status_code == 404


def test_progress_is_asked_until_the_work_is_done(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    send(browser, sheets.workbook([sheets.person()]).getvalue())
    batch = ImportBatch.objects.get()
    address = reverse("registry.import_progress", kwargs={"pk": batch.pk})

    under_way = browser.get(address, headers={"HX-Request": "true"})
    worked(batch)
    done = browser.get(address, headers={"HX-Request": "true"})

    assert f'hx-get="{address}"' in under_way.content.decode()
    assert done["HX-Redirect"] == page_of(batch)


def test_a_template_filled_in_is_read_back_whole(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    answer = browser.get(reverse("registry.import_template") + "?template=population")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    sheet = book.worksheets[0]
    fields = [column.field for column in TEMPLATES["population"].columns]
    row = sheets.person(id_kind="", gender="")
    for at, field in enumerate(fields, 1):
        sheet.cell(3, at, row.get(field))
    filled = BytesIO()
    book.save(filled)

    send(browser, filled.getvalue())
    batch = worked(ImportBatch.objects.get())

    assert (batch.state, batch.counts["new"]) == ("checked", 1)


def test_rows_sent_back_are_mended_in_the_clerks_own_sheet_and_sent_again(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    bad = sheets.person(name="李坏号", id_no=id_number(9)[:17] + "A", room="602")
    send(browser, sheets.workbook([sheets.person(), bad]).getvalue())
    batch = worked(ImportBatch.objects.get())
    address = reverse("registry.import_errors", kwargs={"pk": batch.pk})
    assert address in browser.get(page_of(batch)).content.decode()

    whole = openpyxl.load_workbook(BytesIO(b"".join(browser.get(address).streaming_content)))  # type: ignore[attr-defined]
    short = browser.get(f"{address}?rows=held")
    few = openpyxl.load_workbook(BytesIO(b"".join(short.streaming_content)))  # type: ignore[attr-defined]
    chief = at_desk(here.subdistrict, ("registry.import", "registry.rollback_import"), "bie")

    assert [row[1] for row in whole.worksheets[0].values][2:] == ["王建国", "李坏号"]
    assert [row[1] for row in few.worksheets[0].values][2:] == ["李坏号"]
    assert chief.get(address).status_code == 404
