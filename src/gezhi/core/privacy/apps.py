from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gezhi.base.areas import Area, MenuLine


class PrivacyArea(Area):
    name = "gezhi.core.privacy"
    label = "privacy"
    title = _("个人信息保护")
    verbose_name = title
    themes = ("wisdom",)

    def ready(self) -> None:
        from gezhi.base.pages import hooks
        from gezhi.core.privacy import (  # noqa: F401 - some only register
            access,
            checks,
            purposes,
            rehoming,
            tiles,
        )

        hooks.purposes.provide(purposes.choices_for)
        hooks.home_tiles.provide(tiles.home_tiles)

    def menu(self) -> tuple[MenuLine, ...]:
        from gezhi.core.privacy import rights

        return (
            MenuLine(
                _("个人信息申请"),
                "privacy.requests",
                rights.ANSWER_REQUESTS,
                "message-question",
                70,
            ),
            MenuLine(_("发放查询码"), "privacy.find_for_code", rights.ISSUE_CODES, "key", 71),
            MenuLine(
                _("紧急查看"), "privacy.break_glass", rights.BREAK_GLASS, "alert-triangle", 72
            ),
            MenuLine(_("紧急查看复核"), "privacy.glasses", rights.REVIEW, "checks", 73),
            MenuLine(_("查阅记录"), "privacy.log", rights.SEE_LOG, "eye", 90),
            MenuLine(_("查阅习惯"), "privacy.habits", rights.SEE_LOG, "chart-bar", 91),
            MenuLine(_("个人信息告警"), "privacy.alarms", rights.HANDLE_ALARMS, "bell", 94),
            MenuLine(_("使用目的"), "privacy.purposes", rights.SET_PURPOSES, "shield-lock", 95),
            MenuLine(_("到期删除"), "privacy.reports", rights.SET_PURPOSES, "trash", 96),
        )

    def furnish(self, at: datetime) -> None:
        from django.utils import timezone

        from gezhi.core.privacy.purposes import furnish_purposes

        furnish_purposes(timezone.localdate(at))
