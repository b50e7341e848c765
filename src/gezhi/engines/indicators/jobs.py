"""What the clock does: counts follow what happens in minutes, and are all made anew at night."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from gezhi.base.jobs import daily, every
from gezhi.engines.indicators.counting import recount
from gezhi.engines.indicators.language import boards
from gezhi.engines.indicators.models import Reckoning
from gezhi.engines.indicators.rules import Period

STALE_AFTER = timedelta(minutes=30)
"""A limit that runs out moves nothing: counts are made anew at least this often."""
LOOKS_AHEAD = timedelta(days=120)
"""How far ahead is counted: what falls due is known before."""


@every(minutes=5)
def follow(at: datetime) -> None:
    """Count from the last month on anew where something moved since the board was counted."""
    reckoned = dict(Reckoning.objects.values_list("board", "at"))
    today = timezone.localdate(at)
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    for board in boards.values():
        known = reckoned.get(board.code)
        if board.source is not None:
            continue
        if known is None:
            recount(board, None, at)
        elif at - known > STALE_AFTER or (board.moved() or known) > known:
            recount(board, Period(last_month, today + LOOKS_AHEAD), at)


@daily("02:40")
def anew(at: datetime) -> None:
    """Everything, every night: what was corrected far back is right by the morning."""
    for board in boards.values():
        if board.source is None:
            recount(board, None, at)
