from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class JournalArea(Area):
    name = "gezhi.core.journal"
    label = "journal"
    title = _("操作留痕")
    verbose_name = title

    def ready(self) -> None:
        from gezhi.base.pages import hooks
        from gezhi.core.journal import tiles

        hooks.home_tiles.provide(tiles.home_tiles)

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.core.journal import rights

        return (
            MenuLine(_("操作留痕"), "journal.list", rights.READ, "history", order=92),
            MenuLine(_("留痕日结"), "journal.days", rights.READ, "certificate", order=93),
        )
