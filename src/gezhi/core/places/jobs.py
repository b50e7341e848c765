"""What the calendar does to places."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.jobs import daily
from gezhi.core.places.actions import take_due_effects


@daily("00:20")
def put_grids_into_force(at: datetime) -> None:
    """Carry out the changes of grids whose day begins."""
    take_due_effects(at=at)
