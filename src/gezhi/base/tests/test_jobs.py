"""Jobs live and die with the transaction that asks for them, and run in their own cell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gezhi.base import jobs
from gezhi.base.tenancy import here

seen: list[tuple[str, dict[str, Any]]] = []


@jobs.job("test.remember")
def remember(**arguments: Any) -> None:
    seen.append((here().schema_name, arguments))


@jobs.on("test.lend_ladder")
def tell_the_neighbour(event: jobs.Event) -> None:
    seen.append((here().schema_name, {"verb": event.verb, "at": event.at}))


@pytest.mark.django_db
def test_a_job_is_asked_for_exactly_if_the_write_is_kept() -> None:
    with transaction.atomic():
        remember.enqueue(ladder=1)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(task_name="test.remember").exists()
    remember.enqueue(ladder=2)
    waiting = ProcrastinateJob.objects.get(task_name="test.remember")
    assert waiting.args == {"cell": "c_410172360", "ladder": 2}


@pytest.mark.django_db
def test_a_follower_is_enqueued_for_its_verb_alone() -> None:
    at = datetime(2022, 9, 1, 9, tzinfo=UTC)
    jobs.announce(jobs.Event("test.return_ladder", "l", None, None, at))
    assert not ProcrastinateJob.objects.filter(task_name__endswith="tell_the_neighbour").exists()
    jobs.announce(jobs.Event("test.lend_ladder", "l", None, None, at))
    waiting = ProcrastinateJob.objects.get(task_name__endswith="tell_the_neighbour")
    assert waiting.args["verb"] == "test.lend_ladder"


def test_the_night_begins_at_the_office_clock() -> None:
    @jobs.daily("03:10")
    def sweep(at: datetime) -> None:
        """Sweep the yard."""

    crons = {t.task.name: t.cron for t in app.periodic_registry.periodic_tasks.values()}
    assert crons[f"{sweep.__module__}.sweep.everywhere"] == "10 19 * * *"


@pytest.mark.django_db
def test_the_district_has_its_night_where_a_job_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # it would end the test's own

    @jobs.daily("03:10")
    def water_the_plants(at: datetime) -> None:
        """Only in the cells."""

    @jobs.daily("03:10", at_district=True)
    def lock_the_gate(at: datetime) -> None:
        """In the cells and at the district."""

    def runs_in(night: Any) -> set[str]:
        name = f"{night.__module__}.{night.__name__}"
        app.tasks[f"{name}.everywhere"](timestamp=0)
        waiting = ProcrastinateJob.objects.filter(task_name=name)
        return {row.args["cell"] for row in waiting}

    assert runs_in(water_the_plants) == {"c_410172360"}
    assert runs_in(lock_the_gate) == {"c_410172360", "public"}


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        jobs.job("test.remember")(lambda: None)
