"""The catalogue in force, for who reports by code."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base import pages as ui
from gezhi.base.api import Operation, Shape, list_of
from gezhi.base.api.listing import Plain
from gezhi.base.api.shapes import Day, Key, among
from gezhi.base.sentences import _ as said
from gezhi.services.cases import queries, rights
from gezhi.services.cases.models import Category, Nature


class CategoryTold(Shape):
    """One version of one category."""

    id: Key
    category: str = Field(description=said("类别代码，如 e0102"))
    nature: among(Nature.values) = Field(description=said("类型"))  # type: ignore[valid-type]
    major: str = Field(description=said("大类"))
    name: str = Field(description=said("小类"))
    filing_condition: str = Field(description=said("立案条件"))
    closing_condition: str = Field(description=said("结案条件"))
    amount: float = Field(description=said("时限"))
    unit: str = Field(description=said("时限单位：eh 紧急工作时，wh 工作时，wd 工作日"))
    urgent: bool = Field(description=said("紧急"))
    needs_photo: bool = Field(description=said("须附照片"))
    valid_from: Day = Field(description=said("自"))
    valid_to: Day | None = Field(description=said("至，不含当日；现行的为 null"))


def told(row: Category) -> dict[str, Any]:
    """A version in that shape."""
    return {
        "id": row.pk,
        "category": queries.topic_of(row),
        "nature": row.nature,
        "major": row.major,
        "name": row.name,
        "filing_condition": row.filing_condition,
        "closing_condition": row.closing_condition,
        "amount": float(row.amount),
        "unit": row.unit,
        "urgent": row.urgent,
        "needs_photo": row.needs_photo,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


FILTERS: Final = (
    ui.Choices("nature", _("类型"), choices=Nature),
    ui.YesOrNo("current", _("现行"), column="valid_to__isnull"),
)

operations: tuple[Operation, ...] = (
    list_of(
        "list_case_categories",
        "cases/categories",
        _("案件目录"),
        right=rights.REPORT,
        rows=queries.all_categories,
        filters=FILTERS,
        shape=Plain(CategoryTold, told),
    ),
)
