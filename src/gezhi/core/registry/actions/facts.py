"""Recording what only concerns migrants, people from abroad, or those left behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.registry import changes, rights
from gezhi.core.registry.facts import KINDS, apply_facts, fields_of
from gezhi.core.registry.holding import demand_reach, hold, make_source, refuse_closed
from gezhi.core.registry.models import Person, SourceKind
from gezhi.core.registry.validation import checked_fields


@action("registry.record_facts", gettext_noop("登记专项信息"), right=rights.CHANGE_PEOPLE)
def record_facts(
    *,
    person: Person,
    kind: str,
    values: Mapping[str, Any],
    expected: int | None = None,
    source_kind: str = SourceKind.FORM,
    by: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Record `migrant`, `overseas` or `left_behind` facts; returns the fields that changed.

    Migrant facts are for migrants, overseas facts for people from abroad: others are refused.
    """
    demand_reach(rights.CHANGE_PEOPLE, by, person)
    row = hold(people=[person]).people[person.pk]
    refuse_closed(row)
    changes.check_revision(row, expected)
    if kind not in KINDS or (kind in ("migrant", "overseas") and kind != row.population_class):
        raise Refusal(
            _("人口类别与这类信息不符，请先核对人口类别"), "registry.other_class", field="kind"
        )
    good = checked_fields(fields_of(kind), values)
    source = make_source(kept("登记专项信息"), by=by, at=at, kind=source_kind)
    changed = apply_facts(row, kind, good, source=source, by=by, at=at)
    note(
        row,
        place_id=row.grid_id or row.community_id,
        person_id=row.pk,
        changes={"fields": [f"{kind}.{name}" for name in changed]},
    )
    return changed
