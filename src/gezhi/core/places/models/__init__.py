"""The tree of places, versioned in time, and the address library below it."""

from gezhi.core.places.models.library import (
    AliasKind,
    Building,
    BuildingGrid,
    Compound,
    CompoundAlias,
    CompoundKind,
    UnresolvedAddress,
)
from gezhi.core.places.models.regrids import (
    Regrid,
    RegridGridMove,
    RegridMove,
    RegridNew,
    RegridOld,
    RegridState,
)
from gezhi.core.places.models.tree import (
    BoundaryDraft,
    Edition,
    Level,
    Place,
    PlaceKind,
    PlacePeriod,
)

__all__ = [
    "AliasKind",
    "BoundaryDraft",
    "Building",
    "BuildingGrid",
    "Compound",
    "CompoundAlias",
    "CompoundKind",
    "Edition",
    "Level",
    "Place",
    "PlaceKind",
    "PlacePeriod",
    "Regrid",
    "RegridGridMove",
    "RegridMove",
    "RegridNew",
    "RegridOld",
    "RegridState",
    "UnresolvedAddress",
]
