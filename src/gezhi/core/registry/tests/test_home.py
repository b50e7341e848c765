"""What a home page draws of the registry: people by place and by age."""

from __future__ import annotations

from datetime import date

import pytest

from gezhi.base.testing import queries
from gezhi.core.registry.figures import home_figures
from gezhi.core.registry.tests.desk import CLERK, at_desk
from gezhi.core.registry.tests.town import NOON, Town, build_town, id_number, posted, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    """Two people in the first grid, one a child."""
    town = build_town()
    settled(town.dwellings[0], id_no=id_number(1))
    settled(town.dwellings[0], id_no=id_number(2, date(2019, 5, 1)))
    return town


def test_a_chief_sees_people_by_community_with_a_map_and_by_age(town: Town) -> None:
    chief = posted(town.subdistrict, "registry.see_people", "places.see")

    with queries(5):  # two of them the tree, once for many answers
        by_place, by_age = home_figures(chief, NOON)

    first = town.communities[0]
    assert (first.name, 2, f"/people/?place={first.pk}") in by_place.rows
    assert by_place.most == 2
    assert by_place.map_address.startswith("/places/map.json?")
    assert ("3-6 岁", 1, "") in by_age.rows
    assert sum(number for _band, number, _to in by_age.rows) == 2


def test_whoever_may_not_see_boundaries_is_given_the_numbers_without_a_map(town: Town) -> None:
    counter = posted(town.subdistrict, "registry.see_people")

    by_place = home_figures(counter, NOON)[0]

    assert (by_place.map_address, by_place.most) == ("", 2)


def test_a_community_is_drawn_by_its_grids_and_a_grid_by_age_alone(town: Town) -> None:
    community = posted(town.communities[0], "registry.see_people")
    grid = posted(town.grids[0], "registry.see_people")

    assert [one.rows[0][0] for one in home_figures(community, NOON)] == [
        town.grids[0].name,
        "0-2 岁",
    ]
    assert [one.title for one in home_figures(grid, NOON)] == ["各年龄人口"]


def test_whoever_may_not_see_people_is_shown_no_numbers_of_them(town: Town) -> None:
    assert home_figures(posted(town.subdistrict, "registry.see_units"), NOON) == ()
    elsewhere = posted(town.communities[1], "registry.see_people")
    assert home_figures(elsewhere, NOON) == []


def test_the_first_page_offers_what_one_may_begin(town: Town) -> None:
    page = at_desk(town.subdistrict, CLERK).get("/").content.decode()

    assert '<a class="btn" href="/imports/new/">' in page
    assert 'class="bars"' in page
