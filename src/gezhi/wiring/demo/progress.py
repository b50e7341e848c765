"""How far the towns are loaded: what the front page and the sign-in page say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Min, Sum
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from gezhi.core.cells.models import Cell
from gezhi.core.registry.models import ImportBatch, Tally
from gezhi.services.cases.models import Case
from gezhi.wiring.demo.structure import schema_of
from gezhi.wiring.towns import TOWNS, TownSpec
from gezhi.wiring.towns.stories import CASES

STILL_AFTER = timedelta(minutes=2)
"""Without a sheet taken in for so long, loading is said to rest."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One town's people and cases: how many are on file, of how many."""

    spec: TownSpec
    people: int
    cases: int = 0
    is_resting: bool = False
    left: timedelta | None = None
    """Time left at the pace so far; None before the first sheet is in."""

    @property
    def of(self) -> int:
        return self.spec.people

    @property
    def people_shown(self) -> str:
        return f"{self.people:,}"

    @property
    def of_shown(self) -> str:
        return f"{self.of:,}"

    @property
    def cases_of(self) -> int:
        return CASES[self.spec.key]

    @property
    def has_people(self) -> bool:
        return self.people >= self.of

    @property
    def is_done(self) -> bool:
        return self.has_people and self.cases >= self.cases_of

    @property
    def percent(self) -> int:
        return min(100, self.people * 100 // self.of)

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes, at least one."""
        return None if self.left is None else max(1, round(self.left / timedelta(minutes=1)))


def progress_of(spec: TownSpec, *, at: datetime) -> Progress:
    """Where a town stands; nothing loaded while its cell is not there."""
    if not Cell.objects.filter(code=spec.code).exists():
        return Progress(spec, 0)
    with schema_context(schema_of(spec)):
        total = Tally.objects.filter(metric="people").aggregate(people=Sum("value"))["people"]
        people = int(total or 0)
        cases = Case.objects.count()
        if people >= spec.people:
            return Progress(spec, people, cases)
        times = ImportBatch.objects.aggregate(
            first=Min("uploaded_at"),
            last=Max("uploaded_at"),
            confirmed=Max("confirmed_at"),
        )
    first, confirmed = times["first"], times["confirmed"]
    latest = max((moment for moment in (times["last"], confirmed) if moment), default=None)
    is_resting = latest is not None and at - latest > STILL_AFTER
    left = None
    if first and confirmed and people:
        left = (confirmed - first) * (spec.people - people) / people
    return Progress(spec, people, cases, is_resting, left)


def all_progress(*, at: datetime) -> list[Progress]:
    """Every town, in the order of their declaration."""
    return [progress_of(spec, at=at) for spec in TOWNS]


def front_notes(at: datetime) -> Sequence[str]:
    """What the sign-in page says while towns are still loading; nothing outside the demo."""
    if not settings.DEMO:
        return ()
    return [
        _("%(town)s还在载入：已入库 %(people)s 人，共 %(of)s 人；现在就可以登录查看")
        % {
            "town": one.spec.name,
            "people": one.people_shown,
            "of": one.of_shown,
        }
        for one in all_progress(at=at)
        if not one.has_people
    ]
