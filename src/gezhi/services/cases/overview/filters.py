"""What the list of cases narrows by when one comes from the map, the calendar or what repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.pages.filters import FilterError
from gezhi.services.cases.overview import queries, rules


@dataclass(frozen=True, slots=True)
class InSquare(ui.Filter):
    """Cases of one square of the map: `square=0.10425.1563`."""

    kind = "kept"

    def narrow(self, rows: QuerySet[Any], query: QueryDict) -> QuerySet[Any]:
        asked = self.words(query)
        if not asked:
            return rows
        square = rules.square_of(query.get(self.name, ""))
        if square is None:
            raise FilterError(_now("地图上没有这一格，已忽略"))
        return queries.within(rows, square.bounds)

    def words(self, query: QueryDict) -> str:
        return _now("地图上的一格") if query.get(self.name, "") else ""


@dataclass(frozen=True, slots=True)
class About(ui.Filter):
    """Cases of a class of categories (`e01`) or of one category (`e0102`)."""

    kind = "kept"

    def narrow(self, rows: QuerySet[Any], query: QueryDict) -> QuerySet[Any]:
        topic = query.get(self.name, "")
        if not topic:
            return rows
        if not rules.is_topic(topic):
            raise FilterError(_now("没有这个类别，已忽略"))
        return rows.filter(topic__startswith=topic)

    def words(self, query: QueryDict) -> str:
        topic = query.get(self.name, "")
        return queries.topic_title(topic) if rules.is_topic(topic) else ""


@dataclass(frozen=True, slots=True)
class Aged(ui.Choices):
    """Cases opened as long ago as an age says."""

    def narrow(self, rows: QuerySet[Any], query: QueryDict) -> QuerySet[Any]:
        for age in self.chosen(query)[:1]:
            if age not in rules.AGES:
                raise FilterError(_now("没有这一时间段，已忽略"))
            rows = rows.filter(queries.of_age(age, timezone.now()))
        return rows


AGES: Final = {
    "1": _("1 天内"),
    "7": _("7 天内"),
    "over7": _("超过 7 天"),
    "over30": _("超过 30 天"),
}
"""The ages of `rules.AGES` as they are read."""

FILTERS: Final = (
    About("about", _("类别"), first=False),
    Aged("age", _("上报至今"), choices=AGES, first=False),
    ui.Days("due", _("到期日期"), column="due_at", first=False),
    InSquare("square", _("位置"), first=False),
)
