"""The tree of places as it is, and as it was on any past day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gezhi.base.actors import system
from gezhi.base.errors import NotAllowed
from gezhi.base.testing import queries as asking
from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.places import actions, queries, rehoming, snapshots
from gezhi.core.places.models import Place, PlacePeriod
from gezhi.core.places.tests.office import (
    NOON,
    SHANGHAI,
    START,
    TODAY,
    TOP,
    chief_1,
    clerk,
    ground,
    staffed,
)
from gezhi.core.places.tree_rules import party_coverage

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=12)


def test_the_tree_of_gouzhao_is_one_eighteen_fifty() -> None:
    by, at = system("command"), noon(START)
    Place.objects.all().delete()
    top = actions.found_subdistrict(code=TOP, name="沟赵办事处", on=START, by=by, at=at)
    for number in range(18):
        community = actions.add_place(
            parent=top, kind="community", name=f"第{number}社区", on=START, by=by, at=at
        )
        for at_number in range(3 if number < 14 else 2):
            actions.add_place(
                parent=community, kind="grid", name=f"第{at_number}网格", on=START, by=by, at=at,
                party_group="党小组",
            )  # fmt: skip
    rows = queries.places_on(START)
    assert [sum(row.level == level for row in rows) for level in (1, 2, 3)] == [1, 18, 50]
    assert rows[0].code == TOP
    assert rows[2].code == f"{TOP}001001"
    grid = next(row for row in rows if row.level == 3)
    lost = Place.objects.get(pk=grid.id)
    actions.set_party_group(place=lost, party_group="", on=TODAY, by=by, at=NOON)
    groups = [row.party_group for row in queries.places_on(TODAY) if row.level == 3]
    assert party_coverage(groups) == pytest.approx(0.98)
    before = [row.party_group for row in queries.places_on(TODAY - DAY) if row.level == 3]
    assert party_coverage(before) == 1


def test_without_grids_coverage_is_no_data() -> None:
    assert party_coverage([]) is None


def test_a_day_before_the_founding_has_no_tree() -> None:
    ground()
    assert queries.tree_on(START - DAY) == []
    assert len(queries.tree_on(START)) == 1


def test_a_renamed_place_keeps_its_former_name_on_earlier_days() -> None:
    town = ground()
    actions.rename_place(
        place=town.first, name="金梭网格", on=TODAY, by=clerk(town.office), at=NOON
    )
    names = {row.id: row.name for row in queries.places_on(TODAY)}
    before = {row.id: row.name for row in queries.places_on(TODAY - DAY)}
    assert (before[town.first.pk], names[town.first.pk]) == ("永乐第一网格", "金梭网格")
    assert queries.names()[town.first.pk] == "金梭网格"


def test_two_changes_on_one_day_are_one_period() -> None:
    town = ground()
    by = clerk(town.office)
    actions.rename_place(place=town.first, name="金梭网格", on=TODAY, by=by, at=NOON)
    actions.set_party_group(place=town.first, party_group="金梭党小组", on=TODAY, by=by, at=NOON)
    periods = list(PlacePeriod.objects.filter(place=town.first).order_by("valid_from"))
    assert [(p.valid_from, p.valid_to) for p in periods] == [(START, TODAY), (TODAY, None)]
    assert (periods[1].name, periods[1].party_group) == ("金梭网格", "金梭党小组")


class TreeOverTime(TestCase):
    """Any sequence of changes leaves, for each day, exactly what was in force on it."""

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(st.integers(0, 9), st.sampled_from(("name", "party", "add", "retire"))),
            max_size=12,
        )
    )
    def test_every_past_day_keeps_its_tree(self, acts: list[tuple[int, str]]) -> None:
        snapshots.forget()
        town = ground()
        by = system("command")
        seen: dict[date, dict[str, tuple[str, str]]] = {}
        today, added = START + DAY, []
        for number, (later, act) in enumerate(acts):
            for _day in range(later):
                seen[today] = present()
                today += DAY
            at = noon(today)
            if act == "name":
                actions.rename_place(place=town.first, name=f"网格{number}", on=today, by=by, at=at)
            elif act == "party":
                actions.set_party_group(
                    place=town.second, party_group=f"党小组{number}", on=today, by=by, at=at
                )
            elif act == "add":
                added.append(
                    actions.add_place(
                        parent=town.dali, kind="grid", name=f"新{number}", on=today, by=by, at=at
                    )
                )
            elif added and added[-1].valid_from < today:
                place = added.pop()
                actions.retire_place(place=place, on=today, reason="并入", by=by, at=at)
        for day, tree in seen.items():
            assert {r.code: (r.name, r.party_group) for r in queries.places_on(day)} == tree


def present() -> dict[str, tuple[str, str]]:
    rows = Place.objects.filter(valid_to=None).values_list("code", "name", "party_group")
    return {code: (name, party) for code, name, party in rows}


# --- who, and what is refused ------------------------------------------------------------


def test_a_clerk_of_one_village_does_not_draw_another() -> None:
    town = ground()
    with refused("places.not_yours"):
        actions.add_place(
            parent=town.yongle, kind="grid", name="第三网格", on=TODAY, by=clerk(town.dali), at=NOON
        )


def test_a_grid_worker_draws_nothing() -> None:
    town = ground()
    worker = staffed(town.first, "places.see")
    with pytest.raises(NotAllowed):
        actions.rename_place(place=town.first, name="我的网格", on=TODAY, by=worker, at=NOON)


def test_a_past_day_needs_the_word_correction() -> None:
    town = ground()
    by = clerk(town.office)
    with refused("places.day_past"):
        actions.rename_place(place=town.first, name="金梭", on=TODAY - DAY, by=by, at=NOON)
    actions.rename_place(
        place=town.first, name="金梭", on=TODAY - DAY, by=by, at=NOON, correction=True
    )
    assert {r.name for r in queries.places_on(TODAY - DAY)} >= {"金梭"}
    assert "金梭" not in {r.name for r in queries.places_on(TODAY - 2 * DAY)}


def test_a_correction_does_not_reach_behind_the_present_period() -> None:
    town = ground()
    by = clerk(town.office)
    actions.rename_place(place=town.first, name="金梭", on=TODAY, by=by, at=NOON)
    with refused("places.before_present_period"):
        actions.rename_place(
            place=town.first, name="银梭", on=TODAY - DAY, by=by, at=NOON, correction=True
        )


def test_a_future_day_is_refused_for_a_name() -> None:
    town = ground()
    with refused("places.day_ahead"):
        actions.rename_place(
            place=town.first, name="金梭", on=TODAY + DAY, by=clerk(town.office), at=NOON
        )


def test_a_retired_code_is_never_given_again() -> None:
    town = ground()
    by = clerk(town.office)
    third = actions.add_place(
        parent=town.yongle, kind="grid", name="第三网格", on=TODAY, by=by, at=NOON
    )
    actions.retire_place(
        place=third, on=TODAY + DAY, reason="误设", by=chief_1(town.office), at=noon(TODAY + DAY)
    )
    again = actions.add_place(
        parent=town.yongle, kind="grid", name="第三网格", on=TODAY + DAY, by=by,
        at=noon(TODAY + DAY),
    )  # fmt: skip
    assert (third.code[-3:], again.code[-3:]) == ("003", "004")
    with refused("places.code_taken"):
        actions.add_place(
            parent=town.yongle, kind="grid", name="第五网格", code=third.code,
            on=TODAY + DAY, by=by, at=noon(TODAY + DAY),
        )  # fmt: skip


def test_a_grid_with_buildings_is_not_simply_retired() -> None:
    town = ground()
    with refused("places.still_used") as why:
        actions.retire_place(
            place=town.first, on=TODAY, reason="合并", by=chief_1(town.office), at=NOON
        )
    assert "3" in why.value.sentence


def test_a_place_on_which_something_hangs_elsewhere_is_not_retired() -> None:
    town = ground()
    third = actions.add_place(
        parent=town.dali, kind="grid", name="第二网格", on=START, by=system(), at=noon(START)
    )
    rehoming.register_check("toys", "玩具", lambda places, at: 2)
    try:
        with refused("places.still_used") as why:
            actions.retire_place(
                place=third, on=TODAY, reason="误设", by=chief_1(town.office), at=NOON
            )
        assert "玩具" in why.value.sentence
    finally:
        rehoming.withdraw("toys")


def test_two_places_under_one_parent_do_not_share_a_name() -> None:
    town = ground()
    with refused("places.name_taken"):
        actions.add_place(
            parent=town.yongle, kind="grid", name="永乐第一网格", on=TODAY,
            by=clerk(town.office), at=NOON,
        )  # fmt: skip


def test_only_the_platform_founds_and_only_once() -> None:
    town = ground()
    with refused("places.founded"):
        actions.found_subdistrict(code=TOP, name="又一个", on=TODAY, by=system(), at=NOON)
    with refused("places.not_yours"):
        actions.found_subdistrict(code=TOP, name="又一个", on=TODAY, by=clerk(town.office), at=NOON)


def test_each_change_is_one_line_of_the_journal() -> None:
    town = ground()
    before = JournalLine.objects.count()
    actions.rename_place(place=town.first, name="金梭", on=TODAY, by=clerk(town.office), at=NOON)
    line = JournalLine.objects.order_by("id").last()
    assert line is not None
    assert JournalLine.objects.count() == before + 1
    assert line.verb == "places.rename_place"
    assert line.changes["name"] == ["永乐第一网格", "金梭"]


# --- memory ------------------------------------------------------------------------------


def test_names_and_tree_cost_no_query_once_known() -> None:
    town = ground()
    queries.names()
    with asking(0):
        assert queries.names()[town.first.pk] == "永乐第一网格"
        tree = queries.tree_for(clerk(town.yongle), "places.see", NOON)
    assert [node.title for node in tree] == ["永乐社区"]
    assert [node.title for node in tree[0].children] == ["永乐第一网格", "永乐第二网格"]


def test_a_post_within_another_does_not_show_twice() -> None:
    town = ground()
    worker = staffed(town.first, "places.see")
    both = staffed(town.yongle, "places.see")
    actor = clerk(town.yongle)
    held = (*worker.holdings, *both.holdings, *staffed(town.dali_1, "places.see").holdings)
    tree = queries.tree_for(replace(actor, holdings=held), "places.see", NOON)
    assert [node.title for node in tree] == ["永乐社区", "大里第一网格"]


def test_bulk_work_asks_for_the_present_edition() -> None:
    ground()
    with asking(1):
        snapshots.exact()


def test_a_point_lies_in_its_grid_and_on_a_border_in_the_lower() -> None:
    town = ground()
    inside = queries.locate(113.505, 34.805, day=TODAY)
    border = queries.locate(113.51, 34.805, day=TODAY)
    outside = queries.locate(113.6, 34.9, day=TODAY)
    assert inside is not None
    assert border is not None
    assert (inside.id, border.id, outside) == (town.first.pk, town.first.pk, None)
