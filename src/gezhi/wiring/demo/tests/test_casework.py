"""The cases of the demonstration: made through the actions, by people who may, and only once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from gezhi.base.actors import system
from gezhi.core.places import snapshots
from gezhi.core.staff.models import Account, Post, Unit
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.models import Case, Category
from gezhi.wiring.demo import casework, casting, desks, structure
from gezhi.wiring.towns import GOUZHAO
from gezhi.wiring.towns.cast import CAST
from gezhi.wiring.towns.plots import JOIN
from gezhi.wiring.towns.staff import staff_of
from gezhi.wiring.towns.stories import CASES, Story

pytestmark = pytest.mark.django_db
CALLS = ("call_back", "called_unsolved")
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


@pytest.fixture
def town() -> None:
    """沟赵 with its grids, units, cast and staff, in the tests' own cell of the same code."""
    snapshots.forget()
    before, by = NOON - casework.BEFORE, system("command")
    structure.found_town(GOUZHAO, at=NOON)
    desks.open_desks_of(GOUZHAO, at=before)
    members = [one for one in CAST if one.town == "gouzhao"] + list(staff_of(GOUZHAO))
    casting.enrol_missing(members, GOUZHAO, by, before)
    desks.name_desks(by=by, at=before)


def told(number: int) -> list[Story]:
    return casework.stories(GOUZHAO, number, at=NOON)


def test_every_community_and_grid_has_its_people_and_every_unit_somebody(town: None) -> None:
    held = Counter(role for role, _place in Post.objects.values_list("role_id", "place").distinct())
    assert (held["grid_chief_l2"], held["grid_worker_full"]) == (18, 50)
    assert not Unit.objects.filter(posts=None).exists()
    assert not Account.objects.filter(username="worker0102", is_demo=True).exists()


def test_the_catalogue_names_who_answers_and_a_second_run_leaves_it(town: None) -> None:
    lamp = Category.objects.get(nature="component", code="0118", valid_to=None)
    assert lamp.responsible is not None
    assert lamp.responsible.code == "SZ"
    versions = Category.objects.count()

    desks.name_desks(by=system("command"), at=NOON)

    assert Category.objects.count() == versions
    assert not desks.open_desks_of(GOUZHAO, at=NOON)


def test_cases_go_as_they_are_told_and_nothing_is_told_twice(town: None) -> None:
    stories = told(40)
    cut = stories[:25]

    casework.tell(GOUZHAO, cut)
    casework.tell(GOUZHAO, stories)

    assert Case.objects.count() == 40
    cases = Case.objects.order_by("matter__opened_at").select_related("matter")
    for story, case in zip(stories, cases, strict=True):
        planned = [turn.step for turn in story.turns if turn.step != JOIN]
        taken = [one.step for one in case.matter.history.all() if one.step]
        assert taken == planned[: len(taken)]
        assert taken == planned or planned[len(taken)] in CALLS, "the platform draws who is called"
        assert case.joined == len(story.turns) - len(planned) or taken != planned
    assert casework.tell(GOUZHAO, told(40)) == 0
    assert casework.told_until() == NOON.date()


def test_half_a_year_shows_every_state_a_case_can_be_in(town: None) -> None:
    ends = {story.turns[-1].step if story.turns else "" for story in told(CASES["gouzhao"])}
    assert ends >= {"", "ask_to_verify", "file", "dispatch", "accept", "feed_back", "give_back"}
    assert ends >= {"suspend", "close", "call_back", "void"}
    assert Matter.objects.count() == 0, "telling is not acting"
