"""What the clock does for the map."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.jobs import every
from gezhi.services.cases.overview.actions import count_ended


@every(minutes=60)
def count_ended_cases(at: datetime) -> None:
    """Count what has ended by squares of the map."""
    count_ended(at)
