"""Communities split and merged: proposed, agreed by others, and the past as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from gezhi.base.actors import system
from gezhi.base.testing import refused
from gezhi.core.places import actions, holders, queries, redistricting, rehoming, rights
from gezhi.core.places.boundaries import check_tiling
from gezhi.core.places.holders import Holder
from gezhi.core.places.models import (
    Building,
    BuildingGrid,
    Compound,
    Place,
    Regrid,
    RegridState,
    UnresolvedAddress,
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
    merged_into_one,
    office_head,
    staffed,
)
from gezhi.core.places.tests.test_regrids import DAY, drawn, told
from gezhi.core.places.tests.test_tree import noon

pytestmark = pytest.mark.django_db


def proposed(
    town: Ground,
    retiring: Sequence[Place],
    goes: dict[str, list[Place]],
    *,
    on: date = TODAY,
    villages: int = 0,
    at: datetime = NOON,
) -> Regrid:
    """A proposal by the office's clerk: new communities by name, with the grids they take."""
    by = clerk(town.office)
    regrid = actions.draw_redistricting(
        title="村（社区）撤并", retiring=retiring, communities=len(goes) - villages,
        villages=villages, effective=on, reason="规模调整", by=by, at=at,
    )  # fmt: skip
    news = list(regrid.coming.order_by("code"))
    return actions.redraw_redistricting(
        regrid=regrid,
        communities={
            new.pk: actions.NewGrid(name, "") for new, name in zip(news, goes, strict=True)
        },
        moves={
            grid.pk: new.pk
            for new, grids in zip(news, goes.values(), strict=True)
            for grid in grids
        },
        by=by,
        at=at,
    )


def agreed(town: Ground, regrid: Regrid, at: datetime = NOON) -> Regrid:
    actions.review_regrid(regrid=regrid, by=office_head(town.office), at=at)
    return actions.approve_regrid(regrid=regrid, by=chief_1(town.office), at=at)


def divided(town: Ground) -> Regrid:
    """永乐 becomes two communities along its grids."""
    goes = {"永乐东社区": [town.second], "永乐西社区": [town.first]}
    return agreed(town, proposed(town, [town.yongle], goes))


def now() -> dict[str, str]:
    """Names by code of today's places below the subdistrict."""
    return {row.code: row.name for row in queries.places_on(TODAY) if row.level > 1}


def test_a_merger_is_drawn_for_a_day_in_sight() -> None:
    town = ground()
    with refused("places.day_too_far"):
        proposed(town, [town.yongle], {"永大社区": [town.first]}, on=date(2500, 1, 1))


def test_merged_communities_leave_the_past_as_it_was() -> None:
    town = ground()
    before, homes = told(TODAY - DAY), queries.grids_of_buildings_on(TODAY - DAY)
    assert merged_into_one(town).state == RegridState.ACTIVE
    assert told(TODAY - DAY) == before
    assert queries.grids_of_buildings_on(TODAY - DAY) == homes
    assert now() == {
        "410172360002": "永大社区",
        "410172360002001": "永乐第一网格",
        "410172360002002": "永乐第二网格",
        "410172360002003": "大里第一网格",
    }


def test_the_history_links_what_was_and_what_came() -> None:
    town = ground()
    merged_into_one(town)
    heir = Place.objects.get(code="410172360002")
    assert heir.predecessors == [town.yongle.code, town.dali.code]
    assert heir.kind == "community"
    grid = Place.objects.get(code="410172360002003")
    assert grid.predecessors == [town.dali_1.code]
    assert (grid.party_group, grid.community_id) == ("大里党小组", heir.pk)
    for old in (town.yongle, town.dali, town.first, town.dali_1):
        assert Place.objects.get(pk=old.pk).valid_to == TODAY


def test_buildings_and_compounds_go_along() -> None:
    town = ground()
    merged_into_one(town)
    heir = Place.objects.get(name="永大社区")
    assert Compound.objects.get().community_id == heir.pk
    assert not Building.objects.exclude(community=heir).exists()
    assert set(Building.objects.values_list("grid__code", flat=True)) == {
        f"{heir.code}001",
        f"{heir.code}002",
    }
    periods = BuildingGrid.objects.filter(building=town.buildings[0]).order_by("valid_from")
    assert [(p.grid.code, p.valid_from, p.valid_to) for p in periods] == [
        (town.first.code, START, TODAY),
        (f"{heir.code}001", TODAY, None),
    ]


def test_a_compound_that_is_cut_stands_in_both_communities() -> None:
    town = ground()
    actions.add_alias(compound=town.orchid, alias="紫兰小区", by=clerk(town.office), at=NOON)
    divided(town)
    east, west = Place.objects.get(name="永乐东社区"), Place.objects.get(name="永乐西社区")
    halves = {one.community_id: one for one in Compound.objects.filter(name="紫兰苑")}
    assert set(halves) == {east.pk, west.pk}
    for place, numbers in ((west, {1, 2, 3}), (east, {4, 5, 6})):
        half = halves[place.pk]
        assert set(half.buildings.values_list("number", flat=True)) == numbers
        assert list(half.aliases.values_list("alias", flat=True)) == ["紫兰小区"]
    found = queries.resolve("紫兰小区5号楼", east.pk)
    assert found.building is not None
    assert found.building.community_id == east.pk


