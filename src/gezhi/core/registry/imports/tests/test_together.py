"""Two clerks at once, and a worker killed in the middle: all of a batch or nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection as connection_here

from gezhi.core.cells.actions import create_cell
from gezhi.core.cells.models import Cell
from gezhi.core.places.models import UnresolvedAddress
from gezhi.core.registry import tallies
from gezhi.core.registry.imports import actions, checking, confirming, staging, vault
from gezhi.core.registry.imports.progress import Silent, Stored
from gezhi.core.registry.imports.tests.sheets import (
    AS_OF,
    HEAD_ID,
    checked,
    person,
    told,
    workbook,
)
from gezhi.core.registry.models import (
    Conflict,
    Household,
    ImportBatch,
    ImportUndo,
    Person,
    PersonChange,
    Residence,
)
from gezhi.core.registry.tests.town import CLERK, NOON, build_town, id_number

connection: Any = connection_here
CODE = "410172998"


@pytest.fixture
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cell]:
    """A cell of its own in which everything is committed; gone afterwards."""
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        _gone()
        cell = create_cell(
            code=CODE, name="并发办事处", short_name="并发", hosts=["together.test"], at=NOON
        )
        connection.set_tenant(cell)
        build_town()
        yield cell
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


def a_crowd(count: int, first: int = 100) -> list[dict[str, Any]]:
    """A head and others of one household."""
    others = [
        person(
            name=f"王{chr(0x4E00 + number)}",
            id_no=id_number(first + number),
            relation_to_head="子",
            phone="",
        )
        for number in range(count)
    ]
    return [person(), *others]


def in_threads(cell: Cell, *works: Any) -> list[Any]:
    """Run these at the same time, each on a connection of its own; what they gave or raised."""
    found: list[Any] = [None] * len(works)

    def run(at: int) -> None:
        connection.set_tenant(cell)
        try:
            found[at] = works[at]()
        except Exception as error:
            found[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return found


def test_two_clerks_with_the_same_people_list_each_of_them_once(office: Cell) -> None:
    rows = a_crowd(30)
    other = [{**row, "phone": "13711112222"} for row in rows]
    batches = [checked(workbook(rows), "甲.xlsx"), checked(workbook(other), "乙.xlsx")]
    assert [batch.counts["new"] for batch in batches] == [31, 31]
    done = in_threads(
        office,
        *(
            lambda b=batch: actions.run_confirm(b, by=CLERK, at=NOON, progress=Silent())
            for batch in batches
        ),
    )
    assert [batch.state for batch in done] == ["confirmed", "confirmed"], done
    assert Person.objects.count() == 31
    assert sorted(batch.counts["new"] for batch in done) == [0, 31]
    second = min(done, key=lambda batch: batch.counts["new"])
    assert second.counts["decided_anew"] == 31
    assert second.findings.filter(code="decided_anew").count() == 31
    assert Household.objects.get().members == 31
    assert tallies.recount(repair=False) == []


def test_a_form_that_is_quicker_with_the_same_number_is_not_run_over(office: Cell) -> None:
    """Somebody registers a person between the decision and the copy: the batch decides anew."""
    from gezhi.core.registry.actions.people import register_person
    from gezhi.core.registry.models import Dwelling

    batch = checked(workbook(a_crowd(3)))
    home = Dwelling.objects.order_by("pk")[0]
    register = threading.Thread(
        target=lambda: in_threads(
            office,
            lambda: register_person(
                values={
                    "name": "王建国",
                    "id_no": HEAD_ID,
                    "population_class": "hukou",
                    "relation_to_head": "02",
                },
                dwelling=home,
                by=CLERK,
                at=NOON,
            ),
        )
    )

    class Quicker:
        asked = False

        def tell(self, step: str, done: int, total: int) -> None:
            if step == "写入底数" and not self.asked:
                self.asked = True
                register.start()
                register.join(60)

    done = actions.run_confirm(batch, by=CLERK, at=NOON, progress=Quicker())
    assert done.counts["new"] == 3
    assert done.counts["changed"] == 1
    assert Person.objects.filter(name="王建国").count() == 1
    assert tallies.recount(repair=False) == []


def test_one_batch_is_confirmed_by_one_at_a_time(office: Cell) -> None:
    batch = checked(workbook(a_crowd(5)))
    done = in_threads(
        office,
        *[lambda: actions.run_confirm(batch, by=CLERK, at=NOON, progress=Silent())] * 3,
    )
    states = [getattr(one, "state", getattr(one, "code", one)) for one in done]
    assert "confirmed" in states
    assert set(states) <= {"confirmed", "registry.import_running"}
    assert Person.objects.count() == 6


def test_progress_is_seen_by_others_while_the_batch_is_being_written(office: Cell) -> None:
    batch = checked(workbook(a_crowd(5)))
    seen: list[tuple[str, str]] = []

    class Looking(Stored):
        def tell(self, step: str, done: int, total: int) -> None:
            super().tell(step, done, total)
            look = lambda: ImportBatch.objects.values_list("state", "step").get(pk=batch.pk)  # noqa: E731
            seen.extend(in_threads(office, look))

    with Looking(batch) as progress:
        actions.run_confirm(batch, by=CLERK, at=NOON, progress=progress)
    assert ("confirming", "写入底数") in seen


def test_a_cancelled_check_stops_at_its_next_step_and_leaves_nothing(office: Cell) -> None:
    batch = checked(workbook(a_crowd(5)))
    ImportBatch.objects.filter(pk=batch.pk).update(state="uploaded")

    class Impatient(Stored):
        def tell(self, step: str, done: int, total: int) -> None:
            if step == "核对证件与地址":
                in_threads(office, lambda: actions.cancel(batch=batch, by=CLERK, at=NOON))
            super().tell(step, done, total)

    with Impatient(batch) as progress:
        stopped = actions.run_check(batch, by=CLERK, at=NOON, progress=progress)
    assert stopped.state == "cancelled"
    assert not stopped.findings.exists()
    assert not vault.folder_of(batch.pk).exists()


STARTED = """
import django
django.setup()
from django_tenants.utils import schema_context
from django.utils import timezone
from gezhi.base.actors import system
from gezhi.core.registry.imports import actions
from gezhi.core.registry.models import ImportBatch
with schema_context("c_{code}"):
    batch = ImportBatch.objects.get(pk="{batch}")
{work}
"""
KILLED = STARTED.replace(
    "{work}",
    """
    print("ready", flush=True)
    actions.run_confirm(batch, by=system(), at=timezone.now())
