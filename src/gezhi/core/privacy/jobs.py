"""The night's work on personal data."""

from __future__ import annotations

from datetime import datetime

from gezhi.base.jobs import daily
from gezhi.core.privacy.retention import delete_expired


@daily("03:20")
def end_what_is_over(at: datetime) -> None:
    """Delete what is past its keeping, with a report."""
    delete_expired(at)
