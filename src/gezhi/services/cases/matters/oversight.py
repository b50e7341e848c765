"""督办: a leader's order on an open case, answered by whoever has the case, read by the leader."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gezhi.base.workdays import Limit, Unit
from gezhi.engines.matters.language import Clock, Stepping, Workflow, step
from gezhi.services.cases import queries, rights, telling
from gezhi.services.cases.models.joint import OversightState as State


def keep_answer(stepping: Stepping) -> None:
    """What was answered last is what the leader reads."""
    oversight = stepping.matter.oversight
    oversight.answer = stepping.said[:500]
    oversight.save(update_fields=["answer"])


OVERSIGHT: Final = Workflow(
    kind=queries.OVERSIGHT,
    title=_("督办"),
    states=State,
    opens_in=State.ISSUED,
    ends_in=frozenset({State.DONE, State.WITHDRAWN}),
    sees=rights.SEE_ORDER,
    opens="cases.order",
    facts=("oversight", "parent"),
    opens_with=("answer",),
    tells_in=frozenset({State.ANSWERED, State.DONE, State.WITHDRAWN}),
    clocks=(
        Clock(
            "answer",
            _("答复督办"),
            lambda matter: Limit(matter.oversight.days, Unit.WORKING_DAY),
            tells=telling.whoever_answers,
        ),
    ),
    steps=(
        step(
            "answer",
            _("答复"),
            State.ISSUED,
            State.ANSWERED,
            rights.ANSWER_ORDER,
            needs=frozenset({"said"}),
            then=(keep_answer,),
            stops=("answer",),
        ),
        step(
            "accept_answer",
            _("认可答复"),
            State.ANSWERED,
            State.DONE,
            rights.OVERSEE,
            not_by=("answer",),
        ),
        step(
            "ask_again",
            _("要求重新答复"),
            State.ANSWERED,
            State.ISSUED,
            rights.OVERSEE,
            needs=frozenset({"said"}),
            not_by=("answer",),
            starts=("answer",),
        ),
        step(
            "withdraw",
            _("撤销督办"),
            [State.ISSUED, State.ANSWERED],
            State.WITHDRAWN,
            rights.OVERSEE,
            needs=frozenset({"said"}),
            expected=False,
        ),
    ),
)
