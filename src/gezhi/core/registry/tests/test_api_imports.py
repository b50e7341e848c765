"""Sheets sent, followed, mapped, confirmed and taken back by a program."""

from __future__ import annotations

import io

import openpyxl
import pytest

from gezhi.core.registry.imports.jobs import check_import, confirm_import
from gezhi.core.registry.models import ImportBatch, Person
from gezhi.core.registry.tests.program import Program, code_of
from gezhi.core.registry.tests.town import Town, build_town, id_number
from gezhi.core.staff.tests import office

pytestmark = pytest.mark.django_db
NUMBER = id_number(7)


@pytest.fixture
def town() -> Town:
    return build_town()


SHEET = (
    "姓名,公民身份号码,与户主关系,人口类别,人户状态,小区,楼栋,单元,房号,找他打这个\n"
    "王小三,{number},户主,户籍,人户一致,紫兰苑,1号楼,1,101,13812345678\n"
)


def test_a_sheet_is_sent_checked_and_confirmed(town: Town) -> None:
    chief = office.hire("api.chief", "grid_chief_l2", town.communities[0], name="张书记")
    program = Program(office.come(chief))
    clerk = Program(office.come(office.hire("api.clerk", "registry_clerk", town.communities[0])))
    file = io.BytesIO(SHEET.format(number=NUMBER).encode())
    file.name = "人口.csv"

    sent = program.client.post(
        "/api/v1/imports", {"file": file, "as_of": "2022-09-01", "template": "population"}
    )

    assert sent.status_code == 201, sent.content.decode()
    key = sent.json()["id"]
    assert (sent.json()["state"], sent.json()["earlier"]) == ("uploaded", [])
    early = program.send("POST", f"imports/{key}/confirm")
    assert (early.status_code, code_of(early)) == (422, "registry.import_not_waiting")
    check_import.run(batch=key)
    assert program.get(f"imports/{key}").json()["state"] == "mapping"
    (sheet,) = program.get(f"imports/{key}/columns").json()["items"]
    (asked,) = [one for one in sheet["columns"] if one["asked"]]
    assert (asked["column"], asked["heading"]) == (9, "找他打这个")
    for strange in (
        {"sheet": 7, "columns": []},
        {"sheet": 0, "columns": [{"column": 9, "field": "x"}]},
    ):
        refused = program.send("POST", f"imports/{key}/columns", {"sheets": [strange]})
        assert refused.status_code == 422, refused.content.decode()
    settled_on = {"sheets": [{"sheet": 0, "columns": [{"column": 9, "field": "phone"}]}]}
    program.send("POST", f"imports/{key}/columns", settled_on)
    check_import.run(batch=key)
    checked = program.get(f"imports/{key}").json()
    assert (checked["state"], checked["counts"]["new"]) == ("checked", 1), checked
    assert NUMBER not in program.get(f"imports/{key}/findings").content.decode()
    assert program.send("POST", f"imports/{key}/confirm").json()["state"] == "confirming"
    confirm_import.run(batch=key)
    assert program.get(f"imports/{key}").json()["state"] == "confirmed"
    assert Person.objects.get().phone_index is not None
    taken_back = clerk.send("POST", f"imports/{key}/roll-back")
    assert (taken_back.json()["left"], Person.objects.count()) == ([], 0)


def test_a_sheet_that_waits_can_be_dropped_and_is_nobody_elses(town: Town) -> None:
    owner, other = (
        Program(office.come(office.hire(f"api.{n}", "grid_chief_l2", town.communities[0])))
        for n in ("a", "b")
    )
    file = io.BytesIO(SHEET.format(number=NUMBER).encode())
    file.name = "人口.csv"
    key = owner.client.post("/api/v1/imports", {"file": file, "as_of": "2022-09-01"}).json()["id"]

    assert other.get(f"imports/{key}").status_code == 404
    assert owner.send("POST", f"imports/{key}/cancel").json()["state"] == "cancelled"
    assert ImportBatch.objects.get().state == "cancelled"


def test_rows_sent_back_come_as_the_sheet_with_their_reasons(town: Town) -> None:
    chief = office.hire("api.chief", "grid_chief_l2", town.communities[0])
    program = Program(office.come(chief))
    other = Program(office.come(office.hire("api.clerk", "registry_clerk", town.communities[0])))
    wrong = SHEET.format(number=NUMBER[:17] + "A") + SHEET.splitlines()[1].format(number=NUMBER)
    file = io.BytesIO(wrong.replace("找他打这个", "联系电话").encode())
    file.name = "人口.csv"
    sent = program.client.post("/api/v1/imports", {"file": file, "as_of": "2022-09-01"})
    key = sent.json()["id"]
    early = program.get(f"imports/{key}/errors")
    check_import.run(batch=key)

    whole = program.get(f"imports/{key}/errors")
    held = program.get(f"imports/{key}/errors?rows=held")

    assert (early.status_code, code_of(early)) == (422, "registry.nothing_refused")
    assert "attachment" in whole["Content-Disposition"]
    assert "ETag" not in whole
    for answer, rows in ((whole, 3), (held, 2)):
        sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
        assert sheet is not None
        assert sheet.max_row == rows
        assert any("证" in str(cell.value) for cell in sheet[2])
    assert other.get(f"imports/{key}").status_code == 200
    assert other.get(f"imports/{key}/errors").status_code == 404
    assert program.get(f"imports/{key}/errors?rows=x").status_code == 422


def test_a_file_that_is_no_sheet_is_refused(town: Town) -> None:
    chief = office.hire("api.chief", "grid_chief_l2", town.communities[0])
    program = Program(office.come(chief))
    file = io.BytesIO(b"%PDF-1.7")
    file.name = "人口.pdf"

    refused = program.client.post("/api/v1/imports", {"file": file, "as_of": "2022-09-01"})
    nothing = program.client.post("/api/v1/imports", {"as_of": "2022-09-01"})

    assert refused.status_code == 422
    assert (nothing.status_code, nothing.json()["errors"][0]["field"]) == (422, "file")
