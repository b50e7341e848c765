"""Beginning a filing, filling it in, and filing again as before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.registry.models import Site
from gezhi.engines.matters import refusing
from gezhi.engines.matters.actions import open_matter, take
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import queries, rights
from gezhi.services.filings.models import Filing, FilingKind, State
from gezhi.services.filings.models.particulars import ASKED, SEALED
from gezhi.services.filings.rules import Work

PREFIX: Final = "BB"
"""报备: the letters before the number of a filing."""
OWN: Final = (
    *("first_day", "last_day", "from_time", "to_time", "emergency", "permit_no"),
    *("no_permit_reason", "noise_sensitive", "address", "lon", "lat", "unit_name", "applicant"),
    *("applicant_phone", "workers", "machines", "fuel_machines", "risks", "measures"),
)
FILLED: Final = (*OWN, *ASKED)
"""Everything whoever files fills in."""
DAY_FROM, DAY_TO = time(7), time(19)
"""Hours offered for work by day, to be changed where they are others."""
NOT_AGAIN: Final = frozenset({"first_day", "last_day", "notice_on", "emergency"})
"""What a repeated filing says anew."""


@action("filings.draft", _lazy("新建报备"), right=rights.MY_SITES)
def draft_filing(*, site: Site, kind: FilingKind, by: Actor, at: datetime) -> Filing:
    """Begin a filing for a site: filled in from its file and from its last filing of the kind."""
    if not rights.MY_SITES.covers(by, site):
        raise NotAllowed(_("您不是这个工地的报备人"), "filings.not_your_site")
    before = queries.latest_of(site.pk, kind)
    values = _from_site(site, kind, by) if before is None else _as_before(before)
    return _write_draft(site, kind, values, before, by, at)


def _from_site(site: Site, kind: FilingKind, by: Actor) -> dict[str, Any]:
    """What the register of sites knows already, who files, and the usual hours."""
    own = queries.limits()
    night = kind.code == Work.NIGHT
    return {
        "from_time": own.night_from if night else DAY_FROM,
        "to_time": own.night_to if night else DAY_TO,
        "applicant": by.name,
        "permit_no": site.permit_no,
        "no_permit_reason": "below_limit" if site.below_limit and not site.permit_no else "",
        "address": site.address,
        "lon": site.lon,
        "lat": site.lat,
        "unit_name": site.contractor,
        "workers": site.workers,
        "disposal_no": site.spoil_permit,
    }


def _as_before(filing: Filing) -> dict[str, Any]:
    return {name: getattr(filing, name) for name in FILLED if name not in NOT_AGAIN}


def _write_draft(
    site: Site,
    kind: FilingKind,
    values: Mapping[str, Any],
    before: Filing | None,
    by: Actor,
    at: datetime,
) -> Filing:
    matter = open_matter(
        queries.KIND,
        title=f"{kind.title} {site.name}",
        prefix=PREFIX,
        place=site.grid or site.community,
        topic=kind.code,
        by=by,
        at=at,
    )
    filing = Filing(matter=matter, kind=kind, site=site, repeats=before, **values)
    filing.set_times()
    filing.save(force_insert=True)
    return filing


@action("filings.fill_in", _lazy("填写报备"), right=rights.FILE)
def fill_in(*, matter: Matter, values: Mapping[str, Any], by: Actor, at: datetime) -> Filing:
    """Keep what is filled in so far; nothing has to be complete yet.

    An empty value of a sealed field leaves what is there.
    """
    locked = Matter.objects.select_for_update(of=("self",))
    row = locked.select_related("filing__kind", "filing__site").get(pk=matter.pk)
    if not rights.FILE.covers(by, row):
        raise refusing.not_in_hand()
    if row.state not in (State.DRAFT, State.RETURNED):
        raise refusing.moved_on(row)
    unknown = set(values) - set(FILLED)
    if unknown:
        raise Refusal(_("报备没有这些内容"), "filings.no_such_field", field=min(unknown))
    filing = row.filing
    changed = []
    for name, value in values.items():
        if name in SEALED and not value:
            continue
        setattr(filing, name, value)
        changed.append(name)
    filing.set_times()
    filing.save()
    row.revision += 1
    row.moved_at = at
    row.save(update_fields=["revision", "moved_at"])
    note(row, place_id=row.grid_id or row.community_id, changes={"fields": sorted(changed)})
    return filing


@action("filings.repeat", _lazy("照上次再报"), right=rights.FILE)
def repeat_filing(
    *,
    filing: Filing,
    first_day: date,
    last_day: date,
    values: Mapping[str, Any],
    signature: str,
    by: Actor,
    at: datetime,
) -> Filing:
    """File the same work again for other days, in one go: everything else is as it was.

    What the rules have against it comes as one refusal, and nothing is left behind.
    """
    if not rights.FILE.covers(by, filing.matter):
        raise NotAllowed(_("您不是这个工地的报备人"), "filings.not_your_site")
    fresh = _as_before(filing) | dict(values) | {"first_day": first_day, "last_day": last_day}
    again = _write_draft(filing.site, filing.kind, fresh, filing, by, at)
    take(again.matter, "submit", values={"pledge": True, "signature": signature}, by=by, at=at)
    return again
