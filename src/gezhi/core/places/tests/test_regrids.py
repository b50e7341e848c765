"""Changes of grids: proposed, reviewed, approved by another, and in force on their day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.places import actions, holders, queries, rehoming, snapshots
from gezhi.core.places.boundaries import check_tiling
from gezhi.core.places.models import (
    Building,
    BuildingGrid,
    Place,
    Regrid,
    RegridState,
)
from gezhi.core.places.snapshots import boundaries_on, polygon
from gezhi.core.places.tests.office import (
    NOON,
    START,
    TODAY,
    Ground,
    chief_1,
    chief_2,
    clerk,
    ground,
    staffed,
)
from gezhi.core.places.tests.test_tree import noon

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def drawn(town: Ground, *, into: int = 3, on: date = TODAY, **more: Any) -> Regrid:
    """Both grids of 永乐 give way to new ones; buildings go in turn."""
    by = more.pop("by", clerk(town.office))
    regrid = actions.draw_regrid(
        title="永乐网格调整", community=town.yongle, retiring=[town.first, town.second],
        coming=into, effective=on, reason="户数过多", by=by, at=NOON, **more,
    )  # fmt: skip
    news = list(regrid.coming.all())
    return actions.redraw_regrid(
        regrid=regrid,
        grids={new.pk: actions.NewGrid(f"新{n}网格", f"新{n}党小组") for n, new in enumerate(news)},
        moves={b.pk: news[n * into // 6].pk for n, b in enumerate(town.buildings)},
        by=by,
        at=NOON,
    )


def approved(town: Ground, regrid: Regrid, at: datetime = NOON) -> Regrid:
    actions.review_regrid(regrid=regrid, by=chief_2(town.yongle), at=at)
    return actions.approve_regrid(regrid=regrid, by=chief_1(town.office), at=at)


def test_a_change_of_grids_leaves_the_past_tree_as_it_was() -> None:
    town = ground()
    before = told(TODAY - DAY)
    homes = queries.grids_of_buildings_on(TODAY - DAY)
    done = approved(town, drawn(town))
    assert done.state == RegridState.ACTIVE
    assert told(TODAY - DAY) == before
    assert queries.grids_of_buildings_on(TODAY - DAY) == homes
    now = [row for row in queries.places_on(TODAY) if row.path.startswith(town.yongle.path)]
    assert [row.name for row in now] == ["永乐社区", "新0网格", "新1网格", "新2网格"]


def told(day: date) -> list[tuple[object, ...]]:
    """A day's tree as a report prints it."""
    return [
        (row.code, row.name, row.parent_id, row.party_group, row.valid_from)
        for row in queries.places_on(day)
    ]


def test_a_change_is_drawn_for_a_day_in_sight() -> None:
    town = ground()
    with refused("places.day_too_far") as caught:
        drawn(town, on=date(2500, 1, 1))
    assert [one.field for one in caught.value.fields] == ["effective"]
    assert "2500-01-01 太远，最晚到" in caught.value.sentence
    drawn(town, on=TODAY + 730 * DAY)
    with refused("places.day_too_far"):
        drawn(town, on=TODAY + 731 * DAY)


def test_buildings_move_with_their_history_and_codes_have_predecessors() -> None:
    town = ground()
    approved(town, drawn(town))
    row = Building.objects.get(pk=town.buildings[2].pk)
    assert row.grid.name == "新1网格"
    assert row.grid.predecessors == [town.first.code, town.second.code]
    periods = list(BuildingGrid.objects.filter(building=row).order_by("valid_from"))
    assert [(p.grid.name, p.valid_from, p.valid_to) for p in periods] == [
        ("永乐第一网格", START, TODAY),
        ("新1网格", TODAY, None),
    ]
    assert Place.objects.get(pk=town.first.pk).valid_to == TODAY


def test_what_hangs_on_buildings_and_grids_follows() -> None:
    town = ground()
    moved: dict[UUID, str] = {}
    passed: list[tuple[str, list[str]]] = []

    def follow(buildings: Collection[UUID], grid: Place, by: Actor, at: datetime) -> None:
        moved.update(dict.fromkeys(buildings, grid.name))

    def heir(retiring: Place, successors: Any, by: Actor, at: datetime) -> None:
        passed.append((retiring.name, [place.name for place in successors]))

    rehoming.register(follow)
    rehoming.register_heir(heir)
    try:
        approved(town, drawn(town))
    finally:
        rehoming.withdraw(follower=follow, heir=heir)
    assert len(moved) == 6
    assert moved[town.buildings[5].pk] == "新2网格"
    assert passed == [
        ("永乐第一网格", ["新0网格", "新1网格"]),
        ("永乐第二网格", ["新2网格", "新1网格"]),
    ]


