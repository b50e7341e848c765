"""What the clock does, and what follows a step: tell of limits, and of how matters go on."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from gezhi.base.actors import system
from gezhi.base.jobs import daily, every, job
from gezhi.engines.matters import actions
from gezhi.engines.matters.attachments.actions import clear_orphans
from gezhi.engines.matters.models import Matter


@every(minutes=1)
def warn_of_limits(at: datetime) -> None:
    """Announce each 50, 80 and 100 percent mark within a minute of its being reached."""
    actions.warn(by=system("job"), at=at)


@daily("03:50")
def clear_attachments(at: datetime) -> None:
    """Remove files that belong to nothing any more."""
    clear_orphans(at)


@job("matters.tell_followers")
def tell_followers(matter: str, revision: int, mover: str) -> None:
    """Tell whoever follows a matter where a step has led it; run again it tells nobody twice."""
    row = Matter.objects.get(pk=matter)
    actions.tell_followers(
        matter=row, revision=revision, but=mover, by=system("job"), at=timezone.now()
    )
