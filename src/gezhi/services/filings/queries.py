"""Named reads: filings and checks in sight, sites, what is going on today, who is to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gezhi.base.actors import Actor
from gezhi.core.office.queries import calendar
from gezhi.core.registry.models import Site
from gezhi.core.staff.models import Account, Post
from gezhi.engines.matters.models import Matter
from gezhi.services.filings.models import (
    Alert,
    Filing,
    FilingKind,
    LocalLimits,
    QuietTime,
    State,
    Steward,
)
from gezhi.services.filings.models.filings import UNDER_WAY, VALID
from gezhi.services.filings.rules import Limits, Surroundings

KIND = "filings"
CHECK_KIND = "site_checks"


def filings(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Every filing with its facts; drafts are seen by whoever makes them. Rights narrow it."""
    rows = Matter.objects.filter(kind=KIND).select_related("filing__kind", "filing__site", "grid")
    return rows.exclude(~Q(opened_by_id=actor.account_id), state=State.DRAFT)


def today(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """今天在施: what is in force, stopped, or begins before the day is over."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return filings(actor, at).filter(
        state__in=VALID,
        filing__starts_at__lt=midnight + timedelta(days=1),
        filing__ends_at__gt=at,
    )


def checks(actor: Actor, at: datetime) -> QuerySet[Matter]:
    """Every check of a site with its facts; rights narrow it."""
    return Matter.objects.filter(kind=CHECK_KIND).select_related("site_check__site", "grid")


def sites(actor: Actor, at: datetime) -> QuerySet[Site]:
    """Every site, with how many of its filings are in force."""
    valid = Q(filings__matter__state=State.IN_FORCE)
    return Site.objects.annotate(going_on=Count("filings", filter=valid, distinct=True))


def plain_sites(actor: Actor, at: datetime) -> QuerySet[Site]:
    """Every site by name, with nothing counted."""
    return Site.objects.order_by("name")


def filings_of(site: Site) -> QuerySet[Matter]:
    """The filings of a site, the latest first, drafts left out."""
    rows = Matter.objects.filter(kind=KIND, filing__site=site).exclude(state=State.DRAFT)
    return rows.select_related("filing__kind").order_by("-opened_at")


def checks_of(site: Site) -> QuerySet[Matter]:
    """The checks of a site, the latest first."""
    rows = Matter.objects.filter(kind=CHECK_KIND, site_check__site=site)
    return rows.select_related("site_check").order_by("-opened_at")


def stewards_of(site: Site) -> QuerySet[Steward]:
    """Who files for a site, and who did."""
    return Steward.objects.filter(site=site).select_related("account").order_by("-since")


def stewards(actor: Actor, at: datetime) -> QuerySet[Steward]:
    """Everybody who files or filed for a site."""
    return Steward.objects.select_related("site", "account")


def valid_filings(site_id: UUID, at: datetime) -> QuerySet[Matter]:
    """What may be shown at the gate of a site: acknowledged and not over."""
    return (
        Matter.objects.filter(
            kind=KIND, filing__site_id=site_id, state__in=VALID, filing__ends_at__gt=at
        )
        .select_related("filing__kind")
        .order_by("filing__starts_at")
    )


def latest_of(site_id: UUID, kind: FilingKind) -> Filing | None:
    """The last filing of a kind that a site sent off, to be filed again alike."""
    rows = Filing.objects.filter(site_id=site_id, kind=kind).exclude(
        matter__state__in=(State.DRAFT, State.RETURNED)
    )
    return rows.select_related("matter", "kind", "site").order_by("-matter__opened_at").first()


def kinds(actor: Actor, at: datetime) -> QuerySet[FilingKind]:
    """The kinds of work this office has filed."""
    return FilingKind.objects.all()


def quiet_times(actor: Actor, at: datetime) -> QuerySet[QuietTime]:
    """Examinations and large events, by date."""
    return QuietTime.objects.all()


def alerts(actor: Actor, at: datetime) -> QuerySet[Alert]:
    """The register of alerts, with how many filings each stopped."""
    return Alert.objects.annotate(number_stopped=Count("stopped"))


def alerts_at(at: datetime) -> list[Alert]:
    """Alerts in force at a moment."""
    return list(Alert.objects.filter(Q(ends=None) | Q(ends__gt=at), begins__lte=at))


def limits() -> Limits:
    """The office's own limits, or the law's."""
    row = LocalLimits.objects.first()
    return Limits() if row is None else row.limits


def surroundings() -> Surroundings:
    """What the rules know besides a filing: calendar, limits, quiet times."""
    quiet = tuple(one.quiet for one in QuietTime.objects.all())
    return Surroundings(calendar(), limits(), quiet)


NEAR_DEGREES = 0.002
"""About 200 m north and south, within which two digs are in each other's way."""


def neighbours(filing: Filing) -> Sequence[Filing]:
    """Other filings under way that share a day with this one, at its site or close by."""
    if filing.first_day is None or filing.last_day is None:
        return ()
    here = Q(site_id=filing.site_id)
    if filing.address:
        here |= Q(address=filing.address)
    if filing.lat is not None and filing.lon is not None:
        lat, lon = filing.lat, filing.lon
        here |= Q(
            lat__range=(lat - NEAR_DEGREES, lat + NEAR_DEGREES),
            lon__range=(lon - NEAR_DEGREES, lon + NEAR_DEGREES),
        )
    rows = Filing.objects.filter(
        here,
        matter__state__in=UNDER_WAY,
        first_day__lte=filing.last_day,
        last_day__gte=filing.first_day,
    ).exclude(pk=filing.pk)
    return list(rows.select_related("matter", "kind", "site")[:50])


# --- who is to be told -------------------------------------------------------------------------


def grid_posts(matter: Matter, at: datetime, *, right: str = "filings.check") -> list[UUID]:
    """Accounts that hold a post with a right at the grid of a matter or at its community."""
    held = Post.objects.held(on=timezone.localdate(at)).filter(
        role__rights__contains=[right], place_id__in=_places(matter)
    )
    return sorted(set(held.values_list("account_id", flat=True)))


def posts_in_roles(matter: Matter, roles: Iterable[str], at: datetime) -> list[UUID]:
    """Accounts that hold one of some roles on the ground of a matter."""
    codes = list(roles)
    if not codes:
        return []
    held = Post.objects.held(on=timezone.localdate(at)).filter(
        role__in=codes, place_id__in=_places(matter)
    )
    return sorted(set(held.values_list("account_id", flat=True)))


def _places(matter: Matter) -> list[UUID]:
    return [one for one in (matter.grid_id, matter.community_id) if one is not None]


def steward_accounts(site_id: UUID) -> list[UUID]:
    """Accounts that file for a site."""
    live = Steward.objects.filter(site_id=site_id, ended_at=None)
    return sorted(live.values_list("account_id", flat=True))


def could_file(site: Site, at: datetime) -> QuerySet[Account]:
    """Accounts that may be named for a site: they hold a steward's post and do not file yet."""
    held = Post.objects.held(on=timezone.localdate(at)).filter(
        account=OuterRef("pk"), role__rights__contains=["filings.file"]
    )
    named = Steward.objects.filter(site=site, account=OuterRef("pk"), ended_at=None)
    rows = Account.objects.filter(Exists(held), ~Exists(named), closed_at=None)
    return rows.order_by("name")
