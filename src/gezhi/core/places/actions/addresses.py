"""Addresses nobody knew: kept once each, and settled by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Conflict, Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import dwellings, rights
from gezhi.core.places.actions.library import add_alias
from gezhi.core.places.actions.writing import demand
from gezhi.core.places.models import Building, UnresolvedAddress

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Unknown:
    """An address that could not be placed: as written, and a reason's code and sentence."""

    text: str
    reason: str
    times: int = 1
    community_id: UUID | None = None
    grid_id: UUID | None = None


def record_unresolved(unknown: Sequence[Unknown], *, at: datetime) -> Mapping[str, UUID]:
    """Keep addresses that wait for a person, part of the action under way; keys by text.

    A text that waits already is counted on. Sorted by text, so that two imports do not block
    each other.
    """
    added: dict[str, Unknown] = {}
    for one in unknown:
        text = one.text[:LONGEST]
        times = one.times + (added[text].times if text in added else 0)
        added[text] = Unknown(text, one.reason[:200], times, one.community_id, one.grid_id)
    waiting = {
        row.text: row
        for row in UnresolvedAddress.objects.select_for_update()
        .filter(text__in=list(added), resolved_at=None)
        .order_by("text")
    }
    for text in sorted(waiting):
        UnresolvedAddress.objects.filter(pk=waiting[text].pk).update(
            times=F("times") + added[text].times
        )
    made = [
        UnresolvedAddress(
            text=text,
            reason=one.reason,
            times=one.times,
            community_id=one.community_id,
            grid_id=one.grid_id,
            first_seen_at=at,
        )
        for text, one in sorted(added.items())
        if text not in waiting
    ]
    UnresolvedAddress.objects.bulk_create(made)
    return {row.text: row.pk for row in (*waiting.values(), *made)}


@action("places.resolve_address", _lazy("处理待核地址"), right=rights.ADDRESSES)
def resolve_address(
    *,
    address: UnresolvedAddress,
    building: Building,
    by: Actor,
    at: datetime,
    alias: str = "",
    alias_kind: str = "other",
) -> UnresolvedAddress:
    """Say which building an address means, and with `alias` that its compound is called so too.

    Whoever keeps rows that waited for it hears of it in the same transaction.
    """
    row = UnresolvedAddress.objects.select_for_update().get(pk=address.pk)
    demand(rights.ADDRESSES, by, row)
    demand(rights.ADDRESSES, by, building)
    if row.resolved_at is not None:
        raise Conflict(_("这个地址已由他人处理"), "places.resolved_already")
    if row.community_id is not None and row.community_id != building.community_id:
        raise Refusal(
            _("这栋楼不在来表所在的社区（村）"), "places.strange_building", field="building"
        )
    if alias:
        add_alias(compound=building.compound, alias=alias, kind=alias_kind, by=by, at=at)
    row.building, row.resolved_at = building, at
    row.community_id, row.grid_id = building.community_id, building.grid_id
    row.save(update_fields=["building", "resolved_at", "community", "grid"])
    dwellings.address_resolved(row, by, at)
    note(row, place_id=building.grid_id, changes={"building": str(building.pk), "alias": alias})
    return row
