"""Named writes that begin a case: report it, or join one that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Building, Place
from gezhi.core.places.snapshots import Known
from gezhi.engines.matters.actions import open_matter, take
from gezhi.engines.matters.attachments import Incoming, Stage
from gezhi.engines.matters.attachments.actions import attach_within
from gezhi.services.cases import queries, rights
from gezhi.services.cases.actions.photos import photo_of_report
from gezhi.services.cases.models import PUBLIC, Case, Category, Joiner, Source


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody tells: where, what, and, if they like, who they are."""

    source: str
    description: str
    address: str
    place: Place | Known | None
    category: Category | None = None
    building: Building | None = None
    lon: float | None = None
    lat: float | None = None
    reporter: str = ""
    phone: str = ""
    confidential: bool = False
    source_number: str = ""
    photos: Sequence[Incoming] = ()


@action("cases.report", _lazy("上报问题"), right=rights.REPORT)
def report(told: Report, *, by: Actor, at: datetime) -> Case:
    """Open a case from a report. What a grid worker finds is true already; others' is verified."""
    words = told.description.strip()
    if not words:
        raise Refusal(_("请写明是什么问题"), "cases.nothing_said", field="description")
    if not told.address.strip() and told.lon is None:
        raise Refusal(_("请写明地点，或在地图上点一下"), "cases.nowhere", field="address")
    category = told.category
    if category is not None and not category.holds_on(timezone.localdate(at)):
        raise Refusal(_("这个类别已停用，请重新选择"), "cases.old_category", field="category")
    refusal = photo_of_report(category, told.source, told.photos)
    if refusal is not None:
        raise refusal
    matter = open_matter(
        queries.KIND,
        title=category.name if category else str(Source(told.source).label),
        prefix=queries.prefix_here(),
        place=told.place,
        topic=queries.topic_of(category),
        urgent=bool(category and category.urgent),
        words=f"{words} {told.address}",
        by=by,
        at=at,
    )
    case = Case(
        matter=matter,
        category=category,
        source=told.source,
        source_number=told.source_number.strip(),
        description=words[:1000],
        address=told.address.strip()[:160],
        building=told.building,
        lon=told.lon,
        lat=told.lat,
        reporter=told.reporter.strip() or None,
        reporter_phone=told.phone.strip() or None,
        confidential=told.confidential,
        verified=None if told.source in PUBLIC else True,
    )
    case.save(force_insert=True)
    attach_within(matter, Stage.BEFORE, told.photos, opened_now=True, by=by, at=at)
    note(
        changes={"source": told.source, "topic": matter.topic},
        personal={"phone": told.phone} if told.phone else {},
    )
    return case


@dataclass(frozen=True, slots=True)
class Joining:
    """What one more reporter tells of an open case, and who they are if they like."""

    source: str = Source.PATROL
    words: str = ""
    reporter: str = ""
    phone: str = ""
    confidential: bool = False


@action("cases.join", _lazy("并入已有案件"), right=rights.JOIN)
def join(*, case: Case, told: Joining | None = None, by: Actor, at: datetime) -> Case:
    """One more who reports the same: counted with the open case, and told how it goes on.

    Who they are is sealed beside the case, and read under the same right as the first reporter.
    """
    row = Case.objects.select_for_update(of=("self",)).select_related("matter").get(pk=case.pk)
    if row.matter.ended_at is not None:
        raise Refusal(_("这个案件已办结，请另行上报"), "cases.over")
    told = told or Joining()
    row.joined += 1
    row.save(update_fields=["joined"])
    _keep_joiner(row, told, by, at)
    if by.account_id is not None:
        row.matter.followers.get_or_create(account_id=by.account_id, defaults={"since": at})
    note(row.matter, changes={"joined": row.joined})
    return row


def _keep_joiner(case: Case, told: Joining, by: Actor, at: datetime) -> None:
    """Who else told of it: sealed beside the case."""
    Joiner.objects.create(
        case=case,
        at=at,
        source=told.source,
        words=told.words.strip()[:1000],
        reporter=told.reporter.strip() or None,
        reporter_phone=told.phone.strip() or None,
        confidential=told.confidential,
        account_id=by.account_id,
    )
    note(personal={"phone": told.phone} if told.phone else {})


@action("cases.find_again", _lazy("结案后又出现"), right=rights.JOIN)
def report_again(*, case: Case, told: Joining, by: Actor, at: datetime) -> Case:
    """Open a case again that was closed within the week, for somebody found it there again."""
    take(case.matter, "report_again", said=told.words or case.description, by=by, at=at)
    _keep_joiner(case, told, by, at)
    return case
