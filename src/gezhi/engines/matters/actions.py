"""Named writes: open a matter, take a step, hand it on, follow, comment, link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, current_line, note
from gezhi.core.notices.actions import send
from gezhi.core.office.queries import calendar
from gezhi.core.places.models import Place
from gezhi.engines.matters import clocks, queries, refusing, rights
from gezhi.engines.matters.language import Stepping, workflows
from gezhi.engines.matters.models import (
    Comment,
    Counter,
    Follower,
    Link,
    LinkKind,
    Matter,
    Running,
    Taken,
)

_acts: dict[tuple[str, str], Callable[..., Taken]] = {}


def enact() -> None:
    """Give every step of every workflow its verb, `kind.step`, for the journal and for jobs."""
    for workflow in workflows.values():
        for step in workflow.steps:
            if (workflow.kind, step.code) not in _acts:
                verb = action(f"{workflow.kind}.{step.code}", step.title, right=step.right)
                _acts[workflow.kind, step.code] = verb(_take)


def open_matter(
    kind: str,
    *,
    title: str,
    prefix: str,
    place: Place | None,
    topic: str = "",
    urgent: bool = False,
    unit_id: UUID | None = None,
    holder_id: UUID | None = None,
    parent: Matter | None = None,
    said: str = "",
    by: Actor,
    at: datetime,
) -> Matter:
    """Open a matter within a service's own action; its number is `prefix`, day and serial.

    `place` is where it lies, of any level. The service writes its own row beside it.
    """
    workflow = workflows[kind]
    matter = Matter(
        kind=kind,
        topic=topic,
        number=_next_number(prefix, at),
        title=title[:120],
        state=workflow.opens_in,
        community_id=None if place is None else place.community_id,
        grid_id=None if place is None else place.grid_id,
        unit_id=unit_id,
        holder_id=holder_id,
        parent=parent,
        urgent=urgent,
        opened_at=at,
        opened_by=by.name,
        opened_by_id=by.account_id,
        moved_at=at,
    )
    begun = clocks.begun(matter, workflow, workflow.opens_with, calendar(), at)
    matter.due_at = clocks.first_due(begun)
    matter.save(force_insert=True)
    Running.objects.bulk_create(begun)
    _write_step(matter, step="", came_from="", said=said, right="", by=by, at=at)
    note(matter, place_id=matter.grid_id or matter.community_id, changes={"number": matter.number})
    return matter


NEXT: Final = (
    "INSERT INTO {table} (prefix, last) VALUES (%s, 1)"
    " ON CONFLICT (prefix) DO UPDATE SET last = {table}.last + 1 RETURNING last"
)


def _next_number(prefix: str, at: datetime) -> str:
    """The next number of a prefix and day: `GZ2022091300042`. Its counter is locked meanwhile."""
    key = f"{prefix}{timezone.localdate(at):%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute(NEXT.format(table=Counter._meta.db_table), [key])
        (number,) = cursor.fetchone()
    return f"{key}{number:05}"


def take(
    matter: Matter,
    step: str,
    *,
    revision: int | None = None,
    said: str = "",
    values: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Taken:
    """Take a step of a matter: one transaction, one line of history, one of the journal.

    `revision` is what the taker saw; a matter that moved since raises `Conflict` with its present
    state, and so does a step that does not leave this state. `NotAllowed` (403) where another
    should take it, `Refusal` (422) where something is missing or a rule stands against it.
    `matter` is brought up to date.
    """
    act = _acts.get((matter.kind, step))
    if act is None:
        raise Refusal(_("没有这个办理步骤"), "matters.no_such_step", field="step")
    return act(
        matter=matter,
        code=step,
        revision=revision,
        said=said.strip(),
        values=values or {},
        by=by,
        at=at,
    )


def _take(
    *,
    matter: Matter,
    code: str,
    revision: int | None,
    said: str,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> Taken:
    workflow = workflows[matter.kind]
    step = workflow.step(code)
    locked = Matter.objects.select_for_update(of=("self",)).select_related(*workflow.facts)
    row = locked.get(pk=matter.pk)
    if revision is not None and row.revision != revision:
        raise refusing.moved_on(row)
    refusal = refusing.refusal(row, step, by, at) or refusing.missing(step, said, values)
    if refusal is not None:
        raise refusal
    came_from, row.state = row.state, step.leads_on(row.state)
    row.moved_at = at
    row.revision += 1
    if row.state in workflow.ends_in:
        row.ended_at = row.ended_at or at
    else:
        row.ended_at = None
    taken = _write_step(
        row, step=code, came_from=came_from, said=said, right=step.right.code, by=by, at=at
    )
    stepping = Stepping(row, step, taken, values, by, at)
    for effect in step.then:
        effect(stepping)
    clocks.follow(row, workflow, step, calendar(), at)
    row.save()
    note(
        row,
        place_id=row.grid_id or row.community_id,
        why=said,
        changes={"from": came_from, "to": row.state},
    )
    for field in Matter._meta.concrete_fields:
        setattr(matter, field.attname, getattr(row, field.attname))
    return taken


def _write_step(
    matter: Matter, *, step: str, came_from: str, said: str, right: str, by: Actor, at: datetime
) -> Taken:
    post = by.post_for(right) if right else next(iter(by.holdings), None)
    return Taken.objects.create(
        matter=matter,
        number=matter.revision,
        step=step,
        came_from=came_from,
        went_to=matter.state,
        at=at,
        by=by.name,
        post=post.title if post else "",
        account_id=by.account_id,
        said=said[:500],
        journal_line=current_line(),
    )


def place_in_hands(matter: Matter, *, unit_id: UUID | None, holder_id: UUID | None) -> None:
    """For a step's effect: say in whose hands the matter is now."""
    matter.unit_id, matter.holder_id = unit_id, holder_id


