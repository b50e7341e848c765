from __future__ import annotations

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class IndicatorsArea(Area):
    name = "gezhi.engines.indicators"
    label = "indicators"
    title = _("指标")
    verbose_name = title

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.engines.indicators import rights

        return (MenuLine(_("人房结构"), "indicators.registers", rights.REGISTERS, "chart-bar", 41),)

    def ready(self) -> None:
        autodiscover_modules("indicators")
