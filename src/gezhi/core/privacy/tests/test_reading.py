"""No personal field is read in full without a purpose, a trace and a measure."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.base.actors import Actor, ActorKind
from gezhi.base.errors import TooMany
from gezhi.base.testing import queries, refused
from gezhi.core.notices.models import Notice
from gezhi.core.privacy import purposes
from gezhi.core.privacy.actions import (
    break_glass,
    handle_alarm,
    record_access,
    reveal,
    reveal_many,
    review_break_glass,
)
from gezhi.core.privacy.masks import masked
from gezhi.core.privacy.masks import of as mask_of
from gezhi.core.privacy.models import (
    AccessEntry,
    AccessKind,
    AccessTally,
    Alarm,
    BreakGlass,
    Purpose,
)
from gezhi.core.privacy.rules import FLOOR, OVERALL_CAP
from gezhi.core.privacy.tests.conftest import ID_NO, NOON, PHONE, TODAY

pytestmark = pytest.mark.django_db
Register = Callable[..., Any]


def test_a_reading_gives_the_values_and_leaves_an_entry(person: Register, worker: Actor) -> None:
    wang = person("王小三")

    found = reveal(wang, ["name", "phone", "birth_date"], purpose="visit", by=worker, at=NOON)

    assert found == {"name": "王小三", "phone": PHONE, "birth_date": "1962-03-07"}
    entry = AccessEntry.objects.get()
    assert (entry.subject_id, entry.kind, entry.purpose_id) == (wang.pk, "reveal", "visit")
    assert entry.fields == ["name", "phone", "birth_date"]
    assert (entry.post, entry.role) == ("永乐一 网格员", "grid_worker_full")
    assert "居民委员会组织法" in entry.ground


def test_the_row_itself_shows_dots_and_masks(person: Register) -> None:
    wang = person("王小三")
    wang.refresh_from_db()

    assert f"{wang.phone} {wang.id_no!r}" == "•••• ••••"
    assert masked(wang, "name") == "王*三"
    assert masked(wang, "phone") == "138****5678"
    assert masked(wang, "id_no") == "410102********0026"
    assert mask_of("birth")(wang.birth_date) == "1962-**-**"
    assert mask_of("phone")("13812345678、0371-67890000") == "138****5678、****0000"


def test_no_purpose_no_values(person: Register, worker: Actor) -> None:
    wang = person()
    with refused("privacy.purpose_missing"):
        reveal(wang, ["name"], purpose="", by=worker, at=NOON)
    with refused("privacy.unknown_purpose"):
        reveal(wang, ["name"], purpose="curiosity", by=worker, at=NOON)
    with refused("privacy.unknown_purpose"):
        reveal(wang, ["name"], purpose=purposes.JOB, by=worker, at=NOON)
    assert not AccessEntry.objects.exists()


def test_an_ended_purpose_opens_nothing(person: Register, worker: Actor) -> None:
    wang = person()
    Purpose.objects.filter(pk="visit").update(valid_to=TODAY)

    with refused("privacy.unknown_purpose"):
        reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)


def test_a_purpose_opens_its_fields_and_no_others(person: Register, worker: Actor) -> None:
    wang = person()
    with refused("privacy.field_beyond_purpose"):
        reveal(wang, ["name", "id_no"], purpose="visit", by=worker, at=NOON)

    assert reveal(wang, ["id_no"], purpose="upkeep", by=worker, at=NOON) == {"id_no": ID_NO}


def test_what_is_no_personal_field_cannot_be_asked_for(person: Register, worker: Actor) -> None:
    with pytest.raises(KeyError):
        reveal(person(), ["revision"], purpose="visit", by=worker, at=NOON)


def test_a_case_needs_its_number(person: Register, worker: Actor) -> None:
    wang = person()
    with refused("privacy.note_missing"):
        reveal(wang, ["phone"], purpose="case", by=worker, at=NOON)

    reveal(wang, ["phone"], purpose="case", note="事件 20220906-12", by=worker, at=NOON)

    assert AccessEntry.objects.get().note == "事件 20220906-12"


def test_a_purpose_is_for_its_roles(person: Register, staff: Callable[..., Actor]) -> None:
    wang = person()
    with refused("privacy.purpose_not_yours"):
        reveal(wang, ["name"], purpose="party", by=staff("privacy.reveal"), at=NOON)

    clerk = staff("privacy.reveal", role="party_clerk")
    assert reveal(wang, ["name"], purpose="party", by=clerk, at=NOON)


def test_the_neighbour_grid_is_out_of_reach(person: Register, worker: Actor) -> None:
    mine, theirs = person("王小三"), person("李四", grid="永乐二")

    with refused("privacy.out_of_reach"):
        reveal_many([mine, theirs], ["name"], purpose="visit", by=worker, at=NOON)
    assert not AccessEntry.objects.exists()


def test_without_the_right_nobody_reads(person: Register, staff: Callable[..., Actor]) -> None:
    with refused("rights.not_held"):
        reveal(person(), ["name"], purpose="visit", by=staff(), at=NOON)


def test_a_restricted_file_is_stored_and_not_read(person: Register, worker: Actor) -> None:
    wang = person(blocked=True)

    with refused("privacy.blocked"):
        reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)
    assert reveal(wang, ["name"], purpose="rights_request", by=worker, at=NOON)


def test_a_page_of_fifty_is_fifty_entries_in_few_queries(person: Register, worker: Actor) -> None:
    rows = [person(f"王{n}") for n in range(30)]

    with queries(14):
        found = reveal_many(rows, ["name"], purpose="visit", by=worker, at=NOON)

    assert [one["name"] for one in found] == [row.name for row in rows]
    assert AccessEntry.objects.count() == 30
    assert AccessTally.objects.get(purpose="visit").people == 30


def test_the_same_person_again_counts_once_and_is_logged_twice(
    person: Register, worker: Actor
) -> None:
    wang = person()
    for field in ("name", "phone"):
        reveal(wang, [field], purpose="visit", by=worker, at=NOON)

    assert AccessEntry.objects.count() == 2
    assert {tally.people for tally in AccessTally.objects.all()} == {1}


def test_the_cap_holds_and_opens_again_next_day(person: Register, worker: Actor) -> None:
    Purpose.objects.filter(pk="visit").update(daily_cap=2)
    people = [person(f"王{n}") for n in range(3)]
    for row in people[:2]:
        reveal(row, ["name"], purpose="visit", by=worker, at=NOON)

    with refused("privacy.daily_cap") as refusal:
        reveal(people[2], ["name"], purpose="visit", by=worker, at=NOON)
    assert 0 < refusal.value.retry_after <= 12 * 3600  # type: ignore[attr-defined]
    assert reveal(people[0], ["phone"], purpose="visit", by=worker, at=NOON)
    assert reveal(people[2], ["name"], purpose="visit", by=worker, at=NOON + timedelta(days=1))


def test_changing_the_purpose_does_not_add_caps_up(person: Register, worker: Actor) -> None:
    wang = person()
    reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)
    AccessTally.objects.filter(purpose=None).update(people=OVERALL_CAP)

    with refused("privacy.daily_cap"):
        reveal(person("李四"), ["name"], purpose="upkeep", by=worker, at=NOON)


# --- June 2022: 1,317 bank depositors read and marked by officials without any ground -----


def test_reading_1317_people_at_once_is_refused_and_alarmed(
    person: Register, worker: Actor, told: list[Any]
) -> None:
    row = person("储户")
    depositors = [_copy(row, number) for number in range(1317)]

    with refused("privacy.daily_cap"):
        reveal_many(depositors, ["name"], purpose="upkeep", by=worker, at=NOON)

    assert not AccessEntry.objects.exists()
    alarm = Alarm.objects.get(kind="cap")
    assert "1317" in alarm.sentence
    assert Notice.objects.filter(account_id=told[0], todo=True).count() == 1


def key_of(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id


def _copy(row: Any, number: int) -> Any:
    """The same row under another key: many people without many inserts."""
    made = copy(row)
    made.pk = UUID(int=row.pk.int ^ number)
    return made


def test_reading_1317_people_one_by_one_ends_at_the_cap_with_alarms(
    person: Register, staff: Callable[..., Actor], told: list[Any]
) -> None:
    official = staff("privacy.reveal", at="沟赵", role="office_head")
    row = person("储户")
    seen = 0
    for number in range(230):  # as far as it matters: the cap is 200
        with suppress(TooMany):
            reveal(_copy(row, number), ["name"], purpose="upkeep", by=official, at=NOON)
            seen += 1

    assert seen == Purpose.objects.get(pk="upkeep").daily_cap == 200
    assert AccessEntry.objects.count() == 200
    habit, cap = Alarm.objects.get(kind="habit"), Alarm.objects.get(kind="cap")
    assert habit.times == 200 - FLOOR
    assert cap.times == 30


def test_a_busy_counter_raises_no_alarm(person: Register, staff: Callable[..., Actor]) -> None:
    visit = Purpose.objects.get(pk="counter")
    for number in range(20):
        colleague = staff(role="counter_clerk")
        AccessTally.objects.create(
            account_id=key_of(colleague), role="counter_clerk", purpose=None,
            day=TODAY - timedelta(days=1 + number % 10), people=140 + number,
        )  # fmt: skip
    clerk = staff("privacy.reveal", at="永乐", role="counter_clerk")
    AccessTally.objects.bulk_create(
        AccessTally(account_id=key_of(clerk), role="counter_clerk", purpose=one, day=TODAY,
                    people=120)
        for one in (None, visit)
    )  # fmt: skip

    reveal(person(), ["name"], purpose="counter", by=clerk, at=NOON)

    assert not Alarm.objects.exists()


# --- the trace comes first ----------------------------------------------------------------


def test_inside_another_write_nothing_is_read(person: Register, worker: Actor) -> None:
    wang = person()

    with transaction.atomic(), refused("privacy.within_a_write"):
        reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)
    assert not AccessEntry.objects.exists()


def test_the_entry_is_there_before_a_value_is_opened(
    person: Register, worker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = person()
    seen: list[int] = []

    def opening(row: Any, name: str) -> str:
        seen.append(AccessEntry.objects.count())
        raise RuntimeError("the page broke while rendering")

    monkeypatch.setattr("gezhi.core.privacy.actions.reading.plain_field", opening)
    with pytest.raises(RuntimeError, match="broke"):
        reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)

    assert seen == [1]
    assert AccessEntry.objects.count() == 1


def test_a_search_that_finds_nobody_is_logged_and_counts(worker: Actor) -> None:
    Purpose.objects.filter(pk="search").update(daily_cap=3)
    for _try in range(3):
        record_access(
            AccessKind.SEARCH, [None], fields=["id_no"], purpose="search", by=worker, at=NOON
        )

    with refused("privacy.daily_cap"):
        record_access(
            AccessKind.SEARCH, [None], fields=["id_no"], purpose="search", by=worker, at=NOON
        )
    assert AccessEntry.objects.filter(subject_id=None).count() == 3


def test_opening_a_masked_page_again_is_one_look(person: Register, worker: Actor) -> None:
    wang = person()
    for minutes in (0, 5, 29, 45):
        record_access(
            AccessKind.VIEW, [wang.pk], fields=["*"], purpose="view", by=worker,
            at=NOON + timedelta(minutes=minutes),
        )  # fmt: skip

    assert AccessEntry.objects.count() == 2


def test_entries_refuse_to_be_changed(person: Register, worker: Actor) -> None:
    reveal(person(), ["name"], purpose="visit", by=worker, at=NOON)
    entry = AccessEntry.objects.get()
    for act in (entry.delete, entry.save, AccessEntry.objects.all().delete):
        with refused("journal.written_once"):
            act()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["visit", "upkeep", "search"])), max_size=14
    )
)
def test_counts_are_the_people_in_the_log_whatever_the_order(
    person: Register, staff: Callable[..., Actor], steps: list[tuple[int, str]]
) -> None:
    somebody = staff("privacy.reveal", "registry.see_people")
    Purpose.objects.filter(pk="visit").update(daily_cap=3)
    row = person()
    for who, purpose in steps:
        target = _copy(row, who)
        with suppress(TooMany):
            if purpose == "search":
                record_access(AccessKind.SEARCH, [target.pk], fields=["phone"], purpose=purpose,
                              by=somebody, at=NOON)  # fmt: skip
            else:
                reveal(target, ["name"], purpose=purpose, by=somebody, at=NOON)
    mine = AccessEntry.objects.filter(account_id=somebody.account_id)
    tallies = AccessTally.objects.filter(account_id=key_of(somebody))

    for tally in tallies:
        logged = mine.filter(purpose=tally.purpose) if tally.purpose else mine
        assert tally.people == logged.values("subject_id").distinct().count()
        assert tally.people <= (tally.purpose.daily_cap if tally.purpose else OVERALL_CAP)


# --- emergencies --------------------------------------------------------------------------


def test_breaking_the_glass_opens_one_person_for_half_an_hour(
    person: Register, worker: Actor, told: list[Any]
) -> None:
    faint = person("赵六", grid="永乐二")
    glass = break_glass(person_id=faint.pk, reason="老人在楼道晕倒，联系家属", by=worker, at=NOON)

    found = reveal(faint, ["name", "phone"], purpose="break_glass", by=worker, at=NOON)

    assert found["name"] == "赵六"
    assert AccessEntry.objects.get().kind == "break_glass"
    assert Alarm.objects.get().kind == "break_glass"
    assert Notice.objects.filter(account_id=told[0]).count() == 2
    with refused("privacy.out_of_reach"):
        reveal(person(), ["name"], purpose="break_glass", by=worker, at=NOON)
    with refused("privacy.out_of_reach"):
        reveal(faint, ["name"], purpose="break_glass", by=worker, at=glass.closes_at)


def test_an_emergency_has_a_reason(person: Register, worker: Actor) -> None:
    with refused("privacy.reason_missing"):
        break_glass(person_id=person().pk, reason="急", by=worker, at=NOON)
    assert not Alarm.objects.exists()


def test_nobody_reviews_their_own_emergency(
    person: Register, staff: Callable[..., Actor], worker: Actor
) -> None:
    glass = break_glass(person_id=person().pk, reason="煤气泄漏，找到住户", by=worker, at=NOON)
    held = replace(worker.holdings[0], rights=worker.rights | {"privacy.review"})

    with refused("privacy.own_glass"):
        review_break_glass(
            glass, justified=True, review="", by=replace(worker, holdings=(held,)), at=NOON
        )
    chief = staff("privacy.review", at="永乐", role="grid_chief_l2", name="孙书记")
    review_break_glass(glass, justified=True, review="情况属实", by=chief, at=NOON)
    with refused("privacy.reviewed_already"):
        review_break_glass(glass, justified=False, review="再看一次", by=chief, at=NOON)
    assert BreakGlass.objects.get().closes_at == NOON


def test_an_alarm_is_handled_by_somebody_else(
    person: Register, staff: Callable[..., Actor], worker: Actor, told: list[Any]
) -> None:
    break_glass(person_id=person().pk, reason="煤气泄漏，找到住户", by=worker, at=NOON)
    alarm = Alarm.objects.get()
    held = replace(worker.holdings[0], rights=frozenset({"privacy.handle_alarms"}))

    with refused("privacy.alarm_about_oneself"):
        handle_alarm(alarm, outcome="没有问题", by=replace(worker, holdings=(held,)), at=NOON)
    security = staff("privacy.handle_alarms", role="security_administrator", name="周安全")
    handle_alarm(alarm, outcome="已核实，属实", by=security, at=NOON)
    assert not Notice.objects.filter(key=f"privacy.alarm/{alarm.pk}", done_at=None).exists()


def test_a_resident_holds_no_key_to_others(person: Register) -> None:
    wang = person()
    resident = Actor(ActorKind.RESIDENT, "王*三", person_id=wang.pk)

    with refused("rights.not_held"):
        reveal(person("李四"), ["name"], purpose="visit", by=resident, at=NOON)
