"""车辆: the 360-degree page and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.privacy import masks
from gezhi.core.privacy.actions import record_access
from gezhi.core.privacy.models import AccessKind
from gezhi.core.privacy.purposes import VIEW
from gezhi.core.registry import rights, vehicle_reads
from gezhi.core.registry.models import Vehicle
from gezhi.core.registry.models.people import PersonState
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.history import HistoryPage
from gezhi.core.registry.pages.vehicle_lists import (
    ENDS,
    KINDS,
    PLATE_KINDS,
    VEHICLE_COLUMNS,
    plate,
    stand,
    unit_of,
)

REVEAL = "registry.reveal_vehicle"


def ended(vehicle: Vehicle, by: Actor) -> Refusal | None:
    """No longer kept here."""
    if vehicle.until is None:
        return None
    return Refusal(gettext("这辆车的登记已结束，请重新登记"), "registry.vehicle_ended")


def view_logged(page: Any, vehicle: Vehicle) -> None:
    """Note on its owner that a masked vehicle was opened, before it is shown."""
    if vehicle.owner_id is not None:
        record_access(
            AccessKind.VIEW,
            [vehicle.owner_id],
            fields=["name", "plate"],
            purpose=VIEW,
            by=page.actor,
            at=page.at,
        )


class VehiclePage(ui.DetailPage):
    path, name = "vehicles/<uuid:pk>/", "registry.vehicle"
    title = _("车辆")
    right = rights.SEE_VEHICLES
    rows = vehicle_reads.any_vehicle
    crumbs = ("registry.vehicles",)
    template = "registry/vehicle.html"
    sections = (
        ui.Section(
            _("车辆"),
            (
                plate(reveal=REVEAL),
                ui.Choice("plate_kind", _("号牌种类"), choices=PLATE_KINDS),
                ui.Choice("kind", _("车辆类型"), choices=KINDS),
                ui.Long("remark", _("备注")),
            ),
        ),
        ui.Section(
            _("谁来挪车"),
            (
                c.name("owner.name", _("车主")),
                c.phone("owner.phone", _("车主电话")),
                ui.Computed("unit", _("所属单位"), give=unit_of),
                c.masked("name", "contact", _("联系人"), reveal=REVEAL),
                c.phone("phone", _("挪车电话"), reveal=REVEAL),
            ),
        ),
        ui.Section(
            _("停放"),
            (
                stand(),
                ui.Text("parking", _("停放位置")),
                c.grid(),
                ui.Date("since", _("停放自")),
                ui.Date("until", _("停放至")),
                ui.Choice("end_reason", _("结束原因"), choices=ENDS),
            ),
        ),
        ui.Section(_("来源与核实"), c.source_fields(), in_drawer=False),
    )
    acts = (
        ui.Act(
            _("变更信息"),
            "registry.change_vehicle",
            rights.CHANGE_VEHICLES,
            refusal=ended,
            icon="edit",
            main=True,
        ),
        ui.Act(
            _("变更车主"),
            "registry.hand_over_vehicle",
            rights.CHANGE_VEHICLES,
            refusal=ended,
            icon="user-check",
        ),
        ui.Act(
            _("结束登记"),
            "registry.end_vehicle",
            rights.CHANGE_VEHICLES,
            refusal=ended,
            icon="logout",
        ),
    )

    def get(self) -> HttpResponseBase:
        view_logged(self, self.row)
        return super().get()

    def heading(self) -> str:
        return masks.of("plate")(self.row.plate)

    def marks(self) -> Sequence[ui.Mark]:
        vehicle = self.row
        if vehicle.until is not None:
            return [ui.Mark(gettext("登记已结束"), "neutral")]
        marks = [ui.Mark(gettext("在停"), "good")]
        owner = vehicle.owner
        if owner is not None and owner.state in (PersonState.LEFT, PersonState.DECEASED):
            marks.append(
                ui.Mark(gettext("车主%(state)s，待核实") % {"state": _state(owner)}, "warn")
            )
        if owner is not None and owner.blocked:
            marks.append(ui.Mark(gettext("限制处理"), "bad"))
        return marks

    def extra(self) -> dict[str, Any]:
        return {
            "reveals_phone": self.owners_phone(),
            "sees_people": rights.SEE_PEOPLE.held_by(self.actor),
            "sees_units": rights.SEE_UNITS.held_by(self.actor),
            "sees_homes": rights.SEE_DWELLINGS.held_by(self.actor),
        }

    def owners_phone(self) -> str:
        """Where the owner's own telephone is shown in full, for those who may see the owner."""
        owner = self.row.owner
        if owner is None or not owner.phone or not rights.SEE_PEOPLE.covers(self.actor, owner):
            return ""
        return f"{address_of('registry.reveal_person', owner.pk)}?field=phone"


def _state(person: Any) -> str:
    return str(c.PERSON_STATES[person.state])


class VehicleHistory(HistoryPage):
    path, name = "vehicles/<uuid:pk>/history/", "registry.vehicle_history"
    right = rights.SEE_VEHICLES
    rows = vehicle_reads.any_vehicle
    crumbs = ("registry.vehicles",)
    above = "registry.vehicle"

    def row_title(self) -> str:
        return masks.of("plate")(self.row.plate)

    def get(self) -> HttpResponseBase:
        view_logged(self, self.row)
        return super().get()


def related(rows: Any, **more: Any) -> ui.Related:
    """The table of vehicles on another page."""
    return ui.Related(
        _("车辆"), rows, VEHICLE_COLUMNS, rights.SEE_VEHICLES, opens="registry.vehicle", **more
    )


pages = (VehiclePage, VehicleHistory)
