"""Rules that stand against a step of a case besides its state and its right."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.workdays import Unit
from gezhi.engines.matters.models import Matter, Running
from gezhi.services.cases import rules
from gezhi.services.cases.models import PUBLIC


def verified_first(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """What residents report is looked at on site before it is filed."""
    case = matter.case
    if case.source in PUBLIC and case.verified is None:
        return Refusal(_("居民和热线反映的问题须先现场核实"), "cases.not_verified")
    if case.verified is False:
        return Refusal(_("现场核实不属实，请作“不予立案”"), "cases.untrue")
    return None


def from_elsewhere(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Only what another platform handed over can have been answered there."""
    if not matter.case.source_number:
        return Refusal(_("只有其他平台转来的工单，才能按对方的答复办结"), "cases.own_case")
    return None


def not_verified_yet(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Once is enough."""
    if matter.case.verified is not None:
        return Refusal(_("已有现场核实结果"), "cases.verified")
    return None


def first_return(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """The second time it is no return any more."""
    if matter.case.returns + 1 >= rules.SECOND_RETURN:
        return Refusal(_("已退回过一次，再退请提请裁定"), "cases.second_return")
    return None


def later_return(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """A dispute needs a return before it."""
    if matter.case.returns + 1 < rules.SECOND_RETURN:
        return Refusal(_("第一次请用“退回”"), "cases.first_return")
    return None


def within_accept_limit(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """退回 is for the first hours: later the unit has taken the case by its silence."""
    running = _clock(matter, "accept")
    if running is not None and running.due_at is not None and at > running.due_at:
        return Refusal(_("已过接收时限，不能再退回"), "cases.accept_over")
    return None


def _clock(matter: Matter, *codes: str) -> Running | None:
    """The clock of these that runs; read already where a page shows them, or now."""
    rows = [one for one in matter.clocks.all() if one.stopped_at is None and one.clock in codes]
    return max(rows, key=lambda one: one.started_at, default=None)


def extension_allowed(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """延期 is asked before the deadline, and only where the category allows it."""
    case = matter.case
    if case.category is None or not case.category.may_extend:
        return Refusal(_("这类案件不能延期"), "cases.no_extension")
    running = _clock(matter, "handling", "rework")
    if running is None or running.unit != Unit.WORKING_DAY:
        return Refusal(_("正在计时的时限不是按工作日计算，不能延期"), "cases.no_days")
    if running.due_at is not None and at > running.due_at:
        return Refusal(_("已过时限，不能再申请延期"), "cases.too_late")
    return None


def within_window(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """A closed case is reopened within the window; later it is a new case."""
    closed_at = matter.case.closed_at
    if closed_at is None or not rules.is_reopened(closed_at, at):
        return Refusal(
            _("结案已超过 %(days)d 天，请作为新问题上报") % {"days": rules.REOPEN_DAYS},
            "cases.window_over",
        )
    return None


def drawn(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """回访 is drawn by the platform: nobody chooses who is asked."""
    case = matter.case
    if not case.call_back_drawn:
        return Refusal(_("此案件没有被抽中回访"), "cases.not_drawn")
    if case.answered is not None:
        return Refusal(_("回访已完成"), "cases.called_back")
    if case.call_again_at is not None and at < case.call_again_at:
        return Refusal(_("上次未接通，请稍后再回访"), "cases.call_later")
    return None


def merged(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Only what was merged is taken apart."""
    if matter.case.merged_into_id is None:
        return Refusal(_("此案件没有并入其他案件"), "cases.not_merged")
    return None
