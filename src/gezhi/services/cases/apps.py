from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class CasesArea(Area):
    name = "gezhi.services.cases"
    label = "cases"
    title = _("治理案件")
    verbose_name = title
    themes = ("wisdom", "harmony")

    def ready(self) -> None:
        from gezhi.base.pages import hooks
        from gezhi.engines.matters import openers
        from gezhi.services.cases import home
        from gezhi.services.cases.asked import open_asked

        openers.register("cases", open_asked)
        hooks.home_tiles.provide(home.home_tiles)

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.services.cases import rights

        return (
            MenuLine(_("上报问题"), "cases.report", rights.REPORT, "plus", 8),
            MenuLine(_("案件"), "cases.list", rights.SEE, "clipboard-list", 9),
            MenuLine(_("案件评价"), "cases.figures", rights.FIGURES, "chart-bar", 10),
            MenuLine(_("待回访"), "cases.call_backs", rights.CALL_BACK, "phone", 11),
            MenuLine(_("追评未解决"), "cases.replies", rights.FILE, "message-question", 11),
            MenuLine(_("督办件"), "cases.orders", rights.SEE_ORDER, "bell", 12),
            MenuLine(_("吹哨报到"), "cases.whistles", rights.SEE_WHISTLE, "users-group", 13),
            MenuLine(
                _("热线工单导入"), "cases.hotline", rights.IMPORT_HOTLINE, "file-spreadsheet", 47
            ),
            MenuLine(_("案件目录"), "cases.categories", rights.CATALOGUE, "clipboard-list", 48),
        )

    def furnish(self, at: datetime) -> None:
        from gezhi.services.cases.catalogue import furnish_catalogue

        furnish_catalogue(at)
