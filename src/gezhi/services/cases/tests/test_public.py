"""Reporting without signing in: told in words what is wrong, counted, done once, and followed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.core.journal.models import JournalLine
from gezhi.core.office.queries import calendar
from gezhi.core.privacy.opening import plain_field
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests import office
from gezhi.services.cases.models import Case, Joiner, Source
from gezhi.services.cases.public import queries
from gezhi.services.cases.public.forms import begun
from gezhi.services.cases.public.models import Tally
from gezhi.services.cases.queries import Where
from gezhi.services.cases.tests.conftest import Centre, category

pytestmark = pytest.mark.django_db

OURS = ("SAVEPOINT", "RELEASE", "SET search_path")
HERE = {"lon": "113.54", "lat": "34.8"}


@pytest.fixture
def passer_by(centre: Centre) -> Client:
    """A telephone that opened the form a minute ago."""
    client = Client()
    client.get("/c/report/")
    return client


def told(**more: Any) -> dict[str, Any]:
    return {
        "description": "楼下垃圾没人清",
        "address": "紫兰苑 3号楼",
        "begun": begun(timezone.now() - timedelta(minutes=1)),
        "_once": str(uuid4()),
        **more,
    }


def rubbish() -> str:
    return str(category("0102").pk)


def words_of(answer: Any) -> str:
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def test_anybody_reports_without_a_name(passer_by: Client) -> None:
    answer = passer_by.post("/c/report/", told(category=rubbish()))

    case = Case.objects.select_related("matter").get()
    assert answer.status_code == 302
    assert answer["Location"] == (f"/c/{case.matter.number}/{queries.code_of(case.pk)}/receipt/")
    assert case.source == Source.RESIDENT
    assert case.verified is None
    assert case.reporter is None
    assert case.reporter_phone is None


def test_who_leaves_a_name_has_it_sealed_and_may_ask_for_confidence(passer_by: Client) -> None:
    passer_by.post("/c/report/", told(reporter="王建国", phone="138 1234 5678", confidential="on"))

    case = Case.objects.get()
    assert case.confidential
    assert plain_field(case, "reporter") == "王建国"
    assert plain_field(case, "reporter_phone") == "13812345678"


def test_who_asked_for_confidence_does_not_even_show_masked(
    centre: Centre, passer_by: Client
) -> None:
    named = {"reporter": "王建国", "phone": "13812345678"}
    passer_by.post("/c/report/", told(**named))
    passer_by.post("/c/report/", told(**named, confidential="on"))
    plain, confided = Case.objects.order_by("confidential")
    at_desk = office.come(Account.objects.get(username="case.operator"))

    seen = at_desk.get(f"/cases/{plain.pk}/").content.decode()
    hidden = at_desk.get(f"/cases/{confided.pk}/").content.decode()

    assert "138****5678" in seen
    assert "138****5678" not in hidden
    assert "王*国" not in hidden
    assert "要求保密" in hidden


def test_an_anonymous_report_leaves_no_address_anywhere(passer_by: Client) -> None:
    passer_by.post("/c/report/", told(), REMOTE_ADDR="203.0.113.77")

    assert JournalLine.objects.get(verb="cases.report_publicly").address == ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for name in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{name}" t WHERE t::text LIKE %s', ["%203.0.113.77%"]
            )
            assert cursor.fetchone() == (0,), name


def test_sent_twice_it_is_one_case_with_one_receipt(passer_by: Client) -> None:
    form = told(category=rubbish())

    first = passer_by.post("/c/report/", form)
    second = passer_by.post("/c/report/", form)

    assert Case.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"description": ""}, "请写一句是什么问题"),
        ({"address": ""}, "请写明地点，或在地图上点一下"),
        ({"phone": "12"}, "不是手机号"),
        ({"website": "http://spam"}, "这一栏请留空再提交"),
        ({"begun": ""}, "页面打开太久了"),
        ({"begun": "x:y:z"}, "页面打开太久了"),
        ({"lon": "200", "lat": "34"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    passer_by: Client, wrong: dict[str, str], said: str
) -> None:
    answer = passer_by.post("/c/report/", told(**wrong))

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert not Case.objects.exists()


def test_who_is_quicker_than_a_hand_sends_it_again(centre: Centre) -> None:
    client = Client()
    form = told(begun=begun(timezone.now()))

    quick = client.post("/c/report/", form)

    assert quick.status_code == 422
    assert "提交得太快了" in words_of(quick)
    assert "楼下垃圾没人清" in quick.content.decode()


def test_a_form_left_open_for_a_day_is_sent_again_with_one_touch(passer_by: Client) -> None:
    stale = passer_by.post("/c/report/", told(begun="old"))
    fresh = re.search(r'name="begun" value="([^"]+)"', stale.content.decode())

    assert fresh is not None
    assert fresh[1] != "old"


# --- what is open there already -----------------------------------------------------------------


def test_the_same_is_offered_by_kind_street_and_age_and_no_more(
    centre: Centre, passer_by: Client
) -> None:
    now = timezone.now()
    centre.report(
        at=now - timedelta(hours=5),
        description="王大妈家门口臭死了",
        reporter="孙二娘",
        phone="13900001111",
        building=None,
    )

    answer = passer_by.post("/c/report/", told(category=rubbish()))

    assert answer.status_code == 409
    said = words_of(answer)
    assert "有人已反映过这里的同类问题" in said
    assert "暴露垃圾" in said
    assert "5 小时前" in said
    for secret in ("王大妈", "孙二娘", "1390000", Case.objects.get().matter.number):
        assert secret not in answer.content.decode()
    assert Case.objects.count() == 1


def test_who_joins_has_a_code_of_their_own(centre: Centre, passer_by: Client) -> None:
    case = centre.report(at=timezone.now())
    offered = passer_by.post("/c/report/", told(category=rubbish(), reporter="李四"))
    word = re.search(r'name="_join" value="([^"]+)"', offered.content.decode())
    assert word is not None

    answer = passer_by.post("/c/report/", told(category=rubbish(), reporter="李四", _join=word[1]))

    joiner = Joiner.objects.get()
    code = queries.code_of(joiner.pk)
    assert answer["Location"] == f"/c/{case.matter.number}/{code}/receipt/"
    assert code != queries.code_of(case.pk)
    assert plain_field(joiner, "reporter") == "李四"
    assert passer_by.get(f"/c/{case.matter.number}/{code}/").status_code == 200


def test_nobody_joins_what_was_not_offered(centre: Centre, passer_by: Client) -> None:
    case = centre.report(at=timezone.now())

    answer = passer_by.post("/c/report/", told(category=rubbish(), _join=str(case.pk)))

    assert answer.status_code == 422
    assert "都不是，另外反映" in words_of(answer)
    assert not Joiner.objects.exists()


def test_what_could_tell_of_a_person_is_offered_to_nobody(
    centre: Centre, passer_by: Client
) -> None:
    centre.report("2101", at=timezone.now())

    answer = passer_by.post("/c/report/", told(category=str(category("2101").pk)))

    assert answer.status_code == 302
    assert Case.objects.count() == 2


# --- too often ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "same", "said"),
    [
        ("PUBLIC_PER_DEVICE", {}, "这台设备今天提交的次数已满"),
        ("PUBLIC_PER_PHONE", {"phone": "13812345678"}, "这个电话今天反映的次数已满"),
        ("PUBLIC_PER_ADDRESS", {}, "您所在的网络这一小时提交得太多"),
    ],
)
def test_too_much_from_one_hand_is_refused_with_where_to_call(
    passer_by: Client, settings: Any, setting: str, same: dict[str, str], said: str
) -> None:
    setattr(settings, setting, 2)
    for _time in range(2):
        assert passer_by.post("/c/report/", told(**same)).status_code == 302

    third = passer_by.post("/c/report/", told(**same))

    assert third.status_code == 429
    assert said in words_of(third)
    assert "12345" in words_of(third)
    assert "楼下垃圾没人清" in third.content.decode()
    assert Case.objects.count() == 2


def test_a_flooded_place_waits_but_joining_there_goes_on(
    centre: Centre, passer_by: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_PER_PLACE = 1
    here = Where(centre.ground.yongle_1.pk)
    monkeypatch.setattr("gezhi.services.cases.queries.whereabouts", lambda *_a, **_m: here)
    form = {"category": rubbish()}
    first = passer_by.post("/c/report/", told(**form))
    offered = passer_by.post("/c/report/", told(**form))
    word = re.search(r'name="_join" value="([^"]+)"', offered.content.decode())
    assert word is not None

    second = passer_by.post("/c/report/", told(**form, _anyway="1"))
    joined = passer_by.post("/c/report/", told(**form, _join=word[1]))

    assert first.status_code == 302
    assert second.status_code == 429
    assert "这一片刚收到许多反映" in words_of(second)
    assert joined.status_code == 302
    assert Joiner.objects.count() == 1


def test_what_is_counted_tells_of_nobody(passer_by: Client) -> None:
    passer_by.post("/c/report/", told(phone="13812345678"), REMOTE_ADDR="203.0.113.77")

    rows = list(Tally.objects.all())
    assert len(rows) == 3
    assert {one.count for one in rows} == {1}
    assert all(one.until > timezone.now() for one in rows)
    assert {field.name for field in Tally._meta.get_fields()} == {"key", "count", "until"}


def test_a_refused_report_counts_for_nothing(passer_by: Client, settings: Any) -> None:
    settings.PUBLIC_PER_PHONE = 1
    passer_by.post("/c/report/", told(phone="13812345678"))
    passer_by.post("/c/report/", told(phone="13812345678"))

    assert {one.count for one in Tally.objects.all()} == {1}


# --- costs -------------------------------------------------------------------------------------


def test_a_report_costs_fourteen_questions_at_the_most(passer_by: Client) -> None:
    calendar()
    passer_by.post("/c/report/", told(category=rubbish(), **HERE, _anyway="1"))
    form = told(
        category=rubbish(),
        address="别处 9号楼",
        lon="113.60",
        lat="34.8",
        phone="13812345678",
        reporter="王五",
    )

    with CaptureQueriesContext(connection) as captured:
        answer = passer_by.post("/c/report/", form)

    asked = [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(OURS)]
    assert answer.status_code == 302
    assert len(asked) <= 14, "\n".join(asked)


def test_looking_costs_little_so_that_a_flood_of_looks_does_too(
    centre: Centre, passer_by: Client
) -> None:
    for _time in range(3):
        case = centre.report(at=timezone.now())
    page = f"/c/{case.matter.number}/{queries.code_of(case.pk)}/"
    most = {"/c/": 0, "/c/report/": 2, "/c/map/": 1, page: 4, f"{page}receipt/": 2}
    for address, number in most.items():
        passer_by.get(address)

        with CaptureQueriesContext(connection) as captured:
            assert passer_by.get(address).status_code == 200

        asked = [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(OURS)]
        assert len(asked) <= number, (address, asked)


def test_reporting_asks_nobody_outside(passer_by: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is dead but for the database: the report is taken all the same."""
    import socket

    def dead(*_args: Any, **_more: Any) -> None:
        raise AssertionError("a call to the outside")

    monkeypatch.setattr(socket.socket, "connect", dead)
    monkeypatch.setattr(socket, "getaddrinfo", dead)

    answer = passer_by.post("/c/report/", told(category=rubbish(), **HERE))

    assert answer.status_code == 302


def test_receipt_shows_number_code_and_picture(passer_by: Client) -> None:
    answer = passer_by.post("/c/report/", told(), follow=True)

    case = Case.objects.get()
    html = answer.content.decode()
    assert case.matter.number in html
    assert queries.code_of(case.pk) in html
    assert "<svg" in html
