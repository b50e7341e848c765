"""People sheets from upload to the registry."""

from __future__ import annotations

from typing import Any

import pytest

from gezhi.core.registry import tallies
from gezhi.core.registry.imports.tests.sheets import checked, person, taken_in, workbook
from gezhi.core.registry.models import Dwelling, Household, Person, Residence
from gezhi.core.registry.tests.town import Town, build_town, id_number

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
