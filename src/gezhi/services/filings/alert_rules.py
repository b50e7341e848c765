"""What a heavy pollution or wind alert stops, of plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gezhi.services.filings.rules import Plan, Terms, Work


class Cause(StrEnum):
    """What an alert is about."""

    POLLUTION = "pollution"
    WIND = "wind"


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert: of pollution by level (3 yellow, 2 orange, 1 red), of wind in Beaufort."""

    cause: Cause
    level: int
    begins: datetime
    ends: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force at a moment; one without an end lasts until it is lifted."""
        return self.begins <= at and (self.ends is None or at < self.ends)


YELLOW, ORANGE, RED = 3, 2, 1


def stop_level(plan: Plan, terms: Terms) -> int | None:
    """The least severe pollution level that stops this work, after what it says of itself.

    III 级停拆除、土石方开挖回填、场内倒运、渣土运输（持特别通行证的除外）和非电动机械；II 级另停
    露天焊接、喷涂；I 级除应急抢险外全部停工（郑州市重污染天气预警停工要求）.
    """
    level = terms.stops_at
    if plan.kind == Work.HOT_WORK and not plan.outdoors:
        level = RED if level is not None else None
    if plan.kind == Work.EARTHWORK and plan.transport_only and plan.special_pass.strip():
        level = ORANGE if level is not None else None
    if plan.kind == Work.ROAD and not plan.digs and level == YELLOW:
        level = RED
    if plan.fuel_machines and level is not None:
        level = YELLOW
    return level


def is_stopped(plan: Plan, terms: Terms, warning: Notice) -> bool:
    """Whether an alert stops this work; approved emergency works go on under any.

    郑州市大气污染防治条例第四十二条：气象预报风速达到四级以上或者出现重污染天气时，应当停止土石方
    作业、拆除作业及其他可能产生扬尘污染的作业.
    """
    if plan.emergency:
        return False
    if warning.cause is Cause.WIND:
        return terms.wind_from is not None and warning.level >= terms.wind_from
    level = stop_level(plan, terms)
    return level is not None and warning.level <= level


def stopping(plan: Plan, terms: Terms, warnings: Iterable[Notice], at: datetime) -> list[Notice]:
    """The alerts in force at a moment that stop this work."""
    return [one for one in warnings if one.holds_at(at) and is_stopped(plan, terms, one)]
