"""The one place where a registry row's fields change: history, revision and counts with it.

A change keeps what the field was and from which source, so that with the row's present state any
past day's belief can be told. Personal values stay sealed all the way: as they lie in the row so
they lie in its history.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Conflict, FieldRefusal, Refusal
from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy.fields import Sealed, SealedField, blind_index
from gezhi.core.privacy.opening import plain_text
from gezhi.core.registry import tallies
from gezhi.core.registry.models import (
    Dwelling,
    DwellingChange,
    Enterprise,
    EnterpriseChange,
    Household,
    HouseholdChange,
    Person,
    PersonChange,
    Shop,
    ShopChange,
    Site,
    SiteChange,
    Source,
    Vehicle,
    VehicleChange,
)
from gezhi.core.registry.models.provenance import FieldChange, Sourced
from gezhi.core.registry.names import KEYED, name_keys
from gezhi.core.registry.rules import VERIFYING, Standing, displaces

HISTORY: Final[Mapping[type[Sourced], type[FieldChange]]] = {
    Person: PersonChange,
    Household: HouseholdChange,
    Dwelling: DwellingChange,
    Enterprise: EnterpriseChange,
    Shop: ShopChange,
    Site: SiteChange,
    Vehicle: VehicleChange,
}

COUNTERS: Final = frozenset({"members", "residents"})
"""Kept by `stays`, and never written with the row: a copy in memory may be older."""
BOOKKEEPING: Final = COUNTERS | {
    *("id", "source", "touched_by", "as_of", "verified_at", "revision"),
    *("id_no_index", "phone_index", "provisional_key", "plate_index"),
    *(column for keys in KEYED.values() for column in keys),
}
"""Columns without a history of their own: provenance, search keys and counters."""

PERSONAL: Final[Mapping[type[models.Model], frozenset[str]]] = {
    Person: frozenset({"name", "birth_date", "native_place", "occupation", "remark"}),
    Household: frozenset({"household_no"}),
}
"""Columns kept in the clear because lists are searched by them, sealed in their history."""


@dataclass(frozen=True, slots=True)
class Diff:
    """What an application of values did to a row."""

    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Fields where a newer value stood already and stayed."""


def tracked(model: type[Sourced]) -> dict[str, models.Field[Any, Any]]:
    """The fields of a kind of row that have a history, by name."""
    return {
        field.name: field for field in model._meta.concrete_fields if field.name not in BOOKKEEPING
    }


