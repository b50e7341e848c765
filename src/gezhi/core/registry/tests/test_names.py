from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.registry.names import (
    LONGEST_INITIALS,
    LONGEST_PINYIN,
    name_keys,
    name_keys_many,
)


@pytest.mark.parametrize(
    ("name", "given_name", "pinyin", "initials"),
    [
        ("王伟明", "伟明", "wangweiming", "wwm"),
        ("李娜", "娜", "lina", "ln"),
        ("单雄信", "雄信", "shanxiongxin", "sxx"),
        ("曾国藩", "国藩", "zengguofan", "zgf"),
        ("仇英", "英", "qiuying", "qy"),
        ("解缙", "缙", "xiejin", "xj"),
        ("查良镛", "良镛", "zhaliangyong", "zly"),
        ("任盈盈", "盈盈", "renyingying", "ryy"),
        ("欧阳娜娜", "娜娜", "ouyangnana", "oynn"),
        ("尉迟恭", "恭", "yuchigong", "ycg"),
        ("万俟卨", "卨", "moqixie", "mqx"),
        ("欧阳", "阳", "ouyang", "oy"),
        ("阿卜杜拉·买买提", "买买提", "abodulamaimaiti", "abdlmmt"),
        ("John Smith", "Smith", "johnsmith", "js"),
        (" 王　伟 ", "伟", "wangwei", "ww"),
        ("王", "", "wang", "w"),
    ],
)
def test_a_name_is_found_by_what_people_call_it(
    name: str, given_name: str, pinyin: str, initials: str
) -> None:
    assert name_keys(name) == (given_name, pinyin, initials)


@given(st.lists(st.text(max_size=70), max_size=20))
def test_a_column_of_names_gets_the_keys_each_would_get_alone(names: list[str]) -> None:
    assert name_keys_many(names) == [name_keys(name) for name in names]


@given(st.text(max_size=200))
def test_keys_fit_their_columns_and_are_plain_letters(name: str) -> None:
    keys = name_keys(name)
    assert len(keys.pinyin) <= LONGEST_PINYIN
    assert len(keys.initials) <= LONGEST_INITIALS
    assert keys.pinyin.isascii()
    assert keys.initials.isascii()
