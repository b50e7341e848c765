"""Cases as GeoReport tells them: to strangers coarsely, to programs by their rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.masking import mask_in_text
from gezhi.core.staff.models import Unit
from gezhi.engines.matters.models import Matter, Running
from gezhi.services.cases import queries, rights
from gezhi.services.cases.models import Category, State
from gezhi.services.cases.open311.rules import ENDED, coarse
from gezhi.services.cases.public import faces
from gezhi.services.cases.public.queries import is_hidden, whereabouts_of

UNSEEN: Final = (State.REPORTED, State.VERIFYING, State.VOIDED)
"""Not told to strangers: what nobody has looked at yet, and what proved to be none."""
NOT_CALLED: Final = (State.RETURNED, State.VOIDED)
"""States in which no unit answers for it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests: by number, or by service, time and status."""

    numbers: Sequence[str] = ()
    services: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    statuses: frozenset[str] = frozenset()


def found(asked: Asked, by: Actor | None) -> QuerySet[Matter]:
    """The requests in sight of an asker, latest first; `by` None is a stranger."""
    rows = Matter.objects.filter(kind=queries.KIND)
    rows = _public(rows) if by is None else rights.SEE.rows(rows, by)
    if asked.numbers:
        rows = rows.filter(number__in=asked.numbers)
    if asked.services:
        rows = rows.filter(topic__in=asked.services)
    if asked.since is not None:
        rows = rows.filter(opened_at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(opened_at__lte=asked.until)
    if len(asked.statuses) == 1:
        ended = Q(state__in=ENDED)
        rows = rows.filter(ended if "closed" in asked.statuses else ~ended)
    clocks = Running.objects.filter(stopped_at=None, clock__in=("handling", "rework"))
    return (
        rows.defer("words")
        .select_related("case__category", "case__building__compound")
        .prefetch_related(Prefetch("clocks", clocks, to_attr="running"))
        .order_by("-opened_at", "-pk")
    )


def _public(rows: QuerySet[Matter]) -> QuerySet[Matter]:
    """Categories and states that are everybody's to read, as on the public map."""
    hidden = Q(topic="") | Q(state__in=UNSEEN)
    for one in settings.PUBLIC_HIDES:
        hidden |= Q(topic__startswith=one)
    return rows.exclude(hidden)


def told(matters: Sequence[Matter], by: Actor | None) -> list[dict[str, Any]]:
    """Requests in the members of the standard; nothing of whoever reported, joined or works."""
    units: Mapping[UUID, str] = dict(
        Unit.objects.filter(pk__in={one.unit_id for one in matters if one.unit_id}).values_list(
            "pk", "name"
        )
    )
    return [_told(one, by, units) for one in matters]


def _told(matter: Matter, by: Actor | None, units: Mapping[UUID, str]) -> dict[str, Any]:
    case: Any = matter.case
    case.matter = matter
    ended = matter.state in ENDED
    unit = matter.unit_id if matter.state not in NOT_CALLED else None
    lon, lat = _point(case, by)
    return {
        "service_request_id": matter.number,
        "status": "closed" if ended else "open",
        "status_notes": " ".join(str(one) for one in faces.sentences_of(case)),
        "service_name": case.category.name if case.category else matter.title,
        "service_code": matter.topic,
        "description": None if by is None else mask_in_text(case.description),
        "agency_responsible": units.get(unit) if unit else None,
        "service_notice": None,
        "requested_datetime": _moment(matter.opened_at),
        "updated_datetime": _moment(matter.moved_at),
        "expected_datetime": None if ended else _moment(_due(matter)),
        "address": whereabouts_of(case) if by is None else mask_in_text(case.address),
        "address_id": None,
        "zipcode": None,
        "lat": lat,
        "long": lon,
        "media_url": None,
    }


def _due(matter: Matter) -> datetime | None:
    """When the unit's clock runs out: known once a unit has it."""
    due = [one.due_at for one in matter.running if one.due_at]  # type: ignore[attr-defined]
    return min(due, default=None)


def _point(case: Any, by: Actor | None) -> tuple[float | None, float | None]:
    lon, lat = case.lon, case.lat
    if lon is None and case.building is not None:
        lon, lat = case.building.lon, case.building.lat
    if lon is None or lat is None:
        return None, None
    return coarse(lon, lat) if by is None else (lon, lat)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else timezone.localtime(at).isoformat(timespec="seconds")


# --- services ------------------------------------------------------------------------------


def services(at: datetime, by: Actor | None) -> list[dict[str, Any]]:
    """The categories in force: to strangers those that are everybody's to read."""
    rows = queries.categories_on(timezone.localdate(at)).order_by("nature", "code")
    return [service(one) for one in rows if by is not None or not is_hidden(queries.topic_of(one))]


def service(row: Category) -> dict[str, Any]:
    """A category in the members of the standard."""
    return {
        "service_code": queries.topic_of(row),
        "service_name": row.name,
        "description": row.filing_condition,
        "metadata": False,
        "type": "realtime",
        "keywords": f"{row.major},{row.name}",
        "group": row.major,
    }
