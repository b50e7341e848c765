"""What an office sets: kinds of work, days of quiet, its own limits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.services.filings import actions, forms, queries, reviewing, rights
from gezhi.services.filings.models import FilingKind
from gezhi.services.filings.models.kinds import AlertLevel, Decider


def _lead(kind: FilingKind) -> str:
    if not kind.lead_amount:
        return _now("开工前")
    return f"{kind.lead_amount} {kind.get_lead_unit_display()}"


def _asks(kind: FilingKind) -> str:
    return "、".join(reviewing.label(name) for name in kind.asks)


COLUMNS = (
    ui.Text("code", _("代码"), order="code"),
    ui.Computed("named", _("名称"), give=str),
    ui.Computed("lead", _("提前"), give=_lead),
    ui.Number("longest_days", _("一次最多几天")),
    ui.Choice("decides", _("由谁决定"), choices=Decider),
    ui.Choice("stops_at", _("污染预警停工级别"), choices=AlertLevel),
    ui.Number("wind_from", _("停工风力（级）")),
)


class KindList(ui.ListPage):
    path, name = "filings/kinds/", "filings.kinds"
    title = _("报备类型")
    lead = _("提前时间、另填内容、由谁决定、什么预警停工；改动对以后的报备生效")
    right = rights.SET_UP
    rows = queries.kinds
    opens = "filings.kind"
    columns = COLUMNS
    ordering = ("order", "code")
    buttons = (
        ui.Button(_("考试与活动日期"), "filings.quiet_times", rights.SET_UP, icon="calendar"),
        ui.Button(_("本地限额"), "filings.limits", rights.SET_UP, icon="gauge"),
    )


class KindPage(ui.DetailPage):
    path, name = "filings/kinds/<uuid:pk>/", "filings.kind"
    title = _("报备类型")
    right = rights.SET_UP
    rows = queries.kinds
    crumbs = ("filings.kinds",)
    sections = (
        ui.Section(_("规定"), (*COLUMNS, ui.YesNo("noisy", _("产生噪声")))),
        ui.Section(
            _("内容"),
            (
                ui.Computed("asks", _("另填内容"), give=_asks),
                ui.YesNo("closes_others", _("生效后关闭本工地其他报备")),
            ),
        ),
    )
    acts = (ui.Act(_("修改"), "filings.change_kind", rights.SET_UP, main=True),)


class ChangeKindPage(ui.FormPage):
    path, name = "filings/kinds/<uuid:pk>/change/", "filings.change_kind"
    title = _("修改报备类型")
    right = rights.SET_UP
    rows = queries.kinds
    crumbs = ("filings.kinds",)
    form = forms.KindForm
    done = "filings.kind"

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in forms.KindForm.SETTABLE}

    def act(self, data: dict[str, Any]) -> Any:
        return actions.change_kind(kind=self.row, values=data, by=self.actor, at=self.at)


class QuietList(ui.ListPage):
    path, name = "filings/quiet/", "filings.quiet_times"
    title = _("考试与活动日期")
    lead = _("考试期间禁止夜间施工，重大活动前后不得掘路；日期以当年公告为准")
    right = rights.SET_UP
    rows = queries.quiet_times
    crumbs = ("filings.kinds",)
    opens = "filings.drop_quiet_time"
    columns = (
        ui.Text("name", _("名称"), order="name"),
        ui.Date("first", _("自"), order="-first"),
        ui.Date("last", _("至")),
        ui.YesNo("is_exam", _("考试")),
    )
    ordering = ("-first", "name")
    buttons = (ui.Button(_("登记"), "filings.add_quiet_time", rights.SET_UP, main=True),)
    nothing = _("还没有登记")


class AddQuietPage(ui.FormPage):
    path, name = "filings/quiet/new/", "filings.add_quiet_time"
    title = _("登记考试或活动日期")
    right = rights.SET_UP
    crumbs = ("filings.kinds", "filings.quiet_times")
    form = forms.QuietForm
    said = _("已登记")

    def act(self, data: dict[str, Any]) -> Any:
        return actions.add_quiet_time(**data, by=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.breadcrumbs()[-1][1]


class DropQuietPage(ui.ConfirmPage):
    path, name = "filings/quiet/<uuid:pk>/drop/", "filings.drop_quiet_time"
    title = _("删除考试或活动日期")
    right = rights.SET_UP
    rows = queries.quiet_times
    crumbs = ("filings.kinds", "filings.quiet_times")
    button = _("删除")
    said = _("已删除")
    danger = True

    def heading(self) -> str:
        return f"{self.row.name} {self.row.first:%Y-%m-%d}"

    def act(self, data: dict[str, Any]) -> Any:
        actions.drop_quiet_time(quiet=self.row, by=self.actor, at=self.at)
        return self.breadcrumbs()[1][1]


class LimitsPage(ui.FormPage):
    path, name = "filings/limits/", "filings.limits"
    title = _("本地限额")
    lead = _("市里规定的夜间时段（八小时），省里调整的施工许可限额")
    right = rights.SET_UP
    crumbs = ("filings.kinds",)
    form = forms.LimitsForm
    said = _("已保存")

    def initial(self) -> dict[str, Any]:
        limits = queries.limits()
        return {name: getattr(limits, name) for name in forms.LimitsForm.SETTABLE}

    def act(self, data: dict[str, Any]) -> Any:
        actions.set_limits(values=data, by=self.actor, at=self.at)
        return self.request.path


pages: tuple[type[ui.Page], ...] = (
    KindList,
    KindPage,
    ChangeKindPage,
    QuietList,
    AddQuietPage,
    DropQuietPage,
    LimitsPage,
)
