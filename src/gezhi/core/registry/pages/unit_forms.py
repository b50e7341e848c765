"""Forms that register and change dwellings, enterprises, shops and sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.places.models import Building
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import dwellings, units
from gezhi.core.registry.actions.units import REQUIRED
from gezhi.core.registry.actions.vehicles import REQUIRED as OF_VEHICLES
from gezhi.core.registry.models import Dwelling, Enterprise, Shop, Site, Vehicle
from gezhi.core.registry.models.provenance import Sourced
from gezhi.core.registry.pages.forms import (
    DayField,
    changed_values,
    initial_of,
    registry_form,
)
from gezhi.core.registry.pages.people_forms import grids_of, place_chosen
from gezhi.core.registry.pages.units import enterprises, shops, sites

FIELDS: Final[dict[type[Sourced], tuple[str, ...]]] = {
    Dwelling: (
        *("use", "use_state", "hazard", "group_rental", "area", "rooms", "structure", "tenure"),
        *("owner_name", "owner_id_no", "owner_phone", "rent_use", "tenants", "lease_from"),
        *("lease_to", "lease_filing_no", "remark"),
    ),
    Enterprise: (
        *("name", "uscc", "kind", "public_unit", "industry", "address", "registered_address"),
        *("legal_rep", "contact", "phone", "staff_count", "party_members", "party_org"),
        *("above_scale", "safety_level", "state", "remark"),
    ),
    Shop: (
        *("name", "licence_name", "uscc", "trade", "address", "contact", "phone", "area"),
        *("staff_count", "sleepers", "gas", "extinguishers", "frontage_duty", "opening_hours"),
        *("landlord", "lease_to", "state", "remark"),
    ),
    Site: (
        *("name", "project_name", "project_code", "address", "developer", "contractor"),
        *("supervisor", "manager", "phone", "safety_officer", "wage_officer", "dust_trio", "stage"),
        *("starts_on", "ends_on", "area", "permit_no", "below_limit", "workers", "dormitory"),
        *("cranes", "video", "dust_sensor", "spoil_permit", "remark"),
    ),
    Vehicle: (*("plate", "kind", "plate_kind", "contact", "phone", "parking", "since", "remark"),),
}

MUST: Final[dict[type[Sourced], tuple[str, ...]]] = {
    **dict(REQUIRED.items()),
    Dwelling: ("use",),
    Vehicle: OF_VEHICLES,
}


class Drawn(ui.FormPage):
    """A form drawn from the fields of a model."""

    model: ClassVar[type[Sourced]]
    form = forms.Form
    wide = True

    def more(self) -> dict[str, forms.Field]:
        return {}

    def present(self) -> Any:
        """The row that is changed; None while one is registered."""
        return None

    def made(self, *arguments: Any, **options: Any) -> forms.Form:
        required = MUST.get(self.model, ())
        row = self.present()
        made = registry_form(self.model, FIELDS[self.model], required, row=row, more=self.more())
        return made(*arguments, **options)

    def bound(self) -> forms.Form:
        return self.made(self.request.POST)

    def get(self) -> Any:
        return self.show(self.made(initial=self.initial()))

    def values(self, data: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in data.items() if k in FIELDS[self.model] and v not in (None, "")}


class RegisterUnit(Drawn):
    """Register a unit in a grid, or in a building (`?building=` in the address)."""

    right = rights.CHANGE_UNITS
    button = _("登记")
    said = _("已登记")
    register: ClassVar[Callable[..., Any]]

    def building(self) -> Building | None:
        key = self.request.GET.get("building", "")
        if not key:
            return None
        try:
            return self.right.rows(Building.objects.all(), self.actor).filter(pk=UUID(key)).first()
        except ValueError:
            return None

    def more(self) -> dict[str, forms.Field]:
        if self.building() is not None:
            return {}
        return {
            "place": forms.ChoiceField(
                label=_("所属网格"), choices=lambda: [("", ""), *grids_of(self)]
            )
        }

    def initial(self) -> dict[str, Any]:
        building = self.building()
        return (
            {"state": "open", "address": f"{building.compound.name} {building.name}"}
            if (building)
            else {"state": "open"}
        )

    def where(self, data: dict[str, Any]) -> dict[str, Any]:
        building = self.building()
        if building is not None:
            return {"building": building}
        return {"place": place_chosen(self, data.get("place", ""))}

    def act(self, data: dict[str, Any]) -> Any:
        return type(self).register(
            values=self.values(data), **self.where(data), by=self.actor, at=self.at
        )


class RegisterEnterprise(RegisterUnit):
    path, name = "enterprises/new/", "registry.register_enterprise"
    title = _("登记企业")
    crumbs = ("registry.enterprises",)
    model = Enterprise
    done = "registry.enterprise"
    register = units.register_enterprise


class RegisterShop(RegisterUnit):
    path, name = "shops/new/", "registry.register_shop"
    title = _("登记门店")
    crumbs = ("registry.shops",)
    model = Shop
    done = "registry.shop"
    register = units.register_shop


class RegisterSite(RegisterUnit):
    path, name = "sites/new/", "registry.register_site"
    title = _("登记工地")
    crumbs = ("registry.sites",)
    model = Site
    done = "registry.site"
    register = units.register_site

    def building(self) -> Building | None:
        return None


class ChangeRow(Drawn):
    """Change what is known of a row; no change at all means: seen, and as it was."""

    said = _("已保存")

    def present(self) -> Any:
        return self.row

    def more(self) -> dict[str, forms.Field]:
        return {"as_of": DayField(label=_("情况截至"), required=False)}

    def initial(self) -> dict[str, Any]:
        return initial_of(self.row, FIELDS[self.model])

    def heading(self) -> str:
        return f"{self.title}：{self.row}"

    def changes(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "values": changed_values(self.row, FIELDS[self.model], data),
            "expected": data["expected"],
            "as_of": data.get("as_of"),
            "by": self.actor,
            "at": self.at,
        }


class ChangeUnit(ChangeRow):
    title = _("变更信息")
    sees = rights.SEE_UNITS
    right = rights.CHANGE_UNITS
    change: ClassVar[Callable[..., Any]]

    def act(self, data: dict[str, Any]) -> Any:
        type(self).change(unit=self.row, **self.changes(data))
        return self.row


class ChangeEnterprise(ChangeUnit):
    path, name = "enterprises/<uuid:pk>/change/", "registry.change_enterprise"
    crumbs = ("registry.enterprises",)
    rows = enterprises
    model = Enterprise
    done = "registry.enterprise"
    change = units.change_enterprise


class ChangeShop(ChangeUnit):
    path, name = "shops/<uuid:pk>/change/", "registry.change_shop"
    crumbs = ("registry.shops",)
    rows = shops
    model = Shop
    done = "registry.shop"
    change = units.change_shop


class ChangeSite(ChangeUnit):
    path, name = "sites/<uuid:pk>/change/", "registry.change_site"
    crumbs = ("registry.sites",)
    rows = sites
    model = Site
    done = "registry.site"
    change = units.change_site


class ChangeDwelling(ChangeRow):
    path, name = "dwellings/<uuid:pk>/change/", "registry.change_dwelling"
    title = _("变更房屋信息")
    sees = rights.SEE_DWELLINGS
    right = rights.CHANGE_DWELLINGS
    crumbs = ("registry.dwellings",)
    rows = reads.any_dwelling
    model = Dwelling
    done = "registry.dwelling"

    def act(self, data: dict[str, Any]) -> Any:
        dwellings.change_dwelling(dwelling=self.row, **self.changes(data))
        return self.row


class RegisterDwelling(Drawn):
    path, name = "dwellings/new/", "registry.register_dwelling"
    title = _("登记房屋")
    right = rights.CHANGE_DWELLINGS
    crumbs = ("registry.dwellings",)
    model = Dwelling
    button = _("登记")
    said = _("已登记")
    done = "registry.dwelling"

    def more(self) -> dict[str, forms.Field]:
        return {
            "compound": forms.CharField(label=_("小区"), max_length=60),
            "building": forms.CharField(label=_("楼栋"), max_length=30, help_text=_("例如：3号楼")),
            "unit": forms.IntegerField(
                label=_("单元"), min_value=0, max_value=99, initial=0, help_text=_("没有单元填 0")
            ),
            "room": forms.CharField(label=_("房号"), max_length=20),
            "floor": forms.IntegerField(
                label=_("楼层"),
                min_value=-9,
                max_value=99,
                required=False,
                help_text=_("房号看得出楼层时不填"),
            ),
        }

    def made(self, *arguments: Any, **options: Any) -> forms.Form:
        form = super().made(*arguments, **options)
        form.order_fields(["compound", "building", "unit", "room", "floor", *FIELDS[Dwelling]])
        return form

    def initial(self) -> dict[str, Any]:
        return {"use": "residential", "use_state": "unknown", "unit": 0}

    def act(self, data: dict[str, Any]) -> Any:
        sight = self.right.rows(Building.objects.select_related("compound"), self.actor)
        found = sight.filter(name=data["building"])
        named = found.filter(compound__name=data["compound"]) | found.filter(
            compound__aliases__alias=data["compound"]
        )
        buildings = list(named.distinct()[:2])
        if len(buildings) != 1:
            raise Refusal(
                gettext("您的网格内没有这栋楼，请核对小区和楼栋名称"),
                "registry.no_building",
                field="building",
            )
        return dwellings.register_dwelling(
            building=buildings[0],
            unit=data["unit"],
            room=data["room"],
            floor=data.get("floor"),
            values=self.values(data),
            by=self.actor,
            at=self.at,
        )


pages = (
    RegisterDwelling,
    ChangeDwelling,
    RegisterEnterprise,
    ChangeEnterprise,
    RegisterShop,
    ChangeShop,
    RegisterSite,
    ChangeSite,
)
