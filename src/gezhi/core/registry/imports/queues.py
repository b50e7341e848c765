"""What an import leaves for a human: conflicts about people, addresses nobody could place."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection

from gezhi.core.places.actions.addresses import Unknown, record_unresolved
from gezhi.core.places.models import UnresolvedAddress
from gezhi.core.registry.conflicts import incoming_key, sealed_incoming
from gezhi.core.registry.imports import addresses, altering
from gezhi.core.registry.imports.copying import new_keys
from gezhi.core.registry.imports.looking import chunks
from gezhi.core.registry.models import Conflict, ImportBatch, ImportUndo, Source

_REPORTED: Final = (
    *("name", "id_kind", "id_no", "gender", "birth_date", "phone", "ethnicity"),
    *("population_class", "consistency", "hukou_address", "political_status", "education"),
    *("marital_status", "workplace", "remark"),
)
"""What a conflict keeps of a row: fields of the person."""


def add_conflicts(
    doubts: pl.DataFrame, conflicts: pl.DataFrame, *, source: Source, at: datetime
) -> None:
    """What a human decides; what waits already is not asked again."""
    lines: list[dict[str, Any]] = [
        {"person": known, "other": subject, "kind": kind, "community": c, "grid": g}
        for subject, known, kind, c, g in doubts.select(
            "subject", "known", "kind", "community_id", "grid_id"
        ).iter_rows()
    ]
    for row in conflicts.iter_rows(named=True):
        reported = {name: str(row[name]) for name in _REPORTED if row.get(name) not in (None, "")}
        lines.append(
            {
                "person": row["subject"],
                "kind": "same_id_other_name",
                "incoming": sealed_incoming(reported),
                "incoming_key": incoming_key(reported),
                "community": row["community_id"],
                "grid": row["grid_id"],
            }
        )
    statement = (
        f"INSERT INTO {Conflict._meta.db_table} (id, kind, person_id, other_id, incoming,"
        " incoming_key, community_id, grid_id, source_id, found_at, settled_by, outcome)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '') ON CONFLICT DO NOTHING"
    )
    values = [
        (
            UUID(bytes=key),
            line["kind"],
            UUID(bytes=line["person"]),
            UUID(bytes=line["other"]) if line.get("other") else None,
            line.get("incoming"),
            line.get("incoming_key"),
            line["community"],
            line["grid"],
            source.pk,
            at,
        )
        for key, line in zip(new_keys(len(lines)), lines, strict=True)
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def add_addresses(queue: pl.DataFrame, *, batch: ImportBatch, at: datetime) -> None:
    """Addresses nobody could place: each text waits once, and says how often it came."""
    if not len(queue):
        return
    texts = queue["text"].to_list()
    waiting = {
        one.text: one.pk
        for part in chunks(texts)
        for one in UnresolvedAddress.objects.filter(text__in=part, resolved_at=None).only("text")
    }
    altering.remember(batch, UnresolvedAddress, sorted(key.bytes for key in waiting.values()))
    community = batch.community_id
    unknown = [
        Unknown(
            text,
            addresses.sentence_of(reason),
            times,
            UUID(place) if place else community,
            None,
        )
        for text, reason, place, times in queue.select(
            "text", "reason", "community_id", "times"
        ).iter_rows()
    ]
    kept = record_unresolved(unknown, at=at)
    times = dict(queue.select("text", "times").iter_rows())
    ImportUndo.objects.bulk_create(
        [
            ImportUndo(
                batch=batch,
                table=UnresolvedAddress._meta.db_table,
                row_id=key,
                revision=times[text],
                memory=b"",
            )
            for text, key in kept.items()
            if text not in waiting
        ],
        batch_size=1000,
    )
