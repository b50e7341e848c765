from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class MattersArea(Area):
    name = "gezhi.engines.matters"
    label = "matters"
    title = _("事项")
    verbose_name = title

    def ready(self) -> None:
        from gezhi.base import handover, happenings
        from gezhi.base.pages import hooks
        from gezhi.core.privacy import rotation
        from gezhi.engines.matters import actions, home, queries, telling
        from gezhi.engines.matters.attachments import shelf

        rotation.rotates(rotation.Elsewhere(shelf.reseal_here, shelf.versions_here))
        autodiscover_modules("matters")
        actions.enact()
        hooks.home_errands.provide(home.home_errands)
        happenings.register(telling.OfMatters())
        handover.register(handover.Duty(_("在办事项"), queries.in_hand_count, actions.hand_over))

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.engines.matters import rights

        return (MenuLine(_("事项中心"), "matters.waiting", rights.INBOX, "inbox", 5),)
