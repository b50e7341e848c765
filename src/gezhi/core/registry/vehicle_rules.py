"""Which kind of plate a vehicle bears: what the number itself shows, and the kind of vehicle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gezhi.base.plates import Plate
from gezhi.base.sentences import Reason, _

LARGE_NEW_ENERGY: Final = "51"
SMALL_NEW_ENERGY: Final = "52"
OTHER: Final = "99"
_SHOWN: Final = {"挂": "15", "学": "16", "警": "23"}
"""The last character of a plate that shows its kind (GA 36-2018)."""
_BY_VEHICLE: Final[Mapping[str, str]] = {
    "car": "02",
    "bus": "01",
    "light_truck": "02",
    "truck": "01",
    "motorcycle": "07",
    "low_speed": "13",
    "trailer": "15",
}
_UNLIKE: Final = Reason(
    "plate_kind_unlike",
    _("号牌种类与车牌号不符：新能源、挂车、教练和警用号牌从号码就能看出，请核对。"),
)


def shown_kind(plate: Plate) -> str | None:
    """The kind of plate its number shows by itself; None where it shows none.

    GA 36-2018: a large new-energy vehicle bears its letter at the end, a small one at the front.
    """
    last = plate.number[-1]
    if plate.new_energy:
        return LARGE_NEW_ENERGY if last.isalpha() else SMALL_NEW_ENERGY
    return _SHOWN.get(last)


def plate_kind_of(plate: Plate, vehicle_kind: str) -> str:
    """The kind of plate where nobody said it: as the number shows, else as the vehicle has it.

    GA 36-2018 gives each kind of vehicle its kind of plate; a kind of vehicle we do not know
    has some other plate.
    """
    return shown_kind(plate) or _BY_VEHICLE.get(vehicle_kind, OTHER)


def unlike(plate: Plate, plate_kind: str) -> Reason | None:
    """Why a kind of plate cannot be this number's; None where it can."""
    shown = shown_kind(plate)
    if shown is not None:
        return None if plate_kind == shown else _UNLIKE
    return _UNLIKE if plate_kind in {LARGE_NEW_ENERGY, SMALL_NEW_ENERGY, *_SHOWN.values()} else None
