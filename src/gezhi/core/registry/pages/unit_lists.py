"""Lists of buildings, dwellings, enterprises, public units, shops and sites."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.registry import codes_units as codes
from gezhi.core.registry import reads, rights
from gezhi.core.registry.models import Enterprise
from gezhi.core.registry.models.dwellings import BuildingUse, Hazard, Tenure, UseState
from gezhi.core.registry.models.units import EnterpriseKind, PublicUnitKind, SiteStage, UnitState
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.common import (
    IN_PLACE,
    RegistryList,
    counted,
    find_address,
    find_shop,
    find_unit,
)
from gezhi.core.registry.pages.exporting import Exportable

USE_STATES = c.words_of(UseState)
USE_TONES = {
    "self": "good",
    "rented": "info",
    "vacant": "neutral",
    "business": "busy",
    "building": "warn",
    "unknown": "bad",
}
HAZARDS = c.words_of(Hazard)
HAZARD_TONES = dict.fromkeys(HAZARDS, "bad") | {"none": "good"}
UNIT_STATES = c.words_of(UnitState)
UNIT_TONES = {"open": "good", "suspended": "warn", "closed": "neutral", "moved": "neutral"}
STAGES = c.words_of(SiteStage)
STAGE_TONES = dict.fromkeys(STAGES, "busy") | {
    "planned": "neutral",
    "stopped": "warn",
    "finished": "good",
}
TRADES = c.words_in(codes.TRADE)
GASES = c.words_in(codes.GAS)


class DwellingList(Exportable):
    path, name = "dwellings/", "registry.dwellings"
    title = _("房屋")
    right = rights.SEE_DWELLINGS
    rows = reads.dwellings
    metric = "dwellings"
    subject = ""
    count_all = counted("dwellings", rights.SEE_DWELLINGS)
    opens = "registry.dwelling"
    columns = (
        ui.Text("address", _("地址"), order="address"),
        ui.Badge("use_state", _("使用状态"), choices=USE_STATES, tones=USE_TONES),
        ui.Number("residents", _("现住"), unit=_(" 人"), order="-residents"),
        ui.Choice("use", _("用途"), choices=c.words_of(BuildingUse)),
        ui.Badge("hazard", _("隐患"), choices=HAZARDS, tones=HAZARD_TONES),
        c.masked("owner", "owner_name", _("产权人")),
        c.grid(),
        ui.Number("area", _("面积"), unit=" ㎡", places=2, shown=False),
        ui.Choice("tenure", _("产权性质"), choices=c.words_of(Tenure), shown=False),
        ui.YesNo("group_rental", _("群租"), shown=False),
        ui.Date("lease_to", _("租期至"), order="lease_to", shown=False),
        ui.Text("house_code", _("房屋编码"), order="house_code", shown=False),
        c.community(shown=False),
        c.verified(),
        c.as_of(),
    )
    filters = (
        IN_PLACE,
        ui.Search("q", _("地址"), find=find_address, placeholder=_("小区、楼栋或房屋编码")),
        ui.Choices("use_state", _("使用状态"), choices=USE_STATES),
        ui.Choices("hazard", _("隐患"), choices=HAZARDS),
        ui.YesOrNo("group_rental", _("群租"), first=False),
        ui.YesOrNo("empty", _("无人居住"), when=Q(residents=0), first=False),
        ui.Days("lease", _("租期至"), column="lease_to", first=False),
        ui.Days("verified", _("核实日期"), column="verified_at", first=False),
    )
    ordering = ("pk",)
    buttons = (
        ui.Button(_("登记房屋"), "registry.register_dwelling", rights.CHANGE_DWELLINGS, main=True),
    )
    export_right = rights.EXPORT
    nothing = _("还没有房屋：先在“小区楼栋”里登记楼栋并生成房间，或导入房屋表")


class BuildingList(RegistryList):
    path, name = "buildings/", "registry.buildings"
    title = _("楼栋")
    right = rights.SEE_DWELLINGS
    rows = reads.buildings
    opens = "registry.building"
    columns = (
        ui.Computed("name", _("楼栋"), give=lambda row: f"{row.compound.name} {row.name}"),
        ui.Number("units", _("单元")),
        ui.Number("floors_above", _("层数")),
        ui.Number("rooms", _("房屋"), unit=_(" 套")),
        ui.Number("living", _("现住"), unit=_(" 人")),
        c.grid(),
        ui.Number("built_year", _("建成年份"), shown=False),
        c.community(shown=False),
    )
    filters = (
        IN_PLACE,
        ui.Search("q", _("小区"), fields=("compound__name", "compound__aliases__alias")),
    )
    ordering = ("compound__name", "number")
    nothing = _("还没有楼栋：在“小区楼栋”里登记")


ENTERPRISE_COLUMNS: tuple[ui.Column, ...] = (
    ui.Text("name", _("名称"), order="name"),
    ui.Text("uscc", _("统一社会信用代码")),
    ui.Choice("kind", _("类型"), choices=c.words_of(EnterpriseKind)),
    ui.Text("industry", _("行业")),
    ui.Text("address", _("经营地址")),
    c.masked("contact", "contact", _("联系人")),
    c.masked("contact_phone", "phone", _("联系电话")),
    ui.Number("staff_count", _("从业人数"), order="-staff_count"),
    ui.Badge("state", _("状态"), choices=UNIT_STATES, tones=UNIT_TONES),
    c.grid(),
    ui.Choice("public_unit", _("公共单位"), choices=c.words_of(PublicUnitKind), shown=False),
    ui.Number("party_members", _("党员"), shown=False),
    ui.YesNo("party_org", _("党组织"), shown=False),
    ui.YesNo("above_scale", _("规上"), shown=False),
    c.community(shown=False),
    c.verified(),
    c.as_of(),
)


class EnterpriseList(Exportable):
    path, name = "enterprises/", "registry.enterprises"
    title = _("企业单位")
    right = rights.SEE_UNITS
    rows = reads.enterprises
    subject = ""
    opens = "registry.enterprise"
    columns = ENTERPRISE_COLUMNS
    filters = (
        IN_PLACE,
        ui.Search("q", _("名称"), find=find_unit, placeholder=_("名称、拼音、信用代码或地址")),
        ui.Choices("state", _("状态"), choices=UNIT_STATES),
        ui.Choices("kind", _("类型"), choices=c.words_of(EnterpriseKind)),
        ui.Choices(
            "public", _("公共单位"), choices=c.words_of(PublicUnitKind), column="public_unit"
        ),
        ui.YesOrNo("above_scale", _("规上"), first=False),
        ui.YesOrNo("party_org", _("党组织"), first=False),
        ui.Days("verified", _("核实日期"), column="verified_at", first=False),
    )
    ordering = ("pk",)
    buttons: ClassVar[tuple[ui.Button, ...]] = (
        ui.Button(_("登记企业"), "registry.register_enterprise", rights.CHANGE_UNITS, main=True),
        ui.Button(_("公共单位"), "registry.public_units", rights.SEE_UNITS, icon="building"),
    )
    export_right = rights.EXPORT
    nothing = _("还没有企业单位：点“登记企业”，或导入企业表")


def public_units(actor: Actor, at: datetime) -> QuerySet[Enterprise]:
    """公共单位: those counted in sweeps, while they exist."""
    rows = Enterprise.objects.exclude(public_unit="")
    return rows.filter(state__in=["open", "suspended"])


class PublicUnitList(EnterpriseList):
    path, name = "public-units/", "registry.public_units"
    title = _("公共单位")
    rows = public_units
    metric = "public_units"
    count_all = counted("public_units", rights.SEE_UNITS)
    crumbs = ("registry.enterprises",)
    columns = (
        ENTERPRISE_COLUMNS[0],
        ui.Choice("public_unit", _("类别"), choices=c.words_of(PublicUnitKind)),
        *ENTERPRISE_COLUMNS[4:10],
    )
    buttons = ()
    nothing = _("还没有公共单位：在企业单位上选择公共单位类别")


class ShopList(Exportable):
    path, name = "shops/", "registry.shops"
    title = _("门店")
    right = rights.SEE_UNITS
    rows = reads.shops
    subject = ""
    opens = "registry.shop"
    columns = (
        ui.Text("name", _("店招名称"), order="name"),
        ui.Choice("trade", _("业态"), choices=TRADES, order="trade"),
        ui.Text("address", _("地址")),
        c.masked("contact", "contact", _("经营者")),
        c.masked("contact_phone", "phone", _("电话")),
        ui.Badge(
            "sleepers",
            _("店内住人"),
            choices={True: _("住人"), False: _("不住人")},
            tones={True: "bad", False: "good"},
        ),
        ui.Choice("gas", _("用气方式"), choices=GASES),
        ui.Number("extinguishers", _("灭火器")),
        ui.Badge("state", _("状态"), choices=UNIT_STATES, tones=UNIT_TONES),
        c.grid(),
        ui.Text("licence_name", _("执照名称"), shown=False),
        ui.Text("uscc", _("统一社会信用代码"), shown=False),
        ui.Number("staff_count", _("从业人数"), shown=False),
        c.community(shown=False),
        c.verified(),
        c.as_of(),
    )
    filters = (
        IN_PLACE,
        ui.Search(
            "q", _("名称"), find=find_shop, placeholder=_("店招、执照名称、拼音、信用代码或地址")
        ),
        ui.Choices("state", _("状态"), choices=UNIT_STATES),
        ui.Choices("trade", _("业态"), choices=TRADES),
        ui.YesOrNo("sleepers", _("店内住人")),
        ui.Choices("gas", _("用气"), choices=GASES, first=False),
        ui.Days("verified", _("核实日期"), column="verified_at", first=False),
    )
    ordering = ("pk",)
    buttons = (ui.Button(_("登记门店"), "registry.register_shop", rights.CHANGE_UNITS, main=True),)
    export_right = rights.EXPORT
    nothing = _("还没有门店：点“登记门店”，或导入门店表")


class SiteList(Exportable):
    path, name = "sites/", "registry.sites"
    title = _("工地")
    right = rights.SEE_UNITS
    rows = reads.sites
    metric = "sites"
    subject = ""
    count_all = counted("sites", rights.SEE_UNITS)
    opens = "registry.site"
    columns = (
        ui.Text("name", _("工地名称"), order="name"),
        ui.Badge("stage", _("施工阶段"), choices=STAGES, tones=STAGE_TONES),
        ui.Text("address", _("地址")),
        ui.Text("developer", _("建设单位")),
        ui.Text("contractor", _("施工单位")),
        c.masked("contact", "manager", _("项目经理")),
        c.masked("contact_phone", "phone", _("电话")),
        ui.Number("workers", _("工人"), order="-workers"),
        ui.Date("ends_on", _("计划竣工"), order="ends_on"),
        c.grid(),
        ui.YesNo("video", _("视频接入"), shown=False),
        ui.Text("permit_no", _("施工许可证号"), shown=False),
        c.community(shown=False),
        c.verified(),
        c.as_of(),
    )
    filters = (
        IN_PLACE,
        ui.Search("q", _("名称"), find=find_unit),
        ui.Choices("stage", _("施工阶段"), choices=STAGES),
        ui.YesOrNo("permit", _("有施工许可证"), when=~Q(permit_no=""), first=False),
        ui.Days("ends", _("计划竣工"), column="ends_on", first=False),
    )
    ordering = ("pk",)
    buttons = (ui.Button(_("登记工地"), "registry.register_site", rights.CHANGE_UNITS, main=True),)
    export_right = rights.EXPORT
    nothing = _("还没有工地：点“登记工地”，或导入工地表")


pages: tuple[type[Any], ...] = (
    DwellingList,
    BuildingList,
    EnterpriseList,
    PublicUnitList,
    ShopList,
    SiteList,
)
