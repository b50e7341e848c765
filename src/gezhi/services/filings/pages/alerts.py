"""The register of alerts: raise one, see what it stopped, lift it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.services.filings import actions, forms, queries, rights
from gezhi.services.filings.alert_rules import Cause
from gezhi.services.filings.models import Alert, Stopped

CAUSES = ((Cause.POLLUTION.value, _("重污染天气")), (Cause.WIND.value, _("大风")))
COLUMNS = (
    ui.Choice("cause", _("预警"), choices=CAUSES),
    ui.Text("level_words", _("级别")),
    ui.Text("document", _("文号或来源")),
    ui.Moment("begins", _("开始"), order="-begins"),
    ui.Moment("ends", _("解除")),
    ui.Number("number_stopped", _("停工报备")),
)


def _over(alert: Alert, actor: Actor) -> Refusal | None:
    if alert.ends is not None and alert.ends <= timezone.now():
        return Refusal(_now("这个预警已经解除"), "filings.alert_over")
    return None


class AlertList(ui.ListPage):
    path, name = "filings/alerts/", "filings.alerts"
    title = _("停工预警")
    lead = _("发布后受影响的报备立即停工，解除后自动恢复；名单即台账")
    right = rights.ALERTS
    rows = queries.alerts
    opens = "filings.alert"
    columns = COLUMNS
    filters = (
        ui.Choices("cause", _("预警"), choices=CAUSES),
        ui.Days("begins", _("开始日期"), column="begins"),
    )
    ordering = ("-begins", "-pk")
    buttons = (ui.Button(_("发布预警"), "filings.raise_alert", rights.RAISE, main=True),)
    nothing = _("还没有发布过预警")


def _stopped(alert: Alert) -> QuerySet[Stopped]:
    rows = Stopped.objects.filter(alert=alert).select_related("matter__grid")
    return rows.order_by("-at", "pk")


class AlertPage(ui.DetailPage):
    path, name = "filings/alerts/<uuid:pk>/", "filings.alert"
    title = _("停工预警")
    right = rights.ALERTS
    rows = queries.alerts
    crumbs = ("filings.alerts",)
    sections = (
        ui.Section(
            _("预警"),
            (
                *COLUMNS,
                ui.Moment("entered_at", _("录入时间")),
                ui.Text("entered_by", _("录入人")),
                ui.Text("lifted_by", _("解除人")),
            ),
        ),
    )
    related = (
        ui.Related(
            _("停工的报备"),
            _stopped,
            (
                ui.Text("matter.number", _("编号")),
                ui.Text("matter.title", _("标题")),
                ui.Place("matter.grid_id", _("网格")),
                ui.Moment("at", _("停工时间")),
                ui.Moment("resumed_at", _("恢复时间")),
            ),
            rights.STOPPED,
            opens="filings.filing",
            pk_source="matter_id",
            at_most=100,
            nothing=_("没有影响在施的报备"),
        ),
    )
    acts = (ui.Act(_("解除"), "filings.lift_alert", rights.RAISE, refusal=_over, main=True),)


class RaisePage(ui.FormPage):
    path, name = "filings/alerts/new/", "filings.raise_alert"
    title = _("发布停工预警")
    lead = _("Ⅲ级停土石方、拆除、渣土；Ⅱ级另停露天焊接、喷涂；Ⅰ级除应急抢险外全部停工")
    right = rights.RAISE
    crumbs = ("filings.alerts",)
    form = forms.AlertForm
    button = _("发布，立即停工")
    said = _("已发布，受影响的工地和网格员已收到停工通知")
    done = "filings.alert"

    def initial(self) -> dict[str, Any]:
        return {"begins": timezone.localtime(self.at).replace(second=0, microsecond=0)}

    def act(self, data: dict[str, Any]) -> Any:
        return actions.raise_alert(**data, by=self.actor, at=self.at)


class LiftPage(ui.ConfirmPage):
    path, name = "filings/alerts/<uuid:pk>/lift/", "filings.lift_alert"
    title = _("解除停工预警")
    right = rights.RAISE
    sees = rights.ALERTS
    rows = queries.alerts
    crumbs = ("filings.alerts",)
    button = _("解除")
    said = _("已解除，停工的报备已恢复")
    done = "filings.alert"

    def refusal(self) -> Refusal | None:
        return _over(self.row, self.actor)

    def consequences(self) -> list[str]:
        return [str(_("因它停工、又没有其他预警的报备立即恢复，工地和网格员会收到通知"))]

    def act(self, data: dict[str, Any]) -> Any:
        return actions.lift_alert(alert=self.row, by=self.actor, at=self.at)


pages: tuple[type[ui.Page], ...] = (AlertList, RaisePage, AlertPage, LiftPage)
