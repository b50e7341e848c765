"""Announced lists of days: read as people write them, and nothing guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.base.workdays import YearDays, calendar_from_package, days_of
from gezhi.core.office.rules import months_of, read_announced, with_day, working_days

ANNOUNCED = calendar_from_package(range(2022, 2027))


def test_a_list_is_read_as_people_write_it() -> None:
    text = """关于2027年部分节假日安排的通知
日期,安排
2027-02-10,休
2027/2/11 放假
2027年2月12日 休
2027.02.14　休
2027-02-20,上班
"""
    read = read_announced(text, 2027)
    assert [str(fault) for fault in read.faults] == []
    # a Sunday off anyway is no exception from the plain week
    assert read.days.days_off == {date(2027, 2, day) for day in (10, 11, 12)}
    assert read.days.days_worked == {date(2027, 2, 20)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-02-30,休", "第 1 行没有日期"),
        ("2月10日 休", "第 1 行没有日期"),
        ("2026-02-10,休", "不是所填年份"),
        ("2027-02-10", "要写明“休”或“班”"),
        ("2027-02-10,不休", "要写明“休”或“班”"),
        ("2027-02-10,休\n2027-02-10,班", "第 2 行的日期写了两次"),
        ("", "没有读到一个放假的工作日"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(line: str, said: str) -> None:
    faults = read_announced(line, 2027).faults
    assert any(said in str(fault) for fault in faults)


@pytest.mark.parametrize(
    ("year", "number"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_the_working_days_of_announced_years(year: int, number: int) -> None:
    assert working_days(ANNOUNCED[year], year) == number


@given(st.sampled_from(sorted(ANNOUNCED)))
def test_a_year_written_out_and_read_again_is_the_same(year: int) -> None:
    days = ANNOUNCED[year]
    lines = [f"{day},休" for day in days.days_off] + [f"{day},班" for day in days.days_worked]
    assert read_announced("\n".join(lines), year).days == days


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.booleans())
def test_a_corrected_day_is_as_said_and_no_other_changes(day: date, works: bool) -> None:
    before, after = ANNOUNCED[2026], with_day(ANNOUNCED[2026], day, works=works)
    for one in days_of(2026):
        expected = works if one == day else _works(before, one)
        assert _works(after, one) is expected


def _works(days: YearDays, day: date) -> bool:
    return day not in days.days_off if day.weekday() < 5 else day in days.days_worked


def test_a_year_on_the_wall_has_every_day_once_in_weeks_from_monday() -> None:
    months = months_of(ANNOUNCED[2026], 2026)
    assert len(months) == 12
    shown = [day for month in months for week in month for day in week if day]
    assert len(shown) == 365
    assert all(len(week) <= 7 for month in months for week in month)
    assert months[1][2][5] == (14, "worked")  # Saturday before the Spring Festival
    assert months[0][0][3] == (1, "off")
