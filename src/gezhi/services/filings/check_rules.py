"""A check of a site: what is looked at, what it comes to, and what follows a fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from gezhi.base.sentences import _
from gezhi.base.workdays import Limit, Unit


class Mark(StrEnum):
    """What is found of one item."""

    PASS = "pass"
    FAIL = "fail"
    NA = "na"


SIX: Final = (
    ("fence", _("工地周边围挡")),
    ("cover", _("物料、裸土覆盖")),
    ("wash", _("出入车辆冲洗")),
    ("harden", _("场地、道路硬化")),
    ("wet", _("拆除、土方湿法作业")),
    ("closed", _("渣土车辆密闭运输")),
)
"""六个百分之百."""
THREE: Final = (
    ("supervisor", _("扬尘监督员在岗")),
    ("administrator", _("扬尘管理员在岗")),
    ("grid_officer", _("扬尘网格员在岗")),
)
"""三员."""
BOARDS: Final = (
    ("board", _("扬尘公示牌：措施、责任人、监督员、电话")),
    ("plate", _("报备二维码公示")),
    ("road_clean", _("出入口两侧 100 米保洁")),
)
DUST: Final = (*SIX, *THREE, *BOARDS)
"""What is looked at on a round of a site (郑州市大气污染防治条例第四十二条、第四十八条)."""

GROUND: Final = (
    ("where", _("位置与报备一致")),
    ("papers", _("许可文件在现场")),
    ("fence", _("围挡到位")),
    ("safety", _("安全警示、消防器材到位")),
)
ON_SITE: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "start": (*GROUND, ("acceptance", _("开复工验收完成")), ("board", _("扬尘公示牌上墙"))),
    "night": (*GROUND, ("notice", _("已公告附近居民")), ("lights", _("灯光不直射居民窗户"))),
    "earthwork": (*GROUND, ("wash", _("冲洗设施可用")), ("closed", _("车辆密闭、车牌相符"))),
    "demolition": (*GROUND, ("cut", _("水电气已断开")), ("wet", _("湿法作业设备到位"))),
    "hot_work": (*GROUND, ("watcher", _("看护人在场")), ("clear", _("周围可燃物已清理"))),
    "road": (*GROUND, ("traffic", _("交通导行标志到位"))),
    "lifting": (*GROUND, ("zone", _("吊装区域已隔离"))),
}
"""What the level-3 grid looks at before a filing goes on, by kind; others by `GROUND`."""


def items_on_site(kind: str) -> tuple[tuple[str, str], ...]:
    """The check list of a kind of work."""
    return ON_SITE.get(kind, GROUND)


def unanswered(items: Iterable[tuple[str, str]], answers: Mapping[str, str]) -> list[str]:
    """Codes of items without an answer."""
    return [code for code, _title in items if answers.get(code) not in set(Mark)]


def failed(answers: Mapping[str, str]) -> list[str]:
    """Codes of items found wanting."""
    return [code for code, answer in answers.items() if answer == Mark.FAIL]


LOOK_BACKS: Final = (1, 3, 7)
"""回头看: days after a fault was mended on which it is looked at again."""
FAULTS_BEFORE_HAND_OVER: Final = 2
"""The fault itself and one look-back that finds it again."""


def next_look_back(done: int) -> Limit | None:
    """When the next look-back is due, after so many; None when the last is done."""
    return Limit(LOOK_BACKS[done], Unit.CALENDAR_DAY) if done < len(LOOK_BACKS) else None


def is_handed_over(faults: int) -> bool:
    """Whether a fault found so often goes to enforcement."""
    return faults >= FAULTS_BEFORE_HAND_OVER


DUST_CASE, OTHER_CASE = "0302", "0399"
UNFILED_CASE, NIGHT_CASE = "2701", "2702"


def case_of(codes: Iterable[str]) -> str:
    """The category of the case a handed-over check becomes: dust, or other building faults."""
    dust = {code for code, _title in SIX}
    return DUST_CASE if dust & set(codes) else OTHER_CASE


def patrol_case(kind: str, *, by_night: bool) -> str:
    """The category of work found without a filing: night work is one of its own."""
    return NIGHT_CASE if by_night or kind == "night" else UNFILED_CASE
