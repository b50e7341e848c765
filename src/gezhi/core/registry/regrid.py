"""What the registries keep follows its building into another grid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

from gezhi.base.actors import Actor
from gezhi.core.places import rehoming
from gezhi.core.places.models import Level, Place
from gezhi.core.registry.changes import HISTORY, last_setters_of
from gezhi.core.registry.holding import make_source
from gezhi.core.registry.metrics import counted_care, counted_rows
from gezhi.core.registry.models import (
    Conflict,
    Dwelling,
    Enterprise,
    Household,
    ImportBatch,
    Person,
    Shop,
    Site,
    Source,
    Vehicle,
)
from gezhi.core.registry.tallies import pending

BATCH: Final = 2000
_IN: Final = {
    Dwelling: "building__in",
    Household: "dwelling__building__in",
    Person: "dwelling__building__in",
    Enterprise: "building__in",
    Shop: "building__in",
    Site: "building__in",
    Vehicle: "building__in",
}
"""How each kind of row is reached from a building, in the order everything is locked."""


@rehoming.register
def rehome(buildings: Collection[UUID], grid: Place, by: Actor, at: datetime) -> None:
    """Move everything in these buildings to a grid and its community, with history and counts."""
    source = make_source(_("网格调整"), by=by, at=at)
    for model, path in _IN.items():
        _follow(model, Q(**{path: list(buildings)}), grid, source, by, at)


@rehoming.register_heir
def pass_on(retiring: Place, successors: Sequence[Place], by: Actor, at: datetime) -> None:
    """Move what hangs on a grid without a building: units by the road, people who have left.

    It goes to the grid that takes most of the retiring one; nothing tells where it lies. Of a
    retiring community only what lies in none of its grids is left to move, and the sheets that
    were brought for it.
    """
    if not successors:
        return
    heir = successors[0]
    source = make_source(_("网格调整"), by=by, at=at)
    if retiring.level == Level.COMMUNITY:
        for model in _IN:
            _follow(model, Q(community=retiring), heir, source, by, at)
        Conflict.objects.filter(community_id=retiring.pk).update(community_id=heir.pk)
        ImportBatch.objects.filter(community_id=retiring.pk).update(community_id=heir.pk)
        return
    for model in _IN:
        _follow(model, Q(grid=retiring), heir, source, by, at)
    Conflict.objects.filter(grid_id=retiring.pk).update(
        grid_id=heir.pk, community_id=heir.community_id
    )


def remaining(places: Collection[UUID], at: datetime) -> int:
    """How many rows of the registries still hang on these places."""
    here = Q(grid_id__in=list(places)) | Q(community_id__in=list(places))
    return sum(model._default_manager.filter(here).count() for model in (*_IN, Conflict))


rehoming.register_check("registry", lazily("底数记录"), remaining)


def _follow(model: Any, among: Q, place: Place, source: Source, by: Actor, at: datetime) -> None:
    """Put rows into a grid, or into a community and no grid of it."""
    there = Q(grid_id=place.grid_id) if place.grid_id else Q(grid_id__isnull=True)
    rows = model._default_manager.filter(among).exclude(there, community_id=place.community_id)
    ids = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _move(model, ids[start : start + BATCH], place, source, by, at)


def _move(
    model: Any, ids: list[UUID], place: Place, source: Source, by: Actor, at: datetime
) -> None:
    """Write the place with its history, and leave the row's last source: nobody saw the row."""
    among = Q(pk__in=ids)
    delta = pending()
    delta.add_counted(counted_rows(model, among), -1)
    if model is Person:
        delta.add_counted(counted_care(among), -1)
    new = {"grid": place.grid_id, "community": place.community_id}
    history: Any = HISTORY[model]
    setters = last_setters_of(model, ids, list(new))
    rows = []
    for pk, old_grid, old_community, first in model._default_manager.filter(among).values_list(
        "pk", "grid_id", "community_id", "source_id"
    ):
        for name, old in (("grid", old_grid), ("community", old_community)):
            if old != new[name]:
                rows.append(
                    history(
                        subject_id=pk,
                        field=name,
                        old=str(old) if old else None,
                        new=str(new[name]) if new[name] else None,
                        changed_at=at,
                        changed_by=by.name,
                        source=source,
                        former_source_id=setters.get((pk, name), first),
                    )
                )
    history._default_manager.bulk_create(rows, batch_size=BATCH)
    model._default_manager.filter(among).update(
        grid_id=place.grid_id,
        community_id=place.community_id,
        revision=F("revision") + 1,
    )
    delta.add_counted(counted_rows(model, among))
    if model is Person:
        delta.add_counted(counted_care(among))
