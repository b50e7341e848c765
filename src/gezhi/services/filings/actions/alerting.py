"""Alerts that stop work at once, and the clock that lets filings begin, go on and end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor, system
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import queries, rights
from gezhi.services.filings.alert_rules import Cause, is_stopped
from gezhi.services.filings.models import Alert, State
from gezhi.services.filings.models.filings import UNDER_WAY

AT_ONCE: Final = 500
"""How many filings one run of the clock moves at most; the next run goes on."""
NOT_OVER: Final = (*UNDER_WAY, State.RETURNED)


@action("filings.raise_alert", _lazy("发布停工预警"), right=rights.RAISE)
def raise_alert(
    *,
    cause: str,
    level: int,
    document: str,
    begins: datetime,
    ends: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Alert:
    """Enter an alert: what it stops is stopped at once, or when it begins. A new level of the same
    cause takes the place of the old one.
    """
    _sensible(cause, level, begins, ends)
    for before in Alert.objects.select_for_update().filter(
        Q(ends=None) | Q(ends__gt=begins), cause=cause, begins__lte=begins
    ):
        before.ends, before.lifted_by = begins, by.name
        before.save(update_fields=["ends", "lifted_by"])
    alert = Alert.objects.create(
        cause=cause,
        level=level,
        document=document.strip()[:80],
        begins=begins,
        ends=ends,
        entered_at=at,
        entered_by=by.name,
    )
    note(alert, changes={"cause": cause, "level": level, "since": begins, "until": ends})
    _follow_alerts(at, channel=by.origin.channel)
    return alert


def _sensible(cause: str, level: int, begins: datetime, ends: datetime | None) -> None:
    if cause not in set(Cause):
        raise Refusal(_("请选择预警种类"), "filings.no_such_alert", field="cause")
    least, most = (1, 3) if cause == Cause.POLLUTION else (4, 17)
    if not least <= level <= most:
        raise Refusal(
            _("级别应在 %(least)d 至 %(most)d 之间") % {"least": least, "most": most},
            "filings.no_such_level",
            field="level",
        )
    if ends is not None and ends <= begins:
        raise Refusal(_("解除时间应晚于开始时间"), "filings.alert_ends_first", field="ends")


@action("filings.lift_alert", _lazy("解除停工预警"), right=rights.RAISE)
def lift_alert(*, alert: Alert, by: Actor, at: datetime) -> Alert:
    """End an alert now; what it alone had stopped goes on at once."""
    row = Alert.objects.select_for_update().get(pk=alert.pk)
    if row.ends is not None and row.ends <= at:
        raise Refusal(_("这个预警已经解除"), "filings.alert_over")
    row.ends, row.lifted_by = max(at, row.begins), by.name
    row.save(update_fields=["ends", "lifted_by"])
    note(row, changes={"cause": row.cause, "level": row.level, "until": row.ends})
    _follow_alerts(at, channel=by.origin.channel)
    return row


@action("filings.turn", _lazy("报备生效、停复工和到期"))
def turn(*, by: Actor, at: datetime) -> int:
    """Let filings end, stop, go on and begin as their time and the alerts say; how many moved.

    Run again at the same moment it moves nothing.
    """
    moved = _expire(at) + _follow_alerts(at, channel="job") + _begin(at)
    note(changes={"number": moved})
    return moved


def is_due(at: datetime) -> bool:
    """Whether a turn of the clock has anything to look at."""
    waiting = Q(state=State.ACKNOWLEDGED, filing__starts_at__lte=at)
    over = Q(state__in=NOT_OVER, filing__ends_at__lte=at)
    stopped = Q(stops__isnull=False, stops__resumed_at=None)
    rows = Matter.objects.filter(kind=queries.KIND, ended_at=None)
    alerts = Q(ends=None) | Q(ends__gt=at)
    return (
        rows.filter(waiting | over | stopped).exists()
        or Alert.objects.filter(alerts, begins__lte=at).exists()
    )


def _rows(*wanted: Q) -> Sequence[Matter]:
    rows = Matter.objects.filter(*wanted, kind=queries.KIND, ended_at=None)
    return list(rows.select_related("filing__kind", "filing__site").order_by("pk")[:AT_ONCE])


def _move(rows: Iterable[Matter], step: str, said: str, channel: str, at: datetime) -> int:
    number = 0
    for matter in rows:
        take(matter, step, said=said, by=system(channel), at=at)
        number += 1
    return number


def _expire(at: datetime) -> int:
    over = _rows(Q(state__in=NOT_OVER, filing__ends_at__lte=at))
    return _move(over, "expire", _("报备期已满"), "job", at)


def _begin(at: datetime) -> int:
    waiting = _rows(Q(state=State.ACKNOWLEDGED, filing__starts_at__lte=at, filing__ends_at__gt=at))
    alerts = queries.alerts_at(at)
    free = (one for one in waiting if _stopping(one, alerts) is None)
    return _move(free, "begin", "", "job", at)


def _stopping(matter: Matter, alerts: Sequence[Alert]) -> Alert | None:
    """The first alert in force that stops a filing."""
    filing = matter.filing
    plan, terms = filing.plan, filing.kind.terms
    return next((one for one in alerts if is_stopped(plan, terms, one.warning)), None)


def _follow_alerts(at: datetime, *, channel: str) -> int:
    """Stop what an alert stops, and let go on what no alert stops any more."""
    alerts = queries.alerts_at(at)
    number = 0
    stopped = _rows(Q(state=State.SUSPENDED, stops__isnull=False, stops__resumed_at=None))
    for matter in stopped:
        if _stopping(matter, alerts) is None:
            number += _move([matter], "resume", _("预警解除"), channel, at)
    if not alerts:
        return number
    for matter in _rows(Q(state=State.IN_FORCE)):
        alert = _stopping(matter, alerts)
        if alert is not None:
            take(
                matter,
                "suspend",
                said=_("%(alert)s，%(document)s") % {"alert": alert, "document": alert.document},
                values={"alert": alert},
                by=system(channel),
                at=at,
            )
            number += 1
    return number
