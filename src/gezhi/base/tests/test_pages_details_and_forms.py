"""One row in full, and the forms, confirmations and steps that act on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gezhi.base.actors import Actor
from gezhi.base.pages import hooks
from gezhi.base.testing import queries
from gezhi.base.tests import ladders
from gezhi.base.tests.ladders import EDIT, SEE, YONGLE, Ladder, add, add_many, staff

Enter = Callable[[Actor | None], Client]
LEND = {"borrower": "张三", "due": "2022-09-20"}


def words(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def kept(answer: Any) -> str:
    """What a step's form carries of the steps before it."""
    found = re.search('name="_kept" value="([^"]+)"', words(answer))
    assert found
    return found[1]


def test_a_detail_shows_marks_fields_related_rows_and_what_happened(enter: Enter) -> None:
    ladder, *_others = (add(f"梯子 {n}") for n in range(6))
    with queries(2):
        page = words(enter(staff()).get(f"/ladders/{ladder.pk}/"))

    assert '<span class="mark mark-info">可借</span>' in page
    assert "138****5678" in page
    assert page.count('class="opens"') == 3
    assert "只显示最近的一部分" in page
    assert "永乐社区 保管员" in page
    assert '<a href="/ladders/">梯子</a>' in page


def test_related_rows_open_in_place_of_the_page(enter: Enter) -> None:
    ladder, other = add("红梯"), add("蓝梯")

    page = words(enter(staff()).get(f"/ladders/{ladder.pk}/"))

    assert f'<a class="opens" href="/ladders/{other.pk}/">' in page


def test_the_drawer_shows_a_summary_of_the_same_declaration(enter: Enter) -> None:
    ladder = add("红梯")
    target = {"HX-Request": "true", "HX-Target": "drawer-body"}
    drawer = words(enter(staff()).get(f"/ladders/{ladder.pk}/", headers=target))

    assert "<html" not in drawer
    assert "红梯" in drawer
    assert "尺码" not in drawer
    assert "同网格的梯子" not in drawer


def test_a_section_with_a_right_of_its_own_is_not_there_without_it(enter: Enter) -> None:
    ladder = add("红梯")

    assert "尺码" in words(enter(staff()).get(f"/ladders/{ladder.pk}/"))
    assert "尺码" not in words(enter(staff(YONGLE, 2, SEE)).get(f"/ladders/{ladder.pk}/"))


def test_a_refused_act_is_grey_and_says_why(enter: Enter) -> None:
    free, lent = add("红梯"), add("蓝梯", state="lent")
    keeper = enter(staff())

    offered = words(keeper.get(f"/ladders/{free.pk}/"))
    refused = words(keeper.get(f"/ladders/{lent.pk}/"))

    assert f'href="/ladders/{free.pk}/lend/">借出' in offered
    assert "这架梯子已借出，请先归还" in refused
    assert re.search(r'<button class="btn"[^>]* disabled[^>]*>借出', refused)
    assert "借出</a>" not in words(enter(staff(YONGLE, 2, SEE)).get(f"/ladders/{free.pk}/"))


def test_a_form_calls_its_action_and_leads_to_the_row(enter: Enter) -> None:
    ladder = add("红梯")
    answer = enter(staff()).post(f"/ladders/{ladder.pk}/lend/", LEND)

    assert answer.status_code == 302
    assert answer["Location"] == f"/ladders/{ladder.pk}/"
    ladder.refresh_from_db()
    assert ladder.state == "lent"


