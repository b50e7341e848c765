from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.registry.ages import BAND_TITLES, UNKNOWN, age_on, band_of_cohort, by_band
from gezhi.core.registry.publishing import SMALLEST, publishable
from gezhi.core.registry.rules import (
    Identity,
    Interval,
    Standing,
    Stay,
    Verdict,
    displaces,
    is_fresh,
    is_name,
    is_usual_resident,
    main_homes_clash,
    match,
    missing_fields,
    months_after,
    overlap,
    provisional_key_text,
    relation_under_new_head,
    share,
)

WANG = Identity("王小三", date(1990, 5, 1), b"1", None, b"p")
days = st.dates(date(2000, 1, 1), date(2030, 1, 1))


# --- who is who ---
def test_the_same_number_and_name_is_the_same_person() -> None:
    assert match(Identity("王 小三", id_no=b"1"), [WANG]).verdict is Verdict.SAME


def test_the_same_number_under_another_name_is_for_a_human() -> None:
    found = match(Identity("王晓三", id_no=b"1"), [WANG])
    assert found.verdict is Verdict.SAME_ID_OTHER_NAME
    assert found.is_conflict


def test_two_numbers_are_two_people_whatever_else_agrees() -> None:
    twin = Identity("王小三", date(1990, 5, 1), b"2", None, b"p")
    assert match(twin, [WANG]).verdict is Verdict.NEW


def test_a_child_without_a_number_is_known_by_name_birth_and_head() -> None:
    child = Identity("王小宝", date(2020, 1, 1), None, b"k")
    assert match(child, [child]).verdict is Verdict.SAME


def test_a_number_completes_whoever_was_listed_without_one() -> None:
    listed = Identity("王小宝", date(2020, 1, 1), None, b"k")
    now = Identity("王小宝", date(2020, 1, 1), b"9", b"k")
    assert match(now, [listed]).verdict is Verdict.GAINS_NUMBER


def test_name_and_birth_date_alone_only_raise_the_question() -> None:
    found = match(Identity("王小三", date(1990, 5, 1)), [WANG])
    assert found.verdict is Verdict.SAME_NAME_AND_BIRTH


def test_name_and_telephone_alone_only_raise_the_question() -> None:
    found = match(Identity("王小三", None, None, None, b"p"), [WANG])
    assert found.verdict is Verdict.SAME_PHONE_AND_NAME


def test_father_and_son_of_one_name_and_telephone_are_two() -> None:
    son = Identity("王小三", date(2015, 5, 1), None, None, b"p")
    assert match(son, [WANG]).verdict is Verdict.NEW


@given(st.integers(0, 3), st.text("王李小三", max_size=3))
def test_nobody_matches_an_empty_register(number: int, name: str) -> None:
    assert match(Identity(name, None, bytes([number])), []).verdict is Verdict.NEW


@pytest.mark.parametrize(
    ("name", "birth", "head"),
    [("", date(2020, 1, 1), b"h"), ("王小宝", None, b"h"), ("王小宝", date(2020, 1, 1), None)],
)
def test_two_of_three_make_no_provisional_key(
    name: str, birth: date | None, head: bytes | None
) -> None:
    assert provisional_key_text(name, birth, head) is None


def test_a_provisional_key_does_not_depend_on_how_the_name_is_typed() -> None:
    one = provisional_key_text("阿卜杜拉·买买提", date(2020, 1, 1), b"h")
    assert one == provisional_key_text("阿卜杜拉 • 买买提", date(2020, 1, 1), b"h")


# --- stays ---
def test_moving_out_and_in_on_one_day_does_not_overlap() -> None:
    day = date(2022, 9, 1)
    assert not overlap(Stay(date(2020, 1, 1), day), Stay(day))


def test_a_second_main_home_at_the_same_time_is_found() -> None:
    stays = [Stay(date(2020, 1, 1)), Stay(date(2021, 1, 1), main=False), Stay(date(2022, 1, 1))]
    assert main_homes_clash(stays) == (0, 2)


@given(days, days, days, days)
def test_overlap_does_not_depend_on_the_order(a: date, b: date, c: date, d: date) -> None:
    one, other = Stay(min(a, b), max(a, b)), Stay(min(c, d), max(c, d))
    assert overlap(one, other) == overlap(other, one)
    shared = any(
        one.moved_in <= day < one.moved_out and other.moved_in <= day < other.moved_out  # type: ignore[operator]
        for day in (one.moved_in, other.moved_in)
    )
    assert overlap(one, other) or not shared


