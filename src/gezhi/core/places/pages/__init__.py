"""The screens of the tree, the address library, boundaries, changes of grids, and the map."""

from __future__ import annotations

from gezhi.base.pages import Page
from gezhi.core.places.pages import (
    boundaries,
    changing,
    library,
    map,  # noqa: A004 - a page is named after what it shows
    redistrict,
    regrid_assign,
    regrid_steps,
    regrids,
    tree,
    unresolved,
)

pages: tuple[type[Page], ...] = (
    *tree.pages,
    *changing.pages,
    *map.pages,
    *library.pages,
    *unresolved.pages,
    *boundaries.pages,
    *regrids.pages,
    *regrid_steps.pages,
    *regrid_assign.pages,
    *redistrict.pages,
)
