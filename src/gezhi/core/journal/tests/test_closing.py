"""A closed day stays as it was: whatever is changed later is found, and erasing is no change."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from gezhi.base.actors import Actor, ActorKind, Origin
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.core.journal import books, closing
from gezhi.core.journal.actions import action, note
from gezhi.core.journal.books import JOURNAL, values_of
from gezhi.core.journal.closing import close_day, close_finished_days, proof_of, roots_file
from gezhi.core.journal.leaves import canonical, leaf_of, plain
from gezhi.core.journal.merkle import leaf_hash
from gezhi.core.journal.models import JournalDay, JournalDetail, JournalLine
from gezhi.core.journal.verifying import Finding, Kind, verify

pytestmark = pytest.mark.django_db
COLUMNS = JournalLine.columns
MONDAY, TUESDAY, WEDNESDAY = date(2022, 9, 5), date(2022, 9, 6), date(2022, 9, 7)
NOON = datetime(2022, 9, 5, 4, tzinfo=UTC)
CLERK = Actor(ActorKind.STAFF, "李数据", account_id=uuid4(), origin=Origin("web", "10.0.0.8"))


@action("journal_test.mend", "更正电话")
def mend(*, person_id: Any, phone: str, by: Actor, at: datetime) -> None:
    note(person_id=person_id, changes={"field": "phone"}, personal={"phone": phone}, why="本人来电")


@pytest.fixture(autouse=True)
def _own_roots(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The platform's clock, set to a day by the test."""
    shown = [MONDAY]
    monkeypatch.setattr(books, "today", lambda: shown[0])

    def turn_to(day: date) -> None:
        shown[0] = day

    return turn_to  # type: ignore[return-value]


def write(count: int, person_id: Any = None) -> None:
    for number in range(count):
        mend(person_id=person_id or uuid4(), phone=f"1380000{number:04}", by=CLERK, at=NOON)


def two_closed_days(clock: Any) -> None:
    write(5)
    clock(TUESDAY)
    write(4)
    clock(WEDNESDAY)
    close_finished_days(at=NOON)


def wrong() -> list[Finding]:
    return [one for one in verify(JOURNAL, today=WEDNESDAY) if one.is_wrong]


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_journal_is_sound(clock: Any) -> None:
    two_closed_days(clock)
    write(2)

    assert wrong() == []
    assert JournalDay.objects.get(day=MONDAY).lines == 5


def test_a_line_edited_after_closing_is_named(clock: Any) -> None:
    two_closed_days(clock)
    line = JournalLine.objects.filter(day=MONDAY).order_by("pk")[2]
    sql("UPDATE journal_journalline SET actor_name = '王冒名' WHERE id = %s", line.pk)

    assert [(one.kind, one.line_id) for one in wrong()] == [(Kind.EDITED, line.pk)]


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("id", "day")])
def test_no_column_of_a_line_can_be_edited_unseen(clock: Any, column: str) -> None:
    two_closed_days(clock)
    line = JournalLine.objects.filter(day=MONDAY).order_by("pk")[1]
    other = {
        "at": "at + interval '1 microsecond'",
        "changes": '\'{"field": "name"}\'',
        "commitment": r"'\x00'",
        "account_id": "gen_random_uuid()",
        "subject_id": "gen_random_uuid()",
        "place_id": "gen_random_uuid()",
    }.get(column, f"{column} || 'x'")
    sql(f"UPDATE journal_journalline SET {column} = {other} WHERE id = %s", line.pk)

    assert Kind.EDITED in {one.kind for one in wrong() if one.line_id == line.pk}


def test_every_column_of_an_act_is_in_its_leaf() -> None:
    assert {field.attname for field in JournalLine._meta.concrete_fields} - set(COLUMNS) == {"leaf"}


def test_an_edit_that_mends_its_leaf_breaks_the_root(clock: Any) -> None:
    two_closed_days(clock)
    line = JournalLine.objects.filter(day=TUESDAY).order_by("pk")[0]
    line.actor_name = "王冒名"
    leaf = leaf_hash(leaf_of(COLUMNS, values_of(line)))
    sql(
        "UPDATE journal_journalline SET actor_name = %s, leaf = %s WHERE id = %s",
        line.actor_name,
        leaf,
        line.pk,
    )

    assert [one.kind for one in wrong()] == [Kind.REWRITTEN]


def test_a_line_slipped_into_a_closed_day_is_found(clock: Any) -> None:
    two_closed_days(clock)
    clock(MONDAY)
    write(1)

    assert [(one.kind, one.day) for one in wrong()] == [(Kind.INSERTED, MONDAY)]