@action("matters.hand_on", _lazy("转交经办人"), right=rights.INBOX)
def hand_on(*, matter: Matter, to: UUID, why: str, by: Actor, at: datetime) -> Matter:
    """Give a matter that lies on one's own desk, or in one's unit, to another account."""
    row = Matter.objects.select_for_update().get(pk=matter.pk)
    if not rights.in_hand().covers(by, rights.INBOX.code, row):
        raise refusing.not_in_hand()
    if row.ended_at is not None:
        raise refusing.over(row)
    if not why.strip():
        raise Refusal(_("请写明转交原因"), "matters.no_reason", field="why")
    if row.holder_id == to:
        raise Refusal(_("此事项已在这位同事名下"), "matters.has_it", field="to")
    came, row.holder_id = row.holder_id, to
    row.revision += 1
    row.save(update_fields=["holder_id", "revision"])
    note(row, place_id=row.grid_id or row.community_id, why=why, changes={"from": came, "to": to})
    return row


def hand_over(account_id: UUID, successor_id: UUID, by: Actor, at: datetime) -> int:
    """Give all open matters of one account to another, within the action that ends a post."""
    mine = Matter.objects.filter(holder_id=account_id, ended_at=None)
    moved = mine.update(holder_id=successor_id, revision=F("revision") + 1)
    note(changes={"matters": {"to": successor_id, "number": moved}})
    return moved


@action("matters.extend", _lazy("延长时限"))
def extend(*, running: Running, by_limit: Any, by: Actor, at: datetime) -> Running:
    """Grant more time to a running clock; a service's step decides who may, and calls this."""
    row = Running.objects.select_for_update().get(pk=running.pk)
    if row.stopped_at is not None:
        raise Refusal(_("这个时限已经结束，不能延长"), "matters.clock_stopped")
    clocks.extend(row, by_limit, calendar(), at)
    matter = Matter.objects.get(pk=row.matter_id)
    clocks.refresh_due(matter)
    note(matter, changes={"clock": row.clock, "extended": row.extended, "due": row.due_at})
    return row


