"""出租房, 党员 and 志愿者 sheets: what is taken of them, and what is said of the rest."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from gezhi.core.registry import tallies
from gezhi.core.registry.imports import actions, workbooks
from gezhi.core.registry.imports.tests.sheets import (
    HEAD_ID,
    checked,
    person,
    taken_in,
    told,
    workbook,
)
from gezhi.core.registry.models import Conflict, Dwelling, Person, PersonChange
from gezhi.core.registry.sheet_headers import find_header
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.tests.town import CLERK, NOON, Town, build_town, id_number, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


def rental(**over: Any) -> dict[str, Any]:
    row = {
        "community": "紫兰社区",
        "compound": "紫兰苑",
        "building": "1号楼",
        "unit": "1",
        "room": "603",
        "owner_name": "陈房东",
        "owner_phone": "13838000009",
        "rent_use": "居住",
        "tenants": 3,
        "rooms": 2,
        "lease_from": date(2022, 3, 1),
        "lease_to": date(2023, 2, 28),
        "lease_filing_no": "郑房租2022-118",
        "tenant": "李租客",
    }
    return {**row, **over}


def test_a_rented_room_is_listed_as_rented_with_its_lease(town: Town) -> None:
    rows = [rental(), rental(room="604", lease_to=date(2021, 1, 1))]
    batch = taken_in(workbook(rows, template="rental", title="出租房屋登记表"))
    assert (batch.template, batch.counts["new"], batch.counts["refused"]) == ("rental", 2, 0)
    first, second = Dwelling.objects.filter(room__in=("603", "604")).order_by("room")
    assert (first.use_state, first.rent_use, first.tenants, first.rooms) == (
        "rented",
        "living",
        3,
        2,
    )
    assert (first.lease_from, first.lease_to) == (date(2022, 3, 1), date(2023, 2, 28))
    assert first.lease_filing_no == "郑房租2022-118"
    assert (second.lease_from, second.lease_to) == (None, None)
    said = {code for _r, _f, _k, code in told(batch)}
    assert said >= {"lease_backwards", "column_left_out"}
    assert tallies.recount(repair=False) == []


def test_a_listed_room_becomes_rented_and_is_as_it_was_when_taken_back(town: Town) -> None:
    room = town.dwellings[0]
    before = Dwelling.objects.values().get(pk=room.pk)
    row = rental(room=room.room, unit=str(room.unit), building="1号楼")
    batch = taken_in(workbook([row], template="rental"))
    again = checked(workbook([row], template="rental"))
    room.refresh_from_db()
    assert (batch.counts["changed"], again.counts["unchanged"]) == (1, 1)
    assert room.use_state == "rented"
    actions.roll_back(batch=batch, by=CLERK, at=NOON)
    assert Dwelling.objects.values().get(pk=room.pk) == before
    assert tallies.recount(repair=False) == []


def member(**over: Any) -> dict[str, Any]:
    row = {"name": "王建国", "id_no": HEAD_ID, "political_status": "正式党员", "branch": "第一支部"}
    return {**row, **over}


def test_party_members_who_are_listed_gain_what_the_registry_holds(town: Town) -> None:
    taken_in(workbook([person()]))
    rows = [
        member(phone="13711112222", joined_on="2001-07-01"),
        member(name="李不在", id_no=id_number(8)),
        member(name="王建过"),
        member(id_no=""),
    ]
    batch = taken_in(workbook(rows, template="party", title="党员花名册"))
    one = Person.objects.get()
    assert one.political_status == "01"
    assert (batch.counts["changed"], batch.counts["refused"]) == (1, 3)
    assert {(4, "person_not_listed"), (5, "other_name"), (6, "listed_no_number")} <= {
        (row, code) for row, _f, _k, code in told(batch)
    }
    left = {f.sentence for f in batch.findings.filter(code="column_left_out")}
    assert len(left) >= 2
    assert Conflict.objects.get().kind == "same_id_other_name"
    assert set(PersonChange.objects.values_list("field", flat=True)) >= {
        "political_status",
        "phone",
    }
    assert checked(workbook(rows[:1], template="party")).counts["unchanged"] == 1
    actions.roll_back(batch=batch, by=CLERK, at=NOON)
    one.refresh_from_db()
    assert one.political_status == ""
    assert tallies.recount(repair=False) == []


def test_a_volunteers_telephone_is_taken_and_the_hours_are_not(town: Town) -> None:
    taken_in(workbook([person()]))
    row = {"name": "王建国", "id_no": HEAD_ID, "phone": "13711112222", "hours": "120"}
    batch = taken_in(workbook([row], template="volunteer", title="志愿者名册"))
    assert (batch.template, batch.counts["changed"]) == ("volunteer", 1)
    assert "column_left_out" in {code for _r, _f, _k, code in told(batch)}


def test_somebody_beyond_the_clerks_places_is_as_if_not_listed(town: Town) -> None:
    taken_in(workbook([person()]))
    clerk = posted(town.communities[1], "registry.import", "registry.change_people")
    batch = checked(workbook([member()], template="party"), by=clerk)
    assert (batch.counts["refused"], batch.counts["changed"]) == (1, 0)
    assert {c for _r, _f, k, c in told(batch) if k == "refused"} == {"person_not_listed"}


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        (
            "rental",
            "序号 社区 小区 楼号 单元 房号 房东 房东电话 承租人 出租用途 租住人数",
        ),
        (
            "party",
            "序号 姓名 性别 身份证号 学历 入党时间 转正时间 党员类别 所在党支部 联系电话",
        ),
        ("volunteer", "序号 姓名 性别 身份证号 联系电话 志愿服务队 服务类别 特长 注册时间"),
        (
            "population",
            "姓名 身份证号 与户主关系 人口类别 人户状态 小区 楼栋 房号 政治面貌",
        ),
        ("dwelling", "序号 社区 小区 楼栋 单元 房号 建筑面积 用途 使用状态 产权人 产权人电话"),
    ],
)
def test_a_sheet_is_known_by_its_headings(code: str, heading: str) -> None:
    match = find_header([["登记表"], heading.split()])
    assert match is not None
    assert match.template.code == code


@pytest.mark.parametrize("code", TEMPLATES)
def test_a_template_asks_for_nothing_that_would_be_thrown_away(code: str) -> None:
    """But for the row number, and 疫苗剂次, which stands in the sheet everybody knows."""
    with workbooks.template_workbook(code) as handed_out:
        header = [
            cell.value for cell in load_workbook(io.BytesIO(handed_out.read())).worksheets[0][1]
        ]
    template = TEMPLATES[code]
    thrown = {one.heading for one in template.columns if not one.kept} - {"序号", "疫苗剂次"}
    assert thrown.isdisjoint(str(one).rstrip("*") for one in header)
