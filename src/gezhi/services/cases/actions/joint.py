"""Named writes that hang a matter on a case: a leader's order, a whistle to departments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import action, note
from gezhi.core.places.models import Place
from gezhi.core.staff.models import Unit
from gezhi.engines.matters.actions import open_matter
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights
from gezhi.services.cases.models.joint import Called, Oversight, Whistle, WhistleKind


@action("cases.oversee", _lazy("督办"), right=rights.OVERSEE)
def oversee(*, matter: Matter, order: str, days: int, by: Actor, at: datetime) -> Oversight:
    """Order the unit of an open case to answer within some working days.

    Before the case has a unit, the order lies with whoever dispatches it, and goes on with it.
    """
    _must_be_open(matter)
    if not order.strip():
        raise Refusal(_("请写明督办要求"), "cases.no_order", field="order")
    child = open_matter(
        queries.OVERSIGHT,
        title=kept("督办 %(case)s") % {"case": matter.number},
        prefix=f"{queries.prefix_here()}D",
        place=_place_of(matter),
        topic=matter.topic,
        urgent=True,
        unit_id=matter.unit_id,
        parent=matter,
        said=order,
        by=by,
        at=at,
        facts=lambda row: Oversight(matter=row, order=order.strip()[:500], days=days),
    )
    note(matter, changes={"child": child.number, "days": days})
    return child.oversight


@dataclass(frozen=True, slots=True)
class Call:
    """What a whistle asks for, and of whom: the lead department, and those that assist."""

    kind: str
    request: str
    lead: Unit
    assist: Sequence[Unit] = ()
    holds: bool = True
    """Whether the case waits until the departments are done."""


@action("cases.blow_for", _lazy("提请吹哨"), right=rights.WHISTLE)
def blow_for(*, matter: Matter, call: Call, by: Actor, at: datetime) -> Whistle:
    """Propose to call departments together for an open case; a chief approves it."""
    _must_be_open(matter)
    if call.kind not in WhistleKind.values:
        raise Refusal(_("请选择哨种"), "cases.no_whistle_kind", field="kind")
    if not call.request.strip():
        raise Refusal(_("请写明需要解决的问题"), "cases.no_request", field="request")
    units = [call.lead, *(one for one in call.assist if one.pk != call.lead.pk)]
    if any(unit.closed_at is not None for unit in units):
        raise Refusal(_("这个单位已停用，请另选"), "cases.closed_unit", field="lead")

    child = open_matter(
        queries.WHISTLE,
        title=f"{WhistleKind(call.kind).label} {matter.title}"[:120],
        prefix=f"{queries.prefix_here()}S",
        place=_place_of(matter),
        topic=matter.topic,
        urgent=call.kind == WhistleKind.EMERGENCY,
        unit_id=call.lead.pk,
        parent=matter,
        holds_parent=call.holds,
        said=call.request,
        by=by,
        at=at,
        facts=lambda row: Whistle(matter=row, kind=call.kind, request=call.request.strip()[:500]),
    )
    Called.objects.bulk_create(
        Called(whistle=child.whistle, unit=unit, leads=unit.pk == call.lead.pk) for unit in units
    )
    note(matter, changes={"child": child.number, "units": len(units)})
    return child.whistle


def _place_of(matter: Matter) -> Place | None:
    return matter.grid or matter.community


def _must_be_open(matter: Matter) -> None:
    if matter.ended_at is not None:
        raise Refusal(_("这个案件已办结"), "cases.over")
