"""Named reads for the public: a case by number and code, what lies around, one's own reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor
from gezhi.core.places import queries as places
from gezhi.core.places.models import Building
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries
from gezhi.services.cases import rules as of_cases
from gezhi.services.cases.actions.steps import seed_here
from gezhi.services.cases.models import Case, Joiner, State
from gezhi.services.cases.public import rules
from gezhi.services.cases.public.models import Own, Reply

BESIDE = ("matter", "category", "merged_into__matter", "building__compound", "shown")


@dataclass(frozen=True, slots=True)
class Found:
    """A case as a code opens it: whose code it was, and the case that is really worked on."""

    case: Case
    joiner: Joiner | None
    code: str

    @property
    def living(self) -> Case:
        """The case it was merged into, and that perhaps into another; or itself."""
        case = self.case
        while case.merged_into is not None:
            case = case.merged_into
        return case

    @property
    def through(self) -> UUID | None:
        """The key of the merged case whose code it is; None: of the case that is worked on."""
        return None if self.case.merged_into_id is None else self.case.pk


def code_of(key: UUID) -> str:
    """The code that opens the public page for whoever reported, or joined, under a key."""
    return of_cases.public_code(key, seed=seed_here())


def case_behind(number: str, code: str) -> Found | None:
    """The case of a number, where the code is its reporter's or that of somebody who joined."""
    if not rules.NUMBER.fullmatch(number) or not rules.CODE.fullmatch(code):
        return None
    case = (
        Case.objects.select_related(*BESIDE)
        .filter(matter__kind=queries.KIND, matter__number=number)
        .first()
    )
    if case is None:
        return None
    if compare_digest(code_of(case.pk), code):
        return Found(case, None, code)
    for joiner in case.joiners.all() if case.joined else ():
        if compare_digest(code_of(joiner.pk), code):
            return Found(case, joiner, code)
    return None


def is_hidden(topic: str) -> bool:
    """Whether a category could tell of a person: such cases are on no map and offered to nobody."""
    return not topic or topic.startswith(tuple(settings.PUBLIC_HIDES))


def whereabouts_of(case: Case) -> str:
    """Where a case lies, told to anybody: the compound and building, else the community."""
    if case.building is not None:
        return f"{case.building.compound.name}{case.building.name}"
    community = places.known(case.matter.community_id) if case.matter.community_id else None
    return community.name if community else ""


def replies_of(found: Found) -> QuerySet[Reply]:
    """What was said under one code, latest first."""
    own = Reply.objects.filter(case_id=found.living.pk, joiner=found.joiner, through=found.through)
    return own.order_by("-at")


def replies(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Closed cases of which a reporter said that they are not solved, and nobody answered yet."""
    waiting = Reply.objects.filter(
        solved=False, answered_at=None, case__matter__state=State.CLOSED
    ).values("case_id")
    rows = queries.cases(actor, at).filter(pk__in=waiting)
    return rows.prefetch_related("case__replies").order_by("case__closed_at", "pk")


def closed_cases(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Cases with what the public page shows of them."""
    return queries.cases(actor, at).select_related("case__shown")


def own_reports(person_id: UUID) -> QuerySet[Own]:
    """What somebody reported while signed in, records merged into theirs included."""
    mine = Q(person_id=person_id) | Q(person__merged_into_id=person_id)
    return (
        Own.objects.filter(mine)
        .select_related("case__matter", "case__category", "case__merged_into__matter", "joiner")
        .order_by("-at")
    )


# --- the map -----------------------------------------------------------------------------------

SEEN = """
    SELECT coalesce(c.lon, b.lon) AS lon, coalesce(c.lat, b.lat) AS lat,
           m.title, m.state, m.opened_at, m.ended_at
      FROM {matters} m
      JOIN {cases} c ON c.matter_id = m.id
      LEFT JOIN {buildings} b ON b.id = c.building_id
     WHERE m.kind = %(kind)s AND m.topic <> '' AND NOT m.topic LIKE ANY (%(hidden)s)
"""
GATHERED = f"""
WITH seen AS (
    {SEEN} AND m.ended_at IS NULL AND m.state NOT IN ('reported', 'verifying')
    UNION ALL
    {SEEN} AND m.state = 'closed' AND c.closed_at >= %(since)s
)
SELECT avg(floor(lon / %(fine_east)s) + 0.5) * %(fine_east)s,
       avg(floor(lat / %(fine_north)s) + 0.5) * %(fine_north)s,
       count(*), count(*) FILTER (WHERE ended_at IS NULL),
       min(title), min(state), min(opened_at), (array_agg(DISTINCT title))[1:3]
  FROM seen
 WHERE lon BETWEEN %(w)s AND %(e)s AND lat BETWEEN %(s)s AND %(n)s
 GROUP BY floor(lon / %(east)s), floor(lat / %(north)s) ORDER BY 1, 2 LIMIT 400
"""
"""Two ways in, each by an index of its own: what is open, and what was closed lately."""


@dataclass(frozen=True, slots=True)
class Heap:
    """The cases of one cell of the map."""

    lon: float
    lat: float
    count: int
    open: int
    title: str
    state: str
    opened_at: datetime
    titles: list[str]


def heaps(bounds: rules.Bounds, at: datetime) -> list[Heap]:
    """Open and lately closed cases in a piece of the map, gathered in cells of 50 m and more.

    Reports not looked at yet are left out: what is not true should not be on a map.
    """
    east, north = rules.steps(rules.cell_metres(bounds))
    fine_east, fine_north = rules.steps(rules.CELL_METRES)
    values: dict[str, Any] = {
        "kind": queries.KIND,
        "hidden": [f"{one}%" for one in settings.PUBLIC_HIDES],
        "since": at - timedelta(days=settings.PUBLIC_MAP_DAYS),
        "east": east,
        "north": north,
        # each point stands in the middle of its 50 m, a heap in the middle of its points
        "fine_east": fine_east,
        "fine_north": fine_north,
        # whole cells only, so that a cell says the same however the map is pushed
        "w": _down(bounds.west, east),
        "e": _down(bounds.east, east) + east,
        "s": _down(bounds.south, north),
        "n": _down(bounds.north, north) + north,
    }
    sql = GATHERED.format(
        matters=Matter._meta.db_table,
        cases=Case._meta.db_table,
        buildings=Building._meta.db_table,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return [Heap(round(lon, 6), round(lat, 6), *more) for lon, lat, *more in rows]


def _down(value: float, step: float) -> float:
    return value // step * step


def lately(at: datetime, most: int = 50) -> QuerySet[Matter]:
    """What the map shows as a list, for whoever sees no map: newest first."""
    shown = Q(ended_at=None) & ~Q(state__in=(State.REPORTED, State.VERIFYING)) | Q(
        state=State.CLOSED, case__closed_at__gte=at - timedelta(days=settings.PUBLIC_MAP_DAYS)
    )
    hidden = Q(topic="")
    for one in settings.PUBLIC_HIDES:
        hidden |= Q(topic__startswith=one)
    return (
        Matter.objects.filter(shown, kind=queries.KIND)
        .exclude(hidden)
        .order_by("-opened_at")[:most]
    )
