"""What a subscription asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.base import happenings

WHATS = (
    (happenings.OPENED, _("提出")),
    (happenings.MOVED, _("办理一步")),
    (happenings.ENDED, _("办结")),
)


class SubscriptionForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("如：市城管平台"))
    url = forms.CharField(
        label=_("接收地址"),
        max_length=500,
        help_text=_("https:// 开头；内网地址须先由运维在设置里放开"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("事项种类"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    whats = forms.MultipleChoiceField(
        label=_("事件"),
        widget=forms.CheckboxSelectMultiple,
        choices=WHATS,
        initial=[code for code, _title in WHATS],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        kinds.choices = list(happenings.kinds().items())


class PeriodForm(forms.Form):
    since = forms.DateTimeField(
        label=_("自"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label=_("至"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
