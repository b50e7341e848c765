"""Purposes for programs: what may be given as the reason to see personal fields in full."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Ask, Operation, Shape
from gezhi.base.sentences import _ as said
from gezhi.core.privacy import purposes, rights


class PurposeShape(Shape):
    """A purpose that may be given."""

    code: str
    title: str
    needs_note: bool = Field(description=said("须写明事由"))
    daily_cap: int = Field(description=said("每日人次上限"))


class PurposesShape(Shape):
    """The purposes an actor may choose from."""

    items: list[PurposeShape]


def list_purposes(ask: Ask) -> dict[str, Any]:
    """The purposes the asker's posts allow today."""
    offered = purposes.offered_to(ask.actor, timezone.localdate(ask.at))
    return {
        "items": [
            {
                "code": one.pk,
                "title": one.named,
                "needs_note": one.needs_note,
                "daily_cap": one.daily_cap,
            }
            for one in offered
        ]
    }


operations: tuple[Operation, ...] = (
    Operation(
        "list_purposes",
        "GET",
        "purposes",
        _("可选的使用目的"),
        right=rights.REVEAL,
        answer=PurposesShape,
        act=list_purposes,
        shown={
            "items": [{"code": "visit", "title": "入户走访", "needs_note": False, "daily_cap": 60}]
        },
    ),
)
