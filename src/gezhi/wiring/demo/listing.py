"""Enterprises, public units, shops and sites of a town, registered in its cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _lazy
from django_tenants.utils import schema_context

from gezhi.base.actors import Actor, system
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Building, Place
from gezhi.core.registry import codes_units as codes
from gezhi.core.registry.actions.units import register_enterprise, register_shop, register_site
from gezhi.core.registry.models import Enterprise
from gezhi.wiring.demo.structure import schema_of
from gezhi.wiring.towns import TownSpec, build_town
from gezhi.wiring.towns.units import Enterprise as InventedEnterprise
from gezhi.wiring.towns.units import Shop as InventedShop
from gezhi.wiring.towns.units import Site as InventedSite
from gezhi.wiring.towns.units import Spot, Units, units_of

Buildings = Mapping[tuple[str, str, int], Building]
"""By code of the community, name of the compound, number in it."""


def list_units_of(spec: TownSpec, *, at: datetime) -> bool:
    """Register a town's units; False if they are registered already."""
    with schema_context(schema_of(spec)):
        if Enterprise.objects.exists():
            return False
        list_units(units=units_of(build_town(spec)), by=system("command"), at=at)
    return True


@action("demo.list_units", _lazy("登记演示单位"))
def list_units(*, units: Units, by: Actor, at: datetime) -> None:
    """Register every unit where it stands: one act, one journal line, all of it or nothing."""
    buildings: Buildings = {
        (one.community.code, one.compound.name, one.number): one
        for one in Building.objects.select_related("compound", "community", "grid")
    }
    grids = {place.code: place for place in Place.objects.filter(level=3)}
    for enterprise in units.enterprises:
        register_enterprise(
            values=_enterprise(enterprise),
            building=_building(buildings, enterprise.spot),
            place=grids[enterprise.spot.grid.code],
            by=by,
            at=at,
        )
    for shop in units.shops:
        register_shop(
            values=_shop(shop),
            building=_building(buildings, shop.spot),
            place=grids[shop.spot.grid.code],
            by=by,
            at=at,
        )
    for site in units.sites:
        register_site(values=_site(site), place=grids[site.spot.grid.code], by=by, at=at)
    note(
        changes={
            "enterprises": len(units.enterprises),
            "shops": len(units.shops),
            "sites": len(units.sites),
        }
    )


def _building(buildings: Buildings, spot: Spot) -> Building | None:
    if spot.compound is None or spot.building is None:
        return None
    return buildings[spot.community.code, spot.compound.name, spot.building.number]


def _where(spot: Spot) -> dict[str, Any]:
    return {"address": spot.address, "lon": spot.lon, "lat": spot.lat}


def _enterprise(one: InventedEnterprise) -> dict[str, Any]:
    return _where(one.spot) | {
        "name": one.name,
        "kind": codes.ENTERPRISE_KIND.lookup(one.kind),
        "public_unit": one.public_unit,
        "uscc": one.uscc,
        "industry": one.industry,
        "registered_address": one.spot.address,
        "legal_rep": one.legal_rep,
        "contact": one.contact,
        "phone": one.phone,
        "staff_count": one.staff_count,
        "party_members": one.party_members,
        "party_org": one.party_members >= 3,
        "above_scale": one.above_scale,
    }


def _shop(one: InventedShop) -> dict[str, Any]:
    return _where(one.spot) | {
        "name": one.name,
        "licence_name": one.licence_name,
        "uscc": one.uscc,
        "trade": codes.TRADE.lookup(one.trade),
        "contact": one.operator,
        "phone": one.phone,
        "area": one.area,
        "staff_count": one.staff_count,
        "sleepers": one.sleepers,
        "gas": codes.GAS.lookup(one.gas),
        "extinguishers": one.extinguishers,
        "opening_hours": one.hours,
    }


def _site(one: InventedSite) -> dict[str, Any]:
    return _where(one.spot) | {
        "name": one.name,
        "project_name": one.project,
        "project_code": one.code,
        "developer": one.developer,
        "contractor": one.contractor,
        "supervisor": one.supervisor,
        "manager": one.manager,
        "safety_officer": one.safety_officer,
        "contact": one.manager,
        "phone": one.phone,
        "area": one.area,
        "cost_fen": one.cost_fen,
        "permit_no": one.permit_no,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "stage": codes.SITE_STAGE.lookup(one.stage),
        "workers": one.workers,
        "dormitory": one.dormitory,
        "cranes": one.cranes,
        "video": one.video,
    }