def test_an_address_that_fits_two_merged_compounds_waits_for_a_person() -> None:
    town = ground()
    by = clerk(town.office)
    other = actions.add_compound(community=town.dali, name="紫兰苑", by=by, at=NOON)
    actions.add_building(compound=other, name="1号楼", grid=town.dali_1, by=by, at=NOON, on=START)
    merged_into_one(town)
    assert set(Compound.objects.values_list("name", flat=True)) == {
        "永乐社区紫兰苑",
        "大里村紫兰苑",
    }
    reason = queries.resolve("紫兰苑1号楼").reason
    assert reason is not None
    assert reason.code == "address.many_compounds"
    found = queries.resolve("大里村紫兰苑1号楼")
    assert found.building is not None
    assert found.building.compound_id == other.pk


def test_sheets_that_name_a_merged_community_are_still_placed() -> None:
    town = ground()
    merged_into_one(town)
    found = queries.resolve_cells("紫兰苑", "3号楼", "1", "501", community="永乐社区")
    assert found.reason is None
    found = queries.resolve_cells("紫兰苑", "3号楼", "1", "501", community=town.yongle.code)
    assert found.reason is None


def test_merged_ground_is_covered_without_gap() -> None:
    town = ground()
    merged_into_one(town)
    (whole,) = boundaries_on(2, TODAY).values()
    outline = polygon(town.office.periods.get().boundary)
    assert whole.symmetric_difference(outline).area < 1e-12
    assert [p for p in check_tiling(boundaries_on(3, TODAY), whole) if p.blocks] == []
    assert set(boundaries_on(2, TODAY - DAY)) == {town.yongle.code, town.dali.code}


def test_divided_ground_is_put_together_from_the_grids() -> None:
    town = ground()
    divided(town)
    outline = polygon(town.office.periods.get().boundary)
    assert [p for p in check_tiling(boundaries_on(2, TODAY), outline) if p.blocks] == []


def test_micro_grids_go_along_under_new_codes() -> None:
    town = ground()
    micro = actions.add_place(
        parent=town.first, kind="micro_grid", name="一号楼微网格", on=TODAY - DAY,
        correction=True, by=system(), at=NOON,
    )  # fmt: skip
    actions.set_micro_grid(
        buildings=town.buildings[:1], micro_grid=micro, by=clerk(town.office), at=NOON
    )
    merged_into_one(town)
    moved = Building.objects.get(pk=town.buildings[0].pk).micro_grid
    assert moved is not None
    assert (moved.code, moved.predecessors) == ("410172360002001001", [micro.code])
    assert moved.parent_id == Building.objects.get(pk=town.buildings[0].pk).grid_id


def test_a_village_becomes_a_community() -> None:
    town = ground()
    agreed(town, proposed(town, [town.dali], {"大里社区": [town.dali_1]}))
    heir = Place.objects.get(name="大里社区")
    assert (heir.kind, heir.predecessors) == ("community", [town.dali.code])


def test_waiting_addresses_go_along_and_those_left_open_go_to_the_office() -> None:
    town = ground()
    for text, grid in (("老粮库后院", town.second), ("河边三间", None)):
        UnresolvedAddress.objects.create(
            text=text, community=town.yongle, grid=grid, reason="unknown", first_seen_at=NOON
        )
    divided(town)
    east = Place.objects.get(name="永乐东社区")
    assert UnresolvedAddress.objects.get(text="老粮库后院").community_id == east.pk
    assert UnresolvedAddress.objects.get(text="河边三间").community_id is None


# --- who ---------------------------------------------------------------------------------


def test_a_community_chief_neither_draws_nor_reviews_a_change_of_communities() -> None:
    town = ground()
    with refused("places.not_yours"), transaction.atomic():
        actions.draw_redistricting(
            title="撤并", retiring=[town.yongle], communities=1, villages=0, effective=TODAY,
            reason="试", by=clerk(town.yongle), at=NOON,
        )  # fmt: skip
    goes = {"永乐新社区": [town.first, town.second]}
    with refused("places.not_yours"):
        actions.review_regrid(
            regrid=proposed(town, [town.yongle], goes), by=chief_2(town.yongle), at=NOON
        )


def test_grids_are_reviewed_by_their_communitys_chief_and_not_by_the_office() -> None:
    town = ground()
    regrid = drawn(town)
    with refused("places.not_yours"):
        actions.review_regrid(regrid=regrid, by=office_head(town.office), at=NOON)
    actions.review_regrid(regrid=regrid, by=chief_2(town.yongle), at=NOON)


