"""Rows of this area for the house tests."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from gezhi.base.actors import system
from gezhi.base.samples import Sample, Spot, Visit, Visiting
from gezhi.core.journal.actions import action
from gezhi.core.registry.models import Site
from gezhi.core.registry.tests.samples import SAMPLES as OF_REGISTRY
from gezhi.engines.matters.actions import open_matter
from gezhi.engines.matters.models import Matter
from gezhi.services.filings.matters import FILINGS, SITE_CHECKS
from gezhi.services.filings.models import (
    Alert,
    CheckState,
    Filing,
    FilingKind,
    QuietTime,
    SiteCheck,
    State,
    Steward,
)


def _site(spot: Spot) -> Site:
    """A site whose steward is the account of the spot."""
    site = OF_REGISTRY[Site](spot)
    assert isinstance(site, Site)
    Steward.objects.create(site=site, account=spot.account, since=spot.at, named_by="孙样")
    return site


def _kind(spot: Spot) -> FilingKind:
    found = FilingKind.objects.filter(code="earthwork").first()
    return found or FilingKind.objects.create(code="earthwork", title="土石方、渣土")


@action("test.sample_filing", "样例报备")
def _opened(*, kind: str, title: str, spot: Spot, by: Any, at: Any) -> Matter:
    return open_matter(kind, title=title, prefix="YB", place=spot.grid, by=by, at=at)


def _filing(spot: Spot) -> Filing:
    matter = _opened(
        kind=FILINGS.kind, title="土石方、渣土 样例工地", spot=spot, by=system("test"), at=spot.at
    )
    today = timezone.localdate(spot.at)
    filing = Filing(
        matter=matter,
        kind=_kind(spot),
        site=_site(spot),
        first_day=today,
        last_day=today + timedelta(days=3),
        from_time=time(8),
        to_time=time(18),
        address="冬青街 8 号",
        lon=113.54,
        lat=34.80,
        applicant="孙样",
        applicant_phone="13812345678",
        safety_officer="何安",
        watcher="何看",
    )
    filing.set_times()
    filing.save()
    Matter.objects.filter(pk=matter.pk).update(state=State.IN_FORCE)
    return Filing.objects.select_related("matter").get(pk=matter.pk)


def _check(spot: Spot) -> SiteCheck:
    matter = _opened(
        kind=SITE_CHECKS.kind, title="工地检查 样例工地", spot=spot, by=system("test"), at=spot.at
    )
    Matter.objects.filter(pk=matter.pk).update(state=CheckState.RECTIFYING)
    return SiteCheck.objects.create(matter=matter, site=_site(spot), failed=["cover"], days=3)


def _steward(spot: Spot) -> Steward:
    return Steward.objects.get(site=_site(spot))


def _quiet(spot: Spot) -> QuietTime:
    first = date(2022, 6, 7) + timedelta(days=QuietTime.objects.count())
    return QuietTime.objects.create(name="高考样例", first=first, last=first)


def _alert(spot: Spot) -> Alert:
    return Alert.objects.create(
        cause="pollution",
        level=3,
        document="样例",
        begins=spot.at,
        entered_at=spot.at,
        entered_by="孙样",
    )


def _in(made: Any, state: str, ends: frozenset[str]) -> Sample:
    """A matter where a step can be taken."""

    def sample(spot: Spot) -> Model:
        matter = Matter.objects.get(pk=made(spot).pk)
        matter.state = state
        matter.ended_at = spot.at if state in ends else None
        matter.due_at = None
        matter.opened_by_id = spot.account.pk
        matter.save()
        return matter

    return sample


def _at(sample: Sample, **more: Any) -> Visiting:
    def visit(spot: Spot) -> Visit:
        row = sample(spot)
        return Visit(row=row, kwargs={"pk": row.pk, **more})

    return visit


FILED = _in(_filing, State.IN_FORCE, FILINGS.ends_in)
DRAFT = _in(_filing, State.RETURNED, FILINGS.ends_in)
CHECKED = _in(_check, CheckState.RECTIFYING, SITE_CHECKS.ends_in)

SAMPLES: Final[dict[type, Sample]] = {
    Filing: _filing,
    FilingKind: _kind,
    QuietTime: _quiet,
    Alert: _alert,
    Steward: _steward,
}
OF_A_SITE: Final = (
    *("filings.site", "filings.plate", "filings.begin_check", "filings.report_unfiled"),
    *("filings.name_steward", "filings.begin_at"),
)
VISITS: Final[dict[str, Visiting]] = {
    **{name: _at(_site) for name in (*OF_A_SITE, "filings.board")},
    **{
        f"filings.{step.code}": _at(_in(_filing, max(step.leaves), FILINGS.ends_in))
        for step in FILINGS.steps
        if not step.by_system
    },
    **{
        f"site_checks.{step.code}": _at(_in(_check, min(step.leaves), SITE_CHECKS.ends_in))
        for step in SITE_CHECKS.steps
    },
    "filings.filing": _at(FILED),
    "filings.again": _at(FILED),
    "filings.fill": _at(DRAFT, part="papers"),
    "filings.site_check": _at(CHECKED),
}
