"""Named reads of cases as a whole: by squares of the map, by stages, by days, by what repeats."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    Case as When,
)
from django.db.models import (
    CharField,
    Count,
    F,
    FloatField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    Window,
)
from django.db.models import When as Where
from django.db.models.functions import Cast, Coalesce, Floor, RowNumber, TruncDate
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.pages.columns import SOON
from gezhi.services.cases import queries, rights
from gezhi.services.cases.models import Category
from gezhi.services.cases.overview import rules
from gezhi.services.cases.overview.models import Heap
from gezhi.services.cases.public.rules import Bounds

IN_A_COLUMN: Final = 20
BESIDE: Final = 30
HOT: Final = 3
"""From so many on it is more than chance."""
MOST_HOT: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases the map shows."""

    show: str = "open"
    """`open`, `ended` or `all`."""
    major: str = ""
    """The beginning of a topic: `e01`."""
    age: str = ""
    """A key of `rules.AGES`; asked of what is open."""
    late: bool = False
    urgent: bool = False

    @property
    def open(self) -> bool:
        return self.show != "ended"

    @property
    def ended(self) -> bool:
        """What has ended is neither late nor waiting."""
        return self.show != "open" and not self.age and not self.late


def majors() -> list[tuple[str, str]]:
    """The classes of the catalogue: (beginning of their topics, name)."""
    rows = Category.objects.order_by("-nature", "code", "-valid_from")
    named: dict[str, str] = {}
    for nature, code, major in rows.values_list("nature", "code", "major"):
        named.setdefault(f"{nature[0]}{code[:2]}", major)
    return list(named.items())


def topic_title(topic: str) -> str:
    """The name of a category by its topic (`e0102`), or of a class by how its topics begin."""
    rows = Category.objects.filter(nature__startswith=topic[0], code__startswith=topic[1:])
    found = rows.order_by("-valid_from").values_list("major", "name").first()
    return found[0 if len(topic) < WHOLE_TOPIC else 1] if found else topic


WHOLE_TOPIC: Final = 5


def located(rows: QuerySet[Matter]) -> QuerySet[Matter]:
    """Cases with where they are: their own point, else their building's."""
    return rows.annotate(
        lon=Coalesce("case__lon", "case__building__lon"),
        lat=Coalesce("case__lat", "case__building__lat"),
    )


def within(rows: QuerySet[Matter], bounds: Bounds) -> QuerySet[Matter]:
    """Those located in a piece of the map."""
    sides = Q(lon__gte=bounds.west, lon__lt=bounds.east)
    return located(rows).filter(sides & Q(lat__gte=bounds.south, lat__lt=bounds.north))


def of_age(age: str, at: datetime) -> Q:
    """Opened as long ago as an age says."""
    asked = rules.AGES[age]
    since = at - timedelta(days=asked.days)
    return Q(opened_at__lt=since) if asked.older else Q(opened_at__gte=since)


def open_cases(actor: Actor, at: datetime, wanted: Wanted | None = None) -> QuerySet[Matter]:
    """Open cases in sight that are wanted."""
    rows = rights.SEE.rows(Matter.objects.filter(kind=queries.KIND, ended_at=None), actor)
    if wanted is None:
        return rows
    if wanted.major:
        rows = rows.filter(topic__startswith=wanted.major)
    if wanted.age:
        rows = rows.filter(of_age(wanted.age, at))
    if wanted.late:
        rows = rows.filter(due_at__lt=at)
    return rows.filter(urgent=True) if wanted.urgent else rows


# --- the map -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Found:
    """The cases of one square."""

    square: rules.Square
    open: int = 0
    late: int = 0
    soon: int = 0
    ended: int = 0
    only: str = ""
    """The key of the case, where it is an open one alone."""
    at: tuple[float, float] = field(default=(0.0, 0.0))


def squares(actor: Actor, at: datetime, bounds: Bounds, wanted: Wanted) -> list[Found]:
    """The cases in sight in a piece of the map, by whole squares; at most two queries.

    What is open is counted case by case, for an office has thousands open at most; what has ended
    is read from the heaps of the last hour, within the places whose cases the actor sees.
    """
    span = rules.span_of(bounds)
    found: dict[tuple[int, int], Found] = {}

    def one(x: int, y: int) -> Found:
        return found.setdefault(
            (x, y), Found(square := rules.Square(span.level, x, y), at=square.centre)
        )

    if wanted.open:
        for x, y, number, late, soon, key, lon, lat in _open_squares(actor, at, span, wanted):
            square = one(int(x), int(y))
            square.open, square.late, square.soon = number, late, soon
            if number == 1:
                square.only, square.at = key, (round(lon, 6), round(lat, 6))
    if wanted.ended:
        for x, y, number in _ended_squares(actor, span, wanted):
            square = one(x, y)
            square.ended, square.only, square.at = number, "", square.square.centre
    return list(found.values())


def _open_squares(
    actor: Actor, at: datetime, span: rules.Span, wanted: Wanted
) -> QuerySet[Matter, tuple[Any, ...]]:
    east, north = rules.sides(span.level)
    rows = within(open_cases(actor, at, wanted), span.bounds).order_by()
    return (
        rows.annotate(x=Floor(F("lon") / Value(east)), y=Floor(F("lat") / Value(north)))
        .values("x", "y")
        .annotate(
            number=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=at)),
            soon=Count("pk", filter=Q(due_at__gte=at, due_at__lt=at + SOON)),
            key=Min(Cast("pk", CharField())),
            lon_of=Min("lon", output_field=FloatField()),
            lat_of=Min("lat", output_field=FloatField()),
        )
        .values_list("x", "y", "number", "late", "soon", "key", "lon_of", "lat_of")
    )


