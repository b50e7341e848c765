"""今天先办: what a grid's worker does first, from what the registry holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.base.actors import Actor
from gezhi.base.pages.hooks import Errand
from gezhi.base.testing import queries
from gezhi.core.places.models import Place
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.people import verify_person
from gezhi.core.registry.conflicts import raise_conflict
from gezhi.core.registry.errands import MOST, home_errands, shared_out
from gezhi.core.registry.models import Dwelling, Person
from gezhi.core.registry.tests.desk import WORKER, at_desk, words
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


def worker(place: Place, *more: str) -> Actor:
    return posted(place, *WORKER, *more)


def seen(person: Person, days_ago: int = 0) -> Person:
    verify_person(person=person, by=CLERK, at=NOON - timedelta(days=days_ago))
    return person


def told(actor: Actor) -> list[tuple[str, str]]:
    return [(one.words, one.why) for one in home_errands(actor, NOON)]


def test_somebody_long_not_seen_is_visited_and_somebody_seen_is_not(town: Town) -> None:
    late = seen(settled(town.dwellings[0], id_no=id_number(1)), days_ago=196)
    seen(settled(town.dwellings[0], "李小四", id_no=id_number(2)), days_ago=195)

    [visit] = home_errands(worker(town.grids[0]), NOON)

    assert visit == Errand(
        "走访 王*三", f"{town.dwellings[0].address} · 上次核实 2022-03-01", f"/people/{late.pk}/"
    )


def test_who_needs_care_comes_first_for_those_who_may_know_of_it(town: Town) -> None:
    seen(settled(town.dwellings[0], id_no=id_number(1)), days_ago=300)
    alone = seen(settled(town.dwellings[0], "李小四", id_no=id_number(2)), days_ago=9)
    add_care_label(person=alone, kind="living_alone", valid_from=TODAY, by=CLERK, at=NOON)

    knowing = told(worker(town.grids[0], "registry.see_care"))
    unknowing = told(worker(town.grids[0]))

    assert [one for one, _why in knowing] == ["走访 李*四", "走访 王*三"]
    assert [one for one, _why in unknowing] == ["走访 王*三"]


def test_a_conflict_leads_to_where_the_worker_may_go(town: Town) -> None:
    person = seen(settled(town.dwellings[0], id_no=id_number(1)))
    raise_conflict("same_name_and_birth", person, source=person.source, at=NOON)

    [looked_at] = home_errands(worker(town.grids[0]), NOON)
    [settled_by] = home_errands(worker(town.grids[0], "registry.settle"), NOON)

    assert looked_at.words == "核对 王*三"
    assert looked_at.why == "同名同生日，无证件号"
    assert looked_at.address == f"/people/{person.pk}/"
    assert settled_by.address.startswith("/conflicts/")


def test_somebody_without_a_number_is_asked_for_it_unless_processing_is_restricted(
    town: Town,
) -> None:
    seen(settled(town.dwellings[0]))
    blocked = seen(settled(town.dwellings[0], "李小四"))
    Person.objects.filter(pk=blocked.pk).update(blocked=True)

    assert told(worker(town.grids[0])) == [("补登 王*三 的证件号码", town.dwellings[0].address)]


def test_a_lease_about_to_end_is_asked_about_and_an_empty_home_filled(town: Town) -> None:
    rented, other, _third = town.dwellings[:3]
    for home, days in ((rented, 14), (other, 15)):
        Dwelling.objects.filter(pk=home.pk).update(
            use_state="rented", lease_to=TODAY + timedelta(days=days)
        )
    Dwelling.objects.update(verified_at=NOON)

    assert told(worker(town.grids[0])) == [
        (f"问租约 {rented.address}", "租期至 2022-09-27"),
        (f"登记住户 {rented.address}", "房屋有人用，却没有登记住的人"),
        (f"登记住户 {other.address}", "房屋有人用，却没有登记住的人"),
    ]


def test_a_rented_home_is_looked_at_by_its_own_interval(town: Town) -> None:
    Dwelling.objects.filter(pk=town.dwellings[0].pk).update(
        use_state="rented", residents=1, verified_at=NOON - timedelta(days=34)
    )

    assert told(worker(town.grids[0])) == [
        (f"查看出租房 {town.dwellings[0].address}", "上次核实 2022-08-10")
    ]


def test_each_kind_gets_its_turn_and_ten_are_enough(town: Town) -> None:
    for number in range(12):
        settled(town.dwellings[0], f"王小{'一二三四五六七八九十百千'[number]}")
    Dwelling.objects.filter(grid=town.grids[0]).update(use_state="rented")

    with queries(7):
        found = told(worker(town.grids[0], "registry.see_care", "registry.settle"))

    kinds = [one.split(" ")[0] for one, _why in found]
    assert len(found) == MOST
    assert (kinds.count("走访"), kinds.count("补登"), kinds.count("查看出租房")) == (3, 3, 2)


def test_turns_go_round_until_all_lists_are_told() -> None:
    a, b = ([Errand(f"{kind}{n}", "", "") for n in range(3)] for kind in "ab")

    assert [one.words for one in shared_out([a, [], b[:1]], 3)] == ["a0", "a1", "b0"]
    assert shared_out([a, b], 10) == [*a, *b]
    assert shared_out([[], []], 10) == []


def test_another_grid_and_a_wider_post_are_not_told(town: Town) -> None:
    settled(town.dwellings[0])

    assert told(worker(town.grids[1])) == []
    assert told(worker(town.communities[0])) == []
    assert told(posted(town.grids[0], "registry.see_people")) == []


def test_the_first_page_tells_it_with_names_masked(town: Town) -> None:
    settled(town.dwellings[0])

    page = at_desk(town.grids[0], WORKER).get("/")

    assert "今天先办 走访 王*三" in words(page)
    assert "王小三" not in page.content.decode()
