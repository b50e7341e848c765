"""The one module that writes from a cell into `public`: totals, never people.

A cell upserts `(cell, day, metric, place, value)`; the district reads only that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils.functional import Promise
from django_tenants.utils import schema_context

from gezhi.base.tenancy import here
from gezhi.core.cells.models import Cell, RollUp


@dataclass(frozen=True, slots=True)
class Total:
    """One number of one place on the day it is reported."""

    metric: str
    place: str
    place_name: str
    value: int


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who in the house counts a metric, and what the district calls it."""

    metric: str
    title: str | Promise
    count: Callable[[], Iterable[Total]]


_reporters: dict[str, Reporter] = {}


def reports(metric: str, title: str | Promise, count: Callable[[], Iterable[Total]]) -> None:
    """Register how a cell counts a metric; each area does so in its `ready()`."""
    _reporters[metric] = Reporter(metric, title, count)


def reporters() -> Sequence[Reporter]:
    return tuple(_reporters.values())


def report(*, at: datetime, day: date) -> int:
    """Write the present cell's totals of a day into `public`; again replaces. Returns how many."""
    totals = [total for reporter in reporters() for total in reporter.count()]
    schema = here().schema_name
    with schema_context("public"):
        cell = Cell.objects.get(schema_name=schema)
        RollUp.objects.bulk_create(
            [
                RollUp(
                    cell=cell,
                    day=day,
                    metric=total.metric,
                    place=total.place,
                    place_name=total.place_name,
                    value=total.value,
                    reported_at=at,
                )
                for total in sorted(totals, key=lambda total: (total.metric, total.place))
            ],
            update_conflicts=True,
            unique_fields=["cell", "day", "metric", "place"],
            update_fields=["place_name", "value", "reported_at"],
        )
    return len(totals)


@dataclass(frozen=True, slots=True)
class CellLine:
    """One subdistrict in the district's table: a value for each metric, None where none came."""

    cell: Cell
    day: date | None
    values: tuple[int | None, ...]
    before: tuple[int | None, ...]
    """The same a week before."""


def district_table(metrics: Sequence[str]) -> list[CellLine]:
    """The latest totals of every cell for itself as a whole, in two queries."""
    cells = list(Cell.objects.exclude(schema_name="public").order_by("code"))
    latest = {
        row["cell"]: row["day"]
        for row in RollUp.objects.values("cell").annotate(day=Max("day")).order_by()
    }
    days = {day for last in latest.values() for day in (last, last - timedelta(days=7))}
    found = {
        (row.cell_id, row.day, row.metric): row.value
        for row in RollUp.objects.filter(
            day__in=days, metric__in=metrics, place__in=[cell.code for cell in cells]
        )
    }

    def values(cell: Cell, day: date | None) -> tuple[int | None, ...]:
        return tuple(found.get((cell.pk, day, metric)) if day else None for metric in metrics)

    return [
        CellLine(
            cell,
            day := latest.get(cell.pk),
            values(cell, day),
            values(cell, day - timedelta(days=7) if day else None),
        )
        for cell in cells
    ]


def places_of(
    cell: Cell, metrics: Sequence[str]
) -> tuple[date | None, list[tuple[str, str, tuple[int | None, ...]]]]:
    """(day, rows of (code, name, values)) of one cell's communities on its latest day."""
    day = RollUp.objects.filter(cell=cell).aggregate(day=Max("day"))["day"]
    names: dict[str, str] = {}
    found: dict[tuple[str, str], int] = {}
    for row in RollUp.objects.filter(cell=cell, day=day, metric__in=metrics).order_by("place"):
        if row.place != cell.code:
            names[row.place] = row.place_name
            found[row.place, row.metric] = row.value
    return day, [
        (code, name, tuple(found.get((code, metric)) for metric in metrics))
        for code, name in names.items()
    ]
