"""A batch taken back leaves everything as it was, but for what somebody has touched since."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from gezhi.core.registry import tallies
from gezhi.core.registry.actions.people import change_person
from gezhi.core.registry.imports import actions
from gezhi.core.registry.imports.tests.sheets import HEAD_ID, person, taken_in, workbook
from gezhi.core.registry.models import Dwelling, Household, Person, Residence
from gezhi.core.registry.pages.left_rows import left_rows
from gezhi.core.registry.tests.town import CLERK, NOON, Town, build_town, id_number, settled

pytestmark = pytest.mark.django_db

TABLES = (
    *("person", "personchange", "household", "householdchange", "dwelling", "dwellingchange"),
    *("residence", "carelabel", "conflict", "enterprise", "shop", "site"),
)


@pytest.fixture
def town() -> Town:
    return build_town()


def everything() -> dict[str, list[Any]]:
    """Every row of the registries, byte by byte, the queue of addresses and the counts."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in (*(f"registry_{name}" for name in TABLES), "places_unresolvedaddress"):
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
        cursor.execute(
            "SELECT metric, category, place_id, value FROM registry_tally"
            " WHERE value <> 0 ORDER BY 1, 2, 3"
        )
        found["tally"] = cursor.fetchall()
    return found


def a_bit_of_everything() -> list[dict[str, Any]]:
    """New people, a changed one, another home, a conflict, a label, an address nobody knows."""
    return [
        person(),
        person(name="李秀英", id_no=id_number(8, woman=True), gender="", relation_to_head="妻"),
        person(name="赵六", id_no=id_number(21), relation_to_head="子", workplace="某某厂"),
        person(name="钱七", id_no=id_number(22), relation_to_head="子", care_labels="低保"),
        person(name="孙八", id_no=id_number(23), relation_to_head="子"),
        person(name="周九", id_no=id_number(24), compound="东边老院"),
    ]


def listed_before(town: Town) -> None:
    settled(town.dwellings[0], "赵六", id_no=id_number(21), phone="13900000000")
    settled(town.dwellings[1], "钱七", id_no=id_number(22))
    settled(town.dwellings[2], "孙捌", id_no=id_number(23))


def test_taking_back_restores_exactly_the_former_state(town: Town) -> None:
    listed_before(town)
    before = everything()
    batch = taken_in(workbook(a_bit_of_everything()))
    assert batch.counts["new"] == 2
    assert batch.counts["changed"] == 2
    assert everything() != before
    undone = actions.roll_back(batch=batch, by=CLERK, at=NOON)
    assert undone.left == []
    assert everything() == before
    assert tallies.recount(repair=False) == []
    batch.refresh_from_db()
    assert batch.state == "rolled_back"


def test_taking_back_and_in_again_gives_the_same_people(town: Town) -> None:
    batch = taken_in(workbook(a_bit_of_everything()))
    names = sorted(Person.objects.values_list("name", flat=True))
    actions.roll_back(batch=batch, by=CLERK, at=NOON)
    assert not Person.objects.exists()
    taken_in(workbook(a_bit_of_everything()))
    assert sorted(Person.objects.values_list("name", flat=True)) == names
    assert tallies.recount(repair=False) == []


def test_who_was_touched_since_stays_and_is_listed(town: Town) -> None:
    batch = taken_in(workbook(a_bit_of_everything()))
    head = Person.objects.get(name="王建国")
    change_person(person=head, values={"phone": "13700000001"}, by=CLERK, at=NOON)
    undone = actions.roll_back(batch=batch, by=CLERK, at=NOON)
    assert ("registry.Person", head.pk) in undone.left
    told = {(line.kind, line.name) for line in left_rows(undone.left)}
    assert ("人员", "王*国 紫兰苑 1号楼 1单元 601室") in told
    assert all("王建国" not in name for _kind, name in told)
    assert list(Person.objects.values_list("name", flat=True)) == ["王建国"]
    head.refresh_from_db()
    assert head.dwelling is not None
    assert Residence.objects.filter(person=head).count() == 1
    assert Dwelling.objects.get(pk=head.dwelling.pk).residents == 1
    assert Household.objects.get().members == 1
    assert tallies.recount(repair=False) == []


def test_a_row_changed_by_two_batches_goes_back_in_order_only(town: Town) -> None:
    settled(town.dwellings[0], "王建国", id_no=HEAD_ID)
    before = everything()
    first = taken_in(workbook([person(workplace="甲厂")]))
    middle = everything()
    second = taken_in(workbook([person(workplace="乙厂")]))
    assert second.counts["changed"] == 1
    undone = actions.roll_back(batch=second, by=CLERK, at=NOON)
    assert undone.left == []
    assert everything() == middle
    actions.roll_back(batch=first, by=CLERK, at=NOON)
    assert everything() == before


def test_the_earlier_of_two_batches_leaves_what_the_later_changed(town: Town) -> None:
    settled(town.dwellings[0], "王建国", id_no=HEAD_ID)
    first = taken_in(workbook([person(workplace="甲厂")]))
    taken_in(workbook([person(workplace="乙厂")]))
    listed = Person.objects.get()
    undone = actions.roll_back(batch=first, by=CLERK, at=NOON)
    assert ("registry.Person", listed.pk) in undone.left
