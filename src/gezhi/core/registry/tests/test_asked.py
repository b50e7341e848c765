"""What residents asked and the office granted is done to the registers, by their own rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from gezhi.base.actors import Actor, Origin
from gezhi.base.testing import refused
from gezhi.core.privacy.actions import answer_request, file_request
from gezhi.core.privacy.middleware import resident
from gezhi.core.privacy.models import RightsRequest
from gezhi.core.privacy.opening import plain_text
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry import beliefs
from gezhi.core.registry.actions.facts import record_facts
from gezhi.core.registry.actions.people import change_person
from gezhi.core.registry.models import MigrantFacts, Person, PersonChange
from gezhi.core.registry.tests import desk
from gezhi.core.registry.tests.desk import words
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
def here() -> Town:
    furnish_purposes(date(2022, 1, 1))
    return build_town()


@pytest.fixture
def wang(here: Town) -> Person:
    return settled(
        here.dwellings[0], id_no=id_number(1), phone="13800001111", workplace="某某纺织厂"
    )


@pytest.fixture
def counter(here: Town) -> Actor:
    """Who answers requests, and has no right to change people."""
    return posted(here.communities[0], "privacy.answer_requests")


def ask(person: Person, kind: str, field: str = "", content: str = "写错了") -> RightsRequest:
    me = resident(person.pk, Origin("web"))
    return file_request(
        kind=kind, subject_id=person.pk, content=f"请办理：{content}", field=field, by=me, at=NOON
    )


def grant(request: RightsRequest, by: Actor, **more: Any) -> RightsRequest:
    return answer_request(request, granted=True, answer="已办理", by=by, at=NOON, **more)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_a_granted_correction_is_written_with_the_request_as_its_source(
    wang: Person, counter: Actor
) -> None:
    request = ask(wang, "correct", "registry.Person.phone")

    grant(request, counter, value="139 0000 2222")

    row = fresh(wang)
    assert row.phone is not None
    assert plain_text(row.phone) == "13900002222"
    assert row.phone_index != wang.phone_index
    change = PersonChange.objects.get(subject=wang, field="phone")
    assert (change.source.kind, change.changed_by) == ("resident", counter.name)
    assert request.number in change.source.title
    assert row.verified_at == NOON


def test_a_coded_value_and_a_migrants_permit_are_corrected_too(
    here: Town, wang: Person, counter: Actor
) -> None:
    grant(ask(wang, "correct", "registry.Person.education"), counter, value="20")
    assert fresh(wang).education == "20"
    ma = settled(here.dwellings[1], "马六", population_class="migrant")
    record_facts(person=ma, kind="migrant", values={"permit_no": "豫1"}, by=CLERK, at=NOON)
    grant(ask(ma, "correct", "registry.MigrantFacts.permit_no"), counter, value="豫2")
    permit = MigrantFacts.objects.get(person=ma).permit_no
    assert permit is not None
    assert plain_text(permit) == "豫2"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("registry.Person.phone", "12345", "registry.wrong_values"),
        ("registry.Person.birth_date", date(1981, 1, 1), "registry.id_no_wins"),
        ("registry.Person.id_no", id_number(2), "registry.id_no_taken"),
        ("registry.Person.phone", "", "privacy.value_missing"),
    ],
)
def test_what_the_registers_refuse_is_told_and_the_request_stays_open(
    here: Town, wang: Person, counter: Actor, field: str, value: Any, code: str
) -> None:
    settled(here.dwellings[1], "李娜", id_no=id_number(2))
    request = ask(wang, "correct", field)
    with refused(code):
        grant(request, counter, value=value)
    request.refresh_from_db()
    assert request.state == "open"
    assert fresh(wang).revision == wang.revision


def test_where_a_field_follows_from_something_else_the_answer_stands_alone(
    wang: Person, counter: Actor
) -> None:
    request = grant(ask(wang, "correct", "registry.Person.relation_to_head"), counter)
    assert request.state == "granted"
    assert fresh(wang).revision == wang.revision


def test_a_deleted_field_is_empty_and_what_it_was_is_forgotten(
    wang: Person, counter: Actor
) -> None:
    change_person(person=wang, values={"workplace": "新郑机场"}, by=CLERK, at=NOON)

    grant(ask(wang, "delete", "registry.Person.workplace", content="与居住无关"), counter)

    row = fresh(wang)
    assert row.workplace is None
    changes = PersonChange.objects.filter(subject=wang, field="workplace")
    assert changes.count() == 2
    assert {(one.old_sealed, one.new_sealed) for one in changes} == {(None, None)}
    believed = beliefs.belief_on(row, TODAY)
    assert believed is not None
    assert believed["workplace"].value is None


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("registry.Person.id_no", "registry.id_no_kept"),
        ("registry.Person.name", "registry.wrong_values"),
        ("registry.Residence.dwelling", "registry.not_by_itself"),
    ],
)
def test_what_the_office_cannot_do_without_is_not_deleted(
    wang: Person, counter: Actor, field: str, code: str
) -> None:
    with refused(code):
        grant(ask(wang, "delete", field), counter)
    assert fresh(wang).id_no is not None


def test_a_granted_restriction_is_in_the_history(wang: Person, counter: Actor) -> None:
    request = grant(ask(wang, "restrict"), counter)
    assert fresh(wang).blocked
    change = PersonChange.objects.get(subject=wang, field="blocked")
    assert request.number in change.source.title


def test_a_refused_correction_changes_nothing(wang: Person, counter: Actor) -> None:
    answer_request(
        ask(wang, "correct", "registry.Person.phone"),
        granted=False,
        answer="与证件一致",
        ground="accurate",
        value="13900002222",
        by=counter,
        at=NOON,
    )
    assert fresh(wang).phone_index == wang.phone_index


def test_the_clerk_writes_the_value_on_the_answering_page(here: Town, wang: Person) -> None:
    request = ask(wang, "correct", "registry.Person.education")
    browser = desk.at_desk(here.communities[0], ("privacy.answer_requests", "registry.see_people"))
    address = reverse("privacy.answer_request", kwargs={"pk": request.pk})
    page = browser.get(address)
    assert "更正为（文化程度）" in words(page)
    sent = {"outcome": "granted", "answer": "已更正", "ground": ""}

    assert "请填写更正后的内容" in words(browser.post(address, sent))
    answer = browser.post(address, {**sent, "value": "20"})

    assert answer.status_code == 302, words(answer)
    assert fresh(wang).education == "20"
