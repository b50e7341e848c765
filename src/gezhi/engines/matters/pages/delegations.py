"""Leaving one's desk to a colleague for some days, and taking it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.staff.models import Account, Post
from gezhi.engines.matters import actions, queries, rights
from gezhi.engines.matters.models import Delegation


def _state(row: Delegation) -> str:
    today = timezone.localdate()
    if row.ended_at is not None or row.last < today:
        return _now("已结束")
    return _now("进行中") if row.first <= today else _now("未开始")


class DelegationList(ui.ListPage):
    path, name = "matters/desks/", "matters.desks"
    title = _("委托办理")
    lead = _("请假、出差期间，把手上的事项委托给同事；对方按自己的岗位权限办理，并注明代您办理")
    right = rights.DESKS
    rows = queries.delegations
    columns = (
        ui.Text("name", _("委托人")),
        ui.Text("deputy_name", _("受托人")),
        ui.Date("first", _("自")),
        ui.Date("last", _("至")),
        ui.Computed("state", _("状态"), give=_state),
        ui.Text("why", _("事由")),
    )
    ordering = ("-first", "-pk")
    opens = "matters.end_delegation"
    buttons = (ui.Button(_("委托同事办理"), "matters.delegate", rights.DESKS, main=True),)
    nothing = _("您没有委托别人，也没有人委托您")


class DelegateForm(forms.Form):
    deputy = forms.ModelChoiceField(label=_("委托给"), queryset=Account.objects.none())
    first = forms.DateField(label=_("自"))
    last = forms.DateField(label=_("至"), help_text=_("当天仍由对方代办"))
    why = forms.CharField(label=_("事由"), max_length=200)

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = colleagues  # type: ignore[attr-defined]


class DelegatePage(ui.FormPage):
    path, name = "matters/desks/leave/", "matters.delegate"
    title = _("委托同事办理")
    right = rights.DESKS
    crumbs = ("matters.desks",)
    form = DelegateForm
    done = "matters.desks"
    button = _("委托")
    said = _("已委托；到期自动收回，也可以提前结束")

    def initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        return {"first": today, "last": today}

    def form_arguments(self) -> dict[str, Any]:
        """Colleagues at the same places or in the same units, who have an inbox themselves."""
        held = Post.objects.held(on=timezone.localdate(self.at)).filter(
            role__rights__contains=[rights.INBOX.code]
        )
        places = [one.place_id for one in self.actor.holdings]
        units = [one.unit_id for one in self.actor.holdings if one.unit_id is not None]
        near = held.filter(place__in=places) | held.filter(unit__in=units)
        found = Account.objects.filter(pk__in=near.values("account"), closed_at=None)
        me = self.actor.account_id
        others = found if me is None else found.exclude(pk=me)
        return {"colleagues": others.order_by("name")}

    def act(self, data: dict[str, Any]) -> str:
        actions.delegate(**data, by=self.actor, at=self.at)
        return reverse("matters.desks")


class EndDelegationPage(ui.ConfirmPage):
    path, name = "matters/desks/<uuid:pk>/", "matters.end_delegation"
    title = _("委托办理")
    right = rights.DESKS
    rows = queries.delegations
    crumbs = ("matters.desks",)
    button = _("提前结束")
    said = _("委托已结束，事项回到您的待办")

    def consequences(self) -> list[str]:
        row: Delegation = self.row
        return [
            _now("%(name)s 委托 %(deputy)s，%(first)s 至 %(last)s：%(why)s")
            % {
                "name": row.name,
                "deputy": row.deputy_name,
                "first": row.first,
                "last": row.last,
                "why": row.why,
            }
        ]

    def refusal(self) -> Refusal | None:
        row: Delegation = self.row
        if row.account_id != self.actor.account_id:
            return NotAllowed(_now("这是同事委托给您的，只能由委托人结束"), "matters.not_your_desk")
        if row.ended_at is not None or row.last < timezone.localdate(self.at):
            return Refusal(_now("这项委托已经结束"), "matters.delegation_over")
        return None

    def act(self, data: dict[str, Any]) -> str:
        actions.end_delegation(delegation=self.row, by=self.actor, at=self.at)
        return reverse("matters.desks")


pages: tuple[type[ui.Page], ...] = (DelegationList, DelegatePage, EndDelegationPage)
