"""The demonstration: what it fills in, what its front page says, and that it is nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from gezhi.base.actors import system
from gezhi.core.cells.models import RollUp
from gezhi.core.places import snapshots
from gezhi.core.places.models import Building, Place
from gezhi.core.registry.models import (
    CareLabel,
    Dwelling,
    Enterprise,
    ImportBatch,
    Person,
    Shop,
    Site,
    Tally,
    Vehicle,
)
from gezhi.core.staff.models import Account, Post
from gezhi.wiring.demo import casting, desks, listing, loading, measuring, progress, structure
from gezhi.wiring.towns import GOUZHAO, TOWNS
from gezhi.wiring.towns.cast import CAST, Member

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


@pytest.fixture
def demo() -> Iterator[None]:
    with override_settings(DEMO=True):
        yield


@pytest.fixture
def town() -> None:
    """沟赵 with its grids and addresses, in the tests' own cell of the same code."""
    snapshots.forget()
    assert structure.found_town(GOUZHAO, at=NOON)
    assert desks.open_desks_of(GOUZHAO, at=NOON)


def staff() -> list[Member]:
    return [one for one in CAST if one.town == "gouzhao" and one.home is None]


def enrolled() -> int:
    members = [one for one in CAST if one.town == "gouzhao"]
    return casting.enrol_missing(members, GOUZHAO, system("command"), NOON)


# --- filling ---------------------------------------------------------------------------


def test_gouzhao_stands_with_one_eighteen_and_fifty_grids(town: None) -> None:
    levels = [Place.objects.filter(level=level).count() for level in (1, 2, 3)]
    assert levels == [1, 18, 50]
    assert not Place.objects.filter(level=3, party_group="").exists()
    assert Building.objects.count() > 150
    assert snapshots.exact().address_book.resolve("紫兰苑3-2-501").building is not None


def test_a_second_founding_leaves_everything_as_it_is(town: None) -> None:
    before = set(Place.objects.values_list("pk", flat=True))
    assert not structure.found_town(GOUZHAO, at=NOON)
    assert set(Place.objects.values_list("pk", flat=True)) == before


def test_staff_of_the_cast_hold_their_posts_and_residents_wait_for_their_file(town: None) -> None:
    assert enrolled() == len(staff())
    for member in staff():
        posts = Post.objects.select_related("place").filter(account__username=member.username)
        assert {(post.role_id, post.waits) for post in posts} == {(member.role, False)}
        spots = [member.place, *((community,) for community in member.beside)]
        assert {post.place.code for post in posts} == {GOUZHAO.place_code(*s) for s in spots}
    assert not Account.objects.filter(username="zheng.yumei").exists()


def test_the_cast_cannot_be_signed_in_with_a_password(town: None) -> None:
    enrolled()
    assert all(not one.has_usable_password() for one in Account.objects.filter(is_demo=True))


def test_a_second_enrolment_is_no_act_at_all(town: None) -> None:
    enrolled()
    assert enrolled() == 0


def test_units_are_registered_where_they_stand(town: None) -> None:
    assert listing.list_units_of(GOUZHAO, at=NOON)
    assert Site.objects.count() == 58
    assert Site.objects.exclude(stage="planned").count() == 37
    assert (Enterprise.objects.count(), Shop.objects.count()) == (320, 900)
    assert not Enterprise.objects.filter(grid=None).exists()
    assert not listing.list_units_of(GOUZHAO, at=NOON)


def test_a_town_is_measured_and_told_to_the_district_as_soon_as_it_is_in_and_not_again(
    town: None,
) -> None:
    listing.list_units_of(GOUZHAO, at=NOON)

    assert measuring.measure(GOUZHAO, at=NOON) > 0
    assert measuring.measure(GOUZHAO, at=NOON) == 0
    with schema_context("public"):
        told = dict(RollUp.objects.filter(place=GOUZHAO.code).values_list("metric", "value"))
    assert told["sites"] == 58


def test_the_larger_town_hands_in_four_sheets_from_each_community() -> None:
    smaller, larger = (loading.sheets_of(spec) for spec in TOWNS)
    assert [one.name for one in smaller] == [
        "沟赵办事处房屋底数.xlsx",
        "沟赵办事处人口底数.xlsx",
        "沟赵办事处重点服务对象.xlsx",
        "沟赵办事处车辆底数.xlsx",
    ]
    assert len({one.name for one in larger}) == 72
    assert {at for one in larger for at in one.communities} == set(range(18))


