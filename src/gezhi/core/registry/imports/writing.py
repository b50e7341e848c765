"""A decision carried into the tables, inside the transaction of the confirmation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.models import Q

from gezhi.base.actors import Actor
from gezhi.core.registry import metrics, tallies
from gezhi.core.registry.imports import altering, matching_people, queues, units
from gezhi.core.registry.imports.copying import Copier, new_keys
from gezhi.core.registry.imports.decision import Decision
from gezhi.core.registry.imports.fields import specs
from gezhi.core.registry.imports.looking import chunks, fetch_among, keys_in
from gezhi.core.registry.models import (
    CareLabel,
    Dwelling,
    Household,
    ImportBatch,
    Person,
    Residence,
    Source,
)
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.sheet_templates import POPULATION
from gezhi.core.registry.sheet_templates_listed import LISTED_PEOPLE

_COUNTED: Final = (
    "state",
    "population_class",
    "gender",
    "birth_date",
    "consistency",
    "use_state",
    "public_unit",
    "stage",
    "dissolved_on",
    "until",
)


class ChangedMeanwhile(Exception):  # noqa: N818 - tried again, never shown
    """Somebody changed a row between the decision and its lock."""


@dataclass(slots=True)
class Writer:
    """Writes one decision; `copier` sums up what was written."""

    batch: ImportBatch
    source: Source
    by: Actor
    at: datetime
    copier: Copier

    def write(self, decision: Decision, queue: pl.DataFrame) -> None:
        """Everything of a decision, in an order that two writers share."""
        template = self.batch.template
        of_people = template == POPULATION.code or template in LISTED_PEOPLE
        model: type[Sourced] = Person if of_people else units.KINDS[template].model
        self._lock(model, decision)
        # Before labels are added: those are counted by themselves.
        care = _care(keys_in(decision.changes["subject"])) if model is Person else Counter()
        if template == POPULATION.code:
            self._people(decision)
        elif template in LISTED_PEOPLE:
            self._for_humans(decision)
        else:
            self._units(template, decision)
        self._alter(model, decision.changes, care)
        if template == POPULATION.code:
            self._count_homes(decision)
        queues.add_addresses(queue, batch=self.batch, at=self.at)

    # --- locks -----------------------------------------------------------------------
    def _lock(self, model: type[Sourced], decision: Decision) -> None:
        if "residence" in decision.new:
            stays = decision.new["residence"]
            altering.lock(Dwelling, keys_in(stays["listed_dwelling"]))
            altering.lock(Household, keys_in(stays["listed_household"]))
        now = altering.lock(model, keys_in(decision.revisions["subject"]))
        both = decision.revisions.join(now, on="subject", how="left", suffix="_now")
        if both.filter(pl.col("revision").ne_missing(pl.col("revision_now"))).height:
            raise ChangedMeanwhile

    # --- people ----------------------------------------------------------------------
    def _people(self, decision: Decision) -> None:
        # Each goes as soon as it is written.
        new = decision.new
        self._dwellings(new.pop("dwelling"), new["residence"])
        self._households(new.pop("household"))
        self._new_people(new.pop("person"))
        stays = new["residence"]
        self.copier.write(
            Residence,
            len(stays),
            {
                "id": new_keys(len(stays)),
                "person": stays["subject"],
                "dwelling": stays["dwelling"],
                "household": _where(stays, "main", "household"),
                "kind": stays["residence_kind"],
                "main": stays["main"],
                "moved_in": stays["moved_in"],
                "source": str(self.source.pk),
            },
        )
        self._labels(new["care_label"])
        self._for_humans(decision)

    def _for_humans(self, decision: Decision) -> None:
        """What somebody must decide: pairs that may be one, numbers under two names."""
        doubts = decision.new.get("doubt", pl.DataFrame(schema=matching_people.DOUBTS))
        queues.add_conflicts(doubts, decision.conflicts, source=self.source, at=self.at)

    def _new_people(self, people: pl.DataFrame) -> None:
        texts = {
            one.name: people[one.name]
            if one.sealed
            else people[one.name].fill_null("0" if one.name == "gender" else "")
            for one in specs(Person)
            if one.name in people.columns and one.name != "birth_date"
        }
        self.copier.write(
            Person,
            len(people),
            {
                **texts,
                **self._provenance(people),
                "id": people["subject"],
                "birth_date": people["birth_date"],
                "name": people["name"],
                "given": people["given"],
                "pinyin": people["pinyin"],
                "initials": people["initials"],
                "id_kind": people["id_kind"],
                "id_no": people["id_no"],
                "id_no_index": people["id_index"],
                "provisional_key": _where_null(people, "id_index", "key_index"),
                "phone_index": people["phone_index"],
                "dwelling": people["dwelling"],
                "household": people["household"],
                "relation_to_head": people["relation_to_head"].fill_null(""),
                "population_class": people["population_class"].fill_null("unregistered"),
            },
        )
        counted = people.with_columns(
            pl.lit("present").alias("state"),
            pl.col("gender").fill_null("0"),
            pl.col("population_class").fill_null("unregistered"),
            pl.col("consistency").fill_null(""),
        )
        tallies.pending().add_columns(Person, counted)

    def _dwellings(self, rooms: pl.DataFrame, stays: pl.DataFrame) -> None:
        living = (
            stays.select("dwelling", "main", "residence_kind")
            .filter(pl.col("main") & (pl.col("residence_kind") != "registered_only"))
            .group_by("dwelling")
            .agg(pl.len().alias("residents"))
        )
        rooms = rooms.join(
            living, left_on="id", right_on="dwelling", how="left", maintain_order="left"
        )
        self.copier.write(
            Dwelling,
            len(rooms),
            {
                **self._provenance(rooms),
                **self._room(rooms),
                "id": rooms["id"],
                "residents": rooms["residents"].fill_null(0),
            },
        )
        counted = rooms.with_columns(pl.lit("unknown").alias("use_state"))
        tallies.pending().add_columns(Dwelling, counted)

    def _room(self, rooms: pl.DataFrame) -> dict[str, Any]:
        return {
            "building": rooms["building_id"],
            "unit": rooms["unit_no"],
            "floor": rooms["floor_no"].fill_null(0),
            "room": rooms["room_name"],
            "house_code": rooms["house_code"],
            "address": rooms["address"],
        }

    def _households(self, households: pl.DataFrame) -> None:
        self.copier.write(
            Household,
            len(households),
            {
                **self._provenance(households),
                "id": households["id"],
                "dwelling": households["dwelling"],
                "head": households["head"],
                "members": households["members"],
            },
        )
        counted = households.with_columns(pl.lit(None, dtype=pl.Date).alias("dissolved_on"))
        tallies.pending().add_columns(Household, counted)

    def _labels(self, labels: pl.DataFrame) -> None:
        self.copier.write(
            CareLabel,
            len(labels),
            {
                "id": new_keys(len(labels)),
                "person": labels["subject"],
                "kind": labels["kind"],
                "valid_from": self.batch.as_of,
                "source": str(self.source.pk),
            },
        )

    # --- everything else ---------------------------------------------------------------
    def _units(self, code: str, decision: Decision) -> None:
        new = decision.new[code]
        model = units.KINDS[code].model
        values = {
            **_with_defaults(model, units.columns_of(code, new)),
            **self._provenance(new),
            "id": new["subject"],
        }
        if units.KINDS[code].of_rooms:
            values |= self._room(new)
        else:
            values["building"] = new["building_id"]
        self.copier.write(model, len(new), values)
        defaults = {
            field.name: pl.lit(field.get_default())
            for field in model._meta.concrete_fields
            if field.name in _COUNTED and field.name not in new.columns
        }
        counted = new.with_columns(**defaults)
        if "use_state" in counted.columns:
            counted = counted.with_columns(pl.col("use_state").fill_null("unknown"))
        if "state" in counted.columns:
            counted = counted.with_columns(pl.col("state").fill_null("open"))
        tallies.pending().add_columns(model, counted)

    def _alter(self, model: type[Sourced], changes: pl.DataFrame, care: Counter[Any]) -> None:
        """Change what is listed: memory, history, rows, counts."""
        if not len(changes):
            return
        subjects = keys_in(changes["subject"])
        altering.remember(self.batch, model, subjects)
        placed = self._with_places(model, changes)
        before = counted_rows(model, subjects)
        altering.write_history(
            model, placed, source=self.source, by=self.by.name, at=self.at, copier=self.copier
        )
        altering.update(model, placed, source=self.source, as_of=self.batch.as_of)
        delta = tallies.pending()
        delta.add_columns(model, before, -1)
        delta.add_columns(model, counted_rows(model, subjects))
        if model is Person:
            delta.add_counted(care.items(), -1)
            delta.add_counted(_care(subjects).items())

    def _with_places(self, model: type[Sourced], changes: pl.DataFrame) -> pl.DataFrame:
        """Whoever gains a home gains its place with it."""
        homes = changes.filter(pl.col("field") == "dwelling")
        if model is not Person or not len(homes):
            return changes
        places = fetch_among(
            f"SELECT id::text, community_id::text, grid_id::text FROM {Dwelling._meta.db_table}"
            " WHERE id {among}",
            [UUID(key).bytes for key in homes["after"].unique()],
            {"after": pl.String, "community": pl.String, "grid": pl.String},
            "uuid",
        )
        now = fetch_among(
            f"SELECT uuid_send(id), community_id::text, grid_id::text"
            f" FROM {Person._meta.db_table} WHERE id {{among}}",
            keys_in(homes["subject"]),
            {"subject": pl.Binary, "was_community": pl.String, "was_grid": pl.String},
            "uuid",
        )
        both = homes.join(places, on="after").join(now, on="subject")
        moved = [
            both.filter(pl.col(f"was_{name}").ne_missing(pl.col(name))).with_columns(
                pl.lit(name).alias("field"),
                pl.col(f"was_{name}").alias("before"),
                pl.col(name).alias("after"),
            )
            for name in ("community", "grid")
        ]
        return pl.concat([changes, *(frame.select(changes.columns) for frame in moved)])

    def _count_homes(self, decision: Decision) -> None:
        """Members, residents and labels of what was listed already."""
        stays = decision.new["residence"]
        recount(keys_in(stays["listed_household"]), keys_in(stays["listed_dwelling"]))
        labels = decision.new["care_label"]
        counted: Counter[Any] = Counter()
        changed = set(keys_in(decision.changes["subject"]))
        for subject, kind, grid, community in labels.select(
            "subject", "kind", "grid_id", "community_id"
        ).iter_rows():
            if subject not in changed:
                place = grid or community
                counted[(metrics.CARE, kind, UUID(place) if place else None)] += 1
        tallies.pending().add_counted(counted.items())

    def _provenance(self, rows: pl.DataFrame) -> dict[str, Any]:
        return {
            "community": rows["community_id"],
            "grid": rows["grid_id"],
            "source": str(self.source.pk),
            "touched_by": str(self.source.pk),
            "as_of": self.batch.as_of,
        }


def _where(rows: pl.DataFrame, condition: str, column: str) -> pl.Series:
    return rows.select(pl.when(condition).then(column).alias(column)).to_series()


def _where_null(rows: pl.DataFrame, null: str, column: str) -> pl.Series:
    return rows.select(pl.when(pl.col(null).is_null()).then(column).alias(column)).to_series()


def _with_defaults(model: type[Sourced], values: dict[str, pl.Series]) -> dict[str, Any]:
    """Columns of new rows; a blank becomes the field's default where it may not be null."""
    filled: dict[str, Any] = {}
    for name, series in values.items():
        field: Any = model._meta.get_field(name)
        if not field.null and series.null_count():
            series = series.fill_null(field.get_default())
        filled[name] = series
    return filled


