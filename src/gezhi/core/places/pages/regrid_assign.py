"""Which building goes into which new grid: by list, by compound, or on the map."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.places import actions, queries, regridding, rights, snapshots
from gezhi.core.places.models import Building, PlacePeriod, RegridNew
from gezhi.core.places.pages.regrid_picture import COLOURS


class AssignBuildings(ui.RowPage):
    """Names of the new grids, and for each building a choice; a compound chooses for the rest."""

    path, name = "places/regrids/<uuid:pk>/buildings/", "places.regrid_assign"
    title = _lazy("划分楼栋")
    sees = rights.SEE
    right = rights.DRAW
    rows = queries.grid_changes
    crumbs = ("places.regrids",)
    template = "places/regrid_assign.html"

    def get(self) -> HttpResponseBase:
        if "map" in self.request.GET:
            return JsonResponse(self.features())
        return self.show(self.saved(), {})

    def saved(self) -> dict[str, str]:
        """What the form holds when nothing was sent yet."""
        filled = {f"b_{b}": str(e) for b, e in self.row.moves.values_list("building", "enters")}
        for new in self.row.coming.all():
            filled[f"name_{new.pk}"] = new.name
            filled[f"party_{new.pk}"] = new.party_group
        return filled

    def buildings(self) -> list[Building]:
        grids = self.row.retiring.values("place")
        rows = Building.objects.filter(grid__in=grids).select_related("compound", "grid")
        return list(rows.order_by("compound__name", "number"))

    def show(self, filled: dict[str, str], refused: Any, status: int = 200) -> HttpResponseBase:
        coming = list(self.row.coming.all())
        compounds: dict[UUID, dict[str, Any]] = {}
        for building in self.buildings():
            own = compounds.setdefault(
                building.compound_id, {"compound": building.compound, "buildings": []}
            )
            chosen = filled.get(f"b_{building.pk}", "")
            own["buildings"].append((building, chosen))
        for key, own in compounds.items():
            own["chosen"] = filled.get(f"c_{key}", "")
        why = regridding.refusal("redraw", self.row, self.actor, timezone.localdate(self.at))
        more = {
            "regrid": self.row,
            "why_not": why.sentence if why else "",
            "coming": [
                (
                    new,
                    number,
                    filled.get(f"name_{new.pk}", ""),
                    filled.get(f"party_{new.pk}", ""),
                    COLOURS[(number - 1) % len(COLOURS)],
                )
                for number, new in enumerate(coming, start=1)
            ],
            "compounds": compounds.values(),
            "edition": snapshots.exact().token or "",
            "refused": refused,
            "map_address": f"{self.request.path}?map",
        }
        return self.render(more, status=status)

    def heading(self) -> str:
        return _("划分楼栋：%(title)s") % {"title": self.row.title}

    def post(self) -> HttpResponseBase:
        sent = self.request.POST
        filled = {key: value for key, value in sent.items() if isinstance(value, str)}
        coming = {str(new.pk): new for new in self.row.coming.all()}
        try:
            actions.redraw_regrid(
                regrid=self.row,
                grids={new.pk: self.named(new, filled) for new in coming.values()},
                moves=self.chosen(filled, coming),
                edition=uuid_or_none(filled.get("edition", "")),
                by=self.actor,
                at=self.at,
            )
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            return self.show(filled, refusal, status=refusal.status)
        messages.success(self.request, _("已保存"))
        return HttpResponseRedirect(address_of("places.regrid", self.row.pk))

    def named(self, new: RegridNew, filled: dict[str, str]) -> actions.NewGrid:
        """What was said about one coming grid."""
        name, party = filled.get(f"name_{new.pk}", ""), filled.get(f"party_{new.pk}", "")
        return actions.NewGrid(name[:60], party[:60], tuple(new.land_of))

    def chosen(self, filled: dict[str, str], coming: dict[str, RegridNew]) -> dict[UUID, UUID]:
        """Where each building goes: its own choice, else its compound's, else nowhere yet."""
        moves = {}
        for building in self.buildings():
            choice = filled.get(f"b_{building.pk}") or filled.get(f"c_{building.compound_id}", "")
            if choice in coming:
                moves[building.pk] = coming[choice].pk
        return moves

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


def uuid_or_none(text: str) -> UUID | None:
    """A key out of a form; None where there is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


pages: tuple[type[ui.Page], ...] = (AssignBuildings,)
