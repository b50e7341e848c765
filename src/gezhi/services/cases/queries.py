"""Named reads: cases in sight, categories in force, what may be the same, where a case goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet, Window
from django.db.models.functions import Lag
from django.http import Http404

from gezhi.base.actors import Actor
from gezhi.base.rights import Right
from gezhi.core.cells.queries import cell_here
from gezhi.core.places import queries as places
from gezhi.core.staff.models import Unit
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import rules
from gezhi.services.cases.models import Case, Category, Joiner, State

KIND, WHISTLE, OVERSIGHT = "cases", "whistles", "oversight"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a report lies, as far as can be told from what was given."""

    place_id: UUID | None = None
    building_id: UUID | None = None


def whereabouts(
    address: str, lon: float | None, lat: float | None, *, by: Actor, day: date
) -> Where:
    """The grid of a report: by the building its address names, by its point, or by the reporter.

    A grid worker with one grid reports there unless address or point say otherwise.
    """
    found = places.resolve(address) if address.strip() else None
    if found is not None and found.building is not None:
        return Where(found.building.grid_id, found.building.id)
    if lon is not None and lat is not None:
        grid = places.locate(lon, lat, day=day)
        if grid is not None:
            return Where(grid.id)
    posted = {one.place_id for one in by.holdings if one.level == GRID}
    return Where(posted.pop() if len(posted) == 1 else None)


GRID = 3


def prefix_here() -> str:
    """The letters before an office's case numbers: GZ for 沟赵."""
    return rules.prefix_of(cell_here().short_name)


def topic_of(category: Category | None) -> str:
    """A category as a matter carries it: its nature's first letter and its code."""
    return f"{category.nature[0]}{category.code}" if category else ""


def cases(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Every case with its facts and category; rights narrow it."""
    rows = Matter.objects.filter(kind=KIND).select_related("case__category", "grid")
    return rows.defer("words")


def case_in_reach(pk: UUID, right: Right, actor: Actor, at: datetime) -> Matter:
    """The case a list below it is about; Http404 where a right does not reach it."""
    matter = cases(actor, at).filter(pk=pk).first()
    if matter is None or not right.covers(actor, matter):
        raise Http404
    return matter


def joiners(actor: Actor, at: datetime) -> QuerySet[Joiner]:
    """Who joined open cases, in the order they came."""
    return Joiner.objects.select_related("case__matter").order_by("at", "pk")


def to_call_back(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Closed cases drawn for call-back and not heard of yet, those waiting longest first."""
    due = Q(case__call_again_at=None) | Q(case__call_again_at__lte=at)
    rows = cases(actor, at).filter(
        due, state=State.CLOSED, case__call_back_drawn=True, case__answered=None
    )
    return rows.order_by("case__closed_at", "pk")


def whistles(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Every whistle with its facts and the departments it calls."""
    rows = Matter.objects.filter(kind=WHISTLE).select_related("whistle", "parent", "grid")
    return rows.prefetch_related("whistle__called__unit")


def orders(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Every order on a case, with the case."""
    rows = Matter.objects.filter(kind=OVERSIGHT)
    return rows.select_related("oversight", "parent", "grid")


def categories_on(day: date) -> QuerySet[Category]:
    """The catalogue as it holds on a day."""
    return Category.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


def all_categories(actor: Actor, at: datetime) -> QuerySet[Category]:
    """Every version of every category."""
    return Category.objects.select_related("responsible")


def versions_of(category: Category) -> QuerySet[Category]:
    """Every version of one category, the newest first; `was_…` is a setting of the one before."""
    rows = Category.objects.filter(nature=category.nature, code=category.code)
    before = {f"was_{name}": Window(Lag(name), order_by="valid_from") for name in Category.SETTABLE}
    return rows.select_related("responsible").annotate(**before).order_by("-valid_from")


def desks() -> list[rules.Desk]:
    """The units work may be handed to."""
    rows = Unit.objects.filter(closed_at=None).values_list("pk", "place_id")
    return [rules.Desk(pk, place) for pk, place in rows]


LONGEST_OPEN: Final = timedelta(days=400)
"""How long before a case that was closed lately may have been opened; suspended ones take long."""


def perhaps_same(
    spotted: rules.Spotted, topic: str, *, lately: bool = False, most: int = 5
) -> Sequence[Case]:
    """Open cases of a category that a new report may be about, nearest first.

    With `lately` also those closed so short a while ago that the report opens them again. A box
    around the point is read through the index, then measured.
    """
    among = Q(
        matter__ended_at=None,
        matter__opened_at__gte=spotted.at - timedelta(days=rules.DUPLICATE_DAYS),
    )
    if lately:
        among |= Q(
            closed_at__gte=spotted.at - timedelta(days=rules.REOPEN_DAYS),
            matter__opened_at__gte=spotted.at - LONGEST_OPEN,
        )
    rows = Case.objects.filter(among, matter__kind=KIND, matter__topic=topic).select_related(
        "matter", "category"
    )
    if spotted.lon is not None and spotted.lat is not None:
        north = rules.DUPLICATE_METRES / 111_000
        east = north / 0.8
        near = Q(
            lat__range=(spotted.lat - north, spotted.lat + north),
            lon__range=(spotted.lon - east, spotted.lon + east),
        )
        rows = rows.filter(near | Q(lat=None, address=spotted.address))
    else:
        rows = rows.filter(address=spotted.address)
    found = [
        (rules.metres(spotted, place) or 0.0, str(row.pk), row)
        for row in rows[:200]
        if rules.may_be_same(
            spotted,
            place := rules.Spotted(
                row.lon, row.lat, row.closed_at or row.matter.opened_at, row.address
            ),
        )
    ]
    return [row for _apart, _key, row in sorted(found)[:most]]
