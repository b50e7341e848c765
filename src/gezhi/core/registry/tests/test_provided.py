"""What other areas get from the registries without knowing them."""

from __future__ import annotations

import pytest
from django_tenants.utils import schema_context

from gezhi.core.cells.models import RollUp
from gezhi.core.places import counts, dwellings
from gezhi.core.places.actions.addresses import resolve_address
from gezhi.core.places.models import UnresolvedAddress
from gezhi.core.places.rooms import plan_rooms
from gezhi.core.privacy import hooks
from gezhi.core.registry import jobs, tallies
from gezhi.core.registry.actions.units import register_shop
from gezhi.core.registry.models import Dwelling, Shop
from gezhi.core.registry.tests.test_regrid import within_an_action
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


def test_rooms_of_a_plan_are_listed_once_with_a_code_each(town: Town) -> None:
    plan = plan_rooms(2, 6, 2, below=1)
    building = town.buildings[0]
    within_an_action(dwellings.make_rooms, building, plan)
    within_an_action(dwellings.make_rooms, building, plan)
    rooms = Dwelling.objects.filter(building=building)
    # Two units of seven floors with two rooms; 101, 201 and 301 of unit 1 were there before.
    assert rooms.count() == 28
    assert len(set(rooms.values_list("house_code", flat=True))) == 28
    assert dwellings.number_of_rooms(building) == 28
    assert tallies.recount(repair=False) == []


def test_the_tree_shows_counts_to_those_who_may_see_the_rows(town: Town) -> None:
    settled(town.dwellings[0])
    seen = {c.name: c for c in counts.counts_for(posted(town.subdistrict, "registry.see_people"))}
    assert set(seen) >= {"people", "households"}
    assert "shops" not in seen
    assert seen["people"].of(NOON) == {town.grids[0].pk: 1}


def test_the_counter_finds_a_person_by_the_whole_number_only(town: Town) -> None:
    person = settled(town.dwellings[0], id_no=id_number(1), phone="13800001111")
    assert hooks.person_of_number(id_number(1)) == person
    assert hooks.person_of_number("13800001111") == person
    assert hooks.person_of_number(id_number(1)[:17]) is None
    settled(town.dwellings[1], "李娜", phone="13800001111")
    assert hooks.person_of_number("13800001111") is None


def test_codes_read_as_words(town: Town) -> None:
    assert hooks.code_words("registry.Person", "ethnicity", "01") == "汉族"
    assert hooks.code_words("registry.Person", "name", "王小三") == "王小三"


def test_the_district_gets_totals_but_no_count_that_could_name_somebody(town: Town) -> None:
    for number, dwelling in enumerate(town.dwellings[:9]):
        settled(dwelling, f"王{chr(0x4E00 + number)}", id_no=id_number(number))
    settled(town.dwellings[-1], "李娜", population_class="migrant")
    jobs.report_numbers(NOON)
    with schema_context("public"):
        rows = {(r.metric, r.place): r.value for r in RollUp.objects.filter(day=TODAY)}
    code = town.subdistrict.code
    assert rows["people", code] == 10
    assert rows["people", town.communities[1].code] == 1
    # One migrant, and with her the next smallest class, which the total would give away.
    assert ("people.class.migrant", code) not in rows
    assert ("people.class.hukou", code) not in rows
    assert not any(metric.startswith("people.care") for metric, _place in rows)
    assert all(place in {code, *(c.code for c in town.communities)} for _metric, place in rows)


def test_a_shop_is_put_into_its_building_once_its_address_is_known(town: Town) -> None:
    text = "老粮库后院3排"
    values = {
        "name": "老王烩面",
        "address": text,
        "trade": "catering",
        "contact": "王小三",
        "phone": "13800001111",
    }
    ours, elsewhere = (
        register_shop(values=values, place=place, by=CLERK, at=NOON)
        for place in (town.communities[0], town.communities[1])
    )
    other = register_shop(
        values={**values, "address": "别处"}, place=town.communities[0], by=CLERK, at=NOON
    )
    waiting = UnresolvedAddress.objects.create(
        text=text, community=town.communities[0], reason="未知", first_seen_at=NOON
    )

    resolve_address(address=waiting, building=town.buildings[2], by=CLERK, at=NOON)

    row = Shop.objects.get(pk=ours.pk)
    assert (row.building_id, row.grid_id) == (town.buildings[2].pk, town.grids[1].pk)
    assert {one.field for one in row.history.all()} == {"building", "grid"}
    assert {one.source.title for one in row.history.all()} == {"处理待核地址"}
    for shop in (elsewhere, other):
        assert Shop.objects.get(pk=shop.pk).building_id is None
    assert tallies.recount(repair=False) == []
