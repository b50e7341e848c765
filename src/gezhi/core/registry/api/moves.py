"""Moves for programs: in, out and about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Ask, Changed, Day, Operation, Shape, YesNo
from gezhi.base.api.shapes import Key
from gezhi.base.sentences import _ as said
from gezhi.core.registry import reads, rights
from gezhi.core.registry.actions import moving
from gezhi.core.registry.actions.household_moves import move_household
from gezhi.core.registry.api.common import CHANGED, SOME_KEY, changed, named
from gezhi.core.registry.api.people import STAYING, stay_kind
from gezhi.core.registry.models import Dwelling, Household


class MoveBody(Shape):
    """A move inside the subdistrict."""

    dwelling: Key = Field(description=said("新住处"))
    on: Day = Field(description=said("哪一天"))
    kind: str = Field(default="owned", max_length=16, description=STAYING)
    household: Key | None = Field(default=None, description=said("加入哪一户；不填则另立一户"))
    relation: str = Field(default="", max_length=2, description=said("与户主关系代码"))


class MoveInBody(MoveBody):
    """A move from outside."""

    from_text: str = Field(default="", max_length=120, description=said("从哪里迁来"))


class MoveOutBody(Shape):
    """A move to outside."""

    on: Day = Field(description=said("哪一天"))
    to_text: str = Field(default="", max_length=120, description=said("迁往哪里"))
    hukou_stays: YesNo = Field(default=False, description=said("户口仍在本地（户在人不在）"))


class MoveHouseholdBody(Shape):
    """A move of a whole household inside the subdistrict."""

    dwelling: Key = Field(description=said("新住处"))
    on: Day = Field(description=said("哪一天"))
    kind: str = Field(default="", max_length=16, description=said("居住方式；不填则各自不变"))
    joins: Key | None = Field(default=None, description=said("加入哪一户；不填则整户不变"))
    staying: list[Key] = Field(default=[], max_length=50, description=said("不搬的人员"))
    head: Key | None = Field(
        default=None, description=said("分为两户时，没有现户主的那一户由谁当户主")
    )


def _where(ask: Ask) -> dict[str, Any]:
    """The home a move leads to, as the actions take it."""
    body = ask.body
    dwelling = named(Dwelling.objects.all(), body.dwelling, "dwelling")
    households = Household.objects.filter(dwelling=dwelling, dissolved_on=None)
    return {
        "dwelling": dwelling,
        "household": named(households, body.household, "household"),
        "relation": body.relation,
        "kind": stay_kind(body.kind),
        "on": body.on,
        "expected": ask.expected,
        "by": ask.actor,
        "at": ask.at,
    }


def move(ask: Ask) -> dict[str, Any]:
    """From the present home to another one here."""
    return changed(moving.move(person=ask.row, **_where(ask)))


def move_in(ask: Ask) -> dict[str, Any]:
    """Somebody who had left, or lived away, comes to live here."""
    return changed(moving.move_in(person=ask.row, from_text=ask.body.from_text, **_where(ask)))


def move_out(ask: Ask) -> dict[str, Any]:
    """Somebody leaves the subdistrict."""
    body = ask.body
    person = moving.move_out(
        person=ask.row,
        on=body.on,
        hukou_stays=body.hukou_stays,
        to_text=body.to_text,
        expected=ask.expected,
        by=ask.actor,
        at=ask.at,
    )
    return changed(person)


def move_everybody(ask: Ask) -> dict[str, Any]:
    """A whole household moves to another home here, or all but some of it."""
    body = ask.body
    dwelling = named(Dwelling.objects.all(), body.dwelling, "dwelling")
    there = Household.objects.filter(dwelling=dwelling, dissolved_on=None)
    members = reads.members(ask.row.pk)
    assert dwelling is not None  # the body must name one
    household = move_household(
        household=ask.row,
        dwelling=dwelling,
        joins=named(there, body.joins, "joins"),
        staying=[one for key in body.staying if (one := named(members, key, "staying"))],
        head=named(members, body.head, "head"),
        kind=stay_kind(body.kind) if body.kind else "",
        on=body.on,
        expected=ask.expected,
        by=ask.actor,
        at=ask.at,
    )
    return changed(household)


def _on_person(
    name: str, verb: str, title: Any, act: Any, body: type[Shape] | None, example: Any
) -> Operation:
    """An act on one person, held against the revision it was decided on."""
    return Operation(
        name,
        "POST",
        f"people/{{uuid:pk}}/{verb}",
        title,
        right=rights.CHANGE_PEOPLE,
        sees=rights.SEE_PEOPLE,
        rows=reads.any_person,
        body=body,
        answer=Changed,
        guarded=True,
        act=act,
        example=example,
        shown=CHANGED,
    )


operations: tuple[Operation, ...] = (
    _on_person(
        "move_in",
        "move-in",
        _("迁入"),
        move_in,
        MoveInBody,
        {"dwelling": SOME_KEY, "on": "2022-09-13", "kind": "rented", "from_text": "郑州市中原区"},
    ),
    _on_person(
        "move",
        "move",
        _("辖区内搬迁"),
        move,
        MoveBody,
        {"dwelling": SOME_KEY, "on": "2022-09-13", "kind": "owned"},
    ),
    _on_person(
        "move_out",
        "move-out",
        _("迁出"),
        move_out,
        MoveOutBody,
        {"on": "2022-09-13", "to_text": "开封市", "hukou_stays": False},
    ),
    Operation(
        "move_household",
        "POST",
        "households/{uuid:pk}/move",
        _("全户搬迁"),
        right=rights.CHANGE_PEOPLE,
        sees=rights.SEE_PEOPLE,
        rows=reads.any_household,
        body=MoveHouseholdBody,
        answer=Changed,
        guarded=True,
        act=move_everybody,
        example={"dwelling": SOME_KEY, "on": "2022-09-13", "staying": []},
        shown=CHANGED,
    ),
)
