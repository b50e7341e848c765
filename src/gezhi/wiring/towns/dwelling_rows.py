"""The houses of a community as a clerk's sheet: every room, lived in or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.dirt import Row
from gezhi.wiring.towns.habitats import HAMLET
from gezhi.wiring.towns.persons import Household, Person
from gezhi.wiring.towns.town import Community

_HAZARDS = Weighted({"无": 965.0, "消防": 14.0, "燃气电气": 13.0, "结构": 4.0, "": 4.0})


def dwelling_rows(community: Community, households: Iterable[Household]) -> Iterator[Row]:
    """A row for each room of a community by the field names of the dwelling template.

    `households` are those of the community. Empty rooms are vacant; where somebody else than the
    owner lives the owner is not known.
    """
    living: dict[tuple[int, int, int, str], list[Household]] = {}
    for household in households:
        key = (
            household.compound.number,
            household.building.number,
            household.room.unit,
            household.room.name,
        )
        living.setdefault(key, []).append(household)
    dice = Dice(f"dwellings/{community.code}")
    for compound in community.compounds:
        for building in compound.buildings:
            for room in building.rooms:
                here = living.get((compound.number, building.number, room.unit, room.name), [])
                owners = [one.head for one in here if one.head.stay == "自有"]
                tenants = sum(len(one.members) for one in here if one.head.stay == "租住")
                strangers = any(
                    len(one.members) >= 4 and one.members[1].relation == "非亲属"
                    for one in here
                    if not one.collective
                )
                owner = owners[0] if owners else None
                yield {
                    "community": community.name,
                    "compound": compound.name,
                    "building": building.name,
                    "unit": str(room.unit) if room.unit else "",
                    "floor": str(room.floor) if compound.habitat is not HAMLET else "",
                    "room": f"{room.name}号" if compound.habitat is HAMLET else room.name,
                    "area": str(room.area),
                    "use": "住宅",
                    "use_state": _state(here, owners),
                    "tenure": compound.habitat.tenure,
                    "owner_name": owner.name if owner else "",
                    "owner_id_no": owner.id_no if owner and len(owner.id_no) == 18 else "",
                    "owner_phone": owner.phone if owner else "",
                    "tenants": str(tenants) if tenants else "",
                    "group_rental": ("是" if strangers else "否") if tenants else "",
                    "hazard": dice.of(_HAZARDS),
                }


def _state(here: Sequence[Household], owners: Sequence[Person]) -> str:
    if not here:
        return "空置"
    return "自住" if owners or here[0].collective else "出租"
