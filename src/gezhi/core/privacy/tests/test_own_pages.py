"""A resident sees all of their own file, who looked at it and why, and can ask about each look."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor, Origin
from gezhi.base.testing import refused
from gezhi.core.privacy.actions import (
    answer_request,
    enter_with_code,
    file_request,
    issue_code,
    reveal,
)
from gezhi.core.privacy.middleware import resident
from gezhi.core.privacy.models import (
    AccessEntry,
    Alarm,
    CodeAttempt,
    ResidentCode,
    RightsRequest,
)
from gezhi.core.privacy.pages.own import who
from gezhi.core.privacy.tests.conftest import ID_NO, NOON, PHONE

pytestmark = pytest.mark.django_db
Register = Callable[..., Any]
Staff = Callable[..., Actor]


@pytest.fixture
def counter(staff: Staff) -> Actor:
    return staff("privacy.issue_codes", "privacy.reveal", at="永乐", role="counter_clerk")


def at_home(person: Any, counter: Actor) -> Client:
    """The browser of a resident who came in with a code."""
    issued = issue_code(person, proof="居民身份证原件", by=counter, at=timezone.now())
    client = Client()
    answer = client.post("/my/enter/", {"code": issued.code})
    assert answer.status_code == 302, answer.content.decode()
    return client


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


# --- codes --------------------------------------------------------------------------------


def test_a_code_opens_once(person: Register, counter: Actor) -> None:
    issued = issue_code(person(), proof="居民身份证原件", by=counter, at=NOON)

    assert issued.code not in repr(issued)
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", issued.code)
    found = enter_with_code(f" {issued.code.lower()} ", address="10.0.0.1", at=NOON)
    assert found.pk == issued.row.pk
    with refused("privacy.wrong_code"):
        enter_with_code(issued.code, address="10.0.0.1", at=NOON)


def test_a_code_ends_after_three_days_and_with_the_next_one(
    person: Register, counter: Actor
) -> None:
    wang = person()
    first = issue_code(wang, proof="居民身份证原件", by=counter, at=NOON)
    second = issue_code(wang, proof="居民身份证原件", by=counter, at=NOON)

    with refused("privacy.wrong_code"):
        enter_with_code(first.code, address="10.0.0.1", at=NOON)
    with refused("privacy.wrong_code"):
        enter_with_code(second.code, address="10.0.0.1", at=NOON + timedelta(hours=72))


def test_codes_are_for_people_of_ones_own_reach(person: Register, staff: Staff) -> None:
    with refused("privacy.out_of_reach"):
        issue_code(person(), proof="居民身份证原件", by=staff("privacy.issue_codes", at="永乐二"),
                   at=NOON)  # fmt: skip


def test_the_code_itself_is_stored_nowhere(person: Register, counter: Actor) -> None:
    issued = issue_code(person(), proof="居民身份证原件", by=counter, at=NOON)

    row = ResidentCode.objects.values().get()
    assert issued.code.replace("-", "").encode() not in bytes(row["index"])
    assert issued.code not in str(row)


def test_five_wrong_codes_close_the_door_for_a_while(person: Register, counter: Actor) -> None:
    issued = issue_code(person(), proof="居民身份证原件", by=counter, at=NOON)
    for _try in range(5):
        with refused("privacy.wrong_code"):
            enter_with_code("AAAAA-AAAAA", address="10.0.0.6", at=NOON)

    with refused("privacy.too_many_codes"):
        enter_with_code(issued.code, address="10.0.0.6", at=NOON)
    assert Alarm.objects.get().kind == "codes"
    assert enter_with_code(issued.code, address="10.0.0.7", at=NOON)


def test_a_once_only_key_does_not_take_a_wrong_try_back() -> None:
    answer = Client().post("/my/enter/", {"code": "AAAAA-AAAAA", "_once": str(uuid4())})

    assert answer.status_code == 422
    assert not CodeAttempt.objects.exists()  # it was not tried at all
    answer = Client().post("/my/enter/", {"code": "AAAAA-AAAAA"})
    assert answer.status_code == 422
    assert CodeAttempt.objects.filter(good=False).count() == 1


# --- my file ------------------------------------------------------------------------------


def test_strangers_find_no_own_pages(person: Register) -> None:
    for path in ("/my/", "/my/household/", "/my/looked/", "/my/requests/", "/my/copy/json/"):
        assert Client().get(path).status_code == 404
    assert Client().get("/my/enter/").status_code == 200


def test_a_visit_ends_and_leads_back_to_the_door(
    person: Register, counter: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at_home(person(), counter)
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("gezhi.core.privacy.middleware.timezone.now", lambda: later)

    answer = client.get("/my/")

    assert (answer.status_code, answer["Location"]) == (302, "/my/enter/")


def test_my_file_is_complete_and_says_why(person: Register, counter: Actor) -> None:
    wang = person("王小三", occupation="木匠", remark="腿脚不便")
    apps.get_model("registry.CareLabel").objects.create(
        person=wang, kind="living_alone", valid_from=NOON.date(), source=wang.source
    )

    page = words(at_home(wang, counter).get("/my/"))

    for value in ("王小三", ID_NO, PHONE, "1962-03-07", "木匠", "腿脚不便", "独居老人"):
        assert value in page
    assert "联系您：停水停电" in page
    assert "个人信息保护法》第二十八条" not in page
    assert AccessEntry.objects.get().kind == "own"


def test_the_rest_of_the_household_stays_masked_and_sees_the_look(
    person: Register, counter: Actor, source: Any, places: Any
) -> None:
    home = apps.get_model("registry.Household").objects.create(
        community=places["永乐"], grid=places["永乐一"], source=source, touched_by=source,
        as_of=NOON.date(),
    )  # fmt: skip
    wang = person("王小三", household=home)
    wife = person("李美丽", household=home, phone="13998765432")

    page = words(at_home(wang, counter).get("/my/household/"))

    assert "李美丽" in page
    assert "139****5432" in page
    assert "13998765432" not in page
    assert PHONE not in page
    seen = AccessEntry.objects.get(subject_id=wife.pk)
    assert (seen.post, seen.fields) == ("同户成员", ["name"])


def test_who_looked_tells_post_fields_purpose_and_ground_but_no_name(
    person: Register, counter: Actor, worker: Actor
) -> None:
    wang = person()
    reveal(wang, ["name", "phone"], purpose="visit", by=worker, at=NOON)

    page = words(at_home(wang, counter).get("/my/looked/"))

    assert "2022-09-06 12:00" in page
    assert "永乐一 网格员" in page
    assert "姓名、联系电话" in page
    assert "入户走访" in page
    assert "第十三条第一款第三项" in page
    assert "张网格" not in page


def test_the_office_stands_once_before_a_post_of_its_own() -> None:
    at_the_office, in_a_grid = (
        AccessEntry(post=post) for post in ("沟赵办事处 数据员", "永乐一 网格员")
    )

    assert who(at_the_office, "沟赵办事处") == "沟赵办事处 数据员"
    assert who(in_a_grid, "沟赵办事处") == "沟赵办事处　永乐一 网格员"
    assert who(AccessEntry(post=""), "沟赵办事处") == "沟赵办事处　系统"


def test_i_see_only_my_own_log(person: Register, counter: Actor, worker: Actor) -> None:
    wang, li = person("王小三"), person("李四")
    reveal(li, ["name"], purpose="visit", by=worker, at=NOON)
    client = at_home(wang, counter)

    assert "入户走访" not in words(client.get("/my/looked/"))
    theirs = AccessEntry.objects.get(subject_id=li.pk)
    assert client.get(f"/my/looked/{theirs.pk}/ask/").status_code == 404


def test_asking_about_a_look_and_reading_the_answer(
    person: Register, counter: Actor, worker: Actor, staff: Staff, told: list[Any]
) -> None:
    wang = person()
    reveal(wang, ["phone"], purpose="visit", by=worker, at=NOON)
    entry = AccessEntry.objects.get()
    client = at_home(wang, counter)

    answer = client.post(f"/my/looked/{entry.pk}/ask/", {"content": "没有人来过我家"})

    assert answer.status_code == 302
    request = RightsRequest.objects.get()
    assert (request.kind, request.entry_id, request.state) == ("ask", entry.pk, "open")
    chief = staff("privacy.answer_requests", at="永乐", role="grid_chief_l2")
    answer_request(request, granted=True, answer="走访前来电预约", by=chief, at=NOON)
    assert "走访前来电预约" in words(client.get("/my/requests/"))
    assert "已询问" in words(client.get("/my/looked/"))


def test_a_correction_names_its_field_and_runs_a_clock(
    person: Register, counter: Actor, told: list[Any]
) -> None:
    client = at_home(person(), counter)
    assert client.post("/my/requests/new/correct/", {"content": "号码变了"}).status_code == 422

    client.post(
        "/my/requests/new/correct/",
        {"field": "registry.Person.phone", "content": "号码变了，新号 13700001111"},
    )

    request = RightsRequest.objects.get()
    assert request.field == "registry.Person.phone"
    assert request.legal_limit - timezone.localdate(request.filed_at) == timedelta(days=30)
    assert "13700001111" not in str(RightsRequest.objects.values().get())
    page = words(client.get("/my/requests/"))
    assert "前答复" in page
    client.post(f"/my/requests/{request.pk}/withdraw/")
    assert "已撤回" in words(client.get("/my/requests/"))


def test_a_copy_to_take_away_in_three_forms(person: Register, counter: Actor) -> None:
    client = at_home(person("王小三"), counter)

    data = json.loads(client.get("/my/copy/json/").content)
    sheet = zipfile.ZipFile(io.BytesIO(client.get("/my/copy/xlsx/").content))
    printed = words(client.get("/my/copy/print/"))

    values = {one["title"]: one["value"] for one in data[0]["fields"]}
    assert (values["姓名"], values["公民身份号码"]) == ("王小三", ID_NO)
    assert ID_NO in sheet.read("xl/sharedStrings.xml").decode()
    assert ID_NO in printed
    assert client.get("/my/copy/exe/").status_code == 404
    assert AccessEntry.objects.filter(kind="own").count() == 3


def test_an_account_that_names_its_person_needs_no_code(
    person: Register, browser: Callable[..., Client]
) -> None:
    wang = person("王小三")

    assert "王小三" in words(browser(person=wang.pk).get("/my/"))
    assert browser().get("/my/").status_code == 404


def test_leaving_ends_the_visit(person: Register, counter: Actor) -> None:
    client = at_home(person(), counter)
    client.post("/my/leave/")

    answer = client.get("/my/")
    assert (answer.status_code, answer["Location"]) == (302, "/my/enter/")


# --- answers ------------------------------------------------------------------------------


def asked(person: Any, kind: str = "restrict", **more: Any) -> RightsRequest:
    me = resident(person.pk, Origin("web"))
    return file_request(
        kind=kind, subject_id=person.pk, content="不希望被使用", by=me, at=NOON, **more
    )


def test_the_clock_of_a_request_follows_the_office_calendar(
    person: Register, told: list[Any]
) -> None:
    wang = person()
    thursday = datetime(2022, 9, 1, 1, tzinfo=NOON.tzinfo)
    me = resident(wang.pk, Origin("web"))

    request = file_request(kind="view", subject_id=wang.pk, content="", by=me, at=thursday)

    assert timezone.localtime(request.due_at).strftime("%Y-%m-%d %H:%M") == "2022-09-23 18:00"
    assert request.number == "GR20220901-001"


def test_granting_a_restriction_blocks_at_once(
    person: Register, staff: Staff, worker: Actor, told: list[Any]
) -> None:
    wang = person()
    chief = staff("privacy.answer_requests", at="永乐")
    answer_request(asked(wang), granted=True, answer="已限制处理", by=chief, at=NOON)

    wang.refresh_from_db()
    with refused("privacy.blocked"):
        reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)


def test_a_refusal_stands_on_a_ground_for_its_kind(
    person: Register, staff: Staff, told: list[Any]
) -> None:
    chief = staff("privacy.answer_requests", at="永乐")
    request = asked(person())
    for ground in ("", "accurate"):
        with refused("privacy.ground_missing"):
            answer_request(request, granted=False, answer="不同意这样做", ground=ground, by=chief,
                           at=NOON)  # fmt: skip

    done = answer_request(
        request, granted=False, answer="依法履职所需", ground="duty", by=chief, at=NOON
    )
    assert done.refused_on == "duty"
    with refused("privacy.request_closed"):
        answer_request(request, granted=True, answer="改主意了", by=chief, at=NOON)


def test_nobody_answers_a_question_about_themselves(
    person: Register, staff: Staff, told: list[Any]
) -> None:
    wang = person()
    chief = staff("privacy.answer_requests", "privacy.reveal", at="永乐")
    reveal(wang, ["name"], purpose="visit", by=chief, at=NOON)
    request = asked(wang, kind="ask", entry=AccessEntry.objects.get())

    with refused("privacy.asked_about_oneself"):
        answer_request(request, granted=True, answer="是我看的", by=chief, at=NOON)


def test_somebody_who_lives_here_is_not_deleted_and_who_left_is(
    person: Register, staff: Staff, told: list[Any]
) -> None:
    chief = staff("privacy.answer_requests", at="永乐")
    stays, left = person("王小三"), person("李四", state="left", ended_on=NOON.date())
    with refused("privacy.still_lives_here"):
        answer_request(asked(stays, "delete"), granted=True, answer="已删除", by=chief, at=NOON)

    answer_request(asked(left, "delete"), granted=True, answer="已删除", by=chief, at=NOON)

    assert not apps.get_model("registry.Person").objects.filter(pk=left.pk).exists()


def test_a_request_of_another_community_is_not_yours(
    person: Register, staff: Staff, told: list[Any]
) -> None:
    with refused("privacy.not_yours"):
        answer_request(
            asked(person()), granted=True, answer="已限制处理",
            by=staff("privacy.answer_requests", at="永乐二"), at=NOON,
        )  # fmt: skip


def test_nobody_files_for_somebody_else(person: Register, staff: Staff, worker: Actor) -> None:
    wang, li = person("王小三"), person("李四")
    for actor in (worker, resident(li.pk, worker.origin)):
        with refused("privacy.not_ones_own"):
            file_request(kind="view", subject_id=wang.pk, content="", by=actor, at=NOON)


def test_whoever_had_a_code_issued_in_ones_name_is_seen_by_oneself(
    person: Register, counter: Actor
) -> None:
    """A code opens the file as if its owner did: that there was one must not be hidden."""
    wang = person()
    issue_code(wang, proof="儿子持户口簿", by=counter, at=timezone.now())

    page = words(at_home(wang, counter).get("/my/looked/"))

    assert "以您的名义领取的查询码" in page
    assert "儿子持户口簿" in page
    assert "没有使用" in page
