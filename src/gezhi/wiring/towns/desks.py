"""The responsible units of a town, and which kinds of trouble each of them answers for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gezhi.core.staff.models import UnitKind
from gezhi.wiring.towns.town_specs import TownSpec


@dataclass(frozen=True, slots=True)
class DeskSpec:
    """A unit that work is handed to; `community` is the index of the one whose own it is."""

    code: str
    name: str
    kind: str
    community: int | None = None


CLEANING, WORKS, GREENING, ENFORCEMENT, SAFETY, PROPERTY = "HW", "SZ", "YL", "ZF", "YJ", "WY"

_SERVING_ALL: Final = (
    DeskSpec(CLEANING, "环卫保洁公司", UnitKind.COMPANY.value),
    DeskSpec(WORKS, "区市政设施养护中心", UnitKind.DISTRICT.value),
    DeskSpec(GREENING, "园林绿化养护队", UnitKind.COMPANY.value),
    DeskSpec(ENFORCEMENT, "综合行政执法队", UnitKind.OFFICE.value),
    DeskSpec(SAFETY, "应急管理办公室", UnitKind.OFFICE.value),
)

ANSWERS_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    CLEANING: (
        *("e0102", "e0103", "e0104", "e0105", "e0108", "e0109", "e0112", "e0117", "e0201"),
        *("c0301", "c0304", "c0305"),
    ),
    WORKS: (
        *("e0110", "e0401", "e0402", "e0404", "e0406", "e0407", "e0408"),
        *("c0102", "c0103", "c0104", "c0118", "c0209", "c0210", "c0211", "c0213"),
    ),
    GREENING: ("e0106", "c0402", "c0405", "c0408"),
    ENFORCEMENT: (
        *("e0101", "e0115", "e0116", "e0202", "e0203", "e0205", "e0301", "e0302", "e0303"),
        *("e0304", "e0305", "e0501", "e0503", "e0504", "e0505", "e0506", "e0508", "e0510"),
        *("e2701", "e2702"),
    ),
    SAFETY: ("e0403", "e2203", "e2205", "c0113"),
}
"""Nature and code of categories by the unit fixed for them; the rest is the communities' own."""


def own_code(community: int) -> str:
    """The code of a community's own unit, by the index of the community."""
    return f"S{community + 1:02d}"


def desks_of(spec: TownSpec) -> Iterator[DeskSpec]:
    """Those that serve the whole town, the first compound's property company, each community's."""
    yield from _SERVING_ALL
    yield DeskSpec(
        PROPERTY, f"{spec.communities[0].first_compound}物业服务中心", UnitKind.PROPERTY.value
    )
    for index, community in enumerate(spec.communities):
        yield DeskSpec(own_code(index), community.name, UnitKind.COMMUNITY.value, index)