@action("matters.warn", _lazy("时限提醒"))
def warn(*, most: int = 500, by: Actor, at: datetime) -> int:
    """Tell those concerned of every mark reached by now; returns how many clocks it looked at.

    Run again it tells nobody twice: a clock remembers its last mark, a notice its key.
    """
    days = calendar()
    due = list(queries.about_to_warn(at, most).select_for_update(of=("self",), skip_locked=True))
    for running in due:
        mark = clocks.announce(running, days, at)
        if mark:
            _tell(running, mark, by, at)
    note(changes={"clocks": len(due)})
    return len(due)


def _tell(running: Running, mark: int, by: Actor, at: datetime) -> None:
    matter = running.matter
    clock = matter.workflow.clock(running.clock)
    sentence = MARK_SENTENCES[mark] % {"clock": clock.title, "matter": str(matter)}
    send(
        to=clock.tells(matter, mark),
        kind="matters.warning",
        title=sentence,
        link=address_of(matter),
        key=f"matters.warning/{running.pk}/{mark}/{running.extended}",
        by=by,
        at=at,
    )


MARK_SENTENCES: Final = {
    50: _lazy("时限已过半（%(clock)s）：%(matter)s"),
    80: _lazy("即将超期（%(clock)s）：%(matter)s"),
    100: _lazy("已超期（%(clock)s）：%(matter)s"),
}


def address_of(matter: Matter) -> str:
    """The page that shows a matter, empty for a kind that has none."""
    page = matter.workflow.opens
    return reverse(page, kwargs={"pk": matter.pk}) if page else ""


@action("matters.follow", _lazy("关注事项"), right=rights.INBOX)
def follow(*, matter: Matter, accounts: list[UUID], by: Actor, at: datetime) -> int:
    """Have accounts told how a matter goes on; returns how many are new."""
    known = set(matter.followers.values_list("account_id", flat=True))
    fresh = sorted(set(accounts) - known)
    rows = [Follower(matter=matter, account_id=one, since=at) for one in fresh]
    Follower.objects.bulk_create(rows, ignore_conflicts=True)
    note(matter, changes={"followers": fresh})
    return len(fresh)


@action("matters.unfollow", _lazy("取消关注"), right=rights.INBOX)
def unfollow(*, matter: Matter, by: Actor, at: datetime) -> None:
    """Stop following; nothing happens to whoever does not."""
    if by.account_id is not None:
        matter.followers.filter(account_id=by.account_id).delete()
    note(matter)


@action("matters.comment", _lazy("发表意见"), right=rights.INBOX)
def comment(*, matter: Matter, text: str, by: Actor, at: datetime) -> Comment:
    """Write something about a matter beside its steps."""
    if by.account_id is None:
        raise ValueError("a comment is somebody's")
    if not text.strip():
        raise Refusal(_("请填写内容"), "matters.nothing_said", field="text")
    if len(text.strip()) > 500:
        raise Refusal(_("内容最多 500 字"), "matters.too_long", field="text")
    row = Comment.objects.create(
        matter=matter, at=at, by=by.name, account_id=by.account_id, text=text.strip()
    )
    note(matter, changes={"comment": row.pk})
    return row


@action("matters.withdraw_comment", _lazy("撤回意见"), right=rights.INBOX)
def withdraw_comment(*, comment: Comment, by: Actor, at: datetime) -> None:
    """Take back one's own comment; that there was one stays."""
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if row.account_id != by.account_id:
        raise refusing.not_yours()
    if row.withdrawn_at is None:
        row.text, row.withdrawn_at = "", at
        row.save(update_fields=["text", "withdrawn_at"])
    note(row.matter, changes={"comment": row.pk})


@action("matters.link", _lazy("关联事项"), right=rights.INBOX)
def link(*, matter: Matter, other: Matter, kind: str, by: Actor, at: datetime) -> Link:
    """Say that two matters have to do with each other; twice is once."""
    if matter.pk == other.pk:
        raise Refusal(_("不能与自己关联"), "matters.linked_to_itself", field="other")
    if kind not in LinkKind.values:
        raise Refusal(_("请选择关联方式"), "matters.no_such_link", field="kind")
    row, _made = Link.objects.get_or_create(
        matter=matter, other=other, kind=kind, defaults={"made_at": at, "made_by": by.name}
    )
    note(matter, changes={"other": other.number, "kind": kind})
    return row
