"""Whole households moving, and those who stay behind."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalLine
from gezhi.core.registry.actions.household_moves import move_household
from gezhi.core.registry.actions.merging import merge_people
from gezhi.core.registry.actions.moving import move_out
from gezhi.core.registry.actions.people import restrict_processing
from gezhi.core.registry.actions.unmerging import unmerge
from gezhi.core.registry.models import Dwelling, Household, LifeEvent, Person, Residence
from gezhi.core.registry.tests.test_machine import check
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
Family = tuple[Household, Person, Person, Person]
carry = partial(move_household, on=TODAY, by=CLERK, at=NOON)


@pytest.fixture
def town() -> Town:
    return build_town()


@pytest.fixture
def family(town: Town) -> Family:
    """Husband, wife and a daughter without a number, in the first dwelling."""
    home = town.dwellings[0]
    man = settled(home, "林远舟", id_no=id_number(1))
    household = man.household
    assert household is not None
    woman = settled(
        home, "方小溪", household=household, relation="12", id_no=id_number(2, woman=True)
    )
    child = settled(
        home,
        "林一诺",
        household=Household.objects.get(pk=household.pk),
        relation="30",
        birth_date=date(2016, 4, 1),
        gender="2",
    )
    return Household.objects.get(pk=household.pk), man, woman, child


def now(*people: Person) -> list[Person]:
    return [Person.objects.get(pk=person.pk) for person in people]


def test_a_family_moves_as_one_and_stays_what_it_was(town: Town, family: Family) -> None:
    household, *people = family
    target, lines = town.dwellings[-1], JournalLine.objects.count()

    there = carry(household=household, dwelling=target)

    assert there.pk == household.pk
    there.refresh_from_db()
    assert (there.dwelling_id, there.head_id, there.members) == (target.pk, people[0].pk, 3)
    assert there.grid_id == target.grid_id
    assert [one.relation_to_head for one in now(*people)] == ["02", "12", "30"]
    assert {one.dwelling_id for one in now(*people)} == {target.pk}
    ends = [Dwelling.objects.get(pk=one.pk).residents for one in (town.dwellings[0], target)]
    assert ends == [0, 3]
    assert JournalLine.objects.count() == lines + 1
    check()


def test_the_move_is_in_the_history_of_the_household_and_of_everybody(
    town: Town, family: Family
) -> None:
    household, *people = family
    carry(household=household, dwelling=town.dwellings[-1])
    assert {one.field for one in household.history.all()} >= {"dwelling", "grid", "community"}
    for person in people:
        [event] = LifeEvent.objects.filter(person=person, kind="move")
        assert (event.happened_on, event.household_id) == (TODAY, household.pk)
        assert person.history.filter(field="dwelling", changed_at=NOON).exists()
        closed, opened = Residence.objects.filter(person=person).order_by("pk")
        assert (closed.moved_out, opened.moved_in) == (TODAY, TODAY)
        assert (closed.household_id, opened.household_id) == (household.pk, household.pk)


def test_who_stays_behind_alone_heads_a_household_of_their_own(town: Town, family: Family) -> None:
    household, man, woman, child = family
    carry(household=household, dwelling=town.dwellings[-1], staying=[woman])
    man, woman, child = now(man, woman, child)
    assert (man.household_id, child.household_id) == (household.pk, household.pk)
    assert (man.relation_to_head, child.relation_to_head) == ("02", "30")
    assert woman.household is not None
    assert woman.household.head == woman
    assert woman.dwelling_id == town.dwellings[0].pk
    assert LifeEvent.objects.get(person=woman, kind="split").household == woman.household
    check()


def test_where_the_head_stays_those_who_go_part_from_the_household(
    town: Town, family: Family
) -> None:
    household, man, woman, child = family
    there = carry(household=household, dwelling=town.dwellings[1], staying=[man], head=woman)
    man, woman, child = now(man, woman, child)
    assert there.pk != household.pk
    assert man.household_id == household.pk
    assert [one.household_id for one in (woman, child)] == [there.pk, there.pk]
    assert (woman.relation_to_head, child.relation_to_head) == ("02", "30")
    check()


def test_without_a_named_head_those_left_behind_are_asked_for_theirs(
    town: Town, family: Family
) -> None:
    household, _man, woman, child = family
    carry(household=household, dwelling=town.dwellings[1], staying=[woman, child])
    left = Person.objects.get(pk=woman.pk).household
    assert left is not None
    assert (left.head_id, left.members) == (None, 2)
    assert [one.relation_to_head for one in now(woman, child)] == ["", ""]
    check()


def test_a_family_joins_a_household_at_the_new_home(town: Town, family: Family) -> None:
    household, man, woman, child = family
    host = settled(town.dwellings[1], "林大山", id_no=id_number(7))
    there = carry(
        household=household,
        dwelling=town.dwellings[1],
        joins=host.household,
        relations={man.pk: "20"},
    )
    assert host.household is not None
    assert there.pk == host.household.pk
    assert Household.objects.get(pk=there.pk).members == 4
    assert Household.objects.get(pk=household.pk).dissolved_on == TODAY
    assert [one.relation_to_head for one in now(man, woman, child)] == ["20", "", ""]
    check()


def test_when_the_head_joins_others_the_household_left_has_its_next_head(
    town: Town, family: Family
) -> None:
    household, man, woman, child = family
    host = settled(town.dwellings[1], "林大山", id_no=id_number(7))
    carry(
        household=household,
        dwelling=town.dwellings[1],
        joins=host.household,
        staying=[woman, child],
        head=woman,
    )
    household.refresh_from_db()
    assert household.head_id == woman.pk
    assert [one.relation_to_head for one in now(man, woman, child)] == ["", "02", "30"]
    check()


def test_who_is_only_registered_there_goes_along_on_paper(town: Town, family: Family) -> None:
    household, _man, woman, _child = family
    move_out(person=woman, on=date(2022, 5, 1), hukou_stays=True, by=CLERK, at=NOON)
    carry(household=household, dwelling=town.dwellings[1], kind="rented")
    [woman] = now(woman)
    assert (woman.dwelling_id, woman.consistency) == (town.dwellings[1].pk, "3")
    stay = Residence.objects.get(person=woman, moved_out=None)
    assert stay.kind == "registered_only"
    assert Dwelling.objects.get(pk=town.dwellings[1].pk).residents == 2
    check()


def test_what_cannot_be_is_refused_and_changes_nothing(town: Town, family: Family) -> None:
    household, man, woman, child = family
    to = town.dwellings[1]
    stranger = settled(town.dwellings[2], "单雄信", id_no=id_number(9))
    with refused("registry.lives_there"):
        carry(household=household, dwelling=town.dwellings[0])
    with refused("registry.nobody_goes"):
        carry(household=household, dwelling=to, staying=[man, woman, child])
    with refused("registry.not_a_member"):
        carry(household=household, dwelling=to, staying=[stranger])
    with refused("registry.not_a_member"):
        carry(household=household, dwelling=to, staying=[woman], head=man)
    with refused("registry.changed_meanwhile"):
        carry(household=household, dwelling=to, expected=household.revision + 1)
    with refused("registry.household_elsewhere"):
        carry(household=household, dwelling=to, joins=stranger.household)
    with refused("registry.future_day"):
        carry(household=household, dwelling=to, on=date(2022, 9, 14))
    assert {one.dwelling_id for one in now(man, woman, child)} == {town.dwellings[0].pk}
    check()


def test_who_may_only_be_stored_moves_with_nobody(town: Town, family: Family) -> None:
    household, man, woman, child = family
    restrict_processing(person=child, why="本人申请", by=CLERK, at=NOON)
    with refused("registry.restricted"):
        carry(household=household, dwelling=town.dwellings[1])
    # they stay where they are, in the household of the head who stays too
    carry(household=household, dwelling=town.dwellings[1], staying=[man, child])
    assert Person.objects.get(pk=woman.pk).dwelling_id == town.dwellings[1].pk
    check()


def test_whoever_reaches_either_end_may_move_a_household(town: Town, family: Family) -> None:
    household = family[0]
    right = "registry.change_people"
    with refused("registry.out_of_reach"):
        carry(household=household, dwelling=town.dwellings[1], by=posted(town.grids[2], right))
    carry(household=household, dwelling=town.dwellings[-1], by=posted(town.grids[2], right))


def test_a_merge_is_not_taken_back_into_a_household_that_has_moved(
    town: Town, family: Family
) -> None:
    household, _man, _woman, child = family
    kept = settled(town.dwellings[2], "林一诺", id_no=id_number(8, woman=True))
    merge = merge_people(kept=kept, dropped=child, why="同一人", by=CLERK, at=NOON)
    carry(household=household, dwelling=town.dwellings[1])
    with refused("registry.household_elsewhere"):
        unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)
    assert Person.objects.get(pk=child.pk).merged_into_id == kept.pk
    check()
