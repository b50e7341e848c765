"""Forms that register, change, hand over and end vehicles."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.privacy import masks
from gezhi.core.privacy.actions import record_access
from gezhi.core.privacy.models import AccessKind
from gezhi.core.privacy.purposes import SEARCH
from gezhi.core.registry import reads, rights, vehicle_reads
from gezhi.core.registry.actions import vehicles as actions
from gezhi.core.registry.actions.people import holder_of
from gezhi.core.registry.models import Vehicle
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.forms import DayField
from gezhi.core.registry.pages.people_forms import grids_of, place_chosen
from gezhi.core.registry.pages.refusals import closed
from gezhi.core.registry.pages.unit_forms import ChangeRow, Drawn
from gezhi.core.registry.pages.units import enterprises, shops
from gezhi.core.registry.pages.vehicle_lists import ENDS
from gezhi.core.registry.pages.vehicles import ended
from gezhi.core.registry.vehicle_stands import Stand, stand_at

BY_PLATE: Final = _("不选则按车牌号和车辆类型确定")


class StandField(forms.CharField):
    """Where a vehicle is kept, as people write it: a compound, a building or a home."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("停放地址"))
        options.setdefault(
            "help_text", _("写小区、楼栋或房屋，例如：紫兰苑、紫兰苑3号楼、紫兰苑3-2-501")
        )
        options.setdefault("max_length", 120)
        options.setdefault("required", False)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = stand_at(text)
        if found is None:
            raise forms.ValidationError(
                gettext("没有找到这个小区、楼栋或房屋，请核对地址"), "no_stand"
            )
        return found


def in_order(form: forms.Form) -> forms.Form:
    """What it is, where it stands, whom to ask; the kind of plate may be left out."""
    form.fields["plate_kind"].help_text = BY_PLATE
    form.order_fields(["plate", "kind", "plate_kind", "stand", "place", "parking"])
    return form


class AddVehicle(Drawn):
    """Register a vehicle; a page about a person or unit gives its holder."""

    title = _("登记车辆")
    right = rights.CHANGE_VEHICLES
    model = Vehicle
    button = _("登记")
    said = _("已登记")
    done = "registry.vehicle"

    def holder(self) -> Any:
        return self.row

    def more(self) -> dict[str, forms.Field]:
        return {
            "stand": StandField(),
            "place": forms.ChoiceField(
                label=_("所属网格"),
                required=False,
                choices=lambda: [("", ""), *grids_of(self)],
                help_text=_("停在路边、单位门前，没有小区时选"),
            ),
        }

    def made(self, *arguments: Any, **options: Any) -> forms.Form:
        form = in_order(super().made(*arguments, **options))
        if self.holder() is not None:
            form.fields["contact"].help_text = gettext("车主之外有人可以挪车时填")
        else:
            form.fields["contact"].required = True
        return form

    def initial(self) -> dict[str, Any]:
        return {"kind": "car"}

    def stand(self, data: dict[str, Any]) -> Stand:
        found: Stand = data.get("stand") or Stand()
        place = place_chosen(self, data.get("place", ""))
        return Stand(found.dwelling, found.building, found.compound, place)

    def act(self, data: dict[str, Any]) -> Any:
        return actions.register_vehicle(
            values=self.values(data),
            holder=self.holder(),
            stand=self.stand(data),
            by=self.actor,
            at=self.at,
        )


class RegisterVehicle(AddVehicle):
    path, name = "vehicles/new/", "registry.register_vehicle"
    crumbs = ("registry.vehicles",)
    lead = _("车主在人口、企业或门店底数里的，请从他的页面登记；这里登记底数里没有的车主")

    def holder(self) -> Any:
        return None


class AddToPerson(AddVehicle):
    path, name = "people/<uuid:pk>/vehicles/new/", "registry.add_vehicle"
    crumbs = ("registry.people",)
    sees = rights.SEE_PEOPLE
    rows = reads.any_person

    def heading(self) -> str:
        return f"{self.title}：{c.person_title(self.row)}"

    def initial(self) -> dict[str, Any]:
        home = self.row.dwelling
        return {**super().initial(), "stand": home.address if home is not None else ""}

    def refusal(self) -> Refusal | None:
        return closed(self.row, self.actor)


class AddToUnit(AddVehicle):
    sees = rights.SEE_UNITS

    def heading(self) -> str:
        return f"{self.title}：{self.row.name}"

    def initial(self) -> dict[str, Any]:
        building = self.row.building
        at = f"{building.compound.name}{building.name}" if building is not None else ""
        return {**super().initial(), "stand": at, "place": str(self.row.grid_id or "")}


