"""What the clock does: tell of limits that run out."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.actors import system
from gezhi.base.jobs import daily, every
from gezhi.engines.matters import actions
from gezhi.engines.matters.attachments.actions import clear_orphans


@every(minutes=1)
def warn_of_limits(at: datetime) -> None:
    """Announce each 50, 80 and 100 percent mark within a minute of its being reached."""
    actions.warn(by=system("job"), at=at)


@daily("03:50")
def clear_attachments(at: datetime) -> None:
    """Remove files that belong to nothing any more."""
    clear_orphans(at)
