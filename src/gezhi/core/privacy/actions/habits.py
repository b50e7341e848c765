"""How much somebody reads beside the habit of their role, exports counted like readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.sentences import _ as kept
from gezhi.core.privacy.actions.alarms import raise_alarm
from gezhi.core.privacy.models import AccessEntry, AccessKind, AccessTally, AlarmKind
from gezhi.core.privacy.rules import FLOOR, HABIT_DAYS, is_far_above_habit

COUNTED: Final = (AccessKind.REVEAL, AccessKind.SEARCH, AccessKind.BREAK_GLASS)
"""Readings that count towards the caps."""


def start_of(day: date) -> datetime:
    """The office's midnight before a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def count_exported(keys: Iterable[UUID | None], role: str, by: Actor, at: datetime) -> None:
    """Add the people of an export to the day of who takes it, and look whether that is far.

    Part of the write that logs them, before it does. Whoever was read or exported on the same
    day already does not count again. Caps do not look at it: an export has its own approval.
    """
    if by.account_id is None:
        return
    day = timezone.localdate(at)
    mine = {"account_id": by.account_id, "day": day, "purpose": None}
    AccessTally.objects.bulk_create([AccessTally(**mine, role=role)], ignore_conflicts=True)
    tally = AccessTally.objects.select_for_update().get(**mine)
    tally.exported += len(set(keys) - _met_on(day, by.account_id))
    tally.save(update_fields=["exported"])
    watch_habit(tally, role, by, at)


def _met_on(day: date, account_id: UUID) -> set[UUID | None]:
    """Everybody an account read or exported on a day."""
    entries = AccessEntry.objects.filter(
        account_id=account_id,
        at__gte=start_of(day),
        at__lt=start_of(day + timedelta(days=1)),
        kind__in=(*COUNTED, AccessKind.EXPORT),
    )
    return {subject or row for subject, row in entries.values_list("subject_id", "row_id")}


def watch_habit(today: AccessTally, role: str, by: Actor, at: datetime) -> None:
    """Raise an alarm when the day is far above what the account's role usually reads.

    `today`: the row of the whole day, whatever the purposes.
    """
    if today.met <= FLOOR:
        return
    past = [
        (one.account_id == by.account_id, one.met)
        for one in AccessTally.objects.filter(
            purpose=None,
            role=role,
            day__lt=today.day,
            day__gte=today.day - HABIT_DAYS,
        )
        if one.met
    ]
    history = [met for own, met in past if own]
    peers = [met for own, met in past if not own]
    if is_far_above_habit(today.met, history, peers=peers):
        raise_alarm(
            AlarmKind.HABIT,
            key=f"habit/{by.account_id}/{today.day}",
            account_id=by.account_id,
            actor_name=by.name,
            sentence=kept("%(name)s 今天已查看、导出 %(n)s 人，远超本岗位平常的数量")
            % {"name": by.name, "n": today.met},
            at=at,
        )
