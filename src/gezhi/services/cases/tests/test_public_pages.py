"""The public page of a case, and the map: honest in every state, and nothing of people."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from PIL import Image

from gezhi.core.cells.models import Cell
from gezhi.core.notices.models import Notice
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.attachments import Stage, read_picture
from gezhi.engines.matters.attachments.actions import attach
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import actions as of_cases
from gezhi.services.cases.models import Case, Joiner, Source, State
from gezhi.services.cases.public import actions, queries
from gezhi.services.cases.public.models import Reply
from gezhi.services.cases.tests.conftest import Centre, category

pytestmark = pytest.mark.django_db

SECRETS = (
    *("王建国", "13812345678", "138****5678", "孙二娘", "13900001111", "3单元501"),
    *("case.operator", "case.handler", "case.checker", "case.worker", "lights"),
    *("不许外传的描述", "不许外传的意见", "李长青"),
)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def told(centre: Centre, now: datetime) -> Case:
    """A case whose every free field and name is a secret, with one more who joined."""
    case = centre.report(
        at=now - timedelta(hours=3),
        source=Source.RESIDENT,
        description="不许外传的描述，3单元501王建国",
        address="紫兰苑3号楼3单元501",
        reporter="王建国",
        phone="13812345678",
        lon=113.5402,
        lat=34.8003,
    )
    joining = of_cases.Joining(Source.RESIDENT, "不许外传的描述", "孙二娘", "13900001111")
    of_cases.join(case=case, told=joining, by=centre.operator, at=now - timedelta(hours=2))
    return Case.objects.get(pk=case.pk)


def walk(case: Case, centre: Centre, until: str, at: datetime) -> None:
    """Take a case along its usual way."""
    way: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("ask_to_verify", centre.operator, {}),
        ("confirm", centre.worker, {}),
        ("file", centre.operator, {"category": category("0102")}),
        ("dispatch", centre.dispatcher, {"unit": centre.cleaning}),
        ("accept", centre.handler, {}),
        ("feed_back", centre.handler, {}),
        ("pass_check", centre.checker, {}),
        ("close", centre.operator, {}),
    )
    for step, by, values in way:
        said = "不许外传的意见"
        if step == "feed_back":
            said = "已清走。联系13812345678王建国先生，3单元501，case.handler 经办"
        take(case.matter, step, said=said, values=values, by=by, at=at)
        if step == until:
            return


def page_of(case: Case, key: Any = None) -> str:
    return f"/c/{case.matter.number}/{queries.code_of(key or case.pk)}/"


def read(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


@pytest.mark.parametrize("state", State.values)
def test_no_state_tells_of_anybody(told: Case, centre: Centre, now: datetime, state: str) -> None:
    walk(told, centre, "close", now - timedelta(hours=1))
    matter = told.matter
    matter.state = state
    matter.ended_at = now if state in ("closed", "voided") else None
    matter.due_at = None
    matter.save()
    Case.objects.filter(pk=told.pk).update(
        void_reason="untrue", suspended_for="season", plan_on=now.date(), review_on=now.date()
    )

    for key in (told.pk, Joiner.objects.get().pk):
        for address in (page_of(told, key), f"{page_of(told, key)}receipt/"):
            html = read(address)
            for secret in SECRETS:
                assert secret not in html, (state, address, secret)
            for row in (told.pk, matter.unit_id, centre.handler.account_id):
                assert str(row) not in html


def test_the_page_says_how_far_it_is_and_until_when(
    told: Case, centre: Centre, now: datetime
) -> None:
    before = read(page_of(told))
    walk(told, centre, "accept", now)
    after = read(page_of(told))

    assert "等待受理人员核实立案" in before
    assert "派给责任单位后 4 工作时内办结" in before
    assert "责任单位正在处置" in after
    assert "前办结" in after
    assert "永乐社区环卫" in after
    assert after.count("stage-done") == 3


def test_what_was_not_taken_up_says_why_and_what_to_do(
    told: Case, centre: Centre, now: datetime
) -> None:
    take(
        told.matter,
        "void",
        said="不在我们这里",
        values={"void_reason": "outside"},
        by=centre.operator,
        at=now,
    )

    html = read(page_of(told))

    assert "没有立案" in html
    assert "不在辖区" in html
    assert "12345" in html


def test_who_was_merged_reads_of_the_living_case(told: Case, centre: Centre, now: datetime) -> None:
    living = centre.report(at=now)
    values = {"duplicate_of": Case.objects.select_related("matter").get(pk=living.pk)}
    take(told.matter, "merge", said="同一件", values=values, by=centre.operator, at=now)

    html = read(page_of(told))

    assert "已和同类问题合并办理" in html
    assert "等待受理人员核实立案" in html


def test_the_answer_is_read_once_it_is_checked_and_without_names(
    told: Case, centre: Centre, now: datetime
) -> None:
    walk(told, centre, "feed_back", now)
    unchecked = read(page_of(told))
    take(told.matter, "pass_check", said="好", by=centre.checker, at=now)
    checked = read(page_of(told))

    assert "已清走" not in unchecked
    assert "已清走。联系***" in checked
    assert "*** 经办" in checked


def test_the_office_may_say_it_in_its_own_words_or_not_at_all(
    told: Case, centre: Centre, now: datetime
) -> None:
    walk(told, centre, "close", now)
    settle: Callable[..., Any] = actions.show
    settle(told.matter, words="垃圾已清", withheld=False, photos=[], by=centre.operator, at=now)
    own = read(page_of(told))
    settle(told.matter, words="", withheld=True, photos=[], by=centre.operator, at=now)
    nothing = read(page_of(told))

    assert "垃圾已清" in own
    assert "已清走" not in own
    assert "办理结果" not in nothing


# --- codes --------------------------------------------------------------------------------------


def test_wrong_codes_are_one_404_and_end_soon(told: Case, settings: Any) -> None:
    settings.PUBLIC_WRONG_CODES = 3
    client = Client()
    number = told.matter.number
    wrong = (f"/c/{number}/AAAAAA/", "/c/GZ2022091399999/AAAAAA/", "/c/x/y/")
    answers = [client.get(address) for address in wrong]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert len({one.content.split(b"<main")[1] for one in answers}) == 1
    locked = client.get(page_of(told))
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) <= 900
    assert Client(REMOTE_ADDR="198.51.100.9").get(page_of(told)).status_code == 200


def test_number_and_code_are_looked_up_as_typed(told: Case) -> None:
    code = queries.code_of(told.pk)
    number = told.matter.number

    right = Client().post("/c/", {"number": number.lower(), "code": f" {code[:3]}-{code[3:]} "})
    wrong = Client().post("/c/", {"number": number, "code": "AAAAAA"})

    assert right["Location"] == page_of(told)
    assert wrong.status_code == 422
    assert "编号或查询码不对" in wrong.content.decode()


# --- after the end ------------------------------------------------------------------------------


def close(told: Case, centre: Centre, at: datetime, *, drawn: bool = False) -> None:
    walk(told, centre, "close", at)
    Case.objects.filter(pk=told.pk).update(call_back_drawn=drawn)


def test_not_solved_goes_to_the_case_centre_and_opens_nothing_by_itself(
    told: Case, centre: Centre, now: datetime
) -> None:
    close(told, centre, now)
    client = Client()

    answer = client.post(page_of(told), {"solved": "no", "words": "又堆了"}, follow=True)

    told.matter.refresh_from_db()
    assert told.matter.state == State.CLOSED
    assert "已转给受理人员" in answer.content.decode()
    told_to = Notice.objects.filter(kind="cases.reply").values_list("account_id", flat=True)
    assert centre.operator.account_id in told_to
    waiting = queries.replies(centre.operator, now)
    assert [one.pk for one in waiting] == [told.pk]
    again = client.post(page_of(told), {"solved": "yes"})
    assert again.status_code == 409
    assert Reply.objects.count() == 1


def test_what_the_office_answers_stands_on_the_page(
    told: Case, centre: Centre, now: datetime
) -> None:
    close(told, centre, now)
    Client().post(page_of(told), {"solved": "no"})

    actions.answer_replies(
        told.matter, answer="明早再清一次", by=centre.operator, at=timezone.now()
    )

    assert "明早再清一次" in read(page_of(told))
    assert not queries.replies(centre.operator, now).exists()


def test_an_answer_stands_for_the_call_back_only_where_the_case_was_drawn(
    told: Case, centre: Centre, now: datetime
) -> None:
    close(told, centre, now)
    Client().post(page_of(told), {"solved": "yes", "satisfied": "yes"})
    told.refresh_from_db()
    assert told.answered is None
    assert not Reply.objects.get().counted

    Case.objects.filter(pk=told.pk).update(call_back_drawn=True)
    joiner = Joiner.objects.get()
    Client().post(page_of(told, joiner.pk), {"solved": "yes", "satisfied": "no"})

    told.refresh_from_db()
    assert told.answered is True
    assert told.satisfied is False
    assert Reply.objects.filter(counted=True).count() == 1


def test_whoever_was_merged_speaks_for_themselves(
    told: Case, centre: Centre, now: datetime
) -> None:
    other = centre.report(at=now)
    into = {"duplicate_of": Case.objects.select_related("matter").get(pk=told.pk)}
    take(other.matter, "merge", said="同一件", values=into, by=centre.operator, at=now)
    close(told, centre, now)

    Client().post(page_of(told), {"solved": "yes"})
    answer = Client().post(page_of(other), {"solved": "no"})

    assert answer.status_code == 302
    assert [one.solved for one in Reply.objects.order_by("at")] == [True, False]
    assert {one.case_id for one in Reply.objects.all()} == {told.pk}
    assert "还没解决" in read(page_of(other))


def test_a_week_after_the_end_it_is_a_new_case(told: Case, centre: Centre, now: datetime) -> None:
    close(told, centre, now)
    Case.objects.filter(pk=told.pk).update(closed_at=now - timedelta(days=8))

    html = read(page_of(told))
    answer = Client().post(page_of(told), {"solved": "no"})

    assert "您说了算" not in html
    assert answer.status_code == 422
    assert "请重新反映" in answer.content.decode()


# --- photos -------------------------------------------------------------------------------------


def test_a_photo_is_shown_only_after_the_office_released_it(
    told: Case, centre: Centre, now: datetime
) -> None:
    walk(told, centre, "accept", now)
    raw = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(raw, "JPEG")
    raw.seek(0)
    (photo,) = attach(
        matter=told.matter,
        stage=Stage.AFTER,
        files=[read_picture(raw)],
        by=centre.handler,
        at=now,
    )
    for step, by in (
        ("feed_back", centre.handler),
        ("pass_check", centre.checker),
        ("close", centre.operator),
    ):
        take(told.matter, step, said="好", by=by, at=now)
    address = f"{page_of(told)}photos/{photo.pk}/"

    held_back = Client().get(address)
    actions.show(
        told.matter,
        words="",
        withheld=False,
        photos=[str(photo.pk)],
        by=centre.operator,
        at=now,
    )
    shown = Client().get(address)

    assert held_back.status_code == 404
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert address in read(page_of(told))


# --- the map ------------------------------------------------------------------------------------

TOWN = "113.4,34.7,113.7,34.9"


def points(bbox: str = TOWN) -> dict[str, Any]:
    cache.clear()
    answer = Client().get(f"/c/points.json?bbox={bbox}")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_the_map_shows_cases_in_cells_and_no_words(
    told: Case, centre: Centre, now: datetime
) -> None:
    unseen = points()
    walk(told, centre, "accept", now)
    seen = points("113.538,34.798,113.542,34.802")

    assert unseen["features"] == []
    (one,) = seen["features"]
    assert "暴露垃圾 · 处置中" in one["properties"]["title"]
    assert one["geometry"]["coordinates"] != [113.5402, 34.8003]
    assert set(one["properties"]) == {"title", "count", "tone"}
    listed = read("/c/map/")
    for secret in SECRETS:
        assert secret not in json.dumps(seen, ensure_ascii=False)
        assert secret not in listed
    assert "暴露垃圾" in listed


def test_what_could_tell_of_a_person_is_on_no_map(centre: Centre, now: datetime) -> None:
    for code in ("2101", "2302", "2401", "2501", "0409", "0502", "0102"):
        case = centre.report(code, at=now, lon=113.54, lat=34.8)
        case.matter.state = State.HANDLING
        case.matter.save()

    shown = json.dumps(points(), ensure_ascii=False)

    assert "暴露垃圾" in shown
    for name in ("邻里", "困难", "新流入", "外来", "群发", "乞讨"):
        assert name not in shown
        assert name not in read("/c/map/")


def test_a_closed_case_leaves_the_map_after_a_month(
    told: Case, centre: Centre, now: datetime
) -> None:
    walk(told, centre, "close", now)
    lately = points()
    Case.objects.filter(pk=told.pk).update(closed_at=now - timedelta(days=31))
    later = points()

    assert [one["properties"]["tone"] for one in lately["features"]] == ["good"]
    assert later["features"] == []


def test_a_town_full_of_cases_is_a_small_answer(centre: Centre, now: datetime) -> None:
    cache.clear()
    for row in range(30):
        for column in range(20):
            case = centre.report(at=now, lon=113.4 + row / 100, lat=34.7 + column / 100)
            Matter.objects.filter(pk=case.pk).update(state=State.HANDLING)
    answer = Client().get(f"/c/points.json?bbox={TOWN}")
    features = json.loads(answer.content)["features"]

    assert sum(one["properties"]["count"] for one in features) == 600
    assert len(features) <= 400
    assert len(answer.content) <= 60_000


@pytest.mark.parametrize("bbox", ["", "1,2,3", "0,0,180,90", "x"])
def test_a_piece_of_the_world_is_refused_in_words(db: None, bbox: str) -> None:
    answer = Client().get("/c/points.json", {"bbox": bbox})

    assert answer.status_code == 400
    assert "bbox" in json.loads(answer.content)["detail"]


def test_the_ground_holds_nothing_but_names_of_places(centre: Centre, cell: Cell) -> None:
    answer = Client().get("/c/ground.json")

    assert answer.status_code == 200
    assert json.loads(answer.content)["type"] == "FeatureCollection"
    assert "max-age" in answer["Cache-Control"]
