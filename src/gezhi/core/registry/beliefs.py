"""What was believed of a row on any past day: its present state and its history, read backwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import Sealed
from gezhi.core.registry.changes import (
    HISTORY,
    context_of,
    is_personal,
    text_of,
    tracked,
    value_of,
)
from gezhi.core.registry.facts import KINDS, history_fields
from gezhi.core.registry.models import Person, Source
from gezhi.core.registry.models.provenance import Sourced


@dataclass(frozen=True, slots=True)
class Belief:
    """A field as it was believed: its value, since when, who entered it, from which source."""

    value: Any
    """Personal values are `Sealed`; relations are keys."""
    since: datetime
    by: str
    source: Source


def described(model: type[Sourced]) -> dict[str, models.Field[Any, Any]]:
    """Every field with a history, by the name it has there; a person's facts among them."""
    return tracked(model) | (history_fields() if model is Person else {})


def belief_on(row: Sourced, day: date) -> dict[str, Belief] | None:
    """What was believed of a row at the end of a day, field by field.

    Two queries; of a person up to three more, one for each kind of facts. None where the row was
    not yet known. Change times are those of entry, not of the event: a move in May that was
    entered in June is believed from June.
    """
    after = timezone.make_aware(
        datetime.combine(day + timedelta(days=1), datetime.min.time()),
        timezone.get_default_timezone(),
    )
    origin = row.source
    if origin.entered_at >= after:
        return None
    history: Any = HISTORY[type(row)]
    changes = list(
        history._default_manager.filter(subject_id=row.pk)
        .select_related("source", "former_source")
        .order_by("changed_at", "id")
    )
    beliefs: dict[str, Belief] = {}
    for name, field in described(type(row)).items():
        mine = [change for change in changes if change.field == name]
        past = [change for change in mine if change.changed_at < after]
        future = [change for change in mine if change.changed_at >= after]
        if past:
            last = past[-1]
            value = _read(field, last.new, last.new_sealed)
            beliefs[name] = Belief(value, last.changed_at, last.changed_by, last.source)
            continue
        if future:
            value = _read(field, future[0].old, future[0].old_sealed)
        else:
            value = _present(row, name, field)
        beliefs[name] = Belief(value, origin.entered_at, origin.entered_by, origin)
    return beliefs


def _read(field: models.Field[Any, Any], text: str | None, sealed: Any) -> Any:
    if sealed is not None:
        return Sealed(bytes(sealed), context_of(field.model, field))
    return value_of(field, text)


def _present(row: Any, name: str, field: models.Field[Any, Any]) -> Any:
    """A field as it is now; personal values that lie in the clear are sealed on the way out."""
    kind = name.partition(".")[0]
    holder = getattr(row, kind, None) if "." in name and kind in KINDS else row
    value = None if holder is None else getattr(holder, field.attname)
    model = field.model
    if value is None or isinstance(value, Sealed) or not is_personal(model, field):
        return value
    text = text_of(field, value)
    context = context_of(model, field)
    return None if text is None else Sealed(keys_here().seal(text, context=context), context)
