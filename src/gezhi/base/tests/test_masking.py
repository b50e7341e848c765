"""A masked field is recognised by those who know it, and tells others no more than agreed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gezhi.base.masking import (
    COMPOUND_SURNAMES,
    HIDDEN,
    Audience,
    mask_address,
    mask_bank_account,
    mask_category,
    mask_email,
    mask_id_no,
    mask_name,
    mask_phone,
    mask_plate,
)
from gezhi.base.text import tidy, without_spaces

STAFF, SHARED, PUBLIC = Audience
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
AUDIENCES = st.sampled_from(Audience)
MASKS: list[Callable[[str], str]] = [
    *(lambda text, a=a: mask_name(text, a) for a in Audience),
    *(lambda text, a=a: mask_id_no(text, a) for a in Audience),
    *(lambda text, a=a: mask_address(text, a) for a in Audience),
    mask_phone,
    mask_bank_account,
    mask_email,
    mask_plate,
]


def shown(masked: str) -> str:
    return masked.replace("*", "")


@given(text=st.text())
@example(text="\ud800")
@example(text="紫兰苑\u200b3号楼")
def test_no_text_makes_a_mask_fail(text: str) -> None:
    for mask in MASKS:
        assert isinstance(mask(text), str)


@pytest.mark.parametrize("blank", ["", " ", "\u3000\t", "\u200b"])
def test_an_empty_field_stays_empty(blank: str) -> None:
    assert [mask(blank) for mask in MASKS] == [""] * len(MASKS)


@pytest.mark.parametrize(
    ("name", "to_staff", "in_public"),
    [
        ("王小", "王*", "王*"),
        ("王小三", "王*三", "王**"),
        ("王小二三", "王**三", "王***"),
        ("王", "*", "*"),
        ("王 三", "王 *", "王 *"),
        ("欧阳", "欧*", "欧*"),
        ("欧阳娜", "欧阳*", "欧阳*"),
        ("欧阳娜娜", "欧阳*娜", "欧阳**"),
        ("𠮷田𡈽", "𠮷*𡈽", "𠮷**"),
        ("阿卜杜拉·买买提", "阿***·**提", "阿***·***"),
        ("John Smith", "J*** ****h", "J*** *****"),
        ("Li", "L*", "L*"),
    ],
)
def test_names_are_masked_as_people_write_them(name: str, to_staff: str, in_public: str) -> None:
    assert mask_name(name) == mask_name(name, SHARED) == to_staff
    assert mask_name(name, PUBLIC) == in_public


@given(name=st.text(), audience=AUDIENCES)
def test_a_name_shows_its_ends_at_most(name: str, audience: Audience) -> None:
    plain = tidy(name)

    masked = mask_name(name, audience)

    letters = [at for at, letter in enumerate(plain) if not re.match(r"[\s·•‧・.]", letter)]
    seen = [at for at in letters if masked[at] != "*"]
    surname = 2 if plain[:2] in COMPOUND_SURNAMES else 1
    assert len(masked) == len(plain)
    assert set(seen) <= {*letters[:surname], *([] if audience is PUBLIC else letters[-1:])}
    assert not letters or len(seen) < len(letters) or "*" in plain


@given(
    surname=st.sampled_from(sorted(COMPOUND_SURNAMES)),
    given_name=st.text(HAN, min_size=1, max_size=3),
)
def test_a_compound_surname_is_kept_whole_and_the_given_name_is_not(
    surname: str, given_name: str
) -> None:
    for audience in Audience:
        masked = mask_name(surname + given_name, audience)

        assert masked.startswith(surname + "*")
        assert masked[2:] in {
            "*" * len(given_name),
            "*" * (len(given_name) - 1) + given_name[-1],
        }


@pytest.mark.parametrize(
    ("number", "to_staff", "elsewhere"),
    [
        ("410102194901310026", "410102********0026", "4****************6"),
        ("11010519491231002x", "110105********002x", "1****************x"),
        (" 410102 19490131 0026", "410102********0026", "4****************6"),
        ("410102490131002", "410102******002", "4*************2"),
        ("E12345678", "E*******8", "E*******8"),
        ("410102194901310O26", "4****************6", "4****************6"),
        ("123", "***", "***"),
    ],
)
def test_id_numbers_are_masked_by_who_looks(number: str, to_staff: str, elsewhere: str) -> None:
    assert mask_id_no(number) == to_staff
    assert mask_id_no(number, SHARED) == mask_id_no(number, PUBLIC) == elsewhere


@given(number=st.from_regex(r"[0-9]{17}[0-9X]|[0-9]{15}", fullmatch=True), audience=AUDIENCES)
def test_no_birth_date_shows_in_an_id_number(number: str, audience: Audience) -> None:
    masked = mask_id_no(number, audience)

    birth = slice(6, 14) if len(number) == 18 else slice(6, 12)
    assert set(masked[birth]) == {"*"}
    assert len(masked) == len(number)


@given(number=st.text(), audience=AUDIENCES)
def test_a_number_of_unknown_form_shows_two_characters_at_most(
    number: str, audience: Audience
) -> None:
    plain = without_spaces(number)
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]|[0-9]{15}", plain):
        masked = mask_id_no(number, audience)

        assert len(masked) == len(plain)
        assert set(masked[1:-1]) <= {"*"}
        assert len(plain) > 3 or set(masked) <= {"*"}


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("008613812345678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("0371-67981234", "****1234"),
        ("（0371）67981234", "****1234"),
        ("13812345678/13987654321", "****4321"),
        ("12345", "****45"),
        ("1", "****"),
    ],
)
def test_phones_show_what_their_owner_recognises(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


@given(number=st.text())
def test_a_phone_or_an_account_never_shows_more_than_half(number: str) -> None:
    plain = without_spaces(number)

    assert len(mask_bank_account(number).removeprefix("****")) <= min(4, len(plain) / 2)
    if not re.search(r"1[3-9][0-9]", plain):
        assert len(mask_phone(number).removeprefix("****")) <= min(4, len(plain) / 2)


def test_a_bank_account_shows_its_last_four_digits() -> None:
    assert mask_bank_account("6222 0000 0000 1234") == "****1234"


@pytest.mark.parametrize(
    ("address", "to_building", "to_compound"),
    [
        ("紫兰苑3号楼2单元501室", "紫兰苑3号楼***", "紫兰苑***"),
        ("紫兰苑 3号楼 2单元 501室", "紫兰苑 3号楼***", "紫兰苑***"),
        ("紫兰苑１２号楼３单元", "紫兰苑12号楼***", "紫兰苑***"),
        ("紫兰苑三号楼东户", "紫兰苑三号楼***", "紫兰苑***"),
        ("紫兰苑3-2-501", "紫兰苑3***", "紫兰苑***"),
        ("紫兰苑3/2/501", "紫兰苑3***", "紫兰苑***"),
        ("紫兰苑3B-501", "紫兰苑3B***", "紫兰苑***"),
        ("紫兰苑3#2-501", "紫兰苑3#***", "紫兰苑***"),
        ("紫兰苑A座1203", "紫兰苑A座***", "紫兰苑***"),
        ("紫兰苑501/502", "紫兰苑***", "紫兰苑***"),
        ("紫兰苑东户", "紫兰苑***", "紫兰苑***"),
        ("紫兰苑3号楼", "紫兰苑3号楼", "紫兰苑***"),
        ("紫兰苑", "紫兰苑", "紫兰苑"),
        (
            "科学大道100号紫兰苑3号楼2单元",
            "科学大道100号紫兰苑3号楼***",
            "科学大道100号紫兰苑***",
        ),
        ("大学路75号院3号楼", "大学路75号院3号楼", "大学路75号院***"),
        ("河南省三门峡市紫兰苑2栋", "河南省三门峡市紫兰苑2栋", "河南省三门峡市紫兰苑***"),
        ("大里村3组15号", "大里村***", "大里村***"),
        ("大里村张三家", "大里村***", "大里村***"),
        ("长椿路11号", "长椿路***", "长椿路***"),
        ("2单元501紫兰苑3号楼", "***", "***"),
        ("二单元紫兰苑3号楼", "***", "***"),
        ("紫兰苑501 3号楼", "紫兰苑***", "紫兰苑***"),
        ("张三家", "***", "***"),
    ],
)
def test_addresses_show_the_building_at_a_gate_and_the_compound_in_public(
    address: str, to_building: str, to_compound: str
) -> None:
    assert mask_address(address) == mask_address(address, SHARED) == to_building
    assert mask_address(address, PUBLIC) == to_compound


@given(
    compound=st.sampled_from(["紫兰苑", "大里村", "科学大道100号枫林小区", "二七区康桥花园"]),
    building=st.integers(1, 60),
    unit=st.integers(1, 6),
    room=st.integers(101, 3304),
    form=st.sampled_from(
        [
            "{c}{b}号楼{u}单元{r}室",
            "{c} {b}栋 {u}门 {r}",
            "{c}{b}幢{r}",
            "{c}{b}-{u}-{r}",
            "{c}{b}/{u}/{r}",
            "{c}{b}#{u}-{r}",
            "{c}{b}座{r}张三家",
            "{c}{b}—{r}",
        ]
    ),
)
def test_no_way_of_writing_an_address_shows_the_door(
    compound: str, building: int, unit: int, room: int, form: str
) -> None:
    address = form.format(c=compound, b=building, u=unit, r=room)

    at_gate, in_public = mask_address(address), mask_address(address, PUBLIC)

    assert in_public == compound + HIDDEN
    assert re.fullmatch(rf"{compound} ?{building}(号楼|栋|幢|座|#)?\*\*\*", at_gate)


@given(
    address=st.text() | st.text("紫苑村路张三0123456789号楼栋单元室户座-/#AB院区 ,", max_size=24)
)
def test_a_masked_address_is_the_beginning_of_the_address(address: str) -> None:
    plain = tidy(address)
    beginnings = []
    for audience in (PUBLIC, STAFF):
        masked = mask_address(address, audience)
        kept = plain if masked == plain else masked.removesuffix(HIDDEN)
        beginnings.append(kept)

        assert plain.startswith(kept)
        assert not re.search(r"[0-9] *(单元|室|户)", kept)

    assert beginnings[1].startswith(beginnings[0])
    assert not re.search(r"[0-9]+(?![0-9]|号|院|区|路)", beginnings[0])


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("abc@x.cn", "a***@x.cn"),
        ("a@x.cn", "***@x.cn"),
        ("a b@c@x.cn", "a***@x.cn"),
        ("@x.cn", "***"),
        ("abc@", "***"),
        ("abc", "***"),
    ],
)
def test_an_email_shows_its_first_letter_and_its_provider(address: str, masked: str) -> None:
    assert mask_email(address) == masked


@given(name=st.text("abcdef.@", min_size=1))
def test_an_email_shows_one_letter_of_the_name_at_most(name: str) -> None:
    masked = mask_email(f"{name}@x.cn")

    assert masked in {f"{HIDDEN}@x.cn", f"{name[0]}{HIDDEN}@x.cn"}


@pytest.mark.parametrize(
    ("plate", "masked"),
    [
        ("豫A12345", "豫A***45"),
        ("豫A·12345", "豫A***45"),
        ("豫 A1 2345", "豫A***45"),
        ("豫AD12345", "豫A****45"),
        ("豫A1234", "***"),
        ("豫AD123456", "***"),
    ],
)
def test_a_plate_shows_its_place_and_its_end(plate: str, masked: str) -> None:
    assert mask_plate(plate) == masked


@given(plate=st.text())
def test_a_plate_shows_four_characters_at_most(plate: str) -> None:
    masked = mask_plate(plate)

    assert masked in {"", HIDDEN} or (len(masked) in (7, 8) and set(masked[2:-2]) == {"*"})


@given(category=st.text())
def test_a_sensitive_class_is_for_those_whose_duty_it_is(category: str) -> None:
    assert mask_category(category, on_duty=True) == category
    assert mask_category(category, on_duty=False) == HIDDEN


def test_somebody_without_an_entry_cannot_be_told_from_somebody_with_one() -> None:
    assert mask_category("", on_duty=False) == mask_category("肢体二级", on_duty=False)
