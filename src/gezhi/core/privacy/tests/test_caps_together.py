"""The cap holds when one account reads from several browsers at the same time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection as connection_here

from gezhi.base.actors import Actor, ActorKind, Holding
from gezhi.base.errors import Refusal
from gezhi.core.cells.models import Cell
from gezhi.core.notices.models import Notice
from gezhi.core.privacy.actions import reveal
from gezhi.core.privacy.models import AccessEntry, AccessTally, Alarm

connection: Any = connection_here
LONG_AGO = datetime(2012, 9, 6, 4, tzinfo=UTC)


@pytest.fixture
def cell_for_real(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Commits for real, because threads cannot see an open transaction; tidied up afterwards."""
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        cell = Cell.objects.get(code="410172360")
        connection.set_tenant(cell)
        from gezhi.core.privacy.models import Purpose

        was = Purpose.objects.get(pk="visit")
        Purpose.objects.filter(pk="visit").update(valid_from=LONG_AGO.date(), daily_cap=20)
        yield cell
        connection.set_tenant(cell)
        AccessEntry.objects.all()._raw_delete(connection.alias)
        AccessTally.objects.all().delete()
        Alarm.objects.all().delete()
        Notice.objects.all().delete()
        Purpose.objects.filter(pk="visit").update(
            valid_from=was.valid_from, daily_cap=was.daily_cap
        )
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_journalline")
        connection.set_schema_to_public()
        connection.close()


def test_the_cap_holds_for_readings_at_the_same_time(
    cell_for_real: Any, django_db_blocker: Any
) -> None:
    held = Holding(
        uuid4(), "tester", "测试", uuid4(), 1, "410172360/", "沟赵", frozenset({"privacy.reveal"})
    )
    somebody = Actor(ActorKind.STAFF, "并发", uuid4(), holdings=(held,))
    outcomes: list[str] = []

    def read() -> None:
        connection.set_tenant(cell_for_real)
        try:
            for _number in range(6):
                row = apps.get_model("registry.Person")(name="并发", id=uuid4())
                try:
                    reveal(row, ["name"], purpose="visit", by=somebody, at=LONG_AGO)
                    outcomes.append("read")
                except Refusal as refusal:
                    outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert outcomes.count("read") == 20
    assert outcomes.count("privacy.daily_cap") == 28
    assert AccessEntry.objects.count() == 20
    assert {tally.people for tally in AccessTally.objects.all()} == {20}
