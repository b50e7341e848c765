"""The address library in memory: which building an address text or a row of a sheet means.

Reading a text (`addresses`) says what was written; this says which compound and building of ours
that is, by name or alias. Nothing is guessed: a name two communities share, a unit a building
does not have, or a missing unit where there are several comes back with a reason. Rows of a sheet
and single texts go through the same two look-ups, so both give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import polars as pl

from gezhi.base.sentences import Reason, _
from gezhi.base.text import half_width
from gezhi.core.places.address_columns import CELLS, SCHEMA, parse_columns
from gezhi.core.places.address_parts import normalise_building
from gezhi.core.places.addresses import (
    Address,
    Kind,
    Parsed,
    parse_cells,
    parse_text,
    unit_number,
    without_prefix,
)

UNKNOWN_COMPOUND: Final = Reason(
    "address.unknown_compound", _("地址库里没有这个小区（自然村），请核对名称或登记别名")
)
MANY_COMPOUNDS: Final = Reason(
    "address.many_compounds", _("几个社区都有这个名称的小区，请写明社区（村）")
)
UNKNOWN_COMMUNITY: Final = Reason("address.unknown_community", _("没有这个社区（村），请核对名称"))
UNKNOWN_BUILDING: Final = Reason(
    "address.unknown_building", _("这个小区没有这栋楼，请核对楼栋或先登记楼栋")
)
BUILDING_NEEDED: Final = Reason("address.building_needed", _("没有写楼栋，请补上楼栋"))
UNIT_NEEDED: Final = Reason("address.unit_needed", _("这栋楼有几个单元，请写明单元"))
UNKNOWN_UNIT: Final = Reason("address.unknown_unit", _("这栋楼没有这个单元，请核对"))
REASONS: Final[Mapping[str, Reason]] = {
    reason.code: reason
    for reason in (
        UNKNOWN_COMPOUND,
        MANY_COMPOUNDS,
        UNKNOWN_COMMUNITY,
        UNKNOWN_BUILDING,
        BUILDING_NEEDED,
        UNIT_NEEDED,
        UNKNOWN_UNIT,
    )
}
COLUMNS: Final = {
    **SCHEMA,
    "compound_id": pl.String(),
    "building_id": pl.String(),
    "community_id": pl.String(),
    "grid_id": pl.String(),
}
"""One row out of `resolve_columns`: what was read, and whose it is; keys are text of UUIDs."""


@dataclass(frozen=True, slots=True)
class KnownCompound:
    """A compound of the library with its other names."""

    id: UUID
    name: str
    community_id: UUID
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownBuilding:
    """A building of the library. `units` is 0 where it has none."""

    id: UUID
    compound_id: UUID
    name: str
    units: int
    community_id: UUID
    grid_id: UUID


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where an address is: a building, or a reason why that cannot be said.

    `addresses` are several for joined flats (501/502), all in the same building and unit.
    """

    addresses: tuple[Address, ...] = ()
    compound: KnownCompound | None = None
    building: KnownBuilding | None = None
    mends: tuple[str, ...] = ()
    reason: Reason | None = None


def plain(name: str) -> str:
    """A name as it is compared: half-width, upper case, without spaces."""
    return "".join(half_width(name).upper().split())


