"""The list of vehicles kept here."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.core.registry import rights, vehicle_reads
from gezhi.core.registry.models import Vehicle
from gezhi.core.registry.models.vehicles import PlateKind, VehicleEnd, VehicleKind
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.common import IN_PLACE, Rows, counted
from gezhi.core.registry.pages.exporting import Exportable

KINDS = c.words_of(VehicleKind)
PLATE_KINDS = c.words_of(PlateKind)
ENDS = c.words_of(VehicleEnd)
NEW_ENERGY = Q(plate_kind__in=(PlateKind.LARGE_NEW_ENERGY, PlateKind.SMALL_NEW_ENERGY))


def plate(**more: Any) -> ui.Masked:
    """A number plate, masked."""
    return c.masked("plate", "plate", _("车牌号"), **more)


def unit_of(vehicle: Vehicle) -> str:
    """The enterprise or shop a vehicle belongs to."""
    unit = vehicle.enterprise or vehicle.shop
    return unit.name if unit is not None else ""


def stand() -> ui.Column:
    """The home, building or compound a vehicle is kept at."""
    return ui.Computed("stand", _("停放地址"), give=lambda row: row.stands_at)


def find_stand(rows: Rows, word: str) -> Rows:
    """Vehicles by the compound, the home or the spot they stand at. Plates have the search box."""
    word = word.strip()
    return rows.filter(
        Q(compound__name__contains=word)
        | Q(dwelling__address__contains=word)
        | Q(parking__contains=word)
    )


VEHICLE_COLUMNS: tuple[ui.Column, ...] = (
    plate(),
    ui.Choice("kind", _("车辆类型"), choices=KINDS),
    stand(),
    ui.Text("parking", _("停放位置")),
    ui.Date("since", _("停放自")),
    ui.Date("until", _("停放至")),
)
"""Of a table beside a person, a home or a unit."""


class VehicleList(Exportable):
    path, name = "vehicles/", "registry.vehicles"
    title = _("车辆")
    right = rights.SEE_VEHICLES
    rows = vehicle_reads.vehicles
    metric = "vehicles"
    subject = "owner_id"
    count_all = counted("vehicles", rights.SEE_VEHICLES)
    opens = "registry.vehicle"
    reveals = "registry.reveal_vehicles"
    columns = (
        plate(),
        ui.Choice("kind", _("车辆类型"), choices=KINDS),
        c.name("owner.name", _("车主")),
        ui.Computed("unit", _("所属单位"), give=unit_of),
        c.masked("name", "contact", _("联系人")),
        c.phone("phone", _("挪车电话")),
        stand(),
        ui.Text("parking", _("停放位置")),
        c.grid(),
        ui.Choice("plate_kind", _("号牌种类"), choices=PLATE_KINDS, shown=False),
        ui.Date("since", _("停放自"), order="since", shown=False),
        c.community(shown=False),
        c.verified(),
        c.as_of(),
    )
    filters = (
        IN_PLACE,
        ui.Search("q", _("停放地址"), find=find_stand, placeholder=_("小区、房屋或停放位置")),
        ui.Choices("kind", _("车辆类型"), choices=KINDS),
        ui.YesOrNo("unreachable", _("联系不上"), when=vehicle_reads.UNREACHABLE),
        ui.YesOrNo("gone", _("车主已迁出或去世"), when=vehicle_reads.GONE, first=False),
        ui.YesOrNo("new_energy", _("新能源"), when=NEW_ENERGY, first=False),
        ui.Choices("plate_kind", _("号牌种类"), choices=PLATE_KINDS, first=False),
        ui.Days("verified", _("核实日期"), column="verified_at", first=False),
    )
    ordering = ("pk",)
    buttons = (
        ui.Button(_("登记车辆"), "registry.register_vehicle", rights.CHANGE_VEHICLES, main=True),
    )
    export_right = rights.EXPORT
    nothing = _("还没有车辆：从车主或单位的页面登记，或导入车辆表")


pages = (VehicleList,)
