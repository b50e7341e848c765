from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.actors import Actor
from gezhi.base.testing import queries
from gezhi.core.places.models import CompoundAlias
from gezhi.core.privacy.models import AccessEntry
from gezhi.core.privacy.purposes import furnish_purposes
from gezhi.core.registry.actions.moving import move_out
from gezhi.core.registry.actions.units import change_shop, register_enterprise, register_shop
from gezhi.core.registry.models import Person, Shop
from gezhi.core.registry.pages.common import find_shop
from gezhi.core.registry.pages.searching import hint
from gezhi.core.registry.questions import Kind, read_question
from gezhi.core.registry.search import Answer, search
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
SEES = ("registry.see_people", "registry.see_dwellings", "registry.see_units")


@pytest.fixture
def town() -> Town:
    furnish_purposes(TODAY)
    return build_town()


@pytest.fixture
def clerk(town: Town) -> Actor:
    return posted(town.subdistrict, *SEES)


def found(text: str, by: Actor, kind: str = "person") -> list[str]:
    return [hit.title for hit in search(text, by=by, at=NOON).hits if hit.kind == kind]


@pytest.mark.parametrize(
    "text", ["王伟明", "王伟", "伟明", "wangweiming", "wang wei", "WWM", "ww", "王 伟明"]
)
def test_a_person_is_found_by_name_given_name_pinyin_and_initials(
    town: Town, clerk: Actor, text: str
) -> None:
    settled(town.dwellings[0], "王伟明")
    settled(town.dwellings[1], "李娜")
    assert found(text, clerk) == ["王*明"]


def test_a_name_of_two_characters_comes_before_names_it_begins(town: Town, clerk: Actor) -> None:
    settled(town.dwellings[0], "王伟明")
    settled(town.dwellings[1], "王伟")
    assert found("王伟", clerk) == ["王*", "王*明"]


def test_a_whole_number_finds_its_person_and_is_logged(town: Town, clerk: Actor) -> None:
    person = settled(town.dwellings[0], id_no=id_number(1), phone="13800001111")
    assert found(f" {id_number(1).lower()} ", clerk) == ["王*三"]
    assert found("138-0000-1111", clerk) == ["王*三"]
    entries = AccessEntry.objects.filter(subject_id=person.pk, kind="search")
    assert sorted(entry.fields[0] for entry in entries) == ["id_no", "phone"]


def test_a_search_for_a_number_nobody_has_is_logged_too(town: Town, clerk: Actor) -> None:
    assert search(id_number(5), by=clerk, at=NOON).hits == ()
    assert AccessEntry.objects.get().subject_id is None


def test_a_part_of_a_number_finds_nobody(town: Town, clerk: Actor) -> None:
    settled(town.dwellings[0], id_no=id_number(1))
    answer = search(id_number(1)[:10], by=clerk, at=NOON)
    assert answer == Answer(part=True)


@pytest.mark.parametrize(
    "text", ["紫兰苑1-1-201", "紫兰苑 1号楼 201室", "紫兰苑一号楼201", "兰花苑1-1-201"]
)
def test_a_dwelling_is_found_by_a_fragment_of_its_address(
    town: Town, clerk: Actor, text: str
) -> None:
    CompoundAlias.objects.create(compound=town.buildings[0].compound, alias="兰花苑")
    assert found(text, clerk, "dwelling") == ["紫兰苑 1号楼 1单元 201室"]


def test_a_compound_shows_its_buildings(town: Town, clerk: Actor) -> None:
    assert found("紫兰", clerk, "building") == ["紫兰苑 1号楼", "紫兰苑 2号楼", "紫兰苑 3号楼"]


def test_an_enterprise_is_found_by_part_of_its_name_and_by_its_code(
    town: Town, clerk: Actor
) -> None:
    register_enterprise(
        values={
            "name": "郑州蓝天科技有限公司",
            "uscc": "91410172MA0000007R",
            "address": "科学大道1号",
            "kind": "company",
            "contact": "王小三",
            "phone": "13800001111",
        },
        place=town.grids[0],
        by=CLERK,
        at=NOON,
    )
    for text in ("蓝天", "蓝天科技", "91410172ma0000007r", "13800001111"):
        assert found(text, clerk, "enterprise") == ["郑州蓝天科技有限公司"]