class AddressBook:
    """An immutable index; may be asked from several threads at once."""

    def __init__(
        self,
        compounds: Iterable[KnownCompound],
        buildings: Iterable[KnownBuilding],
        communities: Mapping[UUID, Iterable[str]],
    ) -> None:
        """`communities` are the words for each by id: name, code, and those of what it was."""
        self._named: dict[str, list[KnownCompound]] = {}
        for compound in sorted(compounds, key=lambda one: str(one.id)):
            for name in {plain(name) for name in (compound.name, *compound.aliases)}:
                self._named.setdefault(name, []).append(compound)
        self._buildings: dict[UUID, dict[str, KnownBuilding]] = {}
        for building in buildings:
            own = self._buildings.setdefault(building.compound_id, {})
            own[normalise_building(building.name)] = building
        self._communities: dict[str, set[UUID]] = {}
        for key, words in communities.items():
            for word in words:
                self._communities.setdefault(plain(word), set()).add(key)

    # --- the two look-ups ------------------------------------------------------------
    def compound_named(
        self, name: str, community: str = "", within: UUID | None = None
    ) -> KnownCompound | Reason:
        """The compound of a name or alias. A community as written narrows; `within` prefers."""
        found = self._named.get(plain(name)) or self._named.get(plain(without_prefix(name))) or []
        if community.strip():
            keys = self._communities.get(plain(community))
            if keys is None:
                return UNKNOWN_COMMUNITY
            found = [one for one in found if one.community_id in keys]
        if len(found) > 1 and within is not None:
            found = [one for one in found if one.community_id == within] or found
        if not found:
            return UNKNOWN_COMPOUND
        return found[0] if len(found) == 1 else MANY_COMPOUNDS

    def building_of(self, compound: UUID, name: str, kind: str) -> KnownBuilding | Reason:
        """The building of a normalised name; a courtyard needs none where there is only one."""
        own = self._buildings.get(compound, {})
        if name:
            return own.get(name, UNKNOWN_BUILDING)
        if kind == Kind.COURTYARD and len(own) == 1:
            return next(iter(own.values()))
        return BUILDING_NEEDED

    def unit_of(self, building: KnownBuilding, unit: str, kind: str) -> str | Reason:
        """The unit as the library has it: none, the only one, or one of several."""
        if kind in (Kind.BUILDING, Kind.COURTYARD, Kind.SHOP, Kind.GARAGE) and unit == "0":
            return unit
        if building.units == 0:
            return "0" if unit in ("0", "1") else UNKNOWN_UNIT
        if unit == "0":
            return "1" if building.units == 1 else UNIT_NEEDED
        number = unit_number(unit)
        return UNKNOWN_UNIT if number <= 50 and number > building.units else unit

    def all_names(self) -> list[str]:
        """Every name and alias, as they are compared; for suggestions."""
        return list(self._named)

    def standing_for(self, name: str) -> str:
        """The present name of the compound that a name of `all_names` stands for."""
        return self._named[name][0].name

    # --- one address -----------------------------------------------------------------
    def resolve(self, text: str, within: UUID | None = None) -> Resolved:
        """Where a line of text such as `紫兰苑3-2-501` is."""
        return self._placed(parse_text(text), "", within)

    def resolve_cells(
        self,
        compound: object,
        building: object,
        unit: object,
        room: object,
        community: str = "",
        within: UUID | None = None,
    ) -> Resolved:
        """Where the address columns of one row say it is."""
        return self._placed(parse_cells(compound, building, unit, room), community, within)

    def _placed(self, parsed: Parsed, community: str, within: UUID | None) -> Resolved:
        if not parsed.addresses:
            return Resolved(reason=parsed.reason)
        first = parsed.addresses[0]
        answer = Resolved(parsed.addresses, mends=parsed.mends)
        compound = self.compound_named(first.compound, community, within)
        if isinstance(compound, Reason):
            return replace(answer, reason=compound)
        answer = replace(answer, compound=compound)
        building = self.building_of(compound.id, first.building, first.kind)
        if isinstance(building, Reason):
            return replace(answer, reason=building)
        unit = self.unit_of(building, first.unit, first.kind)
        if isinstance(unit, Reason):
            return replace(answer, building=building, reason=unit)
        addresses = tuple(
            replace(one, compound=compound.name, building=building.name, unit=unit)
            for one in parsed.addresses
        )
        return replace(answer, addresses=addresses, building=building)

    # --- whole columns ---------------------------------------------------------------
    def resolve_columns(self, cells: pl.DataFrame, within: UUID | None = None) -> pl.DataFrame:
        """Place every row of a sheet; columns in as `parse_columns`, `community` if there is one.

        Rows come out in order, as `COLUMNS`. Each distinct compound and building is looked up
        once. On a reason, what could be read and found so far stays beside it.
        """
        community = pl.col("community") if "community" in cells.columns else pl.lit("")
        read = parse_columns(cells.select(CELLS))
        read = read.with_columns(
            cells.select(community.cast(pl.String).fill_null("").alias("community")).to_series()
            if "community" in cells.columns
            else pl.lit("").alias("community")
        )
        found = self._look_up(read, within)
        keys = ["compound", "building", "unit", "kind", "community"]
        joined = read.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
        return joined.select(
            pl.col("as_compound").alias("compound"),
            pl.col("as_building").alias("building"),
            pl.col("as_unit").alias("unit"),
            "floor",
            "rooms",
            "kind",
            "mends",
            pl.coalesce("reason", "why").alias("reason"),
            "compound_id",
            "building_id",
            "community_id",
            "grid_id",
        )

    def _look_up(self, read: pl.DataFrame, within: UUID | None) -> pl.DataFrame:
        keys = ["compound", "building", "unit", "kind", "community"]
        compounds: dict[tuple[str, str], KnownCompound | Reason] = {}
        rows = []
        for row in read.select(keys).unique(maintain_order=True).iter_rows():
            name, building, unit, kind, community = row
            if name is None:
                rows.append((*row, None, None, None, None, None, None, None, None))
                continue
            if (name, community) not in compounds:
                compounds[name, community] = self.compound_named(name, community, within)
            compound = compounds[name, community]
            rows.append((*row, *self._row(compound, name, building, unit, kind)))
        texts = ["as_compound", "as_building", "as_unit", "why"]
        ids = ["compound_id", "building_id", "community_id", "grid_id"]
        return pl.DataFrame(
            rows, schema=dict.fromkeys([*keys, *texts, *ids], pl.String), orient="row"
        )

    def _row(
        self, compound: KnownCompound | Reason, name: str, written: str, unit: str, kind: str
    ) -> tuple[str | None, ...]:
        if isinstance(compound, Reason):
            return name, written, unit, compound.code, None, None, None, None
        ids: tuple[str | None, ...] = str(compound.id), None, str(compound.community_id), None
        building = self.building_of(compound.id, written, kind)
        if isinstance(building, Reason):
            return name, written, unit, building.code, *ids
        ids = str(compound.id), str(building.id), str(building.community_id), str(building.grid_id)
        own = self.unit_of(building, unit, kind)
        if isinstance(own, Reason):
            return name, written, unit, own.code, *ids
        return compound.name, building.name, own, None, *ids
