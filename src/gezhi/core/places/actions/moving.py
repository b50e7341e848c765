"""Buildings going into other grids, with the history of where each lay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Min, Q

from gezhi.core.places.models import Building, BuildingGrid, Place


def move_buildings(enters: Mapping[UUID, Place], on: date) -> None:
    """From a day on these buildings (ids) lie in these grids, and in no micro-grid yet.

    Their periods are closed and opened so that each lies in exactly one grid on every day.
    """
    periods = BuildingGrid.objects.filter(building__in=list(enters))
    first = dict(periods.values_list("building").annotate(first=Min("valid_from")))
    periods.filter(valid_from__gte=on).delete()
    periods.filter(Q(valid_to=None) | Q(valid_to__gt=on)).update(valid_to=on)
    BuildingGrid.objects.bulk_create(
        [
            BuildingGrid(building_id=key, grid=grid, valid_from=max(on, first[key]))
            for key, grid in enters.items()
        ]
    )
    into: defaultdict[Place, list[UUID]] = defaultdict(list)
    for key, grid in enters.items():
        into[grid].append(key)
    for grid, own in into.items():
        Building.objects.filter(pk__in=own).update(
            grid=grid, community=grid.community_id, micro_grid=None
        )
