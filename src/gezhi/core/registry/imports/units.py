"""Rows of the 房屋, 出租房, 企业, 门店, 工地 and 车辆 sheets: ready, and held against the registry.

Each of these sheets speaks of one kind of row under one key, so one way of deciding serves all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.rights import Right
from gezhi.base.sentences import Reason, _
from gezhi.core.cells.keys import keys_here
from gezhi.core.places import queries
from gezhi.core.places.models import Place
from gezhi.core.registry import rights
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports import addresses, homes, vehicles
from gezhi.core.registry.imports.beyond import refuse_things_beyond
from gezhi.core.registry.imports.copying import new_keys
from gezhi.core.registry.imports.decision import (
    OUT_OF_REACH,
    Decision,
    Outcome,
    Sorting,
    outcome_rows,
    refused,
    warned,
)
from gezhi.core.registry.imports.fields import differences, specs
from gezhi.core.registry.imports.looking import fetch_among, keys_in
from gezhi.core.registry.imports.reach import within_reach
from gezhi.core.registry.imports.standing import kept_apart
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.models import Dwelling, Enterprise, Shop, Site, Vehicle
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.names import KEYED, name_keys_many
from gezhi.core.registry.sheet_templates_listed import RENTAL

TWICE: Final = Reason("listed_twice", _("与第 {} 行是同一对象，以第 {} 行为准，本行没有采用。"))
NOT_PLACED: Final = Reason(
    "unit_not_placed", _("地址没有对上地址库，先按原文登记，未归入网格，待核对。")
)
LEASE_BACKWARDS: Final = Reason("lease_backwards", _("租期的截止早于起始，租期没有采用，请核对。"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row that a sheet speaks of."""

    code: str
    model: type[Sourced]
    right: Right
    key: Callable[[], pl.Expr]
    """What makes two rows the same, as text; null where that cannot be said."""
    known_key: str
    """The same of a row in the registry, in SQL."""
    made_with: tuple[str, ...] = ()
    """Columns of new rows beside those a sheet is compared by."""

    @property
    def of_rooms(self) -> bool:
        """Whether its rows are rooms of the address library."""
        return self.model is Dwelling


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all(r"\s", "").str.to_uppercase()


_NAMED: Final = "upper(regexp_replace(t.name || '|' || t.address, '\\s', '', 'g'))"


def _named() -> pl.Expr:
    return pl.concat_str([_plain("name"), pl.lit("|"), _plain("address")])


def _room() -> pl.Expr:
    parts = [pl.col("building_id"), pl.col("unit_no").cast(pl.String), pl.col("room_name")]
    return pl.concat_str(parts, separator="/")


_ROOM: Final = "t.building_id::text || '/' || t.unit || '/' || t.room"
KINDS: Final[Mapping[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind("dwelling", Dwelling, rights.CHANGE_DWELLINGS, _room, _ROOM),
        Kind("rental", Dwelling, rights.CHANGE_DWELLINGS, _room, _ROOM),
        Kind("enterprise", Enterprise, rights.CHANGE_UNITS, lambda: pl.col("uscc"), "t.uscc"),
        Kind("shop", Shop, rights.CHANGE_UNITS, _named, _NAMED),
        Kind("site", Site, rights.CHANGE_UNITS, _named, _NAMED),
        Kind(
            "vehicle",
            Vehicle,
            rights.CHANGE_VEHICLES,
            vehicles.key,
            vehicles.KEY,
            (
                *("plate", "plate_index", "plate_kind", "contact", "owner", "enterprise", "shop"),
                *("compound", "dwelling"),
            ),
        ),
    )
}


