"""Who may see figures of places."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right, within_posting

REGISTERS = Right("indicators.registers", _("查看人房结构指标"), where=within_posting())
