"""Named writes: send a notice or a to-do, mark it read or done, hand it over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.core.journal.actions import action, note
from gezhi.core.notices import rights
from gezhi.core.notices.models import Notice


@action("notices.send", _lazy("发送消息"))
def send(
    *,
    to: Iterable[UUID],
    kind: str,
    title: str,
    body: str = "",
    link: str = "",
    todo: bool = False,
    key: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Send one notice to several accounts; returns how many rows are new.

    `title` and `body` are seen outside the registry's rights, so they hold no personal data.
    `link` is a path within the platform. With `key`, an account gets it once: a second sending
    under the same key changes nothing, and `done(key=…)` ends it.
    """
    if link and not link.startswith("/"):
        raise ValueError("a notice links to a path of the platform itself")
    accounts = sorted(set(to))
    if key:
        known = set(
            Notice.objects.filter(key=key, account_id__in=accounts).values_list(
                "account_id", flat=True
            )
        )
        accounts = [account for account in accounts if account not in known]
    rows = [
        Notice(
            account_id=account,
            kind=kind,
            title=title[:120],
            body=body[:500],
            link=link,
            todo=todo,
            key=key,
            sent_at=at,
        )
        for account in accounts
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=bool(key))
    note(changes={"sent": {"kind": kind, "accounts": len(rows), "todo": todo}})
    return len(rows)


@action("notices.done", _lazy("待办办结"))
def done(*, key: str, by: Actor, at: datetime) -> int:
    """End the to-dos sent under a key, for everybody they went to; returns how many were open."""
    number = Notice.objects.filter(key=key, todo=True, done_at=None).update(done_at=at)
    note(changes={"done": {"key": key, "number": number}})
    return number


@action("notices.finish", _lazy("自行办结待办"), right=rights.OWN)
def finish(*, rows: Iterable[Notice], by: Actor, at: datetime) -> int:
    """Tick off to-dos of one's own that no action ends by itself; returns how many were open."""
    number = (
        rights.OWN.rows(Notice.objects.all(), by)
        .filter(pk__in=[row.pk for row in rows], todo=True, done_at=None)
        .update(done_at=at)
    )
    note(changes={"finished": number})
    return number


@action("notices.mark_read", _lazy("标为已读"), right=rights.OWN)
def mark_read(*, rows: Iterable[Notice] | None = None, by: Actor, at: datetime) -> int:
    """Mark one's own notices as read, all of them without `rows`; returns how many were new."""
    unread = rights.OWN.rows(Notice.objects.all(), by).filter(todo=False, read_at=None)
    if rows is not None:
        unread = unread.filter(pk__in=[row.pk for row in rows])
    number = unread.update(read_at=at)
    note(changes={"read": number})
    return number


def hand_over(account_id: UUID, successor_id: UUID, by: Actor, at: datetime) -> int:
    """Give the open to-dos of one account to another, as part of the action that ends a post.

    What the successor has already been asked under the same key is ended instead of doubled.
    """
    waiting = Notice.objects.filter(account_id=account_id, todo=True, done_at=None)
    theirs = Notice.objects.filter(account_id=successor_id).exclude(key="").values("key")
    doubled = waiting.filter(key__in=list(theirs.values_list("key", flat=True))).update(done_at=at)
    moved = waiting.update(account_id=successor_id)
    note(changes={"handed_over": {"to": successor_id, "todos": moved, "ended": doubled}})
    return moved + doubled
