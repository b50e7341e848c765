"""What holds for every address: it reads back, never raises, and columns agree with cells."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.places.address_columns import parse_columns
from gezhi.core.places.address_parts import MENDS, arabic, chinese_number
from gezhi.core.places.addresses import Address, Kind, parse_cells, parse_text


@given(st.integers(1, 999))
def test_a_written_number_reads_back(number: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = digits[hundreds] + "百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    words += digits[ones] if ones else ""
    assert chinese_number(words) == number
    assert arabic(words) == str(number)


COMPOUNDS = st.sampled_from(["紫兰苑", "三里屯", "枫杨花园南区", "和谐家园二期", "长椿路11号院"])
BUILDINGS = st.integers(1, 199).map(lambda n: f"{n}号楼") | st.sampled_from(
    ["A座", "B座", "C2号楼"]
)
UNITS = st.integers(0, 12).map(str) | st.just("A")


@st.composite
def addresses(draw: st.DrawFn) -> Address:
    kind = draw(st.sampled_from([Kind.FLAT, Kind.SHOP, Kind.COURTYARD, Kind.BUILDING]))
    if kind is Kind.COURTYARD:
        group = draw(st.integers(1, 30))
        number = draw(st.integers(1, 999))
        return Address("大里村", f"{group}组", "0", None, str(number), kind)
    compound, building = draw(COMPOUNDS), draw(BUILDINGS)
    if kind is Kind.BUILDING:
        return Address(compound, building, "0", None, "", kind)
    if kind is Kind.SHOP:
        return Address(compound, building, "0", None, f"S{draw(st.integers(1, 99))}", kind)
    floor = draw(st.integers(-3, 33).filter(bool))
    door = draw(st.integers(1, 20))
    room = f"B{-floor}{door:02}" if floor < 0 else f"{floor}{door:02}"
    if draw(st.booleans()):
        room = f"{f'B{-floor}' if floor < 0 else floor}层{draw(st.sampled_from(['东户', '西户']))}"
    return Address(compound, building, draw(UNITS), floor, room, kind)


@given(addresses())
def test_the_short_display_reads_back(address: Address) -> None:
    parsed = parse_text(str(address))
    assert parsed.reason is None
    assert parsed.addresses == (address,)
    assert parse_text(str(address).replace(" ", "")).addresses == (address,)


@given(addresses().filter(lambda address: address.room != ""))
def test_an_address_reads_back_from_its_columns(address: Address) -> None:
    parsed = parse_cells(address.compound, address.building, address.unit, address.room)
    assert parsed.addresses == (address,)
    assert parsed.mends == ()


WRITTEN = st.text(
    "0123456789一二三十零〇百-－—/_ .、#'ABSF"
    "号楼栋幢座单元门层室户房组村院东西紫兰苑商铺负中月日无和",
    max_size=16,
)
ANYTHING = st.one_of(
    st.none(), WRITTEN, st.text(max_size=12), st.integers(), st.floats(), st.datetimes(), st.dates()
)


@given(WRITTEN | st.text())
def test_no_line_raises_or_goes_without_an_answer(text: str) -> None:
    parsed = parse_text(text)
    assert (parsed.reason is None) == bool(parsed.addresses)
    assert set(parsed.mends) <= set(MENDS)


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_no_row_raises_or_goes_without_an_answer(
    compound: object, building: object, unit: object, room: object, floor: object
) -> None:
    parsed = parse_cells(compound, building, unit, room, floor)
    assert (parsed.reason is None) == bool(parsed.addresses)


CELLS = st.one_of(
    st.none(),
    WRITTEN,
    st.sampled_from(
        ["3", "3号楼", "三号楼", "3组", "2", "2单元", "501", "501/502", "3-2-501", "S12"]
    ),
)


@given(st.lists(st.tuples(COMPOUNDS | CELLS, CELLS, CELLS, CELLS), max_size=8))
def test_columns_are_read_as_their_rows_are(rows: list[tuple[str | None, ...]]) -> None:
    frame = pl.DataFrame(
        rows,
        schema=dict.fromkeys(("compound", "building", "unit", "room"), pl.String),
        orient="row",
    )
    answers = parse_columns(frame).to_dicts()
    assert len(answers) == len(rows)
    for row, answer in zip(rows, answers, strict=True):
        parsed = parse_cells(*row)
        assert answer["reason"] == (parsed.reason.code if parsed.reason else None)
        assert answer["rooms"] == [address.room for address in parsed.addresses]
        assert answer["mends"] == list(parsed.mends)
        if parsed.addresses:
            first = parsed.addresses[0]
            assert (
                answer["compound"],
                answer["building"],
                answer["unit"],
                answer["floor"],
                answer["kind"],
            ) == (first.compound, first.building, first.unit, first.floor, first.kind)
