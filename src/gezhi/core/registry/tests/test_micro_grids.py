"""A post at a micro-grid sees what stands in its buildings, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from gezhi.base.testing import refused
from gezhi.core.places.models import Building, Place
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.units import register_shop
from gezhi.core.registry.models import CareLabel, Dwelling, Household, Person, Residence, Shop
from gezhi.core.registry.search import search
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.program import Program
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
SEES = ("registry.see_people", "registry.see_dwellings", "registry.see_units", "registry.see_care")


@pytest.fixture
def here() -> Town:
    furnish_purposes(date(2022, 1, 1))
    return build_town()


@pytest.fixture
def micro(here: Town) -> Place:
    """The first of the two buildings of the first grid is a micro-grid of its own."""
    grid = here.grids[0]
    place = Place.objects.create(
        code=f"{grid.code}001",
        name="1号楼微网格",
        kind="micro_grid",
        level=4,
        parent=grid,
        path=f"{grid.path}001/",
        community=grid.community,
        grid=grid,
        valid_from=date(2022, 1, 1),
    )
    Building.objects.filter(pk=here.buildings[0].pk).update(micro_grid=place)
    return place


@pytest.fixture
def neighbours(here: Town, micro: Place) -> tuple[Person, Person]:
    """One in the micro-grid, one next door in the same grid, each with a care label."""
    one = settled(here.dwellings[0], "欧阳德明", id_no=id_number(1))
    other = settled(here.dwellings[3], "欧阳修平", id_no=id_number(2))
    for person in (one, other):
        add_care_label(person=person, kind="veteran", valid_from=TODAY, by=CLERK, at=NOON)
    for building in (*here.buildings[:2], None):
        register_shop(
            values={
                "name": "老王烩面",
                "address": "紫兰苑",
                "trade": "restaurant",
                "contact": "王",
                "phone": "13803711234",
            },
            building=building,
            place=here.grids[0],
            by=CLERK,
            at=NOON,
        )
    return one, other


def test_lists_hold_what_stands_in_its_buildings(
    here: Town, micro: Place, neighbours: tuple[Person, Person]
) -> None:
    actor, one = posted(micro, *SEES), neighbours[0]
    assert list(rights.SEE_PEOPLE.rows(Person.objects.all(), actor)) == [one]
    assert rights.SEE_PEOPLE.rows(Household.objects.all(), actor).get().head == one
    assert rights.SEE_PEOPLE.rows(reads.lived_in(here.dwellings[0]), actor).count() == 0
    assert rights.SEE_PEOPLE.rows(Residence.objects.all(), actor).get().person == one
    assert rights.SEE_CARE.rows(CareLabel.objects.all(), actor).get().person == one
    dwellings = rights.SEE_DWELLINGS.rows(Dwelling.objects.all(), actor)
    assert {room.building_id for room in dwellings} == {here.buildings[0].pk}
    [shop] = rights.SEE_UNITS.rows(Shop.objects.all(), actor)
    assert shop.building_id == here.buildings[0].pk


def test_the_rule_of_the_list_is_the_rule_of_the_row(
    here: Town, micro: Place, neighbours: tuple[Person, Person]
) -> None:
    actor = posted(micro, *SEES)
    for right, rows in (
        (rights.SEE_PEOPLE, Person.objects.all()),
        (rights.SEE_PEOPLE, Household.objects.all()),
        (rights.SEE_CARE, CareLabel.objects.all()),
        (rights.SEE_DWELLINGS, Dwelling.objects.all()),
        (rights.SEE_DWELLINGS, Building.objects.all()),
        (rights.SEE_UNITS, Shop.objects.all()),
    ):
        listed = set(right.rows(rows, actor).values_list("pk", flat=True))
        assert listed == {row.pk for row in rows if right.covers(actor, row)}
        assert 0 < len(listed) < rows.count()


def test_search_finds_nobody_next_door(micro: Place, neighbours: tuple[Person, Person]) -> None:
    found = search("欧阳", by=posted(micro, "registry.search", *SEES), at=NOON)
    assert [hit.id for hit in found.hits if hit.kind == "person"] == [neighbours[0].pk]


def test_screens_and_counts_agree(micro: Place, neighbours: tuple[Person, Person]) -> None:
    browser = at_desk(micro)
    one, other = neighbours
    listed = browser.get(reverse("registry.people"))
    assert "欧*明" in words(listed) or "欧阳*明" in words(listed)
    assert "欧阳*平" not in words(listed)
    for person, status in ((one, 200), (other, 404)):
        page = browser.get(reverse("registry.person", kwargs={"pk": person.pk}))
        assert page.status_code == status
    actor = posted(micro, *SEES)
    assert reads.tallied(("people", "households"), rights.SEE_PEOPLE, actor) == {
        "people": 1,
        "households": 1,
    }
    assert reads.tallied(("dwellings",), rights.SEE_DWELLINGS, actor) == {"dwellings": 3}
    assert reads.tallied(("shops",), rights.SEE_UNITS, actor) == {"shops": 1}


def test_a_further_post_at_the_grid_counts_nobody_twice(
    here: Town, micro: Place, neighbours: tuple[Person, Person]
) -> None:
    one, other = posted(micro, *SEES), posted(here.grids[0], *SEES)
    both = replace(one, holdings=one.holdings + other.holdings)
    assert reads.tallied(("people",), rights.SEE_PEOPLE, both) == {"people": 2}
    assert rights.SEE_PEOPLE.rows(Person.objects.all(), both).count() == 2


def test_programs_see_no_more_than_screens(micro: Place, neighbours: tuple[Person, Person]) -> None:
    ask = Program(at_desk(micro))
    one, other = neighbours
    assert [row["id"] for row in ask.get("people").json()["items"]] == [str(one.pk)]
    assert ask.get(f"people/{other.pk}").status_code == 404


def test_writing_ends_at_the_micro_grid_as_well(
    here: Town, micro: Place, neighbours: tuple[Person, Person]
) -> None:
    worker = posted(micro, "registry.change_people")
    ours, theirs = (Dwelling.objects.get(pk=here.dwellings[at].pk) for at in (1, 4))
    settled(ours, "单雄信", by=worker)
    with refused("registry.out_of_reach"):
        settled(theirs, "单雄信", by=worker)


def test_the_tree_beside_a_list_narrows_to_a_micro_grid(
    here: Town, micro: Place, neighbours: tuple[Person, Person]
) -> None:
    browser = at_desk(here.subdistrict)
    listed = words(browser.get(reverse("registry.people"), {"place": str(micro.pk)}))
    assert "欧阳*明" in listed
    assert "欧阳*平" not in listed


def test_a_post_at_a_micro_grid_sees_the_quality_of_its_own_rows(here: Town, micro: Place) -> None:
    inside = settled(here.dwellings[0], id_no=id_number(1))
    outsider = settled(here.dwellings[3], "李娜", id_no=id_number(2))
    browser = at_desk(micro)
    outside = reverse(
        "registry.quality_rows", kwargs={"measure": "people.complete", "pk": here.grids[0].pk}
    )
    own = reverse("registry.quality_rows", kwargs={"measure": "people.complete", "pk": micro.pk})

    page = browser.get(reverse("registry.quality"))
    behind = browser.get(own)

    assert inside.dwelling is not None
    assert inside.dwelling.building_id == here.buildings[0].pk
    assert "1号楼微网格" in words(page)
    assert "差 1 条" in words(page)
    assert own in page.content.decode()
    assert str(inside.pk) in behind.content.decode()
    assert str(outsider.pk) not in behind.content.decode()
    assert browser.get(outside).status_code == 404
