"""Finding the header of a sheet by its names, and telling data from the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.registry.sheet_headers import (
    HeaderMatch,
    Row,
    RowKind,
    columns_in_order,
    field_for,
    find_header,
    guess_template,
    heading_key,
    is_note_row,
    is_total_row,
    row_kind,
    suggestions,
    with_mapping,
)
from gezhi.core.registry.sheet_templates import DWELLING, POPULATION, SHOP, TEMPLATES
from gezhi.core.registry.sheets import Column, Template

HEADER: list[object] = [column.heading for column in POPULATION.columns]


def found(rows: list[Row], template: Template | None = None) -> HeaderMatch:
    match = find_header(rows, template)
    assert match is not None
    return match


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.code)
def test_the_sheet_we_hand_out_is_recognised(template: Template) -> None:
    match = found([[column.heading for column in template.columns]])
    assert match.template is template
    assert [match.columns[index] for index in sorted(match.columns)] == [
        column.field for column in template.columns
    ]
    assert (match.row, match.height, match.missing, match.unknown) == (0, 1, (), {})


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.code)
def test_no_heading_of_a_template_means_two_fields(template: Template) -> None:
    seen: dict[str, str] = {}
    for column in template.columns:
        for name in column.names:
            assert seen.setdefault(heading_key(name), column.field) == column.field, name
            assert field_for(name, template) == column.field


def test_title_unit_and_date_above_the_header_are_passed_over() -> None:
    rows: list[Row] = [
        ["枫杨街道紫兰社区实有人口信息登记表", *[None] * 25],
        ["填报单位：紫兰社区", *[None] * 10, "填报日期：2022年9月1日"],
        [],
        HEADER,
        [1, "王伟", "身份证", "410172190001010010"],
    ]
    match = found(rows)
    assert (match.template, match.row, match.first_data_row) == (POPULATION, 3, 4)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("身份证号码", "id_no"),
        ("身份证 号", "id_no"),
        ("＊公民身份号码（必填）", "id_no"),
        ("证件号码", "id_no"),
        ("户主身份证号码", "head_id_no"),
        ("手机", "phone"),
        ("联系方式：", "phone"),
        ("与户主\n关系", "relation_to_head"),
        ("楼 号", "building"),
        ("文化程度（学历）", "education"),
        ("学历", "education"),
        ("户籍地址（详细到门牌号）", "hukou_address"),
    ],
)
def test_headings_go_by_many_names(heading: str, field: str) -> None:
    assert field_for(heading, POPULATION) == field


def test_a_group_above_gives_its_name_to_the_headings_below() -> None:
    rows: list[Row] = [
        ["人口信息登记表"],
        ["序号", "基本信息", None, None, "户主", None, None, "现住地址", None, None, None, "备注"],
        [None, *["姓名", "身份证号", "电话"] * 2, "小区", "楼栋", "单元", "房号", None],
        [1, "王伟", "410172190001010010", "13812345678"],
    ]  # fmt: skip
    match = found(rows)
    assert (match.row, match.height, match.first_data_row) == (1, 2, 3)
    fields = [match.columns.get(index) for index in range(12)]
    assert fields == [
        *("row_no", "name", "id_no", "phone", "head_name", "head_id_no", None),
        *("compound", "building", "unit", "room", "remark"),
    ]
    assert match.unknown == {6: "户主电话"}


def test_a_header_of_one_row_is_not_joined_with_the_first_person() -> None:
    match = found([HEADER, ["1", "王伟", "身份证", "410172190001010010", "男", "汉族"]])
    assert match.height == 1


def test_what_is_missing_unknown_or_twice_is_told() -> None:
    match = found([["姓名", "身份证号", "电话", "楼栋", "房号", "手机号码", "血型"]], POPULATION)
    assert set(match.missing) == {"relation_to_head", "population_class", "consistency", "compound"}
    assert match.repeated == {5: "phone"}
    assert match.unknown == {6: "血型"}
    assert not match.complete


def test_a_choice_once_made_is_remembered_by_heading() -> None:
    match = found([["姓名", "身份证号", "电话", "楼栋", "房号", "常住小区名", "血型"]], POPULATION)
    assert "compound" in suggestions("小区名", POPULATION)
    mended = with_mapping(match, {heading_key(" 常住小区名*"): "compound", "血型": ""})
    assert mended.columns[5] == "compound"
    assert mended.unknown == {}
    assert "compound" not in mended.missing
    doubled = with_mapping(match, {"血型": "name"})
    assert (doubled.columns, doubled.repeated) == (match.columns, {6: "name"})


def test_vaccination_is_known_but_not_the_registry_s_business() -> None:
    match = found([HEADER])
    fields = [column.field for _index, column in columns_in_order(match)]
    assert "vaccine_doses" in match.columns.values()
    assert "vaccine_doses" not in fields
    assert "row_no" not in fields


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [["会议纪要"], ["一、时间", "二、地点"]],
        [[1, 2, 3, 4, 5]],
        [["姓名", "成绩", "班级", "学号", "语文", "数学", "英语", "物理"]],
    ],
)
def test_other_sheets_have_no_header_of_ours(rows: list[Row]) -> None:
    assert find_header(rows) is None
    assert guess_template(rows) is None


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ([1, "王伟", "身份证", "410172190001010010", "男"], RowKind.DATA),
        ([None, "王小明", None, "", "男"], RowKind.DATA),
        ([None] * 26, RowKind.BLANK),
        (["  ", "\u3000", None], RowKind.BLANK),
        ([37, *[None] * 25], RowKind.BLANK),
        (["合计", None, 35, None], RowKind.TOTAL),
        (["合  计", "35户", 102], RowKind.TOTAL),
        ([None, "小计", None, 12], RowKind.TOTAL),
        (["共35户102人", None], RowKind.TOTAL),
        (["注：1.与户主关系按户口簿填写。", *[None] * 25], RowKind.NOTE),
        (["填表人：张三", *[None] * 8, "审核人：李四", None, "日期：2022.9.1"], RowKind.NOTE),
        (["单位（盖章）", *[None] * 12, "负责人签字："], RowKind.NOTE),
        (["以上信息由网格员入户核实，如有变化及时报送社区。", *[None] * 25], RowKind.NOTE),
        (HEADER, RowKind.HEADER),
        (list(range(1, 27)), RowKind.HEADER),
        (["栏次", 1, 2, 3, 4], RowKind.HEADER),
    ],
)  # fmt: skip
def test_only_data_rows_are_data(row: Row, kind: RowKind) -> None:
    assert row_kind(row, found([HEADER])) is kind


def test_a_person_called_total_is_still_a_person() -> None:
    person: Row = [1, "合计生", "身份证", "410172190001010010", "男"]
    assert not is_total_row(person)
    assert not is_note_row(person)


@given(st.permutations(POPULATION.columns), st.integers(0, 5), st.data())
def test_columns_may_stand_in_any_order_under_any_of_their_names(
    columns: list[Column], above: int, data: st.DataObject
) -> None:
    headings = [data.draw(st.sampled_from(column.names)) for column in columns]
    match = found([*([["枫杨街道人口表"]] * above), headings], POPULATION)
    assert (match.row, match.height) == (above, 1)
    assert [match.columns[index] for index in range(len(columns))] == [
        column.field for column in columns
    ]


@given(
    st.lists(
        st.lists(
            st.none()
            | st.text(max_size=6)
            | st.integers()
            | st.sampled_from(["姓名", "电话", "户主"]),
            max_size=8,
        ),
        max_size=8,
    )
)
def test_no_sheet_raises(rows: list[list[object]]) -> None:
    match = find_header(rows)
    for row in rows:
        is_note_row(row)
        is_total_row(row)
        if match is not None:
            row_kind(row, match)


def test_sheets_of_dwellings_and_shops_are_told_from_people() -> None:
    dwellings: list[Row] = [
        ["序号", "社区", "小区", "楼号", "单元号", "室号", "房主", "面积", "房屋用途", "使用情况"]
    ]
    shops: list[Row] = [
        ["序号", "门店名称", "经营地址", "店主", "联系电话", "经营类型", "是否住人"]
    ]
    assert guess_template(dwellings) is DWELLING
    assert guess_template(shops) is SHOP