def counted_rows(model: type[Sourced], subjects: Sequence[bytes]) -> pl.DataFrame:
    """The columns that counters look at, of listed rows."""
    names = {field.name for field in model._meta.concrete_fields}
    columns = [name for name in _COUNTED if name in names]
    dates = ("birth_date", "dissolved_on", "until")
    kinds: dict[str, Any] = {name: pl.Date if name in dates else pl.String for name in columns}
    listed = ", ".join(columns)
    return fetch_among(
        f"SELECT {listed}{', ' if listed else ''}community_id::text, grid_id::text"
        f" FROM {model._meta.db_table} WHERE id {{among}}",
        subjects,
        {**kinds, "community_id": pl.String, "grid_id": pl.String},
        "uuid",
    )


def _care(subjects: Sequence[bytes]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for part in chunks(subjects):
        among = Q(pk__in=[UUID(bytes=key) for key in part])
        found.update(dict(metrics.counted_care(among)))
    return found


def recount(households: Sequence[bytes], dwellings: Sequence[bytes]) -> None:
    """Bring members of households and residents of dwellings in line with the relations."""
    with connection.cursor() as cursor:
        for part in chunks(households):
            cursor.execute(
                f"UPDATE {Household._meta.db_table} h SET members ="
                f" (SELECT count(*) FROM {Person._meta.db_table} p"
                " WHERE p.household_id = h.id AND p.state = 'present')"
                " WHERE h.id = ANY(%s::uuid[])",
                [[key.hex() for key in part]],
            )
        for part in chunks(dwellings):
            cursor.execute(
                f"UPDATE {Dwelling._meta.db_table} d SET residents ="
                f" (SELECT count(*) FROM {Residence._meta.db_table} r WHERE r.dwelling_id = d.id"
                " AND r.moved_out IS NULL AND r.main AND r.kind <> 'registered_only')"
                " WHERE d.id = ANY(%s::uuid[])",
                [[key.hex() for key in part]],
            )
