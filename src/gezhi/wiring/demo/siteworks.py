"""Half a year on the sites: what stewards filed, the grid levels decided, and alerts stopped.

Every act is the one a steward or grid worker would take, with its moment in the past; a run that
was cut short goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django_tenants.utils import schema_context

from gezhi.base.actors import Actor, Origin, system
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.office.queries import calendar
from gezhi.core.registry.models import Site as Registered
from gezhi.core.staff.models import Account, Post
from gezhi.core.staff.queries import actor_of
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import actions, queries
from gezhi.services.filings.actions.alerting import is_due
from gezhi.services.filings.check_rules import DUST, items_on_site
from gezhi.services.filings.models import Alert, Filing, FilingKind, SiteCheck, Steward
from gezhi.wiring.demo.casting import HOME_UNIT, enrol_missing
from gezhi.wiring.demo.pictures import scene
from gezhi.wiring.demo.structure import schema_of
from gezhi.wiring.towns import TownSpec, build_town
from gezhi.wiring.towns.units import Site, units_of
from gezhi.wiring.towns.works import (
    ALERTS,
    DAYS,
    Moment,
    Round,
    Work,
    rounds_of,
    steward_of,
    stewards_of,
    works_of,
)

log = structlog.get_logger("gezhi.demo")
BEFORE: Final = timedelta(days=DAYS + 7)
Act = tuple[datetime, int, Callable[[datetime], None]]
"""When, in which order at the same moment, and what is done."""
BY_ROLE: Final = {
    "agree": "grid_chief_l2",
    "acknowledge": "construction_clerk",
    "refuse": "construction_clerk",
}


def live(spec: TownSpec, *, at: datetime) -> int:
    """Name stewards, and act out what the sites of a town did until today; how many acts."""
    town = build_town(spec)
    sites = [one for one in units_of(town).sites if one.started]
    with schema_context(schema_of(spec)):
        enrol_missing(list(stewards_of(town, sites)), spec, system("command"), at - BEFORE)
        return tell(sites, at=at)


def tell(sites: list[Site], *, at: datetime) -> int:
    """Name the stewards of these sites, and act out what was not acted yet; how many acts."""
    name_stewards(sites=sites, by=system("command"), at=at - BEFORE)
    return _Yard(sites, told_until() or timezone.localdate(at)).act_out(at)


def told_until() -> date | None:
    """The day up to which this office's alerts were told; None before the first of them."""
    first = Alert.objects.order_by("begins").values_list("begins", flat=True).first()
    if first is None:
        return None
    return timezone.localdate(first) + timedelta(days=ALERTS[0][0])


@action("demo.name_stewards", _lazy("指定演示工地报备人"))
def name_stewards(*, sites: list[Site], by: Actor, at: datetime) -> int:
    """Bind each site under way to whoever files for it; how many were new."""
    known = {one.name: one for one in Registered.objects.filter(name__in=[s.name for s in sites])}
    bound = set(Steward.objects.filter(ended_at=None).values_list("site_id", flat=True))
    accounts = {one.username: one for one in Account.objects.filter(home_unit=HOME_UNIT)}
    made = [
        Steward(site=known[site.name], account=account, since=at, named_by=by.name)
        for number, site in enumerate(sites)
        if known[site.name].pk not in bound
        and (account := accounts.get(steward_of(number))) is not None
    ]
    Steward.objects.bulk_create(made)
    note(changes={"sites": len(made)})
    return len(made)


