"""Conflicts: two beliefs that no rule may settle, waiting for a human."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import Sealed, blind_index
from gezhi.core.privacy.opening import plain_text
from gezhi.core.registry.models import Conflict, Person, Source

CONTEXT: Final = b"registry_conflict.incoming"


def sealed_incoming(values: Mapping[str, Any]) -> bytes:
    """What was reported, as a conflict keeps it."""
    text = json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
    return keys_here().seal(text, context=CONTEXT)


def incoming_key(values: Mapping[str, Any]) -> bytes:
    """By what the same report is recognised when it comes again: its name and number."""
    text = f"{values.get('name', '')}|{values.get('id_no', '')}"
    return blind_index(text, context="conflict")


def raise_conflict(
    kind: str,
    person: Person,
    *,
    other: Person | None = None,
    incoming: Mapping[str, Any] | None = None,
    source: Source,
    at: datetime,
) -> Conflict:
    """Put a question in the queue, unless the same one waits there already.

    `incoming` are the values as reported, by field name, where they were not let in.
    """
    conflict, _made = Conflict.objects.get_or_create(
        kind=kind,
        person=person,
        other=other,
        incoming_key=incoming_key(incoming) if incoming else None,
        settled_at=None,
        defaults={
            "incoming": sealed_incoming(incoming) if incoming else None,
            "community_id": person.community_id,
            "grid_id": person.grid_id,
            "source": source,
            "found_at": at,
        },
    )
    return conflict


def settle(conflict: Conflict, outcome: str, *, by: str, at: datetime) -> None:
    """Take a conflict off the queue."""
    conflict.outcome, conflict.settled_by, conflict.settled_at = outcome, by, at
    conflict.save(update_fields=["outcome", "settled_by", "settled_at"])


def hand_over(dropped: Person, kept: Person, *, by: str, at: datetime) -> None:
    """After a merge: questions about the dropped row are about the kept one, or answered."""
    waiting = Conflict.objects.filter(Q(person=dropped) | Q(other=dropped), settled_at=None)
    for conflict in waiting.order_by("pk"):
        ends = [kept if end == dropped else end for end in (conflict.person, conflict.other)]
        twin = Conflict.objects.filter(
            person=ends[0],
            kind=conflict.kind,
            other=ends[1],
            incoming_key=conflict.incoming_key,
            settled_at=None,
        ).exclude(pk=conflict.pk)
        if ends[0] == ends[1] or twin.exists():
            settle(conflict, "merged", by=by, at=at)
        else:
            conflict.person, conflict.other = ends[0] or kept, ends[1]
            conflict.save(update_fields=["person", "other"])


def opened_incoming(conflict: Conflict) -> dict[str, Any]:
    """What was reported, for the action that takes it over; nothing where nothing was kept."""
    if conflict.incoming is None:
        return {}
    values: dict[str, Any] = json.loads(plain_text(Sealed(bytes(conflict.incoming), CONTEXT)))
    return values
