"""Learning from the office's own closed cases, by night."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.core.journal.actions import action, note
from gezhi.services.cases.models import Learnt
from gezhi.services.cases.suggesting import Model, to_bytes
from gezhi.services.cases.suggesting_lessons import Quality


@action("cases.learn", _lazy("学习类别建议"))
def keep_learnt(model: Model, quality: Quality, *, by: Actor, at: datetime) -> Learnt:
    """Keep what was learnt, and forget what was learnt before."""
    row = Learnt.objects.create(
        at=at,
        cases=quality.cases,
        categories=quality.categories,
        accuracy=quality.accuracy,
        within_three=quality.within_three,
        macro_f1=quality.macro_f1,
        weights=to_bytes(model),
    )
    Learnt.objects.exclude(pk=row.pk).delete()
    note(row, changes={"cases": quality.cases, "categories": quality.categories})
    return row
