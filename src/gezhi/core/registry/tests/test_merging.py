from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from gezhi.base.testing import refused
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry import beliefs
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.facts import record_facts
from gezhi.core.registry.actions.merging import merge_people, settle_conflict
from gezhi.core.registry.actions.moving import move
from gezhi.core.registry.actions.people import change_person, give_id_number
from gezhi.core.registry.actions.unmerging import unmerge
from gezhi.core.registry.conflicts import raise_conflict
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Merge,
    MigrantFacts,
    Person,
    Residence,
)
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.test_machine import check, everything, move_building
from gezhi.core.registry.tests.town import (
    CLERK,
    NOON,
    TODAY,
    Town,
    build_town,
    id_number,
    posted,
    settled,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


@pytest.fixture
def pair(town: Town) -> tuple[Person, Person]:
    """One person twice: with a number at home, without one but with a telephone where they rent."""
    kept = settled(town.dwellings[0], id_no=id_number(1))
    dropped = settled(town.dwellings[-1], "王小三", phone="13800001111", population_class="migrant")
    add_care_label(person=dropped, kind="veteran", valid_from=TODAY, by=CLERK, at=NOON)
    record_facts(person=dropped, kind="migrant", values={"permit_no": "豫1234"}, by=CLERK, at=NOON)
    return kept, dropped


def merged(pair: tuple[Person, Person]) -> Merge:
    return merge_people(kept=pair[0], dropped=pair[1], why="同一人", by=CLERK, at=NOON)


def test_both_addresses_remain_as_relations_and_gaps_are_filled(
    town: Town, pair: tuple[Person, Person]
) -> None:
    merged(pair)
    kept, dropped = (Person.objects.get(pk=p.pk) for p in pair)
    stays = Residence.objects.filter(person=kept).order_by("-main")
    assert [(s.dwelling_id, s.main) for s in stays] == [
        (town.dwellings[0].pk, True),
        (town.dwellings[-1].pk, False),
    ]
    assert kept.phone_index == dropped.phone_index
    assert kept.migrant.permit_no is not None
    assert CareLabel.objects.get().person == kept
    assert (dropped.state, dropped.merged_into) == ("merged", kept)
    check()


def test_the_kept_record_s_history_says_who_was_merged_in(
    town: Town, pair: tuple[Person, Person]
) -> None:
    furnish_purposes(date(2022, 1, 1))
    merged(pair)
    kept, dropped = pair
    browser = at_desk(town.subdistrict)

    page = browser.get(reverse("registry.person_history", kwargs={"pk": kept.pk}))

    assert "并入的记录 — 王*三" in words(page)
    assert reverse("registry.unmerge", kwargs={"pk": dropped.pk}) in page.content.decode()


def test_taking_a_merge_back_is_exact_to_the_byte(pair: tuple[Person, Person]) -> None:
    before = everything()
    merge = merged(pair)
    assert everything() != before
    unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)
    assert everything() == before
    assert not MigrantFacts.objects.filter(person=pair[0]).exists()
    check()


def test_the_history_still_tells_that_they_were_taken_for_one(pair: tuple[Person, Person]) -> None:
    merge = merged(pair)
    later = NOON + timedelta(days=3)
    unmerge(merge=merge, why="不是同一人", by=CLERK, at=later)
    row = Person.objects.get(pk=pair[1].pk)
    then = beliefs.belief_on(row, TODAY + timedelta(days=1))
    now = beliefs.belief_on(row, TODAY + timedelta(days=3))
    assert then is not None
    assert now is not None
    assert (then["state"].value, now["state"].value) == ("merged", "present")


def test_a_row_changed_since_is_named_and_nothing_is_undone(pair: tuple[Person, Person]) -> None:
    merge = merged(pair)
    change_person(person=pair[0], values={"education": "20"}, by=CLERK, at=NOON)
    before = everything()
    with refused("registry.touched_since") as caught:
        unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)
    [named] = caught.value.fields
    assert named.field == f"person/{pair[0].pk}"
    assert everything() == before


