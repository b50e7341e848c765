"""Who may have other systems told of what happens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right

MANAGE = Right("webhooks.manage", _("管理事件推送"), second_factor=True)