""",
)
KILLED_CHECKING = STARTED.replace(
    "{work}",
    """
    import signal
    def stand(here):
        if here == "{moment}":
            print("ready", flush=True)
            signal.pause()
    class Telling:
        def tell(self, step, done, total):
            stand(step)
    keep = actions.keep_findings
    def keeping(batch, told):
        keep(batch, told)
        stand("findings kept")
    actions.keep_findings = keeping
    actions.run_check(batch, by=system(), at=timezone.now(), progress=Telling())
""",
)


def test_killed_at_any_moment_a_batch_is_written_whole_or_not_at_all(office: Cell) -> None:
    chance = random.Random(7)
    batch = checked(workbook(a_crowd(390)))
    total = batch.counts["new"]
    assert total == 391
    outcomes = set()
    for _time in range(5):
        _kill_at_work(KILLED.format(code=CODE, batch=batch.pk), chance.uniform(0.0, 1.2))
        here = ImportBatch.objects.get(pk=batch.pk)
        written = Person.objects.count()
        assert written in (0, total)
        assert (here.state == "confirmed") == (written == total)
        outcomes.add(here.state)
        if written == 0:
            for model in (Residence, Household, PersonChange, ImportUndo):
                assert not model._default_manager.exists()
        assert tallies.recount(repair=False) == []
        if here.state == "confirmed":
            break
    done = actions.run_confirm(batch, by=CLERK, at=NOON, progress=Silent())
    assert done.state == "confirmed"
    assert Person.objects.count() == total
    assert staging.load(batch.pk).outcomes.height == total
    assert confirming.TRIES > 1


def test_killed_while_checking_a_batch_leaves_nothing_and_is_checked_again(office: Cell) -> None:
    rows = [*a_crowd(40), person(name="李四", id_no="41017219750302"), person(room="无此房间?")]
    whole = checked(workbook(rows), "甲.xlsx")
    expected = (whole.counts, told(whole), _decided(whole))
    assert whole.counts["refused"] > 0
    batch = actions.upload_batch(
        file=workbook(rows), name="乙.xlsx", as_of=AS_OF, by=CLERK, at=NOON
    )
    for moment in (checking.STEPS[1], checking.STEPS[3], checking.STEPS[4], "findings kept"):
        _kill_at_work(KILLED_CHECKING.format(code=CODE, batch=batch.pk, moment=moment), 0)
        here = ImportBatch.objects.get(pk=batch.pk)
        assert here.state == "checking"
        assert not actions.is_running(here)
        for model in (Person, Residence, Household, PersonChange, Conflict, UnresolvedAddress):
            assert not model._default_manager.exists(), (moment, model)
        assert not here.findings.exists()
    done = actions.run_check(batch, by=CLERK, at=NOON, progress=Silent())
    assert done.state == "checked"
    assert (done.counts, told(done), _decided(done)) == expected
    kept = {path.name for path in vault.folder_of(batch.pk).iterdir()}
    assert kept == {staging.ORIGINAL, staging.CELLS, staging.STAGED}


def _decided(batch: ImportBatch) -> list[tuple[Any, ...]]:
    """What the check made of each row."""
    return staging.load(batch.pk).outcomes.select("sheet", "row", "outcome").rows()


def _kill_at_work(script: str, after: float) -> None:
    """Run this in another process and kill it some time after it said it is ready."""
    database = connection.settings_dict
    params = connection.get_connection_params()
    environment = {
        **os.environ,
        "DATABASE_URL": (
            f"postgresql://{params['user']}@/{database['NAME']}?host={params['host']}"
            f"&port={params.get('port') or 5432}"
        ),
        "DJANGO_SETTINGS_MODULE": "gezhi.wiring.settings",
        "GEZHI_VAR": str(settings.VAR),
        "GEZHI_FILES": str(settings.FILES),
        "GEZHI_POOL": "0",
        "PYTHONPATH": str(Path(settings.ROOT) / "src"),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    if process.stdout.readline() != b"ready\n":
        raise AssertionError(process.stderr.read().decode()[-2000:])
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()
    _until_alone()


def _until_alone() -> None:
    """Until the database has noticed that the killed process's connections are gone."""
    for _look in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            row = cursor.fetchone()
        if row == (0,):
            return
        time.sleep(0.05)
