"""Moving a whole household on the screens: from wherever one has it open."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry.models import Household, Person
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.town import Town, build_town, id_number, settled

pytestmark = pytest.mark.django_db
BUTTON = "全户搬迁"


@pytest.fixture
def here() -> Town:
    furnish_purposes(date(2022, 1, 1))
    return build_town()


@pytest.fixture
def head(here: Town) -> Person:
    head = settled(here.dwellings[0], "林远舟", id_no=id_number(1))
    settled(here.dwellings[0], "方小溪", household=head.household, relation="12", gender="2")
    return head


def address(person: Person) -> str:
    return reverse("registry.move_household", kwargs={"pk": person.household_id})


def test_its_page_opens_from_the_household_the_person_and_the_dwelling(
    here: Town, head: Person
) -> None:
    browser = at_desk(here.subdistrict)
    for page, key in (
        ("registry.household", head.household_id),
        ("registry.person", head.pk),
        ("registry.dwelling", head.dwelling_id),
    ):
        answer = browser.get(reverse(page, kwargs={"pk": key}))
        assert f'href="{address(head)}"' in answer.text, page


def test_a_dwelling_of_two_households_or_none_says_where_to_go(here: Town, head: Person) -> None:
    settled(here.dwellings[0], "单雄信", id_no=id_number(2))
    browser = at_desk(here.subdistrict)
    for dwelling in here.dwellings[:2]:
        answer = browser.get(reverse("registry.dwelling", kwargs={"pk": dwelling.pk}))
        assert "请打开要搬的那一户办理" in words(answer)
        assert "/households/" not in answer.text.split(BUTTON)[0].rpartition("<a ")[2]


def test_a_family_moves_but_for_one_who_stays(here: Town, head: Person) -> None:
    browser = at_desk(here.subdistrict)
    wife = Person.objects.get(name="方小溪")
    sent = {
        "dwelling": "紫兰苑3-1-101",
        "on": "2022-09-10",
        "staying": [str(wife.pk)],
        "head": "",
        "kind": "",
    }

    answer = browser.post(address(head), sent)

    assert answer.status_code == 302, words(answer)
    household = Household.objects.select_related("dwelling").get(head=head)
    assert household.dwelling is not None
    assert household.dwelling.address == "紫兰苑 3号楼 1单元 101室"
    wife.refresh_from_db()
    assert wife.dwelling_id == here.dwellings[0].pk
    assert wife.relation_to_head == "02"


def test_an_address_nobody_knows_comes_back_with_the_form(here: Town, head: Person) -> None:
    browser = at_desk(here.subdistrict)
    answer = browser.post(address(head), {"dwelling": "没有的小区9-9-999", "on": "2022-09-10"})
    assert answer.status_code == 422
    assert "没有找到这套房屋" in words(answer)
