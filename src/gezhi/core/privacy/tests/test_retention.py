"""Every record has an end, the end leaves a report, and what a law still needs is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.actors import Actor, Origin
from gezhi.core.journal import books
from gezhi.core.journal.actions import action, note
from gezhi.core.journal.models import JournalDetail, JournalLine, Once
from gezhi.core.notices.models import Notice
from gezhi.core.privacy.actions import file_request, reveal
from gezhi.core.privacy.middleware import resident
from gezhi.core.privacy.models import AccessEntry, ErasureReport, RightsRequest
from gezhi.core.privacy.retention import (
    TABLES,
    After,
    delete_expired,
    erase_person,
    words_of,
)
from gezhi.core.privacy.rules import Retention, expired_by, expires_on
from gezhi.core.privacy.tests.conftest import NOON, TODAY

pytestmark = pytest.mark.django_db
Register = Callable[..., Any]
DATES = st.dates(date(2004, 1, 1), date(2090, 1, 1))
PERIODS = st.one_of(
    st.builds(Retention, days=st.integers(1, 4000)),
    st.builds(Retention, months=st.integers(1, 130)),
    st.builds(Retention, years=st.integers(1, 40)),
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "today", lambda: TODAY)


@action("privacy_test.tell", "登记电话")
def tell(person: Any, *, by: Actor, at: datetime) -> None:
    note(person, person_id=person.pk, personal={"phone": "13812345678"})


@given(period=PERIODS, today=DATES)
def test_the_last_expired_start_is_the_last(period: Retention, today: date) -> None:
    last = expired_by(period, today)

    ends, next_ends = expires_on(period, last), expires_on(period, last + timedelta(days=1))
    assert ends is not None
    assert next_ends is not None
    assert ends < today <= next_ends


def test_a_readings_trace_is_kept_three_years_to_the_day(person: Register, worker: Actor) -> None:
    reveal(person(), ["name"], purpose="visit", by=worker, at=NOON)
    three_years = NOON.replace(year=2025)

    delete_expired(three_years)
    assert AccessEntry.objects.count() == 1
    report = delete_expired(three_years + timedelta(days=1))

    assert not AccessEntry.objects.exists()
    assert report.counts["privacy.AccessEntry"] == 1


def test_a_reading_somebody_asked_about_is_held_until_the_request_goes(
    person: Register, worker: Actor, told: list[Any]
) -> None:
    wang = person()
    reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)
    request = file_request(
        kind="ask", subject_id=wang.pk, content="没有人来过", entry=AccessEntry.objects.get(),
        by=resident(wang.pk, Origin("web")), at=NOON,
    )  # fmt: skip
    much_later = NOON.replace(year=2027)

    report = delete_expired(much_later)
    assert report.held["privacy.AccessEntry"] == 1
    RightsRequest.objects.filter(pk=request.pk).update(state="granted", decided_at=NOON)
    delete_expired(much_later)  # the request goes
    delete_expired(much_later)  # then the reading

    assert not AccessEntry.objects.exists()


def test_a_day_with_a_reading_somebody_asked_about_waits_as_a_whole(
    person: Register, worker: Actor, told: list[Any]
) -> None:
    wang, li = person(), person("李四")
    reveal(wang, ["name"], purpose="visit", by=worker, at=NOON)
    reveal(li, ["name"], purpose="visit", by=worker, at=NOON)
    file_request(
        kind="ask", subject_id=wang.pk, content="没有人来过",
        entry=AccessEntry.objects.get(subject_id=wang.pk),
        by=resident(wang.pk, Origin("web")), at=NOON,
    )  # fmt: skip

    report = delete_expired(NOON.replace(year=2027))

    assert report.held["privacy.AccessEntry"] == 2
    assert AccessEntry.objects.count() == 2


def test_small_things_go_when_their_time_is_over() -> None:
    Once.objects.create(key=uuid4(), fingerprint=b"x", at=NOON)
    Notice.objects.create(account_id=uuid4(), kind="x", title="x", sent_at=NOON)

    report = delete_expired(NOON + timedelta(days=8))

    assert report.counts == {"journal.Once": 1}
    assert delete_expired(NOON + timedelta(days=366)).counts["notices.Notice"] == 1


def test_who_moved_away_goes_after_two_years_with_everything_about_them(
    person: Register, worker: Actor, source: Any
) -> None:
    gone = person("李四", state="left", ended_on=TODAY)
    stays = person("王小三")
    model = apps.get_model
    model("registry.CareLabel").objects.create(
        person=gone, kind="veteran", valid_from=TODAY, source=source
    )
    model("registry.LifeEvent").objects.create(
        person=stays, other=gone, kind="marriage", happened_on=TODAY, recorded_at=NOON,
        source=source,
    )  # fmt: skip
    home = model("registry.Household").objects.create(
        source=source, touched_by=source, as_of=TODAY, head=gone
    )
    tell(gone, by=worker, at=NOON)
    tell(stays, by=worker, at=NOON)

    report = delete_expired(NOON + timedelta(days=2 * 366))

    assert report.counts["registry.Person"] == 1
    assert list(model("registry.Person").objects.all()) == [stays]
    home.refresh_from_db()
    assert home.head is None
    assert model("registry.LifeEvent").objects.get().other is None
    assert JournalLine.objects.filter(verb="privacy_test.tell").count() == 2
    assert JournalDetail.objects.get().subject_id == stays.pk


def test_erasing_somebody_takes_the_records_merged_into_them(person: Register) -> None:
    kept = person("王小三")
    person("王小山", state="merged", merged_into=kept)

    counts = erase_person(kept.pk)

    assert counts["registry.Person"] == 2
    assert not apps.get_model("registry.Person").objects.exists()


def test_an_open_request_holds_its_person(person: Register, told: list[Any]) -> None:
    gone = person("李四", state="left", ended_on=TODAY)
    file_request(kind="view", subject_id=gone.pk, content="", by=resident(gone.pk, Origin()),
                 at=NOON)  # fmt: skip

    report = delete_expired(NOON + timedelta(days=3 * 366))

    assert report.held == {"registry.Person": 1}
    assert apps.get_model("registry.Person").objects.exists()


def test_each_run_leaves_a_report_with_a_digest() -> None:
    report = delete_expired(NOON)

    assert ErasureReport.objects.get() == report
    assert report.counts == {}
    assert len(bytes(report.digest)) == 32


def test_journal_lines_go_by_whole_days_after_ten_years(person: Register, worker: Actor) -> None:
    tell(person(), by=worker, at=NOON)

    delete_expired(NOON.replace(year=2032))
    assert JournalLine.objects.filter(day=TODAY).count() > 0
    delete_expired(NOON.replace(year=2032, month=10))

    assert JournalLine.objects.filter(verb="privacy_test.tell").count() == 0


def test_every_rule_can_be_carried_out_and_said() -> None:
    tables = set(connection.introspection.table_names())
    for label, rule in TABLES.items():
        model = apps.get_model(label)
        assert words_of(label)
        if isinstance(rule, After):
            assert model._meta.db_table in tables or label.startswith("cells.")
