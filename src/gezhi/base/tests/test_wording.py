"""Words of Chinese texts are found where they stand, whatever stands around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.wording import keys_asked, keys_of

TEXT = "翰林国际城3号楼西侧垃圾堆了两天，物业公司不管；夜间施工噪音扰民"
HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x4E30), min_size=2)


def found(words: str, *texts: str) -> bool:
    return set(keys_asked(words)) <= set(keys_of(*texts))


@pytest.mark.parametrize(
    "words",
    ["垃圾", "西侧", "物业公司", "3号楼", "国际城", "夜间施工噪音", "垃圾 噪音", "噪音,物业"],
)
def test_what_stands_in_a_text_is_found(words: str) -> None:
    assert found(words, TEXT)


@pytest.mark.parametrize("words", ["油烟", "圾垃", "物业公告", "5号楼", "垃圾 油烟", "天物"])
def test_what_does_not_is_not(words: str) -> None:
    assert not found(words, TEXT)


def test_words_of_one_sign_are_no_question() -> None:
    assert keys_asked("狗") == []
    assert keys_asked("狗 叫声") == keys_asked("叫声")


def test_width_and_case_do_not_matter() -> None:
    assert found("a2区", "Ａ２区某小区")
    assert found("WIFI", "小区wifi不通")


def test_nobody_is_found_by_a_telephone_or_identity_number() -> None:
    assert keys_of("13812345678") == keys_of("身") == []
    assert not found("34567", "请联系13812345678")


@given(HAN, HAN, HAN)
def test_any_word_is_found_between_any_others(before: str, word: str, after: str) -> None:
    assert found(word, before + word + after)


@given(st.text())
def test_keys_fit_an_integer_column_and_stand_once_each(text: str) -> None:
    keys = keys_of(text)

    assert keys == sorted(set(keys))
    assert all(-(2**31) <= key < 2**31 for key in keys)
