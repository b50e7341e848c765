"""Dwellings: registering a room at its address, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.ids import uuid7
from gezhi.base.sentences import Reason
from gezhi.base.sentences import _ as kept
from gezhi.base.text import tidy
from gezhi.core.journal.actions import action, note
from gezhi.core.places.addresses import Address, Kind, house_code, place_room
from gezhi.core.places.models import Building
from gezhi.core.places.rooms import RoomPlan
from gezhi.core.registry import changes, rights, tallies
from gezhi.core.registry.changes import Diff
from gezhi.core.registry.holding import demand_reach, lock_one, make_source, no_later_than
from gezhi.core.registry.models import Dwelling, SourceKind
from gezhi.core.registry.validation import checked

NAMED_ROOMS: Final = 9000
"""Rooms whose name is no number get one from here on in their house code: 东户, A01."""


@action("registry.register_dwelling", gettext_noop("登记房屋"), right=rights.CHANGE_DWELLINGS)
def register_dwelling(
    *,
    building: Building,
    unit: int = 0,
    room: str,
    floor: int | None = None,
    values: Mapping[str, Any] | None = None,
    source_kind: str = SourceKind.FORM,
    by: Actor,
    at: datetime,
) -> Dwelling:
    """List a room of a building. Its address and house code follow from the address library.

    `unit` 0: the building has none. The floor is read from the room number where it tells.
    """
    demand_reach(rights.CHANGE_DWELLINGS, by, building)
    building = (
        Building.objects.select_for_update(of=("self",))
        .select_related("compound", "community")
        .get(pk=building.pk)
    )
    name, storey, kind = _placed(room, floor)
    if Dwelling.objects.filter(building=building, unit=unit, room=name).exists():
        raise Refusal(_("这套房屋已登记"), "registry.dwelling_listed", field="room")
    address = Address(building.compound.name, building.name, str(unit), storey, name, kind)
    row = Dwelling(id=uuid7(), building=building, unit=unit, floor=storey or 0, room=name)
    good = checked(Dwelling, dict(values or {}), today=timezone.localdate(at))
    good |= {
        "building": building,
        "address": str(address),
        "house_code": HouseCodes(building).code(unit, storey or 0, name),
        "community": building.community_id,
        "grid": building.grid_id,
    }
    source = make_source(kept("登记房屋"), by=by, at=at, kind=source_kind)
    changes.enter(row, good, source=source, at=at)
    note(row, place_id=row.grid_id, changes={"house_code": row.house_code})
    return row


def _placed(room: str, floor: int | None) -> tuple[str, int | None, Kind]:
    """A room's name, floor and kind as addresses have them."""
    placed = place_room(tidy(room).upper(), floor)
    if isinstance(placed, Reason):
        raise Refusal(placed.sentence, "registry.wrong_room", field="room")
    return placed


class HouseCodes:
    """House codes for rooms of one building, which the caller has locked.

    A room whose name is no number gets the next one from `NAMED_ROOMS` on its floor.
    """

    def __init__(self, building: Building) -> None:
        self._building = building
        self._named: dict[tuple[int, int], int] = {}

    def code(self, unit: int, floor: int, room: str) -> str:
        """The code of a room; refused where a part does not fit its place in the code."""
        building = self._building
        number = room_number(room, floor)
        if number is None:
            number = self._named[unit, floor] = self._last_named(unit, floor) + 1
        try:
            return house_code(
                building.community.code,
                building.compound.number,
                building.number,
                unit,
                floor,
                number,
            )
        except ValueError:
            raise Refusal(
                _("单元、楼层或房号超出编码范围，请核对"), "registry.no_house_code", field="room"
            ) from None

    def _last_named(self, unit: int, floor: int) -> int:
        if (unit, floor) not in self._named:
            rows = Dwelling.objects.filter(building=self._building, unit=unit, floor=floor)
            named = rows.filter(house_code__regex=r"9[0-9]{3}$")
            last = named.aggregate(last=Max("house_code"))["last"]
            self._named[unit, floor] = int(last[-4:]) if last else NAMED_ROOMS - 1
        return self._named[unit, floor]


def room_number(room: str, floor: int) -> int | None:
    """The number a room has in its house code, where its name tells: 501, B101 below ground."""
    bare = room.removeprefix("B") if floor < 0 else room
    if not re.fullmatch(r"[0-9]{1,4}", bare) or int(bare) >= NAMED_ROOMS:
        return None
    return int(bare)


@action("registry.change_dwelling", gettext_noop("变更房屋信息"), right=rights.CHANGE_DWELLINGS)
def change_dwelling(
    *,
    dwelling: Dwelling,
    values: Mapping[str, Any],
    expected: int | None = None,
    source_kind: str = SourceKind.FORM,
    as_of: date | None = None,
    newer_only: bool = False,
    by: Actor,
    at: datetime,
) -> Diff:
    """Change what is known of a dwelling; no values: it was seen and nothing had changed."""
    demand_reach(rights.CHANGE_DWELLINGS, by, dwelling)
    row = lock_one(Dwelling, dwelling.pk)
    changes.check_revision(row, expected)
    if as_of is not None:
        no_later_than(as_of, at)
    if fixed := sorted({"unit", "floor", "room", "address"} & set(values)):
        raise Refusal(
            _("地址由房屋编码决定，不能改写；房号登记错误请另行登记"),
            "registry.address_kept",
            field=fixed[0],
        )
    good = checked(Dwelling, values, today=timezone.localdate(at))
    source = make_source(kept("变更房屋信息"), by=by, at=at, as_of=as_of, kind=source_kind)
    diff = changes.apply(row, good, source=source, by=by, at=at, newer_only=newer_only)
    note(row, place_id=row.grid_id, changes={"fields": list(diff.changed)})
    return diff


def list_rooms(building: Building, rooms: Sequence[RoomPlan], by: Actor, at: datetime) -> int:
    """Enter those rooms of a building that are not there yet, inside the action that asks for it.

    Returns how many were made.
    """
    listed = set(Dwelling.objects.filter(building=building).values_list("unit", "room"))
    source = make_source(kept("登记房屋"), by=by, at=at)
    community, compound, codes = building.community, building.compound, HouseCodes(building)
    made = []
    for plan in rooms:
        name, storey, kind = _placed(plan.name, plan.floor)
        if (plan.unit, name) in listed:
            continue
        address = Address(compound.name, building.name, str(plan.unit), storey, name, kind)
        made.append(
            Dwelling(
                building=building,
                unit=plan.unit,
                floor=plan.floor,
                room=name,
                house_code=codes.code(plan.unit, plan.floor, name),
                address=str(address),
                community=community,
                grid_id=building.grid_id,
                source=source,
                touched_by=source,
                as_of=source.as_of,
            )
        )
    Dwelling.objects.bulk_create(made, batch_size=500)
    for row in made:
        tallies.entered(row)
    return len(made)
