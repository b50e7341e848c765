"""The audit administrator reads every line, proves it, and sees nothing personal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from gezhi.base.actors import Actor, ActorKind
from gezhi.core.journal import books
from gezhi.core.journal.actions import action, note
from gezhi.core.journal.closing import close_finished_days
from gezhi.core.journal.models import JournalLine

pytestmark = pytest.mark.django_db
NOON = datetime(2022, 9, 5, 4, tzinfo=UTC)
CLERK = Actor(ActorKind.STAFF, "李数据", account_id=uuid4())


@action("journal_page_test.mend", "更正电话")
def mend(*, phone: str, by: Actor, at: datetime) -> None:
    note(changes={"field": "phone"}, personal={"phone": phone}, why="本人来电")


@pytest.fixture
def auditor(settings: Any, tmp_path: Path) -> Client:
    settings.VAR = tmp_path
    now = timezone.now()
    get = apps.get_model
    place = get("places.Place").objects.create(
        code="410172360", name="沟赵", kind="subdistrict", level=1, path="410172360/",
        valid_from=date(2022, 1, 1),
    )  # fmt: skip
    role = get("staff.Role").objects.create(
        code="auditor", title="审计", rights=["journal.read", "journal.verify"]
    )
    account = get("staff.Account").objects.create(
        username="auditor", name="周审计", password_set_at=now
    )
    get("staff.Post").objects.create(
        account=account, role=role, place=place, valid_from=date(2022, 1, 1)
    )
    client = Client()
    session = client.session
    session.update({"account_id": str(account.pk), "seen_at": now.isoformat()})
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def words(answer: Any) -> str:
    text = str(answer.content.decode())
    assert answer.status_code == 200, text[:1000]
    return text


def test_lines_are_found_by_who_what_and_when(auditor: Client) -> None:
    mend(phone="13812345678", by=CLERK, at=NOON)

    assert "更正电话" in words(auditor.get("/journal/"))
    assert "李数据" in words(auditor.get("/journal/?who=李&verb=journal_page_test.mend"))
    assert "李数据" in words(auditor.get("/journal/?at_from=2022-09-05&at_to=2022-09-05"))
    assert "李数据" not in words(auditor.get("/journal/?at_from=2022-09-06"))
    assert "李数据" in words(auditor.get(f"/journal/?key={CLERK.account_id}"))


def test_the_personal_part_of_a_line_stays_closed(auditor: Client) -> None:
    mend(phone="13812345678", by=CLERK, at=NOON)

    page = words(auditor.get(f"/journal/{JournalLine.objects.get().pk}/"))

    assert "本人来电" in page
    assert "已加密封存，此处不显示" in page
    assert "13812345678" not in page


def test_checking_from_the_page_finds_what_was_changed_and_is_journalled(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "today", lambda: date(2022, 9, 5))
    mend(phone="13812345678", by=CLERK, at=NOON)
    monkeypatch.setattr(books, "today", lambda: date(2022, 9, 6))
    close_finished_days(at=NOON)

    sound = words(auditor.post("/journal/verify/", {"since": "2022-09-01"}))
    proved = words(auditor.get(f"/journal/{JournalLine.objects.order_by('pk')[0].pk}/"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_journalline SET why = '改' WHERE day = '2022-09-05'")
    changed = words(auditor.post("/journal/verify/", {"since": "2022-09-01"}))

    assert "证明成立" in proved
    assert "有问题" not in sound
    assert "写入后被修改" in changed
    assert JournalLine.objects.filter(verb="journal.verify").count() == 2


def test_only_the_auditor_reads_the_journal(auditor: Client) -> None:
    role = apps.get_model("staff.Role").objects.get(code="auditor")
    role.rights = ["journal.read"]
    role.save()

    assert auditor.get("/journal/verify/").status_code == 404
    assert Client().get("/journal/").status_code == 404
