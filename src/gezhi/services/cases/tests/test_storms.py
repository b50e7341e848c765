"""Many at once on the same cases, and reporting without any network."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection as connection_here
from django.test import Client

from gezhi.base.actors import Actor
from gezhi.core.cells.actions import create_cell
from gezhi.core.places import snapshots
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests import office
from gezhi.core.staff.tests.office import NOON
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Matter
from gezhi.services.cases.models import Case
from gezhi.services.cases.tests.conftest import Centre, category, open_centre

connection: Any = connection_here
CODE, HOST = "410172997", "storm.localhost"
CASES, AT_ONCE = 6, 60


@pytest.fixture
def busy(django_db_setup: None, django_db_blocker: Any, settings: Any) -> Iterator[Centre]:
    """An office of its own in which everything is committed; gone afterwards."""
    settings.ALLOWED_HOSTS = [HOST]
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        _gone()
        cell = create_cell(code=CODE, name="风暴办事处", short_name="风暴", hosts=[HOST], at=NOON)
        connection.set_tenant(cell)
        snapshots.forget()
        yield open_centre()
        connection.set_schema_to_public()
        _gone()
        connection.close()


def _gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS c_{CODE} CASCADE")
        cursor.execute(
            "DELETE FROM cells_host WHERE tenant_id IN (SELECT id FROM cells_cell WHERE code = %s)",
            [CODE],
        )
        cursor.execute("DELETE FROM cells_cell WHERE code = %s", [CODE])


def browser(actor: Actor) -> Client:
    assert actor.account_id is not None
    client = office.come(Account.objects.get(pk=actor.account_id))
    client.defaults["HTTP_HOST"] = HOST
    client.raise_request_exception = False
    return client


def sent_together(posts: list[tuple[Client, str, dict[str, str]]]) -> list[int]:
    """The statuses of requests sent at the same moment, each on a connection of its own."""
    ready = threading.Barrier(len(posts))
    statuses = [0] * len(posts)

    def send(at: int) -> None:
        client, address, told = posts[at]
        ready.wait(30)
        try:
            statuses[at] = client.post(address, told).status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(at,)) for at in range(len(posts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return statuses


def filed(centre: Centre) -> list[Case]:
    """Cases that wait for the dispatcher, their unit proposed already."""
    cases = [centre.report() for _case in range(CASES)]
    for case in cases:
        values = {"category": category("0102")}
        take(case.matter, "file", values=values, by=centre.operator, at=NOON)
    return cases


def test_sixty_at_once_on_six_cases_each_get_an_answer_and_history_stays_in_line(
    busy: Centre,
) -> None:
    cases = filed(busy)
    before = sum(case.matter.history.count() for case in cases)
    seats = {
        "dispatch": (busy.dispatcher, {"unit": str(busy.cleaning.pk)}),
        "accept": (busy.handler, {}),
        "give-back": (busy.handler, {"said": "不归我们管"}),
        "feed-back": (busy.handler, {"said": "已清走"}),
        "void": (busy.operator, {"void_reason": "untrue", "said": "不属实"}),
    }
    steps = ("dispatch",) * 5 + ("accept", "accept", "give-back", "feed-back", "void")
    posts = []
    for step in steps:
        actor, asked = seats[step]
        for case in cases:
            told = asked | {"_once": str(uuid4())}
            if step == "dispatch":
                told["revision"] = str(case.matter.revision)
            posts.append((browser(actor), f"/cases/{case.pk}/{step}/", told))
    assert len(posts) == AT_ONCE

    statuses = sent_together(posts)

    assert set(statuses) <= {302, 409, 422}, Counter(statuses)
    matters = list(Matter.objects.prefetch_related("history"))
    lines = {one.pk: list(one.history.all()) for one in matters}
    assert sum(map(len, lines.values())) == before + statuses.count(302)
    assert statuses.count(302) >= CASES, "each case was dispatched by somebody"
    for one in matters:
        history = lines[one.pk]
        assert [line.number for line in history] == list(range(1, len(history) + 1))
        assert [line.came_from for line in history[1:]] == [line.went_to for line in history[:-1]]
        assert (one.state, one.revision) == (history[-1].went_to, len(history))
        assert Counter(line.step for line in history)["dispatch"] == 1


def test_the_same_report_sent_ten_times_at_once_is_one_case(busy: Centre) -> None:
    key = str(uuid4())
    told = {
        "description": "楼下垃圾没人清",
        "address": "紫兰苑 3号楼",
        "source": "patrol",
        "_anyway": "1",
        "_once": key,
    }
    clients = [browser(busy.worker) for _tab in range(10)]

    statuses = sent_together([(client, "/cases/report/", told) for client in clients])

    assert set(statuses) == {302}
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_reporting_calls_nobody_outside(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the network dead a report is taken in, and not even a name was looked up."""
    called: list[Any] = []

    def dead(*where: Any, **more: Any) -> Any:
        called.append(where)
        raise OSError("the network is dead")

    client = browser(centre.worker)
    client.defaults.pop("HTTP_HOST")
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, dead)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, dead)
    told = {
        "description": "楼下垃圾没人清",
        "address": "紫兰苑 3号楼",
        "lon": "113.54",
        "lat": "34.80",
        "source": "hotline",
        "reporter": "王五",
        "phone": "13812345678",
        "category": str(category("0102").pk),
        "_once": str(uuid4()),
    }

    answer = client.post("/cases/report/", told)

    assert answer.status_code == 302
    assert Case.objects.count() == 1
    assert called == []
