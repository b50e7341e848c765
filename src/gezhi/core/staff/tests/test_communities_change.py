"""What becomes of posts when communities are split or merged."""

from __future__ import annotations

import pytest

from gezhi.core.places import redistricting
from gezhi.core.places.models import Place
from gezhi.core.places.tests import office as ground_of
from gezhi.core.staff import queries
from gezhi.core.staff.models import Post
from gezhi.core.staff.tests.office import hire

pytestmark = pytest.mark.django_db


def test_posts_of_a_merged_community_end_and_wait_to_be_given_again() -> None:
    town = ground_of.ground()
    secretary = hire("lan", "grid_chief_l2", town.yongle, name="兰玉梅", since=ground_of.START)
    worker = hire("qin", "grid_worker_full", town.first, name="秦小禾", since=ground_of.START)
    chief = Post.objects.get(account=secretary)

    done = ground_of.merged_into_one(town)

    ended = Post.objects.get(pk=chief.pk)
    assert (ended.valid_to, ended.ended_reason) == (ground_of.TODAY, "村（社区）撤并")
    heir = Place.objects.get(name="永大社区")
    assert not Post.objects.filter(place=heir).exists()
    [listed] = redistricting.ended_posts(done, ground_of.TODAY)
    assert (listed.holder.name, listed.holder.role, listed.again) == (
        "兰玉梅", "grid_chief_l2", ()
    )  # fmt: skip
    assert listed.holder.address == f"/accounts/{secretary.pk}/"
    vacant = queries.vacancies(ground_of.chief_1(town.office), ground_of.NOON)
    assert heir.pk in set(vacant.values_list("pk", flat=True))
    # whoever works in a grid goes on working there, under its new code
    [kept] = Post.objects.held(on=ground_of.TODAY).filter(account=worker)
    assert kept.place.predecessors == [town.first.code]

    Post.objects.create(account=secretary, role=chief.role, place=heir, valid_from=ground_of.TODAY)
    [again] = redistricting.ended_posts(done, ground_of.TODAY)
    assert again.again == ("永大社区",)
