"""The form in which a draft shares out what gives way: each thing goes into one of what comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.places import actions, regridding, rights, snapshots
from gezhi.core.places.models import Regrid, RegridNew
from gezhi.core.places.pages.regrid_picture import COLOURS


class ShareOut(ui.RowPage):
    """Names of what comes, and for each thing that is shared out a choice among it.

    What is sent is kept as it was typed where it is refused. A page of this kind says where its
    things go now, how a choice is read, and which action writes them.
    """

    sees = rights.SEE
    right = rights.DRAW
    crumbs = ("places.regrids",)
    letter: ClassVar[str]
    """What the names of the fields of its things begin with: `b_` and the key of a building."""

    def goes_now(self) -> Iterable[tuple[UUID, UUID]]:
        """(thing, where it goes) as the draft has it."""
        raise NotImplementedError

    def chosen(
        self, filled: Mapping[str, str], coming: Mapping[str, RegridNew]
    ) -> dict[UUID, UUID]:
        """Where each thing goes by what was sent; what goes nowhere yet is left out."""
        raise NotImplementedError

    def write(
        self,
        names: dict[UUID, actions.NewGrid],
        moves: dict[UUID, UUID],
        edition: UUID | None,
    ) -> Regrid:
        """Keep it as the draft."""
        raise NotImplementedError

    def things(self, filled: Mapping[str, str]) -> dict[str, Any]:
        """What is shared out, for the template."""
        raise NotImplementedError

    def kind_of(self, new: RegridNew) -> str:
        """What a coming place is, where there are several kinds."""
        return ""

    def get(self) -> HttpResponseBase:
        return self.show(self.saved())

    def saved(self) -> dict[str, str]:
        """What the form holds when nothing was sent yet."""
        filled = {f"{self.letter}_{thing}": str(enters) for thing, enters in self.goes_now()}
        for new in self.row.coming.all():
            filled[f"name_{new.pk}"] = new.name
            filled[f"party_{new.pk}"] = new.party_group
        return filled

    def show(
        self, filled: Mapping[str, str], refused: Refusal | None = None, status: int = 200
    ) -> HttpResponseBase:
        why = regridding.refusal("redraw", self.row, self.actor, timezone.localdate(self.at))
        more = {
            "regrid": self.row,
            "why_not": why.sentence if why else "",
            "coming": [
                {
                    "new": new,
                    "number": number,
                    "kind": self.kind_of(new),
                    "name": filled.get(f"name_{new.pk}", ""),
                    "party": filled.get(f"party_{new.pk}", ""),
                    "colour": COLOURS[(number - 1) % len(COLOURS)],
                }
                for number, new in enumerate(self.row.coming.all(), start=1)
            ],
            "edition": snapshots.exact().token or "",
            "refused": refused,
            **self.things(filled),
        }
        return self.render(more, status=status)

    def post(self) -> HttpResponseBase:
        filled = {key: value for key, value in self.request.POST.items() if isinstance(value, str)}
        coming = {str(new.pk): new for new in self.row.coming.all()}
        names = {new.pk: _named(new, filled) for new in coming.values()}
        try:
            self.write(names, self.chosen(filled, coming), _key(filled.get("edition", "")))
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            return self.show(filled, refusal, status=refusal.status)
        messages.success(self.request, _("已保存"))
        return HttpResponseRedirect(address_of("places.regrid", self.row.pk))


def _named(new: RegridNew, filled: Mapping[str, str]) -> actions.NewGrid:
    name, party = filled.get(f"name_{new.pk}", ""), filled.get(f"party_{new.pk}", "")
    return actions.NewGrid(name[:60], party[:60], tuple(new.land_of))


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
