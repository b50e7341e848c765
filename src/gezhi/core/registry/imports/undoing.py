"""Taking a batch back: what it made goes, what it changed is as it was, unless touched since."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.apps import apps
from django.db import connection, models
from django.db.models import Q

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.sentences import _
from gezhi.core.cells.keys import keys_here
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import UnresolvedAddress
from gezhi.core.registry import metrics, rights, tallies
from gezhi.core.registry.changes import COUNTERS, HISTORY
from gezhi.core.registry.imports.altering import MEMORY
from gezhi.core.registry.imports.confirming import lock_imports
from gezhi.core.registry.imports.looking import chunks, fetch, fetch_among, keys_in
from gezhi.core.registry.imports.reach import batches_of
from gezhi.core.registry.imports.writing import counted_rows, recount
from gezhi.core.registry.models import (
    CareLabel,
    Conflict,
    Dwelling,
    Enterprise,
    Household,
    ImportBatch,
    ImportUndo,
    Person,
    Residence,
    Shop,
    Site,
    Vehicle,
)
from gezhi.core.registry.models.imports import BatchState
from gezhi.core.registry.models.provenance import Sourced

_KEY: Final = {"subject": pl.Binary}
_OWN: Final = (Person, Household, Dwelling, Enterprise, Shop, Site, Vehicle)


@dataclass(slots=True)
class Undone:
    """What came of taking a batch back."""

    removed: Counter[str] = field(default_factory=Counter)
    restored: Counter[str] = field(default_factory=Counter)
    left: list[tuple[str, UUID]] = field(default_factory=list)
    """Rows touched since, by model label and key: they stay as they are."""


@action("registry.roll_back_import", _("撤回导入批次"), right=rights.ROLLBACK_IMPORT)
def roll_back(*, batch: ImportBatch, by: Actor, at: datetime) -> Undone:
    """Take back a confirmed batch, as one act.

    Rows that somebody has changed, verified or referred to since are left and listed.
    """
    if not batches_of(by).filter(pk=batch.pk).exists():
        raise NotAllowed(str(_("这批数据不在您岗位的范围内，不能撤回")), "registry.import_not_here")
    lock_imports()
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != BatchState.CONFIRMED or batch.source is None:
        raise Refusal(str(_("只能撤回已入库的批次")), "registry.import_not_confirmed")
    undone = Undone()
    homes = _Homes()
    _restore(batch, undone, homes)
    _remove(batch, undone, homes)
    _restore_queue(batch, undone)
    recount(homes.households, homes.dwellings)
    ImportUndo.objects.filter(batch=batch)._raw_delete("default")
    batch.state, batch.rolled_back_at = BatchState.ROLLED_BACK, at
    batch.save(update_fields=["state", "rolled_back_at"])
    note(
        batch,
        place_id=batch.community_id,
        changes={
            "removed": dict(undone.removed),
            "restored": dict(undone.restored),
            "left": [f"{label} {key}" for label, key in undone.left[:200]],
            "left_in_all": len(undone.left),
        },
    )
    return undone


@dataclass(slots=True)
class _Homes:
    """Whose counters must be counted again."""

    households: list[bytes] = field(default_factory=list)
    dwellings: list[bytes] = field(default_factory=list)


# --- rows that were there before -----------------------------------------------------------


def _restore(batch: ImportBatch, undone: Undone, homes: _Homes) -> None:
    for model in _OWN:
        kept = ImportUndo.objects.filter(batch=batch, table=model._meta.db_table)
        if not kept.exists():
            continue
        rows = {one.row_id: one for one in kept.order_by("row_id")}
        now = {
            row.pk: row
            for row in model._default_manager.select_for_update(of=("self",))
            .filter(pk__in=list(rows))
            .order_by("pk")
            .only("pk", "revision", "touched_by_id")
        }
        free = [
            key
            for key, one in rows.items()
            if key in now
            and now[key].revision == one.revision
            and now[key].touched_by_id == batch.source_id
        ]
        undone.left.extend((model._meta.label, key) for key in rows if key not in set(free))
        _put_back(model, {key: rows[key] for key in free}, batch, homes)
        undone.restored[model._meta.label] += len(free)


def _put_back(
    model: type[Sourced], rows: dict[UUID, ImportUndo], batch: ImportBatch, homes: _Homes
) -> None:
    keys = [key.bytes for key in rows]
    before = counted_rows(model, keys)
    care = _care(rows) if model is Person else Counter()
    if model is Person:
        _note_homes(keys, homes)
    table = model._meta.db_table
    columns = [
        f'"{one.column}"'
        for one in model._meta.concrete_fields
        if one.name not in COUNTERS | {"id"}
    ]
    settings = ", ".join(f"{column} = m.{column}" for column in columns)
    opened = keys_here().open_bytes
    for part in chunks(list(rows.values())):
        memories = [opened(one.memory, context=MEMORY).decode() for one in part]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} t SET {settings} FROM unnest(%s::jsonb[]) j(body),"
                f" jsonb_populate_record(NULL::{table}, j.body) m WHERE t.id = m.id",
                [memories],
            )
            cursor.execute(
                f"DELETE FROM {HISTORY[model]._meta.db_table}"
                " WHERE source_id = %s AND subject_id = ANY(%s)",
                [batch.source_id, [one.row_id for one in part]],
            )
    delta = tallies.pending()
    delta.add_columns(model, before, -1)
    delta.add_columns(model, counted_rows(model, keys))
    if model is Person:
        delta.add_counted(care.items(), -1)
        delta.add_counted(_care(rows).items())


def _note_homes(people: Sequence[bytes], homes: _Homes) -> None:
    found = fetch_among(
        "SELECT uuid_send(household_id), uuid_send(dwelling_id)"
        f" FROM {Person._meta.db_table} WHERE id {{among}}",
        people,
        {"household": pl.Binary, "dwelling": pl.Binary},
        "uuid",
    )
    homes.households.extend(keys_in(found["household"]))
    homes.dwellings.extend(keys_in(found["dwelling"]))


def _care(keys: Iterable[UUID]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for part in chunks(list(keys)):
        found.update(dict(metrics.counted_care(Q(pk__in=list(part)))))
    return found


# --- rows the batch made -------------------------------------------------------------------


def _remove(batch: ImportBatch, undone: Undone, homes: _Homes) -> None:
    source = batch.source_id
    stays = fetch(
        "SELECT uuid_send(id), uuid_send(person_id), uuid_send(dwelling_id),"
        f" uuid_send(household_id), moved_out IS NULL FROM {Residence._meta.db_table}"
        " WHERE source_id = %s",
        [source],
        {
            "id": pl.Binary,
            "person": pl.Binary,
            "dwelling": pl.Binary,
            "household": pl.Binary,
            "open": pl.Boolean,
        },
    )
    people = _untouched(Person, batch, undone, apart=(Residence, CareLabel, Conflict, Household))
    going = set(people)
    # Of people who stay, a stay goes with the batch unless it has been closed since, or has
    # become the home that their row names.
    homes_now = fetch_among(
        f"SELECT uuid_send(id), uuid_send(dwelling_id) FROM {Person._meta.db_table}"
        " WHERE id {among}",
        [key for key in keys_in(stays["person"]) if key not in going],
        {"person": pl.Binary, "lives_in": pl.Binary},
        "uuid",
    )
    named = stays.join(homes_now, on="person", how="left")
    goes = pl.col("person").is_in(list(going)) | (
        pl.col("open") & pl.col("dwelling").ne_missing(pl.col("lives_in"))
    )
    removed = named.filter(goes) if going or len(named) else named
    _tell_left(Residence, named.filter(~goes)["id"], undone)
    homes.households.extend(keys_in(removed["household"]))
    homes.dwellings.extend(keys_in(removed["dwelling"]))
    _delete(Residence, keys_in(removed["id"]), undone)
    _remove_labels(source, going, undone)
    conflicts = fetch(
        f"SELECT uuid_send(id) FROM {Conflict._meta.db_table}"
        " WHERE source_id = %s AND settled_at IS NULL",
        [source],
        _KEY,
    )
    _delete(Conflict, keys_in(conflicts["subject"]), undone)
    _uncount(Person, people)
    _delete(Person, people, undone)
    households = _untouched(Household, batch, undone)
    _uncount(Household, households)
    _delete(Household, households, undone)
    for model in (Vehicle, Dwelling, Enterprise, Shop, Site):
        keys = _untouched(model, batch, undone)
        _uncount(model, keys)
        _delete(model, keys, undone)


def _remove_labels(source: Any, going: set[bytes], undone: Undone) -> None:
    labels = fetch(
        "SELECT uuid_send(l.id), uuid_send(l.person_id), l.kind, l.valid_to IS NULL,"
        " coalesce(p.grid_id, p.community_id)::text, p.state"
        f" FROM {CareLabel._meta.db_table} l JOIN {Person._meta.db_table} p ON p.id = l.person_id"
        " WHERE l.source_id = %s",
        [source],
        {
            "id": pl.Binary,
            "person": pl.Binary,
            "kind": pl.String,
            "open": pl.Boolean,
            "place": pl.String,
            "state": pl.String,
        },
    )
    goes = pl.col("open") | pl.col("person").is_in(list(going))
    removed = labels.filter(goes)
    _tell_left(CareLabel, labels.filter(~goes)["id"], undone)
    counted = removed.filter((pl.col("state") == "present") & pl.col("open"))
    tallies.pending().add_counted(
        (
            ((metrics.CARE, kind, UUID(place) if place else None), number)
            for kind, place, number in counted.group_by("kind", "place").len().iter_rows()
        ),
        -1,
    )
    _delete(CareLabel, keys_in(removed["id"]), undone)


def _untouched(
    model: type[Sourced],
    batch: ImportBatch,
    undone: Undone,
    apart: tuple[type[models.Model], ...] = (),
) -> list[bytes]:
    """The rows a batch made that nobody changed, verified or refers to from elsewhere.

    `apart` names models whose references made by the batch itself do not count.
    """
    made = fetch(
        "SELECT uuid_send(id), revision > 1 OR touched_by_id <> source_id OR verified_at IS NOT"
        f" NULL FROM {model._meta.db_table} WHERE source_id = %s ORDER BY id FOR UPDATE",
        [batch.source_id],
        {**_KEY, "touched": pl.Boolean},
    )
    touched = set(keys_in(made.filter("touched")["subject"]))
    keys = keys_in(made["subject"])
    for other, column in _references(model):
        own = other in apart
        having_source = own and any(f.name == "source" for f in other._meta.concrete_fields)
        beyond = " AND o.source_id <> %s" if having_source else ""
        for part in chunks(keys):
            given: list[Any] = [[key.hex() for key in part]]
            if having_source:
                given.append(batch.source_id)
            found = fetch(
                f'SELECT DISTINCT uuid_send(o."{column}") FROM {other._meta.db_table} o'
                f' WHERE o."{column}" = ANY(%s::uuid[]){beyond}',
                given,
                _KEY,
            )
            touched.update(keys_in(found["subject"]))
    undone.left.extend((model._meta.label, UUID(bytes=key)) for key in sorted(touched))
    return [key for key in keys if key not in touched]


def _references(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Every column in the cell that refers to a kind of row."""
    return [
        (other, one.column)
        for other in apps.get_models()
        for one in other._meta.concrete_fields
        if isinstance(one, models.ForeignKey) and one.related_model is model
    ]


