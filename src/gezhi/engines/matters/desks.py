"""Who looks after whose desk: read from delegations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.base.remembering import Remembered
from gezhi.engines.matters.language import Step
from gezhi.engines.matters.models import Delegation, Matter


class Leave(NamedTuple):
    """Whose desk is looked after by whom, from one day to another."""

    deputy: UUID
    absent: UUID
    first: date
    last: date

    def holds_on(self, day: date) -> bool:
        return self.first <= day <= self.last


def in_force(day: date) -> QuerySet[Delegation]:
    """Delegations that hold on a day."""
    return Delegation.objects.filter(ended_at=None, first__lte=day, last__gte=day)


def _leaves() -> list[Leave]:
    rows = Delegation.objects.filter(ended_at=None, last__gte=timezone.localdate())
    return [Leave(*row) for row in rows.values_list("deputy_id", "account_id", "first", "last")]


leaves: Final = Remembered(_leaves)
"""Delegations not over yet, read once a minute.

Every list of matters asks whose desks one looks after, and hardly anybody looks after any: a
condition on them in every question would have the database read all matters to count a few.
"""


def desks_of(account_id: UUID) -> list[UUID]:
    """Accounts whose desks somebody looks after today."""
    today = timezone.localdate()
    return [one.absent for one in leaves() if one.deputy == account_id and one.holds_on(today)]


def is_one_of(column: str, keys: QuerySet[Any, Any]) -> Func:
    """Whether a column is among keys read: as an array, which an index on it can answer.

    `IN (SELECT …)` beside other conditions with OR between them would read the whole table.
    """
    return Func(
        F(column),
        ArraySubquery(keys),
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )


def looks_after(account_id: UUID | None, matter: Matter) -> bool:
    """Whether an account is today's deputy of whoever holds a matter.

    Asked once for a matter, however many of its steps want to know.
    """
    if account_id is None or matter.holder_id is None:
        return False
    kept: tuple[UUID, set[UUID]] | None = matter.__dict__.get("_deputies")
    if kept is None or kept[0] != matter.holder_id:
        found = in_force(timezone.localdate()).filter(account_id=matter.holder_id)
        kept = matter.holder_id, set(found.values_list("deputy_id", flat=True))
        matter.__dict__["_deputies"] = kept
    return account_id in kept[1]


def acts_for(matter: Matter, step: Step, by: Actor, at: datetime) -> str:
    """The name of the absent colleague whose desk a step is taken from; empty: one's own."""
    deputies = matter.__dict__.get("_deputies")
    if by.account_id is None or deputies is None or by.account_id not in deputies[1]:
        return ""
    held = in_force(timezone.localdate(at)).filter(account_id=deputies[0], deputy_id=by.account_id)
    return held.values_list("name", flat=True).first() or ""
