"""The look as the visitor wants it: theme, elder mode and language, kept in cookies."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _

from gezhi.base.pages.layout import THEMES
from gezhi.base.pages.requests import Page
from gezhi.base.ui.gallery import Gallery

ONE_YEAR = 365 * 24 * 3600


class Preferences(Page):
    """Takes the buttons of the user menu; works for strangers and without JavaScript."""

    path, name = "ui/preferences/", "ui.preferences"
    title = _("显示设置")
    public = True
    template = "ui/preferences_page.html"

    def post(self) -> HttpResponseBase:
        wanted = self.request.POST
        answer = HttpResponseRedirect(self.back())
        cookies = {}
        if (theme := wanted.get("theme")) in THEMES:
            cookies["gezhi_theme"] = theme
        if (elder := wanted.get("elder")) in ("on", "off"):
            cookies["gezhi_elder"] = elder
        if (language := wanted.get("language", "")) and check_for_language(language):
            cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for name, value in cookies.items():
            answer.set_cookie(
                name,
                value,
                max_age=ONE_YEAR,
                samesite="Lax",
                httponly=True,
                secure=self.request.is_secure(),
            )
        return answer

    def back(self) -> str:
        """Where the visitor came from, if that is on this host."""
        address = self.request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            address, {self.request.get_host()}, self.request.is_secure()
        )
        return address if safe and address.startswith("/") else "/"


pages: tuple[type[Page], ...] = (Gallery, Preferences)
