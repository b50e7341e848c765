"""Lists: what is asked for, what is found, how it is paged, counted, chosen and taken out."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from gezhi.base.actors import Actor
from gezhi.base.pages import hooks
from gezhi.base.testing import queries
from gezhi.base.tests import ladders
from gezhi.base.tests.ladders import EDIT, GRIDS, SEE, YONGLE, ZILAN, Ladder, add, add_many, staff

Enter = Callable[[Actor | None], Client]


def names(answer: Any) -> list[str]:
    """The names in the first column, from top to bottom."""
    return re.findall(r'class="opens"[^>]*>([^<]+)</a>', answer.content.decode())


def words(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def test_a_list_costs_the_same_queries_for_one_row_and_for_fifty(enter: Enter) -> None:
    keeper = enter(staff(YONGLE, 2))
    add("独一架")
    with queries(3) as one:
        keeper.get("/ladders/")
    add_many(100)
    with queries(3) as fifty:
        keeper.get("/ladders/")

    assert len(one) == len(fifty)


def test_values_are_shown_as_people_write_them(enter: Enter) -> None:
    add("<红>梯", bought_on="2022-03-01", lent_at=ladders.NOON, state="lent", height_cm=1234)

    page = words(enter(staff()).get("/ladders/"))

    assert "&lt;红&gt;梯" in page
    assert "<红>梯" not in page
    for shown in ("2022-03-01", "2022-09-13 12:00", "1,234 cm", "138****5678", "已借出", "111网格"):
        assert shown in page
    assert "13812345678" not in page


def test_an_empty_list_says_how_the_first_row_comes_to_be(enter: Enter) -> None:
    page = words(enter(staff()).get("/ladders/"))

    assert "点“登记梯子”添加第一架" in page


def test_a_list_without_hits_says_so_and_offers_to_drop_the_conditions(enter: Enter) -> None:
    add("红梯")
    page = words(enter(staff()).get("/ladders/?q=蓝"))

    assert "没有符合条件的记录" in page
    assert "名称：蓝" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=0003", ["梯子 0003"]),
        ("state=lent&sort=name", ["梯子 0001", "梯子 0003", "梯子 0005"]),
        ("bought_from=2022-01-05", ["梯子 0004", "梯子 0005"]),
        ("bought_from=2022/1/05&bought_to=2022-01-05", ["梯子 0004"]),
        ("lent_to=2022-09-13&lent_from=2022-09-13&q=0003", ["梯子 0003"]),
        ("lent_to=2022-09-12", []),
        ("tall=0", []),
        ("sort=-name&size=20&tall=1&q=000", [f"梯子 000{n}" for n in (5, 4, 3, 2, 1, 0)]),
        ("sort=lent_at&state=lent", ["梯子 0001", "梯子 0003", "梯子 0005"]),
        ("sort=-lent_at&state=lent", ["梯子 0005", "梯子 0003", "梯子 0001"]),
        (f"place={ZILAN}", ["梯子 0002", "梯子 0005"]),
        (f"place={GRIDS[YONGLE][1]}", ["梯子 0001", "梯子 0004"]),
    ],
)
def test_filters_and_orders_find_what_they_say(enter: Enter, query: str, found: list[str]) -> None:
    add_many(6)
    if "bought_from=2022/1/05" in query:
        query = query.replace("2022/1/05", "2022/01/05")

    assert names(enter(staff()).get(f"/ladders/?{query}")) == found


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("bought_from=昨天", "“昨天”不是日期"),
        ("bought_from=2022-05-01&bought_to=2022-04-01", "开始晚于结束"),
        ("state=stolen", "没有“stolen”这一选项"),
        ("tall=maybe", "只能选是或否"),
        ("place=01900000-0000-7000-8000-00000000dead", "不在您的权限范围内"),
        ("place=永乐", "不在您的权限范围内"),
    ],
)
def test_a_condition_that_cannot_be_read_is_said_and_not_guessed(
    enter: Enter, query: str, sentence: str
) -> None:
    add_many(3)
    answer = enter(staff()).get(f"/ladders/?{query}")

    assert sentence in words(answer)
    assert len(names(answer)) == 3


def test_the_tree_shows_the_way_to_the_chosen_place_and_keeps_the_other_conditions(
    enter: Enter,
) -> None:
    add_many(6)
    page = words(enter(staff()).get(f"/ladders/?place={ZILAN}&state=lent"))

    assert 'aria-current="true">紫兰苑社区</a>' in page
    assert f"/ladders/?place={YONGLE}&amp;state=lent" in page
    assert "所在网格：沟赵街道 / 紫兰苑社区" in page


def test_pages_cover_every_row_once_whatever_the_order(enter: Enter) -> None:
    add_many(130)
    keeper = enter(staff())
    for sort in ("name", "-name", "grid_id", "bought_on", "lent_at"):
        seen = [
            name
            for page in range(1, 8)
            for name in names(keeper.get(f"/ladders/?size=20&page={page}&sort={sort}"))
        ]
        assert len(seen) == len(set(seen)) == 130, sort


def test_beyond_the_last_page_is_the_last_page(enter: Enter) -> None:
    add_many(45)
    for number, first in (("99", "梯子 0040"), ("0", "梯子 0000"), ("x", "梯子 0000")):
        assert names(enter(staff()).get(f"/ladders/?size=20&page={number}"))[0] == first


def test_counting_stops_where_nobody_reads_the_number_and_paging_goes_on(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladders.LadderList, "count_up_to", 30)
    monkeypatch.setattr(ladders.LadderList, "page_size", 20)
    add_many(700)
    keeper = enter(staff())

    first = words(keeper.get("/ladders/?size=20"))
    later = keeper.get("/ladders/?size=20&page=35")

    assert "共 220+ 条" in first
    assert "第 681–700 条，共 700 条" in words(later)
    assert len(names(later)) == 20


def test_a_roll_up_answers_for_the_count_when_no_condition_is_set(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many(60)
    monkeypatch.setattr(ladders.LadderList, "count_all", lambda actor, at: 60)
    keeper = enter(staff())

    with queries(1):
        page = words(keeper.get("/ladders/"))

    assert "共 60 条" in page
    assert "共 30 条" in words(keeper.get("/ladders/?state=lent"))


def test_rows_that_rights_hide_are_counted_but_not_shown(enter: Enter) -> None:
    add_many(9)
    keeper = enter(staff(ZILAN, 2))

    answer = keeper.get("/ladders/")

    assert len(names(answer)) == 3
    assert "另有 6 条不在您的权限范围内" in words(answer)
    assert "另有" not in words(enter(staff()).get("/ladders/"))


def test_many_hidden_rows_are_counted_only_so_far_and_placeless_ones_as_well(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("无处的梯子")
    Ladder._default_manager.update(community_id=None, grid_id=None)
    keeper = enter(staff(ZILAN, 2))
    assert "另有 1 条不在" in words(keeper.get("/ladders/"))

    monkeypatch.setattr(ladders.LadderList, "count_up_to", 5)
    add_many(30)
    assert "另有 5+ 条不在" in words(keeper.get("/ladders/"))


def test_hidden_rows_are_not_counted_for_a_word_so_that_nobody_is_found_by_guessing(
    enter: Enter,
) -> None:
    add("张三的梯子", YONGLE)
    keeper = enter(staff(ZILAN, 2))

    assert "另有" not in words(keeper.get("/ladders/?q=张三"))


def test_columns_are_chosen_in_the_address(enter: Enter) -> None:
    ladder = add("红梯")
    page = words(enter(staff()).get("/ladders/?cols=pk&cols=name,nonsense"))
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page)

    assert heads == ["编号", "名称"]
    assert str(ladder.pk) in page


def test_htmx_gets_the_list_alone_and_a_tidy_address(enter: Enter) -> None:
    add_many(60)
    answer = enter(staff()).get(
        "/ladders/?q=&state=lent&page=1&bought_from=",
        headers={"HX-Request": "true", "HX-Target": "screen"},
    )

    assert words(answer).lstrip().startswith('<div id="screen"')
    assert answer["HX-Push-Url"] == "/ladders/?state=lent"


def test_rows_picked_are_asked_about_and_then_dealt_with(enter: Enter) -> None:
    one, two, three = add_many(3)
    keeper = enter(staff())
    picked = {"_bulk": "retire", "pick": [one.pk, two.pk]}

    asked = keeper.post("/ladders/", picked)
    done = keeper.post("/ladders/", picked | {"_sure": "1"})

    assert "报废后不能再借出" in words(asked)
    assert done.status_code == 302
    assert [row.pk for row in Ladder._default_manager.all()] == [three.pk]


def test_picking_nothing_or_rows_of_others_is_refused(enter: Enter) -> None:
    theirs = add("红梯", ZILAN)
    sees, edits = staff(ladders.TOWN, 1, SEE), staff(YONGLE, 2, EDIT)
    both = Actor(sees.kind, "李明", sees.account_id, holdings=sees.holdings + edits.holdings)
    keeper = enter(both)

    nothing = keeper.post("/ladders/", {"_bulk": "retire"})
    others = keeper.post("/ladders/", {"_bulk": "retire", "pick": theirs.pk, "_sure": "1"})

    assert nothing.status_code == 422
    assert others.status_code == 403
    assert Ladder._default_manager.count() == 1


def test_keys_picked_can_travel_to_another_page(enter: Enter) -> None:
    ladder = add("红梯")
    answer = enter(staff()).post("/ladders/", {"_bulk": "hand", "pick": ladder.pk})

    assert answer["Location"] == f"/ladders/add/?pick={ladder.pk}"


def test_a_bulk_act_of_rights_one_lacks_is_neither_shown_nor_done(enter: Enter) -> None:
    ladder = add("红梯")
    viewer = enter(staff(ladders.TOWN, 1, SEE))

    assert "报废" not in words(viewer.get("/ladders/"))
    assert viewer.post("/ladders/", {"_bulk": "retire", "pick": ladder.pk}).status_code == 403


def test_a_query_is_kept_under_a_name_and_dropped_again(enter: Enter) -> None:
    kept: dict[UUID, hooks.SavedView] = {}

    def save(actor: Actor, page: str, title: str, query: str, at: object) -> None:
        view = hooks.SavedView(uuid4(), title, query)
        kept[view.id] = view

    def drop(actor: Actor, page: str, view_id: UUID, at: object) -> None:
        del kept[view_id]

    hooks.save_view.provide(save)
    hooks.saved_views.provide(lambda actor, page: list(kept.values()))
    hooks.drop_view.provide(drop)
    add_many(4)
    keeper = enter(staff())

    keeper.post("/ladders/?state=lent", {"_view": "save", "title": " 本月借出 "})
    (view,) = kept.values()
    shown = words(keeper.get("/ladders/"))
    unnamed = keeper.post("/ladders/?state=lent", {"_view": "save", "title": " "})
    keeper.post("/ladders/", {"_view": "drop", "id": str(view.id)})

    assert (view.title, view.query) == ("本月借出", "state=lent")
    assert 'href="?state=lent"' in shown
    assert unnamed.status_code == 422
    assert not kept


def test_a_sheet_holds_what_the_list_found_with_kinds_kept_and_no_formula(enter: Enter) -> None:
    add("=1+1", state="lent", bought_on="2022-03-01", lent_at=ladders.NOON)
    add("蓝梯")
    keeper = enter(staff())

    answer: Any = keeper.post(
        "/ladders/?state=lent", {"_out": "xlsx", "purpose": "visit", "reason": "盘点"}
    )
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    head, row = ([cell.value for cell in line] for line in sheet.iter_rows())

    assert head == ["名称", "网格", "状态", "电话", "购置日期", "借出时间", "高度"]
    assert row[0] == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert row[3] == "138****5678"
    assert (f"{row[4]:%Y-%m-%d}", f"{row[5]:%Y-%m-%d %H:%M}") == ("2022-03-01", "2022-09-13 12:00")
    assert row[6] == 320
    assert "李明" in sheet.oddFooter.left.text


def test_personal_columns_leave_only_for_a_purpose_and_are_logged_before(enter: Enter) -> None:
    log: list[hooks.Outgoing] = []

    def let_out(outgoing: hooks.Outgoing, by: Actor, at: object) -> str:
        log.append(outgoing)
        return "李明 2022-09-13"

    hooks.let_out.provide(let_out)
    add_many(3)
    keeper = enter(staff())

    without = keeper.post("/ladders/", {"_out": "xlsx"})
    printed = keeper.post("/ladders/", {"_out": "print", "purpose": "visit", "reason": "盘点"})
    plain = keeper.post("/ladders/?cols=name", {"_out": "print"})

    assert without.status_code == 422
    assert "李明 2022-09-13" in words(printed)
    assert plain.status_code == 200
    assert [(o.rows, o.fields, o.purpose) for o in log] == [(3, ("phone",), "visit"), (3, (), "")]


def test_only_who_may_take_rows_out_is_offered_it(enter: Enter) -> None:
    add_many(2)
    viewer = enter(staff(ladders.TOWN, 1, SEE))

    assert "out=xlsx" not in words(viewer.get("/ladders/"))
    assert viewer.get("/ladders/?out=xlsx").status_code == 403
    assert viewer.post("/ladders/", {"_out": "xlsx"}).status_code == 403
    assert enter(staff()).get("/ladders/?out=pdf").status_code == 404


PARAMETERS = ["q", "state", "bought_from", "bought_to", "lent_from", "tall", "place", "page"]
PARAMETERS += ["size", "sort", "cols", "out"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=12)))
def test_no_address_breaks_a_list(enter: Enter, query: dict[str, str]) -> None:
    if not Ladder._default_manager.exists():
        add_many(3)

    answer = enter(staff()).get("/ladders/", query)

    assert answer.status_code in (200, 404)
    if "out" not in query:
        assert answer.status_code == 200


def test_an_address_changed_in_one_thing_keeps_the_rest(enter: Enter) -> None:
    add_many(120)
    page = words(enter(staff()).get("/ladders/?state=free&state=lent&size=20&sort=-name"))
    (after,) = re.findall(r'rel="next" href="([^"]+)"', page)

    assert parse_qs(urlsplit(after.replace("&amp;", "&")).query) == {
        "state": ["free", "lent"],
        "size": ["20"],
        "sort": ["-name"],
        "page": ["2"],
    }
