"""How one value of a row reads on screen, in print and in a sheet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base import pages as ui
from gezhi.base.pages.columns import Column, Look
from gezhi.base.tests.ladders import State

GRID = UUID(int=7)
LOOK = Look(ZoneInfo("Asia/Shanghai"), None, {GRID: "第七网格"})
LATE = datetime(2022, 9, 13, 17, 30, tzinfo=UTC)
"""Half past one at night of the fourteenth, in the subdistrict."""


def row(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(pk=GRID, **values)


@pytest.mark.parametrize(
    ("column", "value", "text", "excel"),
    [
        (ui.Text("v", "x"), "永乐社区", "永乐社区", "永乐社区"),
        (ui.Text("v", "x"), None, "", ""),
        (ui.Number("v", "x", unit=" 人"), 142190, "142,190 人", 142190),
        (ui.Number("v", "x", places=1), Decimal("63.79"), "63.8", 63.79),
        (ui.Money("v", "x", unit=" 元"), 6912000, "69,120.00 元", 69120.0),
        (ui.Money("v", "x"), None, "", ""),
        (ui.Date("v", "x"), date(2022, 9, 13), "2022-09-13", date(2022, 9, 13)),
        (ui.Date("v", "x"), LATE, "2022-09-14", date(2022, 9, 14)),
        (ui.Date("v", "x"), None, "", ""),
        (ui.Moment("v", "x"), LATE, "2022-09-14 01:30", datetime(2022, 9, 14, 1, 30)),
        (ui.YesNo("v", "x"), False, "否", "否"),
        (ui.YesNo("v", "x"), None, "", ""),
        (ui.Choice("v", "x", choices=State), "lent", "已借出", "已借出"),
        (ui.Choice("v", "x", choices=State), State.FREE, "可借", "可借"),
        (ui.Choice("v", "x", choices=State), "unheard-of", "unheard-of", "unheard-of"),
        (ui.Choice("v", "x", choices={True: "已读"}), True, "已读", "已读"),
        (ui.Badges("v", "x"), ["独居", "高龄"], "独居、高龄", "独居、高龄"),
        (ui.Place("v", "x"), GRID, "第七网格", "第七网格"),
        (ui.Place("v", "x"), UUID(int=8), "", ""),
        (ui.Share("v", "x"), 0.638, "63.8%", 0.638),
        (ui.Share("v", "x"), None, "无数据", ""),
        (ui.Computed("v", "x", give=lambda one: one.v * 2), 4, "8", "8"),
        (ui.Masked("v", "x", mask=lambda v: v[:3] + "***"), "13812345678", "138***", "138***"),
    ],
)
def test_a_value_reads_as_people_write_it(
    column: Column, value: object, text: str, excel: object
) -> None:
    one = row(v=value)

    assert column.text(one, LOOK) == text
    assert column.excel(one, LOOK) == excel


def test_a_way_through_relations_stops_where_nothing_is() -> None:
    column = ui.Text("dwelling.building.name", "楼栋")

    assert column.text(row(dwelling=None), LOOK) == ""
    building = SimpleNamespace(name=lambda: "3号楼")
    assert column.text(row(dwelling=SimpleNamespace(building=building)), LOOK) == "3号楼"
    assert column.key == "dwelling_building_name"


def test_a_misspelt_source_is_a_mistake_and_not_an_empty_cell() -> None:
    with pytest.raises(AttributeError):
        ui.Text("nmae", "名称").text(row(name="x"), LOOK)


@given(st.text(), st.sampled_from([ui.Text, ui.Long, ui.Choice, ui.Badge, ui.Masked]))
def test_no_value_can_bring_markup_of_its_own(value: str, kind: type[Column]) -> None:
    html = kind("v", "x").html(row(v=value), LOOK)
    inner = html.removeprefix('<span class="mark mark-neutral">').removesuffix("</span>")
    inner = inner.removeprefix('<span class="nothing">')

    assert not set(inner) & set("<>\"'")


@given(st.lists(st.text(), max_size=4))
def test_no_list_of_words_can_either(words: list[str]) -> None:
    html = ui.Badges("v", "x").html(row(v=words), LOOK)

    assert html.count("<span") == max(1, len(words)) == html.count("</span>")
