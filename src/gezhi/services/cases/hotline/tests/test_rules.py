"""How the cells of an exported list are read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.masking import mask_in_text
from gezhi.services.cases.hotline import rules

MORNING = datetime(2019, 4, 25, 1, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2019/4/25 9:32",
        "2019-04-25 09:32:00",
        "2019年4月25日9时32分",
        "2019年4月25日 09：32",
        "20190425093200",
        "2019-04-25T09:32:00.000",
        43580.39722222222,
        datetime(2019, 4, 25, 9, 32),
    ],
)
def test_a_moment_is_read_however_it_is_written(cell: object) -> None:
    answer = rules.clean_moment(cell, "reported_at")

    assert answer.value == rules.Moment(MORNING)
    assert not answer.findings


def test_a_day_without_a_time_is_told_and_an_answer_counts_to_its_end() -> None:
    asked = rules.clean_moment("2018/4/24", "reported_at")
    replied = rules.clean_moment("2018/4/24", "replied_at", end_of_day=True)

    assert asked.value is not None
    assert replied.value is not None
    assert asked.value.at < replied.value.at
    assert [one.code for one in asked.findings] == ["hotline_day_only"]


@pytest.mark.parametrize("cell", ["昨天", "2019/13/1 9:00", "2019年4月", "9:32", "2019/4/25 25:00"])
def test_a_moment_nobody_can_read_holds_its_row_back(cell: str) -> None:
    assert rules.clean_moment(cell, "reported_at").refused


def test_a_number_that_a_spreadsheet_made_a_decimal_is_whole_again() -> None:
    assert rules.clean_number("2549.0", "number").value == "2549"
    assert rules.clean_number(2549.0, "number").value == "2549"
    assert rules.clean_number("ZZ 2019-004", "number").value == "ZZ2019-004"
    assert rules.clean_number("", "number").refused


def test_tabs_and_wide_spaces_are_tidied_and_told_without_the_text() -> None:
    answer = rules.clean_words("\n\t\t　　小区\u00a0噪音　扰民\t\n", "detail")

    assert answer.value == "小区 噪音 扰民"
    assert [(one.before, one.after) for one in answer.findings] == [("", "")]


@pytest.mark.parametrize("cell", ["", "……", " - ", None])
def test_a_text_without_a_word_is_none(cell: object) -> None:
    assert rules.clean_words(cell, "detail").value is None


def test_a_text_too_long_is_held_back_and_not_cut() -> None:
    assert rules.clean_words("路" * 4_001, "detail").refused


def test_subject_and_detail_are_one_text() -> None:
    assert rules.whole_text("噪音扰民", "楼下烧烤店") == "噪音扰民\n楼下烧烤店"
    assert rules.whole_text("噪音扰民", "噪音扰民，每晚如此") == "噪音扰民，每晚如此"
    assert rules.whole_text("噪音扰民", "") == "噪音扰民"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请回电13812345678，谢谢", "请回电138****5678，谢谢"),
        ("138 1234 5678", "138****5678"),
        ("身份证410102199003070026", "身份证410102********0026"),
        ("卡号6222021234567890123", "卡号****0123"),
        ("家里0371-67980000", "家里****0000"),
        ("工单20190425、2019年4月25日、3号楼501", "工单20190425、2019年4月25日、3号楼501"),
    ],
)
def test_numbers_of_people_in_a_text_are_masked_and_other_numbers_are_not(
    text: str, shown: str
) -> None:
    assert mask_in_text(text) == shown


def test_an_office_s_own_telephone_stays_in_its_answer() -> None:
    text = "如有疑问请拨打0371-67980000，经办人13812345678"

    assert mask_in_text(text, landlines=False) == "如有疑问请拨打0371-67980000，经办人138****5678"


@given(st.text())
def test_masking_a_text_never_fails_and_masking_twice_is_masking_once(text: str) -> None:
    assert mask_in_text(mask_in_text(text)) == mask_in_text(text)


NOON = rules.Moment(datetime(2022, 9, 13, 4, tzinfo=UTC))
LATER = rules.Moment(datetime(2022, 9, 14, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("reported", "replied", "has_reply", "code"),
    [
        (NOON, None, True, "hotline_no_reply_time"),
        (NOON, LATER, False, "hotline_no_reply"),
        (LATER, NOON, True, "hotline_backwards"),
        (rules.Moment(datetime(2023, 1, 1, tzinfo=UTC)), None, False, "hotline_future"),
        (rules.Moment(datetime(1970, 1, 1, tzinfo=UTC)), None, False, "hotline_early"),
    ],
)
def test_two_moments_that_do_not_fit_are_told(
    reported: rules.Moment, replied: rules.Moment | None, has_reply: bool, code: str
) -> None:
    said = rules.doubt_about_times(reported, replied, has_reply=has_reply, now=LATER.at)

    assert [one.code for one in said] == [code]


def test_an_answered_row_with_both_times_is_in_order() -> None:
    assert rules.doubt_about_times(NOON, LATER, has_reply=True, now=LATER.at) == []