def is_personal(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    """Whether a field's former values are kept sealed."""
    return isinstance(field, SealedField) or field.name in PERSONAL.get(model, ())


def context_of(model: type[models.Model], field: models.Field[Any, Any]) -> bytes:
    """What a value of a column is sealed with, in its row and in its history."""
    return f"{model._meta.db_table}.{field.column}".encode()


# --- entering and changing -------------------------------------------------------------------


def enter(row: Sourced, values: Mapping[str, Any], *, source: Source, at: datetime) -> None:
    """Write a new row with these values: provenance, search keys and counts with it."""
    fields = _known(type(row), values)
    for name, value in values.items():
        _set(row, fields[name], value)
    row.source = row.touched_by = source
    row.as_of = source.as_of
    row.verified_at = at if source.kind in VERIFYING else None
    row.save(force_insert=True)
    tallies.entered(row)


def apply(
    row: Sourced,
    values: Mapping[str, Any],
    *,
    source: Source,
    by: Actor,
    at: datetime,
    newer_only: bool = False,
) -> Diff:
    """Change fields of a locked row: one history row a field that differs, then the row, counts.

    `values` by field name: sealed fields as plain text, relations as rows or keys, unknown None.
    With `newer_only` a field that a newer or better verified source has set keeps its value.
    The row counts as seen by the source, even where nothing differs.
    """
    fields = _known(type(row), values)
    before = copy.copy(row)
    differing = [name for name, value in values.items() if not same(row, fields[name], value)]
    setters = last_setters(row, differing) if differing else {}
    kept: list[str] = []
    if newer_only:
        incoming = _standing(source)
        kept = [
            n for n in differing if not displaces(incoming, _standing(setters.get(n, row.source)))
        ]
    for name in differing:
        if name not in kept:
            _set(row, fields[name], values[name])
    changed = write_history(before, row, setters, source=source, by=by, at=at)
    if changed:
        row.revision += 1
        row.touched_by = source
    row.as_of = max(row.as_of, source.as_of)
    if source.kind in VERIFYING:
        row.verified_at = max(row.verified_at, at) if row.verified_at else at
    store(row)
    if changed:
        tallies.altered(before, row)
    return Diff(changed, tuple(kept))


def write_history(
    before: Sourced,
    after: Sourced,
    setters: Mapping[str, Source] | None = None,
    *,
    source: Source,
    by: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Write one history row for each tracked field in which two states of a row differ."""
    model = type(after)
    fields = tracked(model)
    changed = tuple(
        n
        for n, f in fields.items()
        if not _alike(getattr(before, f.attname), getattr(after, f.attname))
    )
    if not changed:
        return ()
    if setters is None:
        setters = last_setters(before, changed)
    history: Any = HISTORY[model]
    rows = []
    for name in changed:
        old, old_sealed = kept_form(model, fields[name], getattr(before, fields[name].attname))
        new, new_sealed = kept_form(model, fields[name], getattr(after, fields[name].attname))
        rows.append(
            history(
                subject_id=after.pk,
                field=name,
                old=old,
                old_sealed=old_sealed,
                new=new,
                new_sealed=new_sealed,
                changed_at=at,
                changed_by=by.name,
                source=source,
                former_source=setters.get(name, before.source),
            )
        )
    history._default_manager.bulk_create(rows)
    return changed


def last_setters(row: Sourced, names: Iterable[str]) -> dict[str, Source]:
    """Which source set each field last, for those that ever changed; one or two queries."""
    found = last_setters_of(type(row), [row.pk], names)
    sources = Source.objects.in_bulk(set(found.values())) if found else {}
    return {name: sources[source_id] for (_pk, name), source_id in found.items()}


def last_setters_of(
    model: type[Sourced], ids: Sequence[UUID], names: Iterable[str]
) -> dict[tuple[UUID, str], UUID]:
    """The key of the source that set a field of a row last, where it ever changed; one query."""
    history: Any = HISTORY[model]
    latest = (
        history._default_manager.filter(subject_id__in=ids, field__in=list(names))
        .order_by("subject_id", "field", "-changed_at", "-id")
        .distinct("subject_id", "field")
        .values_list("subject_id", "field", "source_id")
    )
    return {(subject, name): source for subject, name, source in latest}


def store(row: Sourced) -> None:
    """Write a row's present state, all but its counters."""
    names = {field.name for field in row._meta.concrete_fields} - COUNTERS - {"id"}
    row.save(update_fields=names)


def check_revision(row: Sourced, expected: int | None) -> None:
    """Refuse a change made on the sight of an older state; `expected` None asks nothing."""
    if expected is not None and row.revision != expected:
        raise Conflict(
            _("这条记录刚被别人修改过，请刷新后核对再提交"), "registry.changed_meanwhile"
        )


def _known(model: type[Sourced], values: Mapping[str, Any]) -> dict[str, models.Field[Any, Any]]:
    fields = tracked(model)
    if strange := sorted(set(values) - set(fields)):
        raise Refusal(
            _("没有这些字段：%(fields)s") % {"fields": "、".join(strange)},
            "registry.unknown_field",
            fields=[FieldRefusal(name, _("没有这个字段")) for name in strange],
        )
    return fields


def _set(row: Sourced, field: models.Field[Any, Any], value: Any) -> None:
    """Set a field and the search keys that follow from it.

    A `Sealed` value comes from the same column of another row and goes over as it is; whoever
    brings it brings its index.
    """
    if isinstance(field, SealedField):
        if isinstance(value, str) and value:
            _index(row, field.name, value)
            context = context_of(type(row), field)
            value = Sealed(keys_here().seal(value, context=context), context)
        elif not value:
            _index(row, field.name, None)
        setattr(row, field.attname, value or None)
    elif isinstance(field, models.ForeignKey) and not isinstance(value, models.Model):
        setattr(row, field.attname, value)
    else:
        setattr(row, field.name, value)
        if field.name in KEYED:
            keys = name_keys(value)
            for column, key in KEYED[field.name].items():
                if hasattr(row, column):
                    setattr(row, column, getattr(keys, key))


_INDEXED: Final = {"id_no": "id_no_index", "phone": "phone_index", "plate": "plate_index"}


def _index(row: Sourced, name: str, value: str | None) -> None:
    column = _INDEXED.get(name)
    if column is not None and hasattr(row, column):
        setattr(row, column, blind_index(value, context=name) if value else None)


def same(row: models.Model, field: models.Field[Any, Any], value: Any) -> bool:
    """Whether a row holds this value already. Opens a sealed value to compare, never returns it."""
    held = getattr(row, field.attname)
    if isinstance(field, SealedField):
        if held is None or not value:
            return held is None and not value
        if isinstance(value, Sealed):
            return bool(held.data == value.data)
        return bool(plain_text(held) == value)
    if isinstance(field, models.ForeignKey):
        return bool(held == (value.pk if isinstance(value, models.Model) else value))
    return bool(held == value)


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, Sealed) and isinstance(b, Sealed):
        return a.data == b.data
    return bool(a == b)


def _standing(source: Source) -> Standing:
    return Standing(source.as_of, source.kind in VERIFYING)


# --- values in the history -------------------------------------------------------------------


def kept_form(
    model: type[models.Model], field: models.Field[Any, Any], value: Any
) -> tuple[str | None, bytes | None]:
    """A value as the history keeps it: as text, or sealed."""
    if isinstance(value, Sealed):
        return None, value.data
    text = text_of(field, value)
    if text is not None and is_personal(model, field):
        return None, keys_here().seal(text, context=context_of(model, field))
    return text, None


def text_of(field: models.Field[Any, Any], value: Any) -> str | None:
    """A plain value as text that `value_of` reads back."""
    if value is None or value == []:
        return None if value is None else "[]"
    holder: Any = _Holder(field, value)
    return str(field.value_to_string(holder))


class _Holder:
    """What `value_to_string` takes a value from."""

    def __init__(self, field: models.Field[Any, Any], value: Any) -> None:
        setattr(self, field.attname, value)


def value_of(field: models.Field[Any, Any], text: str | None) -> Any:
    """The value a kept text stands for."""
    if text is None:
        return None
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(text)