def _ended_squares(
    actor: Actor, span: rules.Span, wanted: Wanted
) -> QuerySet[Heap, tuple[int, int, int]]:
    rows = rights.SEE_ALL.rows(
        Heap.objects.filter(
            level=span.level,
            x__range=(span.west, span.east),
            y__range=(span.south, span.north),
        ),
        actor,
    )
    if wanted.major:
        rows = rows.filter(major=wanted.major)
    if wanted.urgent:
        rows = rows.filter(urgent=True)
    return rows.values("x", "y").annotate(sum=Sum("number")).values_list("x", "y", "sum")


def counted_at() -> datetime | None:
    """When what has ended was last counted."""
    return Heap.objects.values_list("counted_at", flat=True).first()


def beside(actor: Actor, at: datetime, bounds: Bounds | None, wanted: Wanted) -> list[Matter]:
    """The first of the open cases in a piece of the map: what is due first in front."""
    rows = open_cases(actor, at, wanted)
    if bounds is not None:
        rows = within(rows, bounds)
    return list(rows.select_related("case").order_by("due_at", "opened_at", "pk")[: BESIDE + 1])


# --- the board -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Column:
    """One stage: how many, how many of them late, and the first of them."""

    stage: str
    number: int = 0
    late: int = 0
    rows: list[Matter] = field(default_factory=list)


def board(actor: Actor, at: datetime) -> list[Column]:
    """Open cases by stage, what is due first in front; two queries."""
    columns = {stage: Column(stage) for stage in rules.STAGES}
    stage_of = {state: stage for stage, states in rules.STAGES.items() for state in states}
    rows = open_cases(actor, at).order_by()
    counted = rows.values_list("state").annotate(
        number=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at))
    )
    for state, number, late in counted:
        column = columns[stage_of[state]]
        column.number += number
        column.late += late
    stage = When(
        *(Where(state__in=states, then=Value(one)) for one, states in rules.STAGES.items()),
        output_field=CharField(),
    )
    place = Window(
        RowNumber(),
        partition_by=[stage],
        order_by=[F("due_at").asc(nulls_last=True), "opened_at", "pk"],
    )
    firsts = rows.annotate(place_in_column=place).filter(place_in_column__lte=IN_A_COLUMN)
    for row in firsts.select_related("case").order_by("place_in_column"):
        columns[stage_of[row.state]].rows.append(row)
    return list(columns.values())


# --- the calendar --------------------------------------------------------------------------------


def due_days(actor: Actor, at: datetime, first: date, last: date) -> dict[date, tuple[int, int]]:
    """How many open cases are due on each day, both ends included, and how many are late."""
    zone = timezone.get_current_timezone()
    begin = datetime.combine(first, datetime.min.time(), zone)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    rows = open_cases(actor, at).filter(due_at__gte=begin, due_at__lt=end).order_by()
    counted = (
        rows.annotate(day=TruncDate("due_at", tzinfo=zone))
        .values("day")
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at)))
    )
    return {one["day"]: (one["number"], one["late"]) for one in counted}


def overdue(actor: Actor, at: datetime) -> int:
    """How many open cases are past their limit."""
    return open_cases(actor, at).filter(due_at__lt=at).count()


# --- what repeats --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repeat:
    """One cause at one place: how often, how often dealt with, and when last."""

    square: rules.Square | None
    """None where the place is known by its words alone."""
    address: str
    topic: str
    title: str
    number: int
    ended: int
    last: datetime

    @property
    def share_ended(self) -> float:
        return self.ended / self.number


def repeats(actor: Actor, at: datetime, days: int, community: UUID | None = None) -> list[Repeat]:
    """Causes told of three times and more at one place within so many days, the most first.

    A place is a square of 50 m, or the address where there is no point; what is not taken up
    yet counts, what was refused or merged does not.
    """
    rows = rights.SEE_ALL.rows(Matter.objects.filter(kind=queries.KIND), actor)
    rows = rows.filter(opened_at__gte=at - timedelta(days=days)).exclude(state="voided")
    rows = located(rows.exclude(topic="").order_by())
    if community is not None:
        rows = rows.filter(community_id=community)
    counted = (
        rows.annotate(
            x=Floor(F("lon") / Value(rules.EAST)),
            y=Floor(F("lat") / Value(rules.NORTH)),
            named=When(Where(lon=None, then="case__address"), default=Value("")),
        )
        .values("x", "y", "named", "topic")
        .annotate(
            number=Count("pk"),
            ended=Count("pk", filter=Q(ended_at__isnull=False)),
            last=Max("opened_at"),
            cause=Max("title"),
            address=Max("case__address"),
        )
        .filter(number__gte=HOT)
        .order_by("-number", "-last", "topic")
    )
    return [_repeat(dict(one)) for one in counted[:MOST_HOT]]


def _repeat(one: dict[str, Any]) -> Repeat:
    square = None if one["x"] is None else rules.Square(0, int(one["x"]), int(one["y"]))
    return Repeat(
        square,
        one["address"],
        one["topic"],
        one["cause"],
        one["number"],
        one["ended"],
        one["last"],
    )