def test_a_home_goes_over_to_who_had_none(town: Town) -> None:
    away = settled(town.dwellings[0], id_no=id_number(1), moved_in=date(2020, 1, 1))
    from gezhi.core.registry.actions.moving import move_out

    move_out(person=away, on=date(2021, 1, 1), by=CLERK, at=NOON)
    back = settled(town.dwellings[1], moved_in=date(2022, 1, 1))
    merge_people(kept=away, dropped=back, why="同一人", by=CLERK, at=NOON)
    row = Person.objects.get(pk=away.pk)
    assert (row.state, row.dwelling_id) == ("present", town.dwellings[1].pk)
    assert row.household is not None
    assert row.household.head == row
    check()


def test_two_numbers_are_never_one_person(town: Town) -> None:
    one = settled(town.dwellings[0], id_no=id_number(1))
    other = settled(town.dwellings[1], id_no=id_number(2))
    with refused("registry.two_numbers"):
        merge_people(kept=one, dropped=other, why="同一人", by=CLERK, at=NOON)


def test_merging_needs_both_rows_in_reach(town: Town, pair: tuple[Person, Person]) -> None:
    with refused("registry.out_of_reach"):
        merge_people(
            kept=pair[0],
            dropped=pair[1],
            why="同一人",
            by=posted(town.communities[0], "registry.merge"),
            at=NOON,
        )


def test_a_proposed_merge_is_carried_out_by_settling_it(town: Town) -> None:
    known = settled(town.dwellings[0], id_no=id_number(1))
    other = settled(town.dwellings[1])
    conflict = give_id_number(person=other, id_no=id_number(1), by=CLERK, at=NOON)
    assert isinstance(conflict, Conflict)
    settle_conflict(conflict=conflict, outcome="merged", why="核对证件", by=CLERK, at=NOON)
    conflict.refresh_from_db()
    assert conflict.settled_by == CLERK.name
    assert Person.objects.get(pk=other.pk).merged_into == known
    with refused("registry.settled"):
        settle_conflict(conflict=conflict, outcome="kept", why="核对", by=CLERK, at=NOON)


def test_the_reported_name_can_be_taken_over(town: Town) -> None:
    person = settled(town.dwellings[0], "王小莉", id_no=id_number(1, woman=True))
    report = {"name": "王小丽", "id_no": "x"}
    for _again in range(2):
        conflict = raise_conflict(
            "same_id_other_name", person, incoming=report, source=person.source, at=NOON
        )
    assert Conflict.objects.count() == 1
    settle_conflict(conflict=conflict, outcome="taken", why="户口簿", by=CLERK, at=NOON)
    assert Person.objects.get(pk=person.pk).name == "王小丽"


def test_a_move_after_the_merge_stands_in_the_way_of_taking_it_back(
    town: Town, pair: tuple[Person, Person]
) -> None:
    merge = merged(pair)
    move(person=pair[0], dwelling=town.dwellings[1], on=TODAY, by=CLERK, at=NOON)
    with refused("registry.touched_since"):
        unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)
    check()


def test_who_comes_back_from_a_merge_lives_in_the_grid_their_home_is_in_now(town: Town) -> None:
    head = settled(town.dwellings[0], "单雄信", id_no=id_number(1))
    child = settled(town.dwellings[0], household=head.household, relation="20")
    kept = settled(town.dwellings[-1], id_no=id_number(2))
    merge = merge_people(kept=kept, dropped=child, why="同一人", by=CLERK, at=NOON)
    move_building(building=town.buildings[0], grid=town.grids[1], by=CLERK, at=NOON)
    unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)
    check()


def test_a_household_that_ended_meanwhile_lives_again_with_who_comes_back(town: Town) -> None:
    head = settled(town.dwellings[0], "单雄信", id_no=id_number(1))
    twin = settled(town.dwellings[0], household=head.household, relation="20")
    merge = merge_people(kept=head, dropped=twin, why="同一人", by=CLERK, at=NOON)
    move(person=head, dwelling=town.dwellings[1], on=TODAY, by=CLERK, at=NOON)
    unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)
    assert Person.objects.get(pk=twin.pk).household_id == head.household_id
    check()
