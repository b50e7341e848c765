"""案件评价: the indicators of cases by place, unit, category and month."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.engines.indicators.pages import BoardPage
from gezhi.services.cases import rights
from gezhi.services.cases.indicators import CASES


class CaseFigures(BoardPage):
    path, name = "cases/figures/", "cases.figures"
    title = _("案件评价")
    right = rights.FIGURES
    board = CASES


pages = (CaseFigures,)
