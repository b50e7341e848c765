"""街道吹哨、部门报到: proposed, approved, blown; departments come, plan, handle; and are scored."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.workdays import Limit
from gezhi.engines.matters.language import Clock, Workflow, step
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights, rules, telling
from gezhi.services.cases.actions import joint_steps as steps
from gezhi.services.cases.models.joint import WhistleKind
from gezhi.services.cases.models.joint import WhistleState as State


def by_another(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Nobody approves what they proposed themselves."""
    if actor.account_id is not None and matter.opened_by_id == actor.account_id:
        return NotAllowed(_now("吹哨由提请人以外的人审批"), "matters.own_work")
    return None


def report_in_limit(matter: Matter) -> Limit:
    """Half an hour on site for an emergency, a working day otherwise."""
    return rules.whistle_limit(emergency=matter.whistle.kind == WhistleKind.EMERGENCY)


WHISTLES: Final = Workflow(
    kind=queries.WHISTLE,
    title=_("吹哨报到"),
    states=State,
    opens_in=State.PROPOSED,
    ends_in=frozenset({State.SCORED, State.REFUSED}),
    frees_parent_in=frozenset({State.DONE}),
    sees=rights.SEE_WHISTLE,
    opens="cases.whistle",
    facts=("whistle",),
    tells_in=frozenset({State.BLOWN, State.DONE, State.SCORED, State.REFUSED}),
    clocks=(Clock("report_in", _("报到"), report_in_limit, tells=telling.called_units),),
    steps=(
        step(
            "approve",
            _("批准吹哨"),
            State.PROPOSED,
            State.APPROVED,
            rights.APPROVE_WHISTLE,
            guards=(by_another,),
        ),
        step(
            "refuse",
            _("不批准"),
            State.PROPOSED,
            State.REFUSED,
            rights.APPROVE_WHISTLE,
            needs=frozenset({"said"}),
            guards=(by_another,),
        ),
        step(
            "blow",
            _("吹哨"),
            State.APPROVED,
            State.BLOWN,
            rights.BLOW,
            then=(steps.blow,),
            starts=("report_in",),
        ),
        step(
            "report_in",
            _("报到"),
            State.BLOWN,
            None,
            rights.COME,
            then=(steps.come,),
            onward=(steps.all_answered,),
        ),
        step(
            "decline",
            _("不能到场"),
            State.BLOWN,
            None,
            rights.COME,
            needs=frozenset({"said"}),
            then=(steps.decline,),
            onward=(steps.all_answered,),
            expected=False,
        ),
        step(
            "all_in",
            _("全部报到"),
            State.BLOWN,
            State.REPORTED_IN,
            rights.BLOW,
            stops=("report_in",),
            by_system=True,
        ),
        step(
            "nobody_came",
            _("无单位到场"),
            State.BLOWN,
            State.REFUSED,
            rights.BLOW,
            by_system=True,
        ),
        step(
            "begin",
            _("开始联合处置"),
            [State.BLOWN, State.REPORTED_IN],
            State.HANDLING,
            rights.LEAD,
            needs=frozenset({"said"}),
            guards=(steps.somebody_came,),
            then=(steps.keep_plan,),
            stops=("report_in",),
        ),
        step(
            "finish",
            _("处置完毕"),
            State.HANDLING,
            State.DONE,
            rights.LEAD,
            needs=frozenset({"said"}),
            then=(steps.keep_result,),
        ),
        step(
            "score",
            _("评分"),
            State.DONE,
            State.SCORED,
            rights.APPROVE_WHISTLE,
            needs=frozenset({"scores"}),
            not_by=("finish",),
            then=(steps.score,),
        ),
    ),
)
