"""A toy for the engine's tests: an office that lends out ladders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import TextChoices

from gezhi.base.errors import Refusal
from gezhi.base.rights import Right, within_posting
from gezhi.base.workdays import Limit, Unit
from gezhi.core.journal.actions import action
from gezhi.core.places.models import Place
from gezhi.engines.matters import actions
from gezhi.engines.matters.language import Clock, Stepping, Workflow, step
from gezhi.engines.matters.models import Matter


class State(TextChoices):
    ASKED = "asked", "已申请"
    OUT = "out", "已借出"
    BROKEN = "broken", "维修中"
    BACK = "back", "已归还"
    DECLINED = "declined", "不借"


ASK = Right("ladders.ask", "借梯子", where=within_posting())
LEND = Right("ladders.lend", "管梯子", where=within_posting())

shelf: list[tuple[str, Any]] = []
"""What effects wrote, for tests to look at; a transaction does not undo it."""


def wet(matter: Matter, actor: Any, at: datetime) -> Refusal | None:
    return Refusal("下雨天不借", "ladders.rain") if matter.title == "雨天" else None


def count_rungs(stepping: Stepping) -> None:
    shelf.append((stepping.matter.number, stepping.values["rungs"]))


def give_to_taker(stepping: Stepping) -> None:
    actions.place_in_hands(stepping.matter, unit_id=None, holder_id=stepping.by.account_id)


LENDING = Workflow(
    kind="ladders",
    title="借梯子",
    states=State,
    opens_in=State.ASKED,
    ends_in=frozenset({State.BACK, State.DECLINED}),
    sees=ASK,
    steps=(
        step(
            "lend",
            "借出",
            State.ASKED,
            State.OUT,
            LEND,
            guards=(wet,),
            then=(give_to_taker,),
            starts=("return",),
            stops=("answer",),
            in_bulk=True,
        ),
        step(
            "decline",
            "不借",
            State.ASKED,
            State.DECLINED,
            LEND,
            needs=frozenset({"said"}),
            stops=("answer",),
        ),
        step("mend", "送修", State.OUT, State.BROKEN, LEND, expected=False),
        step("mended", "修好", State.BROKEN, State.OUT, LEND, after_children=True),
        step(
            "take_back",
            "收回",
            State.OUT,
            State.BACK,
            LEND,
            needs=frozenset({"rungs"}),
            not_by=("lend",),
            then=(count_rungs,),
        ),
        step("note", "备注", [State.ASKED, State.OUT], None, ASK, expected=False, by_holder=True),
    ),
    clocks=(
        Clock("answer", "答复", lambda matter: Limit(4, Unit.WORKING_HOUR)),
        Clock(
            "return",
            "归还",
            lambda matter: None if matter.urgent else Limit(3, Unit.WORKING_DAY),
            pauses_in=frozenset({State.BROKEN}),
        ),
    ),
    opens_with=("answer",),
)


@action("ladders.ask", "申请借梯子", right=ASK)
def ask(
    *,
    title: str,
    place: Place,
    urgent: bool = False,
    parent: Matter | None = None,
    by: Any,
    at: datetime,
) -> Matter:
    return actions.open_matter(
        LENDING.kind,
        title=title,
        prefix="TZ",
        place=place,
        urgent=urgent,
        parent=parent,
        holds_parent=parent is not None,
        by=by,
        at=at,
    )


actions.enact()
