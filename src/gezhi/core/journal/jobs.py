"""The night's work on the journal and the other books."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.jobs import daily
from gezhi.core.journal.closing import close_finished_days


@daily("00:10", at_district=True)
def close_days(at: datetime) -> None:
    """Close yesterday, and whatever was left open while the platform was off."""
    close_finished_days(at=at)
