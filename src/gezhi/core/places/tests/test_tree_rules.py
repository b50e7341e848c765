"""Codes say where a place hangs and are never reused; the tree of any past day can be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.errors import Refusal
from gezhi.core.places.tree_rules import (
    LIFE,
    MISSING,
    NUMBERS,
    STEPS,
    Depth,
    Kind,
    Need,
    State,
    Step,
    ancestors_of,
    depth_of,
    holds_on,
    in_force,
    kind_of,
    next_code,
    parent_of,
    size_warning,
    step_refusals,
    tree_on,
)

TOWN = "410172360"


@pytest.mark.parametrize(
    ("code", "depth", "kind", "parent"),
    [
        ("410172360", Depth.SUBDISTRICT, Kind.SUBDISTRICT, None),
        ("410172360001", Depth.COMMUNITY, Kind.COMMUNITY, "410172360"),
        ("410172360199", Depth.COMMUNITY, Kind.COMMUNITY, "410172360"),
        ("410172360200", Depth.COMMUNITY, Kind.VILLAGE, "410172360"),
        ("410172360399", Depth.COMMUNITY, Kind.VILLAGE, "410172360"),
        ("410172360400", Depth.COMMUNITY, Kind.COMMUNITY, "410172360"),
        ("410172360500", Depth.COMMUNITY, Kind.VILLAGE, "410172360"),
        ("410172360001001", Depth.GRID, Kind.GRID, "410172360001"),
        ("410172360001899", Depth.GRID, Kind.GRID, "410172360001"),
        ("410172360001901", Depth.GRID, Kind.DEDICATED_GRID, "410172360001"),
        ("410172360001999", Depth.GRID, Kind.DEDICATED_GRID, "410172360001"),
        ("410172360001001900", Depth.MICRO_GRID, Kind.MICRO_GRID, "410172360001001"),
    ],
)
def test_a_code_tells_level_kind_and_parent(
    code: str, depth: Depth, kind: Kind, parent: str | None
) -> None:
    assert (depth_of(code), kind_of(code), parent_of(code)) == (depth, kind, parent)


@pytest.mark.parametrize(
    "code",
    ["", "41017236", "4101723600", "41017236A", "４１０１７２３６０", "410172360 01", "-10172360",
     "1" * 21],
)  # fmt: skip
def test_what_is_no_code_is_refused(code: str) -> None:
    for question in (depth_of, kind_of, parent_of, ancestors_of):
        with pytest.raises(Refusal) as refusal:
            question(code)
        assert refusal.value.code == "places.bad_code"


@pytest.mark.parametrize(
    "code", ["410172360000", "410172360600", "410172360001000", "410172360001900", "4" * 15 + "000"]
)
def test_numbers_outside_every_range_are_refused(code: str) -> None:
    with pytest.raises(Refusal, match="编号范围"):
        kind_of(code)


def test_the_ancestors_of_a_micro_grid_lead_down_from_the_subdistrict() -> None:
    assert ancestors_of("410172360001002003") == (
        "410172360", "410172360001", "410172360001002",
    )  # fmt: skip
    assert ancestors_of(TOWN) == ()


def test_numbers_count_on_and_gaps_are_left_alone() -> None:
    used = {"410172360001001", "410172360001005", "410172360002009", "410172360001903"}

    assert next_code("410172360001", Kind.GRID, used) == "410172360001006"
    assert next_code("410172360001", Kind.DEDICATED_GRID, used) == "410172360001904"
    assert next_code("410172360003", Kind.GRID, used) == "410172360003001"
    assert next_code(TOWN, Kind.VILLAGE, set()) == "410172360200"


def test_at_the_end_of_a_range_skipped_numbers_serve_and_then_the_second_range() -> None:
    parent = f"{TOWN}001"
    assert next_code(parent, Kind.GRID, {f"{parent}899", f"{parent}001"}) == f"{parent}002"
    committees = {f"{TOWN}{number:03}" for number in range(1, 200)}
    assert next_code(TOWN, Kind.COMMUNITY, committees) == f"{TOWN}400"


def test_a_used_up_range_is_refused_and_nothing_is_reused() -> None:
    used = {f"{TOWN}001{number:03}" for number in range(901, 1000)}

    with pytest.raises(Refusal) as refusal:
        next_code(f"{TOWN}001", Kind.DEDICATED_GRID, used)
    assert refusal.value.code == "places.no_code_left"


@pytest.mark.parametrize(
    ("parent", "kind"),
    [(TOWN, Kind.GRID), (f"{TOWN}001", Kind.VILLAGE), ("4" * 18, Kind.MICRO_GRID)],
)
def test_a_kind_that_does_not_belong_under_a_parent_is_refused(parent: str, kind: Kind) -> None:
    with pytest.raises(Refusal) as refusal:
        next_code(parent, kind, set())
    assert refusal.value.code == "places.bad_code"


@given(
    st.sampled_from(
        [(TOWN, kind) for kind in (Kind.COMMUNITY, Kind.VILLAGE)]
        + [(f"{TOWN}001", kind) for kind in (Kind.GRID, Kind.DEDICATED_GRID)]
        + [(f"{TOWN}001001", Kind.MICRO_GRID)]
    ),
    st.sets(st.integers(0, 999)),
)
def test_a_new_code_was_never_used_and_says_what_was_asked_for(
    asked: tuple[str, Kind], numbers: set[int]
) -> None:
    parent, kind = asked
    used = {f"{parent}{number:03}" for number in numbers}
    room = any(number not in numbers for span in NUMBERS[kind] for number in span)

    if not room:
        with pytest.raises(Refusal):
            next_code(parent, kind, used)
        return
    code = next_code(parent, kind, used)

    assert code not in used
    assert kind_of(code) is kind
    assert parent_of(code) == parent


@pytest.mark.parametrize(
    ("kind", "households", "warned"),
    [
        (Kind.GRID, 299, True),
        (Kind.GRID, 300, False),
        (Kind.GRID, 500, False),
        (Kind.GRID, 501, True),
        (Kind.MICRO_GRID, 49, True),
        (Kind.MICRO_GRID, 70, False),
        (Kind.COMMUNITY, 99, True),
        (Kind.COMMUNITY, 700, False),
        (Kind.DEDICATED_GRID, 0, False),
        (Kind.VILLAGE, 5, False),
    ],
)
def test_an_unusual_size_is_remarked_on(kind: Kind, households: int, warned: bool) -> None:
    assert (size_warning(kind, households) is not None) is warned


def test_the_remark_names_the_number_and_the_norm() -> None:
    assert str(size_warning(Kind.GRID, 1020)) == "多达 1020 户，一般为 300 至 500 户"
    assert str(size_warning(Kind.GRID, 12)).startswith("只有 12 户")


def test_a_rural_grid_follows_the_villagers_group_whatever_its_size() -> None:
    assert size_warning(Kind.GRID, 90, rural=True) is None


def test_a_grid_lives_from_a_drawing_to_the_history() -> None:
    state: State | None = None
    for name in ("draw", "redraw", "review", "send_back", "review", "approve", "take_effect"):
        step = STEPS[name]
        assert step_refusals(step, state, step.by, set(Need)) == []
        state = step.enters
    assert state is State.ACTIVE
    assert STEPS["supersede"].leaves is State.ACTIVE


def test_every_state_can_be_reached_and_only_the_history_is_final() -> None:
    assert {step.enters for step in LIFE} == set(State)
    assert {step.leaves for step in LIFE if step.leaves} == set(State) - {State.SUPERSEDED}


def test_a_step_from_another_state_or_by_another_role_is_refused() -> None:
    approve = STEPS["approve"]

    [not_now] = step_refusals(approve, State.DRAFT, "grid_chief_l1", set(Need))
    [not_you] = step_refusals(approve, State.REVIEWING, "grid_chief_l2", set(Need))

    assert str(not_now) == "网格现在的状态不能批准"
    assert "别的岗位" in str(not_you)


@given(st.sampled_from(LIFE), st.sets(st.sampled_from(Need)))
def test_each_unmet_need_of_a_step_is_named(step: Step, met: set[Need]) -> None:
    refusals = step_refusals(step, step.leaves, step.by, met)

    assert [str(sentence) for sentence in refusals] == [
        MISSING[need] for need in Need if need in step.needs and need not in met
    ]


@dataclass(frozen=True)
class Period:
    code: str
    valid_from: date
    valid_to: date | None = None


SEPT, NOV, JAN = date(2022, 9, 1), date(2022, 11, 1), date(2023, 1, 1)
HISTORY = [
    Period(f"{TOWN}001002", SEPT, NOV),
    Period(f"{TOWN}001004", NOV),
    Period(f"{TOWN}001003", NOV),
    Period(f"{TOWN}001001", SEPT),
    Period(f"{TOWN}001", SEPT),
    Period(TOWN, SEPT),
]


def codes(tree: dict[str | None, list[Period]]) -> list[str]:
    return sorted(place.code for places in tree.values() for place in places)


def test_the_day_of_a_split_belongs_to_the_new_grids() -> None:
    before, after = tree_on(HISTORY, NOV - timedelta(days=1)), tree_on(HISTORY, NOV)

    assert [place.code[-3:] for place in before[f"{TOWN}001"]] == ["001", "002"]
    assert [place.code[-3:] for place in after[f"{TOWN}001"]] == ["001", "003", "004"]
    assert before[None] == after[None] == [Period(TOWN, SEPT)]


def test_before_the_first_day_there_is_no_tree() -> None:
    assert tree_on(HISTORY, SEPT - timedelta(days=1)) == {}


def test_a_later_change_leaves_the_tree_of_a_past_day_as_it_was() -> None:
    then = codes(tree_on(HISTORY, SEPT))
    changed = [
        Period(f"{TOWN}001001", SEPT, JAN) if period.code == f"{TOWN}001001" else period
        for period in HISTORY
    ] + [Period(f"{TOWN}001005", JAN)]

    assert codes(tree_on(changed, SEPT)) == then
    assert codes(tree_on(changed, JAN)) != codes(tree_on(HISTORY, JAN))


def test_a_history_that_contradicts_itself_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="two periods"):
        tree_on([*HISTORY, Period(TOWN, NOV)], NOV)
    with pytest.raises(ValueError, match="parent"):
        tree_on([Period(TOWN, SEPT), Period(f"{TOWN}001001", SEPT)], NOV)


DAYS = st.dates(date(2022, 1, 1), date(2024, 12, 31))


@given(st.lists(DAYS, min_size=2, max_size=8, unique=True), DAYS)
def test_periods_end_to_end_hold_exactly_once_on_any_day(turns: list[date], day: date) -> None:
    turns = sorted(turns)
    ends: list[date | None] = [*turns[1:], None]
    periods = [Period(TOWN, start, end) for start, end in zip(turns, ends, strict=True)]

    assert len(in_force(periods, day)) == (1 if day >= turns[0] else 0)
    assert all(holds_on(period, period.valid_from) for period in periods)