def _uncount(model: type[Sourced], keys: Sequence[bytes]) -> None:
    tallies.pending().add_columns(model, counted_rows(model, keys), -1)


def _delete(model: type[models.Model], keys: Sequence[bytes], undone: Undone) -> None:
    with connection.cursor() as cursor:
        for part in chunks(keys):
            cursor.execute(
                f"DELETE FROM {model._meta.db_table} WHERE id = ANY(%s::uuid[])",
                [[key.hex() for key in part]],
            )
    if keys:
        undone.removed[model._meta.label] += len(keys)


def _tell_left(model: type[models.Model], keys: pl.Series, undone: Undone) -> None:
    undone.left.extend((model._meta.label, UUID(bytes=key)) for key in keys)


def _restore_queue(batch: ImportBatch, undone: Undone) -> None:
    """The queue of addresses as it was, but for those somebody has settled or added to."""
    kept = ImportUndo.objects.filter(batch=batch, table=UnresolvedAddress._meta.db_table)
    for one in kept.order_by("row_id"):
        waiting = UnresolvedAddress.objects.select_for_update(of=("self",)).filter(
            pk=one.row_id, resolved_at=None
        )
        address = waiting.first()
        if address is None:
            continue
        if not one.memory:
            if address.times == one.revision:
                address.delete()
                undone.removed[UnresolvedAddress._meta.label] += 1
            continue

        before = json.loads(keys_here().open_bytes(one.memory, context=MEMORY))["times"]
        address.times = max(before, 1)
        address.save(update_fields=["times"])
        undone.restored[UnresolvedAddress._meta.label] += 1
