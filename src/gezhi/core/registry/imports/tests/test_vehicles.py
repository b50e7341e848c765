"""Sheets of vehicles: plates as clerks write them, holders by number, one plate under two."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from gezhi.core.cells.keys import keys_here
from gezhi.core.places.models import UnresolvedAddress
from gezhi.core.privacy.fields import Sealed, blind_index
from gezhi.core.registry import tallies
from gezhi.core.registry.actions.people import restrict_processing
from gezhi.core.registry.actions.units import register_enterprise
from gezhi.core.registry.actions.vehicles import end_vehicle
from gezhi.core.registry.imports import actions
from gezhi.core.registry.imports.tests.sheets import checked, taken_in, told, workbook
from gezhi.core.registry.models import Vehicle
from gezhi.core.registry.sheet_headers import find_header
from gezhi.core.registry.sheet_templates import POPULATION
from gezhi.core.registry.tests.town import (
    CLERK,
    NOON,
    TODAY,
    Town,
    build_town,
    id_number,
    posted,
    settled,
)

pytestmark = pytest.mark.django_db

OWNER_ID = id_number(3)


@pytest.fixture
def town() -> Town:
    return build_town()


def row(**over: Any) -> dict[str, Any]:
    """A row of the sheet without a fault, by field."""
    found = {
        "plate": "豫A12345",
        "kind": "小型客车",
        "contact": "王小三",
        "owner_id_no": OWNER_ID,
        "phone": "13838000001",
        "compound": "紫兰苑",
        "building": "1号楼",
        "unit": "1",
        "room": "101",
        "parking": "地下一层 B-102",
    }
    return {**found, **over}


def sheet(*rows: dict[str, Any]) -> io.BytesIO:
    return workbook(rows, template="vehicle", title="小区车辆登记表")


def opened(value: Any) -> str:
    assert isinstance(value, Sealed)
    return keys_here().open(value.data, context=value.context)


def stored() -> dict[str, Any]:
    """The one vehicle there is, sealed values as they lie in the row."""
    values = Vehicle.objects.values().get()
    return {k: bytes(v.data) if isinstance(v, Sealed) else v for k, v in values.items()}


def test_a_vehicle_is_listed_at_its_owners_home(town: Town) -> None:
    owner = settled(town.dwellings[0], id_no=OWNER_ID)
    batch = taken_in(sheet(row(since="2022-03-01")), "车辆.xlsx")
    one = Vehicle.objects.get(source=batch.source)
    assert (one.owner, one.dwelling, one.building) == (owner, town.dwellings[0], town.buildings[0])
    assert (one.community, one.grid) == (town.communities[0], town.grids[0])
    assert (one.kind, one.plate_kind, one.parking) == ("car", "02", "地下一层 B-102")
    assert (one.since, one.until) == (date(2022, 3, 1), None)
    assert opened(one.plate) == "豫A12345"
    assert bytes(one.plate_index or b"") == blind_index("豫A12345", context="plate")
    assert one.contact is None, "the registry has the owner's name already"
    assert opened(one.phone) == "13838000001"
    assert tallies.recount(repair=False) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("豫A·12345", "豫A12345"),
        ("豫a12345", "豫A12345"),
        ("豫Ａ１２３４５", "豫A12345"),
        (" 豫 A 12345", "豫A12345"),
        ("豫AD12345", "豫AD12345"),
    ],
)
def test_a_plate_is_read_however_it_is_written(town: Town, written: str, read: str) -> None:
    taken_in(sheet(row(plate=written)))
    assert opened(Vehicle.objects.get().plate) == read


def test_what_is_no_plate_waits_with_a_reading_where_there_is_one(town: Town) -> None:
    rows = [row(plate=one) for one in ("豫AO2I45", "豫A123", "12345", "")]
    batch = checked(sheet(*rows))
    assert (batch.counts["new"], batch.counts["refused"]) == (0, 4)
    found = {(line, kind, code) for line, _field, kind, code in told(batch) if kind != "skipped"}
    assert {
        (3, "proposal", "plate.letters"),
        (4, "refused", "plate.shape"),
        (5, "refused", "plate.shape"),
        (6, "refused", "required"),
    } <= found


def test_the_plate_shows_its_kind_where_the_sheet_is_silent(town: Town) -> None:
    rows = [
        row(plate="豫AD12345"),
        row(plate="豫A12345D", kind="重型货车"),
        row(plate="豫A1234挂", kind="挂车"),
        row(plate="豫A12346", kind="重型货车"),
        row(plate="豫A12346", kind="轿车"),
        row(plate="豫AD12346", plate_kind="蓝牌"),
    ]
    batch = taken_in(sheet(*rows))
    kinds = sorted(Vehicle.objects.values_list("plate_kind", flat=True))
    assert kinds == ["01", "02", "15", "51", "52"], "a lorry and a car may bear one number"
    assert [(line, code) for line, _f, kind, code in told(batch) if kind == "refused"] == [
        (8, "plate_kind_unlike")
    ]


def test_a_telephone_the_registry_has_already_is_not_kept_twice(town: Town) -> None:
    settled(town.dwellings[0], id_no=OWNER_ID, phone="13838000001")
    rows = [row(), row(plate="豫A12346", phone="13838000002")]
    taken_in(sheet(*rows))
    first, second = Vehicle.objects.order_by("pk")
    assert first.phone is None
    assert opened(second.phone) == "13838000002"
    assert checked(sheet(*rows)).counts["unchanged"] == 2


def test_who_is_not_listed_stays_a_name_and_a_telephone(town: Town) -> None:
    settled(town.dwellings[0])
    rows = [row(), row(plate="豫A12346", owner_id_no=""), row(plate="豫A12347", phone="")]
    batch = taken_in(sheet(*rows))
    assert [one.owner_id for one in Vehicle.objects.all()] == [None] * 3, "never linked by name"
    assert {opened(one.contact) for one in Vehicle.objects.all()} == {"王小三"}
    codes = {(line, code) for line, _f, _k, code in told(batch)}
    assert {(3, "owner_not_listed"), (5, "owner_not_listed"), (5, "nobody_to_ring")} <= codes
    assert (4, "owner_not_listed") not in codes


def test_an_owner_registered_later_is_linked_by_the_same_sheet(town: Town) -> None:
    taken_in(sheet(row()))
    owner = settled(town.dwellings[0], id_no=OWNER_ID)
    batch = taken_in(sheet(row(remark="租车位")))
    assert batch.counts["changed"] == 1
    one = Vehicle.objects.get()
    assert one.owner == owner
    assert set(one.history.values_list("field", flat=True)) == {"owner", "remark"}


def test_somebody_beyond_the_clerks_places_is_as_if_not_listed(town: Town) -> None:
    settled(town.dwellings[-1], id_no=OWNER_ID)
    clerk = posted(
        town.communities[0],
        *("registry.import", "registry.change_vehicles", "registry.see_people"),
    )
    batch = checked(sheet(row()), by=clerk)
    assert "owner_not_listed" in {code for _l, _f, _k, code in told(batch)}


def test_a_number_of_another_name_and_a_restricted_owner_are_for_humans(town: Town) -> None:
    settled(town.dwellings[0], id_no=OWNER_ID)
    other = settled(town.dwellings[1], "李四", id_no=id_number(4))
    restrict_processing(person=other, why="本人申请", by=CLERK, at=NOON)
    rows = [
        row(contact="王小四"),
        row(plate="豫A12346", contact="李四", owner_id_no=id_number(4)),
        row(plate="豫A12347", uscc="91410172MA0000007R"),
    ]
    batch = checked(sheet(*rows))
    assert batch.counts["refused"] == 3
    assert {(3, "other_name"), (4, "restricted"), (5, "two_holders")} <= {
        (line, code) for line, _f, _k, code in told(batch)
    }


def test_a_unit_is_found_by_its_credit_code(town: Town) -> None:
    unit = register_enterprise(
        values={
            "name": "某百货有限公司",
            "address": "紫兰苑1号楼",
            "kind": "company",
            "uscc": "91410172MA0000007R",
            "contact": "赵六",
            "phone": "13838000009",
        },
        building=town.buildings[0],
        by=CLERK,
        at=NOON,
    )
    rows = [
        row(contact="某百货有限公司", owner_id_no="", uscc=unit.uscc),
        row(plate="豫A12346", contact="司机老周", owner_id_no="", uscc=unit.uscc),
    ]
    taken_in(sheet(*rows))
    first, second = Vehicle.objects.order_by("pk")
    assert (first.enterprise, second.enterprise) == (unit, unit)
    assert first.contact is None
    assert opened(second.contact) == "司机老周"


def test_one_plate_under_two_holders_is_taken_for_neither(town: Town) -> None:
    rows = [row(), row(contact="李四", owner_id_no=""), row(plate="豫A12346")]
    batch = taken_in(sheet(*rows, row(plate="豫A12346")))
    assert (batch.counts["new"], batch.counts["refused"]) == (1, 3)
    assert [(line, code) for line, _f, k, code in told(batch) if k == "refused"] == [
        (3, "plate_of_two"),
        (4, "plate_of_two"),
        (6, "listed_twice"),
    ]


def test_a_sheet_does_not_change_whose_a_listed_vehicle_is(town: Town) -> None:
    settled(town.dwellings[0], id_no=OWNER_ID)
    settled(town.dwellings[1], "李四", id_no=id_number(4))
    taken_in(sheet(row(), row(plate="豫A12346", owner_id_no="")))
    rows = [
        row(contact="李四", owner_id_no=id_number(4)),
        row(plate="豫A12346", contact="李四", owner_id_no=""),
    ]
    batch = checked(sheet(*rows))
    assert batch.counts["refused"] == 2
    assert {code for _l, _f, _k, code in told(batch)} >= {"other_holder"}
    assert checked(sheet(row(owner_id_no=""))).counts["unchanged"] == 1, "the name agrees"


def test_a_plate_that_has_left_may_be_listed_anew(town: Town) -> None:
    taken_in(sheet(row(owner_id_no="")))
    end_vehicle(vehicle=Vehicle.objects.get(), on=TODAY, reason="sold", by=CLERK, at=NOON)
    batch = taken_in(sheet(row(contact="李四", owner_id_no="")))
    assert batch.counts["new"] == 1
    assert tallies.counts(town.subdistrict, "vehicles") == {"": 1}


def test_the_same_sheet_again_changes_nothing_and_a_change_is_taken_back(town: Town) -> None:
    settled(town.dwellings[0], id_no=OWNER_ID)
    first = taken_in(sheet(row()))
    before = stored()
    assert checked(sheet(row())).counts["unchanged"] == 1
    moved = row(room="201", parking="地面 12", phone="13838000002")
    batch = taken_in(sheet(moved))
    one = Vehicle.objects.get()
    assert (batch.counts["changed"], one.dwelling) == (1, town.dwellings[1])
    assert set(one.history.values_list("field", flat=True)) == {"dwelling", "parking", "phone"}
    actions.roll_back(batch=batch, by=CLERK, at=NOON)
    assert stored() == before
    actions.roll_back(batch=first, by=CLERK, at=NOON)
    assert not Vehicle.objects.exists()
    assert tallies.recount(repair=False) == []


def test_a_vehicle_stands_as_closely_as_the_address_is_known(town: Town) -> None:
    part = {"unit": "", "room": "", "owner_id_no": ""}
    rows = [
        row(plate="豫A00001", **part | {"building": ""}),
        row(plate="豫A00002", **part),
        row(plate="豫A00003", owner_id_no="", building="99号楼"),
        row(plate="豫A00004", owner_id_no="", room="999"),
        row(plate="豫A00005", owner_id_no="", compound="别处花园"),
        row(plate="豫A00006", owner_id_no="", compound=""),
        row(plate="豫A00007", **part | {"building": "1"}),
        row(plate="豫A00008", **part | {"building": "99"}),
    ]
    batch = taken_in(sheet(*rows))
    assert (batch.counts["new"], batch.counts["refused"]) == (6, 2)
    placed = Vehicle.objects.order_by("pk").values_list("compound__name", "building__name", "grid")
    compound_only = ("紫兰苑", None, None)
    at_building = ("紫兰苑", "1号楼", town.grids[0].pk)
    assert list(placed) == [
        *(compound_only, at_building, compound_only, at_building),
        *(at_building, compound_only),
    ]
    assert {
        *((5, "stand_in_part"), (10, "stand_in_part")),
        (6, "stand_no_home"),
        (7, "address.unknown_compound"),
        (8, "stand_missing"),
    } <= {(line, code) for line, _f, _k, code in told(batch, 10)}
    assert UnresolvedAddress.objects.get().text.startswith("别处花园")
    assert tallies.recount(repair=False) == []


def test_a_sheet_that_grew_by_itself_is_known_and_its_other_columns_are_left(town: Town) -> None:
    lines = (
        "小区车辆登记表\n"
        "序号,业主姓名,手机号,车牌,车型,品牌型号,发动机号,车架号,小区名称,楼号,车位号\n"
        "1,王建国,13838000001,豫A12345,轿车,大众,EA211,LSV000,紫兰苑,1号楼,B-102\n"
    )
    batch = taken_in(io.BytesIO(lines.encode()), "停车.csv")
    assert (batch.template, batch.counts["new"]) == ("vehicle", 1)
    left = [opened(one.sentence) for one in batch.findings.filter(code="column_left_out")]
    for heading in ("品牌型号", "发动机号", "车架号"):
        assert any(heading in sentence for sentence in left)
    assert Vehicle.objects.get().parking == "B-102"


def test_a_sheet_of_people_with_a_column_of_plates_stays_a_sheet_of_people() -> None:
    heading = [one.heading for one in POPULATION.columns if one.required]
    heading += ["车牌号", "联系电话"]
    match = find_header([heading])
    assert match is not None
    assert match.template.code == "population"