# --- usual residents ---
@pytest.mark.parametrize(
    ("kind", "consistency", "moved_in", "lives_here", "usual"),
    [
        ("hukou", "1", date(2022, 9, 1), True, True),
        ("hukou", "3", None, True, False),
        ("migrant", "2", date(2022, 3, 13), True, True),
        ("migrant", "2", date(2022, 3, 14), True, False),
        ("migrant", "2", None, True, True),
        ("migrant", "2", None, False, False),
    ],
)
def test_usual_residents_are_registered_here_or_here_for_half_a_year(
    kind: str, consistency: str, moved_in: date | None, lives_here: bool, usual: bool
) -> None:
    found = is_usual_resident(
        population_class=kind,
        consistency=consistency,
        moved_in=moved_in,
        lives_here=lives_here,
        on=date(2022, 9, 13),
    )
    assert found is usual


def test_six_months_after_the_end_of_august_is_the_end_of_february() -> None:
    assert months_after(date(2021, 8, 31), 6) == date(2022, 2, 28)


# --- relations ---
def test_children_stay_children_when_the_wife_takes_over() -> None:
    assert relation_under_new_head("20", new_head_was="12", gender="1") == "20"
    assert relation_under_new_head("02", new_head_was="12", gender="1") == "11"


def test_under_a_son_as_head_the_others_are_asked() -> None:
    assert relation_under_new_head("30", new_head_was="20", gender="2") == ""


def test_a_registered_person_without_an_address_of_registration_is_incomplete() -> None:
    filled = {"name", "gender", "birth_date", "population_class", "consistency", "id_no"}
    assert missing_fields("hukou", filled) == ("hukou_address", "relation_to_head")


# --- sources and freshness ---
def test_a_newer_value_wins_and_of_one_day_the_verified() -> None:
    may, june = date(2022, 5, 1), date(2022, 6, 1)
    assert displaces(Standing(june), Standing(may, True))
    assert not displaces(Standing(may, True), Standing(june))
    assert not displaces(Standing(june, False), Standing(june, True))
    assert displaces(Standing(june), Standing(june))


def test_a_visit_counts_through_the_days_of_grace() -> None:
    on, weekly = date(2022, 9, 13), Interval(7, 1)
    assert is_fresh(on - timedelta(days=8), weekly, on)
    assert not is_fresh(on - timedelta(days=9), weekly, on)
    assert not is_fresh(None, weekly, on)


def test_a_rate_of_nothing_is_no_data() -> None:
    assert share(0, 0) is None
    assert share(50, 50) == 1.0


# --- ages and publishing ---
def test_born_on_leap_day_is_a_year_older_in_march() -> None:
    assert age_on(date(2020, 2, 29), date(2021, 2, 28)) == 0
    assert age_on(date(2020, 2, 29), date(2021, 3, 1)) == 1


@given(st.dictionaries(st.integers(1890, 2022).map(str), st.integers(1, 99)))
def test_bands_add_up_to_the_cohorts(cohorts: dict[str, int]) -> None:
    assert sum(by_band(cohorts, 2022).values()) == sum(cohorts.values())


def test_every_age_has_one_band() -> None:
    found = [band_of_cohort(2022 - age, 2022) for age in range(151)]
    assert set(found) == set(BAND_TITLES)
    assert band_of_cohort(2023, 2022) == UNKNOWN
    assert band_of_cohort(2022 - 60, 2022) == "60-64"


def test_one_small_count_takes_the_next_smallest_along() -> None:
    assert publishable({"a": 3, "b": 20, "c": 9}) == {"b": 20}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30)))
def test_what_is_published_never_gives_a_small_count_back(counts: dict[str, int]) -> None:
    shown = publishable(counts)
    assert not any(0 < number < SMALLEST for number in shown.values())
    hidden = set(counts) - set(shown)
    assert len(hidden) != 1 or len([n for n in counts.values() if n]) == 1


@pytest.mark.parametrize(
    "name", ["王伟", "阿依古丽·买买提", "John O'Neil-Smith Jr.", "李〇", "𠮷野", "Зоя", "\ue863三"]
)
def test_people_are_called_by_letters_of_any_script(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "😀", "王😀", "O'; DROP TABLE", "王5", "·", "张三、李四"])
def test_nobody_is_called_by_signs_or_digits(name: str) -> None:
    assert not is_name(name)
