"""Who may take off what others attached."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right
from gezhi.engines.matters.rights import as_its_kind_says

TAKE_OFF = Right("matters.take_off", _("撤下他人添加的附件"), where=as_its_kind_says())
