"""The access log is closed like the journal: whatever is changed in it later is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gezhi.base.actors import Actor
from gezhi.core.journal import books
from gezhi.core.journal.closing import close_finished_days, proof_of, roots_file
from gezhi.core.journal.models import JournalDay
from gezhi.core.journal.verifying import Finding, Kind, verify
from gezhi.core.privacy.access import ACCESS
from gezhi.core.privacy.actions import reveal
from gezhi.core.privacy.models import AccessEntry, AccessNote
from gezhi.core.privacy.retention import erase_person
from gezhi.core.privacy.tests.conftest import NOON, TODAY

pytestmark = pytest.mark.django_db
TOMORROW = date(2022, 9, 7)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Callable[[date], None]:
    settings.VAR = tmp_path

    def turn_to(day: date) -> None:
        monkeypatch.setattr(books, "today", lambda: day)

    turn_to(TODAY)
    return turn_to


@pytest.fixture
def wang(person: Callable[..., Any], worker: Actor, clock: Callable[[date], None]) -> Any:
    """Somebody who was read three times on a day that is closed."""
    found = person()
    for occasion in ("事件 12 漏水", "事件 13 来电", ""):
        purpose = "case" if occasion else "visit"
        reveal(found, ["phone"], purpose=purpose, note=occasion, by=worker, at=NOON)
    clock(TOMORROW)
    close_finished_days(at=NOON)
    return found


def wrong() -> list[Finding]:
    return [one for one in verify(ACCESS, today=TOMORROW) if one.is_wrong]


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_log_is_sound_and_each_reading_is_proved(wang: Any) -> None:
    assert wrong() == []
    assert JournalDay.objects.get(book="access").lines == 3
    proofs = [proof_of(entry) for entry in AccessEntry.objects.all()]
    assert [proof.holds for proof in proofs if proof is not None] == [True] * 3
    assert " access 2022-09-06 3 " in roots_file().read_text()


def test_every_column_of_a_reading_is_in_its_leaf() -> None:
    columns = {field.attname for field in AccessEntry._meta.concrete_fields}

    assert columns - set(AccessEntry.columns) == {"leaf"}


@pytest.mark.parametrize(
    "column", [name for name in AccessEntry.columns if name not in ("id", "day", "commitment")]
)
def test_no_column_of_a_reading_can_be_edited_unseen(wang: Any, column: str) -> None:
    entry = AccessEntry.objects.order_by("pk")[1]
    other = {
        "at": "at + interval '1 microsecond'",
        "fields": "fields || '{name}'",
        "kind": "'own'",
        "purpose_id": "'visit'",
        **dict.fromkeys(("subject_id", "row_id", "account_id"), "gen_random_uuid()"),
    }.get(column, f"{column} || 'x'")
    sql(f"UPDATE privacy_accessentry SET {column} = {other} WHERE id = %s", entry.pk)

    assert [(one.kind, one.line_id) for one in wrong()] == [(Kind.EDITED, entry.pk)]


def test_a_reading_taken_out_of_the_log_is_found(wang: Any) -> None:
    entry = AccessEntry.objects.order_by("pk")[2]
    sql("DELETE FROM privacy_accessentry WHERE id = %s", entry.pk)

    assert [(one.kind, one.day) for one in wrong()] == [(Kind.REMOVED, TODAY)]


def test_a_reading_slipped_into_a_closed_day_is_found(
    wang: Any, worker: Actor, clock: Callable[[date], None]
) -> None:
    clock(TODAY)
    reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)

    assert [(one.kind, one.day) for one in wrong()] == [(Kind.INSERTED, TODAY)]


def test_another_occasion_put_under_a_reading_is_found(wang: Any) -> None:
    one, other = AccessNote.objects.order_by("pk")
    sql("UPDATE privacy_accessnote SET sealed = %s WHERE line_id = %s", bytes(other.sealed), one.pk)

    assert [(found.kind, found.line_id) for found in wrong()] == [(Kind.DETAIL_CHANGED, one.pk)]


def test_a_whole_log_rewritten_with_its_roots_differs_from_the_file(
    wang: Any, worker: Actor, clock: Callable[[date], None]
) -> None:
    sql("DELETE FROM privacy_accessnote")
    sql("DELETE FROM privacy_accessentry")
    sql("DELETE FROM journal_journalday")
    kept = roots_file().read_text()
    roots_file().unlink()
    clock(TODAY)
    reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)
    clock(TOMORROW)
    close_finished_days(at=NOON)
    roots_file().write_text(kept)

    assert {one.kind for one in wrong()} == {Kind.FILE_MISMATCH}


def test_the_occasion_is_sealed_and_goes_with_the_person(wang: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, '') FROM privacy_accessentry e")
        assert "漏水" not in cursor.fetchone()[0]
    assert AccessEntry.objects.order_by("pk")[0].note == "事件 12 漏水"

    erase_person(wang.pk)

    assert [entry.note for entry in AccessEntry.objects.order_by("pk")] == ["", "", ""]
    assert wrong() == []
    said = [one.kind for one in verify(ACCESS, today=TOMORROW)]
    assert said == [Kind.DETAIL_ERASED, Kind.SOUND]
