"""A case as its public page says it: stages, honest ends, what is expected; no people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.core.staff.models import Unit
from gezhi.engines.matters.models import Running, Taken
from gezhi.services.cases import rules as of_cases
from gezhi.services.cases.forms import ENDED_UNFILED, SUSPENDED_FOR
from gezhi.services.cases.models import Case, State
from gezhi.services.cases.public import queries, rules
from gezhi.services.cases.public.models import Reply
from gezhi.services.cases.public.rules import Standing

STAGES: Final = {
    "told": _("收到反映"),
    "filing": _("核实立案"),
    "dispatching": _("派给责任单位"),
    "handling": _("处置"),
    "answer": _("反馈结果"),
    "check": _("核查"),
    "closing": _("结案"),
}
NOW: Final = {
    State.REPORTED: _("已收到，等待受理人员核实立案。"),
    State.VERIFYING: _("网格员正在去现场核实。"),
    State.VOIDED: _("没有立案。"),
    State.FILED: _("已立案，正在派给责任单位。"),
    State.DISPATCHED: _("已派给责任单位，等待接收。"),
    State.RETURNED: _("责任单位认为不归它办，已退回，正在重新确定由谁办。"),
    State.DISPUTED: _("几家单位对由谁办有不同意见，正在裁定；定不下来的由兜底单位办。"),
    State.HANDLING: _("责任单位正在处置。"),
    State.EXTENSION_PENDING: _("责任单位申请延期，等待审批；批准以前原来的时限不变。"),
    State.SUSPENSION_PENDING: _("责任单位申请挂账缓办，等待审批。"),
    State.SUSPENDED: _("现在办不了，已挂账缓办，计时暂停；每 30 天复查一次。"),
    State.CHECKING: _("责任单位说办好了，正在由别的人去现场核查。"),
    State.REWORK: _("核查没有通过，已要求重新办理，时限减半。"),
    State.PASSED: _("核查通过，等待结案。"),
    State.CLOSED: _("已办结。"),
}
TONES: Final = {
    State.VOIDED: "warn",
    State.RETURNED: "warn",
    State.DISPUTED: "warn",
    State.SUSPENDED: "warn",
    State.REWORK: "warn",
    State.CLOSED: "good",
}
AFTER_VOID: Final = {
    "untrue": _("网格员到现场没有看到所说的情况。如果还在，请再反映一次，附上照片最好。"),
    "outside": _("地点不在本街道范围内，请打 12345，会转给当地。"),
    "unfit": _("还达不到立案条件。情况变了可以再反映，或打 12345 咨询。"),
    "lawful": _("这类事要走诉讼、仲裁、信访等法定途径，可打 12348 问免费的法律咨询。"),
}


@dataclass(frozen=True, slots=True)
class StageShown:
    """One of the seven: its name, how far it has come, and when."""

    title: str
    standing: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Face:
    """All that the page says."""

    number: str
    what: str
    where: str
    told_at: datetime
    stages: list[StageShown]
    state: str
    tone: str
    sentences: list[str]
    expected: str
    unit: str
    answer: str
    photos: list[UUID]
    merged: bool
    others: int
    may_reply: bool
    reply: Reply | None
    is_over: bool


def face_of(found: queries.Found, at: datetime) -> Face:
    """What the holder of a code reads today. Six questions at the most, whatever the state."""
    case = found.living
    matter = case.matter
    said = queries.replies_of(found).first() if case.closed_at or matter.ended_at else None
    fresh = said is not None and case.closed_at is not None and said.at >= case.closed_at
    in_window = matter.state == State.CLOSED and rules.may_reply(
        case.closed_at, at, days=of_cases.REOPEN_DAYS
    )
    return Face(
        number=found.case.matter.number,
        what=found.case.category.name if found.case.category else _now("待受理人员定类"),
        where=queries.whereabouts_of(found.case),
        told_at=found.joiner.at if found.joiner else found.case.matter.opened_at,
        stages=_stages(case),
        state=str(State(matter.state).label),
        tone=TONES.get(State(matter.state), "info"),
        sentences=[str(one) for one in sentences_of(case)],
        expected=_expected(case, at),
        unit=_unit(case),
        answer=_answer(case),
        photos=_photos(case),
        merged=case.pk != found.case.pk,
        others=case.joined,
        may_reply=in_window and not fresh,
        reply=said,
        is_over=matter.ended_at is not None,
    )


def _stages(case: Case) -> list[StageShown]:
    times = (
        *(case.matter.opened_at, case.filed_at, case.dispatched_at, case.fed_back_at),
        *(case.fed_back_at, None, case.closed_at),
    )
    return [
        StageShown(str(STAGES[code]), standing.value, when if standing is Standing.DONE else None)
        for code, standing, when in zip(
            rules.STAGES, rules.standings(case.matter.state), times, strict=True
        )
    ]


def sentences_of(case: Case) -> list[Any]:
    state = State(case.matter.state)
    found: list[Any] = [NOW[state]]
    if state == State.VOIDED and case.void_reason:
        reason = dict(ENDED_UNFILED).get(case.void_reason, "")
        found.append(_now("原因：%(why)s。") % {"why": reason})
        found.append(AFTER_VOID.get(case.void_reason, _("有疑问请打 12345。")))
    if state in (State.SUSPENDED, State.SUSPENSION_PENDING):
        reason = dict(SUSPENDED_FOR).get(case.suspended_for, "")
        if reason:
            found.append(_now("原因：%(why)s。") % {"why": reason})
        if case.plan_on is not None:
            found.append(_now("计划 %(day)s 恢复办理。") % {"day": f"{case.plan_on:%Y-%m-%d}"})
        if case.review_on is not None:
            found.append(_now("下次复查 %(day)s。") % {"day": f"{case.review_on:%Y-%m-%d}"})
    if case.extensions and case.matter.ended_at is None:
        found.append(_now("已批准延期 %(n)d 次。") % {"n": case.extensions})
    if case.reopened:
        found.append(_now("办结后又重新办理过 %(n)d 次。") % {"n": case.reopened})
    if case.self_handled and state in (State.PASSED, State.CLOSED):
        found.append(_("网格员在现场直接办好的。"))
    return found


def _expected(case: Case, at: datetime) -> str:
    """When it should be done, as its clock has it now."""
    state = State(case.matter.state)
    if case.matter.ended_at is not None or state in (State.SUSPENDED, State.PASSED, State.CHECKING):
        return ""
    running = (
        Running.objects.filter(matter_id=case.pk, stopped_at=None, clock__in=("handling", "rework"))
        .order_by("-started_at")
        .first()
    )
    if running is None or running.due_at is None:
        if case.category is None:
            return _now("受理人员定类以后，这里会写明办理时限")
        amount = f"{case.category.amount.normalize():f}"
        return _now("派给责任单位后 %(n)s %(unit)s内办结") % {
            "n": amount,
            "unit": case.category.get_unit_display(),
        }
    due = f"{timezone.localtime(running.due_at):%Y-%m-%d %H:%M}"
    if running.due_at < at:
        return _now("应在 %(due)s 前办结，已经超期，平台已提醒责任单位") % {"due": due}
    return _now("%(due)s 前办结") % {"due": due}


def _unit(case: Case) -> str:
    """The unit it lies with: an office, never who works in it."""
    if case.matter.unit_id is None or State(case.matter.state) in (State.VOIDED, State.RETURNED):
        return ""
    return Unit.objects.filter(pk=case.matter.unit_id).values_list("name", flat=True).first() or ""


def _answer(case: Case) -> str:
    """What the unit answered, or the office in its place, once it has passed the check."""
    if case.matter.state not in rules.ANSWERED_IN:
        return ""
    shown = getattr(case, "shown", None)
    words = shown.words if shown is not None and shown.words else ""
    if not words and (shown is None or not shown.withheld):
        words = case.result
    if not words:
        return ""
    names = Taken.objects.filter(matter_id=case.pk).values_list("by", flat=True).distinct()
    return rules.fit_for_all(words, [one for one in names if one])


def _photos(case: Case) -> list[UUID]:
    shown = getattr(case, "shown", None)
    if shown is None or case.matter.state not in rules.ANSWERED_IN:
        return []
    return list(shown.photos)


def age(then: datetime, at: datetime) -> str:
    """How long ago, as people say it."""
    hours = int((at - then).total_seconds() // 3600)
    if hours < 1:
        return _now("不到 1 小时前")
    if hours < 24:
        return _now("%(n)d 小时前") % {"n": hours}
    return _now("%(n)d 天前") % {"n": hours // 24}
