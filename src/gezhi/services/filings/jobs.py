"""What the clock does: filings begin, stop, go on and end by themselves."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.actors import system
from gezhi.base.jobs import every
from gezhi.services.filings import actions
from gezhi.services.filings.actions.alerting import is_due


@every(minutes=1)
def turn_filings(at: datetime) -> None:
    """Within a minute of its time a filing is in force, stopped, let go on, or over."""
    if is_due(at):
        actions.turn(by=system("job"), at=at)
