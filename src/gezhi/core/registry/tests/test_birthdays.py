"""A birthday is masked to its year: nothing about a birth may tell the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from gezhi.core.registry.actions.moving import record_birth
from gezhi.core.registry.models import Person
from gezhi.core.registry.tests.desk import at_desk, words
from gezhi.core.registry.tests.town import CLERK, NOON, TODAY, Town, build_town, settled

pytestmark = pytest.mark.django_db
BORN = TODAY - timedelta(days=40)


@pytest.fixture
def town() -> Town:
    return build_town()


@pytest.fixture
def child(town: Town) -> Person:
    mother = settled(town.dwellings[0], "李娜", gender="2", birth_date=date(1995, 1, 1))
    return record_birth(mother=mother, name="王宝", gender="2", born_on=BORN, by=CLERK, at=NOON)


@pytest.fixture
def browser(town: Town) -> Client:
    return at_desk(town.subdistrict)


def test_lists_and_pages_tell_the_year_alone(browser: Client, child: Person) -> None:
    household = child.household_id
    pages = (
        reverse("registry.events"),
        reverse("registry.household", kwargs={"pk": household}),
    )
    for address in pages:
        said = words(browser.get(address))

        assert "王" in said
        assert f"{BORN:%Y}" in said
        assert f"{BORN:%Y-%m-%d}" not in said


def test_a_filter_of_days_does_not_find_the_day(browser: Client, child: Person) -> None:
    """The event counts as of the first day of its year, whatever day it was."""
    address = reverse("registry.events")
    on_the_day = {"happened_from": f"{BORN}", "happened_to": f"{BORN}", "kind": "birth"}
    in_the_year = {"happened_from": f"{BORN:%Y}-01-01", "happened_to": f"{BORN:%Y}-12-31"}

    assert "没有" in words(browser.get(address, on_the_day))
    assert "出生" in words(browser.get(address, {**in_the_year, "kind": "birth"}))


def test_a_stay_one_was_born_into_begins_in_a_year(child: Person) -> None:
    stay = child.residences.get()

    assert stay.moved_in == BORN
    assert stay.since_birth
