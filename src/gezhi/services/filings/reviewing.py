"""One list of all that is missing or stands against a filing, for its page and for its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from gezhi.base.sentences import _ as kept
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import queries, road_rules
from gezhi.services.filings.alert_rules import is_stopped
from gezhi.services.filings.models import Alert, Filing
from gezhi.services.filings.models.particulars import MAY_BE_EMPTY
from gezhi.services.filings.rules import Finding, Limits, Work, found, touches_night

ALWAYS = (
    *("first_day", "last_day", "from_time", "to_time", "address", "unit_name"),
    *("applicant", "applicant_phone", "workers"),
)
"""What every filing says."""
STATES_ONLY = frozenset({Work.STOP, Work.FINISH, Work.EPIDEMIC, Work.SMALL_WORK})
"""Kinds that are no earth-moving: the six measures are not asked of them."""


def asked(filing: Filing) -> list[str]:
    """Names of everything this filing asks, in the order of the form."""
    names = [*ALWAYS, "permit_no", *filing.kind.asks]
    return names if filing.kind.code in STATES_ONLY else [*names, "measures"]


def missing(filing: Filing) -> Iterator[Finding]:
    """What is not filled in, or not so as it has to be."""
    for name in asked(filing):
        if name in MAY_BE_EMPTY or name == "permit_no":
            continue
        value = getattr(filing, name)
        if value is False:
            yield found("not_so", name, kept("“%(label)s”须做到后才能报备"), label=label(name))
        elif value is None or value in ("", []):
            yield found("missing", name, kept("请填写“%(label)s”"), label=label(name))


def label(name: str) -> str:
    """What a field of a filing is called."""
    field: Any = Filing._meta.get_field(name)
    return str(field.verbose_name)


def clashes(
    filing: Filing, neighbours: Sequence[Filing], alerts: Sequence[Alert], limits: Limits
) -> Iterator[Finding]:
    """Other work in the same place and time, and alerts that would stop this one."""
    plan = filing.plan
    night_covered = False
    for other in neighbours:
        same_site = other.site_id == filing.site_id
        if same_site and other.kind_id == filing.kind_id:
            yield found(
                "twice",
                "first_day",
                kept("本工地同一时间已有同类报备 %(number)s，请勿重复报"),
                number=other.matter.number,
            )
        night_covered |= same_site and other.kind.code == Work.NIGHT
        if plan.digs and other.digs:
            yield found(
                "other_dig",
                "first_day",
                kept("附近同期还有掘路：%(site)s（%(number)s），请协调一次开挖"),
                hard=False,
                site=other.site.name,
                number=other.matter.number,
            )
    if _by_night(filing, limits) and not (night_covered or plan.emergency):
        yield found(
            "needs_night",
            "from_time",
            kept("作业时段在夜间，须先报夜间施工；或把时间改到白天"),
        )
    for alert in alerts:
        if is_stopped(plan, filing.kind.terms, alert.warning):
            yield found(
                "alert",
                "first_day",
                kept("%(alert)s期间停止此类作业，解除前不会生效"),
                hard=False,
                alert=str(alert),
            )


def _by_night(filing: Filing, limits: Limits) -> bool:
    """Whether this is work, other than night work itself, whose hours reach into the night."""
    if not filing.kind.noisy or filing.kind.code == Work.NIGHT:
        return False
    if filing.from_time is None or filing.to_time is None:
        return False
    return touches_night(filing.from_time, filing.to_time, limits)


def findings(filing: Filing, at: datetime) -> list[Finding]:
    """All that is missing, all that the rules say, and what it clashes with."""
    around = queries.surroundings()
    return [
        *missing(filing),
        *road_rules.findings(filing.plan, filing.kind.terms, around, at),
        *clashes(filing, queries.neighbours(filing), queries.alerts_at(at), around.limits),
    ]


def kept_findings(matter: Matter, at: datetime) -> list[Finding]:
    """The findings of a filing, asked once for as long as its matter is held in memory."""
    kept_here: dict[str, Any] = matter.__dict__
    if "_findings" not in kept_here:
        kept_here["_findings"] = findings(matter.filing, at)
    known: list[Finding] = kept_here["_findings"]
    return known
