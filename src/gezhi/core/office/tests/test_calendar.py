"""The office keeps its calendar: brought each autumn, corrected with a reason, reckoned by."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from gezhi.base.actors import Actor, ActorKind, Holding, Origin, system
from gezhi.base.pages import page_named
from gezhi.base.testing import refused
from gezhi.base.tests.test_small_sheets import xlsx
from gezhi.base.workdays import SHANGHAI, Limit, Unit, deadline
from gezhi.core.cells.models import Cell
from gezhi.core.journal.models import JournalLine
from gezhi.core.office import actions, queries, rights
from gezhi.core.office.forms import YearForm
from gezhi.core.office.models import OfficeHours, WorkYear
from gezhi.core.office.rules import read_announced

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
BY = system("command")


@pytest.fixture(autouse=True)
def starting_years() -> None:
    actions.furnish_calendar(at=NOON)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def brought(text: str = "2027-01-01,休") -> WorkYear:
    return actions.bring_year(year=2027, source="国办发明电〔2026〕8号", text=text, by=BY, at=NOON)


def test_an_office_starts_with_the_announced_years_and_keeps_its_own() -> None:
    assert WorkYear.objects.filter(year__in=range(2018, 2027)).count() == 9
    actions.correct_day(day=date(2026, 11, 24), works=False, reason="大雪", by=BY, at=NOON)
    actions.furnish_calendar(at=NOON)
    assert not queries.calendar().is_workday(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2022-09-09 17:00", Limit(4, Unit.WORKING_HOUR), "2022-09-13 11:30"),
        ("2022-09-30 17:30", Limit(2, Unit.WORKING_HOUR), "2022-10-08 10:00"),
        ("2022-09-29 10:00", Limit(5, Unit.WORKING_DAY), "2022-10-11 18:00"),
        ("2022-09-01 09:00", Limit(15, Unit.WORKING_DAY), "2022-09-23 18:00"),
    ],
)
def test_deadlines_are_reckoned_by_what_the_office_keeps(
    start: str, limit: Limit, end: str
) -> None:
    assert deadline(queries.calendar(), at(start), limit) == at(end)


def test_a_year_that_was_brought_is_no_longer_reckoned_in_plain_weeks() -> None:
    new_year = date(2027, 1, 1)
    before = queries.calendar()
    assert (before.covers(new_year), before.is_workday(new_year)) == (False, True)
    brought()
    after = queries.calendar()
    assert (after.covers(new_year), after.is_workday(new_year)) == (True, False)
    brought("2027-02-10,休")  # brought again, it replaces what there was
    assert queries.calendar().is_workday(new_year)
    assert JournalLine.objects.filter(verb="office.bring_year").count() == 2


def test_a_list_that_cannot_be_read_changes_nothing() -> None:
    with refused("office.unreadable_days"):
        brought("2027-13-01,休")
    assert not WorkYear.objects.filter(year=2027).exists()


def test_a_day_is_corrected_with_a_reason_in_a_year_that_was_brought() -> None:
    with refused("office.no_year"):
        actions.correct_day(day=date(2030, 1, 2), works=False, reason="雪", by=BY, at=NOON)
    with refused("office.no_reason"):
        actions.correct_day(day=date(2026, 12, 1), works=False, reason=" ", by=BY, at=NOON)
    with refused("office.unchanged"):
        actions.correct_day(day=date(2026, 12, 1), works=True, reason="照常", by=BY, at=NOON)


def test_summer_hours_hold_in_summer_and_the_others_outside() -> None:
    whole = actions.Hours(101, 1231, time(8, 30), time(12), time(14), time(18))
    summer = actions.Hours(601, 930, time(8, 30), time(12), time(15), time(18, 30))
    actions.set_hours(seasons=[summer, whole], source="办公室通知", by=BY, at=NOON)
    office = queries.calendar()
    assert office.closing(date(2022, 9, 13)) == at("2022-09-13 18:30")
    assert office.closing(date(2022, 10, 11)) == at("2022-10-11 18:00")
    assert deadline(office, at("2022-09-13 12:30"), Limit(2, Unit.WORKING_HOUR)) == at(
        "2022-09-13 17:00"
    )


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (actions.Hours(101, 1231, time(8), time(14), time(13), time(18)), "office.hours_order"),
        (actions.Hours(231, 1231, time(8), time(12), time(13), time(18)), "office.no_day"),
    ],
)
def test_hours_that_cannot_be_are_refused(hours: actions.Hours, code: str) -> None:
    with refused(code):
        actions.set_hours(seasons=[hours], source="", by=BY, at=NOON)
    assert not OfficeHours.objects.exists()


# --- screens -----------------------------------------------------------------------------


def staff(*held: str) -> Actor:
    post = Holding(uuid4(), "role", "岗位", uuid4(), 1, "410172360/", "沟赵", frozenset(held))
    return Actor(ActorKind.STAFF, "高明远", uuid4(), holdings=(post,), origin=Origin("web"))


def shown(actor: Actor, query: str = "") -> str:
    request = RequestFactory().get(f"/office/calendar/{query}")
    request.actor = actor  # type: ignore[attr-defined]
    request.cell = Cell.objects.get(code="410172360")  # type: ignore[attr-defined]
    request.htmx = False  # type: ignore[attr-defined]
    answer = page_named("office.calendar").view()(request)
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def test_the_year_hangs_on_the_wall_with_holidays_and_make_up_days() -> None:
    text = shown(staff(rights.SEE.code), "?year=2026")
    assert text.count('<span class="day-mark day-off">休</span></td>') == len(
        WorkYear.objects.get(year=2026).days_off
    )
    assert text.count('<span class="day-mark day-worked">班</span></td>') == 6
    assert "<dd>248</dd>" in text
    assert "导入年度安排" not in text


def test_whoever_keeps_it_sees_what_to_do_and_others_do_not() -> None:
    text = shown(staff(rights.SEE.code, rights.SET.code), "?year=2031")
    assert "这一年的安排尚未导入" in text
    assert "/office/calendar/year/" in text


def asked(content: bytes, name: str) -> YearForm:
    file = SimpleUploadedFile(name, content)
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict({"file": [file]})
    return YearForm({"year": 2027, "source": "国办发明电"}, files)


def test_a_year_is_brought_as_a_workbook_or_as_text() -> None:
    text = "日期,安排\n2027-02-10,休\n"
    for content in (
        xlsx(("日期", "安排"), (date(2027, 2, 10), "休")),
        text.encode("utf-8-sig"),
        text.encode("gb18030"),
    ):
        form = asked(content, "2027.xlsx")
        assert form.is_valid(), form.errors
        read = read_announced(form.cleaned_data["text"], 2027)
        assert read.days.days_off == {date(2027, 2, 10)}
        assert not read.faults


def test_a_workbook_that_cannot_be_opened_is_refused_with_the_mend() -> None:
    form = asked(xlsx(("休",))[:-200], "2027.xlsx")
    assert not form.is_valid()
    assert "另存为 xlsx 或 csv 再传" in str(form.errors["file"])
