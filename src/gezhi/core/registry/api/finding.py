"""Search, quality figures and counts for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints, create_model

from gezhi.base.api import Ask, Operation, Shape
from gezhi.base.api.shapes import Key, Whole, among, optional
from gezhi.base.rights import Right
from gezhi.base.sentences import _ as said
from gezhi.core.places.models import Level, Place
from gezhi.core.registry import quality, rights, tallies
from gezhi.core.registry.api.common import SOME_KEY
from gezhi.core.registry.measures import Dimension
from gezhi.core.registry.metrics import METRICS
from gezhi.core.registry.models import Dwelling, Household, Person, Vehicle
from gezhi.core.registry.search import MOST, search


class SearchBody(Shape):
    """What is looked for."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        description=said("姓名、拼音、首字母、完整证件号、电话或车牌号、地址、单位名称、信用代码")
    )
    most: Whole = Field(default=MOST, ge=1, le=20, description=said("每类最多多少条"))


class HitShape(Shape):
    """One line of the answer."""

    kind: Literal["person", "dwelling", "building", "enterprise", "shop", "site", "vehicle"]
    id: Key
    title: str = Field(description=said("掩码姓名、掩码车牌、地址或单位名称"))
    detail: str


class SearchAnswer(Shape):
    """What was found within reach, kind by kind."""

    items: list[HitShape]
    more: bool = Field(description=said("有的类别还有更多"))
    logged: bool = Field(description=said("按完整号码查找，已记入查阅记录"))
    part: bool = Field(description=said("只写了部分号码：人员不能按部分号码查找"))


def find(ask: Ask) -> dict[str, Any]:
    """Find what a text means. Its whole numbers are looked up exactly, and that is logged."""
    answer = search(ask.body.text, by=ask.actor, at=ask.at, most=ask.body.most)
    return {
        "items": [
            {"kind": hit.kind, "id": hit.id, "title": hit.title, "detail": hit.detail}
            for hit in answer.hits
        ],
        "more": answer.more,
        "logged": answer.logged,
        "part": answer.part,
    }


# --- by place --------------------------------------------------------------------------------


class FigureShape(Shape):
    """One measure of a place."""

    measure: str
    title: str
    dimension: Literal[tuple(one.value for one in Dimension)]  # type: ignore[valid-type]
    whole: int = Field(description=said("所涉总数"))
    short: int = Field(description=said("不达标数"))
    share: float | None = Field(description=said("达标率，0 到 1；没有数据为 null"))
    counted_at: datetime | None


class FiguresShape(Shape):
    """Every measure of a place, as of last night."""

    place: Key
    items: list[FigureShape]


class CategoryCount(Shape):
    """How many of one category."""

    category: str
    number: int


class CountsShape(Shape):
    """The counts of a metric in a place and all that lies in it."""

    place: Key
    metric: str
    items: list[CategoryCount]


class PlaceQuery(Shape):
    """Which place."""

    place: Key = optional(said("社区、村或网格；不填为全街道"))


def _place(ask: Ask, right: Right, key: UUID | None) -> Place:
    """The place asked about, within reach; the whole subdistrict unless one is named."""
    rows = Place.objects.filter(level__lte=Level.GRID)
    rows = (
        rows.filter(level=Level.SUBDISTRICT, valid_to=None) if key is None else rows.filter(pk=key)
    )
    found = rows.first()
    if found is None or not right.covers(ask.actor, found):
        raise Http404
    return found


def see_quality(ask: Ask) -> dict[str, Any]:
    """Every measure of a place."""
    place = _place(ask, rights.QUALITY, ask.query.place)
    return {
        "place": place.pk,
        "items": [
            {
                "measure": one.measure.code,
                "title": gettext_now(one.measure.title),
                "dimension": one.measure.dimension.value,
                "whole": one.whole,
                "short": one.short,
                "share": one.share,
                "counted_at": one.counted_at,
            }
            for one in quality.figures(place)
        ],
    }


def _counts(name: str, path: str, title: Any, right: Right, metrics: tuple[str, ...]) -> Operation:
    """Counts of some metrics, for whoever may see the rows that are counted."""

    def act(ask: Ask) -> dict[str, Any]:
        place = _place(ask, right, ask.query.place)
        found = tallies.counts(place, ask.query.metric)
        return {
            "place": place.pk,
            "metric": ask.query.metric,
            "items": [{"category": c, "number": n} for c, n in sorted(found.items())],
        }

    query = create_model(
        f"{path.title()}CountsQuery",
        __base__=PlaceQuery,
        metric=(among(metrics), Field(description=said("口径"))),
    )
    return Operation(
        name,
        "GET",
        f"counts/{path}",
        title,
        right=right,
        query=query,
        answer=CountsShape,
        act=act,
        shown={
            "place": SOME_KEY,
            "metric": metrics[0],
            "items": [{"category": "", "number": 142190}],
        },
    )


def _codes_of(*models: type[Any]) -> tuple[str, ...]:
    return tuple(metric.code for metric in METRICS if metric.model in models)


PEOPLE: Final = _codes_of(Person, Household)
HOMES: Final = _codes_of(Dwelling)
VEHICLES: Final = _codes_of(Vehicle)
UNITS: Final = tuple(m.code for m in METRICS if m.code not in (*PEOPLE, *HOMES, *VEHICLES))

operations: tuple[Operation, ...] = (
    Operation(
        "search",
        "POST",
        "search",
        _("搜索底数"),
        right=rights.SEARCH,
        body=SearchBody,
        answer=SearchAnswer,
        hands_out=True,
        act=find,
        about=_("只找到各自权限内的记录；号码放在内容里，不进地址栏和日志"),
        example={"text": "紫兰苑3-2-501"},
        shown={
            "items": [
                {
                    "kind": "dwelling",
                    "id": SOME_KEY,
                    "title": "紫兰苑 3号楼 2单元 501室",
                    "detail": "自住",
                }
            ],
            "more": False,
            "logged": False,
            "part": False,
        },
    ),
    Operation(
        "see_quality",
        "GET",
        "quality",
        _("数据质量"),
        right=rights.QUALITY,
        query=PlaceQuery,
        answer=FiguresShape,
        act=see_quality,
        about=_("每晚计算；不填 place 为全街道"),
    ),
    _counts("count_people", "people", _("人口和户的数量"), rights.SEE_PEOPLE, PEOPLE),
    _counts("count_care", "care", _("重点服务对象的数量"), rights.SEE_CARE, ("people.care",)),
    _counts("count_dwellings", "dwellings", _("房屋的数量"), rights.SEE_DWELLINGS, HOMES),
    _counts("count_units", "units", _("企业、门店和工地的数量"), rights.SEE_UNITS, UNITS),
    _counts("count_vehicles", "vehicles", _("车辆的数量"), rights.SEE_VEHICLES, VEHICLES),
)
