"""车辆 for programs."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Answer, Ask, Changed, Day, Made, Operation, Shape, list_of, one_of
from gezhi.base.api.shapes import Key, among
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as said
from gezhi.core.places.models import Building, Compound
from gezhi.core.registry import rights, vehicle_reads
from gezhi.core.registry.actions import vehicles as actions
from gezhi.core.registry.api.common import (
    AS_OF,
    CHANGED,
    SOME_KEY,
    changed,
    made,
    named,
    place_named,
    reveal_of,
    telling,
    values_of,
    values_shape,
)
from gezhi.core.registry.models import Dwelling, Enterprise, Person, Shop, Vehicle
from gezhi.core.registry.models.vehicles import VehicleEnd
from gezhi.core.registry.pages.revealing import RevealVehicle
from gezhi.core.registry.pages.unit_forms import FIELDS
from gezhi.core.registry.pages.vehicle_lists import VehicleList
from gezhi.core.registry.vehicle_stands import Stand

SEE, CHANGE = rights.SEE_VEHICLES, rights.CHANGE_VEHICLES
OWN: Final = FIELDS[Vehicle]
VEHICLE: Final = telling(
    "Vehicle",
    Vehicle,
    (
        *(*OWN, "owner", "enterprise", "shop", "compound", "building", "dwelling"),
        *("until", "end_reason"),
    ),
)
_HOLDER: Final[dict[str, Any]] = {
    "owner": (Key, Field(default=None, description=said("车主，人口底数里的人"))),
    "enterprise": (Key, Field(default=None, description=said("所属单位"))),
    "shop": (Key, Field(default=None, description=said("所属门店"))),
}
_STAND: Final[dict[str, Any]] = {
    "dwelling": (Key, Field(default=None, description=said("停放的房屋"))),
    "building": (Key, Field(default=None, description=said("停放的楼栋"))),
    "compound": (Key, Field(default=None, description=said("停放的小区"))),
    "place": (Key, Field(default=None, description=said("所属社区或网格"))),
}
Registering = values_shape(
    "VehicleRegistering", Vehicle, OWN, required=actions.REQUIRED, more={**_HOLDER, **_STAND}
)
VehicleChange = values_shape("VehicleChange", Vehicle, OWN, more={**_STAND, "as_of": AS_OF})
HandingOver = values_shape("VehicleHandingOver", Vehicle, ("contact", "phone"), more=_HOLDER)


class VehicleEnding(Shape):
    """When a vehicle left, and why."""

    on: Day = Field(description=said("停放至"))
    reason: among(VehicleEnd.values) = Field(description=said("结束原因"))  # type: ignore[valid-type]


def _holder(ask: Ask) -> actions.Holder | None:
    """The one holder a body names, within the right to see such rows."""
    people = rights.SEE_PEOPLE.rows(Person.objects.all(), ask.actor)
    owner = named(people, ask.body.owner, "owner")
    enterprises = rights.SEE_UNITS.rows(Enterprise.objects.all(), ask.actor)
    enterprise = named(enterprises, ask.body.enterprise, "enterprise")
    shop = named(rights.SEE_UNITS.rows(Shop.objects.all(), ask.actor), ask.body.shop, "shop")
    holders: list[actions.Holder] = [one for one in (owner, enterprise, shop) if one is not None]
    if len(holders) > 1:
        raise Refusal(
            gettext("车主只能是一个人、一家单位或一家门店"), "registry.two_holders", field="owner"
        )
    return holders[0] if holders else None


def _stand(ask: Ask) -> Stand:
    """Where a body says a vehicle is kept."""
    homes = CHANGE.rows(Dwelling.objects.select_related("building__compound"), ask.actor)
    buildings = CHANGE.rows(Building.objects.select_related("compound"), ask.actor)
    compounds = Compound.objects.select_related("community")
    return Stand(
        named(homes, ask.body.dwelling, "dwelling"),
        named(buildings, ask.body.building, "building"),
        named(compounds, ask.body.compound, "compound"),
        place_named(CHANGE, ask, ask.body.place),
    )


def register_vehicle(ask: Ask) -> Answer:
    """List a vehicle under its holder, or under a contact, where it stands."""
    values = {k: v for k, v in values_of(ask.body, OWN).items() if v not in (None, "")}
    row = actions.register_vehicle(
        values=values, holder=_holder(ask), stand=_stand(ask), by=ask.actor, at=ask.at
    )
    return made(row, "vehicles")


def change_vehicle(ask: Ask) -> dict[str, Any]:
    """Change what is known of a vehicle, or where it stands."""
    diff = actions.change_vehicle(
        vehicle=ask.row,
        values=values_of(ask.body, OWN),
        stand=_stand(ask),
        expected=ask.expected,
        as_of=ask.body.as_of,
        by=ask.actor,
        at=ask.at,
    )
    return changed(ask.row, diff)


def hand_over_vehicle(ask: Ask) -> dict[str, Any]:
    """Put a vehicle that stays under another holder."""
    diff = actions.hand_over_vehicle(
        vehicle=ask.row,
        holder=_holder(ask),
        contact=ask.body.contact or "",
        phone=ask.body.phone or "",
        expected=ask.expected,
        by=ask.actor,
        at=ask.at,
    )
    return changed(ask.row, diff)


def end_vehicle(ask: Ask) -> dict[str, Any]:
    """Note that a vehicle is no longer kept here."""
    diff = actions.end_vehicle(
        vehicle=ask.row,
        on=ask.body.on,
        reason=ask.body.reason,
        expected=ask.expected,
        by=ask.actor,
        at=ask.at,
    )
    return changed(ask.row, diff)


def _writes(name: str, method: str, path: str, title: Any, body: Any, act: Any, **more: Any) -> Any:
    """An operation on one vehicle in sight, by its revision."""
    return Operation(
        name,
        method,
        f"vehicles/{{uuid:pk}}{path}",
        title,
        right=CHANGE,
        sees=SEE,
        rows=vehicle_reads.any_vehicle,
        body=body,
        answer=Changed,
        guarded=True,
        act=act,
        **more,
    )


operations: tuple[Operation, ...] = (
    list_of(
        "list_vehicles",
        "vehicles",
        _("车辆"),
        right=SEE,
        rows=vehicle_reads.vehicles,
        filters=VehicleList.filters,
        shape=VEHICLE,
    ),
    one_of(
        "see_vehicle",
        "vehicles/{uuid:pk}",
        _("一辆车"),
        right=SEE,
        rows=vehicle_reads.any_vehicle,
        shape=VEHICLE,
    ),
    Operation(
        "register_vehicle",
        "POST",
        "vehicles",
        _("登记车辆"),
        right=CHANGE,
        status=201,
        body=Registering,
        answer=Made,
        act=register_vehicle,
        about=_("车主写底数里的人、单位或门店；都没有的写联系人"),
        example={
            "plate": "豫Z12345",
            "kind": "car",
            "contact": "王样",
            "phone": "13800005681",
            "place": SOME_KEY,
        },
        shown={"id": SOME_KEY, "revision": 1},
    ),
    _writes(
        "change_vehicle",
        "PATCH",
        "",
        _("变更车辆信息"),
        VehicleChange,
        change_vehicle,
        example={"parking": "地下一层 B-102", "as_of": "2022-09-13"},
        shown={**CHANGED, "changed": ["parking"]},
    ),
    _writes(
        "hand_over_vehicle",
        "POST",
        "/hand-over",
        _("变更车主"),
        HandingOver,
        hand_over_vehicle,
        example={"contact": "李样", "phone": "13800005682"},
        shown={**CHANGED, "changed": ["contact", "phone"]},
    ),
    _writes(
        "end_vehicle",
        "POST",
        "/end",
        _("结束登记"),
        VehicleEnding,
        end_vehicle,
        example={"on": "2022-09-13", "reason": "sold"},
        shown={**CHANGED, "changed": ["until", "end_reason"]},
    ),
    reveal_of(
        "reveal_vehicle",
        "vehicles",
        sees=SEE,
        rows=vehicle_reads.any_vehicle,
        fields=RevealVehicle.fields,
    ),
)
