"""How a filing moves through the grid levels, and how a fault found on a site is mended."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base.actors import Actor
from gezhi.base.errors import FieldRefusal, Refusal
from gezhi.base.workdays import Limit, Unit
from gezhi.engines.matters.attachments import Stage
from gezhi.engines.matters.attachments.actions import keeps
from gezhi.engines.matters.language import Clock, Next, Stepping, Workflow, step
from gezhi.engines.matters.models import Matter
from gezhi.services.filings import check_rules, queries, reviewing, rights
from gezhi.services.filings.actions import checking, steps
from gezhi.services.filings.alert_rules import is_stopped
from gezhi.services.filings.models import CheckState, State
from gezhi.services.filings.models.kinds import Decider

CHECK = Limit(4, Unit.WORKING_HOUR)
OPINION = Limit(4, Unit.WORKING_HOUR)
ACKNOWLEDGE = Limit(1, Unit.WORKING_DAY)

# --- guards ------------------------------------------------------------------------------------


def complete(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """All that is missing at once; found once for as long as the row is held in memory."""
    hard = [one for one in reviewing.kept_findings(matter, at) if one.hard]
    if not hard:
        return None
    return Refusal(
        _now("还差 %(number)d 项，补齐后再提交") % {"number": len(hard)},
        "filings.incomplete",
        fields=[FieldRefusal(one.field, str(one)) for one in hard],
    )


def settled_by_grid(stepping: Stepping) -> Next | None:
    """Kinds on which the grid's word is the last are acknowledged with it."""
    return Next("settle") if stepping.matter.filing.kind.decides == Decider.GRID else None


def settled_by_community(stepping: Stepping) -> Next | None:
    """Kinds on which the community's word is the last."""
    return Next("settle") if stepping.matter.filing.kind.decides == Decider.COMMUNITY else None


