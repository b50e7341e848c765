"""People sheets from upload to the registry."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from gezhi.core.registry import tallies
from gezhi.core.registry.imports import actions, people
from gezhi.core.registry.imports.progress import Silent
from gezhi.core.registry.imports.tests.sheets import checked, person, taken_in, told, workbook
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.models import Dwelling, Household, Person, Residence
from gezhi.core.registry.tests.town import CLERK, NOON, Town, build_town, id_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


def family() -> list[dict[str, Any]]:
    return [
        person(),
        person(name="李秀英", id_no=id_number(8, woman=True), gender="女性", relation_to_head="妻"),
        person(name="王小明", id_no=id_number(9), relation_to_head="子", phone=""),
    ]


def test_a_clean_sheet_becomes_people_in_a_household_at_a_dwelling(town: Town) -> None:
    batch = taken_in(workbook(family()))
    assert batch.state == "confirmed"
    assert batch.counts["new"] == 3
    people = Person.objects.filter(source=batch.source)
    assert sorted(people.values_list("name", flat=True)) == ["李秀英", "王小明", "王建国"]
    dwelling = Dwelling.objects.get(room="601")
    assert dwelling.residents == 3
    assert dwelling.address == "紫兰苑 1号楼 1单元 601室"
    household = Household.objects.get(dwelling=dwelling)
    assert household.members == 3
    assert household.head is not None
    assert household.head.name == "王建国"
    assert Residence.objects.filter(dwelling=dwelling, main=True).count() == 3
    assert tallies.recount(repair=False) == []


def test_the_same_file_again_changes_nothing(town: Town) -> None:
    taken_in(workbook(family()))
    again = checked(workbook(family()))
    assert again.counts["unchanged"] == 3
    assert again.counts["new"] == 0


def _heads() -> list[tuple[str, int]]:
    """Each household's head, and how many in it are called the head."""
    return [
        (home.head.name if home.head else "", home.people.filter(relation_to_head="02").count())
        for home in Household.objects.order_by("pk")
    ]


def test_a_head_without_a_number_is_no_second_head_beside_the_listed_one(town: Town) -> None:
    """Nobody can tell whether they are one: the row waits, and says what to fill in."""
    taken_in(workbook(family()))
    namesake = person(id_no="", birth_date="1980-05-06")
    stranger = person(id_no="", birth_date="1980-05-06", name="赵大海", head_name="赵大海")
    batch = taken_in(workbook([namesake, stranger]))
    assert (batch.counts["new"], batch.counts["refused"]) == (0, 2)
    held = [(row, "relation_to_head", "refused", "head_listed") for row in (3, 4)]
    assert set(held) <= set(told(batch, 11))
    assert _heads() == [("王建国", 1)]
    assert Household.objects.get().members == 3
    assert tallies.recount(repair=False) == []


def test_those_who_name_the_listed_head_come_in_though_the_heads_row_waits(town: Town) -> None:
    taken_in(workbook(family()))
    rows = [
        person(id_no="", birth_date="1980-05-06"),
        person(
            name="王小红", id_no=id_number(10, woman=True), gender="女性", relation_to_head="女"
        ),
    ]
    batch = taken_in(workbook(rows))
    assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)
    assert _heads() == [("王建国", 1)]
    assert Household.objects.get().members == 4


def test_another_head_at_the_same_dwelling_has_a_household_of_their_own(town: Town) -> None:
    taken_in(workbook(family()))
    number = id_number(11)
    for name in ("赵大海", "王建国"):
        other = person(name=name, id_no=number, head_name=name, head_id_no=number)
        batch = checked(workbook([other]))
        assert (batch.counts["new"], batch.counts["refused"]) == (1, 0)
    actions.run_confirm(batch, by=CLERK, at=NOON, progress=Silent())
    assert _heads() == [("王建国", 1), ("王建国", 1)]
    assert tallies.recount(repair=False) == []


def test_a_birth_that_nobody_listed_can_have_is_left_out_and_told(town: Town) -> None:
    child = {"relation_to_head": "孙子", "id_no": "", "phone": ""}
    batch = taken_in(
        workbook(
            [
                person(),
                person(name="王未来", birth_date="2099-01-01", **child),
                person(name="王太早", id_no=id_number(3, date(1899, 12, 31)), room="602"),
                person(name="王如常", birth_date="2020-01-01", **child),
            ]
        )
    )
    assert (batch.counts["new"], batch.counts["refused"]) == (2, 2)
    assert (4, "birth_date", "warned", "born_in_future") in told(batch, 9)
    assert (4, "id_no", "refused", "no_key") in told(batch, 7)
    assert (5, "id_no", "refused", "id_no.too_old") in told(batch, 3)
    assert not Person.objects.filter(birth_date__gt=date(2022, 9, 1)).exists()


def test_nobody_on_a_sheet_is_older_than_a_form_allows() -> None:
    rows = pl.DataFrame(
        {
            "sheet": [0, 0],
            "row": [2, 3],
            "birth_date": [date(1900, 1, 1), date(1901, 1, 1)],
        }
    )
    said = Told()
    left = people.plausible_births(rows, said, date(2031, 1, 1))
    assert left["birth_date"].to_list() == [None, date(1901, 1, 1)]
    assert said.frame().select("row", "code").rows() == [(2, "born_too_early")]