class AddToEnterprise(AddToUnit):
    path, name = "enterprises/<uuid:pk>/vehicles/new/", "registry.add_enterprise_vehicle"
    crumbs = ("registry.enterprises",)
    rows = enterprises


class AddToShop(AddToUnit):
    path, name = "shops/<uuid:pk>/vehicles/new/", "registry.add_shop_vehicle"
    crumbs = ("registry.shops",)
    rows = shops


class OfVehicle(ui.FormPage):
    """A form about one vehicle that is kept here."""

    sees = rights.SEE_VEHICLES
    right = rights.CHANGE_VEHICLES
    rows = vehicle_reads.any_vehicle
    crumbs = ("registry.vehicles",)
    done = "registry.vehicle"
    row: Any
    actor: Any

    def heading(self) -> str:
        return f"{self.title}：{masks.of('plate')(self.row.plate)}"

    def refusal(self) -> Refusal | None:
        return ended(self.row, self.actor)


class ChangeVehicle(OfVehicle, ChangeRow):
    path, name = "vehicles/<uuid:pk>/change/", "registry.change_vehicle"
    title = _("变更车辆信息")
    model: ClassVar[type[Vehicle]] = Vehicle

    def more(self) -> dict[str, forms.Field]:
        kept = gettext("留空表示不变")
        return {"stand": StandField(help_text=kept), **super().more()}

    def made(self, *arguments: Any, **options: Any) -> forms.Form:
        form = in_order(super().made(*arguments, **options))
        form.fields["stand"].widget.attrs["placeholder"] = self.row.stands_at
        return form

    def act(self, data: dict[str, Any]) -> Any:
        actions.change_vehicle(vehicle=self.row, stand=data.get("stand"), **self.changes(data))
        return self.row


class HolderForm(forms.Form):
    id_no = forms.CharField(
        label=_("新车主证件号码"),
        required=False,
        max_length=30,
        help_text=_("在人口底数里的，写完整证件号码；按号码查找会记入查阅记录"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact = forms.CharField(
        label=_("联系人"), required=False, max_length=60, help_text=_("新车主不在底数里时填姓名")
    )
    phone = forms.CharField(label=_("挪车电话"), required=False, max_length=30)
    expected = forms.IntegerField(widget=forms.HiddenInput)


class HandOver(OfVehicle):
    path, name = "vehicles/<uuid:pk>/hand-over/", "registry.hand_over_vehicle"
    title = _("变更车主")
    form = HolderForm
    lead = _("车还停在这里，换了车主；原车主留的联系人和电话随之作废")

    def initial(self) -> dict[str, Any]:
        return {"expected": self.row.revision}

    def act(self, data: dict[str, Any]) -> Any:
        number = data.pop("id_no")
        holder = self.owner_of(number) if number else None
        actions.hand_over_vehicle(
            vehicle=self.row, holder=holder, **data, by=self.actor, at=self.at
        )
        return self.row

    def owner_of(self, number: str) -> Any:
        """Who is listed under a number, within reach; the look-up is logged."""
        found = holder_of(number.strip().upper())
        if found is not None and not rights.SEE_PEOPLE.covers(self.actor, found):
            found = None
        record_access(
            AccessKind.SEARCH,
            [found.pk if found is not None else None],
            fields=["id_no"],
            purpose=SEARCH,
            within=True,
            by=self.actor,
            at=self.at,
        )
        if found is None:
            raise Refusal(
                gettext("您网格内的人口底数里没有这个证件号码；请先登记人员，或只填联系人和电话"),
                "registry.nobody_of_number",
                field="id_no",
            )
        return found


class EndForm(forms.Form):
    on = DayField(label=_("停放至"))
    reason = forms.ChoiceField(label=_("结束原因"), choices=list(ENDS.items()))
    expected = forms.IntegerField(widget=forms.HiddenInput)


class EndVehicle(OfVehicle):
    path, name = "vehicles/<uuid:pk>/end/", "registry.end_vehicle"
    title = _("结束登记")
    form = EndForm
    lead = _("车已不在这里停放。结束后六个月从底数删除；同一车牌可以重新登记")

    def initial(self) -> dict[str, Any]:
        return {
            "expected": self.row.revision,
            "reason": "moved",
            "on": timezone.localdate(self.at),
        }

    def act(self, data: dict[str, Any]) -> Any:
        actions.end_vehicle(vehicle=self.row, **data, by=self.actor, at=self.at)
        return self.row


pages = (
    RegisterVehicle,
    AddToPerson,
    AddToEnterprise,
    AddToShop,
    ChangeVehicle,
    HandOver,
    EndVehicle,
)
