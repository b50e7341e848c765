"""Cases as they stand, and how each came there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base import pages as ui
from gezhi.base.api import Ask, Operation, Shape, list_of, one_of
from gezhi.base.api.listing import Plain
from gezhi.base.api.shapes import Key, among, many
from gezhi.base.masking import mask_in_text
from gezhi.base.sentences import _ as said
from gezhi.engines.indicators.behind import Behind
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights
from gezhi.services.cases.matters import CASES
from gezhi.services.cases.models import Source, State
from gezhi.services.cases.pages.lists import CaseList

FILTERS: Final = (
    *(one for one in CaseList.filters if not isinstance(one, Behind)),
    ui.Days("moved", _("最近办理日期"), column="moved_at"),
)
"""Those of the list on the screen, and by the day of the last step, for who keeps a copy."""


class CaseTold(Shape):
    """A case. What its reporter wrote leaves with telephone and identity numbers masked."""

    id: Key
    number: str = Field(description=said("编号"))
    revision: int = Field(description=said("修订号，修改时放在 If-Match 里"))
    state: among(State.values) = Field(description=said("状态"))  # type: ignore[valid-type]
    category: str = Field(description=said("类别代码，如 e0102；未定类时为空"))
    title: str = Field(description=said("类别名称；未定类时为来源"))
    source: among(Source.values) = Field(description=said("来源"))  # type: ignore[valid-type]
    source_number: str = Field(description=said("来源编号"))
    description: str = Field(description=said("问题描述，其中的电话、证件号已掩码"))
    address: str = Field(description=said("地点"))
    lon: float | None = Field(description=said("经度"))
    lat: float | None = Field(description=said("纬度"))
    community: Key | None = Field(description=said("社区（村）"))
    grid: Key | None = Field(description=said("网格"))
    unit: Key | None = Field(description=said("责任单位"))
    urgent: bool = Field(description=said("紧急"))
    joined: int = Field(description=said("同诉人数"))
    opened_at: datetime = Field(description=said("上报时间"))
    moved_at: datetime = Field(description=said("最近办理"))
    due_at: datetime | None = Field(description=said("到期；没有时限在走时为 null"))
    ended_at: datetime | None = Field(description=said("办结时间"))


def told(matter: Matter) -> dict[str, Any]:
    """A case in that shape."""
    facts: Any = matter.case
    return {
        "id": matter.pk,
        "number": matter.number,
        "revision": matter.revision,
        "state": matter.state,
        "category": matter.topic,
        "title": matter.title,
        "source": facts.source,
        "source_number": facts.source_number,
        "description": mask_in_text(facts.description),
        "address": mask_in_text(facts.address),
        "lon": facts.lon,
        "lat": facts.lat,
        "community": matter.community_id,
        "grid": matter.grid_id,
        "unit": matter.unit_id,
        "urgent": matter.urgent,
        "joined": facts.joined,
        "opened_at": matter.opened_at,
        "moved_at": matter.moved_at,
        "due_at": matter.due_at,
        "ended_at": matter.ended_at,
    }


CASE: Final = Plain(CaseTold, told)
STEPS: Final = ("", *(step.code for step in CASES.steps))


class StepTold(Shape):
    """One line of a case's history."""

    number: int = Field(description=said("第几步"))
    step: among(STEPS) = Field(description=said("步骤代码；空为上报"))  # type: ignore[valid-type]
    came_from: str = Field(description=said("办理前的状态；上报时为空"))
    went_to: str = Field(description=said("办理后的状态"))
    at: datetime = Field(description=said("时间"))
    post: str = Field(description=said("办理岗位"))
    said: str = Field(description=said("意见，其中的电话、证件号已掩码"))


class History(Shape):
    """Every step of a case, the first in front."""

    items: many(StepTold)  # type: ignore[valid-type]


def see_history(ask: Ask) -> dict[str, Any]:
    """The steps of a case, by post and not by name."""
    return {
        "items": [
            {
                "number": one.number,
                "step": one.step,
                "came_from": one.came_from,
                "went_to": one.went_to,
                "at": one.at,
                "post": one.post,
                "said": mask_in_text(one.said),
            }
            for one in ask.row.history.all()
        ]
    }


operations: tuple[Operation, ...] = (
    list_of(
        "list_cases",
        "cases",
        _("案件"),
        right=rights.SEE,
        rows=queries.cases,
        filters=FILTERS,
        shape=CASE,
        about=_("本岗位上报的、落在本单位的和岗位范围内可以查看的案件"),
    ),
    one_of(
        "see_case",
        "cases/{uuid:pk}",
        _("一件案件"),
        right=rights.SEE,
        rows=queries.cases,
        shape=CASE,
    ),
    Operation(
        "see_case_history",
        "GET",
        "cases/{uuid:pk}/history",
        _("案件的办理过程"),
        right=rights.SEE,
        rows=queries.cases,
        answer=History,
        act=see_history,
    ),
)
