"""A board on the screen: a period, what it is broken down by, ratios with the rows behind them.

An area's `pages.py`::

    class LadderFigures(BoardPage):
        path, name = "ladders/figures/", "ladders.figures"
        title = _("借用指标")
        right = rights.FIGURES
        board = indicators.LADDERS
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.pages import hooks
from gezhi.engines.indicators import behind, queries, reach, rights, rules
from gezhi.engines.indicators.language import Board, Dimension, Ratio
from gezhi.engines.indicators.of_registry import REGISTERS
from gezhi.engines.indicators.rules import Period

PERIOD_TITLES = {
    "week": gettext_lazy("周"),
    "month": gettext_lazy("月"),
    "quarter": gettext_lazy("季"),
    "year": gettext_lazy("年"),
}
OWN = "own"
"""The period between two days of one's own choice."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as the table shows it."""

    head: str
    words: str
    numerator: int | None
    denominator: int | None
    """None where there is nothing to share in."""
    change: str
    """Against the period before, in points."""
    tone: str
    over: str
    under: str
    """Addresses of the rows that stand behind each; empty where there is no list of them."""


class BoardPage(ui.Page):
    """Every ratio of a board in one period, by one dimension, within the reader's reach.

    Figures are of places, units and categories; there is no dimension for a single person.
    """

    board: ClassVar[Board]
    template = "indicators/board.html"
    group = ""
    shown: tuple[Ratio, ...] = ()
    """The ratios of the group that is looked at."""

    def get(self) -> HttpResponseBase:
        query, mistake = self.request.GET, ""
        try:
            period, code = asked_period(query, timezone.localdate(self.at))
        except ValueError as wrong:
            code = "month"
            period = rules.period_of(code, timezone.localdate(self.at))
            mistake = str(wrong)
        open_to = self.dimensions()
        chosen = next((one for one in open_to if one.code == query.get("by")), open_to[0])
        self.group = next(
            (one for one in self.board.groups if one == query.get("of")),
            next(iter(self.board.groups), ""),
        )
        self.shown = self.board.ratios_of(self.group)
        lines = self.lines(chosen, period)
        as_of = queries.as_of(self.board)
        return self.render(
            {
                "mistake": mistake,
                "period": period,
                "periods": self.period_links(code, period, chosen),
                "own": code == OWN,
                "moves": self.board.source is None,
                "earlier": self.link(rules.before(period), code, chosen),
                "later": self.link(after(period, code), code, chosen) if code != OWN else "",
                "dimensions": [
                    (one.title, self.link(period, code, one), one is chosen) for one in open_to
                ],
                "by": chosen.code,
                "groups": [
                    (words, self.link(period, code, chosen, of=one), one == self.group)
                    for one, words in self.board.groups.items()
                ],
                "group": self.group,
                "heads": [str(one.title) for one in self.shown],
                "first_head": chosen.title,
                "lines": lines,
                "ratios": self.board.ratios,
                "as_of": timezone.localtime(as_of).strftime("%Y-%m-%d %H:%M") if as_of else "",
                "chart": self.chart(period) if self.sees_all() else None,
            }
        )

    # --- reach -------------------------------------------------------------------------------

    def sees_all(self) -> bool:
        """Whether the reader's post is the whole subdistrict's."""
        return reach.sees_all(self.actor, self.right)

    def dimensions(self) -> Sequence[Dimension]:
        """What the reader may break figures down by: a place's staff, by places within reach."""
        return reach.open_dimensions(self.board, self.actor, self.right)

    def keys(self, dimension: Dimension, found: Iterable[str]) -> list[str]:
        """The keys shown, in the order of the tree for places, else by what they come to."""
        of_places = dimension.code in reach.OF_PLACES
        tree = hooks.place_tree(self.actor, self.right.code, self.at) if of_places else ()
        return reach.keys_within(dimension, found, tree, everything=self.sees_all())

    # --- table -------------------------------------------------------------------------------

    def lines(self, dimension: Dimension, period: Period) -> list[tuple[str, list[Cell]]]:
        """A line for the whole, where it is in reach, and one for each key."""
        earlier = rules.before(period)
        lines = []
        if self.sees_all():
            now = queries.numbers(self.board, "", period).get("", {})
            then = queries.numbers(self.board, "", earlier).get("", {})
            lines.append((_("全街道"), self.cells(now, then, "", "", period)))
        now_by = queries.numbers(self.board, dimension.code, period)
        then_by = queries.numbers(self.board, dimension.code, earlier)
        keys = self.keys(dimension, now_by)
        names = dimension.names([key for key in keys if key])
        if dimension.code not in reach.OF_PLACES:
            keys.sort(key=lambda key: (-sum(now_by[key].values()), names.get(key, "")))
        for key in keys:
            cells = self.cells(
                now_by.get(key, {}), then_by.get(key, {}), dimension.code, key, period
            )
            lines.append((names.get(key, _("未确定")), cells))
        return lines

    def cells(self, now: Any, then: Any, dimension: str, key: str, period: Period) -> list[Cell]:
        return [self.cell(one, now, then, dimension, key, period) for one in self.shown]

    def cell(
        self, ratio: Ratio, now: Any, then: Any, dimension: str, key: str, period: Period
    ) -> Cell:
        figure, earlier = queries.figure(ratio, now), queries.figure(ratio, then)
        value, was = figure.value, earlier.value
        change = value - was if value is not None and was is not None else None
        good = change and (change > 0) == (ratio.better == "more")
        return Cell(
            head=str(ratio.title),
            words=_("无数据") if value is None else f"{value}%",
            numerator=None if value is None else figure.over,
            denominator=None if value is None else figure.under,
            change=f"{change:+}" if change else "",
            tone="" if not change or not ratio.better else "good" if good else "bad",
            over=self.rows_of(ratio.over, dimension, key, period) if figure.over else "",
            under=self.rows_of(ratio.under, dimension, key, period) if figure.under else "",
        )

    def rows_of(self, terms: tuple[str, ...], dimension: str, key: str, period: Period) -> str:
        """Address of the rows a sum of counts counts; empty where the board has no list."""
        if not self.board.rows:
            return ""
        asked = behind.asks(terms, dimension, key, period)
        return f"{reverse(self.board.rows)}?{urlencode({behind.PARAMETER: asked})}"

    def chart(self, period: Period) -> dict[str, Any] | None:
        """The twelve months up to the period's end, one line for each of the first ratios."""
        if self.board.source is not None:
            return None
        begin = period.last.replace(day=1)
        months = [begin]
        while len(months) < 12:
            months.insert(0, rules.before(Period(months[0], rules.month_end(months[0]))).first)
        found = queries.by_month(self.board, months)
        drawn = [one for one in self.shown if one.better][:4]
        return {
            "chart_title": _("近十二个月"),
            "kind": "line",
            "heads": [_("月份"), *(str(one.title) for one in drawn)],
            "rows": [
                [f"{month:%Y-%m}", *(_number(queries.figure(one, found[month])) for one in drawn)]
                for month in months
            ],
        }

    # --- addresses ---------------------------------------------------------------------------

    def link(self, period: Period, code: str, dimension: Dimension, *, of: str = "") -> str:
        """The same page with one thing chosen differently."""
        first, last = period.first.isoformat(), period.last.isoformat()
        days = {"from": first, "to": last} if code == OWN else {"day": first}
        asked = {"by": dimension.code, "of": of or self.group, "period": code, **days}
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def period_links(
        self, code: str, period: Period, dimension: Dimension
    ) -> list[tuple[Any, str, bool]]:
        return [
            (words, self.link(rules.period_of(one, period.last), one, dimension), one == code)
            for one, words in PERIOD_TITLES.items()
        ]


def asked_period(query: QueryDict, today: date) -> tuple[Period, str]:
    """The period an address asks for, this month if none; ValueError with a sentence."""
    code = query.get("period", "month")
    try:
        if code == OWN:
            first, last = (date.fromisoformat(query.get(name, "")) for name in ("from", "to"))
        else:
            return rules.period_of(code, date.fromisoformat(query.get("day") or f"{today}")), code
    except ValueError:
        raise ValueError(_("看不懂这个时间段，已显示本月；日期请写成 2022-09-13")) from None
    if first > last:
        raise ValueError(_("开始晚于结束，已显示本月；请调换"))
    if (last - first).days > rules.MOST_DAYS:
        raise ValueError(_("一次最多看三年，已显示本月"))
    return Period(first, last), OWN


def after(period: Period, code: str) -> Period:
    """The next period of the same kind."""
    return rules.period_of(code, period.last + rules.DAY)


def _number(figure: queries.Figure) -> str:
    return "" if figure.value is None else f"{figure.value}"


class RegisterFigures(BoardPage):
    path, name = "registry/figures/", "indicators.registers"
    title = gettext_lazy("人房结构")
    right = rights.REGISTERS
    board = REGISTERS


pages = (RegisterFigures,)
