from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class FilingsArea(Area):
    name = "gezhi.services.filings"
    label = "filings"
    title = _("工地报备")
    verbose_name = title
    themes = ("wisdom", "growth")

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.services.filings import rights

        return (
            MenuLine(_("工地报备"), "filings.list", rights.SEE, "crane", 10),
            MenuLine(_("今天在施"), "filings.today", rights.SEE_ALL, "calendar", 11),
            MenuLine(_("工地动态"), "filings.sites", rights.SEE_SITES, "building-skyscraper", 12),
            MenuLine(_("工地检查"), "filings.checks", rights.SEE_CHECKS, "clipboard-list", 13),
            MenuLine(_("停工预警"), "filings.alerts", rights.ALERTS, "alert-triangle", 14),
            MenuLine(_("报备类型"), "filings.kinds", rights.SET_UP, "settings", 49),
        )

    def furnish(self, at: datetime) -> None:
        from gezhi.services.filings.kinds import furnish_kinds

        furnish_kinds(at)
