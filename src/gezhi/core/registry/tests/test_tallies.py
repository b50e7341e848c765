from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from uuid import UUID

import polars as pl
import psycopg
import pytest
from django.db import connection

from gezhi.base.tenancy import here
from gezhi.base.testing import queries
from gezhi.core.registry import tallies
from gezhi.core.registry.actions.care import add_care_label
from gezhi.core.registry.actions.moving import move, record_death
from gezhi.core.registry.metrics import counted_columns, counted_rows, keys_of
from gezhi.core.registry.models import Person, Tally
from gezhi.core.registry.tallies import TallyDelta
from gezhi.core.registry.tests.town import (
    CLERK,
    NOON,
    TODAY,
    Town,
    build_town,
    id_number,
    settled,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build_town()


def test_whoever_is_registered_is_counted_in_grid_community_and_subdistrict(town: Town) -> None:
    settled(town.dwellings[0], id_no=id_number(1))
    for place in (town.grids[0], town.communities[0], town.subdistrict):
        assert tallies.counts(place, "people") == {"": 1}
    assert tallies.counts(town.communities[1], "people") == {}
    assert tallies.counts(town.grids[0], "people.class") == {"hukou": 1}
    assert tallies.counts_by_grid("people") == {town.grids[0].pk: 1}
    assert tallies.counts_by_community("people.gender", "1") == {town.communities[0].pk: 1}
    assert tallies.age_bands(town.subdistrict, 2022)["18-59"] == 1


def test_a_move_carries_the_counts_and_the_care_labels_along(town: Town) -> None:
    person = settled(town.dwellings[0])
    add_care_label(person=person, kind="living_alone", valid_from=TODAY, by=CLERK, at=NOON)
    move(person=person, dwelling=town.dwellings[-1], on=TODAY, by=CLERK, at=NOON)
    assert tallies.counts_by_grid("people") == {town.grids[2].pk: 1}
    assert tallies.counts_by_grid("people.care", "living_alone") == {town.grids[2].pk: 1}
    assert tallies.recount(repair=False) == []


def test_the_dead_are_no_longer_counted(town: Town) -> None:
    person = settled(town.dwellings[0])
    add_care_label(person=person, kind="living_alone", valid_from=TODAY, by=CLERK, at=NOON)
    record_death(person=person, on=TODAY, by=CLERK, at=NOON)
    assert tallies.counts(town.subdistrict, "people") == {}
    assert tallies.counts(town.subdistrict, "people.care") == {}
    assert tallies.counts(town.subdistrict, "households") == {}


def test_counts_are_read_in_one_query_each(town: Town) -> None:
    settled(town.dwellings[0])
    with queries(1):
        tallies.counts(town.communities[0], "people.class")
    with queries(1):
        tallies.counts_by_grid("people.gender", "1")


def test_an_unknown_metric_is_a_mistake_and_not_zero(town: Town) -> None:
    with pytest.raises(ValueError, match="religion"):
        tallies.counts(town.subdistrict, "people.religion")


def test_a_recount_names_what_is_wrong_and_puts_it_right(town: Town) -> None:
    settled(town.dwellings[0])
    Tally.objects.filter(metric="people").update(value=41)
    [found] = tallies.recount(repair=True)
    assert (found.metric, found.stored, found.counted) == ("people", 41, 1)
    assert tallies.recount(repair=False) == []


def test_rows_written_as_columns_are_counted_as_rows_written_one_by_one(town: Town) -> None:
    for serial, dwelling in enumerate(town.dwellings):
        settled(dwelling, id_no=id_number(serial, date(1950 + serial, 1, 1)))
    settled(town.dwellings[0], "王无号", relation="20", birth_date=None, gender="2")
    people = list(Person.objects.all())
    names = ("state", "population_class", "gender", "birth_date", "consistency")
    frame = pl.DataFrame(
        [
            {
                **{name: getattr(person, name) for name in names},
                "grid_id": str(person.grid_id),
                "community_id": str(person.community_id),
            }
            for person in people
        ],
        schema_overrides={"birth_date": pl.Date},
    )
    one_by_one = TallyDelta()
    for person in people:
        one_by_one.add(keys_of(person))
    as_columns = TallyDelta()
    as_columns.add_columns(Person, frame)
    by_database = TallyDelta()
    by_database.add_counted(counted_rows(Person))
    assert as_columns.changed() == one_by_one.changed() == by_database.changed()
    assert dict(counted_columns(Person, frame.head(0))) == {}


def test_two_writers_of_the_same_counts_neither_wait_in_a_circle_nor_lose_one(town: Town) -> None:
    """On connections of their own, committing: the statement as the actions send it."""
    table = f"{here().schema_name}.{Tally._meta.db_table}"
    keys = [("test.concurrent", str(number), None) for number in range(40)]
    params = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("host", "port", "user", "password", "dbname")
    }
    failed: list[Exception] = []

    def write(turned: bool) -> None:
        try:
            with psycopg.connect(**params) as session:
                for _turn in range(25):
                    delta = TallyDelta()
                    delta.add(reversed(keys) if turned else keys)
                    changed = delta.changed()
                    columns = [
                        list(column) for column in zip(*(k for k, _n in changed), strict=True)
                    ]
                    session.execute(
                        tallies.WRITE.format(table=table), [*columns, [n for _k, n in changed]]
                    )
                    session.commit()
        except Exception as problem:
            failed.append(problem)

    try:
        writers = [threading.Thread(target=write, args=(turned,)) for turned in (False, True)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)
        assert failed == []
        with psycopg.connect(**params) as session:
            rows = session.execute(
                f"SELECT value FROM {table} WHERE metric = 'test.concurrent'"
            ).fetchall()
        assert [value for (value,) in rows] == [50] * 40
    finally:
        with psycopg.connect(**params) as session:
            session.execute(f"DELETE FROM {table} WHERE metric = 'test.concurrent'")


def test_an_action_that_fails_leaves_no_counts_for_the_next(town: Town) -> None:
    person = settled(town.dwellings[0])
    with pytest.raises(RuntimeError, match="lost"):
        _fails(person=person, by=replace(CLERK), at=NOON)
    settled(town.dwellings[1], "李娜")
    assert tallies.recount(repair=False) == []


def _fails(*, person: Person, by: object, at: object) -> None:
    from gezhi.core.journal.actions import verbs

    verbs.pop("registry.test_fails", None)
    from gezhi.core.journal.actions import action

    @action("registry.test_fails", "测试")
    def fails(*, by: object, at: object) -> None:
        tallies.entered(person)
        raise RuntimeError("lost")

    try:
        fails(by=by, at=at)
    finally:
        verbs.pop("registry.test_fails", None)


def test_what_has_no_place_yet_counts_for_the_subdistrict(town: Town) -> None:
    delta = TallyDelta()
    delta.add([("people", "", None)])
    delta.write()
    assert tallies.counts(town.subdistrict, "people") == {"": 1}
    assert tallies.counts_by_grid("people") == {}
    assert isinstance(town.subdistrict.pk, UUID)
