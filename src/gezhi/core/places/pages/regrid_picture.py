"""A proposal on the map: the old outline divided among the new grids, and every building."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gezhi.core.places import redistricting
from gezhi.core.places.models import Place, Regrid
from gezhi.core.places.pictures import draw_boundaries
from gezhi.core.places.regridding import first_boundaries

COLOURS = (
    "#cfe2f3", "#fce5cd", "#d9ead3", "#ead1dc", "#fff2cc", "#d9d2e9", "#d0e0e3", "#f4cccc",
    "#e2efda", "#ddebf7",
)  # fmt: skip


def picture_of(regrid: Regrid, retiring: Sequence[Place]) -> SafeString:
    """The new grids as their boundaries would first be; empty where the old have none."""
    if regrid.is_of_communities:
        plan = redistricting.outlook(regrid, regrid.effective).plan
        parts, outline = redistricting.boundaries_of(regrid, plan)
    else:
        parts, outline = first_boundaries(regrid, retiring)
    if outline is None:
        return mark_safe("")
    codes = [new.code for new in regrid.coming.all()]
    names = {new.code: new.name or new.code[-3:] for new in regrid.coming.all()}
    return mark_safe(
        draw_boundaries(
            parts,
            parent=outline,
            labels=names,
            title=_("新社区（村）示意") if regrid.is_of_communities else _("新网格示意"),
            width=640,
            prefix="regrid",
            fills={code: COLOURS[at % len(COLOURS)] for at, code in enumerate(codes)},
        )
    )
