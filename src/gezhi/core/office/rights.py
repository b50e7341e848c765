"""Who may see the office's working days, and who keeps them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right

SEE: Final = Right("office.see_days", _("查看工作日历"))
SET: Final = Right("office.set_days", _("维护工作日历"))
