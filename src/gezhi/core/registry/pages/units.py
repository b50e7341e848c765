"""企业, 门店 and 工地: their 360-degree pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.core.registry import reads, rights, vehicle_reads
from gezhi.core.registry.models.units import EnterpriseKind, PublicUnitKind
from gezhi.core.registry.pages import columns as c
from gezhi.core.registry.pages.history import HistoryPage
from gezhi.core.registry.pages.unit_lists import (
    GASES,
    STAGE_TONES,
    STAGES,
    TRADES,
    UNIT_STATES,
    UNIT_TONES,
)
from gezhi.core.registry.pages.vehicles import related as vehicles

WHERE: tuple[ui.Column, ...] = (
    ui.Text("address", _("地址")),
    ui.Link("building.name", _("楼栋"), to="registry.building", key_source="building_id"),
    c.grid(),
)
SOURCE = ui.Section(_("来源与核实"), c.source_fields(), in_drawer=False)


def enterprises(actor: Actor, at: datetime) -> QuerySet[Any]:
    """Every enterprise with building and sources."""
    return reads.with_sources(reads.enterprises(actor, at)).select_related("building__compound")


def shops(actor: Actor, at: datetime) -> QuerySet[Any]:
    """Every shop with building and sources."""
    return reads.with_sources(reads.shops(actor, at)).select_related("building__compound")


def sites(actor: Actor, at: datetime) -> QuerySet[Any]:
    """Every site with sources."""
    return reads.with_sources(reads.sites(actor, at)).select_related("building__compound")


class UnitPage(ui.DetailPage):
    """What the three kinds of unit have in common."""

    right = rights.SEE_UNITS
    template = "registry/unit.html"

    def extra(self) -> dict[str, Any]:
        return {"history": f"{self.name}_history"}


class EnterprisePage(UnitPage):
    path, name = "enterprises/<uuid:pk>/", "registry.enterprise"
    title = _("企业单位")
    rows = enterprises
    crumbs = ("registry.enterprises",)
    sections = (
        ui.Section(
            _("单位"),
            (
                ui.Text("name", _("名称")),
                ui.Text("uscc", _("统一社会信用代码")),
                ui.Choice("kind", _("类型"), choices=c.words_of(EnterpriseKind)),
                ui.Choice("public_unit", _("公共单位"), choices=c.words_of(PublicUnitKind)),
                ui.Text("industry", _("行业")),
                ui.Text("registered_address", _("注册地址")),
                *WHERE,
            ),
        ),
        ui.Section(
            _("联系"),
            (
                c.masked(
                    "contact", "legal_rep", _("法定代表人"), reveal="registry.reveal_enterprise"
                ),
                c.masked("contact", "contact", _("联系人"), reveal="registry.reveal_enterprise"),
                c.masked(
                    "contact_phone", "phone", _("联系电话"), reveal="registry.reveal_enterprise"
                ),
            ),
        ),
        ui.Section(
            _("规模与党建"),
            (
                ui.Number("staff_count", _("从业人数")),
                ui.Number("party_members", _("党员")),
                ui.YesNo("party_org", _("党组织")),
                ui.YesNo("above_scale", _("规上")),
                ui.Badges("key_trades", _("重点行业")),
                ui.Text("safety_level", _("安全等级")),
                ui.Long("remark", _("备注")),
            ),
        ),
        SOURCE,
    )
    related = (vehicles(vehicle_reads.of_enterprise),)
    acts = (
        ui.Act(
            _("变更信息"), "registry.change_enterprise", rights.CHANGE_UNITS, icon="edit", main=True
        ),
        ui.Act(
            _("登记车辆"), "registry.add_enterprise_vehicle", rights.CHANGE_VEHICLES, icon="car"
        ),
    )

    def marks(self) -> Sequence[ui.Mark]:
        return [ui.Mark(str(UNIT_STATES[self.row.state]), UNIT_TONES[self.row.state])]


class ShopPage(UnitPage):
    path, name = "shops/<uuid:pk>/", "registry.shop"
    title = _("门店")
    rows = shops
    crumbs = ("registry.shops",)
    sections = (
        ui.Section(
            _("门店"),
            (
                ui.Text("name", _("店招名称")),
                ui.Text("licence_name", _("执照名称")),
                ui.Text("uscc", _("统一社会信用代码")),
                ui.Choice("trade", _("业态"), choices=TRADES),
                ui.Text("opening_hours", _("营业时间")),
                ui.Number("area", _("面积"), unit=" ㎡", places=2),
                ui.Number("staff_count", _("从业人数")),
                *WHERE,
            ),
        ),
        ui.Section(
            _("经营者"),
            (
                c.masked("contact", "contact", _("经营者"), reveal="registry.reveal_shop"),
                c.masked("contact_phone", "phone", _("电话"), reveal="registry.reveal_shop"),
                c.masked("owner", "landlord", _("房东"), reveal="registry.reveal_shop"),
                ui.Date("lease_to", _("租期至")),
            ),
        ),
        ui.Section(
            _("安全"),
            (
                ui.YesNo("sleepers", _("店内住人")),
                ui.Choice("gas", _("用气方式"), choices=GASES),
                ui.Number("extinguishers", _("灭火器")),
                ui.Text("frontage_duty", _("门前责任")),
                ui.Long("remark", _("备注")),
            ),
        ),
        SOURCE,
    )
    related = (vehicles(vehicle_reads.of_shop),)
    acts = (
        ui.Act(_("变更信息"), "registry.change_shop", rights.CHANGE_UNITS, icon="edit", main=True),
        ui.Act(_("登记车辆"), "registry.add_shop_vehicle", rights.CHANGE_VEHICLES, icon="car"),
    )

    def marks(self) -> Sequence[ui.Mark]:
        marks = [ui.Mark(str(UNIT_STATES[self.row.state]), UNIT_TONES[self.row.state])]
        if self.row.sleepers:
            marks.append(ui.Mark(str(_("店内住人")), "bad"))
        return marks


class SitePage(UnitPage):
    path, name = "sites/<uuid:pk>/", "registry.site"
    title = _("工地")
    rows = sites
    crumbs = ("registry.sites",)
    sections = (
        ui.Section(
            _("工地"),
            (
                ui.Text("name", _("工地名称")),
                ui.Text("project_name", _("项目名称")),
                ui.Text("project_code", _("项目代码")),
                ui.Text("developer", _("建设单位")),
                ui.Text("contractor", _("施工单位")),
                ui.Text("supervisor", _("监理单位")),
                ui.Text("address", _("地址")),
                c.grid(),
            ),
        ),
        ui.Section(
            _("负责人"),
            (
                c.masked("contact", "manager", _("项目经理"), reveal="registry.reveal_site"),
                c.masked("contact_phone", "phone", _("电话"), reveal="registry.reveal_site"),
                c.masked(
                    "contact", "safety_officer", _("专职安全员"), reveal="registry.reveal_site"
                ),
                c.masked("contact", "wage_officer", _("劳资专管员"), reveal="registry.reveal_site"),
                c.masked("contact", "dust_trio", _("扬尘三员"), reveal="registry.reveal_site"),
            ),
        ),
        ui.Section(
            _("进度与规模"),
            (
                ui.Badge("stage", _("施工阶段"), choices=STAGES, tones=STAGE_TONES),
                ui.Date("starts_on", _("开工日期")),
                ui.Date("ends_on", _("计划竣工日期")),
                ui.Number("area", _("建筑面积"), unit=" ㎡", places=2),
                ui.Money("cost_fen", _("造价"), unit=_(" 元")),
                ui.Text("permit_no", _("施工许可证号")),
                ui.YesNo("below_limit", _("限额以下")),
                ui.Number("workers", _("工人")),
                ui.Number("dormitory", _("宿舍人数")),
                ui.Number("cranes", _("塔吊")),
                ui.YesNo("video", _("视频接入")),
                ui.Text("dust_sensor", _("扬尘监测设备号")),
                ui.Text("spoil_permit", _("渣土核准号")),
                ui.Long("remark", _("备注")),
            ),
        ),
        SOURCE,
    )
    acts = (
        ui.Act(_("变更信息"), "registry.change_site", rights.CHANGE_UNITS, icon="edit", main=True),
    )

    def marks(self) -> Sequence[ui.Mark]:
        return [ui.Mark(str(STAGES[self.row.stage]), STAGE_TONES[self.row.stage])]


class EnterpriseHistory(HistoryPage):
    path, name = "enterprises/<uuid:pk>/history/", "registry.enterprise_history"
    right = rights.SEE_UNITS
    rows = enterprises
    crumbs = ("registry.enterprises",)
    above = "registry.enterprise"


class ShopHistory(HistoryPage):
    path, name = "shops/<uuid:pk>/history/", "registry.shop_history"
    right = rights.SEE_UNITS
    rows = shops
    crumbs = ("registry.shops",)
    above = "registry.shop"


class SiteHistory(HistoryPage):
    path, name = "sites/<uuid:pk>/history/", "registry.site_history"
    right = rights.SEE_UNITS
    rows = sites
    crumbs = ("registry.sites",)
    above = "registry.site"


pages = (
    EnterprisePage,
    EnterpriseHistory,
    ShopPage,
    ShopHistory,
    SitePage,
    SiteHistory,
)
