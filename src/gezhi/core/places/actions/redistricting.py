"""Proposing that communities be split, merged or converted; the steps after are as for grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.journal.actions import action, note
from gezhi.core.places import redistricting, rights
from gezhi.core.places.actions.regrids import (
    MOST_COMING,
    NewGrid,
    at_step,
    give_way,
    name_coming,
)
from gezhi.core.places.actions.writing import demand, demand_near, locked, worded
from gezhi.core.places.models import Level, Place, Regrid, RegridGridMove
from gezhi.core.places.snapshots import changing
from gezhi.core.places.tree_rules import Kind


@action("places.draw_redistricting", _lazy("草拟村（社区）撤并"), right=rights.DRAW)
def draw_redistricting(
    *,
    title: str,
    retiring: Sequence[Place],
    communities: int,
    villages: int,
    effective: date,
    reason: str,
    by: Actor,
    at: datetime,
    correction: bool = False,
) -> Regrid:
    """Propose that some communities or villages give way to new ones from a day on.

    The new ones get their codes here. Where there is only one, it takes every grid. Whoever
    draws it draws for the whole subdistrict.
    """
    changing()
    if not retiring:
        raise Refusal(_("请选择要撤并的社区（村）"), "places.nothing_retires", field="retiring")
    if communities < 0 or villages < 0 or not 1 <= communities + villages <= MOST_COMING:
        raise Refusal(
            _("调整后的社区和村合计应为 1 至 %(most)s 个") % {"most": MOST_COMING},
            "places.too_many_grids",
            field="communities",
        )
    demand_near(effective, at)
    regrid = Regrid(
        title=worded(title, "title", _("名称")),
        effective=effective,
        correction=correction,
        reason=reason.strip(),
        drawn_by=by.name,
        drawn_by_id=by.account_id,
        drawn_at=at,
    )
    demand(rights.DRAW, by, regrid)
    for place in retiring:
        row = locked(place)
        if row.level != Level.COMMUNITY:
            raise Refusal(
                _("“%(name)s”不是社区或村") % {"name": row.name},
                "places.wrong_level",
                field="retiring",
            )
    regrid.save(force_insert=True)
    kinds = [*[Kind.COMMUNITY] * communities, *[Kind.VILLAGE] * villages]
    top = Place.objects.get(level=Level.SUBDISTRICT)
    news = give_way(regrid, retiring, below=top, kinds=kinds)
    if len(news) == 1:
        _move(regrid, {one.pk: news[0].pk for one in redistricting.grids_of(regrid).values()})
    return regrid


@action("places.redraw_redistricting", _lazy("修改村（社区）撤并"), right=rights.DRAW)
def redraw_redistricting(
    *,
    regrid: Regrid,
    communities: Mapping[UUID, NewGrid],
    moves: Mapping[UUID, UUID],
    by: Actor,
    at: datetime,
    edition: UUID | None = None,
) -> Regrid:
    """Name the coming communities and say which grid goes into which (ids); replaces the former.

    A draft may be unfinished: what is missing is asked for when it is reviewed. `edition` is the
    one somebody looked at; refused as a conflict when places have changed since.
    """
    changing(edition)
    row = at_step("redraw", regrid, by, at)
    coming = name_coming(row, communities)
    own = {place.pk for place in redistricting.grids_of(row).values()}
    if strange := moves.keys() - own:
        raise Refusal(
            _("有 %(n)s 个网格不在要撤并的社区（村）里") % {"n": len(strange)},
            "places.strange_grid",
        )
    if set(moves.values()) - coming:
        raise Refusal(_("所选的社区（村）不在这次调整里"), "places.strange_grid")
    row.grid_moves.all().delete()
    _move(row, moves)
    note(row, changes={"placed": len(moves), "of": len(own)})
    return row


def _move(regrid: Regrid, moves: Mapping[UUID, UUID]) -> None:
    RegridGridMove.objects.bulk_create(
        [
            RegridGridMove(regrid=regrid, grid_id=grid, enters_id=enters)
            for grid, enters in sorted(moves.items(), key=str)
        ]
    )
