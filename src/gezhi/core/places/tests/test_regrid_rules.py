"""A change of grids is worked out as a whole: no building is lost, doubled or smuggled in."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.places.regrid_rules import (
    ComingGrid,
    Move,
    RegridFault,
    RegridPlan,
    RetiringGrid,
    plan_regrid,
)

COMMUNITY = "410172360001"
START, TODAY, LATER = date(2022, 9, 1), date(2022, 10, 10), date(2022, 11, 1)


def old(number: int, *buildings: str) -> RetiringGrid[str]:
    return RetiringGrid(f"{COMMUNITY}{number:03}", START, frozenset(buildings))


def new(number: int, *buildings: str, land_of: tuple[int, ...] = ()) -> ComingGrid[str]:
    return ComingGrid(
        f"{COMMUNITY}{number:03}",
        frozenset(buildings),
        frozenset(f"{COMMUNITY}{source:03}" for source in land_of),
    )


def plan(
    retiring: list[RetiringGrid[str]],
    coming: list[ComingGrid[str]],
    *,
    effective: date = LATER,
    ever_used: tuple[str, ...] = (),
    correction: bool = False,
) -> RegridPlan[str]:
    return plan_regrid(
        retiring=retiring,
        coming=coming,
        effective=effective,
        today=TODAY,
        ever_used=ever_used,
        correction=correction,
    )


def faults(plan: RegridPlan[str]) -> list[tuple[RegridFault, str]]:
    return [(fault.kind, fault.code[-3:]) for fault in plan.faults]


def test_a_split_shares_out_every_building() -> None:
    done = plan([old(1, "a", "b", "c")], [new(3, "c"), new(2, "a", "b")])

    assert not done.refused
    assert done.predecessors == {
        f"{COMMUNITY}002": (f"{COMMUNITY}001",),
        f"{COMMUNITY}003": (f"{COMMUNITY}001",),
    }
    assert done.moves == (
        Move("a", f"{COMMUNITY}001", f"{COMMUNITY}002"),
        Move("b", f"{COMMUNITY}001", f"{COMMUNITY}002"),
        Move("c", f"{COMMUNITY}001", f"{COMMUNITY}003"),
    )
    assert not done.changes_codes_only


def test_a_merge_names_all_its_predecessors() -> None:
    done = plan([old(2, "b"), old(1, "a")], [new(3, "a", "b")])

    assert not done.refused
    assert done.predecessors == {f"{COMMUNITY}003": (f"{COMMUNITY}001", f"{COMMUNITY}002")}
    assert not done.changes_codes_only


def test_a_renumbering_changes_codes_only() -> None:
    assert plan([old(1, "a"), old(2, "b")], [new(3, "b"), new(4, "a")]).changes_codes_only


def test_land_without_buildings_is_handed_on_by_name() -> None:
    done = plan([old(1, "a"), old(2)], [new(3, "a"), new(4, land_of=(1, 2))])

    assert not done.refused
    assert done.predecessors[f"{COMMUNITY}004"] == (f"{COMMUNITY}001", f"{COMMUNITY}002")


def test_a_building_left_out_doubled_or_foreign_is_named() -> None:
    left_out = plan([old(1, "a", "b", "c")], [new(2, "a")])
    doubled = plan([old(1, "a", "b")], [new(2, "a", "b"), new(3, "b")])
    foreign = plan([old(1, "a")], [new(2, "a", "z")])

    assert faults(left_out) == [(RegridFault.UNPLACED, "001")]
    assert left_out.faults[0].buildings == ("b", "c")
    assert "2 栋楼" in left_out.faults[0].sentence
    assert faults(doubled) == [(RegridFault.PLACED_TWICE, "003")]
    assert doubled.faults[0].buildings == ("b",)
    assert faults(foreign) == [(RegridFault.STRANGE_BUILDING, "002")]
    assert foreign.moves == (Move("a", f"{COMMUNITY}001", f"{COMMUNITY}002"),)


def test_a_building_that_was_in_two_grids_before_is_named() -> None:
    assert faults(plan([old(1, "a"), old(2, "a")], [new(3, "a")])) == [
        (RegridFault.PLACED_TWICE, "002")
    ]


def test_a_code_is_never_given_twice() -> None:
    retired_long_ago = plan([old(1, "a")], [new(2, "a")], ever_used=(f"{COMMUNITY}002",))
    of_the_old_grid = plan([old(1, "a")], [new(1, "a")])
    same_twice = plan([old(1, "a", "b")], [new(2, "a"), new(2, "b")])

    assert faults(retired_long_ago) == [(RegridFault.CODE_TAKEN, "002")]
    assert faults(of_the_old_grid) == [(RegridFault.CODE_TAKEN, "001")]
    assert (RegridFault.CODE_TAKEN, "002") in faults(same_twice)


def test_a_new_grid_stays_on_the_level_and_in_the_community_of_the_old() -> None:
    elsewhere = ComingGrid("410172360002001", frozenset({"a"}))
    deeper = ComingGrid(f"{COMMUNITY}001001", frozenset({"a"}))
    nonsense = ComingGrid("12", frozenset({"a"}))
    community = RetiringGrid(COMMUNITY, START, frozenset({"a"}))

    for coming, kind in (
        (elsewhere, RegridFault.STRANGE_PARENT),
        (deeper, RegridFault.WRONG_LEVEL),
        (nonsense, RegridFault.BAD_CODE),
    ):
        assert [fault.kind for fault in plan([old(1, "a")], [coming]).faults] == [kind]
    assert RegridFault.WRONG_LEVEL in [
        fault.kind for fault in plan([community], [new(2, "a")]).faults
    ]


def test_a_border_may_move_between_two_communities() -> None:
    across = RetiringGrid("410172360002001", START, frozenset({"b"}))
    coming = [new(2, "a"), ComingGrid("410172360002002", frozenset({"b"}), frozenset())]

    assert not plan([old(1, "a"), across], coming).refused


def test_micro_grids_are_regridded_like_grids() -> None:
    retiring = RetiringGrid(f"{COMMUNITY}001001", START, frozenset({"a"}))
    coming = ComingGrid(f"{COMMUNITY}001002", frozenset({"a"}))

    assert not plan([retiring], [coming]).refused


@pytest.mark.parametrize(
    ("effective", "correction", "expected"),
    [
        (LATER, False, []),
        (TODAY, False, []),
        (date(2022, 10, 9), False, [RegridFault.PAST_DAY]),
        (date(2022, 10, 9), True, []),
        (START, True, [RegridFault.BEFORE_ITS_START]),
    ],
)
def test_only_a_correction_reaches_back_and_never_before_the_grid_began(
    effective: date, correction: bool, expected: list[RegridFault]
) -> None:
    done = plan([old(1, "a")], [new(2, "a")], effective=effective, correction=correction)

    assert [fault.kind for fault in done.faults] == expected


def test_the_history_has_no_loose_ends() -> None:
    assert faults(plan([old(1, "a"), old(2)], [new(3, "a")])) == [(RegridFault.NO_SUCCESSOR, "002")]
    assert faults(plan([old(1, "a")], [new(3, "a"), new(4)])) == [
        (RegridFault.NO_PREDECESSOR, "004")
    ]


@pytest.mark.parametrize(("retiring", "coming"), [([], [new(1)]), ([old(1)], []), ([], [])])
def test_a_change_of_nothing_is_none(
    retiring: list[RetiringGrid[str]], coming: list[ComingGrid[str]]
) -> None:
    assert RegridFault.NOTHING in [fault.kind for fault in plan(retiring, coming).faults]


@given(
    homes=st.lists(st.integers(1, 4), min_size=1, max_size=30),
    seed=st.randoms(use_true_random=False),
)
def test_any_sound_change_moves_each_building_once_whatever_order_it_is_stated_in(
    homes: list[int], seed: Random
) -> None:
    retiring = [
        old(number, *(f"b{i}" for i, home in enumerate(homes) if home == number))
        for number in sorted(set(homes))
    ]
    going = {f"b{i}": seed.randint(5, 8) for i in range(len(homes))}
    coming = [
        new(number, *(building for building, goes in going.items() if goes == number))
        for number in sorted(set(going.values()))
    ]

    done = plan(retiring, coming)
    shuffled = plan(seed.sample(retiring, len(retiring)), seed.sample(coming, len(coming)))

    assert done == shuffled
    assert not done.refused
    assert sorted(move.building for move in done.moves) == sorted(going)
    assert all(move.enters[-3:] == f"{going[move.building]:03}" for move in done.moves)
    assert all(move.leaves in done.predecessors[move.enters] for move in done.moves)
    assert {old for own in done.predecessors.values() for old in own} == {
        grid.code for grid in retiring
    }


@given(
    homes=st.lists(st.integers(1, 3), min_size=1, max_size=12),
    lost=st.integers(0, 11),
)
def test_losing_any_one_building_is_always_noticed(homes: list[int], lost: int) -> None:
    lost %= len(homes)
    retiring = [
        old(number, *(f"b{i}" for i, home in enumerate(homes) if home == number))
        for number in sorted(set(homes))
    ]
    kept = [f"b{i}" for i in range(len(homes)) if i != lost]

    done = plan(retiring, [new(9, *kept, land_of=tuple(set(homes)))])

    assert [fault.buildings for fault in done.faults] == [(f"b{lost}",)]