def test_a_line_taken_out_of_a_closed_day_is_found(clock: Any) -> None:
    two_closed_days(clock)
    line = JournalLine.objects.filter(day=MONDAY).order_by("pk")[0]
    sql("DELETE FROM journal_journaldetail WHERE line_id = %s", line.pk)
    sql("DELETE FROM journal_journalline WHERE id = %s", line.pk)

    assert [(one.kind, one.day) for one in wrong()] == [(Kind.REMOVED, MONDAY)]


def test_an_edit_before_the_day_is_closed_shows_on_the_line(clock: Any) -> None:
    write(3)
    line = JournalLine.objects.order_by("pk")[0]
    sql("UPDATE journal_journalline SET why = '改写' WHERE id = %s", line.pk)

    found = [one for one in verify(JOURNAL, today=MONDAY) if one.is_wrong]

    assert [(one.kind, one.line_id) for one in found] == [(Kind.EDITED, line.pk)]


@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_a_dropped_day_is_found_first_or_last(clock: Any, day: date) -> None:
    two_closed_days(clock)
    sql("DELETE FROM journal_journalday WHERE day = %s", day)

    assert Kind.DAY_MISSING in {one.kind for one in wrong() if one.day == day}


def test_a_whole_database_rewritten_with_its_roots_differs_from_the_file(clock: Any) -> None:
    two_closed_days(clock)
    sql("DELETE FROM journal_journaldetail")
    sql("DELETE FROM journal_journalline")
    sql("DELETE FROM journal_journalday")
    kept = roots_file().read_text()
    roots_file().unlink()
    clock(MONDAY)
    two_closed_days(clock)
    roots_file().write_text(kept)

    assert {one.kind for one in wrong()} == {Kind.FILE_MISMATCH}


def test_a_day_written_in_afterwards_is_not_in_the_file(clock: Any) -> None:
    two_closed_days(clock)
    lines = roots_file().read_text().splitlines()
    roots_file().write_text(lines[0] + "\n")

    assert [(one.kind, one.day) for one in wrong()] == [(Kind.FILE_MISMATCH, TUESDAY)]


def test_a_lost_file_and_a_torn_line_are_told(clock: Any) -> None:
    two_closed_days(clock)
    kept = roots_file().read_text()
    roots_file().write_text(kept[:-30])
    torn = {one.kind for one in wrong()}
    roots_file().unlink()

    assert torn == {Kind.FILE_MISMATCH}
    assert {one.kind for one in wrong()} == {Kind.FILE_MISSING}


def test_a_changed_link_between_days_is_found(clock: Any) -> None:
    two_closed_days(clock)
    sql("UPDATE journal_journalday SET lines = lines + 1 WHERE day = %s", MONDAY)

    assert Kind.CHAIN_BROKEN in {one.kind for one in wrong()}


def test_erasing_a_persons_details_is_no_finding(clock: Any) -> None:
    person = uuid4()
    write(3, person)
    two_closed_days(clock)

    JournalDetail.objects.filter(subject_id=person).delete()

    assert wrong() == []
    erased = [one for one in verify(JOURNAL, today=WEDNESDAY) if one.kind is Kind.DETAIL_ERASED]
    assert len(erased) == 1
    assert "3" in erased[0].sentence


def test_a_detail_swapped_for_another_is_found(clock: Any) -> None:
    two_closed_days(clock)
    one, other = JournalDetail.objects.order_by("pk")[:2]
    sql(
        "UPDATE journal_journaldetail SET sealed = %s WHERE line_id = %s",
        bytes(other.sealed),
        one.pk,
    )

    assert [(found.kind, found.line_id) for found in wrong()] == [(Kind.DETAIL_CHANGED, one.pk)]


def test_lines_past_their_keeping_may_be_gone(clock: Any) -> None:
    two_closed_days(clock)
    much_later = WEDNESDAY.replace(year=WEDNESDAY.year + 10, month=WEDNESDAY.month + 1)
    closing.drop_lines_before(JOURNAL, JOURNAL.kept_from(much_later))

    found = list(verify(JOURNAL, today=much_later))

    assert [one for one in found if one.is_wrong] == []
    assert Kind.LINES_EXPIRED in {one.kind for one in found}


def test_days_without_a_line_are_closed_too(clock: Any) -> None:
    write(1)
    clock(MONDAY + timedelta(days=10))

    closed = close_finished_days(at=NOON)

    assert [day.lines for day in closed] == [1, *[0] * 9]
    assert close_finished_days(at=NOON) == []