class _Yard:
    """Who acts at the sites of a town, and what was acted already."""

    def __init__(self, sites: list[Site], until: date) -> None:
        self._sites = sites
        self._until = until
        self._calendar = calendar()
        self._kinds = {one.code: one for one in FilingKind.objects.all()}
        self._known = {
            one.name: one
            for one in Registered.objects.filter(name__in=[site.name for site in sites])
        }
        self._seats: dict[tuple[str, Any], Actor] = {}
        today = timezone.localdate()
        held = Post.objects.held(on=today).filter(account__home_unit=HOME_UNIT)
        for post in held.select_related("account", "place").order_by("pk"):
            actor = actor_of(post.account, on=today, origin=Origin(channel="command"))
            self._seats.setdefault((post.role_id, post.place_id), actor)
            self._seats.setdefault((post.role_id, None), actor)
        self._stewards = {
            one.site_id: actor_of(one.account, on=today, origin=Origin(channel="command"))
            for one in Steward.objects.filter(ended_at=None).select_related("account")
        }

    def act_out(self, now: datetime) -> int:
        """Act out what was not acted yet, in the order of time."""
        moved = Matter.objects.filter(kind__in=(queries.KIND, queries.CHECK_KIND))
        last = moved.order_by("-moved_at").values_list("moved_at", flat=True).first()
        number = 0
        for moment, _order, act in sorted(self._acts(), key=lambda one: one[:2]):
            if moment > now:
                break
            try:
                if (last is None or moment > last) and is_due(moment):
                    actions.turn(by=system("command"), at=moment)
                act(moment)
                number += 1
            except Refusal as refusal:
                # the rules of the office, or a visitor, were against it: so it is on real sites
                log.info("demo.work_refused", code=refusal.code)
        return number

    def _acts(self) -> list[Act]:
        found: list[Act] = []
        for number, site in enumerate(self._sites):
            for work in works_of(site, number, self._until, self._calendar):
                found += self._filing(work)
            for check in rounds_of(site, self._until, self._calendar):
                found += self._round(check)
        for ago, cause, level, hours in ALERTS:
            found += self._alert(self._until - timedelta(days=ago), cause, level, hours)
        # the clock looks at midnight and noon, when most work begins and ends
        zone = timezone.get_default_timezone()
        begins = datetime.combine(self._until - timedelta(days=DAYS), datetime.min.time(), zone)
        found += [
            (begins + timedelta(hours=half * 12, minutes=1), 9, lambda at: None)
            for half in range(DAYS * 2 + 2)
        ]
        return found

    def _seat(self, role: str, site: Registered) -> Actor:
        for place in (site.grid_id, site.community_id, None):
            if (role, place) in self._seats:
                return self._seats[role, place]
        raise LookupError(role)

    # --- filings ---------------------------------------------------------------------------

    def _filing(self, work: Work) -> list[Act]:
        site = self._known[work.site]
        steward = self._stewards.get(site.pk)
        kind = self._kinds.get(work.kind)
        if steward is None or kind is None:
            return []
        done: dict[str, Any] = {}

        def draft(at: datetime) -> None:
            found = Filing.objects.filter(site=site, kind=kind, matter__opened_at=at)
            filing = found.select_related("matter").first()
            if filing is None:
                filing = actions.draft_filing(site=site, kind=kind, by=steward, at=at)
                actions.fill_in(matter=filing.matter, values=work.values, by=steward, at=at)
            done["matter"] = filing.matter
            own = filing.matter.history.filter(account_id__isnull=False, number__gt=1)
            done["steps"] = own.count()

        acts: list[Act] = [(work.drafted, 1, draft)]
        for number, step in enumerate(work.steps):
            acts.append((step.at, 2, self._step(done, number, step, site, steward, work.kind)))
        return acts

    def _step(
        self,
        done: dict[str, Any],
        number: int,
        step: Moment,
        site: Registered,
        steward: Actor,
        kind: str,
    ) -> Callable[[datetime], None]:
        def act(at: datetime) -> None:
            if "matter" not in done or number < done["steps"]:
                return
            values: dict[str, Any] = {}
            by = steward
            if step.step == "submit":
                values = {"pledge": True, "signature": steward.name}
            elif step.step in BY_ROLE:
                by = self._seat(BY_ROLE[step.step], site)
            else:
                by = self._seat("grid_worker_full", site)
                answers = {code: "pass" for code, _title in items_on_site(kind)}
                values = {"answers": answers, "photos": [scene(number, mended=True)]}
                values |= {"lacks": ["measures"]} if step.step == "send_back" else {}
            try:
                take(done["matter"], step.step, said=step.said, values=values, by=by, at=at)
            except Refusal:
                if step.step == "submit":  # an examination, or filed already: not this time
                    take(done["matter"], "withdraw", said="与规定时间冲突，改期再报", by=by, at=at)
                raise

        return act

    # --- checks ----------------------------------------------------------------------------

    def _round(self, check: Round) -> list[Act]:
        site = self._known[check.site]
        worker = self._seat("grid_worker_full", site)
        done: dict[str, Any] = {}

        def look(at: datetime) -> None:
            found = SiteCheck.objects.filter(site=site, matter__opened_at=at)
            known = found.select_related("matter").first()
            if known is None:
                answers = {code: "fail" if code in check.faults else "pass" for code, _t in DUST}
                known = actions.begin_check(
                    site=site,
                    answers=answers,
                    photos=[scene(at.minute, mended=False)] if check.faults else (),
                    days=3 if check.faults else None,
                    by=worker,
                    at=at,
                )
            done["matter"] = known.matter
            done["steps"] = known.matter.history.filter(number__gt=2).count()

        def following(number: int, step: Moment) -> Callable[[datetime], None]:
            def act(at: datetime) -> None:
                if "matter" not in done or number < done["steps"]:
                    return
                by = self._stewards[site.pk] if step.step == "mended" else worker
                photos = [scene(check.at.minute, mended=True)]
                take(
                    done["matter"],
                    step.step,
                    said=step.said,
                    values={"photos": photos},
                    by=by,
                    at=at,
                )

            return act

        return [
            (check.at, 1, look),
            *((one.at, 2, following(n, one)) for n, one in enumerate(check.steps)),
        ]

    # --- alerts ----------------------------------------------------------------------------

    def _alert(self, day: date, cause: str, level: int, hours: int) -> list[Act]:
        zone = timezone.get_default_timezone()
        begins = datetime.combine(day, datetime.min.time(), zone) + timedelta(hours=8)
        ends = begins + timedelta(hours=hours)

        def announce(at: datetime) -> None:
            if not Alert.objects.filter(begins=at).exists():
                actions.raise_alert(
                    cause=cause,
                    level=level,
                    document=f"市应急指挥部通知 {day:%m%d} 号",
                    begins=at,
                    by=self._seats["construction_clerk", None],
                    at=at,
                )

        def lift(at: datetime) -> None:
            alert = Alert.objects.filter(begins=begins, ends=None).first()
            if alert is not None:
                actions.lift_alert(alert=alert, by=self._seats["construction_clerk", None], at=at)

        return [(begins, 0, announce), (ends, 0, lift)]
