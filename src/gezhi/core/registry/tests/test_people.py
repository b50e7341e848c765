"""Registering people and what happens in their lives."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from gezhi.base.testing import refused
from gezhi.core.journal.models import JournalDetail, JournalLine
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.households import (
    change_head,
    record_divorce,
    record_marriage,
    split_household,
)
from gezhi.core.registry.actions.moving import (
    move,
    move_in,
    move_out,
    record_birth,
    record_death,
)
from gezhi.core.registry.actions.people import (
    change_person,
    give_id_number,
    register_person,
    restrict_processing,
)
from gezhi.core.registry.models import Conflict, Dwelling, Household, Person, Residence
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
RIGHT = "registry.change_people"


@pytest.fixture
def town() -> Town:
    return build_town()


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def household_of(person: Person) -> Household:
    """The household as it is now of a person as they were then."""
    assert person.household_id is not None
    return Household.objects.get(pk=person.household_id)


def test_whoever_comes_alone_heads_a_household_of_their_own(town: Town) -> None:
    person = settled(town.dwellings[0], id_no=id_number(1))
    assert person.household is not None
    assert person.household.head == person
    assert person.relation_to_head == "02"
    assert (person.gender, person.birth_date) == ("1", date(1980, 1, 1))
    assert person.consistency == "1"
    assert Dwelling.objects.get(pk=town.dwellings[0].pk).residents == 1


def test_a_number_that_is_listed_already_is_refused(town: Town) -> None:
    settled(town.dwellings[0], id_no=id_number(1))
    with refused("registry.id_no_taken"):
        settled(town.dwellings[1], "李四", id_no=id_number(1))


def test_a_grid_worker_registers_only_in_their_own_grid(town: Town) -> None:
    worker = posted(town.grids[0], RIGHT)
    settled(town.dwellings[0], by=worker)
    with refused("registry.out_of_reach"):
        settled(town.dwellings[-1], by=worker)


def test_a_member_of_staff_without_the_right_is_refused(town: Town) -> None:
    with refused("rights.not_held"):
        settled(town.dwellings[0], by=posted(town.grids[0], "registry.see_people"))


def test_the_journal_says_what_was_done_and_seals_the_name(town: Town) -> None:
    person = settled(town.dwellings[0])
    line = JournalLine.objects.get(subject_id=person.pk, verb="registry.register_person")
    assert "王小三" not in str(line.changes)
    assert JournalDetail.objects.get(line=line).subject_id == person.pk


def test_a_child_without_a_number_is_listed_once_in_its_household(town: Town) -> None:
    head = settled(town.dwellings[0], id_no=id_number(1))
    child: dict[str, Any] = {
        "birth_date": date(2020, 1, 1),
        "relation": "20",
        "household": head.household,
    }
    settled(town.dwellings[0], "王宝", **child)
    with refused("registry.already_listed"):
        settled(town.dwellings[0], "王 宝", **child)


def test_a_provisional_person_gets_a_number(town: Town) -> None:
    person = settled(town.dwellings[0], gender="1")
    give_id_number(person=person, id_no=id_number(7).lower(), by=CLERK, at=NOON)
    row = fresh(person)
    assert row.id_kind == "id_card"
    assert row.birth_date == date(1980, 1, 1)
    assert row.provisional_key is None


def test_a_number_that_somebody_has_proposes_to_merge(town: Town) -> None:
    known = settled(town.dwellings[0], id_no=id_number(1))
    other = settled(town.dwellings[1], "王小三")
    for _again in range(2):
        found = give_id_number(person=other, id_no=id_number(1), by=CLERK, at=NOON)
        assert isinstance(found, Conflict)
    conflict = Conflict.objects.get()
    assert (conflict.kind, conflict.person, conflict.other) == ("same_id_two_rows", known, other)
    assert fresh(other).id_no is None


def test_a_move_closes_one_stay_and_opens_the_next(town: Town) -> None:
    person = settled(town.dwellings[0])
    move(person=person, dwelling=town.dwellings[-1], on=TODAY, by=CLERK, at=NOON)
    row = fresh(person)
    assert (row.grid_id, row.dwelling_id) == (town.grids[2].pk, town.dwellings[-1].pk)
    stays = list(Residence.objects.filter(person=person).order_by("id"))
    assert [(s.moved_in, s.moved_out) for s in stays] == [
        (date(2020, 5, 1), TODAY),
        (TODAY, None),
    ]
    residents = Dwelling.objects.in_bulk([d.pk for d in town.dwellings])
    assert residents[town.dwellings[0].pk].residents == 0
    assert residents[town.dwellings[-1].pk].residents == 1
    assert household_of(person).dissolved_on == TODAY


def test_whoever_reaches_either_end_may_move_somebody(town: Town) -> None:
    person = settled(town.dwellings[0])
    with refused("registry.out_of_reach"):
        move(
            person=person,
            dwelling=town.dwellings[-1],
            on=TODAY,
            by=posted(town.grids[1], RIGHT),
            at=NOON,
        )
    worker = posted(town.grids[2], RIGHT)
    move(person=person, dwelling=town.dwellings[-1], on=TODAY, by=worker, at=NOON)


def test_nobody_moves_before_they_came_nor_tomorrow(town: Town) -> None:
    person = settled(town.dwellings[0])
    for on, code in (
        (date(2019, 1, 1), "registry.before_moving_in"),
        (TODAY + timedelta(days=1), "registry.future_day"),
    ):
        with refused(code):
            move(person=person, dwelling=town.dwellings[1], on=on, by=CLERK, at=NOON)
    assert fresh(person).dwelling_id == town.dwellings[0].pk


def test_who_leaves_but_keeps_the_registration_stays_listed_as_away(town: Town) -> None:
    person = settled(town.dwellings[0])
    move_out(person=person, on=TODAY, hukou_stays=True, by=CLERK, at=NOON)
    row = fresh(person)
    assert (row.state, row.consistency) == ("present", "3")
    assert Dwelling.objects.get(pk=town.dwellings[0].pk).residents == 0


def test_a_head_who_comes_home_to_the_own_household_is_its_head_again(town: Town) -> None:
    head = settled(town.dwellings[0], id_no=id_number(1))
    home, household = town.dwellings[0], household_of(head)
    settled(home, "李娜", household=household, relation="12", id_no=id_number(2, woman=True))
    move_out(person=head, on=TODAY - timedelta(days=30), hukou_stays=True, by=CLERK, at=NOON)
    back = partial(
        move_in, dwelling=home, household=household_of(head), on=TODAY, by=CLERK, at=NOON
    )
    with refused("registry.use_change_head"):
        back(person=fresh(head), relation="20")

    back(person=fresh(head))

    assert fresh(head).relation_to_head == "02"
    assert household_of(head).head_id == head.pk


def test_who_has_left_can_come_back(town: Town) -> None:
    person = settled(town.dwellings[0])
    move_out(person=person, on=date(2022, 6, 1), by=CLERK, at=NOON)
    assert fresh(person).state == "left"
    move_in(person=person, dwelling=town.dwellings[1], on=TODAY, by=CLERK, at=NOON)
    row = fresh(person)
    assert (row.state, row.ended_on) == ("present", None)


def test_a_newborn_joins_the_mother_as_child_of_the_house(town: Town) -> None:
    mother = settled(town.dwellings[0], "李娜", gender="2", birth_date=date(1995, 1, 1))
    child = record_birth(mother=mother, name="王宝", gender="2", born_on=TODAY, by=CLERK, at=NOON)
    assert child.relation_to_head == "30"
    assert child.household_id == mother.household_id
    assert child.provisional_key is None
    assert household_of(mother).members == 2


def test_a_death_ends_stays_and_labels_and_widows_the_spouse(town: Town) -> None:
    man = settled(town.dwellings[0], marital_status="20", gender="1")
    wife = settled(
        town.dwellings[0],
        "李娜",
        household=man.household,
        relation="12",
        marital_status="20",
        gender="2",
    )
    add_care_label(person=man, kind="disability", valid_from=TODAY, by=CLERK, at=NOON)
    record_death(person=man, on=TODAY, by=CLERK, at=NOON)
    row = fresh(man)
    assert (row.state, row.dwelling, row.household) == ("deceased", None, None)
    assert fresh(wife).marital_status == "30"
    household = household_of(wife)
    assert (household.head, household.members) == (None, 1)
    with refused("registry.deceased"):
        move_in(person=man, dwelling=town.dwellings[1], on=TODAY, by=CLERK, at=NOON)


def test_the_wife_as_head_leaves_the_children_children(town: Town) -> None:
    man = settled(town.dwellings[0], gender="1")
    wife = settled(town.dwellings[0], "李娜", household=man.household, relation="12", gender="2")
    son = settled(town.dwellings[0], "王宝", household=man.household, relation="20", gender="1")
    mother = settled(town.dwellings[0], "赵兰", household=man.household, relation="52", gender="2")
    assert man.household is not None
    change_head(household=man.household, head=wife, on=TODAY, by=CLERK, at=NOON)
    found = [fresh(p).relation_to_head for p in (wife, man, son, mother)]
    assert found == ["02", "11", "20", ""]


def test_a_split_makes_a_household_and_leaves_somebody_behind(town: Town) -> None:
    man = settled(town.dwellings[0])
    son = settled(town.dwellings[0], "王宝", household=man.household, relation="20")
    assert man.household is not None
    with refused("registry.nobody_left"):
        split_household(
            household=man.household, members=[man, son], head=son, on=TODAY, by=CLERK, at=NOON
        )
    new = split_household(
        household=man.household, members=[son], head=son, on=TODAY, by=CLERK, at=NOON
    )
    assert fresh(son).household == new
    assert Residence.objects.filter(person=son, moved_out=None).get().household == new


def test_a_marriage_needs_the_age_of_the_law_and_two_single_people(town: Town) -> None:
    man = settled(town.dwellings[0], gender="1", birth_date=TODAY.replace(year=2000))
    girl = settled(town.dwellings[1], "李娜", gender="2", birth_date=TODAY.replace(year=2003))
    with refused("registry.too_young"):
        record_marriage(one=man, other=girl, on=TODAY, by=CLERK, at=NOON)
    woman = settled(town.dwellings[2], "赵兰", gender="2", birth_date=TODAY.replace(year=2002))
    record_marriage(one=man, other=woman, joins=woman, on=TODAY, by=CLERK, at=NOON)
    assert fresh(woman).household_id == man.household_id
    assert (fresh(woman).relation_to_head, fresh(woman).marital_status) == ("12", "20")
    with refused("registry.is_married"):
        record_marriage(one=man, other=woman, on=TODAY, by=CLERK, at=NOON)
    record_divorce(one=man, other=woman, on=TODAY, by=CLERK, at=NOON)
    assert (fresh(woman).marital_status, fresh(woman).relation_to_head) == ("40", "")


def test_what_may_only_be_stored_is_not_worked_with(town: Town) -> None:
    person = settled(town.dwellings[0])
    restrict_processing(person=person, why="本人申请", by=CLERK, at=NOON)
    with refused("registry.restricted"):
        change_person(person=person, values={"education": "20"}, by=CLERK, at=NOON)
    with refused("registry.restricted"):
        move(person=person, dwelling=town.dwellings[1], on=TODAY, by=CLERK, at=NOON)


def test_without_a_dwelling_a_place_is_asked_for(town: Town) -> None:
    values = {"name": "王五", "population_class": "hukou"}
    with refused("registry.no_place"):
        register_person(values=values, by=CLERK, at=NOON)
    person = register_person(values=values, place=town.communities[0], by=CLERK, at=NOON)
    assert (person.community_id, person.grid_id) == (town.communities[0].pk, None)


@pytest.mark.parametrize("name", ["😀", "O'; DROP TABLE", "王小3"])
def test_a_form_takes_no_name_that_a_sheet_would_not(town: Town, name: str) -> None:
    with refused("registry.wrong_values"):
        settled(town.dwellings[0], name)


@pytest.mark.parametrize("birth", [date(1, 1, 1), date(1700, 1, 1)])
def test_nobody_is_born_before_anybody_living(town: Town, birth: date) -> None:
    with refused("registry.wrong_values"):
        settled(town.dwellings[0], birth_date=birth)


def test_nobody_moves_in_before_being_born(town: Town) -> None:
    with refused("registry.moved_in_before_birth"):
        settled(town.dwellings[0], birth_date=TODAY, moved_in=TODAY - timedelta(days=1))


def test_a_namesake_of_one_birthday_without_a_number_is_asked_about(town: Town) -> None:
    listed = settled(town.dwellings[0], birth_date=date(1990, 1, 1))
    settled(town.dwellings[1], birth_date=date(1991, 1, 1))

    again = settled(town.dwellings[2], birth_date=date(1990, 1, 1))

    question = Conflict.objects.get()
    assert (question.kind, question.person, question.other) == (
        "same_name_and_birth",
        listed,
        again,
    )
