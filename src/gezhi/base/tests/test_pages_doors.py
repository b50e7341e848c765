"""Who gets in: strangers, staff without the right, rows out of scope, acts of others."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import cast

import pytest
from django.test import Client

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.tests import ladders
from gezhi.base.tests.ladders import EDIT, SEE, YONGLE, ZILAN, add, staff

Enter = Callable[[Actor | None], Client]


def test_a_stranger_finds_nothing_behind_any_door_but_the_public_one(enter: Enter) -> None:
    ladder = add("红梯")
    stranger = enter(None)

    for page in ladders.pages:
        address = "/" + page.path.replace("<uuid:pk>", str(ladder.pk))
        for answer in (stranger.get(address), stranger.post(address)):
            assert (answer.status_code == 404) is not page.public, address


def test_staff_without_the_right_find_nothing(enter: Enter) -> None:
    keeper = enter(staff(ladders.TOWN, 1, EDIT))

    assert keeper.get("/ladders/").status_code == 404


def test_a_row_of_another_community_is_not_there(enter: Enter) -> None:
    ladder = add("红梯", ZILAN)
    keeper = enter(staff(YONGLE, 2))

    assert keeper.get(f"/ladders/{ladder.pk}/").status_code == 404
    assert keeper.get(f"/ladders/{ladder.pk}/lend/").status_code == 404


def test_a_row_in_sight_whose_act_is_not_mine_is_forbidden(enter: Enter) -> None:
    ladder = add("红梯")
    viewer = enter(staff(YONGLE, 2, SEE))

    answer = viewer.get(f"/ladders/{ladder.pk}/lend/")

    assert answer.status_code == 403
    assert "没有“借出梯子”权限" in answer.content.decode()


def test_a_right_held_elsewhere_does_not_reach_a_row_seen_through_another_post(
    enter: Enter,
) -> None:
    ladder = add("红梯", ZILAN)
    sees, lends = staff(ladders.TOWN, 1, SEE), staff(YONGLE, 2, EDIT)
    both = Actor(sees.kind, "李明", sees.account_id, holdings=sees.holdings + lends.holdings)

    assert enter(both).get(f"/ladders/{ladder.pk}/").status_code == 200
    assert enter(both).post(f"/ladders/{ladder.pk}/lend/").status_code == 403


def test_other_methods_than_reading_and_posting_are_not_for_pages(enter: Enter) -> None:
    assert enter(staff()).delete("/ladders/").status_code == 405
    assert enter(staff()).post("/ladders/never/").status_code == 405


def test_a_page_that_names_no_right_does_not_open() -> None:
    class Careless(ui.Page):
        path, name, title = "x/", "x", "x"

    class Inheriting(ladders.Open):
        path, name = "y/", "y"

    for page in (Careless, Inheriting):
        module = cast(ModuleType, SimpleNamespace(pages=(page,)))
        with pytest.raises(TypeError):
            ui.urlpatterns_of([module])


def test_two_pages_of_one_name_do_not_open() -> None:
    class Another(ladders.LadderList):
        path = "elsewhere/"

    module = cast(ModuleType, SimpleNamespace(pages=(ladders.LadderList, Another)))
    with pytest.raises(TypeError, match=r"ladders\.list"):
        ui.urlpatterns_of([module])


def test_a_refusal_no_page_caught_is_a_page_with_its_sentence(enter: Enter) -> None:
    answer = enter(staff()).get("/ladders/never/")

    assert answer.status_code == 403
    assert "梯子不外借给外单位" in answer.content.decode()


def test_htmx_gets_a_refusal_as_a_message_beside_the_page(enter: Enter) -> None:
    answer = enter(staff()).get("/ladders/never/", headers={"HX-Request": "true"})

    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.content.decode()


def test_too_many_says_when_it_opens_again(enter: Enter) -> None:
    ladder = add("红梯")
    answer = enter(staff()).post(
        f"/ladders/{ladder.pk}/lend/", {"borrower": "赵六", "due": "2022-09-20"}
    )

    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"


def test_a_second_factor_is_asked_before_a_guarded_export_and_lasts_a_while(enter: Enter) -> None:
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    late, fresh = now - timedelta(hours=1), now - timedelta(minutes=1)
    address = "/ladders/guarded/?out=xlsx"

    without = enter(staff()).get(address)
    old = enter(staff(factor_at=late)).get(address)
    new = enter(staff(factor_at=fresh)).get(address)

    assert without.status_code == old.status_code == 302
    assert without["Location"].startswith("/hours/?next=%2Fladders%2Fguarded%2F")
    assert new.status_code == 200
