from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class OfficeArea(Area):
    name = "gezhi.core.office"
    label = "office"
    title = _("工作日历")
    verbose_name = title

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.core.office import rights

        return (MenuLine(_("工作日历"), "office.calendar", rights.SEE, "calendar", 90),)

    def furnish(self, at: datetime) -> None:
        from gezhi.core.office.actions import furnish_calendar

        furnish_calendar(at=at)
