"""What an auditor sees first: how much was done today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.pages.hooks import Tile
from gezhi.base.pages.layout import link
from gezhi.core.journal import rights
from gezhi.core.journal.models import JournalLine


def home_tiles(actor: Actor, at: datetime) -> Sequence[Tile]:
    """Today's lines, for whoever reads the journal."""
    if not rights.READ.held_by(actor):
        return ()
    morning = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = rights.READ.rows(JournalLine.objects.filter(at__gte=morning), actor).count()
    return [
        Tile(_("今日操作"), f"{lines:,}", _("次"), icon="history", address=link("journal.list"))
    ]
