from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _several

from gezhi.base.areas import Area, MenuLine


class RegistryArea(Area):
    name = "gezhi.core.registry"
    label = "registry"
    title = _("基础底数")
    verbose_name = title
    themes = ("wisdom",)

    def ready(self) -> None:
        from gezhi.base.pages import hooks
        from gezhi.core.registry import (  # noqa: F401 - some only register
            errands,
            figures,
            jobs,
            provided,
            regrid,
            saved_views,
            tiles,
        )

        provided.provide()
        hooks.home_tiles.provide(tiles.home_tiles)
        hooks.home_figures.provide(figures.home_figures)
        hooks.home_errands.provide(errands.home_errands)
        hooks.saved_views.provide(saved_views.saved_views)
        hooks.save_view.provide(saved_views.save)
        hooks.drop_view.provide(saved_views.drop)

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.core.registry import rights

        return (
            MenuLine(_("人口"), "registry.people", rights.SEE_PEOPLE, "users", 20),
            MenuLine(_("户"), "registry.households", rights.SEE_PEOPLE, "users-group", 21),
            MenuLine(_("重点服务对象"), "registry.care", rights.SEE_CARE, "heart-handshake", 22),
            MenuLine(_("人员变动"), "registry.events", rights.SEE_PEOPLE, "arrows-exchange", 23),
            MenuLine(_("房屋"), "registry.dwellings", rights.SEE_DWELLINGS, "home", 24),
            MenuLine(
                _several("menu", "楼栋"), "registry.buildings", rights.SEE_DWELLINGS, "building", 25
            ),
            MenuLine(
                _("企业单位"), "registry.enterprises", rights.SEE_UNITS, "building-skyscraper", 26
            ),
            MenuLine(_("门店"), "registry.shops", rights.SEE_UNITS, "building-store", 27),
            MenuLine(_("工地"), "registry.sites", rights.SEE_UNITS, "crane", 28),
            MenuLine(_("车辆"), "registry.vehicles", rights.SEE_VEHICLES, "car", 29),
            MenuLine(_("待核冲突"), "registry.conflicts", rights.SETTLE, "alert-triangle", 40),
            MenuLine(_("数据质量"), "registry.quality", rights.QUALITY, "gauge", 41),
            MenuLine(_("导入"), "registry.imports", rights.IMPORT, "upload", 42),
            MenuLine(_("我的导出"), "registry.exports", rights.EXPORT, "download", 43),
            MenuLine(
                _("导出审批"), "registry.exports_to_agree", rights.AGREE_EXPORT, "shield-check", 44
            ),
        )

    def furnish(self, at: datetime) -> None:
        from gezhi.core.registry.quality import furnish_intervals

        furnish_intervals()
