"""Rows of the 车辆 sheet: made ready, and held against the vehicles kept here now.

A vehicle is known by its plate and the kind of plate. Where the sheet and the registry, or two
rows of the sheet, put one plate under different holders, none is taken: a human decides.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.plates import Plate, parse_plate
from gezhi.base.sentences import Reason, _
from gezhi.core.cells.keys import keys_here
from gezhi.core.registry.imports import vehicle_stands
from gezhi.core.registry.imports.decision import Sorting, refused
from gezhi.core.registry.imports.fields import CHANGES, Spec, differences, opened, specs
from gezhi.core.registry.imports.looking import fetch_among
from gezhi.core.registry.imports.people import plain_name
from gezhi.core.registry.imports.standing import kept_apart
from gezhi.core.registry.imports.told import Told
from gezhi.core.registry.imports.vehicle_holders import LINKS, with_holders
from gezhi.core.registry.models import Enterprise, Person, Shop, Vehicle
from gezhi.core.registry.vehicle_rules import plate_kind_of, unlike

UNLIKE: Final = Reason(
    "plate_kind_unlike",
    _("号牌种类与车牌号不符：新能源、挂车、教练和警用号牌从号码就能看出，请核对。"),
)
OTHER_HOLDER: Final = Reason(
    "other_holder",
    _("这个车牌已登记在另一位车主名下；如已过户，请在车辆页面办理“变更车主”，写错的请改正。"),
)
TWO_ROWS: Final = Reason(
    "plate_of_two", _("表里同一车牌写了不同的车主，都没有采用；请核对后只留一行。")
)
_EXPECTED: Final[dict[str, Any]] = {
    **dict.fromkeys(
        ("plate", "plate_kind", "kind", "contact", "owner_id_no", "uscc", "phone", "parking"),
        pl.String,
    ),
    "since": pl.Date,
    "remark": pl.String,
}
_STANDS: Final = ("compound", "building", "dwelling", "community", "grid")
KEY: Final = "encode(t.plate_index, 'hex') || '/' || t.plate_kind"


def key() -> pl.Expr:
    """What makes two rows one vehicle."""
    return pl.concat_str(
        [pl.col("plate_index").bin.encode("hex"), pl.col("plate_kind")], separator="/"
    )


def prepared(
    rows: pl.DataFrame, told: Told, *, within: UUID | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with their places, kinds of plate and indexes; and addresses for the queue."""
    rows = rows.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in _EXPECTED.items()
        if name not in rows.columns
    )
    rows, queue = vehicle_stands.placed(rows, told, within=within)
    rows = _with_plate_kinds(rows, told)
    plates = keys_here().blind_index_many(rows["plate"].to_list(), context=b"plate")
    owners = keys_here().blind_index_many(rows["owner_id_no"].to_list(), context=b"id_no")
    phones = keys_here().blind_index_many(rows["phone"].to_list(), context=b"phone")
    return rows.drop("owner_id_no").with_columns(
        pl.Series("plate_index", plates, dtype=pl.Binary),
        pl.Series("id_index", owners, dtype=pl.Binary),
        pl.Series("said_phone", phones, dtype=pl.Binary),
    ), queue