def test_whoever_drew_it_does_not_review_it_either() -> None:
    town = ground()
    regrid = proposed(town, [town.dali], {"大里社区": [town.dali_1]})
    drawer = Regrid.objects.get(pk=regrid.pk).drawn_by_id
    me = staffed(town.office, rights.REVIEW.code, account=drawer)
    with refused("places.second_person"):
        actions.review_regrid(regrid=regrid, by=me, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Regrid.objects.filter(pk=regrid.pk).update(reviewed_by_id=drawer)


def test_a_grid_that_goes_nowhere_keeps_the_proposal_from_review() -> None:
    town = ground()
    goes = {"甲社区": [town.first], "乙社区": [town.dali_1]}
    regrid = proposed(town, [town.yongle, town.dali], goes)
    with refused("places.not_ready") as why:
        actions.review_regrid(regrid=regrid, by=office_head(town.office), at=NOON)
    assert "1 个网格没有划入新的社区（村）" in why.value.sentence


def test_a_name_of_a_standing_community_is_not_given_twice() -> None:
    town = ground()
    regrid = proposed(town, [town.yongle], {"大里村": [town.first, town.second]})
    actions.review_regrid(regrid=regrid, by=office_head(town.office), at=NOON)
    with refused("places.name_taken"), transaction.atomic():
        actions.approve_regrid(regrid=regrid, by=chief_1(town.office), at=NOON)
    assert Place.objects.get(pk=town.yongle.pk).valid_to is None


def test_grids_are_not_changed_while_their_community_is_and_the_other_way() -> None:
    town = ground()
    own = drawn(town, on=TODAY + DAY)
    goes = {"永乐新社区": [town.first, town.second]}
    both = proposed(town, [town.yongle], goes, on=TODAY + DAY)
    actions.review_regrid(regrid=own, by=chief_2(town.yongle), at=NOON)
    with refused("places.grid_under_change"):
        actions.review_regrid(regrid=both, by=office_head(town.office), at=NOON)
    actions.send_back_regrid(regrid=own, reason="缓办", by=chief_1(town.office), at=NOON)
    actions.review_regrid(regrid=both, by=office_head(town.office), at=NOON)
    with refused("places.grid_under_change"):
        actions.review_regrid(regrid=own, by=chief_2(town.yongle), at=NOON)


# --- everything or nothing ---------------------------------------------------------------


def test_something_left_behind_undoes_the_whole_merger() -> None:
    town = ground()
    before = told(TODAY)
    rehoming.register_check("cases", "未结事项", lambda places, at: int(town.dali.pk in places))
    try:
        with refused("places.left_behind"), transaction.atomic():
            merged_into_one(town)
    finally:
        rehoming.withdraw("cases")
    assert told(TODAY) == before
    assert Compound.objects.get().community_id == town.yongle.pk


def test_a_merger_waits_for_its_day() -> None:
    town = ground()
    merged_into_one(town, on=TODAY + 2 * DAY)
    assert actions.take_due_effects(at=noon(TODAY + DAY)) == []
    (done,) = actions.take_due_effects(at=noon(TODAY + 2 * DAY))
    assert done.state == RegridState.ACTIVE
    assert {row.name for row in queries.places_on(TODAY + 2 * DAY) if row.level == 2} == {
        "永大社区"
    }


def test_a_divided_community_can_be_merged_again_later() -> None:
    town = ground()
    divided(town)
    halves = list(Place.objects.filter(level=2, name__startswith="永乐", valid_to=None))
    later = TODAY + timedelta(days=30)
    grids = list(Place.objects.filter(parent__in=halves, valid_to=None))
    regrid = proposed(town, halves, {"永乐社区": grids}, on=later, at=noon(later))
    agreed(town, regrid, noon(later))
    heir = Place.objects.get(name="永乐社区", valid_to=None)
    assert set(heir.predecessors) == {half.code for half in halves}
    assert {row.name for row in queries.places_on(TODAY) if row.level == 2} == {
        "永乐东社区", "永乐西社区", "大里村"
    }  # fmt: skip
    assert queries.resolve_cells("紫兰苑", "5号楼", "1", "501", community="永乐东社区").reason


# --- posts -------------------------------------------------------------------------------


def test_posts_that_end_are_listed_with_where_they_are_given_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = ground()
    secretary = Holder("grid_chief_l2", "二级网格长", "兰书记", account_id=town.orchid.pk)
    held = {town.yongle.pk: [secretary]}
    monkeypatch.setattr(holders, "_providers", [lambda places, day: dict(held)])
    regrid = proposed(
        town, [town.yongle, town.dali], {"永大社区": [town.first, town.second, town.dali_1]}
    )
    (before,) = redistricting.ended_posts(regrid, TODAY)
    assert (before.holder.name, before.place.pk, before.again) == ("兰书记", town.yongle.pk, ())
    done = agreed(town, regrid)
    held[Place.objects.get(name="永大社区").pk] = [secretary]
    (after,) = redistricting.ended_posts(done, TODAY)
    assert after.again == ("永大社区",)
