"""What is subscribed to, and every event that is on its way, arrived or given up."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import happenings
from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.retelling import retold
from gezhi.engines.webhooks import actions, queries, rights
from gezhi.engines.webhooks.actions.subscribing import (
    over_refusal,
    resume_refusal,
    send_refusal,
    stop_refusal,
)
from gezhi.engines.webhooks.forms import WHATS
from gezhi.engines.webhooks.models import Delivery, Standing, Subscription

STATES: Final = (("active", _("推送中")), ("stopped", _("已停用")), ("ended", _("已撤销")))
TONES: Final = {"active": "good", "stopped": "bad", "ended": "neutral"}
STANDING_TONES: Final = {
    Standing.WAITING: "info",
    Standing.ARRIVED: "good",
    Standing.DEAD: "bad",
}
FAULTS: Final = {
    "": "",
    "answer": _("接收方回答出错"),
    "redirect": _("接收方要求转到别处，不转"),
    "closed": _("地址在不许访问的网络里"),
    "unknown_name": _("域名查不到"),
    "timeout": _("接收方没有按时回答"),
    "unreachable": _("连不上，或证书不对"),
}


def _kinds(row: Subscription) -> str:
    known = happenings.kinds()
    return "、".join(str(known.get(one, one)) for one in row.kinds)


def _whats(row: Subscription) -> str:
    known = dict(WHATS)
    return "、".join(str(known.get(one, one)) for one in row.whats)


def _why(row: Subscription) -> str:
    return retold(row.stopped_why)


def _fault(row: Delivery) -> str:
    return str(FAULTS.get(row.fault, row.fault))


def _body(row: Delivery) -> str:
    return json.dumps(json.loads(row.body), ensure_ascii=False, indent=2)


class SubscriptionList(ui.ListPage):
    path, name = "webhooks/", "webhooks.list"
    title = _("事件推送")
    lead = _("案件等事项提出、办理、办结时，通常两分钟内告诉别的系统；只送编号和状态，不送个人信息")
    right = rights.MANAGE
    rows = queries.subscriptions
    opens = "webhooks.subscription"
    columns = (
        ui.Text("name", _("名称"), order="name"),
        ui.Text("url", _("接收地址")),
        ui.Computed("kinds", _("事项种类"), give=_kinds),
        ui.Badge("state", _("状态"), choices=STATES, tones=TONES),
        ui.Number("failures", _("连续失败")),
        ui.Moment("arrived_at", _("最近送达")),
    )
    filters = (ui.YesOrNo("ended", _("已撤销"), when=Q(ended_at__isnull=False)),)
    ordering = ("-made_at",)
    buttons = (
        ui.Button(_("登记订阅"), "webhooks.add", rights.MANAGE, main=True),
        ui.Button(_("推送记录"), "webhooks.deliveries", rights.MANAGE),
    )
    nothing = _("还没有推送订阅")


def _send_rows_again(rows: list[Any], by: Actor, at: datetime) -> str:
    number = actions.send_again(rows=rows, by=by, at=at)
    return _now("%(n)d 件重新推送") % {"n": number}


DELIVERY_COLUMNS = (
    ui.Moment("happened_at", _("发生时间"), order="-happened_at"),
    ui.Text("type", _("事件类型")),
    ui.Text("number", _("编号")),
    ui.Badge("standing", _("状态"), choices=Standing, tones=STANDING_TONES),
    ui.Number("tries", _("已试次数")),
    ui.Number("status", _("回答")),
    ui.Computed("fault", _("失败原因"), give=_fault),
)


class DeliveryList(ui.ListPage):
    """Every event for every receiver; the dead ones are a filter away."""

    path, name = "webhooks/deliveries/", "webhooks.deliveries"
    title = _("推送记录")
    right = rights.MANAGE
    rows = queries.deliveries
    crumbs = ("webhooks.list",)
    opens = "webhooks.delivery"
    columns = (
        *DELIVERY_COLUMNS,
        ui.Text("subscription.name", _("推送订阅")),
        ui.Moment("next_at", _("下次再试")),
    )
    filters = (
        ui.Choices("standing", _("状态"), choices=Standing),
        ui.Search("q", _("编号"), fields=("number",)),
        ui.Days("happened", _("发生日期"), column="happened_at"),
    )
    ordering = ("-happened_at", "-pk")
    bulk = (
        ui.BulkAct(
            "again",
            _("重新推送"),
            rights.MANAGE,
            act=_send_rows_again,
            ask=_("用原来的事件编号再送一次；接收方按编号去重"),
        ),
    )
    nothing = _("还没有推送过")


class DeliveryPage(ui.DetailPage):
    path, name = "webhooks/deliveries/<uuid:pk>/", "webhooks.delivery"
    title = _("推送记录")
    right = rights.MANAGE
    rows = queries.whole_deliveries
    crumbs = ("webhooks.list", "webhooks.deliveries")
    sections = (
        ui.Section(
            _("事件"),
            (
                ui.Text("event_id", _("事件编号")),
                *DELIVERY_COLUMNS,
                ui.Text("subscription.name", _("推送订阅")),
                ui.Moment("tried_at", _("最近一次")),
                ui.Moment("next_at", _("下次再试")),
                ui.Number("milliseconds", _("用时"), unit=" ms"),
            ),
        ),
        ui.Section(_("送出的内容"), (ui.Computed("body", _("内容"), give=_body),)),
    )
    acts = (ui.Act(_("重新推送"), "webhooks.again", rights.MANAGE, icon="refresh", main=True),)

    def heading(self) -> str:
        return str(self.row)


def _latest(row: Subscription) -> Any:
    return Delivery.objects.filter(subscription=row).defer("body").order_by("-happened_at", "-pk")


class SubscriptionPage(ui.DetailPage):
    path, name = "webhooks/<uuid:pk>/", "webhooks.subscription"
    title = _("推送订阅")
    right = rights.MANAGE
    rows = queries.subscriptions
    crumbs = ("webhooks.list",)
    sections = (
        ui.Section(
            _("推送订阅"),
            (
                *SubscriptionList.columns,
                ui.Computed("whats", _("事件"), give=_whats),
                ui.Text("made_by", _("登记人")),
                ui.Moment("made_at", _("登记时间")),
                ui.Moment("stopped_at", _("停用时间")),
                ui.Computed("stopped_why", _("停用原因"), give=_why),
            ),
        ),
    )
    related = (
        ui.Related(
            _("最近的推送"),
            _latest,
            DELIVERY_COLUMNS,
            rights.MANAGE,
            opens="webhooks.delivery",
            all_in="webhooks.deliveries",
            nothing=_("还没有推送过"),
        ),
    )
    acts = (
        ui.Act(
            _("试推送"),
            "webhooks.try_out",
            rights.MANAGE,
            refusal=send_refusal,
            icon="player-play",
            main=True,
        ),
        ui.Act(_("修改"), "webhooks.change", rights.MANAGE, refusal=over_refusal, icon="pencil"),
        ui.Act(
            _("按时间重新推送"),
            "webhooks.period",
            rights.MANAGE,
            refusal=send_refusal,
            icon="refresh",
        ),
        ui.Act(_("换签名密钥"), "webhooks.secret", rights.MANAGE, refusal=over_refusal, icon="key"),
        ui.Act(_("停用"), "webhooks.stop", rights.MANAGE, refusal=stop_refusal, icon="ban"),
        ui.Act(_("恢复"), "webhooks.resume", rights.MANAGE, refusal=resume_refusal, icon="check"),
        ui.Act(
            _("撤销"),
            "webhooks.end",
            rights.MANAGE,
            refusal=over_refusal,
            icon="trash",
            danger=True,
        ),
    )

    def heading(self) -> str:
        return str(self.row.name)


pages: tuple[type[ui.Page], ...] = (
    SubscriptionList,
    DeliveryList,
    DeliveryPage,
    SubscriptionPage,
)
