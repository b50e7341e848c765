"""Named reads of the journal."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext

from gezhi.base.actors import Actor
from gezhi.core.journal.actions import verbs
from gezhi.core.journal.models import JournalDay, JournalLine


def lines(actor: Actor, at: datetime) -> QuerySet[JournalLine]:
    """Every line, with whether its personal part is still there; that part itself is not read."""
    return JournalLine.objects.select_related("detail").defer("detail__sealed", "detail__salt")


def days(actor: Actor, at: datetime) -> QuerySet[JournalDay]:
    """Closed days of every book."""
    return JournalDay.objects.all()


def verb_titles() -> list[tuple[str, str]]:
    """Code and words of every verb that loaded areas declare."""
    return sorted((verb.code, gettext(str(verb.title))) for verb in verbs.values())
