"""Code tables: the standards are whole, and the words of the field lead into them."""

from __future__ import annotations

import pytest

from gezhi.core.registry import codes_people, codes_units
from gezhi.core.registry.codes import CodeTable, code_table
from gezhi.core.registry.codes_people import (
    CARE,
    CONSISTENCY,
    EDUCATION,
    ETHNICITY,
    GENDER,
    MARITAL,
    POLITICAL,
    POPULATION_CLASS,
    RELATION,
    consistency_flag,
    not_collected,
)
from gezhi.core.registry.codes_units import BUILDING_USE, HAZARD, SITE_STAGE, TRADE, USE_STATE

TABLES = [
    table
    for module in (codes_people, codes_units)
    for table in vars(module).values()
    if isinstance(table, CodeTable)
]


def test_there_are_fifty_six_peoples_and_two_more_codes() -> None:
    assert len(ETHNICITY.entries) == 58
    assert ETHNICITY.title_of("01") == "汉族"
    assert ETHNICITY.title_of("56") == "基诺族"
    assert [ETHNICITY.lookup(word) for word in ("汉", "回族", "维族", "其他")] == [
        *("01", "03", "05", "97"),
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.code)
def test_every_title_code_and_alias_leads_to_its_entry(table: CodeTable) -> None:
    for code, title in table.entries.items():
        assert table.lookup(title) == code
        assert table.lookup(code) == code
    for alias, code in table.aliases.items():
        assert table.lookup(f" {alias}　") == code
    for word, codes in table.ambiguous.items():
        assert table.lookup(word) is None
        assert len(table.meanings(word)) == len(codes) > 1


@pytest.mark.parametrize(
    ("table", "word", "code"),
    [
        (GENDER, "男", "1"),
        (GENDER, "女", "2"),
        (MARITAL, "离异", "40"),
        (POLITICAL, "党员", "01"),
        (POLITICAL, "团员", "03"),
        (POLITICAL, "群众", "13"),
        (EDUCATION, "大专", "30"),
        (EDUCATION, "文盲", "90"),
        (RELATION, "户主", "02"),
        (RELATION, "儿媳", "38"),
        (RELATION, "长子", "22"),
        (RELATION, "孙孙", "40"),
        (RELATION, "租客", "99"),
        (RELATION, "妻子", "12"),
        (POPULATION_CLASS, "外来人口", "migrant"),
        (CONSISTENCY, "人在户不在", "2"),
        (CARE, "低保户", "minimum_living"),
        (BUILDING_USE, "商住两用", "mixed"),
        (USE_STATE, "闲置", "vacant"),
        (HAZARD, "无", "none"),
        (TRADE, "早餐", "catering"),
        (SITE_STAGE, "土方开挖", "earthwork"),
    ],
)
def test_the_words_of_the_field_are_known(table: CodeTable, word: str, code: str) -> None:
    assert table.lookup(word) == code


def test_a_word_with_two_meanings_is_not_looked_up() -> None:
    assert RELATION.lookup("媳妇") is None
    assert RELATION.meanings("媳妇") == ("12", "38")
    assert CONSISTENCY.meanings("人户分离") == ("2", "3")


def test_four_states_of_a_household_are_two_in_the_standard() -> None:
    assert [consistency_flag(code) for code in CONSISTENCY.entries] == ["01", "02", "02", "02"]


def test_a_table_that_contradicts_itself_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        code_table("x", "x", "1 a = c\n2 b = c")
    with pytest.raises(ValueError, match="no entry"):
        CodeTable("x", "x", {"1": "a"}, {"b": "2"})


@pytest.mark.parametrize(
    ("word", "title"),
    [
        ("信教群众", "宗教信仰"),
        ("上访户", "信访"),
        ("刑满释放", "违法犯罪"),
        ("肇事肇祸精神病人", "精神健康"),
        ("独居老人", None),
    ],
)
def test_labels_that_make_suspects_are_not_collected(word: str, title: str | None) -> None:
    assert not_collected(word) == title


def test_what_is_collected_is_not_among_what_is_not() -> None:
    for word in (*CARE.entries.values(), *CARE.aliases):
        assert not_collected(word) is None
