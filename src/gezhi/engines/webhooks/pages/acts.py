"""What is done with subscriptions and events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.engines.webhooks import actions, queries, rights
from gezhi.engines.webhooks.actions.subscribing import (
    MadeSecret,
    over_refusal,
    resume_refusal,
    send_refusal,
    stop_refusal,
)
from gezhi.engines.webhooks.forms import PeriodForm, SubscriptionForm


class SendAgain(ui.ConfirmPage):
    path, name = "webhooks/deliveries/<uuid:pk>/again/", "webhooks.again"
    title = _("重新推送")
    right = rights.MANAGE
    rows = queries.deliveries
    button = _("重新推送")
    said = _("已排队重新推送")
    done = "webhooks.delivery"

    def consequences(self) -> list[str]:
        return [str(_("用原来的事件编号再送一次；接收方按编号去重"))]

    def refusal(self) -> Refusal | None:
        return over_refusal(self.row.subscription, self.actor)

    def act(self, data: dict[str, Any]) -> Any:
        actions.send_again(rows=[self.row], by=self.actor, at=self.at)
        return self.row


def _shown_once(page: ui.Page, made: MadeSecret) -> HttpResponseBase:
    back = reverse("webhooks.subscription", kwargs={"pk": made.subscription.pk})
    return page.render(
        {"subscription": made.subscription, "secret": made.secret, "back": back},
        template="webhooks/secret.html",
    )


class Subscribe(ui.FormPage):
    path, name = "webhooks/new/", "webhooks.add"
    title = _("登记订阅")
    lead = _("登记后显示一次签名密钥；从登记以后发生的事开始推送")
    right = rights.MANAGE
    crumbs = ("webhooks.list",)
    form: ClassVar[type[forms.Form]] = SubscriptionForm
    button = _("登记")

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        return _shown_once(self, actions.subscribe(**data, by=self.actor, at=self.at))


class _Acting(ui.FormPage):
    """An act on one subscription."""

    right = rights.MANAGE
    rows = queries.subscriptions
    crumbs = ("webhooks.list",)
    form: ClassVar[type[forms.Form]] = ui.SureForm
    template = "ui/confirm.html"
    done = "webhooks.subscription"
    may_not: ClassVar[Any] = staticmethod(over_refusal)

    def refusal(self) -> Refusal | None:
        found: Refusal | None = self.may_not(self.row, self.actor)
        return found

    def heading(self) -> str:
        return f"{self.title}：{self.row}"


class Change(_Acting):
    path, name = "webhooks/<uuid:pk>/change/", "webhooks.change"
    title = _("修改订阅")
    form: ClassVar[type[forms.Form]] = SubscriptionForm
    template = "ui/form.html"

    def initial(self) -> dict[str, Any]:
        row = self.row
        return {"name": row.name, "url": row.url, "kinds": row.kinds, "whats": row.whats}

    def act(self, data: dict[str, Any]) -> Any:
        return actions.change(subscription=self.row, **data, by=self.actor, at=self.at)


class TryOut(_Acting):
    path, name = "webhooks/<uuid:pk>/try/", "webhooks.try_out"
    title = _("试推送")
    lead = _("送一个不含内容的事件，看接收方收不收得到；结果在推送记录里")
    button = _("试推送")
    said = _("已排队，几秒后在下面看结果")
    may_not: ClassVar[Any] = staticmethod(send_refusal)

    def act(self, data: dict[str, Any]) -> Any:
        actions.try_out(subscription=self.row, by=self.actor, at=self.at)
        return self.row


class SendPeriodAgain(_Acting):
    path, name = "webhooks/<uuid:pk>/period/", "webhooks.period"
    title = _("按时间重新推送")
    lead = _("这段时间发生的事再送一遍，事件编号不变；接收方按编号去重")
    form: ClassVar[type[forms.Form]] = PeriodForm
    template = "ui/form.html"
    button = _("重新推送")
    said = ""
    may_not: ClassVar[Any] = staticmethod(send_refusal)

    def initial(self) -> dict[str, Any]:
        return {"since": self.at - timedelta(days=1), "until": self.at}

    def act(self, data: dict[str, Any]) -> Any:
        from django.contrib import messages

        number = actions.send_period_again(subscription=self.row, **data, by=self.actor, at=self.at)
        messages.success(self.request, _now("%(n)d 件重新推送") % {"n": number})
        return self.row


class RenewSecret(_Acting):
    path, name = "webhooks/<uuid:pk>/secret/", "webhooks.secret"
    title = _("换签名密钥")
    lead = _("新密钥只显示一次；旧密钥立即停用，接收方换上以前会核对不过")
    button = _("换签名密钥")

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        made = actions.renew_secret(subscription=self.row, by=self.actor, at=self.at)
        return _shown_once(self, made)


class Stop(_Acting):
    path, name = "webhooks/<uuid:pk>/stop/", "webhooks.stop"
    title = _("停用推送")
    lead = _("停用期间不送；恢复后补送这期间的事")
    form: ClassVar[type[forms.Form]] = ui.ReasonForm
    button = _("停用")
    said = _("已停用")
    may_not: ClassVar[Any] = staticmethod(stop_refusal)

    def act(self, data: dict[str, Any]) -> Any:
        actions.stop(subscription=self.row, **data, by=self.actor, at=self.at)
        return self.row


class Resume(_Acting):
    path, name = "webhooks/<uuid:pk>/resume/", "webhooks.resume"
    title = _("恢复推送")
    lead = _("恢复后补送停用期间的事")
    button = _("恢复")
    said = _("已恢复")
    may_not: ClassVar[Any] = staticmethod(resume_refusal)

    def act(self, data: dict[str, Any]) -> Any:
        actions.resume(subscription=self.row, by=self.actor, at=self.at)
        return self.row


class End(_Acting):
    path, name = "webhooks/<uuid:pk>/end/", "webhooks.end"
    title = _("撤销订阅")
    lead = _("撤销后不再推送，不能恢复；需要时重新登记")
    form: ClassVar[type[forms.Form]] = ui.ReasonForm
    button = _("撤销")
    said = _("已撤销")

    def act(self, data: dict[str, Any]) -> Any:
        actions.end(subscription=self.row, **data, by=self.actor, at=self.at)
        return self.row


pages: tuple[type[ui.Page], ...] = (
    SendAgain,
    Subscribe,
    Change,
    TryOut,
    SendPeriodAgain,
    RenewSecret,
    Stop,
    Resume,
    End,
)
