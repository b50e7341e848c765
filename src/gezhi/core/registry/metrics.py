"""What is counted about the registries: one table for the write, the recount and the import."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db.models import CharField, Count, F, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, ExtractYear

from gezhi.core.registry.models import (
    CareLabel,
    Dwelling,
    Enterprise,
    Household,
    Person,
    Shop,
    Site,
    Vehicle,
)

Key = tuple[str, str, UUID | None]
"""Metric, category, place."""

CARE: Final = "people.care"
"""Open care labels of people present; kept beside the table because a label is no column."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by place, broken down by the values of one column; without one, the whole."""

    code: str
    model: type[Model]
    column: str = ""
    year: bool = False
    """Whether the category is the year of a date column; empty where it is unknown."""
    filled: bool = False
    """Whether rows with an empty category are left out."""


METRICS: Final = (
    Metric("people", Person),
    Metric("people.class", Person, "population_class"),
    Metric("people.gender", Person, "gender"),
    Metric("people.born", Person, "birth_date", year=True),
    Metric("people.consistency", Person, "consistency"),
    Metric("households", Household),
    Metric("dwellings", Dwelling),
    Metric("dwellings.use_state", Dwelling, "use_state"),
    Metric("enterprises", Enterprise),
    Metric("public_units", Enterprise, "public_unit", filled=True),
    Metric("shops", Shop),
    Metric("sites", Site),
    Metric("sites.stage", Site, "stage"),
    Metric("vehicles", Vehicle),
)

COUNTED: Final[dict[type[Model], tuple[str, tuple[Any, ...]]]] = {
    Person: ("state", ("present",)),
    Household: ("dissolved_on", (None,)),
    Enterprise: ("state", ("open", "suspended")),
    Shop: ("state", ("open", "suspended")),
    Vehicle: ("until", (None,)),
}
"""Which rows count at all: a column and the values it must have."""

CODES: Final = frozenset({metric.code for metric in METRICS} | {CARE})


def is_counted(row: Model) -> bool:
    """Whether a row counts at all."""
    column, among = COUNTED.get(type(row), ("pk", ()))
    return not among or getattr(row, column) in among


def place_of(row: Any) -> UUID | None:
    """The smallest place a row is known to lie in."""
    place: UUID | None = row.grid_id or row.community_id
    return place


def keys_of(row: Model) -> Iterator[Key]:
    """The counters one row adds one to."""
    if not is_counted(row):
        return
    place = place_of(row)
    for metric in METRICS:
        if metric.model is not type(row):
            continue
        value: Any = getattr(row, metric.column) if metric.column else ""
        category = (str(value.year) if value else "") if metric.year else value
        if category or not metric.filled:
            yield metric.code, category, place


def counted_rows(
    model: type[Model], among: Q | None = None, codes: Collection[str] = CODES
) -> Iterator[tuple[Key, int]]:
    """The same from the rows themselves, by the database: the counters of one kind of row."""
    column, values = COUNTED.get(model, ("", ()))
    rows: QuerySet[Any] = model._default_manager.filter(among or Q()).order_by()
    if values == (None,):
        rows = rows.filter(**{f"{column}__isnull": True})
    elif values:
        rows = rows.filter(**{f"{column}__in": values})
    rows = rows.annotate(counted_in=Coalesce("grid_id", "community_id"))
    for metric in METRICS:
        if metric.model is not model or metric.code not in codes:
            continue
        category: Any = Value("")
        if metric.year:
            category = Coalesce(Cast(ExtractYear(metric.column), CharField()), Value(""))
        elif metric.column:
            category = F(metric.column)
        found = rows.exclude(**{metric.column: ""}) if metric.filled else rows
        found = found.annotate(counted_as=category).values_list("counted_as", "counted_in")
        for name, place, number in found.annotate(number=Count("pk")):
            yield (metric.code, name, place), number


def counted_care(among: Q | None = None) -> Iterator[tuple[Key, int]]:
    """Open care labels of people present, by kind and place; `among` filters people."""
    people = Person.objects.filter(among or Q(), state="present")
    labels = (
        CareLabel.objects.filter(valid_to=None, person__in=people)
        .order_by()
        .annotate(counted_in=Coalesce("person__grid_id", "person__community_id"))
        .values_list("kind", "counted_in")
        .annotate(number=Count("pk"))
    )
    for kind, place, number in labels:
        yield (CARE, kind, place), number


def counted_columns(model: type[Model], frame: pl.DataFrame) -> Iterator[tuple[Key, int]]:
    """The same from columns about to be written, named as the model's columns.

    Places are text of UUIDs (`grid_id`, `community_id`), dates are dates. Every column a metric
    of this model needs must be there; polars' `ColumnNotFoundError` names one that is not.
    """
    column, values = COUNTED.get(model, ("", ()))
    if values == (None,):
        frame = frame.filter(pl.col(column).is_null())
    elif values:
        frame = frame.filter(pl.col(column).is_in(values))
    place = pl.coalesce(pl.col("grid_id"), pl.col("community_id")).cast(pl.String)
    frame = frame.with_columns(place.alias("counted_in"))
    for metric in METRICS:
        if metric.model is not model:
            continue
        category = pl.lit("")
        if metric.year:
            category = pl.col(metric.column).dt.year().cast(pl.String).fill_null("")
        elif metric.column:
            category = pl.col(metric.column).fill_null("")
        groups = frame.group_by("counted_in", category.alias("counted_as")).len()
        for row in groups.iter_rows(named=True):
            if row["counted_as"] or not metric.filled:
                where = UUID(row["counted_in"]) if row["counted_in"] else None
                yield (metric.code, row["counted_as"], where), row["len"]
