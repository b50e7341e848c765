"""How a case moves: seven stages, the three exceptions, and the ways back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.workdays import Limit
from gezhi.engines.matters.language import Clock, Workflow, step
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.rules import halved
from gezhi.services.cases import actions, queries, rights, rules
from gezhi.services.cases.models import PUBLIC, State

# --- clocks ----------------------------------------------------------------------------------


def handling_limit(matter: Matter) -> Limit | None:
    """What the category gives, from dispatch on."""
    category = matter.case.category
    return None if category is None else category.limit


def rework_limit(matter: Matter) -> Limit | None:
    """Half of it for another try."""
    limit = handling_limit(matter)
    return None if limit is None else halved(limit)


# --- guards ----------------------------------------------------------------------------------


def verified_first(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """What residents report is looked at on site before it is filed."""
    case = matter.case
    if case.source in PUBLIC and case.verified is None:
        return Refusal(_now("居民和热线反映的问题须先现场核实"), "cases.not_verified")
    if case.verified is False:
        return Refusal(_now("现场核实不属实，请作“不予立案”"), "cases.untrue")
    return None


def not_verified_yet(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Once is enough."""
    if matter.case.verified is not None:
        return Refusal(_now("已有现场核实结果"), "cases.verified")
    return None


def first_return(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """The second time it is no return any more."""
    if matter.case.returns + 1 >= rules.SECOND_RETURN:
        return Refusal(_now("已退回过一次，再退请提请裁定"), "cases.second_return")
    return None


def later_return(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """A dispute needs a return before it."""
    if matter.case.returns + 1 < rules.SECOND_RETURN:
        return Refusal(_now("第一次请用“退回”"), "cases.first_return")
    return None


def extension_allowed(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """延期 is asked before the deadline, and only where the category allows it."""
    case = matter.case
    if case.category is None or not case.category.may_extend:
        return Refusal(_now("这类案件不能延期"), "cases.no_extension")
    if matter.due_at is not None and at > matter.due_at:
        return Refusal(_now("已过时限，不能再申请延期"), "cases.too_late")
    return None


def within_window(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """A closed case is reopened within the window; later it is a new case."""
    closed_at = matter.case.closed_at
    if closed_at is None or not rules.is_reopened(closed_at, at):
        return Refusal(
            _now("结案已超过 %(days)d 天，请作为新问题上报") % {"days": rules.REOPEN_DAYS},
            "cases.window_over",
        )
    return None


CASES: Final = Workflow(
    kind=queries.KIND,
    title=_("治理案件"),
    states=State,
    opens_in=State.REPORTED,
    ends_in=frozenset({State.CLOSED, State.VOIDED}),
    sees=rights.SEE,
    opens="cases.case",
    facts=("case__category",),
    opens_with=("filing",),
    clocks=(
        Clock(
            "filing",
            _("受理立案"),
            lambda matter: rules.FILE,
            pauses_in=frozenset({State.VERIFYING}),
        ),
        Clock("verify", _("现场核实"), lambda matter: rules.VERIFY),
        Clock("accept", _("接收"), lambda matter: rules.ACCEPT),
        Clock("handling", _("处置"), handling_limit, pauses_in=frozenset({State.SUSPENDED})),
        Clock("rework", _("返工"), rework_limit, pauses_in=frozenset({State.SUSPENDED})),
        Clock("check", _("核查"), lambda matter: rules.CHECK),
    ),
    steps=(
        step(
            "ask_to_verify",
            _("派人核实"),
            State.REPORTED,
            State.VERIFYING,
            rights.FILE,
            guards=(not_verified_yet,),
            starts=("verify",),
            expected=False,
        ),
        step(
            "confirm",
            _("属实"),
            State.VERIFYING,
            State.REPORTED,
            rights.VERIFY,
            needs=frozenset({"said"}),
            then=(actions.found_true,),
            stops=("verify",),
        ),
        step(
            "deny",
            _("不属实"),
            State.VERIFYING,
            State.REPORTED,
            rights.VERIFY,
            needs=frozenset({"said"}),
            then=(actions.found_untrue,),
            stops=("verify",),
        ),
        step(
            "file",
            _("立案"),
            State.REPORTED,
            State.FILED,
            rights.FILE,
            needs=frozenset({"category"}),
            guards=(verified_first,),
            then=(actions.file_it,),
            stops=("filing",),
        ),
        step(
            "void",
            _("不予立案"),
            State.REPORTED,
            State.VOIDED,
            rights.FILE,
            needs=frozenset({"void_reason", "said"}),
            then=(actions.void,),
        ),
        step(
            "handle_here",
            _("自办自结"),
            State.REPORTED,
            State.PASSED,
            rights.SELF_HANDLE,
            needs=frozenset({"category", "said"}),
            guards=(verified_first,),
            then=(actions.handle_on_the_spot,),
            stops=("filing",),
            expected=False,
        ),
        step(
            "dispatch",
            _("派遣"),
            State.FILED,
            State.DISPATCHED,
            rights.DISPATCH,
            needs=frozenset({"unit"}),
            then=(actions.hand_out,),
            starts=("accept", "handling"),
        ),
        step(
            "accept",
            _("接收"),
            State.DISPATCHED,
            State.HANDLING,
            rights.HANDLE,
            then=(actions.take_up,),
            stops=("accept",),
        ),
        step(
            "give_back",
            _("退回"),
            State.DISPATCHED,
            State.RETURNED,
            rights.HANDLE,
            needs=frozenset({"said"}),
            guards=(first_return,),
            then=(actions.give_back,),
            stops=("accept",),
            expected=False,
        ),
        step(
            "dispute",
            _("提请裁定"),
            State.DISPATCHED,
            State.DISPUTED,
            rights.HANDLE,
            needs=frozenset({"said"}),
            guards=(later_return,),
            then=(actions.give_back,),
            stops=("accept",),
            expected=False,
        ),
        step(
            "redirect",
            _("改派"),
            State.RETURNED,
            State.DISPATCHED,
            rights.DISPATCH,
            needs=frozenset({"unit", "said"}),
            then=(actions.hand_out,),
            starts=("accept", "handling"),
        ),
        step(
            "uphold",
            _("维持原派"),
            State.RETURNED,
            State.DISPATCHED,
            rights.DISPATCH,
            needs=frozenset({"said"}),
            starts=("accept",),
        ),
        step(
            "decide",
            _("裁定"),
            State.DISPUTED,
            State.DISPATCHED,
            rights.DECIDE,
            needs=frozenset({"unit", "said"}),
            then=(actions.hand_out,),
            starts=("accept", "handling"),
        ),
        step(
            "ask_time",
            _("申请延期"),
            State.HANDLING,
            State.EXTENSION_PENDING,
            rights.HANDLE,
            needs=frozenset({"said"}),
            guards=(extension_allowed,),
            expected=False,
        ),
        step(
            "grant_time",
            _("同意延期"),
            State.EXTENSION_PENDING,
            State.HANDLING,
            rights.DECIDE,
            needs=frozenset({"days"}),
            not_by=("ask_time",),
            then=(actions.give_time,),
        ),
        step(
            "refuse_time",
            _("不同意延期"),
            State.EXTENSION_PENDING,
            State.HANDLING,
            rights.DECIDE,
            needs=frozenset({"said"}),
            not_by=("ask_time",),
        ),
        step(
            "ask_to_suspend",
            _("申请挂账"),
            State.HANDLING,
            State.SUSPENSION_PENDING,
            rights.HANDLE,
            needs=frozenset({"said"}),
            expected=False,
        ),
        step(
            "suspend",
            _("同意挂账"),
            State.SUSPENSION_PENDING,
            State.SUSPENDED,
            rights.DECIDE,
            needs=frozenset({"said"}),
            not_by=("ask_to_suspend",),
        ),
        step(
            "refuse_to_suspend",
            _("不同意挂账"),
            State.SUSPENSION_PENDING,
            State.HANDLING,
            rights.DECIDE,
            needs=frozenset({"said"}),
            not_by=("ask_to_suspend",),
        ),
        step("resume", _("恢复处置"), State.SUSPENDED, State.HANDLING, rights.HANDLE),
        step(
            "feed_back",
            _("处置反馈"),
            [State.HANDLING, State.REWORK],
            State.CHECKING,
            rights.HANDLE,
            needs=frozenset({"said"}),
            then=(actions.feed_back,),
            starts=("check",),
            stops=("handling", "rework"),
        ),
        step(
            "pass_check",
            _("核查通过"),
            State.CHECKING,
            State.PASSED,
            rights.CHECK,
            not_by=("feed_back",),
            stops=("check",),
        ),
        step(
            "fail_check",
            _("核查不通过"),
            State.CHECKING,
            State.REWORK,
            rights.CHECK,
            needs=frozenset({"said"}),
            not_by=("feed_back",),
            then=(actions.rework,),
            starts=("rework",),
            stops=("check",),
        ),
        step(
            "close",
            _("结案"),
            State.PASSED,
            State.CLOSED,
            rights.FILE,
            not_by=("feed_back", "handle_here"),
            then=(actions.close,),
        ),
        step(
            "reopen",
            _("重新处置"),
            State.CLOSED,
            State.DISPATCHED,
            rights.FILE,
            needs=frozenset({"said"}),
            guards=(within_window,),
            then=(actions.reopen,),
            starts=("accept", "rework"),
            expected=False,
        ),
        step(
            "call_back",
            _("回访"),
            State.CLOSED,
            None,
            rights.CALL_BACK,
            needs=frozenset({"answered"}),
            not_by=("feed_back", "handle_here"),
            then=(actions.call_back,),
            expected=False,
        ),
    ),
)
