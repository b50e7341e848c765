"""The office's screens of privacy: what is revealed, logged, alarmed, asked and answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor, Origin
from gezhi.core.journal.models import JournalLine
from gezhi.core.journal.words import changes_in_words
from gezhi.core.privacy.actions import break_glass, enter_with_code, file_request, reveal
from gezhi.core.privacy.actions.glass import REASON_LETTERS
from gezhi.core.privacy.fields import blind_index
from gezhi.core.privacy.middleware import resident
from gezhi.core.privacy.models import (
    AccessEntry,
    AccessTally,
    Alarm,
    BreakGlass,
    ErasureReport,
    Purpose,
    RightsRequest,
)
from gezhi.core.privacy.tests.conftest import ID_NO, PHONE

pytestmark = pytest.mark.django_db
Register = Callable[..., Any]
Browser = Callable[..., Client]
READER = ("privacy.reveal", "registry.see_people")


def words(answer: Any, status: int = 200) -> str:
    text = str(answer.content.decode())
    assert answer.status_code == status, text[:2000]
    return text


def ask(client: Client, path: str, **data: Any) -> Any:
    return client.post(path, {"fields_wanted": ["name", "phone"], "purpose": "visit", **data})


# --- revealing ----------------------------------------------------------------------------


def test_the_form_offers_only_purposes_one_may_use(person: Register, browser: Browser) -> None:
    page = words(browser(*READER).get(f"/people/{person().pk}/reveal/?field=phone"))

    assert "入户走访" in page
    assert "党员管理" not in page
    assert "系统任务" not in page
    assert 'value="phone"' in page
    assert "_once" not in page
    assert PHONE not in page


def test_values_come_with_the_readers_name_and_are_logged(
    person: Register, browser: Browser
) -> None:
    wang = person("王小三")
    client = browser(*READER, name="孙书记")

    page = words(ask(client, f"/people/{wang.pk}/reveal/"))

    assert "王小三" in page
    assert PHONE in page
    assert re.search(r'data-mark="孙书记 \d{4}-', page)
    assert "90 秒后自动隐藏" in page
    assert AccessEntry.objects.get(kind="reveal").fields == ["name", "phone"]


def test_the_purpose_is_remembered_and_each_look_is_logged(
    person: Register, browser: Browser
) -> None:
    wang, client = person(), browser(*READER)
    ask(client, f"/people/{wang.pk}/reveal/", purpose="case", note="事件 12 漏水")

    page = words(client.get(f"/people/{wang.pk}/reveal/"))

    assert re.search(r'<option value="case"[^>]* selected', page)
    assert "事件 12 漏水" in page
    assert AccessEntry.objects.filter(kind="reveal").count() == 1


def test_a_refused_reading_stays_at_its_field(person: Register, browser: Browser) -> None:
    client = browser(*READER)
    path = f"/people/{person().pk}/reveal/"

    beyond = words(ask(client, path, fields_wanted=["id_no"]), 422)
    noteless = words(ask(client, path, purpose="case"), 422)

    assert "不需要查看证件号码" in beyond
    assert "须写明事由" in noteless
    assert not AccessEntry.objects.filter(kind="reveal").exists()


def test_a_once_only_key_is_refused_and_nothing_is_shown(
    person: Register, browser: Browser
) -> None:
    page = words(ask(browser(*READER), f"/people/{person().pk}/reveal/", _once=str(uuid4())), 422)

    assert PHONE not in page
    assert not AccessEntry.objects.filter(kind="reveal").exists()


def test_over_the_cap_is_too_many_requests(person: Register, browser: Browser) -> None:
    Purpose.objects.filter(pk="visit").update(daily_cap=0)

    answer = ask(browser(*READER), f"/people/{person().pk}/reveal/")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert Alarm.objects.get().kind == "cap"


def test_in_a_drawer_the_answer_is_a_dialog(person: Register, browser: Browser) -> None:
    client = browser(*READER)
    path = f"/people/{person('王小三').pk}/reveal/"
    headers = {"HX-Request": "true", "HX-Target": "dialog"}

    asked = words(client.get(path, headers=headers))
    shown = words(client.post(path, {"fields_wanted": "name", "purpose": "visit"}, headers=headers))

    assert asked.lstrip().startswith("<dialog")
    assert 'hx-target="#dialog"' in asked
    assert shown.lstrip().startswith("<dialog")
    assert "王小三" in shown


def test_a_lists_page_is_shown_in_full_with_one_purpose(person: Register, browser: Browser) -> None:
    people = [person(f"王小{letter}") for letter in "甲乙丙"]
    person("赵大丁", grid="永乐二", initials="zdd", pinyin="zhaodading")
    client = browser(*READER)
    listed = words(client.get("/people/?q=王"))
    assert "显示本页明文" in listed
    assert "王小甲" not in listed

    page = words(ask(client, "/people/reveal/?q=王", fields_wanted=["name"]))

    assert all(one.name in page for one in people)
    assert "赵大丁" not in page
    assert AccessEntry.objects.filter(kind="reveal").count() == 3


def test_without_the_right_there_is_no_way_to_values(person: Register, browser: Browser) -> None:
    client = browser("registry.see_people")
    path = f"/people/{person().pk}/reveal/"

    assert "显示本页明文" not in words(client.get("/people/"))
    assert client.get(path).status_code in (403, 404)
    assert ask(client, path).status_code in (403, 404)


# --- the log ------------------------------------------------------------------------------


def test_the_auditor_finds_who_read_somebody_without_reading_them(
    person: Register, browser: Browser, worker: Actor, numbers: dict[str, Any]
) -> None:
    wang = person("王小三")
    numbers[ID_NO] = wang
    reveal(wang, ["name"], purpose="visit", by=worker, at=timezone.now())
    client = browser("privacy.see_log", at="沟赵")

    found = client.post("/privacy/log-of/", {"number": ID_NO})
    page = words(client.get(found["Location"]))

    assert ID_NO not in found["Location"]
    assert "张网格" in page
    assert "入户走访" in page
    assert "王小三" not in page
    entry = AccessEntry.objects.get(kind="reveal")
    assert "姓名" in words(client.get(f"/privacy/log/{entry.pk}/"))
    assert AccessEntry.objects.filter(kind="search", purpose="audit").count() == 1


def test_a_number_nobody_has_is_logged_too(browser: Browser, numbers: dict[str, Any]) -> None:
    page = words(browser("privacy.see_log").post("/privacy/log-of/", {"number": "1380000"}), 422)

    assert "没有这个号码的人" in page
    assert AccessEntry.objects.get().subject_id is None


def test_habits_are_told_by_role(person: Register, browser: Browser, worker: Actor) -> None:
    reveal(person(), ["name"], purpose="visit", by=worker, at=timezone.now())
    AccessTally.objects.create(
        account_id=uuid4(), role="program", purpose=None, day=timezone.localdate(), people=3
    )

    page = words(browser("privacy.see_log").get("/privacy/habits/"))

    assert "专职网格员" in page
    assert '<td data-label="角色">程序</td>' in page
    assert "grid_worker_full" not in page
    assert '<a href="/privacy/log/?kind=export">' in page
    assert "张网格" not in page


# --- emergencies and alarms ---------------------------------------------------------------


def test_an_emergency_from_number_to_review(
    person: Register, browser: Browser, numbers: dict[str, Any]
) -> None:
    faint = person("赵六六", grid="永乐二")
    numbers[PHONE] = faint
    client = browser("privacy.break_glass", at="永乐一", name="张网格")

    opened = client.post("/privacy/emergency/", {"number": PHONE, "reason": "老人晕倒，联系家属"})
    asked = words(client.get(opened["Location"]))
    shown = words(client.post(opened["Location"]))

    assert "赵六六" not in asked
    assert "赵六六" in shown
    assert AccessEntry.objects.get(kind="break_glass").subject_id == faint.pk
    glass = BreakGlass.objects.get()
    chief = browser("privacy.review")
    assert "老人晕倒" in words(chief.get(f"/privacy/break-glass/{glass.pk}/"))
    chief.post(f"/privacy/break-glass/{glass.pk}/review/", {"justified": "yes", "review": "属实"})
    glass.refresh_from_db()
    assert glass.justified is True
    assert client.get(opened["Location"]).status_code == 404


def test_a_reason_too_short_is_told_how_long_it_has_to_be(
    person: Register, browser: Browser, numbers: dict[str, Any]
) -> None:
    numbers[PHONE] = person()
    client = browser("privacy.break_glass")
    short = "急" * (REASON_LETTERS - 1)

    said = words(client.post("/privacy/emergency/", {"number": PHONE, "reason": short}), 422)
    opened = client.post("/privacy/emergency/", {"number": PHONE, "reason": short + "急"})

    assert f"至少 {REASON_LETTERS} 个字" in said
    assert opened.status_code == 302


def test_the_emergency_stands_in_the_menu_of_whoever_may_open_it(browser: Browser) -> None:
    doctor, chief = browser("privacy.break_glass"), browser("privacy.review")

    assert 'href="/privacy/emergency/"' in words(doctor.get("/"))
    assert 'href="/privacy/emergency/"' not in words(chief.get("/"))
    assert 'href="/privacy/break-glass/"' in words(chief.get("/"))


def test_trying_numbers_in_the_emergency_form_ends_soon(
    browser: Browser, numbers: dict[str, Any]
) -> None:
    client = browser("privacy.break_glass")
    answers = [
        client.post("/privacy/emergency/", {"number": f"1380000{n:04}", "reason": "老人晕倒了快"})
        for n in range(21)
    ]

    assert [one.status_code for one in answers] == [422] * 20 + [429]


def test_an_alarm_is_seen_and_handled(person: Register, browser: Browser, worker: Actor) -> None:
    break_glass(person_id=person().pk, reason="煤气泄漏，找到住户", by=worker, at=timezone.now())
    alarm = Alarm.objects.get()
    client = browser("privacy.handle_alarms", at="沟赵")

    assert "启用了紧急查看" in words(client.get("/privacy/alarms/"))
    client.post(f"/privacy/alarms/{alarm.pk}/handle/", {"outcome": "已核实，情况属实"})

    assert "已核实，情况属实" in words(client.get(f"/privacy/alarms/{alarm.pk}/"))


# --- purposes -----------------------------------------------------------------------------


def test_a_purpose_is_adjusted_and_the_journal_keeps_what_it_was(browser: Browser) -> None:
    client = browser("privacy.set_purposes", at="沟赵")
    assert "入户走访" in words(client.get("/privacy/purposes/"))
    form = words(client.get("/privacy/purposes/visit/edit/"))
    assert 'value="100"' in form

    answer = client.post(
        "/privacy/purposes/visit/edit/",
        {
            "title": "入户走访", "explanation": "上门走访", "basis": "duty", "law": "某条",
            "fields_opened": ["name", "phone"], "daily_cap": "40",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    visit = Purpose.objects.get(pk="visit")
    assert (visit.daily_cap, visit.fields) == (40, ["name", "phone"])
    line = JournalLine.objects.get(verb="privacy.set_purpose")
    assert line.changes["daily_cap"] == [100, 40]


def test_a_purpose_is_kept_to_roles_ticked_by_what_they_are_called(browser: Browser) -> None:
    client = browser("privacy.set_purposes", at="沟赵")
    role = apps.get_model("staff.Role").objects.create(code="counter", title="便民窗口")
    Purpose.objects.filter(pk="visit").update(roles=["gone"])
    form = words(client.get("/privacy/purposes/visit/edit/"))
    assert re.search(r'type="checkbox" name="roles" value="counter".*?便民窗口', form)

    client.post(
        "/privacy/purposes/visit/edit/",
        {
            "title": "入户走访", "explanation": "上门走访", "basis": "duty", "law": "某条",
            "fields_opened": ["name"], "roles": [role.pk], "daily_cap": "40",
        },
    )  # fmt: skip

    assert Purpose.objects.get(pk="visit").roles == ["counter", "gone"]
    line = JournalLine.objects.get(verb="privacy.set_purpose")
    assert "限于角色：gone → 便民窗口、gone" in changes_in_words(line.changes, line.subject_kind)


def test_a_cap_beyond_all_measure_is_refused(browser: Browser) -> None:
    answer = browser("privacy.set_purposes").post(
        "/privacy/purposes/add/",
        {
            "title": "普查", "explanation": "普查", "basis": "duty", "law": "某条",
            "fields_opened": ["name"], "daily_cap": "5000",
        },
    )  # fmt: skip

    assert "每日上限应在" in words(answer, 422)


def test_a_purpose_of_the_platform_cannot_end(browser: Browser) -> None:
    client = browser("privacy.set_purposes")

    assert "不能停用" in words(client.get("/privacy/purposes/own/end/"))
    today = timezone.localdate()
    client.post("/privacy/purposes/visit/end/", {"on": str(today), "why": "改用新目的"})
    assert Purpose.objects.get(pk="visit").valid_to == today


# --- requests and codes -------------------------------------------------------------------


def test_a_request_is_read_with_a_purpose_and_answered(
    person: Register, browser: Browser, told: list[Any]
) -> None:
    wang = person("王小三")
    request = file_request(
        kind="correct", subject_id=wang.pk, content="新号码 13700001111",
        field="registry.Person.phone", by=resident(wang.pk, Origin()), at=timezone.now(),
    )  # fmt: skip
    client = browser("privacy.answer_requests", "privacy.reveal", at="永乐")

    assert request.number in words(client.get("/privacy/requests/"))
    detail = words(client.get(f"/privacy/requests/{request.pk}/"))
    assert "13700001111" not in detail
    assert "联系电话" in detail
    shown = words(
        client.post(
            f"/privacy/requests/{request.pk}/content/",
            {"fields_wanted": "content", "purpose": "rights_request"},
        )
    )
    assert "13700001111" in shown
    answer = client.post(
        f"/privacy/requests/{request.pk}/answer/",
        {"outcome": "granted", "answer": "已改好", "value": "13700001111"},
    )
    assert answer.status_code == 302
    wang.refresh_from_db()
    assert wang.phone_index == blind_index("13700001111", context="phone")
    assert RightsRequest.objects.get().state == "granted"


def test_late_requests_say_so(person: Register, browser: Browser, told: list[Any]) -> None:
    wang = person()
    me = resident(wang.pk, Origin())
    for days in (28, 40):
        file_request(kind="view", subject_id=wang.pk, content="", by=me,
                     at=timezone.now() - timedelta(days=days))  # fmt: skip

    page = words(browser("privacy.answer_requests").get("/privacy/requests/"))

    assert "已超法定期限" in page
    assert "已超本单位期限" in page


def test_a_request_taken_at_the_counter_has_the_same_clock(
    person: Register, browser: Browser, numbers: dict[str, Any], told: list[Any]
) -> None:
    numbers[ID_NO] = person()
    client = browser("privacy.issue_codes", "privacy.answer_requests")

    answer = client.post("/privacy/requests/take/", {"number": ID_NO, "kind": "copy"})

    assert answer.status_code == 302
    request = RightsRequest.objects.get()
    assert (request.filed_through, request.kind) == ("counter", "copy")


def test_a_slip_with_code_and_picture_opens_the_residents_page(
    person: Register, browser: Browser, numbers: dict[str, Any]
) -> None:
    numbers[ID_NO] = person("王小三")
    client = browser("privacy.issue_codes")

    found = client.post("/privacy/codes/", {"number": ID_NO})
    form = words(client.get(found["Location"]))
    slip = words(client.post(found["Location"], {"proof": "居民身份证原件"}))

    assert "王*三" in form
    assert "王小三" not in form + slip
    assert "<svg" in slip
    code = re.search(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", slip)
    assert code is not None
    assert enter_with_code(code.group(), address="10.0.0.1", at=timezone.now())


def test_codes_are_not_issued_beyond_ones_reach(
    person: Register, browser: Browser, numbers: dict[str, Any]
) -> None:
    numbers[ID_NO] = li = person("李四", grid="永乐二")
    client = browser("privacy.issue_codes", at="永乐一")

    assert "不在您的办理范围内" in words(client.post("/privacy/codes/", {"number": ID_NO}), 422)
    assert client.get(f"/privacy/codes/{li.pk}/").status_code == 404


def test_what_the_night_deleted_is_told_in_counts(browser: Browser) -> None:
    ErasureReport.objects.create(
        at=timezone.now(), counts={"registry.Person": 3}, held={}, digest=b"x" * 32
    )

    page = words(browser("privacy.set_purposes").get("/privacy/reports/"))

    assert "人员 3" in page
