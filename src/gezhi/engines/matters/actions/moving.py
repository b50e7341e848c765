"""Named writes: open a matter, and take its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.base.wording import keys_of
from gezhi.core.journal.actions import action, current_line, note
from gezhi.core.office.queries import calendar
from gezhi.core.places.models import Place
from gezhi.core.places.snapshots import Known
from gezhi.engines.matters import clocks, desks, refusing
from gezhi.engines.matters.language import Step, Stepping, Workflow, workflows
from gezhi.engines.matters.models import Counter, Matter, Running, Taken

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
    place: Place | Known | None,
    topic: str = "",
    urgent: bool = False,
    unit_id: UUID | None = None,
    holder_id: UUID | None = None,
    parent: Matter | None = None,
    holds_parent: bool = False,
    said: str = "",
    words: str = "",
    facts: Callable[[Matter], Model] | None = None,
    by: Actor,
    at: datetime,
) -> Matter:
    """Open a matter within a service's own action; its number is `prefix`, day and serial.

    `place` is where it lies, of any level; `words` is what it is found by, kept as keys only.
    The service writes its own row beside it; where a limit is read from that row, `facts` makes
    it, unsaved, and it is stored with the matter.
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
        holds_parent=holds_parent,
        urgent=urgent,
        opened_at=at,
        opened_by=by.name,
        opened_by_id=by.account_id,
        moved_at=at,
        words=keys_of(words),
    )
    beside = facts(matter) if facts is not None else None
    begun = clocks.begun(matter, workflow, workflow.opens_with, calendar(), at)
    matter.due_at = clocks.first_due(begun)
    matter.save(force_insert=True)
    if beside is not None:
        beside.save(force_insert=True)
    Running.objects.bulk_create(begun)
    _write_step(matter, step=None, came_from="", said=said, by=by, at=at)
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
    locked: bool = False,
    by: Actor,
    at: datetime,
) -> Taken:
    """Take a step of a matter: one transaction, one line of history, one of the journal.

    `revision` is what the taker saw; a matter that moved since raises `Conflict` with its present
    state, and so does a step that does not leave this state. `NotAllowed` (403) where another
    should take it, `Refusal` (422) where something is missing or a rule stands against it.
    `matter` is brought up to date. `locked`: it was read for update, with its workflow's facts,
    in the transaction under way, and is not read again.
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
        locked=locked,
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
    locked: bool,
    by: Actor,
    at: datetime,
) -> Taken:
    workflow = workflows[matter.kind]
    step = workflow.step(code)
    # What was read for update is the matter as it is, but its facts may be older where others
    # moved it meanwhile; a revision that still holds says nobody did. A copy, so that a refusal
    # leaves what its page shows as it was.
    row = copy(matter) if locked and revision is not None else _locked(matter, workflow)
    if revision is not None and row.revision != revision:
        raise refusing.moved_on(row)
    refusal = refusing.refusal(row, step, by, at) or refusing.missing(step, said, values)
    if refusal is not None:
        raise refusal
    before = row.state
    stepping = _move(row, step, said=said, values=values, by=by, at=at)
    _go_on(stepping)
    row.save()
    note(
        row,
        place_id=row.grid_id or row.community_id,
        why=said,
        changes={"from": before, "to": row.state},
    )
    if row.state in workflow.tells_in and not stepping.found.get("told"):
        _tell_later(row, by)
    for field in Matter._meta.concrete_fields:
        if field.attname in row.__dict__:  # what was not read was not changed
            setattr(matter, field.attname, getattr(row, field.attname))
    return stepping.taken


def _locked(matter: Matter, workflow: Workflow) -> Matter:
    rows = Matter.objects.select_for_update(of=("self",)).select_related(*workflow.facts)
    row = rows.get(pk=matter.pk)
    # Who waited for another's step gets the matter as that left it, its facts as they were before.
    return row if row.revision == matter.revision else rows.get(pk=matter.pk)


def _move(
    row: Matter, step: Step, *, said: str, values: Mapping[str, Any], by: Actor, at: datetime
) -> Stepping:
    """Do what a step does to a locked matter; the caller saves it."""
    workflow = row.workflow
    came_from, row.state = row.state, step.leads_on(row.state)
    row.moved_at = at
    row.revision += 1
    row.ended_at = (row.ended_at or at) if row.state in workflow.ends_in else None
    taken = _write_step(row, step=step, came_from=came_from, said=said, by=by, at=at)
    stepping = Stepping(row, step, taken, values, by, at)
    for effect in step.then:
        effect(stepping)
    clocks.follow(row, workflow, step, at)
    return stepping


def _go_on(stepping: Stepping) -> None:
    """Take the steps the platform takes by itself after one, as long as there are any."""
    for onward in stepping.step.onward:
        following = onward(stepping)
        if following is None:
            continue
        row = stepping.matter
        step = row.workflow.step(following.step)
        itself = system(stepping.by.origin.channel)
        refusal = refusing.refusal(row, step, itself, stepping.at)
        if refusal is not None:
            raise refusal
        note(changes={"onward": following.step})
        _go_on(
            _move(
                row,
                step,
                said=following.said,
                values=following.values,
                by=itself,
                at=stepping.at,
            )
        )
        return


def _write_step(
    matter: Matter, *, step: Step | None, came_from: str, said: str, by: Actor, at: datetime
) -> Taken:
    """One line of history; `step` is None for the opening."""
    post = next(iter(by.holdings), None) if step is None else by.post_for(step.right.code)
    absent = "" if step is None else desks.acts_for(matter, step, by, at)
    acting = kept("代%(name)s办理") % {"name": absent} if absent else ""
    return Taken.objects.create(
        matter=matter,
        number=matter.revision,
        step="" if step is None else step.code,
        came_from=came_from,
        went_to=matter.state,
        at=at,
        by=by.name,
        post=" ".join(filter(None, (post.title if post else "", acting)))[:120],
        account_id=by.account_id,
        said=said[:500],
        journal_line=current_line(),
    )


def address_of(matter: Matter) -> str:
    """The page that shows a matter, empty for a kind that has none."""
    page = matter.workflow.opens
    return reverse(page, kwargs={"pk": matter.pk}) if page else ""


def _tell_later(matter: Matter, by: Actor) -> None:
    """A job tells: whoever takes the step does not wait for those who are told of it."""
    from gezhi.engines.matters import jobs

    jobs.tell_followers.enqueue(
        matter=str(matter.pk), revision=matter.revision, mover=str(by.account_id or "")
    )
