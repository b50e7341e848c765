from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from gezhi.base.testing import queries, refused
from gezhi.core.privacy.fields import Sealed
from gezhi.core.privacy.opening import plain_text
from gezhi.core.privacy.rotation import sealed_columns
from gezhi.core.registry import beliefs, changes
from gezhi.core.registry.actions.facts import record_facts
from gezhi.core.registry.actions.people import change_person, verify_person
from gezhi.core.registry.models import Person, PersonChange
from gezhi.core.registry.tests.town import (
    CLERK,
    NOON,
    TODAY,
    Town,
    build_town,
    id_number,
    settled,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=10)


@pytest.fixture
def town() -> Town:
    return build_town()


@pytest.fixture
def wang(town: Town) -> Person:
    return settled(town.dwellings[0], phone="13800001111", id_no=id_number(1))


def test_a_change_keeps_what_was_and_who_changed_it(wang: Person) -> None:
    change_person(person=wang, values={"education": "20"}, by=CLERK, at=LATER)
    [change] = PersonChange.objects.filter(subject=wang, field="education")
    assert (change.old, change.new) == ("", "20")
    assert change.changed_by == CLERK.name
    assert change.former_source == wang.source
    assert change.source.journal_line is not None


def test_a_personal_value_is_sealed_in_the_history_as_in_the_row(wang: Person) -> None:
    change_person(
        person=wang, values={"name": "王晓三", "phone": "13900002222"}, by=CLERK, at=LATER
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_personchange")
        stored = repr(
            [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor]
        )
    assert "13900002222" not in stored
    assert "王晓三" not in stored
    change = PersonChange.objects.get(subject=wang, field="phone")
    row = Person.objects.get(pk=wang.pk)
    assert isinstance(row.phone, Sealed)
    assert change.new_sealed is not None
    assert bytes(change.new_sealed) == row.phone.data


def test_the_search_keys_follow_the_name(wang: Person) -> None:
    change_person(person=wang, values={"name": "单雄信"}, by=CLERK, at=LATER)
    row = Person.objects.get(pk=wang.pk)
    assert (row.given, row.pinyin, row.initials) == ("雄信", "shanxiongxin", "sxx")


def test_what_was_believed_on_a_day_names_value_source_and_clerk(wang: Person) -> None:
    change_person(person=wang, values={"education": "20", "name": "王晓三"}, by=CLERK, at=LATER)
    row = Person.objects.get(pk=wang.pk)
    with queries(6):
        before = beliefs.belief_on(row, TODAY + timedelta(days=9))
    after = beliefs.belief_on(row, TODAY + timedelta(days=10))
    assert before is not None
    assert after is not None
    assert (before["education"].value, after["education"].value) == ("", "20")
    assert before["education"].source == wang.source
    assert after["education"].since == LATER
    assert isinstance(before["name"].value, Sealed)
    assert plain_text(before["name"].value) == "王小三"
    assert plain_text(after["name"].value) == "王晓三"


def test_before_it_was_entered_nothing_was_believed(wang: Person) -> None:
    assert beliefs.belief_on(wang, TODAY - timedelta(days=1)) is None


def test_an_older_source_does_not_overwrite_a_newer_value(wang: Person) -> None:
    change_person(person=wang, values={"education": "20"}, by=CLERK, at=LATER)
    diff = change_person(
        person=wang,
        values={"education": "60", "occupation": "教师"},
        as_of=date(2022, 5, 1),
        newer_only=True,
        by=CLERK,
        at=LATER,
    )
    row = Person.objects.get(pk=wang.pk)
    # Both are kept: the row itself was entered as of September.
    assert set(diff.kept) == {"education", "occupation"}
    assert (row.education, row.occupation) == ("20", "")


def test_of_one_day_what_was_seen_at_the_door_beats_a_sheet(wang: Person) -> None:
    change_person(person=wang, values={"education": "20"}, source_kind="visit", by=CLERK, at=LATER)
    sheet = {"education": "60"}
    diff = change_person(
        person=wang, values=sheet, source_kind="sheet", newer_only=True, by=CLERK, at=LATER
    )
    assert diff.kept == ("education",)


def test_a_change_on_the_sight_of_an_older_state_is_refused(wang: Person) -> None:
    change_person(person=wang, values={"education": "20"}, expected=1, by=CLERK, at=LATER)
    with refused("registry.changed_meanwhile"):
        change_person(person=wang, values={"education": "60"}, expected=1, by=CLERK, at=LATER)


def test_a_change_to_the_same_values_changes_nothing(wang: Person) -> None:
    diff = change_person(
        person=wang, values={"name": "王小三", "phone": "138 0000 1111"}, by=CLERK, at=LATER
    )
    assert diff.changed == ()
    assert Person.objects.get(pk=wang.pk).revision == wang.revision
    assert not PersonChange.objects.filter(subject=wang).exists()


def test_a_visit_without_a_change_makes_the_row_fresh(wang: Person) -> None:
    assert wang.verified_at is None
    verify_person(person=wang, by=CLERK, at=LATER)
    assert Person.objects.get(pk=wang.pk).verified_at == LATER


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"state": "left"}, "registry.wrong_values"),
        ({"religion": "x"}, "registry.wrong_values"),
        ({"phone": "138"}, "registry.wrong_values"),
        ({"id_no": "410172199001010012"}, "registry.wrong_values"),
        ({"remark": "上访户"}, "registry.wrong_values"),
        ({"ethnicity": "77"}, "registry.wrong_values"),
        ({"gender": "2"}, "registry.id_no_wins"),
        ({"id_no": ""}, "registry.id_no_kept"),
        ({"relation_to_head": "20"}, "registry.use_change_head"),
    ],
)
def test_what_cannot_be_taken_is_refused(wang: Person, values: dict[str, str], code: str) -> None:
    with refused(code):
        change_person(person=wang, values=values, by=CLERK, at=LATER)


def test_what_only_concerns_a_migrant_has_a_history_too(town: Town) -> None:
    person = settled(town.dwellings[0], population_class="migrant")
    record_facts(
        person=person,
        kind="migrant",
        values={"permit_no": "居1", "permit_type": "居住证"},
        by=CLERK,
        at=NOON,
    )
    record_facts(person=person, kind="migrant", values={"permit_no": "居2"}, by=CLERK, at=LATER)
    again = record_facts(
        person=person, kind="migrant", values={"permit_no": "居2"}, by=CLERK, at=LATER
    )
    assert again == ()
    row = Person.objects.get(pk=person.pk)
    assert row.revision == 3
    for day, number in ((TODAY, "居1"), (TODAY + timedelta(days=10), "居2")):
        believed = beliefs.belief_on(row, day)
        assert believed is not None
        assert isinstance(believed["migrant.permit_no"].value, Sealed)
        assert plain_text(believed["migrant.permit_no"].value) == number
        assert believed["migrant.permit_type"].value == "居住证"


def test_facts_about_migrants_are_for_migrants(wang: Person) -> None:
    with refused("registry.other_class"):
        record_facts(person=wang, kind="migrant", values={"permit_no": "1"}, by=CLERK, at=NOON)


def test_a_rotation_of_keys_knows_what_every_kept_value_is_sealed_with() -> None:
    column = next(c for c in sealed_columns() if c.title == "registry.PersonChange.old_sealed")
    for name, field in beliefs.described(Person).items():
        assert column.context(name) == changes.context_of(field.model, field)
