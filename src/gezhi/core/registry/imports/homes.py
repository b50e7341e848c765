"""Dwellings, households and stays that the rows of a people sheet call for."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from gezhi.base.sentences import Reason, _
from gezhi.core.places.addresses import house_code
from gezhi.core.places.models import Building, Compound, Place
from gezhi.core.registry.actions.dwellings import NAMED_ROOMS
from gezhi.core.registry.findings import Finding, Treatment
from gezhi.core.registry.imports.copying import new_keys
from gezhi.core.registry.imports.decision import Sorting, refused, warned
from gezhi.core.registry.imports.looking import fetch, fetch_among, keys_in
from gezhi.core.registry.models import Dwelling, Household, Person, Residence
from gezhi.core.registry.rules import HEAD

HOME: Final = ("building_id", "unit_no", "room_name")
SECOND_HEAD: Final = Reason("second_head", _("同一户里已有一行是户主，这一行的与户主关系请改正。"))
HEAD_LISTED: Final = Reason(
    "head_listed",
    _(
        "这处住址已登记了这一户的户主，本行也填户主却没有本人证件号，认不出是否同一人："
        "请填写本人证件号，或改正与户主关系。"
    ),
)
NO_CODE: Final = Reason("no_house_code", _("单元、楼层或房号超出房屋编码的范围，请核对。"))
ELSEWHERE: Final = Reason(
    "lives_elsewhere",
    _("平台登记的现住址与本表不同，两处都保留；如已搬家，请办理“辖区内搬迁”。"),
)
OVERLAP: Final = Reason(
    "stays_overlap", _("入住日期与已登记的居住时间重叠，没有登记这处住址，请核对日期。")
)
_DWELLINGS: Final = {
    "building_id": pl.String,
    "unit_no": pl.Int16,
    "room_name": pl.String,
    "listed_dwelling": pl.Binary,
}


def with_dwellings(sorting: Sorting) -> pl.DataFrame:
    """Give each row its `dwelling` (a key, new ones too); returns the dwellings to be added."""
    rows = sorting.rows
    listed = fetch_among(
        "SELECT building_id::text, unit, room, uuid_send(id)"
        f" FROM {Dwelling._meta.db_table} WHERE building_id {{among}}",
        [_raw(key) for key in keys_in(rows["building_id"])],
        _DWELLINGS,
        "uuid",
    )
    rows = rows.join(listed, on=list(HOME), how="left", maintain_order="left")
    fresh = (
        rows.filter(pl.col("listed_dwelling").is_null())
        .group_by(HOME, maintain_order=True)
        .agg(
            pl.col("floor_no").drop_nulls().first(),
            pl.col("address").first(),
            pl.col("community_id").first(),
            pl.col("grid_id").first(),
        )
    )
    fresh = house_codes(fresh)
    uncoded = fresh.filter(pl.col("house_code").is_null()).select(*HOME)
    sorting.rows = rows
    if len(uncoded):
        marked = uncoded.with_columns(pl.lit(value=True).alias("uncoded"))
        sorting.rows = rows.join(marked, on=list(HOME), how="left", maintain_order="left")
        sorting.refuse(pl.col("uncoded"), refused(10, "room", NO_CODE))
        sorting.rows = sorting.rows.drop("uncoded")
        fresh = fresh.filter(pl.col("house_code").is_not_null())
    fresh = fresh.with_columns(pl.Series("made", new_keys(len(fresh)), dtype=pl.Binary))
    sorting.rows = (
        sorting.rows.join(
            fresh.select(*HOME, "made"), on=list(HOME), how="left", maintain_order="left"
        )
        .with_columns(pl.coalesce("listed_dwelling", "made").alias("dwelling"))
        .drop("made")
    )
    return fresh.rename({"made": "id"})


def house_codes(rooms: pl.DataFrame) -> pl.DataFrame:
    """Rooms with their `house_code`; null where a number does not fit.

    Rooms whose name is no number go on from the last such number of their unit and floor.
    """
    buildings = {
        str(b.pk): b for b in Building.objects.filter(pk__in=keys_in(rooms["building_id"]))
    }
    compounds = Compound.objects.in_bulk({b.compound_id for b in buildings.values()})
    villages = Place.objects.in_bulk({b.community_id for b in buildings.values()})
    named: dict[tuple[str, int, int], int] = {}
    codes: list[str | None] = []
    for building_id, unit, room, floor in rooms.select(*HOME, "floor_no").iter_rows():
        building = buildings[building_id]
        storey = floor or 0
        if re.fullmatch(r"[0-9]{1,4}", room):
            number = int(room)
        else:
            if not named:
                named = _named_rooms(list(buildings))
            key = (building_id, unit, storey)
            number = named[key] = named.get(key, NAMED_ROOMS - 1) + 1
        try:
            codes.append(
                house_code(
                    villages[building.community_id].code,
                    compounds[building.compound_id].number,
                    building.number,
                    unit,
                    storey,
                    number,
                )
            )
        except ValueError:
            codes.append(None)
    coded = rooms.with_columns(pl.Series("house_code", codes, dtype=pl.String))
    taken = fetch_among(
        f"SELECT house_code FROM {Dwelling._meta.db_table} WHERE house_code {{among}}",
        keys_in(coded["house_code"]),
        {"house_code": pl.String},
        "text",
    )
    free = ~pl.col("house_code").is_in(taken["house_code"].implode())
    coded = coded.with_columns(pl.when(free).then("house_code").alias("house_code"))
    # 0501 and 501 are two names of one room: the later cannot have a code of its own.
    return coded.with_columns(
        pl.when(pl.col("house_code").is_first_distinct()).then("house_code").alias("house_code")
    )


def _named_rooms(buildings: list[str]) -> dict[tuple[str, int, int], int]:
    rows = fetch(
        "SELECT building_id::text, unit, floor, max(right(house_code, 4))"
        f" FROM {Dwelling._meta.db_table} WHERE building_id = ANY(%s::uuid[])"
        " AND house_code ~ '9[0-9]{3}$' GROUP BY 1, 2, 3",
        [buildings],
        {"building": pl.String, "unit": pl.Int16, "floor": pl.Int16, "last": pl.String},
    )
    found = {(b, u, f): int(last) for b, u, f, last in rows.iter_rows()}
    return found or {("", 0, 0): 0}


def _raw(key: str) -> bytes:
    return bytes.fromhex(key.replace("-", ""))


_OPEN: Final = {"subject": pl.Binary, "open_dwelling": pl.Binary, "open_main": pl.Boolean}


def with_stays(sorting: Sorting) -> None:
    """Say of each row whether it opens a stay (`opens`) and whether that is a main home (`main`).

    Somebody whose main home is elsewhere keeps it: both addresses stay as relations (rule 5).
    """
    rows = sorting.rows
    listed = keys_in(rows.filter(~pl.col("is_new"))["subject"])
    open_stays = fetch_among(
        "SELECT uuid_send(person_id), uuid_send(dwelling_id), main"
        f" FROM {Residence._meta.db_table} WHERE person_id {{among}} AND moved_out IS NULL",
        listed,
        _OPEN,
        "uuid",
    )
    here = open_stays.select(
        "subject", pl.col("open_dwelling").alias("dwelling"), pl.lit(value=True).alias("lives_here")
    ).unique()
    mains = open_stays.filter("open_main").select(
        "subject", pl.col("open_dwelling").alias("main_home")
    )
    rows = rows.join(here, on=["subject", "dwelling"], how="left", maintain_order="left")
    rows = rows.join(mains, on="subject", how="left", maintain_order="left")
    rows = rows.with_columns(
        (
            pl.col("lives_here").is_null() & pl.struct("subject", "dwelling").is_first_distinct()
        ).alias("opens"),
    )
    sorting.rows = rows.with_columns(
        (pl.col("opens") & pl.col("main_home").is_null() & ~pl.col("again")).alias("main")
    )
    elsewhere = pl.col("opens") & pl.col("main_home").is_not_null() & ~pl.col("again")
    sorting.told.say_rows(
        sorting.rows.filter(elsewhere).select("sheet", "row"), warned(5, "address", ELSEWHERE)
    )
    _refuse_overlaps(sorting)


def _refuse_overlaps(sorting: Sorting) -> None:
    """Nobody returns to a main home before having left the last one."""
    back = keys_in(sorting.rows.filter(pl.col("main") & ~pl.col("is_new"))["subject"])
    past = fetch_among(
        "SELECT uuid_send(person_id), max(moved_out)"
        f" FROM {Residence._meta.db_table} WHERE person_id {{among}}"
        " AND main AND moved_out IS NOT NULL GROUP BY person_id",
        back,
        {"subject": pl.Binary, "left_on": pl.Date},
        "uuid",
    )
    if not len(past):
        return
    rows = sorting.rows.join(past, on="subject", how="left", maintain_order="left")
    clash = (
        pl.col("main")
        & pl.col("left_on").is_not_null()
        & (pl.col("moved_in").is_null() | (pl.col("moved_in") < pl.col("left_on")))
    )
    sorting.told.say_rows(rows.filter(clash).select("sheet", "row"), warned(5, "moved_in", OVERLAP))
    sorting.rows = rows.with_columns(
        (pl.col("main") & ~clash).alias("main"), (pl.col("opens") & ~clash).alias("opens")
    ).drop("left_on")


_HOUSEHOLDS: Final = {
    "dwelling": pl.Binary,
    "listed_household": pl.Binary,
    "listed_head": pl.Binary,
    "listed_head_name": pl.String,
    "listed_head_key": pl.Binary,
}


_OF_HOUSEHOLDS: Final = (
    *("dwelling", "listed_dwelling", "token", "subject", "relation_to_head", "head_name"),
    *("community_id", "grid_id", "main"),
)


def with_tokens(sorting: Sorting) -> None:
    """Give each row its `token`, and hold back a second head of one household (rule 11).

    People belong together who name the same head at the same dwelling: by the head's number, or
    where that is missing by name.
    """
    sorting.rows = sorting.rows.with_columns(
        pl.coalesce(
            pl.col("head_index").bin.encode("hex"),
            pl.when(pl.col("head_name") != "").then(pl.format("={}", "head_name")),
            pl.lit(""),
        ).alias("token")
    )
    _beside_listed_heads(sorting)
    _second_heads(sorting)


def with_households(sorting: Sorting) -> pl.DataFrame:
    """Give each row that opens a main home its `household`; returns those to be added.

    A household listed at the dwelling under the same head is the one.
    """
    rows = sorting.rows
    settling = rows.select(_OF_HOUSEHOLDS).filter(pl.col("main")).drop("main")
    listed = _households_at(keys_in(settling["listed_dwelling"]))
    groups = settling.group_by("dwelling", "token", maintain_order=True).agg(
        pl.col("subject").filter(pl.col("relation_to_head") == HEAD).first().alias("head"),
        pl.col("head_name").first(),
        pl.col("community_id").first(),
        pl.col("grid_id").first(),
        pl.len().alias("members"),
    )
    groups = _listed_households(groups, listed)
    fresh = pl.col("listed_household").is_null()
    made = groups.filter(fresh)
    made = made.with_columns(pl.Series("id", new_keys(len(made)), dtype=pl.Binary))
    groups = groups.join(
        made.select("dwelling", "token", "id"), on=["dwelling", "token"], how="left"
    ).with_columns(pl.coalesce("listed_household", "id").alias("household"))
    sorting.rows = rows.join(
        groups.select("dwelling", "token", "household", "listed_household"),
        on=["dwelling", "token"],
        how="left",
        maintain_order="left",
    )
    return made


def _households_at(dwellings: list[bytes]) -> pl.DataFrame:
    """Households that are open at these dwellings, with their heads."""
    return fetch_among(
        "SELECT uuid_send(h.dwelling_id), uuid_send(h.id), p.id_no_index, p.name,"
        f" uuid_send(h.head_id) FROM {Household._meta.db_table} h"
        f" LEFT JOIN {Person._meta.db_table} p ON p.id = h.head_id"
        " WHERE h.dwelling_id {among} AND h.dissolved_on IS NULL",
        dwellings,
        _HOUSEHOLDS,
        "uuid",
    )


def _listed_households(groups: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    by_number = (
        listed.filter(pl.col("listed_head").is_not_null())
        .select(
            "dwelling",
            pl.col("listed_head").bin.encode("hex").alias("token"),
            pl.col("listed_household").alias("by_number"),
        )
        .unique(["dwelling", "token"], keep="first")
    )
    by_name = (
        listed.filter(pl.col("listed_head_name").is_not_null())
        .select(
            "dwelling",
            pl.col("listed_head_name").alias("head_name"),
            pl.col("listed_household").alias("by_name"),
        )
        .unique(["dwelling", "head_name"], keep="none")
    )
    only = (
        listed.group_by("dwelling")
        .agg(pl.col("listed_household").first().alias("only"), pl.len().alias("count"))
        .filter(pl.col("count") == 1)
        .select("dwelling", "only")
    )
    joined = (
        groups.join(by_number, on=["dwelling", "token"], how="left")
        .join(by_name, on=["dwelling", "head_name"], how="left")
        .join(only, on="dwelling", how="left")
    )
    named = pl.col("token").str.starts_with("=")
    return joined.with_columns(
        pl.when(pl.col("by_number").is_not_null())
        .then("by_number")
        .when(named)
        .then("by_name")
        .when(pl.col("token") == "")
        .then("only")
        .alias("listed_household")
    )


def _beside_listed_heads(sorting: Sorting) -> None:
    """Hold back a head without a number whose row points at a household with another head.

    They may be one person or two: that is for a human. A head with a number cannot get here, for
    it points at the household of that very number.
    """
    heads = sorting.rows.filter(
        (pl.col("relation_to_head") == HEAD)
        & pl.col("id_index").is_null()
        & pl.col("listed_dwelling").is_not_null()
    ).select("i", "dwelling", "token", "subject")
    if not len(heads):
        return
    there = _households_at(keys_in(heads["dwelling"])).select(
        "dwelling",
        pl.concat_list(
            pl.col("listed_head").bin.encode("hex"), pl.format("={}", "listed_head_name")
        ).alias("token"),
        "listed_head_key",
    )
    met = heads.join(there.explode("token").drop_nulls("token"), on=["dwelling", "token"])
    own = met.filter(pl.col("subject") == pl.col("listed_head_key"))["i"]
    beside = met.filter(~pl.col("i").is_in(own.implode()))["i"]
    if len(beside):
        sorting.refuse(
            pl.col("i").is_in(beside.implode()), refused(11, "relation_to_head", HEAD_LISTED)
        )


def _second_heads(sorting: Sorting) -> None:
    """A household has one head: further ones are held back."""
    heads = (
        sorting.rows.select("i", "dwelling", "token", "subject", "relation_to_head")
        .filter(pl.col("relation_to_head") == HEAD)
        .unique(["dwelling", "token", "subject"], keep="first", maintain_order=True)
    )
    further = heads.filter(~pl.struct("dwelling", "token").is_first_distinct())
    if not len(further):
        return
    marked = further.select("i", pl.lit(value=True).alias("second"))
    sorting.rows = sorting.rows.join(marked, on="i", how="left", maintain_order="left")
    sorting.refuse(
        pl.col("second"),
        Finding(11, Treatment.REFUSED, "relation_to_head", "", "", SECOND_HEAD),
    )
    sorting.rows = sorting.rows.drop("second")
