"""Starting, pausing, extending and stopping the clocks of a matter, as part of its steps.

`due_at` of a matter is the first due moment of its running clocks, kept by every function here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import OuterRef, Subquery

from gezhi.base.workdays import Limit, OfficeCalendar, deadline
from gezhi.core.office.queries import calendar as office_calendar
from gezhi.engines.matters import rules
from gezhi.engines.matters.language import Step, Workflow
from gezhi.engines.matters.models import Matter, Pause, Running


def follow(matter: Matter, workflow: Workflow, step: Step, at: datetime) -> None:
    """Bring the clocks in line with a step just taken: stopped, started, paused, let run on.

    The matter is in its new state already; the caller saves its `due_at`. The calendar is read
    where a moment has to be reckoned, and not otherwise.
    """
    if matter.ended_at is not None:
        _stop_all(matter, workflow, step, at)
        matter.due_at = None
        return
    running = _running(matter)
    stopped = [running.pop(code) for code in sorted({*step.stops, *step.starts} & set(running))]
    for code, one in running.items():
        _hold_or_release(one, matter.state in workflow.clock(code).pauses_in, at)
    starting: list[Running] = []
    if step.starts:
        starting = begun(matter, workflow, step.starts, office_calendar(), at)
    _stop_and_start(stopped, starting, at)
    for one in starting:
        if matter.state in workflow.clock(one.clock).pauses_in:
            _hold_or_release(one, True, at)
    matter.due_at = first_due([*running.values(), *starting])


def begun(
    matter: Matter,
    workflow: Workflow,
    codes: Iterable[str],
    calendar: OfficeCalendar,
    at: datetime,
) -> list[Running]:
    """Clocks that start now, not stored yet; one for which a matter has no limit is left out."""
    starting = []
    for code in codes:
        limit = workflow.clock(code).limit(matter)
        if limit is not None:
            moments = rules.mark_moments(calendar, at, limit)
            following = rules.next_mark(moments, 0)
            starting.append(
                Running(
                    matter=matter,
                    clock=code,
                    started_at=at,
                    amount=Decimal(str(limit.amount)),
                    unit=limit.unit.value,
                    due_at=deadline(calendar, at, limit),
                    warns_at=following[1] if following else None,
                )
            )
    return starting


def extend(running: Running, by: Limit, calendar: OfficeCalendar, at: datetime) -> Running:
    """Grant more of the clock's own unit. A mark that lies ahead again is announced again.

    ValueError when the unit is another, or the clock has stopped: the caller has refused that.
    """
    if by.unit.value != running.unit or running.stopped_at is not None:
        raise ValueError("only a running clock is extended, in its own unit")
    running.extended += Decimal(str(by.amount))
    _reckon(running, calendar)
    moments = rules.mark_moments(calendar, running.started_at, running.limit, _pauses(running))
    running.warned = min(running.warned, rules.mark_reached(moments, at))
    _reckon(running, calendar)
    running.save(update_fields=["extended", "due_at", "warned", "warns_at"])
    return running


def first_due(running: Iterable[Running]) -> datetime | None:
    """The earliest due moment of clocks that run."""
    return min((one.due_at for one in running if one.due_at is not None), default=None)


def refresh_due(matter: Matter) -> None:
    """Write into the matter what its running clocks say."""
    matter.due_at = first_due(_running(matter).values())
    matter.save(update_fields=["due_at"])


def announce(running: Running, calendar: OfficeCalendar, at: datetime) -> int:
    """Note the marks reached by a moment; returns the highest new one, 0 when there is none."""
    moments = rules.mark_moments(calendar, running.started_at, running.limit, _pauses(running))
    reached = rules.mark_reached(moments, at)
    news = reached if reached > running.warned else 0
    running.warned = max(running.warned, reached)
    _reckon(running, calendar)
    running.save(update_fields=["warned", "warns_at", "due_at"])
    return news


def _running(matter: Matter) -> dict[str, Running]:
    open_pause = Pause.objects.filter(running=OuterRef("pk"), ends=None).values("pk")[:1]
    rows = matter.clocks.filter(stopped_at=None).order_by("pk").annotate(pause=Subquery(open_pause))
    return {one.clock: one for one in rows}


def _stop_all(matter: Matter, workflow: Workflow, step: Step, at: datetime) -> None:
    """Stop what runs for a matter that has ended."""
    matter.clocks.filter(stopped_at=None).update(stopped_at=at, warns_at=None)
    if any(clock.pauses_in & step.leaves for clock in workflow.clocks):
        Pause.objects.filter(running__matter=matter, ends=None).update(ends=at)


def _stop_and_start(stopped: list[Running], starting: list[Running], at: datetime) -> None:
    """Store that some clocks stop and others start: one statement, however many."""
    for one in stopped:
        one.stopped_at, one.warns_at = at, None
    if stopped:
        Running.objects.bulk_create(
            [*stopped, *starting],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["stopped_at", "warns_at"],
        )
    else:
        Running.objects.bulk_create(starting)
    if paused := [one.pk for one in stopped if _pause_of(one)]:
        Pause.objects.filter(running__in=paused, ends=None).update(ends=at)


def _pause_of(running: Running) -> UUID | None:
    """The pause a clock stands still in; None while it runs."""
    pause: UUID | None = getattr(running, "pause", None)
    return pause


def _hold_or_release(running: Running, stands: bool, at: datetime) -> None:
    pause = _pause_of(running)
    if stands == (pause is not None):
        return
    if pause is None:
        Pause.objects.create(running=running, begins=at)
    else:
        Pause.objects.filter(pk=pause).update(ends=at)
    _reckon(running, office_calendar())
    running.save(update_fields=["due_at", "warns_at"])


def _pauses(running: Running) -> list[tuple[datetime, datetime | None]]:
    return list(running.pauses.order_by("begins").values_list("begins", "ends"))


def _reckon(running: Running, calendar: OfficeCalendar) -> None:
    """Due moment and next mark from what the row and its pauses say."""
    pauses = _pauses(running)
    running.due_at = deadline(calendar, running.started_at, running.limit, pauses)
    moments = rules.mark_moments(calendar, running.started_at, running.limit, pauses)
    following = rules.next_mark(moments, running.warned)
    running.warns_at = following[1] if following else None
