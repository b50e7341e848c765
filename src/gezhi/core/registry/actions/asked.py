"""What a person asked about their own data and the office granted, done to the registers.

The right is the one to answer requests: granting is the decision, and this is what follows from
it in the same transaction. The registers' own rules hold all the same, and what they refuse the
clerk who answers gets to read.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.privacy.rights import ANSWER_REQUESTS
from gezhi.core.registry.actions.people import block, change_values
from gezhi.core.registry.facts import KINDS, apply_facts, fields_of
from gezhi.core.registry.holding import demand_reach, hold, make_source, refuse_closed
from gezhi.core.registry.models import Person, PersonChange, Source, SourceKind
from gezhi.core.registry.validation import MANAGED, checked_fields

_FACTS = {model._meta.label: kind for kind, model in KINDS.items()}
_KEPT_BY_OTHERS = MANAGED | {"id_kind", "relation_to_head", "id_no_raw"}


def column_of(field: str) -> models.Field[Any, Any] | None:
    """The column behind a field's key (`registry.Person.phone`) that may be written by itself.

    None: it follows from something else, or lies in a row of which a person has several.
    """
    label, _dot, name = field.rpartition(".")
    if label == Person._meta.label and name not in _KEPT_BY_OTHERS:
        return next((one for one in Person._meta.concrete_fields if one.name == name), None)
    return fields_of(_FACTS[label]).get(name) if label in _FACTS else None


@action("registry.correct_as_asked", gettext_noop("按本人申请更正"), right=ANSWER_REQUESTS)
def correct_as_asked(
    *, person_id: UUID, field: str, value: Any, number: str, by: Actor, at: datetime
) -> None:
    """Write a corrected value; `number` is the request's, and names the source."""
    person = Person.objects.get(pk=person_id)
    demand_reach(ANSWER_REQUESTS, by, person)
    _write(person, field, value, number, by=by, at=at)


@action("registry.delete_as_asked", gettext_noop("按本人申请删除"), right=ANSWER_REQUESTS)
def delete_as_asked(*, person_id: UUID, field: str, number: str, by: Actor, at: datetime) -> None:
    """Empty a field and forget what it was (Personal Information Protection Law art. 47).

    What the registers cannot do without (a name, an ID number) is refused by their own rules.
    """
    person = Person.objects.get(pk=person_id)
    demand_reach(ANSWER_REQUESTS, by, person)
    column = column_of(field)
    if column is None:
        raise Refusal(
            _("这一项不能单独删除，请先在底数中办理，或答复不予办理并说明依据"),
            "registry.not_by_itself",
        )
    text = isinstance(column, models.CharField) or not column.null
    _write(person, field, "" if text else None, number, by=by, at=at)
    label, _dot, name = field.rpartition(".")
    history = name if label == Person._meta.label else f"{_FACTS[label]}.{name}"
    PersonChange.objects.filter(subject=person, field=history).update(
        old=None, old_sealed=None, new=None, new_sealed=None
    )


@action("registry.restrict_as_asked", gettext_noop("按本人申请限制处理"), right=ANSWER_REQUESTS)
def restrict_as_asked(*, person_id: UUID, number: str, by: Actor, at: datetime) -> None:
    """Let the data only be stored, from now on."""
    person = Person.objects.get(pk=person_id)
    demand_reach(ANSWER_REQUESTS, by, person)
    why = str(kept("个人信息申请 %(number)s") % {"number": number})
    block(person, True, why, partial(_source, number), by=by, at=at)


def _source(number: str, *, by: Actor, at: datetime) -> Source:
    title = kept("个人信息申请 %(number)s") % {"number": number}
    return make_source(title, by=by, at=at, kind=SourceKind.RESIDENT)


def _write(person: Person, field: str, value: Any, number: str, *, by: Actor, at: datetime) -> None:
    label, _dot, name = field.rpartition(".")
    occasion = partial(_source, number)
    if label == Person._meta.label:
        change_values(person, {name: value}, occasion, by=by, at=at)
        return
    row = hold(people=[person]).people[person.pk]
    refuse_closed(row)
    good = checked_fields(fields_of(_FACTS[label]), {name: value})
    source = occasion(by=by, at=at)
    changed = apply_facts(row, _FACTS[label], good, source=source, by=by, at=at)
    note(
        row,
        place_id=row.grid_id or row.community_id,
        person_id=row.pk,
        changes={"fields": [f"{_FACTS[label]}.{one}" for one in changed]},
    )