def has_come(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Work begins when its time has come, and not before."""
    if matter.filing.covers(at):
        return None
    return Refusal(_now("不在报备的时间内"), "filings.not_its_time")


def no_alert(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Nothing that is in force stops this work."""
    filing = matter.filing
    for alert in queries.alerts_at(at):
        if is_stopped(filing.plan, filing.kind.terms, alert.warning):
            return Refusal(_now("%(alert)s期间停止此类作业") % {"alert": alert}, "filings.alert")
    return None


def is_over(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """A filing expires when its time is over."""
    ends = matter.filing.ends_at
    if ends is not None and ends <= at:
        return None
    return Refusal(_now("报备期还没有结束"), "filings.not_over")


FILED = (State.SUBMITTED, State.L3_CHECKED, State.L2_AGREED)
STANDING = (State.ACKNOWLEDGED, State.IN_FORCE, State.SUSPENDED)

FILINGS: Final = Workflow(
    kind=queries.KIND,
    title=_("工地报备"),
    states=State,
    opens_in=State.DRAFT,
    ends_in=frozenset({State.REFUSED, State.EXPIRED, State.WITHDRAWN, State.CLOSED}),
    sees=rights.SEE,
    opens="filings.filing",
    facts=("filing__kind", "filing__site"),
    clocks=(
        Clock("check", _("现场核实"), lambda matter: CHECK),
        Clock("opinion", _("二级网格意见"), lambda matter: OPINION),
        Clock("acknowledge", _("街道确认"), lambda matter: ACKNOWLEDGE),
    ),
    steps=(
        step(
            "submit",
            _("提交报备"),
            [State.DRAFT, State.RETURNED],
            State.SUBMITTED,
            rights.FILE,
            needs=frozenset({"pledge", "signature"}),
            guards=(complete,),
            then=(steps.sign,),
            starts=("check",),
        ),
        step(
            "check",
            _("核实通过"),
            State.SUBMITTED,
            State.L3_CHECKED,
            rights.CHECK,
            needs=frozenset({"answers", "photos"}),
            not_by=("submit",),
            then=(steps.look_over, keeps(Stage.CHECK)),
            onward=(settled_by_grid,),
            starts=("opinion",),
            stops=("check",),
        ),
        step(
            "agree",
            _("同意"),
            State.L3_CHECKED,
            State.L2_AGREED,
            rights.AGREE,
            not_by=("submit", "check"),
            onward=(settled_by_community,),
            starts=("acknowledge",),
            stops=("opinion",),
        ),
        step(
            "settle",
            _("下放办结"),
            [State.L3_CHECKED, State.L2_AGREED],
            State.ACKNOWLEDGED,
            rights.DECIDE,
            by_system=True,
            then=(steps.announce,),
            stops=("opinion", "acknowledge"),
            expected=False,
        ),
        step(
            "acknowledge",
            _("确认报备"),
            State.L2_AGREED,
            State.ACKNOWLEDGED,
            rights.ACKNOWLEDGE,
            not_by=("submit", "check", "agree"),
            then=(steps.announce,),
            stops=("acknowledge",),
        ),
        step(
            "refuse",
            _("不予报备"),
            State.L2_AGREED,
            State.REFUSED,
            rights.ACKNOWLEDGE,
            needs=frozenset({"said"}),
            then=(steps.tell_refused,),
        ),
        step(
            "forward",
            _("转部门"),
            State.L2_AGREED,
            None,
            rights.ACKNOWLEDGE,
            needs=frozenset({"unit", "said"}),
            then=(steps.forward,),
            expected=False,
        ),
        step(
            "send_back",
            _("退回补正"),
            State.SUBMITTED,
            State.RETURNED,
            rights.CHECK,
            needs=frozenset({"said"}),
            then=(steps.list_lacks,),
            stops=("check",),
        ),
        step(
            "agree_not",
            _("退回补正"),
            State.L3_CHECKED,
            State.RETURNED,
            rights.AGREE,
            needs=frozenset({"said"}),
            then=(steps.list_lacks,),
            stops=("opinion",),
        ),
        step(
            "acknowledge_not",
            _("退回补正"),
            State.L2_AGREED,
            State.RETURNED,
            rights.ACKNOWLEDGE,
            needs=frozenset({"said"}),
            then=(steps.list_lacks,),
            stops=("acknowledge",),
        ),
        step(
            "begin",
            _("生效"),
            State.ACKNOWLEDGED,
            State.IN_FORCE,
            rights.DECIDE,
            guards=(has_come, no_alert),
            then=(steps.begin,),
            by_system=True,
            expected=False,
        ),
        step(
            "suspend",
            _("责令停工"),
            State.IN_FORCE,
            State.SUSPENDED,
            rights.DECIDE,
            needs=frozenset({"said"}),
            then=(steps.stop,),
            expected=False,
        ),
        step(
            "resume",
            _("恢复施工"),
            State.SUSPENDED,
            State.IN_FORCE,
            rights.DECIDE,
            guards=(has_come, no_alert),
            then=(steps.let_go_on,),
            expected=False,
        ),
        step(
            "finish",
            _("提前完工"),
            [State.IN_FORCE, State.SUSPENDED],
            State.CLOSED,
            rights.FILE,
            then=(steps.tell_over,),
            expected=False,
        ),
        step(
            "withdraw",
            _("撤回报备"),
            [State.DRAFT, State.RETURNED, *FILED, State.ACKNOWLEDGED],
            State.WITHDRAWN,
            rights.FILE,
            needs=frozenset({"said"}),
            then=(steps.tell_over,),
            expected=False,
        ),
        step(
            "revoke",
            _("撤销报备"),
            STANDING,
            State.WITHDRAWN,
            rights.DECIDE,
            needs=frozenset({"said"}),
            then=(steps.tell_over,),
            expected=False,
        ),
        step(
            "close",
            _("关闭"),
            STANDING,
            State.CLOSED,
            rights.DECIDE,
            needs=frozenset({"said"}),
            then=(steps.end_stops,),
            expected=False,
        ),
        step(
            "expire",
            _("到期"),
            [State.RETURNED, *FILED, *STANDING],
            State.EXPIRED,
            rights.DECIDE,
            guards=(is_over,),
            then=(steps.end_stops,),
            by_system=True,
            expected=False,
        ),
    ),
)

# --- rounds of a site --------------------------------------------------------------------------


def mending_limit(matter: Matter) -> Limit | None:
    """The working days the grid worker gave."""
    days = matter.site_check.days
    return Limit(days, Unit.WORKING_DAY) if days else None


def look_back_limit(matter: Matter) -> Limit | None:
    """One, three and seven days after it was mended."""
    return check_rules.next_look_back(matter.site_check.look_backs)


def look_backs_left(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """There is a look-back after this one."""
    if matter.site_check.look_backs < len(check_rules.LOOK_BACKS) - 1:
        return None
    return Refusal(_now("这是最后一次回头看，请用“回头看合格，销号”"), "filings.last_look_back")


def last_look_back(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """This is the last one."""
    if matter.site_check.look_backs >= len(check_rules.LOOK_BACKS) - 1:
        return None
    return Refusal(_now("还有后续的回头看，请用“回头看合格”"), "filings.look_backs_left")


def found_again_or_late(matter: Matter, actor: Actor, at: datetime) -> Refusal | None:
    """Handed over when it is found again, or was not mended in time."""
    late = matter.due_at is not None and at > matter.due_at
    if matter.state == CheckState.WATCHING or late:
        return None
    return Refusal(_now("整改期限还没有到"), "filings.not_late")


SITE_CHECKS: Final = Workflow(
    kind=queries.CHECK_KIND,
    title=_("工地检查"),
    states=CheckState,
    opens_in=CheckState.OPEN,
    ends_in=frozenset({CheckState.PASSED, CheckState.HANDED_OVER}),
    sees=rights.SEE_CHECKS,
    opens="filings.site_check",
    facts=("site_check__site",),
    clocks=(
        Clock("mending", _("整改"), mending_limit),
        Clock("look_back", _("回头看"), look_back_limit),
    ),
    steps=(
        step(
            "find_in_order",
            _("检查合格"),
            CheckState.OPEN,
            CheckState.PASSED,
            rights.INSPECT,
        ),
        step(
            "demand",
            _("责令整改"),
            CheckState.OPEN,
            CheckState.RECTIFYING,
            rights.INSPECT,
            needs=frozenset({"said"}),
            then=(checking.tell_to_mend,),
            starts=("mending",),
        ),
        step(
            "mended",
            _("回复已整改"),
            CheckState.RECTIFYING,
            CheckState.WATCHING,
            rights.MEND,
            needs=frozenset({"said", "photos"}),
            then=(keeps(Stage.AFTER),),
            starts=("look_back",),
            stops=("mending",),
        ),
        step(
            "look_back",
            _("回头看合格"),
            CheckState.WATCHING,
            None,
            rights.INSPECT,
            not_by=("mended",),
            guards=(look_backs_left,),
            then=(checking.count_look_back, keeps(Stage.CHECK)),
            starts=("look_back",),
        ),
        step(
            "look_back_last",
            _("回头看合格，销号"),
            CheckState.WATCHING,
            CheckState.PASSED,
            rights.INSPECT,
            not_by=("mended",),
            guards=(last_look_back,),
            then=(checking.count_look_back, keeps(Stage.CHECK)),
        ),
        step(
            "hand_over",
            _("不合格，移交执法"),
            [CheckState.RECTIFYING, CheckState.WATCHING],
            CheckState.HANDED_OVER,
            rights.INSPECT,
            needs=frozenset({"said"}),
            not_by=("mended",),
            guards=(found_again_or_late,),
            then=(checking.hand_over, keeps(Stage.CHECK)),
            expected=False,
        ),
    ),
)