def test_something_left_behind_undoes_everything() -> None:
    town = ground()
    regrid = drawn(town)
    actions.review_regrid(regrid=regrid, by=chief_2(town.yongle), at=NOON)
    rehoming.register_check("cases", "未结事项", lambda places, at: 1)
    try:
        with refused("places.left_behind"), transaction.atomic():
            actions.approve_regrid(regrid=regrid, by=chief_1(town.office), at=NOON)
    finally:
        rehoming.withdraw("cases")
    assert Building.objects.filter(grid=town.first).count() == 3
    assert Regrid.objects.get().state == RegridState.REVIEWING


def test_new_boundaries_tile_the_old_ground() -> None:
    town = ground()
    approved(town, drawn(town))
    now = boundaries_on(3, TODAY)
    own = {code: shape for code, shape in now.items() if code.startswith(town.yongle.code)}
    assert len(own) == 3
    community = polygon(town.yongle.periods.get().boundary)
    assert [p for p in check_tiling(own, community) if p.blocks] == []
    assert set(boundaries_on(3, TODAY - DAY)) == {
        town.first.code, town.second.code, town.dali_1.code
    }  # fmt: skip
    for building in Building.objects.filter(community=town.yongle):
        assert building.lon is not None
        assert building.lat is not None
        found = queries.locate(building.lon, building.lat, day=TODAY)
        assert found is not None
        assert found.id == building.grid_id


def test_a_merger_takes_both_grounds_whole() -> None:
    town = ground()
    approved(town, drawn(town, into=1))
    (code,) = [c for c in boundaries_on(3, TODAY) if c.startswith(town.yongle.code)]
    whole = polygon(town.yongle.periods.get().boundary)
    assert boundaries_on(3, TODAY)[code].symmetric_difference(whole).area < 1e-12
    assert Building.objects.filter(grid__code=code).count() == 6


# --- two people --------------------------------------------------------------------------


def test_whoever_drew_it_does_not_approve_it() -> None:
    town = ground()
    me = uuid4()
    regrid = drawn(town, by=clerk(town.office, account=me))
    actions.review_regrid(regrid=regrid, by=chief_2(town.yongle), at=NOON)
    boss = staffed(town.office, "places.approve", account=me)
    with refused("places.second_person"):
        actions.approve_regrid(regrid=regrid, by=boss, at=NOON)


def test_the_database_holds_to_two_people_too() -> None:
    town = ground()
    me = uuid4()
    regrid = drawn(town, by=clerk(town.office, account=me))
    with pytest.raises(IntegrityError), transaction.atomic():
        Regrid.objects.filter(pk=regrid.pk).update(approved_by_id=me)


def test_the_chief_of_another_community_reviews_nothing_here() -> None:
    town = ground()
    with refused("places.not_yours"):
        actions.review_regrid(regrid=drawn(town), by=chief_2(town.dali), at=NOON)


def test_an_unfinished_draft_is_not_reviewed() -> None:
    town = ground()
    regrid = actions.draw_regrid(
        title="拆分", community=town.yongle, retiring=[town.first], coming=2, effective=TODAY,
        reason="过大", by=clerk(town.office), at=NOON,
    )  # fmt: skip
    with refused("places.not_ready") as why:
        actions.review_regrid(regrid=regrid, by=chief_2(town.yongle), at=NOON)
    assert "3 栋楼没有划入新网格" in why.value.sentence
    assert "党小组" in why.value.sentence


def test_grids_that_nobody_leads_are_not_put_into_force(monkeypatch: pytest.MonkeyPatch) -> None:
    town = ground()
    monkeypatch.setattr(holders, "_providers", [lambda places, day: {}])
    with refused("places.not_ready") as why:
        actions.review_regrid(regrid=drawn(town), by=chief_2(town.yongle), at=NOON)
    assert "网格长" in why.value.sentence


def test_what_is_sent_back_is_a_draft_again_and_says_why() -> None:
    town = ground()
    regrid = drawn(town)
    actions.review_regrid(regrid=regrid, by=chief_2(town.yongle), at=NOON)
    back = actions.send_back_regrid(
        regrid=regrid, reason="三号楼应归第一网格", by=chief_1(town.office), at=NOON
    )
    assert (back.state, back.sent_back_because) == ("draft", "三号楼应归第一网格")
    assert back.reviewed_by_id is None
    assert approved(town, back).state == RegridState.ACTIVE


def test_two_proposals_do_not_retire_one_grid() -> None:
    town = ground()
    one, other = drawn(town, on=TODAY + DAY), drawn(town, on=TODAY + DAY)
    assert not {n.code for n in one.coming.all()} & {n.code for n in other.coming.all()}
    approved(town, one)
    with refused("places.grid_under_change"):
        actions.review_regrid(regrid=other, by=chief_2(town.yongle), at=NOON)


def test_saving_over_changed_buildings_is_a_conflict() -> None:
    town = ground()
    regrid = drawn(town)
    seen = snapshots.exact().token
    actions.add_building(
        compound=town.orchid, name="7号楼", grid=town.first, by=clerk(town.office), at=NOON
    )
    with refused("places.changed_meanwhile"):
        actions.redraw_regrid(
            regrid=regrid, grids={}, moves={}, edition=seen, by=clerk(town.office), at=NOON
        )


# --- the calendar ------------------------------------------------------------------------


