"""The screens of the registries: what they cost, whom they show to whom, what stays masked."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gezhi.base.testing import queries
from gezhi.core.privacy.models import AccessEntry
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.units import (
    register_enterprise,
    register_shop,
    register_site,
)
from gezhi.core.registry.actions.vehicles import register_vehicle
from gezhi.core.registry.models import (
    Conflict,
    ExportRequest,
    Person,
    Residence,
)
from gezhi.core.registry.tests import desk, town
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.town import CLERK, NOON, TODAY, Town, id_number, settled
from gezhi.core.registry.vehicle_stands import Stand

pytestmark = pytest.mark.django_db

NAME, PHONE = "欧阳德明", "13803711234"
NUMBER = id_number(11)
LISTS = {
    "registry.people": 8,
    "registry.households": 8,
    "registry.dwellings": 8,
    "registry.buildings": 8,
    "registry.enterprises": 8,
    "registry.public_units": 8,
    "registry.shops": 8,
    "registry.sites": 8,
    "registry.vehicles": 8,
    "registry.conflicts": 8,
    "registry.events": 8,
    "registry.care": 8,
    "registry.former_people": 8,
}


@pytest.fixture
def here() -> Town:
    furnish_purposes(date(2022, 1, 1))
    return town.build_town()


@pytest.fixture
def person(here: Town) -> Person:
    found = settled(
        here.dwellings[0],
        NAME,
        id_no=NUMBER,
        phone=PHONE,
        hukou_address="大里村3组25号",
        workplace="某某纺织厂",
    )
    add_care_label(person=found, kind="living_alone", valid_from=TODAY, by=CLERK, at=NOON)
    return Person.objects.get(pk=found.pk)


def add_units(here: Town, number: int) -> None:
    """One enterprise, shop and site each time, with a contact whose name must not show."""
    common = {"contact": NAME, "phone": PHONE}
    register_enterprise(
        values={
            "name": f"第{number}百货有限公司",
            "address": "紫兰苑 1号楼",
            "kind": "company",
            "public_unit": "market",
            "legal_rep": NAME,
            **common,
        },
        building=here.buildings[0],
        by=CLERK,
        at=NOON,
    )
    register_shop(
        values={"name": f"第{number}小店", "address": "1号楼", "trade": "catering", **common},
        building=here.buildings[0],
        by=CLERK,
        at=NOON,
    )
    register_site(
        values={
            "name": f"第{number}工地",
            "address": "瑞达路",
            "developer": "甲公司",
            "contractor": "乙公司",
            "manager": NAME,
            "phone": PHONE,
            "stage": "main",
        },
        place=here.grids[0],
        by=CLERK,
        at=NOON,
    )


def add_vehicle(here: Town, number: int, owner: Person) -> None:
    """A vehicle of somebody, with a telephone that must not show."""
    register_vehicle(
        values={"plate": f"豫Z{number:05}", "kind": "car", "phone": PHONE},
        holder=owner,
        stand=Stand(dwelling=here.dwellings[number % 6]),
        by=CLERK,
        at=NOON,
    )


def fill(here: Town, first: int, last: int) -> None:
    """Rows for every list."""
    for number in range(first, last):
        found = settled(
            here.dwellings[number % 6], f"张三{chr(0x4E00 + number)}", id_no=id_number(100 + number)
        )
        add_units(here, number)
        add_vehicle(here, number, found)
        add_care_label(person=found, kind="veteran", valid_from=TODAY, by=CLERK, at=NOON)
        Conflict.objects.create(
            kind="same_name_and_birth",
            person=found,
            incoming_key=bytes([number]),
            community_id=found.community_id,
            grid_id=found.grid_id,
            source=found.source,
            found_at=NOON,
        )


def taken_file(answer: Any) -> bytes:
    """A downloaded file in full."""
    return b"".join(answer.streaming_content)  # the client closes what was read to its end


def counted(browser: Client, address: str, most: int) -> int:
    with queries(most) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200
    # Whether the tree in memory is still today's is asked once in a while, not for each page.
    return sum("places_edition" not in query["sql"] for query in asked.captured_queries)


def test_each_list_asks_as_often_for_fifty_rows_as_for_one(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    fill(here, 0, 1)
    browser.get(reverse("registry.people"))
    few = {name: counted(browser, reverse(name), most) for name, most in LISTS.items()}
    fill(here, 1, 25)
    many = {name: counted(browser, reverse(name), most) for name, most in LISTS.items()}

    assert few == many


def test_the_page_of_a_person_asks_twelve_questions_at_most(here: Town, person: Person) -> None:
    browser = at_desk(here.subdistrict)
    browser.get(reverse("registry.people"))

    # Savepoints stand in for the transaction of the access log, which nothing is around outside
    # of tests; the lock its book is held open by asks the tables nothing.
    with queries(15) as asked:
        answer = browser.get(reverse("registry.person", kwargs={"pk": person.pk}))

    assert answer.status_code == 200
    told = [q["sql"] for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]
    told = [sql for sql in told if "pg_advisory_xact_lock" not in sql]
    assert len(told) <= 12, "\n".join(told)


def pages_about(here: Town, person: Person) -> list[str]:
    from gezhi.core.registry.models import Enterprise, Shop, Site, Vehicle

    rows = {
        "registry.person": person.pk,
        "registry.person_history": person.pk,
        "registry.change_person": person.pk,
        "registry.household": person.household_id,
        "registry.household_history": person.household_id,
        "registry.change_head": person.household_id,
        "registry.dwelling": person.dwelling_id,
        "registry.dwelling_history": person.dwelling_id,
        "registry.change_dwelling": person.dwelling_id,
        "registry.building": here.buildings[0].pk,
    }
    for model in (Enterprise, Shop, Site, Vehicle):
        name = model._meta.model_name
        for page in (name, f"{name}_history", f"change_{name}"):
            rows[f"registry.{page}"] = model.objects.get().pk
    return [reverse(name, kwargs={"pk": pk}) for name, pk in rows.items()]


def test_no_page_shows_a_name_a_number_or_a_telephone_in_full(here: Town, person: Person) -> None:
    add_units(here, 1)
    add_vehicle(here, 1, person)
    browser = at_desk(here.subdistrict)
    addresses = [reverse(name) for name in LISTS] + pages_about(here, person)
    addresses.append(reverse("registry.search") + "?q=欧阳")
    addresses.append(
        reverse("registry.person_history", kwargs={"pk": person.pk}) + "?on=2026-01-01"
    )

    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        said = answer.content.decode()
        for secret in (NAME, PHONE, NUMBER, "25号", "纺织厂"):
            assert secret not in said, f"{secret} on {address}"


def test_what_lies_in_another_grid_is_not_found(here: Town, person: Person) -> None:
    add_units(here, 1)
    add_vehicle(here, 1, person)
    browser = at_desk(here.grids[2])

    for address in pages_about(here, person):
        assert browser.get(address).status_code == 404, address


def test_a_list_says_how_many_rows_lie_out_of_reach(here: Town, person: Person) -> None:
    browser = at_desk(here.grids[2])

    said = words(browser.get(reverse("registry.people")))

    assert "另有 1 条不在您的权限范围内" in said


def test_opening_a_file_is_told_to_its_owner_once_in_half_an_hour(
    here: Town, person: Person
) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.person", kwargs={"pk": person.pk})

    browser.get(address)
    browser.get(address)

    entry = AccessEntry.objects.get(subject_id=person.pk)
    assert (entry.kind, entry.actor_name) == ("view", "李经办")


def test_care_labels_are_for_those_who_care(here: Town, person: Person) -> None:
    address = reverse("registry.person", kwargs={"pk": person.pk})

    assert "独居老人" in words(at_desk(here.subdistrict).get(address))
    worker = at_desk(here.subdistrict, desk.WORKER, "gong")
    assert "独居老人" not in words(worker.get(address))
    assert worker.get(reverse("registry.care")).status_code == 404


def test_a_move_refused_for_its_date_is_told_at_the_date(here: Town, person: Person) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.move", kwargs={"pk": person.pk})
    sent = {"dwelling": here.dwellings[4].address, "on": "2019-01-01", "kind": "owned"}

    answer = browser.post(address, sent)

    assert answer.status_code == 422
    assert "早于入住日期" in words(answer)
    assert Person.objects.get(pk=person.pk).dwelling_id == here.dwellings[0].pk


def test_a_form_sent_twice_moves_once(here: Town, person: Person) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.move", kwargs={"pk": person.pk})
    sent = {
        "dwelling": "紫兰苑2-1-201",
        "on": "2022-09-12",
        "kind": "rented",
        "_once": "0190a8f0-0000-7000-8000-000000000001",
    }

    first, second = browser.post(address, sent), browser.post(address, sent)

    assert (first.status_code, second.status_code) == (302, 302)
    stays = Residence.objects.filter(person=person)
    assert stays.count() == 2
    assert stays.get(moved_out=None).dwelling.address == "紫兰苑 2号楼 1单元 201室"


def test_a_change_leaves_what_was_not_filled_in(here: Town, person: Person) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.change_person", kwargs={"pk": person.pk})
    sent = {
        "expected": person.revision,
        "id_kind": "id_card",
        "gender": person.gender,
        "population_class": "hukou",
        "consistency": "1",
        "relation_to_head": person.relation_to_head,
        "education": "20",
    }

    answer = browser.post(address, sent)

    assert answer.status_code == 302, words(answer)
    after = Person.objects.get(pk=person.pk)
    assert (after.name, after.education) == (NAME, "20")
    assert after.phone_index == person.phone_index


def test_two_who_change_at_once_are_told(here: Town, person: Person) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.change_person", kwargs={"pk": person.pk})

    answer = browser.post(address, {"expected": person.revision + 1, "education": "20"})

    assert answer.status_code in (409, 422)
    assert Person.objects.get(pk=person.pk).education == ""


def test_a_number_tells_birth_and_gender_while_it_is_typed(here: Town) -> None:
    browser = at_desk(here.subdistrict)

    right = browser.post(reverse("registry.id_check"), {"id_no": NUMBER})
    wrong = browser.post(reverse("registry.id_check"), {"id_no": NUMBER[:17] + "0"})

    assert "1980-01-01 出生" in words(right)
    assert "号码正确" not in words(wrong)


def test_somebody_registered_in_a_dwelling_heads_a_new_household(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    home = here.dwellings[3]
    sent = {
        "name": "孙小小",
        "id_kind": "id_card",
        "id_no": id_number(77),
        "population_class": "migrant",
        "relation_to_head": "",
        "kind": "rented",
    }

    answer = browser.post(reverse("registry.settle_person", kwargs={"pk": home.pk}), sent)

    assert answer.status_code == 302, words(answer)
    made = Person.objects.get(name="孙小小")
    assert (made.dwelling_id, made.gender) == (home.pk, "1")
    assert made.household is not None
    assert made.household.head_id == made.pk


def test_a_list_leaves_masked_and_each_person_in_it_is_told(here: Town, person: Person) -> None:
    browser = at_desk(here.subdistrict)
    sent = {"_out": "xlsx", "purpose": "upkeep", "reason": "与派出所核对底数"}

    asked = browser.post(reverse("registry.people"), sent)
    taken = browser.post(asked["Location"])

    content = taken_file(taken)
    book = openpyxl.load_workbook(BytesIO(content))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert NAME not in cells
    assert "欧阳*明" in cells
    entry = AccessEntry.objects.get(subject_id=person.pk, kind="export")
    assert entry.note == "与派出所核对底数"
    hidden = [sheet for sheet in book.worksheets if sheet.sheet_state != "visible"]
    assert "李经办" in str(hidden[0]["A1"].value)
    assert "李经办" in str(book.properties.description)
    assert ExportRequest.objects.get().state == "made"


def test_a_small_list_may_leave_in_full_for_a_purpose_that_needs_it(
    here: Town, person: Person
) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.people") + "?cols=name,phone"
    sent = {"_out": "xlsx", "purpose": "visit", "reason": "打印走访名单", "plain": "1"}

    asked = browser.post(address, sent)
    taken = browser.post(asked["Location"])

    content = taken_file(taken)
    rows = list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].values)
    assert (NAME, PHONE) in rows
    beyond = browser.post(
        reverse("registry.people") + "?cols=name,id_no",
        {"_out": "xlsx", "purpose": "visit", "reason": "打印走访名单", "plain": "1"},
    )
    assert beyond.status_code == 422
    assert "不需要这些字段" in words(beyond)


def test_more_than_a_hundred_in_full_wait_for_somebody_else(
    here: Town, person: Person, monkeypatch: Any
) -> None:
    monkeypatch.setattr("gezhi.core.registry.actions.exports.ALONE_UP_TO", 0)
    browser = at_desk(here.subdistrict)
    sent = {"_out": "xlsx", "purpose": "upkeep", "reason": "与派出所核对底数", "plain": "1"}

    asked = browser.post(reverse("registry.people"), sent)
    early = browser.post(asked["Location"])
    request = ExportRequest.objects.get()
    decide = reverse("registry.decide_export", kwargs={"pk": request.pk})
    own = browser.post(decide, {"agreed": "1"})
    chief = at_desk(here.subdistrict, desk.CHIEF, "lingdao")
    agreed = chief.post(decide, {"agreed": "1"})
    stolen = chief.post(asked["Location"])
    taken = browser.post(asked["Location"])

    assert early.status_code == 422
    assert own.status_code == 404
    assert agreed.status_code == 302
    assert stolen.status_code == 404
    assert taken_file(taken)[:2] == b"PK"


def test_an_export_asks_for_the_second_factor(here: Town) -> None:
    account = desk.hired("shu", here.subdistrict, desk.CLERK)
    browser = desk.browser_of(account, second_factor=False)

    answer = browser.post(reverse("registry.people"), {"_out": "xlsx"})

    assert answer.status_code == 302
    assert "second-factor" in answer["Location"]


def test_a_list_is_kept_under_a_name_and_opens_again(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.people") + "?class=migrant"

    browser.post(address, {"_view": "save", "title": "流动人口"})
    said = browser.get(reverse("registry.people")).content.decode()

    assert "流动人口" in said
    assert "?class=migrant" in said


def test_a_building_is_drawn_by_floors_with_how_many_live_in_each_room(
    here: Town, person: Person
) -> None:
    browser = at_desk(here.subdistrict)

    said = words(browser.get(reverse("registry.building", kwargs={"pk": here.buildings[0].pk})))

    assert "3 层" in said
    assert "101 未核实 1 人" in said


def test_what_was_believed_on_a_day_is_told(here: Town, person: Person) -> None:
    browser = at_desk(here.subdistrict)
    address = reverse("registry.person_history", kwargs={"pk": person.pk})

    before = words(browser.get(address + "?on=2020-01-01"))
    then = words(browser.get(f"{address}?on={timezone.localdate():%Y-%m-%d}"))

    assert "那一天还没有登记这条记录" in before
    assert "欧阳*明" in then


def test_a_form_says_what_somebody_new_leaves_to_be_done(here: Town) -> None:
    browser = at_desk(here.subdistrict)
    sent = {
        "name": "欧阳小明",
        "id_kind": "id_card",
        "population_class": "hukou",
        "birth_date": "2015-03-01",
        "relation_to_head": "20",
    }
    for dwelling in here.dwellings[:2]:
        address = reverse("registry.settle_person", kwargs={"pk": dwelling.pk})
        answer = browser.post(address, sent, follow=True)

    said = words(answer)
    assert "证件类型已记为“暂无证件”" in said
    assert "这一户还没有户主" in said
    assert "待核冲突" in said
