"""The rules for dirty data, cell by cell: what is cleaned, warned of, proposed or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.identifiers import IdNumber, check_character, parse_id_number
from gezhi.core.registry import codes_people, codes_units
from gezhi.core.registry.cleaning import (
    clean_care,
    clean_code,
    clean_count,
    clean_name,
    clean_remark,
    clean_text,
    clean_yes_no,
)
from gezhi.core.registry.cleaning_dates import PartialDate, clean_date
from gezhi.core.registry.cleaning_numbers import (
    clean_id_no,
    clean_paper_no,
    clean_phones,
    clean_uscc,
    reconcile_with_id,
)
from gezhi.core.registry.codes import CodeTable
from gezhi.core.registry.codes_people import EDUCATION, ETHNICITY, RELATION
from gezhi.core.registry.findings import RULES, Cleaned, Treatment
from gezhi.core.registry.sheet_templates import POPULATION, TEMPLATES
from gezhi.core.registry.sheets import clean_cell

TODAY = date(2022, 9, 1)


def said(answer: Cleaned[Any]) -> list[tuple[int, str]]:
    return [(finding.rule, str(finding.kind)) for finding in answer.findings]


def test_there_are_nineteen_rules() -> None:
    assert sorted(RULES) == list(range(1, 20))
    assert all(rule.title for rule in RULES.values())


@pytest.mark.parametrize(
    "cell",
    [4.10172190001010e17, 410172190001010000, "4.10102E+17", "410172190001010009"[:15] + "000"],
)
def test_rule_1_a_number_that_lost_its_digits_is_refused_and_never_guessed(cell: object) -> None:
    answer = clean_id_no(cell, "id_no")
    assert answer.value is None
    assert said(answer) == [(1, "refused")]
    assert answer.findings[0].after == ""


@pytest.mark.parametrize(
    "cell",
    [
        *("11010519491231002x", "'11010519491231002X", " 110105 19491231 002X"),
        "身份证号：１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_rule_2_what_typing_left_is_cleaned_and_listed(cell: str) -> None:
    answer = clean_id_no(cell, "id_no")
    assert answer.value == "11010519491231002X"
    assert said(answer) == [(2, "cleaned")]
    assert answer.findings[0].before == cell


def test_rule_3_a_wrong_number_is_refused_and_an_old_one_proposed() -> None:
    assert said(clean_id_no("110105194912310021", "id_no")) == [(3, "refused")]
    assert said(clean_id_no("110105194913310021", "id_no")) == [(3, "refused")]
    for old in ("110105491231002", 110105491231002, 110105491231002.0):
        answer = clean_id_no(old, "id_no")
        assert answer.value is None
        assert answer.refused
        assert said(answer) == [(3, "proposal")]
        assert answer.findings[0].after == "11010519491231002X"


def test_a_clean_number_needs_no_word() -> None:
    assert clean_id_no("11010519491231002X", "id_no") == Cleaned("11010519491231002X")
    assert clean_id_no(None, "id_no") == Cleaned()
    assert clean_id_no("/", "id_no").not_applicable


def test_a_true_number_ending_in_zeros_is_taken_with_a_warning() -> None:
    bodies = (
        f"4101021980010{day}{hundreds}00" for day in range(1, 10) for hundreds in range(1, 10)
    )
    number = next(f"{body}0" for body in bodies if check_character(body) == "0")
    answer = clean_id_no(number, "id_no")
    assert answer.value == number
    assert said(answer) == [(1, "warned")]
    assert said(clean_id_no(number, "id_no", endings_suspect=True)) == [(1, "refused")]


def test_rule_4_the_number_wins_over_gender_and_birth_date() -> None:
    number = parse_id_number("410102194901310026")
    assert isinstance(number, IdNumber)
    gender, birth, findings = reconcile_with_id(number, "1", PartialDate(1950, 1))
    assert (gender, birth) == ("2", date(1949, 1, 31))
    assert [(finding.rule, finding.field) for finding in findings] == [
        (4, "gender"),
        (4, "birth_date"),
    ]
    agreeing = reconcile_with_id(number, "2", PartialDate(1949, 1))
    assert agreeing == ("2", date(1949, 1, 31), ())
    assert reconcile_with_id(number, None, None)[2] == ()


@pytest.mark.parametrize(
    ("cell", "numbers", "rules"),
    [
        ("13812345678", ("13812345678",), []),
        (13812345678.0, ("13812345678",), []),
        ("138-1234-5678", ("13812345678",), [(8, "cleaned")]),
        ("13812345678/037167981234", ("13812345678", "0371-67981234"), [(8, "cleaned")]),
        ("13812345678、1391234", ("13812345678",), [(8, "warned"), (8, "cleaned")]),
        ("", None, []),
        ("无", None, []),
        ("12345", None, [(8, "refused")]),
    ],
)
def test_rule_8_phones(
    cell: object, numbers: tuple[str, ...] | None, rules: list[tuple[int, str]]
) -> None:
    answer = clean_phones(cell, "phone")
    assert answer.value == numbers
    assert said(answer) == rules


@pytest.mark.parametrize(
    ("cell", "code", "rules"),
    [
        ("户主", "02", []),
        ("儿媳妇", "38", [(11, "cleaned")]),
        (" 长 子 ", "22", [(11, "cleaned")]),
        ("02", "02", [(11, "cleaned")]),
        ("媳妇", None, [(11, "refused")]),
        ("邻居", None, [(11, "refused")]),
        ("", None, []),
    ],
)
def test_rule_11_relations(cell: str, code: str | None, rules: list[tuple[int, str]]) -> None:
    answer = clean_code(cell, "relation_to_head", RELATION)
    assert answer.value == code
    assert said(answer) == rules


def test_an_unknown_word_is_answered_with_what_may_be_written() -> None:
    doubtful = clean_code("媳妇", "relation_to_head", RELATION).findings[0]
    assert doubtful.code == "word_ambiguous"
    assert "“妻”、“儿媳”" in doubtful.sentence
    strange = clean_code("火星族", "ethnicity", ETHNICITY).findings[0]
    assert (strange.rule, strange.code) == (19, "word_unknown")
    assert "基诺族" in strange.sentence


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(
            ("是", True),
            ("有", True),
            ("√", True),
            (1, True),
            (1.0, True),
            ("Y", True),
            ("y", True),
        ),
        *((True, True), ("否", False), ("×", False), (0, False), ("n", False), ("没有", False)),
        *(("", None), (None, None), ("/", None), ("无", None), ("不详", None)),
    ],
)
def test_rule_13_yes_no_unknown_and_not_applicable(cell: object, value: bool | None) -> None:
    answer = clean_yes_no(cell, "group_rental")
    assert answer.value is value
    assert answer.not_applicable == (cell in ("/", "无"))
    assert not answer.refused


def test_none_is_no_where_the_column_asks_whether_there_is_any() -> None:
    assert clean_yes_no("无", "video", none_is_no=True).value is False
    assert said(clean_yes_no("大概", "video")) == [(13, "refused")]


def test_rule_16_letters_in_a_credit_code_are_proposed_not_changed() -> None:
    answer = clean_uscc("9141OI72MA0000007R", "uscc")
    assert answer.value is None
    assert said(answer) == [(16, "proposal")]
    assert answer.findings[0].after == "91410172MA0000007R"
    assert clean_uscc("91410172ma0000007r", "uscc").value == "91410172MA0000007R"
    assert said(clean_uscc("91410172MA0000007T", "uscc")) == [(16, "refused")]
    assert said(clean_uscc(9.1410172e17, "uscc")) == [(16, "refused")]


@pytest.mark.parametrize(
    ("cell", "name", "rules"),
    [
        ("王伟", "王伟", []),
        ("王 伟", "王伟", [(2, "cleaned")]),
        ("　王伟", "王伟", [(2, "cleaned")]),
        ("阿依古丽．买买提", "阿依古丽·买买提", [(2, "cleaned")]),
        ("John Smith", "John Smith", []),
        ("王伟（户主）", None, [(2, "proposal")]),
        ("王伟1", None, [(2, "refused")]),
        ("410102194901310026", None, [(2, "refused")]),
        ("", None, []),
        ("/", None, []),
    ],
)
def test_names(cell: str, name: str | None, rules: list[tuple[int, str]]) -> None:
    answer = clean_name(cell, "name")
    assert answer.value == name
    assert said(answer) == rules


def test_a_remark_behind_a_name_is_offered_to_be_dropped() -> None:
    assert clean_name("王 伟（户主）", "name").findings[0].after == "王伟"


@pytest.mark.parametrize(
    ("cell", "value"),
    [(3, 3), (3.0, 3), ("3人", 3), ("1,200", 1200), ("１２", 12), ("", None), ("/", None)],
)
def test_counts_lose_their_words(cell: object, value: int | None) -> None:
    assert clean_count(cell, "staff_count").value == value


def test_an_area_may_have_decimals_and_a_count_may_not() -> None:
    assert clean_count("89.5㎡", "area", whole=False).value == Decimal("89.5")
    assert said(clean_count("3.5", "staff_count")) == [(2, "refused")]
    assert said(clean_count("约30", "staff_count")) == [(2, "refused")]
    assert said(clean_count(-1, "staff_count")) == [(2, "refused")]


def test_care_labels_are_split_and_coded() -> None:
    answer = clean_care("低保、独居", "care_labels")
    assert answer.value == ("minimum_living", "living_alone")
    assert clean_care("无", "care_labels").value == ()
    assert clean_care("", "care_labels").value is None


@pytest.mark.parametrize("cell", ["信访重点人员", "低保、刑满释放", "精神病人"])
def test_rule_19_labels_nobody_s_duty_needs_are_refused_and_not_repeated(cell: str) -> None:
    answer = clean_care(cell, "care_labels")
    assert answer.value is None
    refusal = next(finding for finding in answer.findings if finding.kind is Treatment.REFUSED)
    assert refusal.code == "label_not_collected"
    assert (refusal.before, refusal.after) == ("", "")
    assert cell not in refusal.sentence


def test_text_and_remarks() -> None:
    assert clean_text("　长椿路１１号 ", "address").value == "长椿路11号"
    assert clean_text("无", "address").not_applicable
    assert said(clean_text("长" * 161, "address")) == [(2, "refused")]
    assert clean_remark("孩子在外地上学，常回来。", "remark") == Cleaned("孩子在外地上学，常回来。")
    assert said(clean_remark("长" * 300, "remark")) == [(2, "warned")]


def test_other_papers_go_by_their_kind() -> None:
    assert clean_paper_no("h12345678", "id_no", "hk_macau_permit").value == "H12345678"
    assert clean_paper_no("11010519491231002X", "id_no", "id_card").value == "11010519491231002X"
    assert clean_paper_no("暂无", "id_no", "none") == Cleaned()
    assert said(clean_paper_no("12", "id_no", "passport")) == [(3, "refused")]


def test_a_bad_cell_of_a_soft_column_is_left_out_with_a_warning() -> None:
    answer = clean_cell(POPULATION.column("phone"), "12345")
    assert answer.value is None
    assert said(answer) == [(8, "warned")]
    assert clean_cell(POPULATION.column("id_no"), "12345").refused
    with pytest.raises(ValueError, match="building"):
        clean_cell(POPULATION.column("building"), "3")
    with pytest.raises(KeyError):
        POPULATION.column("religion")


ANY_CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["无", "/", "1,2", "2022.9", "3人", "９", "是", "王伟（妻）", "低保、x"]),
)
CLEANERS: list[Callable[[object, str], Cleaned[Any]]] = [
    *(column.clean for sheet in TEMPLATES.values() for column in sheet.columns if column.clean),
    lambda cell, field: clean_date(cell, field, today=TODAY),
    lambda cell, field: clean_code(cell, field, EDUCATION),
    lambda cell, field: clean_yes_no(cell, field, none_is_no=True),
]


TITLES = {
    title
    for module in (codes_people, codes_units)
    for table in vars(module).values()
    if isinstance(table, CodeTable)
    for title in table.entries.values()
}


@given(ANY_CELL | st.sampled_from(sorted(TITLES)), st.sampled_from(CLEANERS))
def test_no_cell_raises_and_none_is_changed_in_silence(
    cell: object, clean: Callable[[object, str], Cleaned[Any]]
) -> None:
    answer = clean(cell, "field")
    for finding in answer.findings:
        assert finding.rule in RULES
        assert finding.sentence.endswith("。")
    if answer.refused:
        assert answer.value is None
    if isinstance(cell, str) and isinstance(answer.value, str) and not answer.findings:
        assert answer.value == cell or cell in TITLES


@given(st.text(max_size=20), st.sampled_from([clean_text, clean_name]))
def test_text_taken_without_a_word_is_text_unchanged(
    cell: str, clean: Callable[[object, str], Cleaned[str]]
) -> None:
    answer = clean(cell, "field")
    if answer.value is not None and not answer.findings:
        assert answer.value == cell
    if answer.value is not None:
        assert clean(answer.value, "field").value == answer.value


def test_findings_keep_personal_values_out_of_their_repr() -> None:
    answer = clean_id_no("11010519491231002x", "id_no")
    assert "1949" not in repr(answer)
