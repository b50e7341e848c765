"""A program reports: a hotline, a sensor, another platform."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Answer, Ask, Operation, Shape, YesNo
from gezhi.base.api.shapes import Key, Number, among, optional, text
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _ as said
from gezhi.core.places import queries as places
from gezhi.core.places.models import Building
from gezhi.services.cases import actions, queries, rights
from gezhi.services.cases.models import Category, Source

East = Annotated[Number, Field(ge=73, le=136)]
North = Annotated[Number, Field(ge=3, le=54)]


class Reporting(Shape):
    """What is told: what, where, and who if they like."""

    description: text(1000, 1) = Field(description=said("什么问题"))  # type: ignore[valid-type]
    category: text(5) = Field(default="", description=said("类别代码，见 list_case_categories"))  # type: ignore[valid-type]
    address: text(160) = Field(default="", description=said("在哪里"))  # type: ignore[valid-type]
    lon: East | None = optional(said("经度，WGS 84"))
    lat: North | None = optional(said("纬度，WGS 84"))
    source: among(  # type: ignore[valid-type]
        (Source.PROGRAM, Source.HOTLINE, Source.COUNTER, Source.LEADER, Source.UPPER)
    ) = Field(default=Source.PROGRAM.value, description=said("来源"))
    source_number: text(40) = Field(default="", description=said("来源编号"))  # type: ignore[valid-type]
    reporter: text(60) = Field(default="", description=said("反映人；密封保存，只供回访"))  # type: ignore[valid-type]
    phone: text(20) = Field(default="", description=said("反映人电话；密封保存，只供回访"))  # type: ignore[valid-type]
    confidential: YesNo = Field(default=False, description=said("要求保密"))


class CaseMade(Shape):
    """A new case."""

    id: Key
    number: str = Field(description=said("编号"))
    revision: int = Field(description=said("修订号，修改时放在 If-Match 里"))


def report_case(ask: Ask) -> Answer:
    """Open a case from what a program tells."""
    body: Reporting = ask.body
    if (body.lon is None) != (body.lat is None):
        raise Refusal(gettext("经度和纬度须一起填"), "cases.half_a_point", field="lat")
    case = actions.report(
        told_by(
            ask,
            category=category_named(body.category, ask),
            source=str(body.source),
            source_number=body.source_number,
            description=body.description,
            address=body.address,
            lon=body.lon,
            lat=body.lat,
            reporter=body.reporter,
            phone=body.phone,
            confidential=bool(body.confidential),
        ),
        by=ask.actor,
        at=ask.at,
    )
    matter = case.matter
    made = {"id": matter.pk, "number": matter.number, "revision": matter.revision}
    return Answer(made, location=f"cases/{matter.pk}")


def told_by(
    ask: Any, *, address: str, lon: float | None, lat: float | None, **more: Any
) -> actions.Report:
    """A report by a program (anything with `actor` and `at`): its place is found as a page's is."""
    day = timezone.localdate(ask.at)
    where = queries.whereabouts(address, lon, lat, by=ask.actor, day=day)
    return actions.Report(
        address=address,
        lon=lon,
        lat=lat,
        place=places.known(where.place_id) if where.place_id else None,
        # found in memory, and nothing but its key is kept
        building=Building(pk=where.building_id) if where.building_id else None,
        **more,
    )


def category_named(topic: str, ask: Any) -> Category | None:
    """The category in force with this code, `e0102`; None for none, refused where there is none."""
    if not topic:
        return None
    found: Category | None = category_of(topic, ask.at)
    if found is None:
        raise Refusal(
            gettext("没有这个类别，或已停用，见 list_case_categories"),
            "cases.no_such_category",
            field="category",
        )
    return found


def category_of(topic: str, at: Any) -> Category | None:
    """The category in force with a code as matters carry it."""
    natures = {"e": "event", "c": "component"}
    rows = queries.categories_on(timezone.localdate(at))
    return rows.filter(nature=natures.get(topic[:1], ""), code=topic[1:]).first()


operations: tuple[Operation, ...] = (
    Operation(
        "report_case",
        "POST",
        "cases",
        _("上报一件案件"),
        right=rights.REPORT,
        status=201,
        body=Reporting,
        answer=CaseMade,
        act=report_case,
        about=_("地点或坐标至少写一项；重发请带同一个 Idempotency-Key，只立一件"),
        example={
            "description": "路灯不亮，已有两晚",
            "category": "c0105",
            "address": "紫兰路与瑞达路交叉口",
            "source_number": "ZM-2022-0913-7",
        },
        shown={
            "id": "0190a5b2-7c3e-7d41-9f00-3c5d2a1b4e6f",
            "number": "GZ2022091300012",
            "revision": 1,
        },
    ),
)
