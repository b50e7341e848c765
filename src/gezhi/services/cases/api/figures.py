"""案件评价 for programs: the numbers of the page, numerators and denominators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.api import Operation
from gezhi.engines.indicators.answers import board_answer
from gezhi.services.cases import rights
from gezhi.services.cases.indicators import CASES

operations: tuple[Operation, ...] = (
    board_answer(
        "see_case_figures", "cases/figures", _("案件评价"), right=rights.FIGURES, board=CASES
    ),
)
