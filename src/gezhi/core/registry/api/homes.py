"""房屋 and 楼栋 for programs."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Answer, Ask, Changed, Made, Of, Operation, list_of, one_of
from gezhi.base.api.shapes import Key, Whole, text
from gezhi.base.sentences import _ as said
from gezhi.core.places.models import Building
from gezhi.core.privacy.telling import More
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import dwellings as actions
from gezhi.core.registry.api.common import (
    AS_OF,
    CHANGED,
    SOME_KEY,
    changed,
    made,
    named,
    reveal_of,
    telling,
    values_of,
    values_shape,
)
from gezhi.core.registry.models import Dwelling
from gezhi.core.registry.pages import unit_lists
from gezhi.core.registry.pages.revealing import RevealDwelling
from gezhi.core.registry.pages.unit_forms import FIELDS

SEE, CHANGE = rights.SEE_DWELLINGS, rights.CHANGE_DWELLINGS
OWN: Final = FIELDS[Dwelling]

DWELLING: Final = telling(
    "Dwelling",
    Dwelling,
    ("building", "unit", "floor", "room", "house_code", "address", *OWN, "residents"),
)
BUILDING: Final = telling(
    "Building",
    Building,
    (
        *("compound", "name", "number", "community", "grid", "micro_grid", "units"),
        *("floors_above", "floors_below", "built_year", "lon", "lat"),
    ),
    {
        "compound_name": More(str, said("小区"), lambda row: row.compound.name),
        "rooms": More(int, said("房屋套数"), lambda row: row.rooms),
        "living": More(int, said("现住人数"), lambda row: row.living),
    },
)
Registering = values_shape(
    "DwellingRegistering",
    Dwelling,
    OWN,
    more={
        "building": (Key, Field(description=said("楼栋"))),
        "unit": (Whole, Field(default=0, ge=0, le=99, description=said("单元，没有单元为 0"))),
        "room": (text(20, 1), Field(description=said("房号"))),
        "floor": (
            Whole | None,
            Field(default=None, ge=-9, le=99, description=said("楼层，房号看得出时不填")),
        ),
    },
)
DwellingChange = values_shape("DwellingChange", Dwelling, OWN, more={"as_of": AS_OF})


def register_dwelling(ask: Ask) -> Answer:
    """List a room of a building; its address and house code follow."""
    body = ask.body
    buildings = CHANGE.rows(Building.objects.select_related("compound"), ask.actor)
    building = named(buildings, body.building, "building")
    assert building is not None  # the body must name one
    values = {k: v for k, v in values_of(body, OWN).items() if v not in (None, "")}
    row = actions.register_dwelling(
        building=building,
        unit=body.unit,
        room=body.room,
        floor=body.floor,
        values=values,
        by=ask.actor,
        at=ask.at,
    )
    return made(row, "dwellings")


def change_dwelling(ask: Ask) -> dict[str, Any]:
    """Change what is known of a dwelling."""
    diff = actions.change_dwelling(
        dwelling=ask.row,
        values=values_of(ask.body, OWN),
        expected=ask.expected,
        as_of=ask.body.as_of,
        by=ask.actor,
        at=ask.at,
    )
    return changed(ask.row, diff)


operations: tuple[Operation, ...] = (
    list_of(
        "list_dwellings",
        "dwellings",
        _("房屋"),
        right=SEE,
        rows=reads.dwellings,
        filters=(
            *unit_lists.DwellingList.filters,
            Of("building", _("楼栋"), column="building_id"),
        ),
        shape=DWELLING,
    ),
    one_of(
        "see_dwelling",
        "dwellings/{uuid:pk}",
        _("一套房屋"),
        right=SEE,
        rows=reads.any_dwelling,
        shape=DWELLING,
    ),
    Operation(
        "register_dwelling",
        "POST",
        "dwellings",
        _("登记房屋"),
        right=CHANGE,
        status=201,
        body=Registering,
        answer=Made,
        act=register_dwelling,
        example={"building": SOME_KEY, "unit": 2, "room": "501", "use_state": "self"},
        shown={"id": SOME_KEY, "revision": 1},
    ),
    Operation(
        "change_dwelling",
        "PATCH",
        "dwellings/{uuid:pk}",
        _("变更房屋信息"),
        right=CHANGE,
        sees=SEE,
        rows=reads.any_dwelling,
        body=DwellingChange,
        answer=Changed,
        guarded=True,
        act=change_dwelling,
        example={"use_state": "rented", "tenants": 3},
        shown=CHANGED,
    ),
    reveal_of(
        "reveal_dwelling",
        "dwellings",
        sees=SEE,
        rows=reads.any_dwelling,
        fields=RevealDwelling.fields,
    ),
    list_of(
        "list_buildings",
        "buildings",
        _("楼栋"),
        right=SEE,
        rows=reads.buildings,
        filters=(
            *unit_lists.BuildingList.filters,
            Of("compound", _("小区"), column="compound_id"),
        ),
        shape=BUILDING,
    ),
    one_of(
        "see_building",
        "buildings/{uuid:pk}",
        _("一栋楼"),
        right=SEE,
        rows=reads.buildings,
        shape=BUILDING,
    ),
)
