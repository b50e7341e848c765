"""Data quality by grid: figures worked out each night, and the rows behind each as they are now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Model, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from gezhi.base.actors import Actor
from gezhi.base.rights import micro_grid_path
from gezhi.core.places.models import Level, Place
from gezhi.core.registry import rights, rules
from gezhi.core.registry.measures import BY_CODE, MEASURES, Measure
from gezhi.core.registry.models import QualityFigure, VisitInterval
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.rules import DEFAULT_INTERVALS, Interval


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one place."""

    measure: Measure
    whole: int
    short: int
    counted_at: datetime | None

    @property
    def share(self) -> float | None:
        """The share that is as it should be, 0 to 1; None where there is nothing to measure."""
        return rules.share(self.whole - self.short, self.whole)


def intervals() -> Mapping[str, Interval]:
    """The office's own intervals over those it started from; one query."""
    found = {code: interval for code, (_title, interval) in DEFAULT_INTERVALS.items()}
    for row in VisitInterval.objects.all():
        found[row.code] = Interval(row.days, row.grace)
    return found


def furnish_intervals() -> None:
    """Give an office the intervals it starts from, those it has already left alone."""
    VisitInterval.objects.bulk_create(
        [
            VisitInterval(code=code, title=title, days=interval.days, grace=interval.grace)
            for code, (title, interval) in DEFAULT_INTERVALS.items()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def refresh(at: datetime) -> int:
    """Work out every measure for every grid; returns the number of figures.

    Two grouped counts a measure: bounded by the number of rows, and nobody waits for it. Whoever
    looks meanwhile sees the former figures.
    """
    known = intervals()
    figures = []
    for measure in MEASURES:
        wholes = _by_place(measure.model._default_manager.filter(measure.whole))
        shorts = _by_place(
            measure.model._default_manager.filter(measure.whole).filter(measure.short(at, known))
        )
        figures += [
            QualityFigure(
                measure=measure.code,
                place_id=place,
                whole=number,
                short=shorts.get(place, 0),
                counted_at=at,
            )
            for place, number in wholes.items()
        ]
    QualityFigure.objects.all().delete()
    QualityFigure.objects.bulk_create(figures)
    return len(figures)


def _by_place(rows: QuerySet[Any]) -> Mapping[UUID | None, int]:
    grouped = (
        rows.order_by()
        .annotate(lies_in=Coalesce("grid_id", "community_id"))
        .values_list("lies_in")
        .annotate(number=Count("pk"))
    )
    return dict(grouped)


def figures(place: Place) -> list[Figure]:
    """Every measure of a place with all that lies in it, as of last night; one query."""
    rows = QualityFigure.objects.all()
    if place.level == Level.COMMUNITY:
        rows = rows.filter(Q(place__community=place) | Q(place=place))
    elif place.level != Level.SUBDISTRICT:
        rows = rows.filter(place=place)
    return list(_figures(rows))


def figures_by_grid(code: str) -> dict[UUID, Figure]:
    """One measure of every grid, as of last night; one query. Grids without rows are missing."""
    rows = QualityFigure.objects.filter(measure=code, place__level=Level.GRID)
    return {
        row.place_id: Figure(BY_CODE[code], row.whole, row.short, row.counted_at)
        for row in rows
        if row.place_id is not None
    }


def _figures(rows: QuerySet[QualityFigure]) -> Iterator[Figure]:
    totals: Counter[tuple[str, str]] = Counter()
    latest: dict[str, datetime] = {}
    grouped = (
        rows.order_by().values_list("measure", "counted_at").annotate(Sum("whole"), Sum("short"))
    )
    for code, counted_at, whole, short in grouped:
        totals[code, "whole"] += whole
        totals[code, "short"] += short
        latest[code] = max(counted_at, latest.get(code, counted_at))
    for measure in MEASURES:
        code = measure.code
        yield Figure(measure, totals[code, "whole"], totals[code, "short"], latest.get(code))


def rows_behind(
    code: str, *, by: Actor, at: datetime, place: Place | None = None
) -> QuerySet[Sourced]:
    """The rows that fall short in a measure now, within reach and within a place."""
    measure = BY_CODE[code]
    rows: QuerySet[Sourced] = measure.model._default_manager.filter(measure.whole)  # type: ignore[assignment]
    rows = rows.filter(measure.short(at, intervals()))
    rows = measure.right.rows(rights.QUALITY.rows(rows, by), by)
    return rows if place is None else rows.filter(_lying_in(place, measure.model))


def figure_now(code: str, *, at: datetime, place: Place) -> Figure:
    """One measure of one place as it is this moment, for after mending; three queries."""
    measure = BY_CODE[code]
    rows = measure.model._default_manager.filter(measure.whole)
    rows = rows.filter(_lying_in(place, measure.model))
    short = rows.filter(measure.short(at, intervals()))
    return Figure(measure, rows.count(), short.count(), at)


def figures_in_micro_grid(
    place: Place, measures: Iterable[Measure], *, at: datetime
) -> dict[str, Figure]:
    """Measures of a micro-grid, by code: counted as one looks, a few buildings are soon counted.

    The night measures grids alone, because only buildings know their micro-grid.
    """
    return {one.code: figure_now(one.code, at=at, place=place) for one in measures}


def _lying_in(place: Place, model: type[Model]) -> Q:
    """The rows of a model that lie in a place, in a micro-grid by their building."""
    if place.level == Level.SUBDISTRICT:
        return Q()
    if place.level == Level.MICRO_GRID:
        path = micro_grid_path(model)
        return Q(**{path: place.pk}) if path else Q(pk__in=[])
    return Q(community=place) if place.level == Level.COMMUNITY else Q(grid=place)
