"""Named reads of purposes, the access log, alarms, emergencies, requests and reports."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.core.privacy.models import (
    AccessEntry,
    AccessKind,
    AccessTally,
    Alarm,
    BreakGlass,
    ErasureReport,
    Purpose,
    ResidentCode,
    RightsRequest,
)
from gezhi.core.privacy.rules import HABIT_DAYS, habit_limit


def purposes(actor: Actor, at: datetime) -> QuerySet[Purpose]:
    """Every purpose, those no longer in force too."""
    return Purpose.objects.all()


def entries(actor: Actor, at: datetime) -> QuerySet[AccessEntry]:
    """The access log."""
    return AccessEntry.objects.select_related("purpose", "detail")


def alarms(actor: Actor, at: datetime) -> QuerySet[Alarm]:
    """Alarms, waiting and handled."""
    return Alarm.objects.all()


def emergencies(actor: Actor, at: datetime) -> QuerySet[BreakGlass]:
    """Emergency looks."""
    return BreakGlass.objects.all()


def requests(actor: Actor, at: datetime) -> QuerySet[RightsRequest]:
    """What people asked about their own data."""
    return RightsRequest.objects.select_related("entry__purpose", "entry__detail")


def reports(actor: Actor, at: datetime) -> QuerySet[ErasureReport]:
    """What the nightly runs deleted."""
    return ErasureReport.objects.all()


def who_looked(person_id: UUID) -> QuerySet[AccessEntry]:
    """Everybody who read a person's data, their own looks left out, newest first."""
    return (
        AccessEntry.objects.filter(subject_id=person_id)
        .exclude(kind=AccessKind.OWN)
        .select_related("purpose", "detail")
        .order_by("-at", "-pk")
    )


def codes_of(person_id: UUID) -> QuerySet[ResidentCode]:
    """Codes issued in a person's name, newest first: whoever holds one opens their file."""
    return ResidentCode.objects.filter(subject_id=person_id).order_by("-issued_at", "-pk")


@dataclass(frozen=True, slots=True)
class Habit:
    """How much one role reads: never broken down to people below what raises an alarm."""

    role: str
    accounts: int
    days: int
    usual: float | None
    """Median of people a day, read or exported; None while there is none."""
    limit: int
    today_most: int
    today_above: int
    """How many accounts are above the limit today."""


def habits(today: date) -> list[Habit]:
    """The reading habit of each role over the last sixty days, and today beside it."""
    tallies = AccessTally.objects.filter(purpose=None, day__gte=today - HABIT_DAYS)
    past: dict[str, list[int]] = defaultdict(list)
    now: dict[str, list[int]] = defaultdict(list)
    accounts: dict[str, set[UUID]] = defaultdict(set)
    for tally in tallies:
        if tally.met:
            accounts[tally.role].add(tally.account_id)
            (now if tally.day == today else past)[tally.role].append(tally.met)
    found = []
    for role in sorted(accounts):
        limit = habit_limit((), peers=past[role])
        found.append(
            Habit(
                role=role,
                accounts=len(accounts[role]),
                days=len(past[role]),
                usual=median(past[role]) if past[role] else None,
                limit=limit,
                today_most=max(now[role], default=0),
                today_above=sum(people > limit for people in now[role]),
            )
        )
    return found


def overdue_requests(at: datetime) -> int:
    """How many open requests are past the office's own limit."""
    return RightsRequest.objects.filter(state="open", due_at__lt=at).count()


def day_of(at: datetime) -> date:
    """The office's day of a moment."""
    return timezone.localdate(at)
