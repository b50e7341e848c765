"""Named writes of the tree, the address library, boundaries, and changes of grids."""

from gezhi.core.places.actions.addresses import Unknown, record_unresolved, resolve_address
from gezhi.core.places.actions.boundaries import (
    accept_boundaries,
    bring_boundaries,
    confirm_boundaries,
    drop_boundaries,
)
from gezhi.core.places.actions.library import (
    BuildingPlan,
    add_alias,
    add_building,
    add_compound,
    alter_building,
    alter_compound,
    remove_alias,
    set_micro_grid,
)
from gezhi.core.places.actions.redistricting import draw_redistricting, redraw_redistricting
from gezhi.core.places.actions.regrids import (
    NewGrid,
    approve_regrid,
    draw_regrid,
    drop_regrid,
    recall_regrid,
    redraw_regrid,
    review_regrid,
    send_back_regrid,
)
from gezhi.core.places.actions.taking_effect import take_due_effects, take_effect
from gezhi.core.places.actions.tree import (
    add_place,
    found_subdistrict,
    rename_place,
    retire_place,
    set_party_group,
    what_hangs_on,
)

__all__ = [
    "BuildingPlan",
    "NewGrid",
    "Unknown",
    "accept_boundaries",
    "add_alias",
    "add_building",
    "add_compound",
    "add_place",
    "alter_building",
    "alter_compound",
    "approve_regrid",
    "bring_boundaries",
    "confirm_boundaries",
    "draw_redistricting",
    "draw_regrid",
    "drop_boundaries",
    "drop_regrid",
    "found_subdistrict",
    "recall_regrid",
    "record_unresolved",
    "redraw_redistricting",
    "redraw_regrid",
    "remove_alias",
    "rename_place",
    "resolve_address",
    "retire_place",
    "review_regrid",
    "send_back_regrid",
    "set_micro_grid",
    "set_party_group",
    "take_due_effects",
    "take_effect",
    "what_hangs_on",
]
