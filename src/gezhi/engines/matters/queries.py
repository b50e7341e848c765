"""Named reads: what waits for somebody, what they did, what they follow, what they opened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor
from gezhi.base.wording import keys_asked
from gezhi.engines.matters import desks
from gezhi.engines.matters.language import Step, workflows
from gezhi.engines.matters.models import Comment, Delegation, Link, Matter, Running


def waiting_for(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """待办: open matters that wait for a step this actor may take, what is due first in front.

    Read off the workflows: for each step that a state waits for, the states it leaves and the
    rows its right reaches. What lies on somebody else's desk waits for them alone.
    """
    waits = Q(pk__in=[])
    for workflow in workflows.values():
        for step in workflow.steps:
            if not step.expected or step.by_system or not step.right.held_by(actor):
                continue
            reach = (
                Q() if step.right.where is None else step.right.where.filter(actor, step.right.code)
            )
            waits |= Q(kind=workflow.kind, state__in=step.leaves) & reach
    free = Q(holder_id=None) | Q(holder_id=actor.account_id)
    if actor.account_id is not None:
        free |= Q(holder_id__in=desks.desks_of(actor.account_id))
    return Matter.objects.filter(waits, free, ended_at=None).order_by("due_at", "-urgent", "pk")


def matters(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Matters of every kind; rights narrow them."""
    return Matter.objects.defer("words")


def with_words(rows: QuerySet[Matter], words: str) -> QuerySet[Matter]:
    """Those found by all these words, or whose number begins so.

    One table and one index: the database walks back in time for a word that many have, and reads
    the index of words for one that few have.
    """
    keys = keys_asked(words)
    number = words.strip().upper()
    if number.isascii() and any(sign.isdigit() for sign in number):
        numbered = Q(number__startswith=number)
        return rows.filter(numbered | Q(words__contains=keys) if keys else numbered)
    return rows.filter(words__contains=keys) if keys else rows.none()


def done_by(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """已办: matters of which this actor took a step, the opening left out, latest moved first."""
    taken = Matter.objects.filter(
        history__account_id=actor.account_id, history__number__gt=1
    ).values("pk")
    return Matter.objects.filter(pk__in=taken).order_by("-moved_at", "pk")


def followed_by(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """抄送: matters this actor is told about."""
    mine = Q(followers__account_id=actor.account_id)
    return Matter.objects.filter(mine).order_by("-moved_at", "pk")


def opened_by(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """我发起的."""
    return Matter.objects.filter(opened_by_id=actor.account_id).order_by("-opened_at", "pk")


def delegations(actor: Actor, at: datetime) -> QuerySet[Delegation]:
    """Desks this actor has left to others, and those others have left to them."""
    mine = Q(account_id=actor.account_id) | Q(deputy_id=actor.account_id)
    return Delegation.objects.filter(mine)


def comments(actor: Actor, at: datetime) -> QuerySet[Comment]:
    """What was written beside the steps."""
    return Comment.objects.select_related("matter")


def links(actor: Actor, at: datetime) -> QuerySet[Link]:
    """What has to do with what."""
    return Link.objects.select_related("matter", "other")


def related_to(matter: Matter) -> QuerySet[Matter]:
    """The parent of a matter, its children, and what it is linked with from either side."""
    ends = Link.objects.filter(Q(matter=matter) | Q(other=matter))
    linked = Q(desks.is_one_of("pk", ends.values("other")))
    linked |= Q(desks.is_one_of("pk", ends.values("matter")))
    near = Q(parent=matter) | linked
    if matter.parent_id is not None:
        near |= Q(pk=matter.parent_id)
    return Matter.objects.filter(near).exclude(pk=matter.pk).order_by("-opened_at", "pk")


def waited_for(matter: Matter) -> Matter | None:
    """A child under way that this matter waits for; None where nothing holds it up."""
    rows = Matter.objects.filter(parent_id=matter.pk, holds_parent=True, ended_at=None)
    holding = (child for child in rows if child.state not in workflows[child.kind].frees_parent_in)
    return next(holding, None)


def bulk_steps(actor: Actor) -> list[tuple[str, Step]]:
    """Steps this actor may take of many matters at once: kind and step."""
    return [
        (workflow.kind, step)
        for workflow in workflows.values()
        for step in workflow.steps
        if step.in_bulk and step.right.held_by(actor)
    ]


def in_hand_count(account_id: UUID) -> int:
    """How many open matters lie on an account's desk."""
    return Matter.objects.filter(holder_id=account_id, ended_at=None).count()


def about_to_warn(at: datetime, most: int) -> QuerySet[Running]:
    """Running clocks whose next mark has been reached, earliest first."""
    return (
        Running.objects.filter(stopped_at=None, warns_at__lte=at)
        .select_related("matter")
        .order_by("warns_at")[:most]
    )