def test_an_approved_change_waits_for_its_day() -> None:
    town = ground()
    regrid = approved(town, drawn(town, on=TODAY + 3 * DAY))
    assert regrid.state == RegridState.APPROVED
    assert actions.take_due_effects(at=noon(TODAY + 2 * DAY)) == []
    assert Building.objects.filter(grid=town.first).count() == 3
    (done,) = actions.take_due_effects(at=noon(TODAY + 3 * DAY))
    assert done.state == RegridState.ACTIVE
    assert actions.take_due_effects(at=noon(TODAY + 3 * DAY)) == []
    assert not Building.objects.filter(grid=town.first).exists()


def test_a_night_missed_is_made_up_for_on_the_approved_day() -> None:
    town = ground()
    approved(town, drawn(town, on=TODAY + DAY))
    actions.take_due_effects(at=noon(TODAY + 5 * DAY))
    assert Place.objects.get(pk=town.first.pk).valid_to == TODAY + DAY


def test_a_building_added_after_approval_stops_the_change_and_says_so() -> None:
    town = ground()
    regrid = approved(town, drawn(town, on=TODAY + DAY))
    actions.add_building(
        compound=town.orchid, name="7号楼", grid=town.first, by=clerk(town.office), at=NOON
    )
    assert actions.take_due_effects(at=noon(TODAY + DAY)) == []
    stuck = Regrid.objects.get(pk=regrid.pk)
    assert "1 栋楼没有划入新网格" in stuck.stuck_because
    assert JournalLine.objects.filter(verb="places.note_stuck_regrid").count() == 1
    back = actions.recall_regrid(
        regrid=stuck, reason="补划七号楼", by=chief_1(town.office), at=noon(TODAY + DAY)
    )
    assert (back.state, back.stuck_because) == ("draft", "")


def test_a_past_day_is_for_corrections_only() -> None:
    town = ground()
    regrid = drawn(town, on=TODAY - 10 * DAY)
    actions.review_regrid(regrid=drawn(town), by=chief_2(town.yongle), at=NOON)
    with pytest.raises(Refusal):
        approved(town, regrid)
    Regrid.objects.exclude(pk=regrid.pk).delete()
    mended = drawn(town, on=TODAY - 10 * DAY, correction=True)
    late = actions.add_building(
        compound=town.orchid, name="8号楼", grid=town.first, by=system(), at=NOON
    )
    moves = dict(mended.moves.values_list("building_id", "enters_id"))
    first = mended.coming.first()
    assert first is not None
    moves[late.pk] = first.pk
    actions.redraw_regrid(regrid=mended, grids={}, moves=moves, by=clerk(town.office), at=NOON)
    approved(town, mended)
    homes = queries.grids_of_buildings_on(TODAY - 10 * DAY)
    assert town.first.pk not in homes.values()
    assert late.pk not in homes  # it was not there yet
    assert queries.grids_of_buildings_on(TODAY)[late.pk] != town.first.pk


# --- always ------------------------------------------------------------------------------


class Regridding(TestCase):
    """Whatever is changed and when, a building lies in exactly one grid in force each day."""

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 5),
                st.integers(1, 4),
                st.lists(st.integers(0, 3), min_size=6, max_size=6),
            ),
            max_size=4,
        )
    )
    def test_every_building_in_exactly_one_grid_each_day(
        self, changes: list[tuple[int, int, list[int]]]
    ) -> None:
        snapshots.forget()
        town = ground()
        today, trees = TODAY, {}
        for later, into, goes in changes:
            trees[today] = {p.code for p in queries.places_on(today)}
            today += later * DAY
            at = noon(today)
            retiring = Place.objects.filter(parent=town.yongle, valid_to=None)
            regrid = actions.draw_regrid(
                title="调整", community=town.yongle, retiring=list(retiring), coming=into,
                effective=today, reason="试", by=clerk(town.office), at=at,
            )  # fmt: skip
            news = list(regrid.coming.all())
            actions.redraw_regrid(
                regrid=regrid,
                grids={
                    new.pk: actions.NewGrid(
                        f"{new.code[-3:]}网格", "党小组", tuple(p.code for p in retiring)
                    )
                    for new in news
                },
                moves={
                    building.pk: news[goes[n] % into].pk
                    for n, building in enumerate(town.buildings)
                },
                by=clerk(town.office),
                at=at,
            )
            approved(town, regrid, at)
        for day in (START, *trees, today):
            rows = queries.places_on(day)
            if day in trees and day != today:
                assert {p.code for p in rows} == trees[day]
            in_force = {row.id for row in rows if row.level == 3}
            periods = BuildingGrid.objects.filter(valid_from__lte=day).exclude(valid_to__lte=day)
            held = list(periods.values_list("building_id", "grid_id"))
            assert Counter(b for b, _g in held) == Counter(b.pk for b in town.buildings)
            assert {grid for _b, grid in held} <= in_force
        now = dict(Building.objects.values_list("pk", "grid_id"))
        assert now == queries.grids_of_buildings_on(today)