def test_htmx_is_told_to_load_the_next_page_whole(enter: Enter) -> None:
    ladder = add("红梯")
    answer = enter(staff()).post(
        f"/ladders/{ladder.pk}/lend/", LEND, headers={"HX-Request": "true"}
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/ladders/{ladder.pk}/")


def test_a_form_filled_in_wrongly_keeps_what_was_written_and_says_the_mend(enter: Enter) -> None:
    ladder = add("红梯")
    answer = enter(staff()).post(f"/ladders/{ladder.pk}/lend/", {"borrower": "张三", "due": "后天"})

    assert answer.status_code == 422
    assert 'value="张三"' in words(answer)
    assert 'aria-describedby="id_due_error"' in words(answer)


def test_a_refusal_stands_at_the_field_it_names(enter: Enter) -> None:
    ladder = add("红梯")
    answer = enter(staff()).post(f"/ladders/{ladder.pk}/lend/", LEND | {"borrower": "王五"})

    assert answer.status_code == 422
    place = words(answer).index('id="id_borrower_error"')
    assert words(answer).index("王五有一架未还") > place
    ladder.refresh_from_db()
    assert ladder.state == "free"


def test_what_cannot_be_done_now_is_said_instead_of_a_form(enter: Enter) -> None:
    ladder = add("红梯", state="lent")
    page = words(enter(staff()).get(f"/ladders/{ladder.pk}/lend/"))

    assert "这架梯子已借出，请先归还" in page
    assert 'name="borrower"' not in page
    assert f'href="/ladders/{ladder.pk}/">返回</a>' in page


def test_every_form_carries_a_key_of_its_own_against_sending_twice(enter: Enter) -> None:
    ladder = add("红梯")
    keeper = enter(staff())
    keys = [
        re.findall('name="_once" value="([0-9a-f-]{36})"', words(keeper.get(address)))
        for address in (f"/ladders/{ladder.pk}/lend/", f"/ladders/{ladder.pk}/scrap/") * 2
    ]

    assert all(len(found) == 1 for found in keys)
    assert len({found[0] for found in keys}) == 4


def test_a_confirmation_says_what_follows_and_wants_the_reason(enter: Enter) -> None:
    ladder = add("红梯")
    keeper = enter(staff())

    asked = words(keeper.get(f"/ladders/{ladder.pk}/scrap/"))
    without = keeper.post(f"/ladders/{ladder.pk}/scrap/")
    done = keeper.post(f"/ladders/{ladder.pk}/scrap/", {"reason": "梯脚断裂"})

    assert "梯子从清单中删除" in asked
    assert "请写明事由" in words(without)
    assert done["Location"] == "/ladders/"
    assert not Ladder._default_manager.exists()


def test_a_form_sent_without_its_token_is_refused_in_plain_words(enter: Enter) -> None:
    ladder = add("红梯")
    enter(staff())
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(f"/ladders/{ladder.pk}/lend/", LEND)

    assert answer.status_code == 403
    assert "请返回上一页重新打开后再试" in words(answer)


def test_a_dialog_is_the_same_form_without_the_frame(enter: Enter) -> None:
    ladder = add("红梯")
    target = {"HX-Request": "true", "HX-Target": "dialog"}
    dialog = words(enter(staff()).get(f"/ladders/{ladder.pk}/lend/", headers=target))

    assert dialog.lstrip().startswith("<dialog")
    assert f'action="/ladders/{ladder.pk}/lend/"' in dialog


# --- steps ---------------------------------------------------------------------------

WHAT = {"name": "新梯", "state": "lent", "_stage": "0"}


def test_steps_lead_to_one_act_with_everything_filled_in(enter: Enter) -> None:
    keeper = enter(staff(ladders.TOWN, 1, EDIT, SEE))

    first = keeper.get("/ladders/add/")
    second = keeper.post("/ladders/add/", WHAT | {"_kept": kept(first)})
    third = keeper.post("/ladders/add/", {"height": "250", "_stage": "1", "_kept": kept(second)})
    done = keeper.post("/ladders/add/", {"_stage": "2", "_kept": kept(third)})

    assert 'name="height"' in words(second)
    assert "新梯" in words(third)
    assert "已借出" in words(third)
    row = Ladder._default_manager.get()
    assert (row.name, row.state, row.height_cm) == ("新梯", "lent", 250)
    assert done["Location"] == f"/ladders/{row.pk}/"


def test_a_step_back_keeps_what_was_written(enter: Enter) -> None:
    keeper = enter(staff())
    second = keeper.post("/ladders/add/", WHAT)
    back = keeper.post(
        "/ladders/add/", {"height": "300", "_stage": "1", "_kept": kept(second), "_back": "1"}
    )
    again = keeper.post("/ladders/add/", WHAT | {"_kept": kept(back)})

    assert 'value="新梯"' in words(back)
    assert 'value="300"' in words(again)


def test_a_step_cannot_be_skipped_nor_what_was_kept_be_changed(enter: Enter) -> None:
    keeper = enter(staff())

    skipped = keeper.post("/ladders/add/", {"_stage": "2"})
    second = keeper.post("/ladders/add/", WHAT)
    forged = keeper.post(
        "/ladders/add/", {"height": "9", "_stage": "1", "_kept": kept(second)[:-2] + "xx"}
    )

    assert skipped.status_code == forged.status_code == 422
    assert 'name="name"' in words(skipped)
    assert 'name="name"' in words(forged)
    assert not Ladder._default_manager.exists()


@pytest.mark.parametrize("stage", ["-1", "99", "x", "²", ""])
def test_a_step_that_is_not_there_breaks_nothing(enter: Enter, stage: str) -> None:
    assert enter(staff()).post("/ladders/add/", {"_stage": stage}).status_code == 422


def test_a_refusal_at_the_end_leads_back_to_the_step_of_its_field(enter: Enter) -> None:
    keeper = enter(staff())
    second = keeper.post("/ladders/add/", WHAT | {"name": "重名"})
    third = keeper.post("/ladders/add/", {"height": "250", "_stage": "1", "_kept": kept(second)})
    end = keeper.post("/ladders/add/", {"_stage": "2", "_kept": kept(third)})

    assert end.status_code == 422
    assert "已有同名梯子，请换个名称" in words(end)
    assert 'value="重名"' in words(end)


def test_an_act_on_a_row_leads_back_to_the_row(enter: Enter) -> None:
    ladder = add("红梯")

    page = words(enter(staff()).get(f"/ladders/{ladder.pk}/lend/"))

    assert f'<a href="/ladders/{ladder.pk}/">红梯</a>' in page
    assert f'<a class="btn" href="/ladders/{ladder.pk}/">返回</a>' in page


# --- hooks ---------------------------------------------------------------------------


def test_a_hook_has_one_provider_and_answers_by_default_without(office: None) -> None:
    assert hooks.todo_count(staff(), ladders.NOON) == 0

    hooks.todo_count.provide(seven)
    hooks.todo_count.provide(seven)

    assert hooks.todo_count(staff(), ladders.NOON) == 7
    assert hooks.provided()["todo_count"]
    with pytest.raises(ValueError, match="todo_count"):
        hooks.todo_count.provide(lambda actor, at: 8)


def test_several_areas_answer_a_gathering_hook_one_after_the_other(office: None) -> None:
    assert hooks.home_tiles(staff(), ladders.NOON) == []

    hooks.home_tiles.provide(one_tile)
    hooks.home_tiles.provide(one_tile)
    hooks.home_tiles.provide(lambda actor, at: [hooks.Tile("乙", "2")])

    assert [one.label for one in hooks.home_tiles(staff(), ladders.NOON)] == ["甲", "乙"]


def one_tile(actor: Actor, at: object) -> list[hooks.Tile]:
    return [hooks.Tile("甲", "1")]


def seven(actor: Actor, at: object) -> int:
    return 7


def test_pages_of_a_list_are_the_same_with_and_without_related_rows(enter: Enter) -> None:
    add_many(30)
    row = Ladder._default_manager.order_by("name").first()
    assert row
    with queries(2):
        enter(staff()).get(f"/ladders/{row.pk}/")
