"""What a request may ask of the database: whole requests, from the session to the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.core.office.queries import calendar
from gezhi.core.places import snapshots
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests import office
from gezhi.engines.matters.actions import take
from gezhi.services.cases.actions import practice_here
from gezhi.services.cases.models import Case
from gezhi.services.cases.tests.conftest import Centre, category

pytestmark = pytest.mark.django_db

REPORT, LIST, PAGE, STEP = 14, 6, 10, 14
OURS = ("SAVEPOINT", "RELEASE", "SET search_path")
"""What the test's own transaction and the choice of the cell add."""


@pytest.fixture(autouse=True)
def _ground_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process asks once a second whether places changed, however many requests it answers."""
    monkeypatch.setattr(snapshots, "TRUSTED_SECONDS", 3600.0)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def browser(actor: Actor) -> Client:
    """Signed in, and known to the process from an earlier request."""
    assert actor.account_id is not None
    client = office.come(Account.objects.get(pk=actor.account_id))
    client.get("/matters/")
    calendar()
    practice_here()
    assert snapshots.current().address_book
    return client


def asked(client: Client, way: str, page: str, **data: Any) -> tuple[int, Any]:
    """How many questions a request put, and its answer."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(page, data) if way == "post" else client.get(page)
    questions = [one["sql"] for one in captured.captured_queries]
    return len([sql for sql in questions if not sql.startswith(OURS)]), answer


def once() -> str:
    return str(uuid4())


def open_cases(centre: Centre, number: int, at: datetime) -> list[Case]:
    return [centre.report(at=at) for _case in range(number)]


def closed(centre: Centre, at: datetime) -> Case:
    """A case with all it can have had: six steps, five clocks."""
    case = centre.report(at=at)
    for step, by, said, values in (
        ("file", centre.operator, "", {"category": category("0102")}),
        ("dispatch", centre.dispatcher, "", {"unit": centre.cleaning}),
        ("accept", centre.handler, "", {}),
        ("feed_back", centre.handler, "已清走", {}),
        ("pass_check", centre.checker, "", {}),
        ("close", centre.operator, "", {}),
    ):
        take(case.matter, step, said=said, values=values, by=by, at=at)
    return case


def test_reporting_a_case(centre: Centre) -> None:
    client = browser(centre.worker)
    told = {
        "description": "楼下垃圾没人清",
        "address": "紫兰苑 3号楼",
        "source": "counter",
        "category": str(category("0102").pk),
        "lon": "113.54",
        "lat": "34.8",
        "reporter": "王五",
        "phone": "13812345678",
    }
    asked(client, "post", "/cases/report/", **told, _once=once(), _anyway="1")

    number, answer = asked(client, "post", "/cases/report/", **told, _once=once(), _anyway="1")

    assert answer.status_code == 302
    assert Case.objects.count() == 2
    assert number <= REPORT


def test_looking_for_duplicates_is_part_of_it(centre: Centre, now: datetime) -> None:
    client = browser(centre.worker)
    told = {"description": "垃圾", "address": "紫兰苑 3号楼", "category": category("0102").pk}
    here = told | {"source": "counter", "address": "别处 1号楼"}

    number, answer = asked(client, "post", "/cases/report/", **here, _once=once())

    assert answer.status_code == 302
    assert number <= REPORT


@pytest.mark.parametrize("seat", ["worker", "operator", "handler", "chief"])
@pytest.mark.parametrize("address", ["/cases/?state=reported&open=1", "/matters/"])
def test_a_list_costs_the_same_for_one_case_or_fifty(
    centre: Centre, now: datetime, seat: str, address: str
) -> None:
    client = browser(getattr(centre, seat))
    open_cases(centre, 1, now)
    one, _answer = asked(client, "get", address)
    open_cases(centre, 52, now)
    fifty, answer = asked(client, "get", address)

    assert answer.status_code == 200
    assert one <= LIST
    assert fifty <= LIST


def test_a_list_of_all_there_is(centre: Centre, now: datetime) -> None:
    client = browser(centre.chief)
    closed(centre, now)
    open_cases(centre, 3, now)

    number, answer = asked(client, "get", "/cases/?sort=due_at")

    assert answer.status_code == 200
    assert number <= LIST


@pytest.mark.parametrize("seat", ["worker", "operator", "handler", "chief"])
def test_the_page_of_a_case(centre: Centre, now: datetime, seat: str) -> None:
    case = closed(centre, now)
    client = browser(getattr(centre, seat))

    number, answer = asked(client, "get", f"/cases/{case.pk}/")

    assert answer.status_code == 200
    assert number <= PAGE


def test_every_step_on_the_way_of_a_case(centre: Centre, now: datetime) -> None:
    case = open_cases(centre, 1, now)[0]
    rubbish, cleaning = str(category("0102").pk), str(centre.cleaning.pk)
    way: tuple[tuple[str, Actor, dict[str, str]], ...] = (
        ("file", centre.operator, {"category": rubbish}),
        ("dispatch", centre.dispatcher, {"unit": cleaning}),
        ("accept", centre.handler, {}),
        ("feed-back", centre.handler, {"said": "已清走"}),
        ("fail-check", centre.checker, {"said": "还有一半"}),
        ("feed-back", centre.handler, {"said": "全部清走"}),
        ("pass-check", centre.checker, {"said": "干净了"}),
        ("close", centre.operator, {}),
    )
    costs: dict[str, int] = {}
    for step, by, told in way:
        client = browser(by)
        case.matter.refresh_from_db()
        form = told | {"revision": str(case.matter.revision), "_once": once()}
        number, answer = asked(client, "post", f"/cases/{case.pk}/{step}/", **form)
        assert answer.status_code == 302, f"{step}: {answer.content.decode()}"
        costs[step] = max(number, costs.get(step, 0))

    case.matter.refresh_from_db()
    assert case.matter.state == "closed"
    assert {step: number for step, number in costs.items() if number > STEP} == {}
