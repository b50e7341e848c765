"""Named reads of notices."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gezhi.base.actors import Actor
from gezhi.core.notices.models import Notice

_OPEN = Q(todo=True, done_at=None)
_counted: ContextVar[tuple[object, int, int] | None] = ContextVar("notices_counted", default=None)


def notices(actor: Actor, at: datetime) -> QuerySet[Notice]:
    """What was sent for information, newest first."""
    return Notice.objects.filter(todo=False).order_by("-sent_at")


def todos(actor: Actor, at: datetime) -> QuerySet[Notice]:
    """What is expected of somebody and not yet done, oldest first."""
    return Notice.objects.filter(_OPEN).order_by("sent_at")


def todos_done(actor: Actor, at: datetime) -> QuerySet[Notice]:
    """What was expected and is done, latest first."""
    return Notice.objects.filter(todo=True, done_at__isnull=False).order_by("-done_at")


def todos_waiting(account_id: UUID) -> int:
    """How many things wait for an account."""
    return Notice.objects.filter(_OPEN, account_id=account_id).count()


def todo_count(actor: Actor, at: datetime) -> int:
    """The number beside 待办 in the top bar."""
    return _counts(actor, at)[0]


def unread_count(actor: Actor, at: datetime) -> int:
    """The number beside the bell."""
    return _counts(actor, at)[1]


def _counts(actor: Actor, at: datetime) -> tuple[int, int]:
    """Both numbers in one query: the frame asks for one after the other, for the same moment."""
    if actor.account_id is None:
        return 0, 0
    key = (actor.account_id, at)
    known = _counted.get()
    if known is not None and known[0] == key:
        return known[1], known[2]
    found = Notice.objects.filter(account_id=actor.account_id).aggregate(
        todos=Count("pk", filter=_OPEN),
        unread=Count("pk", filter=Q(todo=False, read_at=None)),
    )
    _counted.set((key, found["todos"], found["unread"]))
    return found["todos"], found["unread"]
