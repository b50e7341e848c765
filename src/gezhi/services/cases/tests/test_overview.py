"""Cases as a whole: squares of the map, the board, the calendar of limits, what repeats."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gezhi.base.actors import Actor
from gezhi.core.office.queries import calendar
from gezhi.core.places import snapshots
from gezhi.core.staff.models import Account
from gezhi.core.staff.tests import office
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import rights
from gezhi.services.cases.home import home_tiles
from gezhi.services.cases.models import Case
from gezhi.services.cases.overview import queries, rules
from gezhi.services.cases.overview.actions import count_ended
from gezhi.services.cases.overview.queries import Wanted
from gezhi.services.cases.public.rules import Bounds
from gezhi.services.cases.tests.conftest import Centre

pytestmark = pytest.mark.django_db
TOWN = "113.50,34.78,113.60,34.82"
OURS = ("SAVEPOINT", "RELEASE", "SET search_path")


@pytest.fixture(autouse=True)
def _ground_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "TRUSTED_SECONDS", 3600.0)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def browser(actor: Actor) -> Client:
    return office.come(Account.objects.get(pk=str(actor.account_id)))


def lie(
    centre: Centre, number: int, now: datetime, *, lon: float = 113.54, lat: float = 34.8
) -> list[Case]:
    """Cases side by side, some ten metres apart, the first of them late."""
    cases = [
        centre.report(at=now, lon=lon + n * 1e-4, lat=lat, building=None) for n in range(number)
    ]
    for n, case in enumerate(cases):
        Matter.objects.filter(pk=case.pk).update(due_at=now + timedelta(hours=24 * n - 1))
    return cases


def end(*cases: Case, now: datetime) -> None:
    """Ended, as the clock and the limits would have it."""
    for case in cases:
        Matter.objects.filter(pk=case.pk).update(state="closed", ended_at=now, due_at=None)


def shown(actor: Actor, now: datetime, wanted: Wanted | None = None) -> list[queries.Found]:
    bounds = Bounds(*map(float, TOWN.split(",")))
    return queries.squares(actor, now, bounds, wanted or Wanted())


# --- the map -------------------------------------------------------------------------------------


def test_squares_tell_what_is_open_late_and_ended(centre: Centre, now: datetime) -> None:
    cases = lie(centre, 4, now)
    end(cases[3], now=now)
    count_ended(now)

    (open_only,) = shown(centre.chief, now)
    (everything,) = shown(centre.chief, now, Wanted(show="all"))
    (ended,) = shown(centre.chief, now, Wanted(show="ended"))

    assert (open_only.open, open_only.late, open_only.ended) == (3, 1, 0)
    assert (everything.open, everything.ended) == (3, 1)
    assert (ended.open, ended.ended) == (0, 1)


def test_a_case_alone_opens_and_stands_where_it_is(centre: Centre, now: datetime) -> None:
    (case,) = lie(centre, 1, now)

    (square,) = shown(centre.chief, now)

    assert square.only == str(case.pk)
    assert square.at == (113.54, 34.8)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Wanted(late=True), 1),
        (Wanted(major="e01"), 3),
        (Wanted(major="c01"), 0),
        (Wanted(age="1"), 3),
        (Wanted(age="over7"), 0),
        (Wanted(urgent=True), 0),
        (Wanted(show="all", late=True), 1),
    ],
)
def test_the_map_shows_what_is_asked_for(
    centre: Centre, now: datetime, wanted: Wanted, number: int
) -> None:
    lie(centre, 3, now)

    assert sum(one.open + one.ended for one in shown(centre.chief, now, wanted)) == number


def test_a_community_sees_its_own_cases_on_the_map_and_no_others(
    centre: Centre, now: datetime
) -> None:
    here = lie(centre, 2, now)
    there = [
        centre.report(at=now, lon=113.56, lat=34.81, place=centre.ground.zilan) for _n in range(3)
    ]
    end(here[1], there[2], now=now)
    count_ended(now)

    own = shown(centre.checker, now, Wanted(show="all"))
    all_there_are = shown(centre.chief, now, Wanted(show="all"))

    assert (sum(one.open for one in own), sum(one.ended for one in own)) == (1, 1)
    assert sum(one.open + one.ended for one in all_there_are) == 5
    assert sum(column.number for column in queries.board(centre.checker, now)) == 1


def test_whoever_sees_only_what_lies_with_them_is_shown_no_ended_ones(
    centre: Centre, now: datetime
) -> None:
    end(*lie(centre, 2, now), now=now)
    count_ended(now)
    client = browser(centre.handler)

    answer = client.get(f"/cases/map.json?bbox={TOWN}&show=all&hot=30")

    assert json.loads(answer.content)["squares"] == []
    assert "hot" not in json.loads(answer.content)
    assert client.get("/cases/hot/").status_code == 404
    assert 'name="show"' not in client.get("/cases/map/").content.decode()


def test_counting_again_forgets_what_was_opened_again(centre: Centre, now: datetime) -> None:
    cases = lie(centre, 2, now)
    end(*cases, now=now)
    count_ended(now)
    Matter.objects.filter(pk=cases[0].pk).update(state="handling", ended_at=None)
    count_ended(now)

    (square,) = shown(centre.chief, now, Wanted(show="all"))

    assert (square.open, square.ended) == (1, 1)


POINTS = st.lists(
    st.tuples(st.floats(113.5, 113.6, exclude_max=True), st.floats(34.78, 34.82, exclude_max=True)),
    max_size=6,
)
SIDES = st.tuples(st.floats(113.45, 113.55), st.floats(34.75, 34.80), st.floats(0.0005, 0.2)).map(
    lambda at: Bounds(at[0], at[1], at[0] + at[2], at[1] + at[2] / 2)
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=POINTS, bounds=SIDES, ended=st.integers(0, 3))
def test_the_squares_of_any_piece_of_map_count_what_the_list_counts(
    centre: Centre, points: list[tuple[float, float]], bounds: Bounds, ended: int
) -> None:
    now = timezone.now()
    Matter.objects.update(kind="set aside")
    cases = [centre.report(at=now, lon=lon, lat=lat) for lon, lat in points]
    end(*cases[:ended], now=now)
    count_ended(now)

    found = queries.squares(centre.chief, now, bounds, Wanted(show="all"))

    listed = rights.SEE.rows(Matter.objects.filter(kind="cases"), centre.chief)
    whole = queries.within(listed, rules.span_of(bounds).bounds)
    assert sum(one.open + one.ended for one in found) == whole.count()
    for one in found:
        inside = queries.within(listed, one.square.bounds)
        assert inside.filter(ended_at=None).count() == one.open
        assert inside.exclude(ended_at=None).count() == one.ended


@given(bounds=SIDES)
def test_squares_cover_what_is_asked_for_and_are_few(bounds: Bounds) -> None:
    span = rules.span_of(bounds)
    covered = span.bounds

    assert covered.west <= bounds.west < bounds.east <= covered.east
    assert covered.south <= bounds.south < bounds.north <= covered.north
    assert (span.east - span.west + 1) * (span.north - span.south + 1) <= 18 * 18


@given(level=st.integers(0, 8), x=st.integers(0, 300_000), y=st.integers(0, 80_000))
def test_a_square_reads_as_it_is_written(level: int, x: int, y: int) -> None:
    square = rules.Square(level, x, y)

    assert rules.square_of(str(square)) == square


@pytest.mark.parametrize("text", ["", "9.1.1", "0.1", "0.-1.1", "0.1.1;", "x"])
def test_what_is_no_square_is_not_read_as_one(text: str) -> None:
    assert rules.square_of(text) is None


def test_an_answer_of_full_squares_stays_below_sixty_kilobytes(
    centre: Centre, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(actor: Any, at: Any, bounds: Bounds, wanted: Wanted) -> list[queries.Found]:
        span = rules.span_of(bounds)
        return [
            queries.Found(
                rules.Square(span.level, x, y),
                *(99_999, 9_999, 9_999, 999_999, "0" * 36),
                (113.123456, 34.123456),
            )
            for x in range(span.west, span.west + 18)
            for y in range(span.south, span.south + 18)
        ]

    monkeypatch.setattr(queries, "squares", full)

    answer = browser(centre.chief).get(f"/cases/map.json?bbox={TOWN}&show=all")

    assert len(answer.content) <= 60 * 1024


@pytest.mark.parametrize("bbox", ["", "1,2,3", "113.6,34.8,113.5,34.9", "nan,1,2,3"])
def test_what_is_no_piece_of_map_is_said(centre: Centre, bbox: str) -> None:
    answer = browser(centre.chief).get(f"/cases/map.json?bbox={bbox}")

    assert answer.status_code == 400
    assert "bbox" in json.loads(answer.content)["detail"]


def test_the_list_beside_the_map_follows_it(centre: Centre, now: datetime) -> None:
    (near,) = lie(centre, 1, now)
    (far,) = lie(centre, 1, now, lon=113.59)
    client = browser(centre.chief)
    beside = {"HX-Request": "true", "HX-Target": "beside"}

    page = client.get("/cases/map/?bbox=113.53,34.79,113.55,34.81", headers=beside)

    assert f"/cases/{near.pk}/" in page.content.decode()
    assert f"/cases/{far.pk}/" not in page.content.decode()
    assert "<html" not in page.content.decode()


def test_the_list_narrows_to_a_square_a_class_and_a_day(centre: Centre, now: datetime) -> None:
    (case,) = lie(centre, 1, now)
    lie(centre, 1, now, lon=113.59)
    day = timezone.localdate(now - timedelta(hours=1))
    client = browser(centre.chief)

    def listed(query: str) -> int:
        return client.get(f"/cases/?{query}").content.decode().count(f"/cases/{case.pk}/")

    inside = next(one.square for one in shown(centre.chief, now) if one.only == str(case.pk))
    assert listed(f"square={inside}")
    assert not listed("square=0.1.1")
    asked = ("about=e01", "about=e0102", "age=1", f"due_from={day}&due_to={day}")
    assert [query for query in asked if not listed(query)] == []
    assert [query for query in ("about=c01", "age=over7") if listed(query)] == []
    assert "已忽略" in client.get("/cases/?square=nowhere").content.decode()


# --- the board -----------------------------------------------------------------------------------


def test_every_open_state_stands_in_one_column_of_the_board() -> None:
    from gezhi.services.cases.matters import CASES
    from gezhi.services.cases.models import State

    standing = [state for states in rules.STAGES.values() for state in states]

    assert len(standing) == len(set(standing))
    assert set(standing) == set(State) - set(CASES.ends_in)


def test_the_board_puts_what_is_due_first_in_front_and_counts_the_rest(
    centre: Centre, now: datetime
) -> None:
    cases = lie(centre, 23, now)

    first = queries.board(centre.chief, now)[0]

    assert (first.stage, first.number, first.late, len(first.rows)) == ("filing", 23, 1, 20)
    assert first.rows[0].pk == cases[0].pk
    page = browser(centre.chief).get("/cases/board/").content.decode()
    assert "还有 3 件" in page


# --- the calendar --------------------------------------------------------------------------------


def test_a_day_of_the_calendar_counts_what_is_due_on_it(centre: Centre, now: datetime) -> None:
    lie(centre, 3, now)
    day = timezone.localdate(now - timedelta(hours=1))

    due = queries.due_days(centre.chief, now, day, day + timedelta(days=1))

    assert due == {day: (1, 1), day + timedelta(days=1): (1, 0)}
    assert queries.overdue(centre.chief, now) == 1
    assert f"due_from={day}" in browser(centre.chief).get("/cases/calendar/").content.decode()


@given(day=st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_months_follow_each_other(day: date) -> None:
    first = rules.month_of(f"{day:%Y-%m}", date(2022, 9, 13))

    assert first == day.replace(day=1)
    assert rules.month_before(rules.next_month(first)) == first
    assert {one for week in rules.weeks_of(first) for one in week} >= {first, day}


def test_a_month_that_is_none_is_this_one() -> None:
    assert rules.month_of("2022-13", date(2022, 9, 13)) == date(2022, 9, 1)


# --- what repeats --------------------------------------------------------------------------------


def test_three_of_a_kind_at_one_place_are_a_hot_spot(centre: Centre, now: datetime) -> None:
    cases = [centre.report(at=now, lon=113.54, lat=34.8) for _n in range(3)]
    lie(centre, 2, now, lon=113.59)
    centre.report("0103", at=now, lon=113.54, lat=34.8)
    end(cases[0], now=now)

    (spot,) = queries.repeats(centre.chief, now, 30)

    assert (spot.topic, spot.number, spot.ended) == ("e0102", 3, 1)
    assert spot.square is not None
    page = browser(centre.chief).get("/cases/hot/").content.decode()
    assert f"square={spot.square}" in page
    assert "33%" in page


def test_without_a_point_the_address_is_the_place(centre: Centre, now: datetime) -> None:
    for address in ("紫兰苑 3号楼", "紫兰苑 3号楼", "紫兰苑 3号楼", "紫兰苑 4号楼"):
        centre.report(at=now, address=address)

    (spot,) = queries.repeats(centre.chief, now, 30)

    assert (spot.square, spot.address, spot.number) == (None, "紫兰苑 3号楼", 3)


def test_what_is_long_ago_refused_or_out_of_sight_makes_no_hot_spot(
    centre: Centre, now: datetime
) -> None:
    cases = [centre.report(at=now, lon=113.54, lat=34.8) for _n in range(3)]
    elsewhere = [
        centre.report(at=now, lon=113.56, lat=34.8, place=centre.ground.zilan) for _n in range(3)
    ]

    assert len(queries.repeats(centre.checker, now, 30)) == 1
    Matter.objects.filter(pk=cases[0].pk).update(state="voided", ended_at=now, due_at=None)
    Matter.objects.filter(pk=elsewhere[0].pk).update(opened_at=now - timedelta(days=40))
    assert queries.repeats(centre.chief, now, 30) == []
    assert len(queries.repeats(centre.chief, now, 90)) == 1


# --- what it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/cases/board/", 6),
        ("/cases/calendar/", 6),
        ("/cases/map/", 7),
        (f"/cases/map.json?bbox={TOWN}&show=all", 6),
        ("/cases/hot/", 6),
    ],
)
def test_a_look_at_cases_asks_the_same_for_one_or_fifty(
    centre: Centre, now: datetime, address: str, most: int
) -> None:
    client = browser(centre.chief)
    client.get("/matters/")
    calendar()

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len([one for one in captured.captured_queries if not one["sql"].startswith(OURS)])

    lie(centre, 1, now)
    one = asked()
    lie(centre, 30, now)

    assert asked() <= max(one, most)
    assert one <= most


# --- the first page ------------------------------------------------------------------------------


def test_the_first_page_tells_what_is_open_late_and_due_today(
    centre: Centre, now: datetime
) -> None:
    cases = lie(centre, 3, now)
    midnight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    Matter.objects.filter(pk=cases[1].pk).update(due_at=midnight)

    numbers = {tile.label: tile.value for tile in home_tiles(centre.chief, now)}

    assert {name: numbers[name] for name in ("在办案件", "超期案件", "今天到期")} == {
        "在办案件": "3",
        "超期案件": "1",
        "今天到期": "1",
    }
