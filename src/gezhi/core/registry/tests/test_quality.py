from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.base.jobs import followers
from gezhi.base.testing import queries
from gezhi.core.places.models import Place
from gezhi.core.places.tests import office
from gezhi.core.registry import quality
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.dwellings import register_dwelling
from gezhi.core.registry.actions.people import verify_person
from gezhi.core.registry.conflicts import raise_conflict
from gezhi.core.registry.measures import BY_CODE, MEASURES, Dimension
from gezhi.core.registry.models import Person, QualityFigure, VisitInterval
from gezhi.core.registry.rules import DEFAULT_INTERVALS
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


def now(code: str, town: Town, days: int = 0) -> tuple[int, int]:
    figure = quality.figure_now(code, at=NOON + timedelta(days=days), place=town.subdistrict)
    return figure.whole - figure.short, figure.whole


def test_every_side_of_quality_is_measured() -> None:
    assert {measure.dimension for measure in MEASURES} == set(Dimension)


def test_what_a_registered_person_lacks_makes_them_incomplete(town: Town) -> None:
    settled(town.dwellings[0], id_no=id_number(1))
    assert now("people.complete", town) == (0, 1)
    settled(town.dwellings[1], "李娜", id_no=id_number(2), hukou_address="紫兰苑1号楼")
    assert now("people.complete", town) == (1, 2)


def test_somebody_in_an_open_conflict_may_be_there_twice(town: Town) -> None:
    person = settled(town.dwellings[0])
    assert now("people.unique", town) == (1, 1)
    raise_conflict("same_name_and_birth", person, source=person.source, at=NOON)
    assert now("people.unique", town) == (0, 1)


def test_a_household_whose_head_is_listed_as_a_child_has_no_clear_head(town: Town) -> None:
    person = settled(town.dwellings[0])
    assert now("households.headed", town) == (1, 1)
    Person.objects.filter(pk=person.pk).update(relation_to_head="20")
    assert now("households.headed", town) == (0, 1)


def test_a_person_in_another_grid_than_their_home_is_inconsistent(town: Town) -> None:
    person = settled(town.dwellings[0])
    assert now("people.placed", town) == (1, 1)
    Person.objects.filter(pk=person.pk).update(grid=town.grids[1])
    assert now("people.placed", town) == (0, 1)


def test_who_needs_care_must_be_seen_more_often(town: Town) -> None:
    person = settled(town.dwellings[0])
    assert now("people.fresh", town) == (0, 1)
    verify_person(person=person, by=CLERK, at=NOON)
    assert now("people.fresh", town, days=100) == (1, 1)
    add_care_label(person=person, kind="living_alone", valid_from=TODAY, by=CLERK, at=NOON)
    assert now("people.fresh", town, days=8) == (1, 1)
    assert now("people.fresh", town, days=9) == (0, 1)


def test_an_office_sets_its_own_intervals(town: Town) -> None:
    quality.furnish_intervals()
    quality.furnish_intervals()
    assert VisitInterval.objects.count() == len(DEFAULT_INTERVALS)
    VisitInterval.objects.filter(code="household").update(days=10, grace=0)
    person = settled(town.dwellings[0])
    verify_person(person=person, by=CLERK, at=NOON)
    assert now("people.fresh", town, days=11) == (0, 1)


def test_new_grids_are_measured_as_soon_as_they_take_effect() -> None:
    ground = office.ground()
    for building in ground.buildings:
        register_dwelling(
            building=building, unit=1, room="101", values={"use": "residential"},
            by=CLERK, at=office.NOON,
        )  # fmt: skip
    quality.refresh(office.NOON)
    office.merged_into_one(ground)
    heir = Place.objects.get(name="永大社区")
    assert [one for one in quality.figures(heir) if one.whole] == []

    for follower in followers["places.take_effect"]:
        follower.run(
            verb="places.take_effect", line_id="", subject_id=None, place_id=None,
            at=office.NOON.isoformat(),
        )  # fmt: skip

    wholes = {one.measure.code: one.whole for one in quality.figures(heir)}
    assert wholes["dwellings.complete"] == len(ground.buildings)


def test_nothing_to_measure_is_no_data(town: Town) -> None:
    quality.refresh(NOON)
    figures = {figure.measure.code: figure for figure in quality.figures(town.subdistrict)}
    assert figures["people.complete"].share is None
    assert figures["dwellings.complete"].share == 0.0


def test_the_night_adds_grids_up_to_communities_and_the_subdistrict(town: Town) -> None:
    for number, dwelling in enumerate(town.dwellings):
        settled(dwelling, id_no=id_number(number))
    for _again in range(2):
        quality.refresh(NOON)
    wholes = []
    for place in (town.subdistrict, *town.communities, *town.grids):
        with queries(1):
            [figure] = [f for f in quality.figures(place) if f.measure.code == "people.complete"]
        wholes.append(figure.whole)
    assert wholes == [12, 9, 3, 6, 3, 3]
    assert len(quality.figures_by_grid("people.complete")) == 3
    assert QualityFigure.objects.filter(measure="people.complete").count() == 3


def test_the_rows_behind_a_figure_are_those_within_reach(town: Town) -> None:
    here = settled(town.dwellings[0])
    settled(town.dwellings[-1], "李娜")
    worker = posted(town.grids[0], "registry.quality", "registry.see_people")
    rows = quality.rows_behind("people.complete", by=worker, at=NOON)
    assert [row.pk for row in rows] == [here.pk]
    looker = posted(town.subdistrict, "registry.quality")
    assert not quality.rows_behind("people.complete", by=looker, at=NOON).exists()


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_figure_has_its_rows(town: Town, code: str) -> None:
    settled(town.dwellings[0])
    at, place = NOON, town.grids[0]
    chief = posted(
        town.subdistrict,
        *(
            "registry.quality",
            "registry.see_people",
            "registry.see_dwellings",
            "registry.see_units",
        ),
    )
    rows = quality.rows_behind(code, by=chief, at=at, place=place)
    assert rows.count() == quality.figure_now(code, at=at, place=place).short
