"""The plain rules of the public side: stages, words fit for all, cells of the map, limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.services.cases.models import State
from gezhi.services.cases.public import rules
from gezhi.services.cases.public.rules import Bounds, Limit, Standing

NOON = datetime(2022, 9, 13, 4, tzinfo=UTC)


@pytest.mark.parametrize("state", State.values)
def test_every_state_stands_somewhere_in_the_seven_stages(state: str) -> None:
    shown = rules.standings(state)

    assert len(shown) == 7
    assert sum(one in (Standing.NOW, Standing.STOPPED) for one in shown) == (state != "closed")
    assert list(shown) == sorted(shown, key=[*Standing].index)


def test_an_exception_does_not_look_like_going_on() -> None:
    assert rules.standings("handling")[3] is Standing.NOW
    assert rules.standings("suspended")[3] is Standing.STOPPED
    assert rules.standings("voided")[1] is Standing.STOPPED


def test_who_reported_may_speak_for_a_week_after_the_end() -> None:
    assert not rules.may_reply(None, NOON, days=7)
    assert rules.may_reply(NOON - timedelta(days=7), NOON, days=7)
    assert not rules.may_reply(NOON - timedelta(days=7, seconds=1), NOON, days=7)
    assert not rules.may_reply(NOON + timedelta(seconds=1), NOON, days=7)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("已清走", "已清走"),
        ("已联系13812345678处理", "已联系***处理"),
        ("电话 138-1234-5678，已到场", "电话 ***，已到场"),
        ("身份证41010219900101002X已核", "身份证***已核"),
        ("豫A12345 已移走", "*** 已移走"),
        ("3单元501室漏水已修", "***漏水已修"),
        ("501室漏水已修", "***漏水已修"),
        ("3号楼西侧垃圾2车，4小时清完", "3号楼西侧垃圾2车，4小时清完"),
        ("已和王建国先生说明", "已和***先生说明"),
        ("王师傅已修好", "***师傅已修好"),
        ("2022年9月13日已清", "2022年9月13日已清"),
        ("秦小禾到场处理", "***到场处理"),
    ],
)
def test_an_answer_for_everybody_has_no_numbers_and_no_names(said: str, shown: str) -> None:
    assert rules.fit_for_all(said, ["秦小禾"]) == shown


@given(st.text(max_size=60), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_mobile_number_gets_through(around: str, number: str) -> None:
    assert number not in rules.fit_for_all(f"{around} {number} {around}")


@given(st.text(max_size=80))
def test_words_are_made_fit_once_for_all(said: str) -> None:
    once = rules.fit_for_all(said)

    assert rules.fit_for_all(once) == once


def test_a_code_is_read_as_people_type_it() -> None:
    assert rules.as_written("ｇｚ2022 0913-00042") == "GZ2022091300042"
    assert rules.CODE.fullmatch(rules.as_written("abc 234"))
    assert not rules.CODE.fullmatch("ABC10O")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "a,b,c,d",
        "113,34,112,35",
        "nan,34,114,35",
        "113,34,116,35",
        "-1,0,1,2",
        "inf,1,2,3",
    ],
)
def test_what_is_no_piece_of_a_town_is_refused(text: str) -> None:
    assert rules.bounds_of(text) is None


BOUNDS = st.builds(
    lambda w, s, dx, dy: Bounds(w, s, w + dx, s + dy),
    st.floats(74, 130),
    st.floats(10, 50),
    st.floats(0.0001, 2),
    st.floats(0.0001, 2),
)


@given(BOUNDS)
def test_a_map_answers_with_few_cells_none_finer_than_a_building(bounds: Bounds) -> None:
    metres = rules.cell_metres(bounds)
    east, north = rules.steps(metres)

    assert metres >= rules.CELL_METRES
    across = (bounds.east - bounds.west) / east + 2
    down = (bounds.north - bounds.south) / north + 2
    assert across * down <= 400


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=5))
def test_a_limit_holds_to_its_last_and_not_one_further(pairs: list[tuple[int, int]]) -> None:
    limits = [Limit(str(n), most, 60 * (n + 1)) for n, (most, _count) in enumerate(pairs)]
    over = rules.first_over(limits, [count for _most, count in pairs])
    passed = [one for one, (most, count) in zip(limits, pairs, strict=True) if count > most]

    assert over == max(passed, key=lambda one: one.seconds, default=None)


def test_a_window_ends_when_it_says() -> None:
    left = rules.opens_again(NOON, 900)
    then = NOON + timedelta(seconds=left)

    assert rules.window_of(then, 900) == rules.window_of(NOON, 900) + 1
    assert rules.window_of(then - timedelta(seconds=1), 900) == rules.window_of(NOON, 900)
