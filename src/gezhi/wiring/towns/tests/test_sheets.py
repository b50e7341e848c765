"""The sheets of the towns: whole, as dirty as told, the same every time."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gezhi.core.registry.sheet_headers import find_header
from gezhi.core.registry.sheet_templates import DWELLING, POPULATION, TEMPLATES
from gezhi.core.registry.sheet_templates_vehicles import VEHICLE
from gezhi.core.registry.sheets import clean_cell
from gezhi.wiring.towns import Household, Town
from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.dirt import EVERY_KIND, MENDABLE, REFUSED, Dirt, Row, spoil
from gezhi.wiring.towns.dwelling_rows import dwelling_rows
from gezhi.wiring.towns.sheets import UNIT_SHEETS, people_rows, write_people, write_sheet
from gezhi.wiring.towns.units import units_of
from gezhi.wiring.towns.vehicle_rows import vehicle_rows


def read(path: Path) -> list[list[object]]:
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def test_the_sheet_has_a_title_the_headings_of_the_template_and_a_row_for_each_person(
    gouzhao: Town, gouzhao_households: list[Household], tmp_path: Path
) -> None:
    households = gouzhao_households[:400]
    written = write_people(gouzhao, tmp_path / "人口.xlsx", households=households)
    rows = read(written.path)
    assert str(rows[0][0]).startswith("沟赵办事处实有人口信息登记表")
    assert rows[1] == [column.heading for column in POPULATION.columns]
    assert len(rows) - 2 == written.rows == sum(len(one.members) for one in households)
    found = find_header(rows[:5])
    assert found is not None
    assert found.template.code == "population"
    assert found.complete


def test_about_twelve_in_a_thousand_rows_are_spoiled_in_every_way(
    gouzhao: Town, gouzhao_households: list[Household], tmp_path: Path
) -> None:
    written = write_people(
        gouzhao, tmp_path / "人口.xlsx", households=gouzhao_households[:3000], share=0.2
    )
    assert 0.18 < written.spoiled.total() / written.rows < 0.22
    assert set(written.spoiled) == {dirt.name for dirt in EVERY_KIND}


def test_the_same_town_gives_the_same_file(
    gouzhao: Town, gouzhao_households: list[Household], tmp_path: Path
) -> None:
    files = [
        write_people(gouzhao, tmp_path / name, households=gouzhao_households[:200]).path
        for name in ("a.xlsx", "b.xlsx")
    ]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_clean_rows_need_no_mending(gouzhao_households: list[Household]) -> None:
    for row in islice(people_rows(gouzhao_households), 0, None, 37):
        for column in POPULATION.columns:
            value = row.get(column.field, "")
            if column.clean is None or not value:
                continue
            if column.field in ("id_no", "head_id_no") and len(str(value)) != 18:
                continue  # travel papers are read by their kind
            told = clean_cell(column, value).findings
            assert [one for one in told if one.code != "coded"] == [], column.field
        missing = [field for field in POPULATION.required if not row[field]]
        assert missing in ([], ["id_no"])


@pytest.mark.parametrize("dirt", EVERY_KIND, ids=lambda dirt: dirt.name)
def test_each_kind_of_dirt_is_found(dirt: Dirt, gouzhao_households: list[Household]) -> None:
    """The cell-wise kinds: what is told of a spoiled cell is what the kind promises."""
    field = {
        "other_gender": "", "building_word": "", "all_in_room": "", "room_word": "",
        "room_as_date": "", "nowhere": "", "slash": "", "deceased": "",
        "two_phones": "phone", "phone_dashed": "phone", "phone_short": "phone",
        "date_written": "moved_in", "date_serial": "moved_in",
        "relation_word": "relation_to_head", "relation_unclear": "relation_to_head",
    }.get(dirt.name, "id_no")  # fmt: skip
    dice = Dice(dirt.name)
    spoiled = [row for row in people_rows(gouzhao_households[:1500]) if dirt.spoil(row, dice)]
    assert spoiled
    for row in spoiled[:20] if field else ():
        answer = clean_cell(POPULATION.column(field), row[field])
        assert answer.refused == (dirt.treatment == REFUSED), row[field]
        # 老婆 says 妻 and nothing else: a word that can mean one thing only is no change to list
        assert answer.findings or (dirt.name == "relation_word" and answer.value)


@settings(max_examples=40)
@given(seed=st.text(max_size=8))
def test_a_spoiled_row_keeps_its_fields(seed: str) -> None:
    row: Row = {
        "id_no": "410172199003070026", "gender": "女", "phone": "16012345678",
        "moved_in": "2012-06-18", "compound": "紫兰苑", "building": "3号楼", "unit": "2",
        "room": "501", "relation_to_head": "妻", "workplace": "", "care_labels": "", "remark": "",
    }  # fmt: skip
    before = dict(row)
    assert spoil(row, MENDABLE, Dice(seed)) in MENDABLE
    assert row.keys() == before.keys()
    assert row != before


@pytest.mark.parametrize("key", ["gouzhao", "fengyang"])
def test_units_have_sheets_of_their_own(
    key: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    town: Town = request.getfixturevalue(key)
    units = units_of(town)
    for template, rows in UNIT_SHEETS:
        path = tmp_path / f"{template.code}.xlsx"
        count = write_sheet(path, template, f"{town.spec.name}{template.title}底数", rows(units))
        found = find_header(read(path)[:4])
        assert found is not None
        assert found.template is TEMPLATES[template.code]
        assert count == len(getattr(units, f"{template.code}s"))


@given(seed=st.text(max_size=8), low=st.integers(-5, 5), width=st.integers(0, 9))
def test_dice_stay_between_their_bounds(seed: str, low: int, width: int) -> None:
    dice = Dice(seed)
    assert all(low <= dice.between(low, low + width) <= low + width for _ in range(20))
    assert all(low <= dice.near(low, low + width) <= low + width for _ in range(20))
    assert dice.of(Weighted({"a": 0.0, "b": 1.0})) == "b"
    assert sorted(dice.shuffled(range(width))) == list(range(width))


def test_every_room_has_its_row_in_the_sheet_of_houses(
    gouzhao: Town, gouzhao_households: list[Household]
) -> None:
    community = gouzhao.communities[0]
    own = {id(compound) for compound in community.compounds}
    households = [one for one in gouzhao_households if id(one.compound) in own]
    rows = list(dwelling_rows(community, households))
    rooms = [room for one in community.compounds for b in one.buildings for room in b.rooms]
    assert len(rows) == len(rooms)
    vacant = [row for row in rows if row["use_state"] == "空置"]
    assert 0.02 < len(vacant) / len(rows) < 0.2
    for row in rows:
        for column in DWELLING.columns:
            value = row.get(column.field, "")
            if column.clean is not None and value:
                told = clean_cell(column, value).findings
                assert [one for one in told if one.code != "coded"] == [], column.field
        assert all(row[field] for field in DWELLING.required)


def test_vehicles_have_plates_of_nobody_and_each_its_own(
    gouzhao: Town, gouzhao_households: list[Household]
) -> None:
    plates: list[str] = []
    for share, community in enumerate(gouzhao.communities):
        own = {id(compound) for compound in community.compounds}
        households = [one for one in gouzhao_households if id(one.compound) in own]
        for row in vehicle_rows(share, community.name, households):
            for column in VEHICLE.columns:
                value = row.get(column.field, "")
                if column.clean is None or not value:
                    continue
                answer = clean_cell(column, value)
                assert not answer.refused, (column.field, value)
                if column.field == "plate":
                    assert answer.value is not None
                    plates.append(answer.value)
            assert all(row[field] for field in VEHICLE.required)
    assert len(set(plates)) == len(plates)
    assert all(plate.startswith("豫Z") for plate in plates)
    assert 0.2 < len(plates) / len(gouzhao_households) < 0.5