def test_today_cannot_be_closed_nor_a_day_before_an_earlier_one(clock: Any) -> None:
    write(1)
    with pytest.raises(Refusal, match="尚未结束"):
        close_day(JOURNAL, MONDAY, at=NOON)
    clock(WEDNESDAY)
    with pytest.raises(Refusal, match="之前"):
        close_day(JOURNAL, TUESDAY, at=NOON)


def test_closing_again_after_a_crash_writes_the_root_once(clock: Any) -> None:
    write(2)
    clock(TUESDAY)
    close_day(JOURNAL, MONDAY, at=NOON)
    sql("DELETE FROM journal_journalday")  # the commit that the crash swallowed

    close_day(JOURNAL, MONDAY, at=NOON)

    assert len(roots_file().read_text().splitlines()) == 1
    assert roots_file().stat().st_mode & 0o007 == 0


def test_any_line_of_a_closed_day_can_be_proved(clock: Any) -> None:
    two_closed_days(clock)
    write(1)

    proofs = [proof_of(line) for line in JournalLine.objects.order_by("pk")]

    assert [proof.holds for proof in proofs if proof is not None] == [True] * 9
    assert proofs[-1] is None


def test_lines_and_days_refuse_update_and_delete(clock: Any) -> None:
    two_closed_days(clock)
    line, day = JournalLine.objects.all()[0], JournalDay.objects.all()[0]
    acts: list[Any] = [
        lambda: JournalLine.objects.update(why=""),
        lambda: JournalLine.objects.all().delete(),
        lambda: JournalLine.objects.bulk_update([line], ["why"]),
        line.save,
        line.delete,
        lambda: JournalDay.objects.filter(day=MONDAY).update(lines=0),
        lambda: JournalDay.objects.all().delete(),
        day.save,
        day.delete,
    ]
    for act in acts:
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code == "journal.written_once"


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(
                st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from("abcdef"), JSON_VALUES, max_size=4))
def test_what_was_hashed_is_what_the_database_gives_back(changes: dict[str, Any]) -> None:
    line = JournalLine(
        id=uuid7(),
        day=MONDAY,
        at=NOON,
        actor_name="李",
        verb="v",
        changes=plain(changes),
        channel="web",
        leaf=b"",
    )
    hashed = leaf_of(COLUMNS, values_of(line))
    JournalLine.objects.bulk_create([line])

    stored = JournalLine.objects.filter(pk=line.pk).values_list(*COLUMNS).get()

    assert leaf_of(COLUMNS, stored) == hashed


def test_canonical_text_does_not_depend_on_order_or_zone() -> None:
    shanghai = NOON.astimezone(tz=None)

    assert canonical({"b": 1, "a": NOON}) == canonical({"a": shanghai, "b": 1})


def test_verifying_keeps_no_day_in_memory(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gezhi.core.journal.verifying.AT_A_TIME", 200)

    def fill(day: date, count: int) -> None:
        rows = [
            JournalLine(
                id=uuid7(),
                day=day,
                at=NOON,
                actor_name="李",
                verb="v",
                why="字" * 200,
                changes={},
                channel="web",
            )
            for _ in range(count)
        ]
        for row in rows:
            row.leaf = leaf_hash(leaf_of(COLUMNS, values_of(row)))
        JournalLine.objects.bulk_create(rows)

    def peak() -> int:
        tracemalloc.start()
        assert wrong() == []
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    fill(MONDAY, 1_000)
    clock(TUESDAY)
    close_finished_days(at=NOON)
    small = peak()
    fill(TUESDAY, 6_000)
    clock(WEDNESDAY)
    close_finished_days(at=NOON)

    assert peak() < 2 * small


def test_checking_only_the_latest_days_trusts_the_link_before_them(clock: Any) -> None:
    two_closed_days(clock)
    line = JournalLine.objects.filter(day=MONDAY)[0]
    sql("UPDATE journal_journalline SET why = '改写' WHERE id = %s", line.pk)

    assert [one for one in verify(JOURNAL, today=WEDNESDAY, since=TUESDAY) if one.is_wrong] == []
    assert len(wrong()) == 1
    sql("DELETE FROM journal_journalday WHERE day = %s", TUESDAY)
    found = [one.kind for one in verify(JOURNAL, today=WEDNESDAY, since=TUESDAY) if one.is_wrong]
    assert found == [Kind.DAY_MISSING]
