"""What the platform does by itself as time goes on: disputes nobody decided, suspended cases."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.notices.actions import send
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights, telling
from gezhi.services.cases.actions.practice import practice_here
from gezhi.services.cases.models import State


def give_to_fallback(*, by: Actor, at: datetime) -> int:
    """Give disputes nobody decided within a working day to the office's 兜底单位; how many.

    Without one settled they wait for a chief, who is told that the limit has run out.
    """
    unit = practice_here().fallback_unit
    if unit is None or unit.closed_at is not None:
        return 0
    undecided = Matter.objects.filter(
        kind=queries.KIND, state=State.DISPUTED, due_at__lte=at, clocks__clock="decide"
    ).distinct()
    given = 0
    for matter in undecided:
        running = matter.clocks.filter(clock="decide", stopped_at=None, due_at__lte=at)
        given += running.exists() and _taken(
            matter,
            "decide",
            said=kept("一个工作日内无人裁定，由兜底单位办理"),
            values={"unit": unit},
            by=by,
            at=at,
        )
    return given


def resume_planned(*, by: Actor, at: datetime) -> int:
    """Have suspended cases go on when the day they were planned for has come; how many."""
    today = timezone.localdate(at)
    due = Matter.objects.filter(kind=queries.KIND, state=State.SUSPENDED, case__plan_on__lte=today)
    said = kept("已到计划日期，自动恢复处置")
    return sum(_taken(matter, "resume", said=said, by=by, at=at) for matter in due)


@action("cases.remind_reviews", _lazy("提醒复查挂账案件"))
def remind_reviews(*, by: Actor, at: datetime) -> int:
    """Tell whoever decides on suspensions which are to be looked at again; how many there are."""
    today = timezone.localdate(at)
    due = Matter.objects.filter(
        kind=queries.KIND, state=State.SUSPENDED, case__review_on__lte=today
    ).select_related("case")
    for matter in due:
        send(
            to=telling.those_with(rights.DECIDE)(matter, 0),
            kind="cases.review",
            title=kept("挂账满 30 天，请复查：%(matter)s") % {"matter": matter},
            link=reverse("cases.case", kwargs={"pk": matter.pk}),
            key=f"cases.review/{matter.pk}/{matter.case.review_on}",
            by=by,
            at=at,
        )
    note(changes={"number": len(due)})
    return len(due)


def _taken(matter: Matter, step: str, *, by: Actor, at: datetime, **more: object) -> bool:
    """Whether the step was taken; somebody may have been quicker."""
    try:
        take(matter, step, revision=matter.revision, by=by, at=at, **more)  # type: ignore[arg-type]
    except Refusal:
        return False
    return True
