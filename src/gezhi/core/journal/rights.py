"""Who reads the journal: the audit administrator alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right

READ = Right("journal.read", _("查看操作留痕"))
VERIFY = Right("journal.verify", _("核对操作留痕"))