def _with_plate_kinds(rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """The kind of plate where the sheet is silent; one that cannot be is told and held back."""
    kinds: list[str | None] = []
    wrong: list[bool] = []
    for number, said, kind in rows.select("plate", "plate_kind", "kind").iter_rows():
        read = parse_plate(number) if number else None
        if not isinstance(read, Plate):
            kinds.append(said)
            wrong.append(False)
            continue
        kinds.append(said or plate_kind_of(read, kind or ""))
        wrong.append(bool(said) and unlike(read, said) is not None)
    rows = rows.with_columns(
        pl.Series("plate_kind", kinds, dtype=pl.String),
        pl.Series("unlike", wrong, dtype=pl.Boolean),
    )
    told.say_rows(rows.filter("unlike").select("sheet", "row"), refused(16, "plate_kind", UNLIKE))
    return rows.with_columns((pl.col("held") | pl.col("unlike")).alias("held")).drop("unlike")


def sort_out(sorting: Sorting, actor: Actor) -> None:
    """Find each row's holder, and refuse plates that the sheet itself puts under two."""
    with_holders(sorting, actor)
    holder = pl.concat_str(
        [plain_name("said"), *(pl.col(link) for link in LINKS)], separator="|", ignore_nulls=True
    )
    sorting.refuse(holder.n_unique().over("key") > 1, refused(5, "plate", TWO_ROWS))


def known(keys: list[str]) -> pl.DataFrame:
    """The vehicles kept here now under these keys, with what a sheet is held against."""
    fields = specs(Vehicle)
    names = ", ".join(f"t.{one.column}" for one in fields)
    links = ", ".join(f"t.{name}_id::text" for name in (*LINKS, *_STANDS))
    return fetch_among(
        f"SELECT {KEY}, uuid_send(t.id), {names}, {links}, t.contact, t.revision,"
        " coalesce(p.name, e.name, s.name)"
        f" FROM {Vehicle._meta.db_table} t"
        f" LEFT JOIN {Person._meta.db_table} p ON p.id = t.owner_id"
        f" LEFT JOIN {Enterprise._meta.db_table} e ON e.id = t.enterprise_id"
        f" LEFT JOIN {Shop._meta.db_table} s ON s.id = t.shop_id"
        f" WHERE t.until IS NULL AND {KEY} {{among}}",
        keys,
        {
            "key": pl.String,
            "known": pl.Binary,
            **{f"known_{one.name}": one.kind for one in fields},
            **{f"known_{name}": pl.String for name in (*LINKS, *_STANDS)},
            "known_contact": pl.Binary,
            "revision": pl.Int64,
            "known_holder": pl.String,
        },
        "text",
    )


def refuse_other_holders(sorting: Sorting) -> None:
    """A plate that is listed under somebody else: a change of owner is no correction.

    Told apart by number where both sides have one, else by name.
    """
    rows = sorting.rows
    contacts = opened(rows["known_contact"], Spec("contact", Vehicle))
    rows = rows.with_columns(
        pl.coalesce("known_holder", contacts.alias("contact_before")).alias("listed_as")
    )
    here = pl.coalesce(*LINKS)
    there = pl.coalesce(*(f"known_{link}" for link in LINKS))
    other = (
        pl.when(here.is_not_null() & there.is_not_null())
        .then(here != there)
        .otherwise(plain_name("said") != plain_name("listed_as"))
    )
    sorting.rows = rows
    sorting.refuse(
        pl.col("known").is_not_null() & other.fill_null(value=False),
        refused(6, "contact", OTHER_HOLDER),
    )


def changed(listed: pl.DataFrame, as_of: date, told: Told) -> pl.DataFrame:
    """What vehicles listed already would change, field by field.

    Where one stands is one fact in several columns: it goes over whole or not at all.
    """
    plain = kept_apart(
        pl.concat([differences(listed, Vehicle), _linked(listed)]), Vehicle, as_of, told
    )
    moved = _moved(listed)
    free = kept_apart(moved, Vehicle, as_of, told)
    held = moved.join(free, on=["subject", "field"], how="anti")["subject"]
    return pl.concat([plain, free.filter(~pl.col("subject").is_in(held.implode()))])


def _linked(listed: pl.DataFrame) -> pl.DataFrame:
    """Vehicles listed under a name that now have a holder of the registry."""
    unlinked = listed.filter(pl.coalesce(*(f"known_{link}" for link in LINKS)).is_null())
    return _as_changes(unlinked, {link: link for link in LINKS}, says_all=False)


def _moved(listed: pl.DataFrame) -> pl.DataFrame:
    """Vehicles that stand elsewhere now. A sheet that says less than is known changes nothing."""
    elsewhere = pl.col("compound") != pl.col("known_compound")
    for name, column in (("building", "building_id"), ("dwelling", "dwelling")):
        elsewhere |= pl.col(column).is_not_null() & pl.col(column).ne_missing(
            pl.col(f"known_{name}")
        )
    elsewhere |= pl.col("known_compound").is_null()
    return _as_changes(
        listed.filter(elsewhere.fill_null(value=False)),
        {
            "compound": "compound",
            "building": "building_id",
            "dwelling": "dwelling",
            "community": "community_id",
            "grid": "grid_id",
        },
        says_all=True,
    )


def _as_changes(rows: pl.DataFrame, columns: dict[str, str], *, says_all: bool) -> pl.DataFrame:
    found = [pl.DataFrame(schema=CHANGES)]
    for field, column in columns.items():
        differs = pl.col(column).ne_missing(pl.col(f"known_{field}"))
        if not says_all:
            differs &= pl.col(column).is_not_null()
        found.append(
            rows.filter(differs).select(
                "subject",
                "sheet",
                "row",
                pl.lit(field).alias("field"),
                pl.col(f"known_{field}").alias("before"),
                pl.col(column).alias("after"),
                pl.lit(value=False).alias("sealed"),
            )
        )
    return pl.concat(found, how="vertical_relaxed")
