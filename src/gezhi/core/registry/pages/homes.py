"""户, 房屋 and 楼栋: their 360-degree pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.columns import address_of
from gezhi.base.pages.pictures import BuildingPicture, Room, Unit
from gezhi.core.places.addresses import unit_name
from gezhi.core.registry import reads, rights, vehicle_reads
from gezhi.core.registry.models import Dwelling, Enterprise, Shop
from gezhi.core.registry.models.dwellings import BuildingUse, RentUse, Tenure
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.history import HistoryPage
from gezhi.core.registry.pages.people_lists import EVENT_KINDS
from gezhi.core.registry.pages.person import MATE_COLUMNS
from gezhi.core.registry.pages.refusals import dissolved, not_one_household, too_small
from gezhi.core.registry.pages.unit_lists import (
    HAZARD_TONES,
    HAZARDS,
    UNIT_STATES,
    UNIT_TONES,
    USE_STATES,
    USE_TONES,
)
from gezhi.core.registry.pages.vehicles import related as vehicles

STAY_PERSON: tuple[ui.Column, ...] = (
    c.name("person.name"),
    ui.Choice("person.gender", _("性别"), choices=c.GENDERS),
    c.Age("person.birth_date", _("年龄")),
    ui.Choice("kind", _("居住方式"), choices=c.STAY_KINDS),
    c.moved_in(),
    ui.Date("moved_out", _("搬离")),
    ui.Text("out_reason", _("原因")),
)


def _members(household: Any) -> QuerySet[Any]:
    return reads.members(household.pk)


class HouseholdPage(ui.DetailPage):
    path, name = "households/<uuid:pk>/", "registry.household"
    title = _("户")
    right = rights.SEE_PEOPLE
    rows = reads.any_household
    crumbs = ("registry.households",)
    sections = (
        ui.Section(
            _("基本信息"),
            (
                c.name("head.name", _("户主")),
                ui.Link(
                    "dwelling.address", _("地址"), to="registry.dwelling", key_source="dwelling_id"
                ),
                ui.Number("members", _("人数"), unit=_(" 人")),
                ui.Choice(
                    "kind", _("户别"), choices={"family": _("家庭户"), "collective": _("集体户")}
                ),
                c.masked("id_no", "household_no", _("户号")),
                c.grid(),
                ui.Date("dissolved_on", _("撤户日期")),
            ),
        ),
        ui.Section(_("来源与核实"), c.source_fields(), in_drawer=False),
    )
    related = (
        ui.Related(
            _("户内人员"),
            _members,
            MATE_COLUMNS,
            rights.SEE_PEOPLE,
            opens="registry.person",
            in_drawer=True,
            at_most=50,
        ),
        ui.Related(
            _("曾在本户"),
            reads.stays_in_household,
            STAY_PERSON,
            rights.SEE_PEOPLE,
            opens="registry.person",
            pk_source="person_id",
        ),
        vehicles(vehicle_reads.of_household),
    )
    acts = (
        ui.Act(
            _("登记新成员"),
            "registry.add_member",
            rights.CHANGE_PEOPLE,
            refusal=dissolved,
            icon="user-plus",
            main=True,
        ),
        ui.Act(
            _("变更户主"),
            "registry.change_head",
            rights.CHANGE_PEOPLE,
            refusal=dissolved,
            icon="user-check",
        ),
        ui.Act(
            _("分户"),
            "registry.split_household",
            rights.CHANGE_PEOPLE,
            refusal=too_small,
            icon="arrows-split",
        ),
        ui.Act(
            _("全户搬迁"),
            "registry.move_household",
            rights.CHANGE_PEOPLE,
            refusal=dissolved,
            icon="home-move",
        ),
    )

    def heading(self) -> str:
        head = self.row.head
        if head is None:
            return gettext("缺户主的户")
        return gettext("%(name)s 户") % {"name": c.person_title(head)}

    def marks(self) -> Sequence[ui.Mark]:
        if self.row.dissolved_on is not None:
            return [ui.Mark(gettext("已撤户"), "neutral")]
        return [] if self.row.head_id else [ui.Mark(gettext("缺户主"), "warn")]

    def timeline(self) -> Iterable[ui.Event]:
        for event in reads.events_of_household(self.row)[:50]:
            who = c.person_title(event.person)
            yield ui.Event(
                event.recorded_at,
                f"{EVENT_KINDS[event.kind]} {who}",
                event.source.entered_by,
                event.day_shown,
                "info",
            )


class HouseholdHistory(HistoryPage):
    path, name = "households/<uuid:pk>/history/", "registry.household_history"
    right = rights.SEE_PEOPLE
    rows = reads.any_household
    crumbs = ("registry.households",)
    above = "registry.household"

    def row_title(self) -> str:
        return c.person_title(self.row.head) if self.row.head else gettext("缺户主的户")


REVEAL = "registry.reveal_dwelling"


def _only_household(dwelling: Dwelling) -> Any:
    household = reads.only_household(dwelling)
    return household.pk if household is not None else dwelling.pk


class DwellingPage(ui.DetailPage):
    path, name = "dwellings/<uuid:pk>/", "registry.dwelling"
    title = _("房屋")
    right = rights.SEE_DWELLINGS
    rows = reads.any_dwelling
    crumbs = ("registry.dwellings",)
    template = "registry/dwelling.html"
    sections = (
        ui.Section(
            _("房屋"),
            (
                ui.Text("address", _("地址")),
                ui.Text("house_code", _("房屋编码")),
                ui.Link(
                    "building.name", _("楼栋"), to="registry.building", key_source="building_id"
                ),
                c.grid(),
                ui.Choice("use", _("用途"), choices=c.words_of(BuildingUse)),
                ui.Number("area", _("面积"), unit=" ㎡", places=2),
                ui.Number("rooms", _("房间数")),
                ui.Text(
                    "structure",
                    _("房屋结构"),
                ),
                ui.Choice("tenure", _("产权性质"), choices=c.words_of(Tenure)),
                ui.Long("remark", _("备注")),
            ),
        ),
        ui.Section(
            _("使用与隐患"),
            (
                ui.Badge("use_state", _("使用状态"), choices=USE_STATES, tones=USE_TONES),
                ui.Number("residents", _("现住"), unit=_(" 人")),
                ui.Badge("hazard", _("隐患"), choices=HAZARDS, tones=HAZARD_TONES),
                ui.YesNo("group_rental", _("群租")),
            ),
        ),
        ui.Section(
            _("产权人"),
            (
                c.masked("owner", "owner_name", _("产权人"), reveal=REVEAL),
                c.id_no("owner_id_no", _("产权人证件号"), reveal=REVEAL),
                c.phone("owner_phone", _("产权人电话"), reveal=REVEAL),
            ),
        ),
        ui.Section(
            _("出租"),
            (
                ui.Choice("rent_use", _("出租用途"), choices=c.words_of(RentUse)),
                ui.Number("tenants", _("租户人数"), unit=_(" 人")),
                ui.Date("lease_from", _("租期自")),
                ui.Date("lease_to", _("租期至")),
                ui.Text("lease_filing_no", _("登记备案号")),
            ),
            when=lambda row: row.use_state == "rented" or bool(row.rent_use or row.lease_to),
        ),
        ui.Section(_("来源与核实"), c.source_fields(), in_drawer=False),
    )
    related = (
        ui.Related(
            _("现住人员"),
            reads.living_in,
            STAY_PERSON[:5],
            rights.SEE_PEOPLE,
            opens="registry.person",
            pk_source="person_id",
            in_drawer=True,
            at_most=50,
            nothing=_("没有登记的住户"),
        ),
        ui.Related(
            _("曾住人员"),
            reads.lived_in,
            STAY_PERSON,
            rights.SEE_PEOPLE,
            opens="registry.person",
            pk_source="person_id",
        ),
        ui.Related(
            _("户"),
            reads.households_at,
            (c.name("head.name", _("户主")), ui.Number("members", _("人数"))),
            rights.SEE_PEOPLE,
            opens="registry.household",
        ),
        vehicles(vehicle_reads.kept_at),
    )
    acts = (
        ui.Act(
            _("变更信息"),
            "registry.change_dwelling",
            rights.CHANGE_DWELLINGS,
            icon="edit",
            main=True,
        ),
        ui.Act(_("登记住户"), "registry.settle_person", rights.CHANGE_PEOPLE, icon="user-plus"),
        ui.Act(
            _("全户搬迁"),
            "registry.move_household",
            rights.CHANGE_PEOPLE,
            refusal=not_one_household,
            icon="home-move",
            about=_only_household,
        ),
    )

    def marks(self) -> Sequence[ui.Mark]:
        marks = [ui.Mark(str(USE_STATES[self.row.use_state]), USE_TONES[self.row.use_state])]
        if self.row.hazard not in ("", "none"):
            marks.append(ui.Mark(str(HAZARDS[self.row.hazard]), "bad"))
        return marks


class DwellingHistory(HistoryPage):
    path, name = "dwellings/<uuid:pk>/history/", "registry.dwelling_history"
    right = rights.SEE_DWELLINGS
    rows = reads.any_dwelling
    crumbs = ("registry.dwellings",)
    above = "registry.dwelling"


UNIT_COLUMNS: tuple[ui.Column, ...] = (
    ui.Text("name", _("名称")),
    ui.Text("address", _("地址")),
    ui.Badge("state", _("状态"), choices=UNIT_STATES, tones=UNIT_TONES),
)


def _enterprises_in(building: Any) -> QuerySet[Any]:
    return Enterprise.objects.filter(building=building)


def _shops_in(building: Any) -> QuerySet[Any]:
    return Shop.objects.filter(building=building)


class BuildingPage(ui.DetailPage):
    path, name = "buildings/<uuid:pk>/rooms/", "registry.building"
    title = _("楼栋")
    right = rights.SEE_DWELLINGS
    rows = reads.buildings
    crumbs = ("registry.buildings",)
    template = "registry/building.html"
    sections = (
        ui.Section(
            _("楼栋"),
            (
                ui.Text("compound.name", _("小区")),
                ui.Number("units", _("单元")),
                ui.Number("floors_above", _("地上层数")),
                ui.Number("floors_below", _("地下层数")),
                ui.Number("built_year", _("建成年份")),
                ui.Number("rooms", _("房屋"), unit=_(" 套")),
                ui.Number("living", _("现住"), unit=_(" 人")),
                c.grid(),
            ),
        ),
    )
    related = (
        ui.Related(
            _("企业单位"),
            _enterprises_in,
            UNIT_COLUMNS,
            rights.SEE_UNITS,
            opens="registry.enterprise",
        ),
        ui.Related(_("门店"), _shops_in, UNIT_COLUMNS, rights.SEE_UNITS, opens="registry.shop"),
    )

    def heading(self) -> str:
        return f"{self.row.compound.name} {self.row.name}"

    def extra(self) -> dict[str, Any]:
        rooms = list(reads.rooms_of(self.row))
        return {"building": picture(self.heading(), rooms), "rooms": rooms}


def picture(title: str, rooms: Sequence[Dwelling]) -> BuildingPicture:
    """A building from the front: each room by its state of use, with how many live there."""
    units: dict[int, dict[int, list[Dwelling]]] = {}
    for room in rooms:
        units.setdefault(room.unit, {}).setdefault(room.floor, []).append(room)
    drawn = tuple(
        Unit(
            gettext("%(unit)s 单元") % {"unit": unit_name(number)} if number else gettext("全楼"),
            {
                floor: [_room(room) for room in sorted(row, key=lambda one: one.room)]
                for floor, row in floors.items()
            },
        )
        for number, floors in sorted(units.items())
    )
    legend = tuple((USE_TONES[state], str(words)) for state, words in USE_STATES.items())
    return BuildingPicture(title, drawn, legend)


def _room(room: Dwelling) -> Room:
    words = str(USE_STATES[room.use_state])
    if room.residents:
        words = gettext("%(state)s %(n)s 人") % {"state": words, "n": room.residents}
    if room.hazard not in ("", "none"):
        words += f" {HAZARDS[room.hazard]}"
    return Room(
        room.room, USE_TONES[room.use_state], words, address_of("registry.dwelling", room.pk)
    )


pages = (
    HouseholdPage,
    HouseholdHistory,
    DwellingPage,
    DwellingHistory,
    BuildingPage,
)
