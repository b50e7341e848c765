"""Which building of the library an address means; rows of a sheet and single texts agree."""

from __future__ import annotations

from uuid import UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.places.address_book import AddressBook, KnownBuilding, KnownCompound, Resolved

YONGLE, DALI = UUID(int=1), UUID(int=2)
GRID_1, GRID_2 = UUID(int=11), UUID(int=12)
ORCHID, PLUM, PLUM_TOO, HAMLET, DORM = (UUID(int=100 + n) for n in range(5))


def building(number: int, compound: UUID, name: str, units: int, grid: UUID) -> KnownBuilding:
    community = DALI if compound in (HAMLET, PLUM_TOO) else YONGLE
    return KnownBuilding(UUID(int=1000 + number), compound, name, units, community, grid)


BOOK = AddressBook(
    [
        KnownCompound(ORCHID, "紫兰苑", YONGLE, ("紫兰公馆", "ZL-07地块")),
        KnownCompound(PLUM, "梅园", YONGLE),
        KnownCompound(PLUM_TOO, "梅园", DALI),
        KnownCompound(HAMLET, "大里村", DALI),
        KnownCompound(DORM, "科技公寓", YONGLE),
    ],
    [
        building(1, ORCHID, "3号楼", 2, GRID_1),
        building(2, ORCHID, "A座", 1, GRID_2),
        building(3, PLUM, "1号楼", 3, GRID_1),
        building(4, PLUM_TOO, "1号楼", 3, GRID_2),
        building(5, HAMLET, "2组", 0, GRID_2),
        building(6, DORM, "1号楼", 0, GRID_1),
    ],
    {YONGLE: ("永乐社区", "410172360001"), DALI: ("大里村", "410172360201")},
)


def said(found: Resolved) -> str:
    """A resolution in one word: the address, or the code of the reason."""
    if found.reason is not None:
        return found.reason.code
    assert found.building is not None
    return "、".join(map(str, found.addresses))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("紫兰苑3-2-501", "紫兰苑 3号楼 2单元 501室"),
        ("紫兰苑３号楼２单元５０１", "紫兰苑 3号楼 2单元 501室"),
        ("紫兰苑三号楼二单元501室", "紫兰苑 3号楼 2单元 501室"),
        ("紫兰苑3/2/501", "紫兰苑 3号楼 2单元 501室"),
        ("紫兰公馆3-2-501", "紫兰苑 3号楼 2单元 501室"),
        ("枫杨街道紫兰苑3栋2门501", "紫兰苑 3号楼 2单元 501室"),
        ("紫兰苑A座1201", "紫兰苑 A座 1单元 1201室"),
        ("科技公寓1号楼305", "科技公寓 1号楼 305室"),
        ("大里村2组25号", "大里村 2组 25号"),
        ("紫兰苑3号楼2单元501/502", "紫兰苑 3号楼 2单元 501室、紫兰苑 3号楼 2单元 502室"),
        ("紫兰苑3号楼", "紫兰苑 3号楼"),
        ("紫兰苑3号楼501", "address.unit_needed"),
        ("紫兰苑3号楼5单元501", "address.unknown_unit"),
        ("紫兰苑9号楼1单元501", "address.unknown_building"),
        ("紫竹苑3号楼2单元501", "address.unknown_compound"),
        ("梅园1号楼1单元101", "address.many_compounds"),
        ("紫兰苑", "address.building_needed"),
    ],
)
def test_a_text_is_placed_or_says_why_not(text: str, answer: str) -> None:
    assert said(BOOK.resolve(text)) == answer


def test_a_name_two_communities_share_is_told_apart_by_the_community() -> None:
    cells = ("梅园", "1", "1", "101")
    own = BOOK.resolve_cells(*cells, within=DALI).building
    named = BOOK.resolve_cells(*cells, community="永乐社区").building
    assert own is not None
    assert named is not None
    assert (own.community_id, named.community_id) == (DALI, YONGLE)
    assert said(BOOK.resolve_cells(*cells, community="乌有社区")) == "address.unknown_community"


def test_a_community_prefers_but_does_not_hide() -> None:
    assert said(BOOK.resolve("紫兰苑3-2-501", within=DALI)) == "紫兰苑 3号楼 2单元 501室"


def test_a_room_that_excel_made_a_date_is_not_guessed_at() -> None:
    found = BOOK.resolve_cells("紫兰苑", "3", "2", "2022-03-02 00:00:00")
    assert found.building is None
    assert found.reason is not None


COMPOUNDS = st.sampled_from(
    ["紫兰苑", " 紫兰公馆 ", "zl-07地块", "梅园", "大里村", "科技公寓", "紫竹苑", "", "紫兰苑3号楼",
     "沟赵街道紫兰苑"]
)  # fmt: skip
BUILDINGS = st.sampled_from(["3", "三号楼", "３＃", "A座", "1", "2组", "9", "", "A-1", "/"])
UNITS = st.sampled_from(["", "2", "二单元", "1", "5", "无", "/"])
ROOMS = st.sampled_from(
    ["501", "5０1", "3-2-501", "501/502", "25号", "S12", "东户", "3月2日", "", "B101", "12A01"]
)
COMMUNITIES = st.sampled_from(["", "永乐社区", "大里村", "410172360001", "乌有社区"])


@given(
    st.lists(st.tuples(COMPOUNDS, BUILDINGS, UNITS, ROOMS, COMMUNITIES), max_size=20),
    st.sampled_from([None, YONGLE, DALI]),
)
def test_columns_answer_as_single_rows_do(
    rows: list[tuple[str, str, str, str, str]], within: UUID | None
) -> None:
    names = ["compound", "building", "unit", "room", "community"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    answers = BOOK.resolve_columns(frame, within).to_dicts()
    assert len(answers) == len(rows)
    for row, answer in zip(rows, answers, strict=True):
        one = BOOK.resolve_cells(*row[:4], community=row[4], within=within)
        assert answer["reason"] == (one.reason.code if one.reason else None)
        assert answer["building_id"] == (str(one.building.id) if one.building else None)
        if one.reason is None:
            assert one.building is not None
            assert answer["rooms"] == [address.room for address in one.addresses if address.room]
            first = one.addresses[0]
            assert (answer["compound"], answer["building"], answer["unit"]) == (
                first.compound, first.building, first.unit,
            )  # fmt: skip
            assert answer["grid_id"] == str(one.building.grid_id)


def test_a_sheet_of_no_rows_is_placed_too() -> None:
    frame = pl.DataFrame(schema=dict.fromkeys(("compound", "building", "unit", "room"), pl.String))
    assert BOOK.resolve_columns(frame).height == 0
