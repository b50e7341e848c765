"""Who may read notices: everybody their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right, own

OWN = Right("notices.own", _("收看消息与待办"), where=own("account_id"))
