"""Facts that only concern some people (migrants, people from abroad, those left behind).

They lie in rows of their own beside the person's; their history lies in the person's, under the
name of the relation: `migrant.permit_no`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import models

from gezhi.base.actors import Actor
from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import Sealed, SealedField
from gezhi.core.registry import changes
from gezhi.core.registry.models import (
    LeftBehindFacts,
    MigrantFacts,
    OverseasFacts,
    Person,
    PersonChange,
    Source,
)

Facts = MigrantFacts | OverseasFacts | LeftBehindFacts
KINDS: Final[Mapping[str, type[Facts]]] = {
    "migrant": MigrantFacts,
    "overseas": OverseasFacts,
    "left_behind": LeftBehindFacts,
}


def fields_of(kind: str) -> dict[str, models.Field[Any, Any]]:
    """The fields of a kind of facts, by their own name."""
    return {f.name: f for f in KINDS[kind]._meta.concrete_fields if not f.primary_key}


def history_fields() -> dict[str, models.Field[Any, Any]]:
    """Every field of facts by its name in the history: `migrant.permit_no`."""
    return {f"{kind}.{name}": field for kind in KINDS for name, field in fields_of(kind).items()}


def apply_facts(
    person: Person,
    kind: str,
    values: Mapping[str, Any],
    *,
    source: Source,
    by: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Write checked facts about a locked person, with history; returns the fields that changed."""
    model, fields = KINDS[kind], fields_of(kind)
    found = model._default_manager.filter(pk=person.pk).first()
    row = found or model(person=person)
    before = copy.copy(row)
    changed = tuple(n for n, value in values.items() if not changes.same(row, fields[n], value))
    if not changed and found is not None:
        return ()
    for name in changed:
        value = values[name]
        if isinstance(fields[name], SealedField) and value:
            context = changes.context_of(model, fields[name])
            value = Sealed(keys_here().seal(value, context=context), context)
        setattr(row, name, value)
    row.save(force_insert=found is None)
    setters = changes.last_setters(person, [f"{kind}.{name}" for name in changed])
    rows = []
    for name in changed:
        label = f"{kind}.{name}"
        old, old_sealed = changes.kept_form(model, fields[name], getattr(before, name))
        new, new_sealed = changes.kept_form(model, fields[name], getattr(row, name))
        rows.append(
            PersonChange(
                subject=person,
                field=label,
                old=old,
                old_sealed=old_sealed,
                new=new,
                new_sealed=new_sealed,
                changed_at=at,
                changed_by=by.name,
                source=source,
                former_source=setters.get(label, person.source),
            )
        )
    PersonChange.objects.bulk_create(rows)
    person.revision += 1
    person.touched_by = source
    changes.apply(person, {}, source=source, by=by, at=at)
    return changed
