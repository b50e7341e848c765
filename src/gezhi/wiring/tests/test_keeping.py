"""`gezhi verify`, `gezhi rotate-keys` and catching up at the start, on a real cell."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as connection_here
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from gezhi.base import jobs
from gezhi.base.actors import system
from gezhi.base.crypto import Keyring
from gezhi.base.keyfiles import create_keyring, path_of, read
from gezhi.core.journal import books
from gezhi.core.journal.actions import action, note
from gezhi.core.journal.jobs import close_days
from gezhi.core.journal.models import JournalDay
from gezhi.core.privacy.rotation import versions_in_use
from gezhi.wiring import cli
from gezhi.wiring.commands import prepare, rotate_keys

pytestmark = pytest.mark.django_db
connection: Any = connection_here
NOON = datetime(2022, 9, 5, 4, tzinfo=UTC)


@action("keeping_test.tell", "登记电话")
def tell(*, by: Any, at: datetime) -> None:
    note(personal={"phone": "13812345678"})


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("GEZHI_VAR", str(tmp_path))
    settings.VAR, settings.KEY_FOLDER = tmp_path, tmp_path / "keys"
    create_keyring(tmp_path / "keys")
    for module in ("verify", "rotate_keys"):
        for name in ("load_django", "prepare"):
            monkeypatch.setattr(f"gezhi.wiring.commands.{module}.{name}", lambda: None)
    monkeypatch.setattr(rotate_keys, "SETTLE_SECONDS", 0)
    yield
    Keyring.at.cache_clear()


@pytest.fixture
def yesterday(cell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of a day that is over and not yet closed."""
    monkeypatch.setattr(books, "today", lambda: date(2022, 9, 5))
    tell(by=system(), at=NOON)
    monkeypatch.setattr(books, "today", lambda: date(2022, 9, 6))


def inside(cell: Any) -> None:
    connection.set_tenant(cell)


def test_days_that_ended_while_nothing_ran_are_closed_at_the_start(
    cell: Any, yesterday: None
) -> None:
    prepare.close_journals()

    inside(cell)
    assert JournalDay.objects.get().day == date(2022, 9, 5)


def test_a_sound_journal_is_code_0_and_a_changed_one_code_1(
    cell: Any, yesterday: None, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare.close_journals()
    assert cli.main(["verify"]) == 0
    said = capsys.readouterr().out
    assert "共核对 1 个封存日、1 条已封存记录" in said
    assert "沟赵办事处（410172360） · 查阅记录" in said
    inside(cell)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_journalline SET actor_name = '王冒名'")

    assert cli.main(["verify", "--cell", "410172360"]) == 1
    said = capsys.readouterr().out
    assert "写入后被修改" in said
    assert "报告审计管理员" in said


def test_the_acts_of_district_staff_are_closed_each_night_and_checked(
    cell: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)  # it would end the test's own
    connection.set_schema_to_public()
    monkeypatch.setattr(books, "today", lambda: date(2022, 9, 5))
    tell(by=system(), at=NOON)
    monkeypatch.setattr(books, "today", lambda: date(2022, 9, 6))

    app.tasks["gezhi.core.journal.jobs.close_days.everywhere"](timestamp=0)
    asked = ProcrastinateJob.objects.filter(task_name="gezhi.core.journal.jobs.close_days")
    assert {job.args["cell"] for job in asked} == {"public", "c_410172360"}
    connection.set_schema_to_public()
    close_days(NOON)  # what the worker runs inside each of them

    closed = JournalDay.objects.get()
    assert (closed.book, closed.day, closed.lines) == ("journal", date(2022, 9, 5), 1)
    assert cli.main(["verify"]) == 0
    assert "区级 · 操作留痕" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.journal_journalline SET actor_name = '王冒名'")
    assert cli.main(["verify"]) == 1
    assert "写入后被修改" in capsys.readouterr().out


def test_verifying_an_unknown_cell_names_the_known_ones(
    cell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["verify", "--cell", "000000000"]) == 1
    assert "410172360" in capsys.readouterr().err


def test_keys_are_rotated_and_old_ones_kept_while_sheets_need_them(
    cell: Any, yesterday: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["rotate-keys"]) == 0
    assert "重新加密 1 个值" in capsys.readouterr().out
    inside(cell)
    assert set(versions_in_use()) == {2}

    assert cli.main(["rotate-keys", "--retire"]) == 1
    assert "旧密钥还须保留" in capsys.readouterr().err
    file = path_of(tmp_path / "keys", "main")
    long_ago = time.time() - 400 * 86_400
    os.utime(file, (long_ago, long_ago))
    assert cli.main(["rotate-keys", "--retire"]) == 0
    assert "已停用密钥版本 1" in capsys.readouterr().out
    assert set(read(file)[0].data) == {2}


def test_a_key_that_something_still_needs_is_never_forgotten(
    cell: Any, yesterday: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_journaldetail SET sealed = substring(sealed from 1 for 20)"
            " || '\\x00' || substring(sealed from 22)"
        )
    assert cli.main(["rotate-keys"]) == 0
    assert "无法解密" in capsys.readouterr().out
    file = path_of(tmp_path / "keys", "main")
    os.utime(file, (1, 1))

    assert cli.main(["rotate-keys", "--retire"]) == 1
    assert "不能停用" in capsys.readouterr().err
    assert set(read(file)[0].data) == {1, 2}