def prepared(
    rows: pl.DataFrame, code: str, told: Told, *, within: UUID | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with their places; and addresses that wait in the queue (see `addresses.placed`)."""
    if KINDS[code].model is Vehicle:
        return vehicles.prepared(rows, told, within=within)
    if code == RENTAL.code:
        # What a sheet of rented rooms says of each of them by being one.
        rows = _lease_in_order(rows, told).with_columns(pl.lit("rented").alias("use_state"))
    if KINDS[code].of_rooms:
        return addresses.placed(rows, told, within=within)
    rows, queue = _placed_by_text(rows, told, within)
    found = [
        pl.Series(column, [getattr(keys, key) for keys in known], dtype=pl.String)
        for name, columns in KEYED.items()
        if name in rows.columns
        for known in [name_keys_many(rows[name].fill_null("").to_list())]
        for column, key in columns.items()
    ]
    phones = keys_here().blind_index_many(rows["phone"].to_list(), context=b"phone")
    return rows.with_columns(
        *found,
        pl.Series("phone_index", phones, dtype=pl.Binary),
    ), queue


def _lease_in_order(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """A lease that ends before it begins is not taken."""
    if not {"lease_from", "lease_to"} <= set(rows.columns):
        return rows
    wrong = (pl.col("lease_to") < pl.col("lease_from")).fill_null(value=False)
    told.say_rows(rows.filter(wrong).select("sheet", "row"), warned(9, "lease_to", LEASE_BACKWARDS))
    return rows.with_columns(
        pl.when(~wrong).then(name).alias(name) for name in ("lease_from", "lease_to")
    )


def _placed_by_text(
    rows: pl.DataFrame, told: Told, within: UUID | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A unit's address is one text: where the library knows it, the unit has its building."""
    lines = []
    for text in rows["address"].drop_nulls().unique():
        found = queries.resolve(text, within)
        building = found.building
        lines.append(
            (
                text,
                str(building.id) if building else None,
                str(building.community_id) if building else None,
                str(building.grid_id) if building else None,
                found.reason.code if found.reason else "",
            )
        )
    names = ("address", "building_id", "community_id", "grid_id", "why")
    known = pl.DataFrame(lines, schema=dict.fromkeys(names, pl.String), orient="row")
    rows = rows.join(known, on="address", how="left", maintain_order="left")
    astray = pl.col("community_id").is_null() & ~pl.col("held")
    if within is not None and Place.objects.filter(pk=within).exists():
        rows = rows.with_columns(pl.col("community_id").fill_null(str(within)))
    told.say_rows(
        rows.filter(pl.col("building_id").is_null() & ~pl.col("held")).select(
            "sheet", "row", pl.col("address").alias("before")
        ),
        warned(10, "address", NOT_PLACED),
    )
    queue = (
        rows.filter(
            astray & pl.col("why").is_in(["address.unknown_compound", "address.unknown_building"])
        )
        .group_by(pl.col("address").alias("text"))
        .agg(
            pl.col("why").first().alias("reason"),
            pl.col("community_id").first(),
            pl.len().alias("times"),
        )
        .sort("text")
    )
    return rows.drop("why"), queue


def decide(rows: pl.DataFrame, *, code: str, as_of: date, actor: Actor) -> Decision:
    """Hold rows that no cell holds back against the registry as it is now."""
    kind = KINDS[code]
    told = Told()
    rows = rows.with_row_index("i").with_columns(kind.key().alias("key"))
    sorting = Sorting(rows, told)
    sorting.refuse(~within_reach(actor, kind.right), refused(10, "address", OUT_OF_REACH))
    if kind.model is Vehicle:
        vehicles.sort_out(sorting, actor)
    once_each(sorting)
    fresh_rooms = None
    if kind.of_rooms:
        fresh_rooms = homes.with_dwellings(sorting)
    if kind.model is Vehicle:
        known = vehicles.known(keys_in(sorting.rows["key"]))
    else:
        known = _known(kind, keys_in(sorting.rows["key"]))
    sorting.rows = sorting.rows.join(known, on="key", how="left", maintain_order="left")
    refuse_things_beyond(sorting, kind.model, kind.right, actor, field="address")
    if kind.model is Vehicle:
        vehicles.refuse_other_holders(sorting)
    rows = sorting.rows
    made = pl.Series("made", new_keys(len(rows)), dtype=pl.Binary)
    fresh_key = pl.col("dwelling") if kind.of_rooms else pl.col("made")
    rows = rows.with_columns(made).with_columns(
        pl.col("known").is_null().alias("is_new"),
        pl.coalesce("known", fresh_key).alias("subject"),
    )
    listed = rows.filter(~pl.col("is_new"))
    if kind.model is Vehicle:
        changes = vehicles.changed(listed, as_of, told)
    else:
        changes = kept_apart(differences(listed, kind.model), kind.model, as_of, told)
    touched = changes.select("subject").unique()
    decision = Decision(outcome_rows(()), told, changes=changes)
    decision.revisions = listed.select("subject", "revision").join(
        touched, on="subject", how="semi"
    )
    new = rows.filter("is_new")
    if fresh_rooms is not None:
        new = new.join(fresh_rooms.select(*homes.HOME, "house_code"), on=list(homes.HOME))
    decision.new = {code: new}
    decision.seen = keys_in(listed["subject"])
    altered = pl.col("subject").is_in(touched["subject"].implode())
    decision.rows = outcome_rows(
        (
            (sorting.refused(), Outcome.REFUSED),
            (new, Outcome.NEW),
            (listed.filter(altered), Outcome.CHANGED),
            (listed.filter(~altered), Outcome.UNCHANGED),
        )
    ).sort("sheet", "row")
    return decision


def _known(kind: Kind, keys: list[str]) -> pl.DataFrame:
    """The registry's rows under these keys, as a sheet's rows are held against them."""
    fields = specs(kind.model)
    names = ", ".join(f"t.{one.column}" for one in fields)
    return fetch_among(
        f"SELECT {kind.known_key}, uuid_send(t.id), {names}, t.revision"
        f" FROM {kind.model._meta.db_table} t WHERE {kind.known_key} {{among}}",
        keys,
        {
            "key": pl.String,
            "known": pl.Binary,
            **{f"known_{one.name}": one.kind for one in fields},
            "revision": pl.Int64,
        },
        "text",
    ).unique("key", keep="first", maintain_order=True)


def once_each(sorting: Sorting) -> None:
    """Rule 5 for things: of two rows about one, the first is taken, and it is said."""
    first = sorting.rows.group_by("key", maintain_order=True).agg(
        pl.col("i").first().alias("first_i"), pl.col("row").first().alias("first_row")
    )
    rows = sorting.rows.join(first, on="key", how="left", maintain_order="left")
    again = pl.col("i") != pl.col("first_i")
    sorting.rows = rows
    taken = sorting.rows.filter(again)
    sorting.told.say_rows(
        taken.select(
            "sheet", "row", pl.format(TWICE.pattern, "first_row", "first_row").alias("sentence")
        ),
        Finding(5, Treatment.REFUSED, "", "", "", Reason(TWICE.code, "")),
    )
    sorting.drop(again)


def columns_of(code: str, rows: pl.DataFrame) -> dict[str, Any]:
    """The columns of new rows by field name, for writing."""
    model = KINDS[code].model
    names = {one.name for one in specs(model)} | {"name", "uscc"}
    names |= {column for keys in KEYED.values() for column in keys}
    names |= {"phone_index", "house_code", "address", *KINDS[code].made_with}
    fields = {field.name for field in model._meta.concrete_fields}
    return {name: rows[name] for name in sorted(names & fields) if name in rows.columns}
