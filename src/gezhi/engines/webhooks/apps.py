from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class WebhooksArea(Area):
    name = "gezhi.engines.webhooks"
    label = "webhooks"
    title = _("事件推送")
    verbose_name = title

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.engines.webhooks import rights

        return (MenuLine(_("事件推送"), "webhooks.list", rights.MANAGE, "share", 85),)
