"""A board for programs: what each ratio is made of, by dimension and period, within reach."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import Field, create_model

from gezhi.base.api import Ask, Day, Operation, Shape
from gezhi.base.api.shapes import among, many, optional
from gezhi.base.errors import Refusal
from gezhi.base.pages import hooks
from gezhi.base.rights import Right
from gezhi.base.sentences import _ as said
from gezhi.engines.indicators import queries, reach, rules
from gezhi.engines.indicators.language import Board
from gezhi.engines.indicators.rules import Period


class FigureTold(Shape):
    """One ratio of one key."""

    code: str = Field(description=said("指标代码"))
    title: str = Field(description=said("指标名称"))
    over: int = Field(description=said("分子"))
    under: int = Field(description=said("分母"))
    percent: float | None = Field(description=said("百分比；没有数据时为 null"))


class LineTold(Shape):
    """The ratios of one place, unit or category, or of the whole."""

    key: str = Field(description=said("网格、单位的编号或类别代码；未确定的为空"))
    title: str = Field(description=said("名称"))
    figures: many(FigureTold)  # type: ignore[valid-type]


class BoardTold(Shape):
    """A board in one period."""

    first: Day = Field(description=said("自"))
    last: Day = Field(description=said("至，含当日"))
    by: str = Field(description=said("按什么分列；空为全街道"))
    as_of: datetime | None = Field(description=said("数据截至"))
    lines: many(LineTold)  # type: ignore[valid-type]


def board_answer(name: str, path: str, title: Any, *, right: Right, board: Board) -> Operation:
    """The operation that tells a board's numbers, within what the asker's posts reach."""
    codes = ("", *(one.code for one in board.dimensions))
    query = create_model(
        f"{name.title().replace('_', '')}Query",
        __base__=Shape,
        by=(among(codes), Field(default="", description=said("按什么分列；空为全街道"))),
        period=(
            among(rules.PERIODS),
            Field(
                default="month", description=said("周期：week 周，month 月，quarter 季，year 年")
            ),
        ),
        day=(Day, optional(said("周期中的任意一天，默认今天"))),
    )

    def act(ask: Ask) -> dict[str, Any]:
        period = _period(ask.query.period, ask.query.day or timezone.localdate(ask.at))
        return {
            "first": period.first,
            "last": period.last,
            "by": ask.query.by,
            "as_of": queries.as_of(board),
            "lines": _lines(board, ask.query.by, period, ask, right),
        }

    return Operation(name, "GET", path, title, right=right, query=query, answer=BoardTold, act=act)


def _period(code: str, day: date) -> Period:
    try:
        return rules.period_of(code, day)
    except (ValueError, OverflowError):
        raise Refusal(_("日期超出范围"), "indicators.no_such_day", field="day") from None


def _lines(board: Board, by: str, period: Period, ask: Ask, right: Right) -> list[dict[str, Any]]:
    everything = reach.sees_all(ask.actor, right)
    if not by:
        if not everything:
            raise _beyond()
        found = queries.numbers(board, "", period)
        return [_line(board, "", _("全街道"), found.get("", {}))]
    dimension = board.dimension(by)
    if dimension not in reach.open_dimensions(board, ask.actor, right):
        raise _beyond()
    found = queries.numbers(board, by, period)
    tree = hooks.place_tree(ask.actor, right.code, ask.at) if by in reach.OF_PLACES else ()
    keys = reach.keys_within(dimension, found, tree, everything=everything)
    names = dimension.names([key for key in keys if key])
    return [_line(board, key, names.get(key, _("未确定")), found.get(key, {})) for key in keys]


def _beyond() -> Refusal:
    return Refusal(
        _("您的岗位只能按社区、网格查看，请用 by=community 或 by=grid"),
        "indicators.beyond_reach",
        field="by",
    )


def _line(board: Board, key: str, title: str, numbers: Any) -> dict[str, Any]:
    figures = [queries.figure(ratio, numbers) for ratio in board.ratios]
    return {
        "key": key,
        "title": title,
        "figures": [
            {
                "code": one.ratio.code,
                "title": str(one.ratio.title),
                "over": one.over,
                "under": one.under,
                "percent": None if one.value is None else float(one.value),
            }
            for one in figures
        ],
    }
