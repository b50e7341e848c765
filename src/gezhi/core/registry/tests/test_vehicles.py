"""Vehicles: listed under a plate, found by it, moved with their owner, ended and forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.plates import Plate, parse_plate
from gezhi.base.testing import refused
from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.actions import reveal
from gezhi.core.privacy.files import file_of
from gezhi.core.privacy.models import AccessEntry, AccessKind
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.privacy.retention import delete_expired, erase_person
from gezhi.core.registry import beliefs, quality, regrid, tallies, vehicle_reads
from gezhi.core.registry.actions.merging import merge_people
from gezhi.core.registry.actions.moving import move, move_out, record_death
from gezhi.core.registry.actions.people import restrict_processing
from gezhi.core.registry.actions.units import register_shop
from gezhi.core.registry.actions.unmerging import unmerge
from gezhi.core.registry.actions.vehicles import (
    change_vehicle,
    end_vehicle,
    hand_over_vehicle,
    register_vehicle,
)
from gezhi.core.registry.models import Person, Vehicle
from gezhi.core.registry.search import search
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.test_machine import move_building
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
from gezhi.core.registry.vehicle_rules import plate_kind_of, unlike
from gezhi.core.registry.vehicle_stands import Stand, stand_at

pytestmark = pytest.mark.django_db

PLATE = "豫Z12345"
SEES = ("registry.see_vehicles", "registry.see_people", "registry.search")


@pytest.fixture
def town() -> Town:
    furnish_purposes(date(2022, 1, 1))
    return build_town()


@pytest.fixture
def owner(town: Town) -> Person:
    return settled(town.dwellings[0], id_no=id_number(3), phone="13838000001")


def parked(stand: Stand, holder: Any = None, plate: str = PLATE, **values: Any) -> Vehicle:
    """A vehicle listed; reloaded, as the next reader would find it."""
    given = {"plate": plate, "kind": "car", **values}
    if holder is None:
        given.setdefault("contact", "赵六")
    row = register_vehicle(values=given, holder=holder, stand=stand, by=CLERK, at=NOON)
    return Vehicle.objects.get(pk=row.pk)


def opened(value: Any) -> str:
    return keys_here().open(value.data, context=value.context)


# --- registering and changing -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "kind", "plate_kind"),
    [
        ("豫A12345", "car", "02"),
        ("豫A12345", "truck", "01"),
        ("豫A12345", "motorcycle", "07"),
        ("豫A12345", "other", "99"),
        ("豫AD12345", "truck", "52"),
        ("豫A12345D", "car", "51"),
        ("豫A1234挂", "car", "15"),
        ("豫A1234学", "car", "16"),
    ],
)
def test_the_number_shows_the_kind_of_plate_before_the_vehicle_does(
    number: str, kind: str, plate_kind: str
) -> None:
    plate = parse_plate(number)
    assert isinstance(plate, Plate)
    assert plate_kind_of(plate, kind) == plate_kind
    assert unlike(plate, plate_kind) is None
    assert (unlike(plate, "52") is None) == (plate_kind == "52")


def test_a_vehicle_stands_where_its_home_does(town: Town, owner: Person) -> None:
    one = parked(Stand(dwelling=town.dwellings[0]), owner)
    assert (one.building, one.grid) == (town.buildings[0], town.grids[0])
    assert one.compound == town.buildings[0].compound
    assert one.stands_at == town.dwellings[0].address
    assert opened(one.plate) == PLATE
    assert tallies.counts(town.subdistrict, "vehicles") == {"": 1}


def test_a_plate_is_listed_once_while_it_is_kept_here(town: Town, owner: Person) -> None:
    here = Stand(dwelling=town.dwellings[0])
    one = parked(here, owner)
    with refused("registry.plate_taken"):
        parked(Stand(place=town.grids[2]), plate="豫Z·12345")
    lorry = parked(here, owner, kind="truck")
    with refused("registry.plate_taken"):
        change_vehicle(vehicle=lorry, values={"plate_kind": "02"}, by=CLERK, at=NOON)
    end_vehicle(vehicle=one, on=TODAY, reason="sold", by=CLERK, at=NOON)
    assert parked(here, plate=PLATE).until is None
    with refused("registry.vehicle_ended"):
        change_vehicle(vehicle=one, values={"parking": "B-1"}, by=CLERK, at=NOON)
    assert tallies.recount(repair=False) == []


def test_a_plate_that_cannot_be_is_refused_by_its_field(town: Town) -> None:
    with pytest.raises(Refusal) as wrong:
        parked(Stand(place=town.grids[0]), plate="豫A12O45")
    assert [one.field for one in wrong.value.fields] == ["plate"]
    with refused("registry.plate_kind_unlike"):
        parked(Stand(place=town.grids[0]), plate="豫AD12345", plate_kind="02")
    with refused("registry.missing"):
        parked(Stand(place=town.grids[0]), contact="")
    with refused("registry.no_place"):
        parked(Stand())


def test_a_mended_plate_brings_its_kind_along(town: Town) -> None:
    one = parked(Stand(place=town.grids[0]))
    mended = {"plate": "豫ZD12345", "plate_kind": one.plate_kind}
    change_vehicle(vehicle=one, values=mended, by=CLERK, at=NOON)
    one.refresh_from_db()
    assert one.plate_kind == "52"
    assert search("豫ZD12345", by=posted(town.subdistrict, *SEES), at=NOON).hits
    assert not search(PLATE, by=posted(town.subdistrict, *SEES), at=NOON).hits
    before = beliefs.belief_on(one, TODAY - timedelta(days=1))
    assert before is None, "it was not known the day before"


def test_a_vehicle_goes_to_another_owner_and_the_old_telephone_with_the_old_one(
    town: Town, owner: Person
) -> None:
    one = parked(Stand(dwelling=town.dwellings[0]), owner, phone="13838000001")
    other = settled(town.dwellings[1], "李四", id_no=id_number(4))
    hand_over_vehicle(vehicle=one, holder=other, by=CLERK, at=NOON)
    one.refresh_from_db()
    assert (one.owner, one.phone) == (other, None)
    hand_over_vehicle(vehicle=one, contact="赵六", phone="13838000009", by=CLERK, at=NOON)
    one.refresh_from_db()
    assert (one.owner, opened(one.contact)) == (None, "赵六")
    assert set(one.history.values_list("field", flat=True)) == {"owner", "phone", "contact"}
    with refused("registry.no_holder"):
        hand_over_vehicle(vehicle=one, by=CLERK, at=NOON)


def test_a_post_writes_only_where_it_reaches(town: Town, owner: Person) -> None:
    worker = posted(town.grids[2], "registry.change_vehicles")
    one = parked(Stand(dwelling=town.dwellings[0]), owner)
    with pytest.raises(NotAllowed):
        change_vehicle(vehicle=one, values={"parking": "B-1"}, by=worker, at=NOON)
    with pytest.raises(NotAllowed):
        register_vehicle(
            values={"plate": "豫Z54321", "kind": "car", "contact": "赵六"},
            stand=Stand(building=town.buildings[0]),
            by=worker,
            at=NOON,
        )


def test_nothing_is_done_with_a_vehicle_of_somebody_whose_data_is_only_kept(
    town: Town, owner: Person
) -> None:
    one = parked(Stand(dwelling=town.dwellings[0]), owner)
    restrict_processing(person=owner, why="本人申请", by=CLERK, at=NOON)
    with refused("registry.restricted"):
        change_vehicle(vehicle=one, values={"parking": "B-1"}, by=CLERK, at=NOON)
    with refused("registry.restricted"):
        parked(Stand(dwelling=town.dwellings[0]), owner, plate="豫Z54321")
    worker = posted(town.subdistrict, *SEES, "privacy.reveal")
    one = Vehicle.objects.get(pk=one.pk)
    with pytest.raises(NotAllowed):
        reveal(one, ["plate"], purpose="move_car", by=worker, at=NOON)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("紫兰苑", ("compound",)),
        ("紫兰苑2号楼", ("building",)),
        ("紫兰苑1-1-101", ("dwelling",)),
        ("紫兰苑9号楼", ()),
        ("紫兰苑1-1-999", ()),
        ("别处花园", ()),
    ],
)
def test_an_address_is_a_stand_as_far_as_it_is_ours(
    town: Town, text: str, found: tuple[str, ...]
) -> None:
    from gezhi.core.places import snapshots

    snapshots.forget()
    stand = stand_at(text)
    names = ("dwelling", "building", "compound")
    assert tuple(n for n in names if stand is not None and getattr(stand, n)) == found


# --- what happens to people -------------------------------------------------------------------


def test_what_stood_at_the_old_home_goes_along_to_the_new_one(town: Town, owner: Person) -> None:
    mine = parked(Stand(dwelling=town.dwellings[0]), owner)
    elsewhere = parked(Stand(building=town.buildings[2]), owner, plate="豫Z54321")
    move(person=owner, dwelling=town.dwellings[-1], on=TODAY, by=CLERK, at=NOON)
    mine.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (mine.dwelling, mine.grid) == (town.dwellings[-1], town.grids[2])
    assert elsewhere.building == town.buildings[2]
    assert tallies.recount(repair=False) == []


@pytest.mark.parametrize("how", ["left", "died"])
def test_a_vehicle_whose_owner_is_gone_stays_and_is_asked_about(
    town: Town, owner: Person, how: str
) -> None:
    one = parked(Stand(dwelling=town.dwellings[0]), owner)
    quality.refresh(NOON)
    assert not short("vehicles.owned", town)
    if how == "left":
        move_out(person=owner, on=TODAY, by=CLERK, at=NOON)
    else:
        record_death(person=owner, on=TODAY, by=CLERK, at=NOON)
    one.refresh_from_db()
    assert (one.owner, one.until) == (owner, None), "somebody has to look whether it still stands"
    quality.refresh(NOON)
    assert short("vehicles.owned", town) == 1


def short(measure: str, town: Town) -> int:
    found = {one.measure.code: one for one in quality.figures(town.subdistrict)}
    return found[measure].short


def test_a_merge_brings_the_vehicles_and_taking_it_back_returns_them(
    town: Town, owner: Person
) -> None:
    other = settled(town.dwellings[1], "王小三", birth_date=date(1980, 1, 1))
    one = parked(Stand(dwelling=town.dwellings[1]), other)
    before = Vehicle.objects.values_list("owner", "revision", "touched_by").get()
    merge = merge_people(kept=owner, dropped=other, why="同一人", by=CLERK, at=NOON)
    one.refresh_from_db()
    assert one.owner == owner
    unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)
    assert Vehicle.objects.values_list("owner", "revision", "touched_by").get() == before
    merge = merge_people(kept=owner, dropped=other, why="同一人", by=CLERK, at=NOON)
    one.refresh_from_db()
    change_vehicle(vehicle=one, values={"parking": "B-1"}, by=CLERK, at=NOON)
    with refused("registry.touched_since"):
        unmerge(merge=merge, why="不是同一人", by=CLERK, at=NOON)


def test_vehicles_follow_their_building_into_another_grid(town: Town, owner: Person) -> None:
    one = parked(Stand(dwelling=town.dwellings[0]), owner)
    by_the_road = parked(Stand(place=town.grids[1]), plate="豫Z54321")
    move_building(building=town.buildings[0], grid=town.grids[1], by=CLERK, at=NOON)
    one.refresh_from_db()
    assert one.grid == town.grids[1]
    assert regrid.remaining([town.grids[1].pk], NOON) >= 2
    by_the_road.refresh_from_db()
    assert by_the_road.grid == town.grids[1]
    assert tallies.recount(repair=False) == []


# --- who finds and who looks ------------------------------------------------------------------


def test_a_whole_plate_finds_the_vehicle_masked_and_is_logged_at_its_owner(
    town: Town, owner: Person
) -> None:
    one = parked(Stand(dwelling=town.dwellings[0]), owner)
    worker = posted(town.grids[0], *SEES)
    answer = search("豫Z·12345", by=worker, at=NOON)
    assert [(hit.kind, hit.id, hit.title) for hit in answer.hits] == [
        ("vehicle", one.pk, "豫Z***45")
    ]
    entry = AccessEntry.objects.get(kind=AccessKind.SEARCH)
    assert (entry.subject_id, entry.fields) == (owner.pk, ["plate"])
    beyond = posted(town.grids[2], *SEES)
    assert search(PLATE, by=beyond, at=NOON).hits == ()
    assert not search(PLATE, by=posted(town.grids[0], "registry.search"), at=NOON).hits
    assert search("豫Z123", by=worker, at=NOON).hits == (), "no part of a plate finds anything"


def test_the_plate_in_full_is_for_a_purpose_and_in_the_log(town: Town, owner: Person) -> None:
    one = parked(Stand(dwelling=town.dwellings[0]), owner, phone="13838000001")
    worker = posted(town.grids[0], *SEES, "privacy.reveal")
    found = reveal(one, ["plate", "phone"], purpose="move_car", by=worker, at=NOON)
    assert found == {"plate": PLATE, "phone": "13838000001"}
    entry = AccessEntry.objects.get(kind=AccessKind.REVEAL)
    assert (entry.subject_id, entry.row_id) == (owner.pk, one.pk)
    with refused("privacy.field_beyond_purpose"):
        reveal(one, ["plate"], purpose="visit", by=worker, at=NOON)


def test_the_owner_reads_it_in_their_own_file(town: Town, owner: Person) -> None:
    parked(Stand(dwelling=town.dwellings[0]), owner, parking="地下一层 B-102")
    part = next(part for part in file_of(owner.pk) if part.title == "车辆")
    lines = {line.title: line.value for line in part.lines}
    assert lines["车牌号"] == PLATE
    assert lines["号牌种类"] == "小型汽车"
    assert lines["停放位置"] == "地下一层 B-102"


def test_the_pages_around_a_vehicle_show_it_masked(town: Town, owner: Person) -> None:
    shop = register_shop(
        values={
            "name": "老王面馆",
            "address": "紫兰苑1号楼",
            "trade": "catering",
            "contact": "老王",
            "phone": "13838000002",
        },
        building=town.buildings[0],
        by=CLERK,
        at=NOON,
    )
    mine = parked(Stand(dwelling=town.dwellings[0]), owner)
    parked(Stand(building=town.buildings[0]), shop, plate="豫Z54321", kind="light_truck")
    browser = at_desk(town.subdistrict)
    for name, key, seen in (
        ("registry.person", owner.pk, "豫Z***45"),
        ("registry.household", owner.household_id, "豫Z***45"),
        ("registry.dwelling", town.dwellings[0].pk, "豫Z***45"),
        ("registry.shop", shop.pk, "豫Z***21"),
        ("registry.vehicle", mine.pk, "豫Z***45"),
    ):
        page = words(browser.get(reverse(name, kwargs={"pk": key})))
        assert seen in page, name
        assert PLATE not in page
    looked = AccessEntry.objects.filter(kind=AccessKind.VIEW, subject_id=owner.pk)
    assert looked.exists()
    vehicle = browser.get(reverse("registry.vehicle", kwargs={"pk": mine.pk})).content.decode()
    asking = reverse("registry.reveal_person", kwargs={"pk": owner.pk})
    assert f"{asking}?field=phone" in vehicle, "the owner's telephone is one step away"


# --- in the browser ---------------------------------------------------------------------------


def test_a_clerk_registers_hands_over_and_ends_a_vehicle(town: Town, owner: Person) -> None:
    from gezhi.core.places import snapshots

    snapshots.forget()
    browser = at_desk(town.subdistrict)
    adding = reverse("registry.add_vehicle", kwargs={"pk": owner.pk})
    assert browser.get(adding).status_code == 200
    data: dict[str, object] = {
        "plate": "豫z·12345",
        "kind": "car",
        "stand": town.dwellings[0].address,
    }
    assert browser.post(adding, data).status_code == 302
    one = Vehicle.objects.get()
    assert (one.owner, one.dwelling) == (owner, town.dwellings[0])
    again = browser.post(adding, data)
    assert (again.status_code, "这个车牌已登记" in words(again)) == (422, True)
    address = reverse("registry.hand_over_vehicle", kwargs={"pk": one.pk})
    other = settled(town.dwellings[1], "李四", id_no=id_number(4))
    data = {"id_no": id_number(4), "expected": one.revision}
    assert browser.post(address, data).status_code == 302
    one.refresh_from_db()
    assert one.owner == other
    change = reverse("registry.change_vehicle", kwargs={"pk": one.pk})
    data = {"kind": "car", "plate_kind": "02", "parking": "B-7", "expected": one.revision}
    assert browser.post(change, data).status_code == 302
    one.refresh_from_db()
    assert (one.parking, opened(one.plate)) == ("B-7", PLATE), "an empty plate is no change"
    end = reverse("registry.end_vehicle", kwargs={"pk": one.pk})
    data = {"on": "2022-09-13", "reason": "sold", "expected": one.revision}
    assert browser.post(end, data).status_code == 302
    assert not vehicle_reads.vehicles(CLERK, NOON).exists()
    page = words(browser.get(reverse("registry.vehicle", kwargs={"pk": one.pk})))
    assert "登记已结束" in page


def test_a_stranger_in_a_compound_has_a_contact(town: Town) -> None:
    from gezhi.core.places import snapshots

    snapshots.forget()
    browser = at_desk(town.subdistrict)
    address = reverse("registry.register_vehicle")
    data = {"plate": PLATE, "kind": "car", "stand": "紫兰苑"}
    assert browser.post(address, data).status_code == 422
    data |= {"contact": "赵六", "phone": "13838000009"}
    assert browser.post(address, data).status_code == 302
    assert Vehicle.objects.get().compound == town.buildings[0].compound


# --- how long ---------------------------------------------------------------------------------


def test_a_vehicle_that_has_left_is_forgotten_after_six_months(town: Town, owner: Person) -> None:
    kept = parked(Stand(dwelling=town.dwellings[0]), owner)
    gone = parked(Stand(dwelling=town.dwellings[0]), owner, plate="豫Z54321")
    end_vehicle(vehicle=gone, on=TODAY, reason="moved", by=CLERK, at=NOON)
    delete_expired(NOON + timedelta(days=150))
    assert Vehicle.objects.count() == 2
    delete_expired(_later(NOON))
    assert Vehicle.objects.get() == kept


def _later(at: datetime) -> datetime:
    return at + timedelta(days=220)


def test_who_is_erased_takes_their_vehicles_along(town: Town, owner: Person) -> None:
    parked(Stand(dwelling=town.dwellings[0]), owner)
    other = parked(Stand(dwelling=town.dwellings[0]), plate="豫Z54321")
    erase_person(owner.pk)
    assert Vehicle.objects.get() == other
