"""The forms that change one place."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.places import actions, forms, queries, rights
from gezhi.core.places.models import Place, PlaceKind
from gezhi.core.places.pages.tree import below_refusal, ended_refusal, retire_refusal

KINDS_BELOW: dict[int, tuple[PlaceKind, ...]] = {
    1: (PlaceKind.COMMUNITY, PlaceKind.VILLAGE),
    2: (PlaceKind.GRID, PlaceKind.DEDICATED_GRID),
    3: (PlaceKind.MICRO_GRID,),
}


class _PlaceForm(ui.FormPage):
    """A form about one place."""

    sees = rights.SEE
    right = rights.DRAW
    rows = queries.places
    crumbs = ("places.tree",)
    done = "places.place"

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.at)}

    def refusal(self) -> Refusal | None:
        return ended_refusal(self.row, self.actor)


class AddPlace(_PlaceForm):
    path, name = "places/<uuid:pk>/add/", "places.add"
    title = _lazy("增设下级网格")
    lead = _lazy("增设的网格不接管楼栋；要划入已有楼栋，请在社区页面办理“网格调整”")
    form = forms.AddPlaceForm
    said = _lazy("已增设")

    def form_arguments(self) -> dict[str, Any]:
        return {"kinds": KINDS_BELOW.get(self.row.level, ())}

    def refusal(self) -> Refusal | None:
        return below_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> Place:
        return actions.add_place(parent=self.row, **data, by=self.actor, at=self.at)


class RenamePlace(_PlaceForm):
    path, name = "places/<uuid:pk>/name/", "places.rename"
    title = _lazy("更改名称")
    lead = _lazy("编码不变；以前各天的网格树仍用原来的名称")
    form = forms.RenameForm

    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "name": self.row.name}

    def act(self, data: dict[str, Any]) -> Place:
        return actions.rename_place(place=self.row, **data, by=self.actor, at=self.at)


class SetPartyGroup(_PlaceForm):
    path, name = "places/<uuid:pk>/party-group/", "places.party_group"
    title = _lazy("设定党小组")
    form = forms.PartyGroupForm

    def initial(self) -> dict[str, Any]:
        return {**super().initial(), "party_group": self.row.party_group}

    def act(self, data: dict[str, Any]) -> Place:
        return actions.set_party_group(place=self.row, **data, by=self.actor, at=self.at)


class RetirePlace(_PlaceForm):
    path, name = "places/<uuid:pk>/retire/", "places.retire"
    title = _lazy("停用网格")
    lead = _lazy("停用后编码不再使用，历史仍可查")
    right = rights.APPROVE
    form = forms.RetireForm
    button = _lazy("停用")
    said = _lazy("已停用")

    def refusal(self) -> Refusal | None:
        return retire_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> Place:
        return actions.retire_place(place=self.row, **data, by=self.actor, at=self.at)

    def heading(self) -> str:
        return _("停用“%(name)s”") % {"name": self.row.name}


pages: tuple[type[ui.Page], ...] = (AddPlace, RenamePlace, SetPartyGroup, RetirePlace)