@pytest.mark.parametrize(
    "text", ["老王", "烩面", "laowang", "lwhm", "鑫源", "鑫源餐饮店", "xinyuancanyin", "xycy"]
)
def test_a_shop_is_found_by_its_sign_and_by_its_licence(
    town: Town, clerk: Actor, text: str
) -> None:
    values = {
        "name": "老王烩面馆",
        "licence_name": "鑫源餐饮店",
        "address": "紫兰路20号",
        "trade": "catering",
        "contact": "王小三",
        "phone": "13800001111",
    }
    register_shop(values=values, place=town.grids[0], by=CLERK, at=NOON)
    register_shop(
        values={**values, "name": "李记粮油", "licence_name": ""},
        place=town.grids[0],
        by=CLERK,
        at=NOON,
    )
    assert found(text, clerk, "shop") == ["老王烩面馆"]
    assert [shop.name for shop in find_shop(Shop.objects.all(), text)] == ["老王烩面馆"]


def test_a_shop_with_another_licence_is_found_by_that_one(town: Town, clerk: Actor) -> None:
    values = {
        "name": "老王烩面馆",
        "licence_name": "鑫源餐饮店",
        "address": "紫兰路20号",
        "trade": "catering",
        "contact": "王小三",
        "phone": "13800001111",
    }
    shop = register_shop(values=values, place=town.grids[0], by=CLERK, at=NOON)
    change_shop(unit=shop, values={"licence_name": "宏达餐饮店"}, by=CLERK, at=NOON)
    assert found("hongda", clerk, "shop") == ["老王烩面馆"]
    assert found("xinyuan", clerk, "shop") == []
    assert "licence_pinyin" not in set(shop.history.values_list("field", flat=True))


def test_nobody_finds_what_lies_outside_their_post(town: Town) -> None:
    settled(town.dwellings[-1], "王伟明", id_no=id_number(1))
    neighbour = posted(town.grids[0], *SEES)
    assert found("王伟明", neighbour) == []
    assert found(id_number(1), neighbour) == []
    assert found("瑞达苑4-1-101", neighbour, "dwelling") == []
    assert found("王伟明", posted(town.grids[2], *SEES)) == ["王*明"]
    assert found("王伟明", posted(town.subdistrict, "registry.see_units")) == []


def test_who_has_left_is_shown_as_gone_after_who_is_here(town: Town, clerk: Actor) -> None:
    gone = settled(town.dwellings[0], "王伟")
    move_out(person=gone, on=TODAY, by=CLERK, at=NOON + timedelta(minutes=1))
    settled(town.dwellings[1], "王伟")
    hits = search("王伟", by=clerk, at=NOON).hits
    assert [hit.detail for hit in hits] == ["紫兰苑 1号楼 1单元 201室", "已迁出"]


def test_more_than_fit_is_said(town: Town, clerk: Actor) -> None:
    for number in range(4):
        settled(town.dwellings[0], f"王伟{chr(0x4E00 + number)}")
    answer = search("王伟", by=clerk, at=NOON, most=3)
    assert len(answer.hits) == 3
    assert answer.more


@pytest.mark.parametrize(("text", "most"), [("王伟", 5), ("wangwei", 4), ("紫兰苑1-1-201", 9)])
def test_a_search_costs_few_queries(town: Town, clerk: Actor, text: str, most: int) -> None:
    settled(town.dwellings[0], "王伟")
    search(text, by=clerk, at=NOON)  # places come to memory
    with queries(most):
        search(text, by=clerk, at=NOON)


@given(st.text(max_size=80))
def test_every_text_is_some_question(text: str) -> None:
    question = read_question(text)
    assert question.kind in Kind
    assert len(question.text) <= 60


def test_a_question_does_not_print_a_number() -> None:
    assert "410172" not in repr(read_question(id_number(1)))
    assert Person._meta.verbose_name == "人员"


@pytest.mark.parametrize(
    ("text", "part"), [("4101 72", True), ("😀", False), ("' OR 1=1--", False)]
)
def test_only_what_looks_like_a_number_is_called_part_of_one(text: str, part: bool) -> None:
    assert hint(text, Answer(part=True), suggesting=False).startswith("号码不能只写一部分") is part
