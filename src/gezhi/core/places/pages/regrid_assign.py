"""Which building goes into which new grid: by list, by compound, or on the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.core.places import actions, queries
from gezhi.core.places.models import Building, PlacePeriod, Regrid, RegridNew
from gezhi.core.places.pages.sharing_out import ShareOut


class AssignBuildings(ShareOut):
    """Names of the new grids, and for each building a choice; a compound chooses for the rest."""

    path, name = "places/regrids/<uuid:pk>/buildings/", "places.regrid_assign"
    title = _lazy("划分楼栋")
    rows = queries.grid_changes
    template = "places/regrid_assign.html"
    letter = "b"

    def get(self) -> HttpResponseBase:
        if "map" in self.request.GET:
            return JsonResponse(self.features())
        return super().get()

    def heading(self) -> str:
        return _("划分楼栋：%(title)s") % {"title": self.row.title}

    def buildings(self) -> list[Building]:
        grids = self.row.retiring.values("place")
        rows = Building.objects.filter(grid__in=grids).select_related("compound", "grid")
        return list(rows.order_by("compound__name", "number"))

    def goes_now(self) -> Iterable[tuple[UUID, UUID]]:
        return self.row.moves.values_list("building", "enters")  # type: ignore[no-any-return]

    def things(self, filled: Mapping[str, str]) -> dict[str, Any]:
        compounds: dict[UUID, dict[str, Any]] = {}
        for building in self.buildings():
            own = compounds.setdefault(
                building.compound_id, {"compound": building.compound, "buildings": []}
            )
            own["buildings"].append((building, filled.get(f"b_{building.pk}", "")))
        for key, own in compounds.items():
            own["chosen"] = filled.get(f"c_{key}", "")
        return {"compounds": compounds.values(), "map_address": f"{self.request.path}?map"}

    def chosen(
        self, filled: Mapping[str, str], coming: Mapping[str, RegridNew]
    ) -> dict[UUID, UUID]:
        """A building goes by its own choice, else by its compound's, else nowhere yet."""
        moves = {}
        for building in self.buildings():
            choice = filled.get(f"b_{building.pk}") or filled.get(f"c_{building.compound_id}", "")
            if choice in coming:
                moves[building.pk] = coming[choice].pk
        return moves

    def write(
        self,
        names: dict[UUID, actions.NewGrid],
        moves: dict[UUID, UUID],
        edition: UUID | None,
    ) -> Regrid:
        return actions.redraw_regrid(
            regrid=self.row, grids=names, moves=moves, edition=edition, by=self.actor, at=self.at
        )

    def features(self) -> dict[str, Any]:
        """The retiring grids and their buildings as GeoJSON for the map."""
        grids = self.row.retiring.values("place")
        periods = PlacePeriod.objects.filter(place__in=grids, valid_to=None)
        areas = [
            {
                "type": "Feature",
                "geometry": period.boundary,
                "properties": {"title": period.name, "fill": "#eef2f6"},
            }
            for period in periods
            if period.boundary is not None
        ]
        points = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
                "properties": {
                    "title": f"{one.compound.name} {one.name}",
                    "picks": f"b_{one.pk}",
                },
            }
            for one in self.buildings()
            if one.lon is not None and one.lat is not None
        ]
        return {"type": "FeatureCollection", "features": [*areas, *points]}


pages: tuple[type[ui.Page], ...] = (AssignBuildings,)
