"""Sites as filing sees them: what goes on, what was checked, who files for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.columns import address_of
from gezhi.core.registry.models import Site
from gezhi.core.registry.models.units import SiteStage
from gezhi.engines.matters.pages import columns as c
from gezhi.services.filings import actions, forms, queries, rights
from gezhi.services.filings.models import CheckState, Steward
from gezhi.services.filings.pages.checks import TONES as CHECK_TONES
from gezhi.services.filings.pages.lists import ENDS, STARTS, STATE, WHAT

NAME = ui.Text("name", _("工地"), order="name")
PLACE = ui.Place("grid_id", _("网格"))


class SiteList(ui.ListPage):
    path, name = "filings/sites/", "filings.sites"
    title = _("工地动态")
    lead = _("每个工地正在生效的报备；点开可检查、看二维码公示牌")
    right = rights.SEE_SITES
    rows = queries.sites
    opens = "filings.site"
    columns = (
        NAME,
        ui.Text("contractor", _("施工单位"), order="contractor"),
        PLACE,
        ui.Choice("stage", _("施工阶段"), choices=SiteStage),
        ui.Number("going_on", _("在施报备"), order="-going_on"),
        ui.Text("permit_no", _("施工许可证号"), shown=False),
    )
    filters = (
        ui.InPlace(),
        ui.Search("q", _("工地、单位"), fields=("name", "contractor", "developer")),
        ui.Choices("stage", _("施工阶段"), choices=SiteStage),
        ui.YesOrNo("going", _("有在施报备"), when=Q(going_on__gt=0)),
    )
    ordering = ("name", "pk")
    tells_hidden = False
    nothing = _("没有您可以看的工地")


class SitePage(ui.DetailPage):
    path, name = "filings/sites/<uuid:pk>/", "filings.site"
    title = _("工地")
    right = rights.SEE_SITES
    rows = queries.sites
    crumbs = ("filings.sites",)
    sections = (
        ui.Section(
            _("工地"),
            (
                ui.Text("project_name", _("项目名称")),
                ui.Text("developer", _("建设单位")),
                ui.Text("contractor", _("施工单位")),
                ui.Text("supervisor", _("监理单位")),
                ui.Text("address", _("地址")),
                PLACE,
                ui.Choice("stage", _("施工阶段"), choices=SiteStage),
                ui.Text("permit_no", _("施工许可证号")),
                ui.Text("spoil_permit", _("渣土核准号")),
                ui.Text("dust_sensor", _("扬尘监测设备号")),
            ),
        ),
    )
    related = (
        ui.Related(
            _("报备"),
            queries.filings_of,
            (c.NUMBER, WHAT, STATE, STARTS, ENDS),
            rights.SEE,
            opens="filings.filing",
            nothing=_("还没有报备"),
            in_drawer=True,
        ),
        ui.Related(
            _("检查"),
            queries.checks_of,
            (
                c.NUMBER,
                ui.Badge("state", _("状态"), choices=CheckState, tones=CHECK_TONES),
                ui.Number("site_check.faults", _("不合格次数")),
                c.DUE,
                c.OPENED,
            ),
            rights.SEE_CHECKS,
            opens="filings.site_check",
            nothing=_("还没有检查"),
        ),
        ui.Related(
            _("报备人"),
            queries.stewards_of,
            (
                ui.Text("account.name", _("账号")),
                ui.Moment("since", _("自")),
                ui.Text("named_by", _("指定人")),
                ui.Moment("ended_at", _("至")),
            ),
            rights.NAME_STEWARDS_HERE,
            opens="filings.end_steward",
            nothing=_("还没有指定报备人；点“指定报备人”"),
        ),
    )
    acts = (
        ui.Act(_("新报备"), "filings.begin_at", rights.MY_SITES, main=True, icon="plus"),
        ui.Act(
            _("检查"), "filings.begin_check", rights.INSPECT_SITE, main=True, icon="clipboard-list"
        ),
        ui.Act(
            _("未报备施工"),
            "filings.report_unfiled",
            rights.INSPECT_SITE,
            danger=True,
            icon="alert-triangle",
        ),
        ui.Act(_("二维码公示牌"), "filings.plate", rights.SEE_SITES, icon="qrcode"),
        ui.Act(_("指定报备人"), "filings.name_steward", rights.NAME_STEWARDS, icon="user-plus"),
    )


class NameStewardPage(ui.FormPage):
    path, name = "filings/sites/<uuid:pk>/stewards/", "filings.name_steward"
    title = _("指定报备人")
    lead = _("施工单位的人只看得到自己的工地")
    right = rights.NAME_STEWARDS
    sees = rights.SEE_SITES
    rows = queries.sites
    crumbs = ("filings.sites",)
    form = forms.StewardForm
    done = "filings.site"
    said = _("已指定")

    def form_arguments(self) -> dict[str, Any]:
        return {"accounts": queries.could_file(self.row, self.at)}

    def act(self, data: dict[str, Any]) -> Any:
        actions.name_steward(site=self.row, account=data["account"], by=self.actor, at=self.at)
        return self.row


class EndStewardPage(ui.ConfirmPage):
    path, name = "filings/stewards/<uuid:pk>/end/", "filings.end_steward"
    title = _("解除报备人")
    right = rights.NAME_STEWARDS_HERE
    rows = queries.stewards
    crumbs = ("filings.sites",)
    button = _("解除")
    said = _("已解除")
    danger = True

    def consequences(self) -> list[str]:
        return [str(_("这个账号不能再为本工地报备；已报的不变"))]

    def act(self, data: dict[str, Any]) -> Any:
        steward: Steward = self.row
        actions.end_steward(steward=steward, by=self.actor, at=self.at)
        return steward.site

    def after(self, result: Any) -> str:
        site: Site = result
        return address_of("filings.site", site.pk)


pages: tuple[type[ui.Page], ...] = (SiteList, SitePage, NameStewardPage, EndStewardPage)
