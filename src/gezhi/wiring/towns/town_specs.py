"""The two towns as they are asked for: names, kinds and numbers; `town` builds them.

Only the figures are those of the real subdistricts (18 communities and villages each; 50 grids
and 58 sites of which 37 started in one; 142,190 people and 241 public units in the other). Names
below the subdistrict are invented but for the four parks and the village of the newspaper report
that the platform starts from. Codes of communities and villages only follow the published pattern
(001-199 residents' committees, 200-399 villagers' committees).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from gezhi.core.places.demo_outlines import FENGYANG as FENGYANG_OUTLINE
from gezhi.core.places.demo_outlines import GOUZHAO as GOUZHAO_OUTLINE
from gezhi.core.places.demo_outlines import DemoTown

AS_OF: Final = date(2026, 9, 1)
"""The day the towns are as described: ages and dates are counted from it."""
_FIRST_VILLAGE: Final = 201
"""Number of the first village; communities count from 1."""


@dataclass(frozen=True, slots=True)
class CommunitySpec:
    """A community or village: how its people are housed, by shares of its compounds."""

    name: str
    housing: Mapping[str, float]
    """Codes of `habitats.HABITATS` with shares."""
    village: bool = False
    weight: float = 1.0
    """How many people it has beside the others."""
    urban_rural: str = "111"
    first_compound: str = ""
    """A compound that must exist, with eight buildings of three units and six floors."""


@dataclass(frozen=True, slots=True)
class TownSpec:
    """A whole subdistrict."""

    key: str
    code: str
    name: str
    short_name: str
    hosts: tuple[str, ...]
    drawing: DemoTown
    people: int
    communities: tuple[CommunitySpec, ...]
    branches: int | None
    """How many grids have a party branch of their own; None: a party group in every grid."""
    share: int
    """First of its 18 shares of serial numbers (see `papers`)."""
    enterprises: int = 0
    shops: int = 0
    sites: int = 0
    sites_started: int = 0
    public_units: int = 0
    parks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Business parks by the index of their community."""

    def place_code(self, *at: int) -> str:
        """The code of a place: of the subdistrict, its nth community, that one's nth grid."""
        if not at:
            return self.code
        index, *grids = at
        villages = sum(one.village for one in self.communities[:index])
        is_village = self.communities[index].village
        own = _FIRST_VILLAGE + villages if is_village else index + 1
        return f"{self.code}{own:03d}" + "".join(f"{grid + 1:03d}" for grid in grids)


_ESTATES: Final = MappingProxyType({"estate": 0.8, "walk_up": 0.2})
_MIXED: Final = MappingProxyType({"estate": 0.45, "walk_up": 0.4, "old": 0.15})
_OLD: Final = MappingProxyType({"old": 0.6, "walk_up": 0.3, "estate": 0.1})
_CAMPUS: Final = MappingProxyType({"dormitory": 0.3, "walk_up": 0.4, "estate": 0.3})
_RESETTLED: Final = MappingProxyType({"resettled": 1.0})
_HAMLET: Final = MappingProxyType({"hamlet": 1.0})


def _village(name: str, housing: Mapping[str, float], weight: float) -> CommunitySpec:
    return CommunitySpec(name, housing, True, weight, "112" if housing is _HAMLET else "111")


GOUZHAO: Final = TownSpec(
    key="gouzhao",
    code="410172360",
    name="沟赵办事处",
    short_name="沟赵",
    hosts=("localhost", "127.0.0.1"),
    drawing=GOUZHAO_OUTLINE,
    people=21_600,
    communities=(
        CommunitySpec("紫兰社区", _MIXED, weight=1.5, first_compound="紫兰苑"),
        CommunitySpec("天禾社区", _ESTATES, weight=1.6),
        CommunitySpec("智谷社区", _ESTATES, weight=1.2),
        CommunitySpec("云桥社区", _MIXED, weight=1.1),
        CommunitySpec("学苑社区", _CAMPUS, weight=1.3),
        CommunitySpec("和风社区", _OLD),
        *(
            _village(name, _RESETTLED, weight)
            for name, weight in (
                ("大里村", 1.2), ("前河湾村", 0.9), ("后河湾村", 0.8), ("朱砂岗村", 0.9),
                ("东岭村", 0.8), ("西岭村", 0.7), ("石桥沟村", 0.9), ("麦仓村", 0.7),
                ("水磨村", 0.8), ("槐荫村", 0.7),
            )
        ),
        _village("古井岗村", _HAMLET, 0.6),
        _village("双塔河村", _HAMLET, 0.6),
    ),
    branches=None,
    share=0,
    enterprises=320,
    shops=900,
    sites=58,
    sites_started=37,
    parks={
        1: ("亿达科技园",),
        2: ("智能传感谷", "天健湖互联网产业园"),
        3: ("紫荆科技园",),
    },
)  # fmt: skip

FENGYANG: Final = TownSpec(
    key="fengyang",
    code="410172560",
    name="枫杨办事处",
    short_name="枫杨",
    hosts=("fengyang.localhost",),
    drawing=FENGYANG_OUTLINE,
    people=142_190,
    communities=(
        CommunitySpec("秋枫社区", _MIXED, weight=1.1, first_compound="枫桥苑"),
        CommunitySpec("梧岸社区", _ESTATES),
        CommunitySpec("莲塘社区", _MIXED),
        CommunitySpec("科苑社区", _ESTATES, weight=1.3),
        CommunitySpec("文澜社区", _CAMPUS, weight=1.5),
        CommunitySpec("银杏社区", _OLD, weight=0.8),
        CommunitySpec("翠谷社区", _ESTATES, weight=1.1),
        CommunitySpec("湖畔社区", _ESTATES),
        CommunitySpec("书院社区", _CAMPUS, weight=1.2),
        CommunitySpec("晨光社区", _MIXED, weight=1.1),
        _village("东柳沟村", _RESETTLED, 0.8),
        _village("西柳沟村", _RESETTLED, 0.6),
        _village("马泉岗村", _RESETTLED, 0.7),
        _village("堤湾村", _HAMLET, 0.5),
        _village("白鹤洼村", _HAMLET, 0.4),
        _village("老井台村", _HAMLET, 0.5),
        _village("杨树坪村", _HAMLET, 0.5),
        _village("双槐岭村", _HAMLET, 0.5),
    ),
    branches=27,
    share=18,
    enterprises=260,
    shops=1_400,
    sites=24,
    sites_started=15,
    public_units=241,
    parks={3: ("枫杨创业园",), 7: ("湖畔科创中心",)},
)

TOWNS: Final = (GOUZHAO, FENGYANG)
