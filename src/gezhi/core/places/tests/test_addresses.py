"""Addresses as grassroots sheets write them, and the one form they are kept in."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from gezhi.core.places.address_parts import (
    MENDS,
    building_number,
    chinese_number,
    floor_of,
    normalise_building,
    read_floor,
    read_unit,
)
from gezhi.core.places.addresses import (
    Address,
    Kind,
    house_code,
    parse_cells,
    parse_text,
    unit_name,
    unit_number,
)

FLAT = Address("紫兰苑", "3号楼", "2", 5, "501")


@pytest.mark.parametrize(
    "text",
    [
        "紫兰苑3-2-501",
        "紫兰苑 3号楼 2单元 501室",
        "紫兰苑3号楼2单元501",
        "紫兰苑三号楼二单元五零一",
        "紫兰苑３－２－５０１",
        "紫兰苑3/2/501",
        "紫兰苑3_2_501",
        "紫兰苑3—2—501",
        "紫兰苑3.2.501",
        "紫兰苑3一2一501",
        "紫兰苑3栋2门501户",
        "紫兰苑3幢2单元501房",
        "紫兰苑3#2-501",
        "紫兰苑3楼2单元501",
        "紫兰苑3-2-5-501",
        "紫兰苑3号楼2单元5层501室",
        "紫兰苑3号楼2单元中3层501",
        "紫兰苑03号楼02单元0501室",
        "河南省郑州市高新区枫杨街道紫兰社区长椿路11号紫兰苑3-2-501",
        "枫杨办事处 紫兰苑 3-2-501",
    ],
)
def test_one_flat_written_in_many_ways_is_one_address(text: str) -> None:
    parsed = parse_text(text)
    assert parsed.reason is None
    assert parsed.addresses == (FLAT,)
    assert set(parsed.mends) <= set(MENDS)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("紫兰苑3-501", Address("紫兰苑", "3号楼", "0", 5, "501")),
        ("紫兰苑A座1203", Address("紫兰苑", "A座", "0", 12, "1203")),
        ("紫兰苑A-1203", Address("紫兰苑", "A座", "0", 12, "1203")),
        ("紫兰苑B区A3号楼1单元101", Address("紫兰苑B区", "A3号楼", "1", 1, "101")),
        ("紫兰苑二期3-2-501", Address("紫兰苑二期", "3号楼", "2", 5, "501")),
        ("三里屯3-2-501", Address("三里屯", "3号楼", "2", 5, "501")),
        ("长椿路11号院3号楼2单元501", Address("长椿路11号院", "3号楼", "2", 5, "501")),
        ("建业路劲陶瓷新城3-2-501", Address("建业路劲陶瓷新城", "3号楼", "2", 5, "501")),
        ("东方城市花园3-2-501", Address("东方城市花园", "3号楼", "2", 5, "501")),
        ("紫兰苑 综合楼 301", Address("紫兰苑", "综合楼", "0", 3, "301")),
        ("紫兰苑12-2-3A02", Address("紫兰苑", "12号楼", "2", 4, "3A02")),
        ("紫兰苑3号楼B101", Address("紫兰苑", "3号楼", "0", -1, "B101")),
        ("紫兰苑3号楼负一层B101", Address("紫兰苑", "3号楼", "0", -1, "B101")),
        ("紫兰苑3号楼2单元5楼东户", Address("紫兰苑", "3号楼", "2", 5, "5层东户")),
        ("紫兰苑3号楼S12", Address("紫兰苑", "3号楼", "0", None, "S12", Kind.SHOP)),
        ("紫兰苑3号楼商铺12号", Address("紫兰苑", "3号楼", "0", None, "商铺12", Kind.SHOP)),
        ("紫兰苑3号楼车库5", Address("紫兰苑", "3号楼", "0", None, "车库5", Kind.GARAGE)),
        ("大里村3组25号", Address("大里村", "3组", "0", None, "25", Kind.COURTYARD)),
        ("大里村第三村民组25号院", Address("大里村", "3组", "0", None, "25", Kind.COURTYARD)),
        ("大里村25号", Address("大里村", "", "0", None, "25", Kind.COURTYARD)),
        ("紫兰苑3号楼", Address("紫兰苑", "3号楼", "0", None, "", Kind.BUILDING)),
        ("长椿路11号", Address("长椿路11号", "", "0", None, "", Kind.COMPOUND)),
        ("紫兰苑", Address("紫兰苑", "", "0", None, "", Kind.COMPOUND)),
    ],
)
def test_every_kind_of_place_has_its_form(text: str, address: Address) -> None:
    assert parse_text(text).addresses == (address,)


@pytest.mark.parametrize(
    "text", ["紫兰苑3-2-501/502", "紫兰苑3号楼2单元501、502室", "紫兰苑3-2-501-502"]
)
def test_joined_flats_are_listed_as_two_rooms(text: str) -> None:
    parsed = parse_text(text)
    assert [address.room for address in parsed.addresses] == ["501", "502"]
    assert "joined" in parsed.mends


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "address.ambiguous"),
        ("紫兰苑3-2", "address.ambiguous"),
        ("紫兰苑501", "address.ambiguous"),
        ("紫兰苑3-2-1", "address.ambiguous"),
        ("紫兰苑3楼501", "address.ambiguous"),
        ("紫兰苑3-2-501-503", "address.ambiguous"),
        ("紫兰苑3-x-501-7", "address.ambiguous"),
        ("紫兰苑3号楼-1层101", "address.ambiguous"),
        ("大里村3组25号2楼", "address.ambiguous"),
        ("紫兰苑3月2日", "address.room_is_date"),
        ("2022-03-02", "address.room_is_date"),
        ("紫兰苑3号楼2单元4楼501", "address.floor_conflict"),
        ("紫兰苑3号楼2单元东户", "address.floor_missing"),
        ("3-2-501", "address.compound_missing"),
    ],
)
def test_two_readings_are_left_to_a_person(text: str, code: str) -> None:
    parsed = parse_text(text)
    assert parsed.addresses == ()
    assert parsed.reason is not None
    assert parsed.reason.code == code
    assert parsed.reason.sentence.endswith("。")


@pytest.mark.parametrize(
    ("building", "unit", "room"),
    [
        ("3", "2", "501"),
        (3.0, 2.0, 501.0),
        (3, 2, 501),
        ("三号楼", "二单元", "五零一室"),
        ("3栋", "2门", "0501"),
        ("3-", "2-", "501"),
        ("3#楼", " ２ ", "'501"),
        ("3", "", "2-501"),
        ("3", "2", "3-2-501"),
        ("", "", "3-2-501"),
        ("", "", "3号楼2单元501室"),
        ("3", "2", "5-501"),
    ],
)
def test_the_columns_of_a_row_are_one_address(building: object, unit: object, room: object) -> None:
    parsed = parse_cells("紫兰苑", building, unit, room)
    assert parsed.reason is None
    assert parsed.addresses == (FLAT,)


@pytest.mark.parametrize("unit", ["", None, "0", "无", "/", "-", "无单元"])
def test_no_unit_is_unit_nought(unit: object) -> None:
    assert parse_cells("紫兰苑", "3", unit, "501").addresses[0].unit == "0"


@pytest.mark.parametrize(
    ("compound", "building", "unit", "room", "code"),
    [
        ("紫兰苑", 3, 2, datetime(2022, 3, 2), "address.room_is_date"),
        ("紫兰苑", 3, 2, date(2022, 3, 2), "address.room_is_date"),
        ("紫兰苑", 3, 2, 44622, "address.room_is_date"),
        ("紫兰苑", 3, 2, "3月2日", "address.room_is_date"),
        ("紫兰苑", 3, 2, "2022-03-02 00:00:00", "address.room_is_date"),
        ("紫兰苑", 3, 2, "2-Mar", "address.room_is_date"),
        ("紫兰苑", datetime(2022, 3, 2), 2, "501", "address.room_is_date"),
        ("紫兰苑", 3, 2, 2.501, "address.part_is_number"),
        ("紫兰苑", 3, 2, "3-2", "address.ambiguous"),
        ("紫兰苑", 3, 2, "12345678", "address.room_shape"),
        ("紫兰苑", 3, 2, "见备注", "address.room_shape"),
        ("紫兰苑", 3, 2, "", "address.room_missing"),
        ("紫兰苑", "", "", "501", "address.building_missing"),
        ("紫兰苑", "", "", "2-501", "address.ambiguous"),
        ("紫兰苑", 3, 2, "4-2-501", "address.conflict"),
        ("紫兰苑", 3, 2, "3-1-501", "address.conflict"),
        ("紫兰苑", 3, 2, "东户", "address.floor_missing"),
        ("紫兰苑", "3-2", 2, "501", "address.building_shape"),
        ("紫兰苑", 3, "一二三四", "501", "address.unit_shape"),
        ("", 3, 2, "501", "address.compound_missing"),
    ],
)
def test_a_row_that_cannot_be_placed_says_why(
    compound: object, building: object, unit: object, room: object, code: str
) -> None:
    parsed = parse_cells(compound, building, unit, room)
    assert parsed.addresses == ()
    assert parsed.reason is not None
    assert parsed.reason.code == code


def test_a_floor_column_places_an_east_flat_and_must_agree_with_a_number() -> None:
    east = parse_cells("紫兰苑", 3, 2, "东户", floor="5层")
    assert [str(address) for address in east.addresses] == ["紫兰苑 3号楼 2单元 5层东户"]
    wrong = parse_cells("紫兰苑", 3, 2, "501", floor=6)
    assert wrong.reason is not None
    assert wrong.reason.code == "address.floor_conflict"


def test_a_village_courtyard_is_a_group_and_a_house_number() -> None:
    courtyard = Address("大里村", "3组", "0", None, "25", Kind.COURTYARD)
    for building, room in (("3组", "25"), ("三组", "25号"), ("3", "3组25号"), ("", "3组25号院")):
        parsed = parse_cells("大里村", building, "", room)
        assert parsed.addresses == (courtyard,) or building == "3"
    assert str(courtyard) == "大里村 3组 25号"


@pytest.mark.parametrize(
    ("written", "name", "number"),
    [
        ("3", "3号楼", 3),
        ("３栋", "3号楼", 3),
        ("三号楼", "3号楼", 3),
        ("第十二幢", "12号楼", 12),
        ("3#", "3号楼", 3),
        ("3-", "3号楼", 3),
        ("3座", "3号楼", 3),
        ("a座", "A座", None),
        ("A栋", "A座", None),
        ("A3", "A3号楼", 3),
        ("3B栋", "3B号楼", 3),
        ("东1号楼", "东1号楼", 1),
        ("五组", "5组", 5),
        ("综合楼", "综合楼", None),
    ],
)
def test_a_building_has_one_name(written: str, name: str, number: int | None) -> None:
    assert normalise_building(written) == name
    assert normalise_building(name) == name
    assert building_number(written) == number


@pytest.mark.parametrize(
    ("room", "floor"),
    [
        ("501", 5),
        ("1203", 12),
        ("501A", 5),
        ("B101", -1),
        ("-201", -2),
        ("3A02", 4),
        ("12B01", 14),
        ("A1203", 12),
        ("5层东户", 5),
        ("S12", None),
        ("25", None),
        ("012", None),
        ("商铺12", None),
    ],
)
def test_a_room_number_tells_its_floor(room: str, floor: int | None) -> None:
    assert floor_of(room) == floor


@pytest.mark.parametrize(
    ("word", "floor"),
    [
        ("5", 5),
        ("五层", 5),
        ("5F", 5),
        ("B1", -1),
        ("负一层", -1),
        ("-2", -2),
        ("3A", 4),
        ("顶", None),
    ],
)
def test_a_floor_column_is_a_number(word: str, floor: int | None) -> None:
    assert read_floor(word) == floor


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31)),
        *(("一百零三", 103), ("五〇一", 501), ("百货", None), ("十十", None)),
    ],
)
def test_chinese_numerals_have_a_value(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


def test_letters_and_sides_name_units() -> None:
    assert read_unit("A单元").value == "A"
    assert read_unit("东单元").value == "东"
    assert parse_text("紫兰苑3号楼东单元501").addresses[0].unit == "东"


def test_a_house_code_has_twenty_seven_digits() -> None:
    assert house_code("410172360001", 12, 3, 2, 5, 501) == "410172360001001200302050501"
    assert house_code("410172360001", 12, 3, 0, -1, 101)[21:23] == "99"


@pytest.mark.parametrize(
    "numbers",
    [
        *((10_000, 1, 1, 1, 101), (1, 1000, 1, 1, 101), (1, 1, 100, 1, 101)),
        *((1, 1, 1, 100, 101), (1, 1, 1, 1, 10_000), (1, 1, 1, 1, -1)),
    ],
)
def test_a_number_too_long_for_a_house_code_is_a_mistake(
    numbers: tuple[int, int, int, int, int],
) -> None:
    with pytest.raises(ValueError, match="house code"):
        house_code("410172360001", *numbers)
    with pytest.raises(ValueError, match="twelve"):
        house_code("4101", 1, 1, 1, 1, 101)


def test_every_unit_has_two_digits_of_its_own() -> None:
    units = [*map(str, range(51)), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ东西南北中甲乙丙丁"]
    numbers = [unit_number(unit) for unit in units]
    assert len(set(numbers)) == len(units)
    assert max(numbers) < 100
    assert [unit_name(number) for number in numbers] == units
    with pytest.raises(ValueError, match="50"):
        unit_number("51")
