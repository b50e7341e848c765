"""Invented street names for demonstration towns, in the manner of the Central Plain.

An avenue is a 大道; otherwise a street that runs north is a 路 and one that runs east a 街, as
is the custom in Zhengzhou; a lane inside a community that runs east is a 巷. The stems are made
up from agreeable characters, so that no real street is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

_FIRST = "禾麦桑槐枫梧榆柳荷兰竹松泉湖云霞星月晴和安康宁"
_SECOND = "风雨泽畔岸屏岭原野阳明华章声韵光景舟帆庭园台苑溪"
_NUMERALS = "零一二三四五六七八九"


class RoadRank(StrEnum):
    """Through the town, between communities, or inside one."""

    AVENUE = "avenue"
    ROAD = "road"
    LANE = "lane"


def street_names(streets: Sequence[tuple[RoadRank, bool]], start: int = 0) -> list[str]:
    """A different name for each street, given its rank and whether it runs north.

    Towns with different `start` begin with different names. There are 552 stems; a town with
    more streets gets numbered ones (`禾风二路`).
    """
    # walking both lists at once keeps neighbours in the list of streets from sounding alike
    stems = [
        _FIRST[step % len(_FIRST)] + _SECOND[step % len(_SECOND)]
        for step in range(len(_FIRST) * len(_SECOND))
    ]
    names = []
    for number, (rank, runs_north) in enumerate(streets):
        lap, at = divmod(number, len(stems))
        at = (at + start) % len(stems)
        names.append(stems[at] + (_numeral(lap + 1) if lap else "") + _suffix(rank, runs_north))
    return names


def _suffix(rank: RoadRank, runs_north: bool) -> str:
    if rank is RoadRank.AVENUE:
        return "大道"
    if runs_north:
        return "路"
    return "巷" if rank is RoadRank.LANE else "街"


def _numeral(number: int) -> str:
    """A Chinese numeral below a hundred."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")
