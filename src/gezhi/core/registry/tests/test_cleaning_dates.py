"""Rule 9: dates as clerks write them, kept as exactly as they were known."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezhi.core.registry.cleaning_dates import PartialDate, clean_date, serial_of
from gezhi.core.registry.findings import Cleaned

TODAY = date(2022, 9, 1)


def said(answer: Cleaned[Any]) -> list[tuple[int, str]]:
    return [(finding.rule, str(finding.kind)) for finding in answer.findings]


@pytest.mark.parametrize(
    "cell",
    [
        *("2022.9.1", "2022/9/1", "2022-9-1", "20220901", "2022年9月1日", "2022年09月01号"),
        *("２０２２．９．１", "2022-09-01 00:00:00", "44805", 44805, 44805.0, 44805.75, 20220901),
        *("二〇二二年九月一日", "2022-09-01T00:00:00", "'2022/09/01"),
    ],
)
def test_rule_9_a_day_written_in_many_ways(cell: object) -> None:
    answer = clean_date(cell, "moved_in")
    assert answer.value == PartialDate(2022, 9, 1)
    assert said(answer) == [(9, "cleaned")]


@pytest.mark.parametrize("cell", ["2022-09-01", datetime(2022, 9, 1), date(2022, 9, 1)])
def test_a_plain_date_needs_no_word(cell: object) -> None:
    assert clean_date(cell, "moved_in") == Cleaned(PartialDate(2022, 9, 1))


@pytest.mark.parametrize(
    ("cell", "partial", "precision"),
    [
        ("2022年9月", PartialDate(2022, 9), "month"),
        ("2022.9", PartialDate(2022, 9), "month"),
        (2022.9, PartialDate(2022, 9), "month"),
        ("202209", PartialDate(2022, 9), "month"),
        ("2022", PartialDate(2022), "year"),
        (2022, PartialDate(2022), "year"),
        ("2022年", PartialDate(2022), "year"),
    ],
)
def test_a_date_is_kept_as_exactly_as_it_was_known(
    cell: object, partial: PartialDate, precision: str
) -> None:
    answer = clean_date(cell, "moved_in")
    assert answer.value == partial
    assert partial.precision == precision
    assert said(answer) == [(9, "warned")]


def test_a_year_of_two_digits_is_the_latest_not_after_today_and_looked_at() -> None:
    assert clean_date("22年9月1日", "moved_in", today=TODAY).value == PartialDate(2022, 9, 1)
    assert clean_date("49年1月", "birth_date", today=TODAY).value == PartialDate(1949, 1)
    assert said(clean_date("22年9月", "moved_in", today=TODAY)) == [(9, "warned")]
    assert said(clean_date("22年9月", "moved_in")) == [(9, "refused")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (2022.1, "date_lost_zero"),
        ("2022.1", "date_lost_zero"),
        ("20229", "date_serial_or_month"),
        (20229, "date_serial_or_month"),
        ("2022.2.30", "date_impossible"),
        ("2022年13月", "date_impossible"),
        ("9月1日", "date_no_year"),
        ("9.1", "date_no_year"),
        ("去年", "date_shape"),
        ("长期", "date_shape"),
        ("202209011", "date_shape"),
    ],
)
def test_a_date_that_allows_no_reading_is_refused(cell: object, code: str) -> None:
    answer = clean_date(cell, "moved_in")
    assert answer.value is None
    assert [finding.code for finding in answer.findings] == [code]
    assert answer.refused


@given(st.dates(date(1928, 1, 1), date(2099, 12, 31)))
def test_a_serial_is_the_day_it_stands_for(day: date) -> None:
    expected = PartialDate(day.year, day.month, day.day)
    serial = clean_date(serial_of(day), "moved_in")
    assert serial.value == expected or (day.year in (1954, 1955) and serial.refused)
    assert clean_date(f"{day:%Y}.{day.month}.{day.day}", "moved_in").value == expected
    assert expected.first == day
    assert expected.agrees_with(day)
