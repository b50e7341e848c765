"""Named reads: what waits for somebody, what they did, what they follow, what they opened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gezhi.base.actors import Actor
from gezhi.engines.matters.language import workflows
from gezhi.engines.matters.models import Matter, Running


def waiting_for(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """待办: open matters that wait for a step this actor may take, what is due first in front.

    Read off the workflows: for each step that a state waits for, the states it leaves and the
    rows its right reaches. What lies on somebody else's desk waits for them alone.
    """
    waits = Q(pk__in=[])
    for workflow in workflows.values():
        for step in workflow.steps:
            if not step.expected or not step.right.held_by(actor):
                continue
            reach = (
                Q() if step.right.where is None else step.right.where.filter(actor, step.right.code)
            )
            waits |= Q(kind=workflow.kind, state__in=step.leaves) & reach
    free = Q(holder_id=None) | Q(holder_id=actor.account_id)
    return Matter.objects.filter(waits, free, ended_at=None).order_by("due_at", "-urgent", "pk")


def matters(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Matters of every kind; rights narrow them."""
    return Matter.objects.all()


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
