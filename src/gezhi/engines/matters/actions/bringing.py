"""Matters that were opened, and perhaps ended, somewhere else: written at their own times.

For lists of hundreds or thousands of rows: the same rows that opening and moving one by one would
write, in a handful of statements. History says where they come from and when they came.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from gezhi.base.wording import keys_of
from gezhi.core.journal.actions import current_line
from gezhi.core.office.queries import calendar
from gezhi.core.places.models import Place
from gezhi.engines.matters import clocks
from gezhi.engines.matters.language import Workflow, workflows
from gezhi.engines.matters.models import Counter, Matter, Pause, Running, Taken

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Brought:
    """One matter as somebody else's list tells it."""

    title: str
    opened_at: datetime
    opened_by: str
    said: str
    """Where it comes from, for the history."""
    place: Place | None = None
    topic: str = ""
    urgent: bool = False
    words: str = ""
    ended_by: str = ""
    """Code of the step that ended it there; empty: it is open."""
    ended_at: datetime | None = None


def bring_in(kind: str, brought: Sequence[Brought], *, prefix: str, at: datetime) -> list[Matter]:
    """Write matters of a list within a service's own action; returned in the list's order.

    Numbers are of the day each was opened. What is open gets its first clocks from `at` on, for
    nobody here could have acted before; what has ended has none. ValueError where the step named
    does not lead from the opening to an end.
    """
    workflow = workflows[kind]
    numbers = _numbers(prefix, brought)
    matters = [_matter(workflow, one, next(numbers[_day(one)])) for one in brought]
    running = []
    days = calendar()
    for matter in matters:
        if matter.ended_at is None:
            begun = clocks.begun(matter, workflow, workflow.opens_with, days, at)
            matter.due_at = clocks.first_due(begun)
            running += begun
    Matter.objects.bulk_create(matters, batch_size=AT_ONCE)
    Running.objects.bulk_create(running, batch_size=AT_ONCE)
    line = current_line()
    history = (
        taken
        for matter, one in zip(matters, brought, strict=True)
        for taken in _history(workflow, matter, one, line)
    )
    Taken.objects.bulk_create(history, batch_size=AT_ONCE)
    return matters


def _day(one: Brought) -> date:
    return timezone.localdate(one.opened_at)


def _matter(workflow: Workflow, one: Brought, number: str) -> Matter:
    return Matter(
        kind=workflow.kind,
        number=number,
        title=one.title[:120],
        topic=one.topic,
        state=_state(workflow, one),
        community_id=None if one.place is None else one.place.community_id,
        grid_id=None if one.place is None else one.place.grid_id,
        urgent=one.urgent,
        opened_at=one.opened_at,
        opened_by=one.opened_by[:60],
        moved_at=one.ended_at or one.opened_at,
        ended_at=one.ended_at,
        revision=2 if one.ended_by else 1,
        words=keys_of(one.words),
    )


def _state(workflow: Workflow, one: Brought) -> str:
    if not one.ended_by:
        return workflow.opens_in
    step = workflow.step(one.ended_by)
    if workflow.opens_in not in step.leaves or step.enters not in workflow.ends_in:
        raise ValueError(f"{one.ended_by} does not end what has just been opened")
    return step.enters


def _history(workflow: Workflow, matter: Matter, one: Brought, line: UUID) -> Iterable[Taken]:
    """The opening, and the end where there is one."""
    opening = Taken(
        matter=matter,
        number=1,
        went_to=workflow.opens_in,
        at=one.opened_at,
        by=one.opened_by[:60],
        said=one.said[:500],
        journal_line=line,
    )
    if one.ended_at is None:
        return (opening,)
    end = Taken(
        matter=matter,
        number=2,
        step=one.ended_by,
        came_from=workflow.opens_in,
        went_to=matter.state,
        at=one.ended_at,
        by=one.opened_by[:60],
        said=one.said[:500],
        journal_line=line,
    )
    return opening, end


def _numbers(prefix: str, brought: Iterable[Brought]) -> dict[date, Iterator[str]]:
    """So many numbers of each day, its counter locked meanwhile; days in order, or two lists
    brought at once would wait for each other."""
    wanted = Tally(map(_day, brought))
    found: dict[date, Iterator[str]] = {}
    with connection.cursor() as cursor:
        for day in sorted(wanted):
            key = f"{prefix}{day:%Y%m%d}"
            cursor.execute(
                f"INSERT INTO {Counter._meta.db_table} AS c (prefix, last) VALUES (%s, %s)"
                " ON CONFLICT (prefix) DO UPDATE SET last = c.last + excluded.last RETURNING last",
                [key, wanted[day]],
            )
            (last,) = cursor.fetchone()
            found[day] = iter([f"{key}{n:05}" for n in range(last - wanted[day] + 1, last + 1)])
    return found


def untouched(revisions: Mapping[UUID, int], *, besides: Collection[str] = ()) -> set[UUID]:
    """Of matters brought in, those that nobody has done anything with since, locked.

    `revisions` is what they were written with; `besides` names relations of the service's own.
    """
    rows = Matter.objects.select_for_update().filter(pk__in=revisions).order_by("pk")
    same = {pk for pk, revision in rows.values_list("pk", "revision") if revisions[pk] == revision}
    own = {"history", "clocks", *besides}
    return same - set(with_more(Matter, same, own))


def with_more(model: type[Model], keys: Collection[UUID], own: Collection[str]) -> Iterable[UUID]:
    """The rows among these keys that something hangs on, besides the relations named."""
    for relation in model._meta.related_objects:
        name = relation.get_accessor_name()
        if name in own or name is None:
            continue
        column = relation.field.attname
        found = relation.related_model._default_manager.filter(**{f"{column}__in": keys})
        yield from found.values_list(column, flat=True)


def forget(keys: Collection[UUID]) -> int:
    """Delete matters brought in, with their clocks and history; the service's rows went before.

    Only for lists taken back; ProtectedError where something still holds on to one.
    """
    Pause.objects.filter(running__matter__in=keys).delete()
    Running.objects.filter(matter__in=keys).delete()
    Taken.objects.filter(matter__in=keys)._raw_delete("default")
    number, _kinds = Matter.objects.filter(pk__in=keys).delete()
    return number


__all__ = ["Brought", "bring_in", "forget", "untouched", "with_more"]
