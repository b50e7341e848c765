"""人房结构: shares read off the registries' own counts, which are exact at every moment.

They say how things stand now; a period changes nothing about them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.core.registry.models import Tally
from gezhi.engines.indicators import dimensions
from gezhi.engines.indicators.language import Board, Count, Numbers, Ratio, Words
from gezhi.engines.indicators.rules import Period

OLD: Final = 60
"""《中华人民共和国老年人权益保障法》第二条: 老年人是指六十周岁以上的公民."""
MINOR: Final = 18
"""《中华人民共和国未成年人保护法》第二条: 未成年人是指未满十八周岁的公民."""
AT_HOME: Final = "1"
"""人户一致, as the code table of 人户状态 has it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A count as a part of what the registries keep: a metric, and which of its categories."""

    code: str
    title: Words
    metric: str
    among: Callable[[str, int], bool] = lambda category, year: True
    """Of a category, in a year."""


def _turning(least: int, below: int) -> Callable[[str, int], bool]:
    """Years of birth of those who reach an age from `least` up to `below` during a year."""
    return lambda category, year: category.isdigit() and least <= year - int(category) < below


def _is(*codes: str) -> Callable[[str, int], bool]:
    return lambda category, year: category in codes


COUNTED: Final = (
    Counted("people", _("人口"), "people"),
    Counted("old", _("六十岁及以上"), "people.born", _turning(OLD, 200)),
    Counted("minors", _("未满十八岁"), "people.born", _turning(0, MINOR)),
    Counted("migrants", _("流动人口"), "people.class", _is("migrant")),
    Counted("at_home", _("人户一致"), "people.consistency", _is(AT_HOME)),
    Counted("dwellings", _("房屋"), "dwellings"),
    Counted("rented", _("出租房屋"), "dwellings.use_state", _is("rented")),
    Counted("vacant", _("空置房屋"), "dwellings.use_state", _is("vacant")),
    Counted("unverified", _("使用状态未核实"), "dwellings.use_state", _is("unknown", "")),
)
BY: Final = {"": "", "community": "place__community_id", "grid": "place_id"}


class Registers:
    """The numbers as the registries keep them: one statement for all of a dimension."""

    def numbers(self, dimension: str, period: Period) -> Numbers:
        found: dict[str, dict[str, int]] = defaultdict(dict)
        column = BY[dimension]
        rows = Tally.objects.filter(metric__in={one.metric for one in COUNTED}).order_by()
        by = rows.annotate(by=F(column or "metric")).values_list("by", "metric", "category")
        for key, metric, category, number in by.annotate(Sum("value")):
            line = found[str(key or "") if column else ""]
            for one in COUNTED:
                if one.metric == metric and one.among(category, period.last.year):
                    line[one.code] = line.get(one.code, 0) + int(number)
        return found

    def as_of(self) -> datetime:
        return timezone.now()


def _ratio(code: str, title: Words, over: str, under: str, said: Words, better: str = "") -> Ratio:
    return Ratio(code, title, (over,), (under,), said=said, better=better)


REGISTERS: Final = Board(
    code="registers",
    title=_("人房结构"),
    dimensions=(dimensions.COMMUNITY, dimensions.GRID),
    counts=tuple(Count(one.code, one.title) for one in COUNTED),
    ratios=(
        _ratio("old_share", _("老年人占比"), "old", "people", _("今年满六十岁的人数 ÷ 人口数")),
        _ratio(
            "minor_share", _("未成年人占比"), "minors", "people", _("今年不满十八岁的人数 ÷ 人口数")
        ),
        _ratio("migrant_share", _("流动人口占比"), "migrants", "people", _("流动人口数 ÷ 人口数")),
        _ratio(
            "at_home_share",
            _("人户一致率"),
            "at_home",
            "people",
            _("人户一致的人数 ÷ 人口数"),
            "more",
        ),
        _ratio("rented_share", _("出租率"), "rented", "dwellings", _("出租房屋 ÷ 全部房屋")),
        _ratio("vacant_share", _("空置率"), "vacant", "dwellings", _("空置房屋 ÷ 全部房屋")),
        _ratio(
            "unverified_share",
            _("使用状态未核实率"),
            "unverified",
            "dwellings",
            _("使用状态未核实的房屋 ÷ 全部房屋"),
            "less",
        ),
    ),
    source=Registers(),
)
