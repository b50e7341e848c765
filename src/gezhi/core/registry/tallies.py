"""Counts by place and category, kept by the writes themselves and exact after each of them.

An action collects what it adds and takes away, and writes it once, sorted by key, as the last
thing in its transaction: two writers then lock counters in one order and only for a moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection, transaction
from django.db.models import Model, Q, Sum

from gezhi.core.journal.actions import Draft, after_action, current_line
from gezhi.core.places.models import Level, Place
from gezhi.core.registry import ages
from gezhi.core.registry.metrics import (
    CARE,
    CODES,
    METRICS,
    Key,
    counted_care,
    counted_columns,
    counted_rows,
    is_counted,
    keys_of,
    place_of,
)
from gezhi.core.registry.models import CareLabel, Person, Tally

_NO_PLACE: Final = UUID(int=0)
WRITE: Final = """
INSERT INTO {table} (metric, category, place_id, value)
SELECT * FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::bigint[])
ON CONFLICT (metric, category, place_id) DO UPDATE SET value = {table}.value + excluded.value
"""


class TallyDelta:
    """What a write changes about the counts."""

    def __init__(self) -> None:
        self._counts: Counter[Key] = Counter()

    def add(self, keys: Iterable[Key], by: int = 1) -> None:
        """Count each key `by` more (or, below zero, fewer)."""
        for key in keys:
            self._counts[key] += by

    def add_counted(self, counted: Iterable[tuple[Key, int]], by: int = 1) -> None:
        """Count keys that come with their numbers."""
        for key, number in counted:
            self._counts[key] += number * by

    def add_columns(self, model: type[Model], frame: pl.DataFrame, by: int = 1) -> None:
        """Count rows that are written or removed as columns; see `metrics.counted_columns`."""
        self.add_counted(counted_columns(model, frame), by)

    def changed(self) -> list[tuple[Key, int]]:
        """What is not zero, in the order it is written."""
        return sorted(((key, number) for key, number in self._counts.items() if number), key=_order)

    def write(self) -> None:
        """Add it to the stored counts: one statement, sorted by key. Then it is empty."""
        changed = self.changed()
        self._counts.clear()
        if not changed:
            return
        columns = (
            [key[0] for key, _number in changed],
            [key[1] for key, _number in changed],
            [key[2] for key, _number in changed],
            [number for _key, number in changed],
        )
        with connection.cursor() as cursor:
            cursor.execute(WRITE.format(table=Tally._meta.db_table), columns)


def _order(item: tuple[Key, int]) -> tuple[str, str, UUID]:
    metric, category, place = item[0]
    return metric, category, place or _NO_PLACE


_pending: ContextVar[tuple[UUID, TallyDelta] | None] = ContextVar("tally_delta", default=None)


def pending() -> TallyDelta:
    """What the action under way changes about the counts; written when it ends."""
    line = current_line()
    held = _pending.get()
    if held is None or held[0] != line:
        # What an action that failed has left behind falls away here.
        held = line, TallyDelta()
        _pending.set(held)
    return held[1]


@after_action
def _write_pending(draft: Draft) -> None:
    held = _pending.get()
    if held is not None and held[0] == draft.line_id:
        _pending.set(None)
        held[1].write()


def entered(row: Model) -> None:
    """A row is new: count it."""
    pending().add(keys_of(row))


def altered(before: Model, after: Model) -> None:
    """A row has changed: take away what it was and count what it is, with its care labels."""
    delta = pending()
    delta.add(keys_of(before), -1)
    delta.add(keys_of(after))
    if isinstance(before, Person) and isinstance(after, Person):
        was, now = (place_of(row) if is_counted(row) else False for row in (before, after))
        if was != now:
            kinds = list(_open_labels(after))
            _count_care(before, kinds, -1)
            _count_care(after, kinds, 1)


def labelled(person: Person, kind: str, by: int) -> None:
    """A care label of a person was opened (1) or closed (-1)."""
    _count_care(person, [kind], by)


def _open_labels(person: Person) -> Iterable[str]:
    return CareLabel.objects.filter(person=person, valid_to=None).values_list("kind", flat=True)


def _count_care(person: Person, kinds: Iterable[str], by: int) -> None:
    if is_counted(person):
        pending().add(((CARE, kind, place_of(person)) for kind in kinds), by)


# --- reading ---------------------------------------------------------------------------------


def counts(place: Place, metric: str) -> dict[str, int]:
    """The counts of a metric in a place and all that lies in it, by category; one query.

    The subdistrict includes what is not placed yet. Below grids nothing is counted.
    """
    rows = _of(metric)
    if place.level == Level.COMMUNITY:
        rows = rows.filter(Q(place__community=place) | Q(place=place))
    elif place.level != Level.SUBDISTRICT:
        rows = rows.filter(place=place)
    return _added(rows.values_list("category").annotate(Sum("value")))


def counts_by_place(metric: str) -> dict[UUID, int]:
    """The counts as they are kept: each row at the smallest place it is known to lie in."""
    rows = _of(metric).filter(place__isnull=False)
    return _added(rows.values_list("place_id").annotate(Sum("value")))


def counts_by_grid(metric: str, category: str | None = None) -> dict[UUID, int]:
    """The counts of every grid, of one category or of all; one query."""
    rows = _of(metric, category).filter(place__level=Level.GRID)
    return _added(rows.values_list("place_id").annotate(Sum("value")))


def counts_by_community(metric: str, category: str | None = None) -> dict[UUID, int]:
    """The counts of every community and village with its grids; one query."""
    rows = _of(metric, category).filter(place__community__isnull=False)
    return _added(rows.values_list("place__community_id").annotate(Sum("value")))


def age_bands(place: Place, year: int) -> dict[str, int]:
    """People by the age they reach during `year`: every band of `ages.BANDS`, and `unknown`."""
    return ages.by_band(counts(place, "people.born"), year)


def _of(metric: str, category: str | None = None) -> Any:
    if metric not in CODES:
        raise ValueError(f"nothing counts {metric}")
    rows = Tally.objects.filter(metric=metric).order_by()
    return rows if category is None else rows.filter(category=category)


def _added(rows: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    return {key: int(number) for key, number in rows if number}


# --- recounting ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored count that is not what the rows say."""

    metric: str
    category: str
    place_id: UUID | None
    stored: int
    counted: int


def counted_now() -> Counter[Key]:
    """Every counter from the rows themselves: exact and slow, for the recount and the tests."""
    found: Counter[Key] = Counter()
    for model in dict.fromkeys(metric.model for metric in METRICS):
        found.update(dict(counted_rows(model)))
    found.update(dict(counted_care()))
    return found


def recount(*, repair: bool) -> list[Difference]:
    """Compare the stored counts with the rows, and put right what differs if asked to.

    Writers wait meanwhile: those that have written their counts are let finish first, the others
    have committed neither rows nor counts.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Tally._meta.db_table} IN EXCLUSIVE MODE")
        counted = counted_now()
        stored: dict[Key, int] = {
            (metric, category, place): value
            for metric, category, place, value in Tally.objects.values_list(
                "metric", "category", "place_id", "value"
            )
        }
        differences = [
            Difference(*key, stored.get(key, 0), counted.get(key, 0))
            for key in sorted(stored.keys() | counted.keys(), key=lambda k: _order((k, 0)))
            if stored.get(key, 0) != counted.get(key, 0)
        ]
        if repair:
            delta = TallyDelta()
            for found in differences:
                key = (found.metric, found.category, found.place_id)
                delta.add([key], found.counted - found.stored)
            delta.write()
    return differences
