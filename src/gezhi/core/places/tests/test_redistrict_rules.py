"""Changes of communities: every grid goes over whole, with a new code; nothing is left open."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.places.redistrict_rules import (
    ComingCommunity,
    Community,
    RedistrictPlan,
    names_of_grids,
    plan_redistricting,
)
from gezhi.core.places.regrid_rules import RegridFault

START, DAY = date(2022, 3, 1), date(2022, 9, 13)
A, B, C, D = "410172360001", "410172360002", "410172360003", "410172360004"


def community(code: str, *grids: str) -> Community:
    return Community(code, START, frozenset(f"{code}{grid}" for grid in grids))


def coming(code: str, *grids: str) -> ComingCommunity:
    return ComingCommunity(code, frozenset(grids))


def plan(
    olds: list[Community],
    news: list[ComingCommunity],
    *,
    on: date = DAY,
    used: frozenset[str] = frozenset(),
) -> RedistrictPlan:
    return plan_redistricting(retiring=olds, coming=news, effective=on, today=DAY, ever_used=used)


def kinds(found: RedistrictPlan) -> list[RegridFault]:
    return [fault.kind for fault in found.faults]


def test_two_communities_become_one_and_its_grids_are_numbered_on() -> None:
    found = plan(
        [community(A, "001", "901"), community(B, "001")],
        [coming(C, f"{A}001", f"{A}901", f"{B}001")],
    )
    assert found.faults == ()
    assert found.predecessors == {C: (A, B)}
    assert [(one.leaves, one.becomes) for one in found.moves] == [
        (f"{A}001", f"{C}001"),
        (f"{A}901", f"{C}901"),
        (f"{B}001", f"{C}002"),
    ]


def test_a_community_is_divided_along_its_grids() -> None:
    found = plan(
        [community(A, "001", "002", "003")],
        [coming(C, f"{A}002"), coming(D, f"{A}001", f"{A}003")],
    )
    assert found.faults == ()
    assert found.predecessors == {C: (A,), D: (A,)}
    assert found.heirs_of(A) == [D, C]


def test_a_grid_that_goes_nowhere_is_told() -> None:
    found = plan([community(A, "001", "002")], [coming(C, f"{A}001")])
    assert kinds(found) == [RegridFault.UNPLACED]
    assert found.faults[0].buildings == (f"{A}002",)


def test_a_community_without_grids_is_told_on_either_side() -> None:
    found = plan([community(A), community(B, "001")], [coming(C, f"{B}001"), coming(D)])
    assert kinds(found) == [RegridFault.NO_SUCCESSOR, RegridFault.NO_PREDECESSOR]


def test_codes_are_never_used_again() -> None:
    olds = [community(A, "001")]
    assert kinds(plan(olds, [coming(A, f"{A}001")])) == [RegridFault.CODE_TAKEN]
    assert kinds(plan(olds, [coming(B, f"{A}001")], used=frozenset({B}))) == [
        RegridFault.CODE_TAKEN
    ]


def test_grids_are_no_communities() -> None:
    found = plan([community(A, "001")], [coming(f"{A}002", f"{A}001")])
    assert RegridFault.WRONG_LEVEL in kinds(found)


def test_the_day_is_not_past_and_after_the_beginning_of_what_ends() -> None:
    olds, news = [community(A, "001")], [coming(C, f"{A}001")]
    assert kinds(plan(olds, news, on=DAY - timedelta(days=1))) == [RegridFault.PAST_DAY]
    assert RegridFault.BEFORE_ITS_START in kinds(plan(olds, news, on=START))


def test_grids_keep_their_names_and_those_that_clash_say_where_they_come_from() -> None:
    found = plan(
        [community(A, "001", "002"), community(B, "001")],
        [coming(C, f"{A}001", f"{A}002", f"{B}001")],
    )
    names = {f"{A}001": "第一网格", f"{A}002": "第二网格", f"{B}001": "第一网格"}
    assert names_of_grids(found, names, {A: "永乐社区", B: "大里村"}) == {
        f"{C}001": "永乐社区第一网格",
        f"{C}002": "第二网格",
        f"{C}003": "大里村第一网格",
    }


@given(st.lists(st.tuples(st.integers(1, 6), st.lists(st.integers(0, 3), min_size=6, max_size=6))))
def test_whole_or_refused_every_grid_gets_exactly_one_new_code(
    towns: list[tuple[int, list[int]]],
) -> None:
    """Whatever goes where: either something is told, or each grid has one code of its heir."""
    olds: list[Community] = []
    goes: dict[str, int] = {}
    for number, (grids, into) in enumerate(towns[:5], start=1):
        code = f"410172360{number:03}"
        olds.append(community(code, *(f"{grid:03}" for grid in range(1, grids + 1))))
        goes |= {f"{code}{grid:03}": into[grid - 1] for grid in range(1, grids + 1)}
    heirs = [f"410172360{100 + number}" for number in range(4)]
    news = [
        coming(code, *(grid for grid, into in goes.items() if into == number))
        for number, code in enumerate(heirs)
    ]
    found = plan(olds, news)
    assert found == plan(list(reversed(olds)), list(reversed(news)))
    if found.refused:
        assert not olds or any(not new.grids for new in news)
        return
    assert sorted(move.leaves for move in found.moves) == sorted(goes)
    becomes = [move.becomes for move in found.moves]
    assert len(set(becomes)) == len(becomes)
    assert all(move.becomes[:-3] == move.enters for move in found.moves)
    assert {old.code for old in olds} == {c for own in found.predecessors.values() for c in own}
