"""Rows about somebody or something that is listed where the clerk may not write.

The address in a sheet is the clerk's own word. Whom a number finds is told and changed only where
the registry says they are, as on every page: else a number alone would tell a name from anywhere
in the subdistrict, and change its owner's data.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from gezhi.base.actors import Actor
from gezhi.base.rights import Right
from gezhi.core.registry import rights
from gezhi.core.registry.imports.decision import LISTED_BEYOND, Sorting, refused
from gezhi.core.registry.imports.looking import fetch_among, keys_in
from gezhi.core.registry.imports.reach import reaches_everywhere, within_reach
from gezhi.core.registry.models import Person
from gezhi.core.registry.models.provenance import Sourced

_PLACE: Final = {
    "known": pl.Binary,
    "listed_community_id": pl.String,
    "listed_grid_id": pl.String,
}


def refuse_people_beyond(sorting: Sorting, actor: Actor) -> None:
    """Rows about people (`known`, null: new) who live where the actor may not write.

    Who keeps care labels and not the registry at the address of a row needs that right alone.
    """
    if reaches_everywhere(actor, rights.CHANGE_PEOPLE):
        return
    for_labels = within_reach(actor, rights.CHANGE_CARE, "listed_") & ~within_reach(
        actor, rights.CHANGE_PEOPLE
    )
    reached = within_reach(actor, rights.CHANGE_PEOPLE, "listed_") | for_labels
    _refuse(sorting, Person, reached, field="id_no")


def refuse_things_beyond(
    sorting: Sorting, model: type[Sourced], right: Right, actor: Actor, *, field: str
) -> None:
    """Rows about dwellings or units (`known`, null: new) that lie where the actor may not write."""
    if not reaches_everywhere(actor, right):
        _refuse(sorting, model, within_reach(actor, right, "listed_"), field=field)


def _refuse(sorting: Sorting, model: type[Sourced], reached: pl.Expr, *, field: str) -> None:
    where = fetch_among(
        "SELECT uuid_send(id), community_id::text, grid_id::text"
        f" FROM {model._meta.db_table} WHERE id {{among}}",
        keys_in(sorting.rows["known"]),
        _PLACE,
        "uuid",
    )
    sorting.rows = sorting.rows.join(where, on="known", how="left", maintain_order="left")
    sorting.refuse(pl.col("known").is_not_null() & ~reached, refused(10, field, LISTED_BEYOND))
    sorting.rows = sorting.rows.drop("listed_community_id", "listed_grid_id")