def test_exactly_the_towns_people_come_in_through_their_sheets() -> None:
    snapshots.forget()
    small = replace(GOUZHAO, people=600)
    structure.found_town(small, at=NOON)
    desks.open_desks_of(small, at=NOON)
    enrolled()
    assert loading.load_people(small)
    assert Person.objects.filter(state="present").count() == 600
    assert CareLabel.objects.filter(person__name="郑玉梅", kind="living_alone").exists()
    assert Dwelling.objects.filter(use_state="vacant").exists()
    vehicles = Vehicle.objects.filter(until=None)
    assert vehicles.count() > 60
    assert vehicles.filter(owner=None).count() < vehicles.count() / 4
    assert not vehicles.filter(dwelling=None).exists()
    batches = ImportBatch.objects.all()
    assert {batch.state for batch in batches} == {"confirmed"}
    assert sum(batch.counts["refused"] for batch in batches) == 0
    assert not loading.load_people(small), "nothing is taken in twice"
    assert enrolled() == 2, "the residents of the cast are on file now"
    resident = Account.objects.get(username="lin.xiaozhou")
    assert resident.person_id is not None
    assert Person.objects.get(pk=resident.person_id).name == "林晓舟"


# --- progress --------------------------------------------------------------------------


def test_progress_counts_the_people_on_file(town: None) -> None:
    grid = Place.objects.filter(level=3).first()
    Tally.objects.create(metric="people", place=grid, value=10_800)
    one = progress.progress_of(GOUZHAO, at=NOON)
    assert (one.people, one.percent, one.is_done) == (10_800, 50, False)
    Tally.objects.update(value=GOUZHAO.people)
    assert progress.progress_of(GOUZHAO, at=NOON).has_people


def test_a_town_without_its_cell_has_nobody_yet() -> None:
    other = TOWNS[1]
    assert progress.progress_of(other, at=NOON).people == 0


def test_time_left_is_told_in_whole_minutes() -> None:
    told = progress.Progress(GOUZHAO, 100, left=timedelta(seconds=20))
    assert told.minutes_left == 1
    assert progress.Progress(GOUZHAO, 100, left=timedelta(minutes=7.4)).minutes_left == 7
    assert progress.Progress(GOUZHAO, 100).minutes_left is None


def test_the_sign_in_page_is_told_only_in_the_demo(town: None) -> None:
    assert progress.front_notes(NOON) == ()
    with override_settings(DEMO=True):
        assert any("沟赵" in note for note in progress.front_notes(NOON))


# --- the front page --------------------------------------------------------------------


def test_strangers_are_led_to_the_front_page(demo: None, client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/demo/")


def test_outside_the_demo_there_is_no_front_page(client: Client) -> None:
    assert client.get("/demo/").status_code == 404
    assert client.get("/demo/progress/").status_code == 404
    assert client.get("/").headers.get("Location") != "/demo/"


def test_the_front_page_offers_the_cast_of_its_own_host(
    demo: None, town: None, client: Client
) -> None:
    enrolled()
    page = client.get("/demo/", HTTP_HOST="localhost:8123").content.decode()
    for member in staff():
        key = Account.objects.get(username=member.username).pk
        assert f'value="{key}"' in page
    assert "http://fengyang.localhost:8123/demo/" in page
    assert "http://district.localhost:8123/demo/" in page
    assert "档案还在载入" in page


def test_the_front_page_costs_the_same_whatever_the_cast(
    demo: None, town: None, client: Client
) -> None:
    costs = []
    for members in (staff()[:1], staff()):
        casting.enrol_missing(members, GOUZHAO, system("command"), NOON)
        client.get("/demo/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/demo/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 10


def test_a_click_signs_in(demo: None, town: None, client: Client) -> None:
    enrolled()
    who = Account.objects.get(username="wen.ruyi")
    answer = client.post("/demo/sign-in/", {"who": str(who.pk)})
    assert answer.status_code == 302
    home = client.get("/")
    assert home.status_code == 200
    assert "文如意" in home.content.decode()


def test_progress_is_asked_for_again_only_while_loading(
    demo: None, town: None, client: Client
) -> None:
    assert "every 3s" in client.get("/demo/progress/").content.decode()
