"""The ui area: templates, static files, and the two pages that are about the look itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from gezhi.base.areas import Area


class Ui(Area):
    name = "gezhi.base.ui"
    title = gettext_lazy("界面")
