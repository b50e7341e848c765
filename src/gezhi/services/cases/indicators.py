"""What is counted of cases, and the indicators it makes (GB/T 30428.4; one city's formulas).

Deadlines are those of handling and reworking: what a unit answers for. Filing, dispatch and check
have limits, and indicators, of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gezhi.engines.indicators import dimensions
from gezhi.engines.indicators.language import Board, Dimension, Happening, Ratio, Words
from gezhi.engines.matters.models import Matter, Running, Taken
from gezhi.services.cases.models import Case, Category, Source, State
from gezhi.services.cases.queries import KIND

TRIED: Final = ("handling", "rework")
"""The clocks a responsible unit works against."""
REPEAT_DAYS: Final = 30
REPEAT_DEGREES: Final = 0.0005
"""About fifty metres."""


def matters(**among: Any) -> QuerySet[Matter]:
    return Matter.objects.filter(kind=KIND, **among)


def runs(clock: str, **among: Any) -> QuerySet[Running]:
    """Runs of one clock of cases."""
    return Running.objects.filter(matter__kind=KIND, clock=clock, **among)


def _late() -> Exists:
    """A run of the unit's clocks that ended, or still is, past its moment."""
    return Exists(
        Running.objects.filter(matter=OuterRef("pk"), clock__in=TRIED, stopped_at__gt=F("due_at"))
    )


def _timed() -> Exists:
    return Exists(Running.objects.filter(matter=OuterRef("pk"), clock="handling"))


def closed_in_time() -> QuerySet[Matter]:
    return matters(state=State.CLOSED).filter(_timed(), ~_late())


def closed_late() -> QuerySet[Matter]:
    return matters(state=State.CLOSED).filter(_late())


def open_past_due() -> QuerySet[Running]:
    """Runs that go on past their moment. Time alone makes one: counted anew every half hour."""
    from django.db.models.functions import Now

    return runs("handling", stopped_at=None, matter__ended_at=None, due_at__lt=Now())


def repeated() -> QuerySet[Matter]:
    """Filed again for the same category and place within thirty days of another."""
    earlier = Case.objects.filter(
        ~Q(pk=OuterRef("pk")),
        matter__kind=KIND,
        matter__topic=OuterRef("topic"),
        filed_at__lte=OuterRef("case__filed_at"),
        filed_at__gt=OuterRef("case__filed_at") - timedelta(days=REPEAT_DAYS),
    ).filter(
        Q(address=OuterRef("case__address"), lat=None)
        | Q(
            lat__gte=OuterRef("case__lat") - REPEAT_DEGREES,
            lat__lte=OuterRef("case__lat") + REPEAT_DEGREES,
            lon__gte=OuterRef("case__lon") - REPEAT_DEGREES,
            lon__lte=OuterRef("case__lon") + REPEAT_DEGREES,
        )
    )
    return matters(case__filed_at__isnull=False).filter(Exists(earlier))


def suspended_once() -> QuerySet[Matter]:
    steps = Taken.objects.filter(matter=OuterRef("pk"), step="suspend")
    return matters().filter(Exists(steps))


def _topics(keys: Iterable[str]) -> Mapping[str, str]:
    rows = Category.objects.order_by("valid_from").values_list("nature", "code", "name")
    known = {f"{nature[0]}{code}": name for nature, code, name in rows}
    return {key: known[key] for key in keys if key in known}


def last_moved() -> datetime | None:
    """When a case last moved."""
    found: datetime | None = matters().aggregate(last=Max("moved_at"))["last"]
    return found


FILED, DISPATCHED, FED_BACK = "case__filed_at", "case__dispatched_at", "case__fed_back_at"
CLOSED = "case__closed_at"


def _case(code: str, title: Words, when: str, **among: Any) -> Happening:
    return Happening(code, title, lambda: matters(**among), when)


def _run(code: str, title: Words, clock: str, when: str, **among: Any) -> Happening:
    return Happening(code, title, lambda: runs(clock, **among), when, via="matter__")


IN_TIME: Final = {"stopped_at__lte": F("due_at")}

COUNTS: Final = (
    _case("reported", _("上报"), "opened_at"),
    _case("filed", _("立案"), FILED),
    _case(
        "voided",
        _("不属实或不符合立案条件"),
        "ended_at",
        state=State.VOIDED,
        case__void_reason__in=("untrue", "unfit"),
    ),
    _run(
        "filed_in_time",
        _("按时立案"),
        "filing",
        "matter__case__filed_at",
        **IN_TIME,
    ),
    _case("dispatched", _("派遣"), DISPATCHED),
    Happening(
        "first_unit_right",
        _("首派准确"),
        lambda: matters(case__first_unit_id=F("unit_id")),
        DISPATCHED,
    ),
    _run("dispatched_in_time", _("按时派遣"), "dispatch", "matter__case__dispatched_at", **IN_TIME),
    _run("due", _("应结案"), "handling", "due_at"),
    _run(
        "suspended_due",
        _("应结案而挂账"),
        "handling",
        "due_at",
        matter__state=State.SUSPENDED,
    ),
    Happening(
        "closed_of_due", _("结案"), lambda: matters(state=State.CLOSED).filter(_timed()), CLOSED
    ),
    Happening("closed_in_time", _("按期结案"), closed_in_time, CLOSED),
    Happening("closed_late", _("超期结案"), closed_late, CLOSED),
    Happening("open_past_due", _("超期未结"), open_past_due, "due_at", via="matter__"),
    _case("closed", _("全部结案"), CLOSED, state=State.CLOSED),
    _case("closed_at_once", _("一次完成"), CLOSED, state=State.CLOSED, case__reworks=0),
    _case("fed_back", _("处置反馈"), FED_BACK),
    _case("reworked", _("返工"), FED_BACK, case__reworks__gte=1),
    _run("to_check", _("待核查"), "check", "started_at"),
    _run("checked", _("已核查"), "check", "started_at", stopped_at__isnull=False),
    _run("checked_in_time", _("按时核查"), "check", "started_at", **IN_TIME),
    _case("extended", _("延期"), DISPATCHED, case__extensions__gte=1),
    Happening("suspended", _("挂账"), suspended_once, DISPATCHED),
    _case("given_back", _("退回"), DISPATCHED, case__returns__gte=1),
    _case("self_found", _("自查"), FILED, case__source=Source.PATROL),
    Happening("repeated", _("重复"), repeated, FILED),
    _case("answered", _("回访接通"), "case__called_back_at", case__answered=True),
    _case("satisfied", _("满意"), "case__called_back_at", case__satisfied=True),
)


def _ratio(
    code: str,
    title: Words,
    over: str | tuple[str, ...],
    under: str | tuple[str, ...],
    said: Words,
    better: str = "more",
    *,
    of: str = "",
) -> Ratio:
    def several(terms: str | tuple[str, ...]) -> tuple[str, ...]:
        return (terms,) if isinstance(terms, str) else terms

    return Ratio(code, title, several(over), several(under), said=said, better=better, group=of)


CASES: Final = Board(
    code=KIND,
    title=_("案件评价"),
    dimensions=(
        dimensions.COMMUNITY,
        dimensions.GRID,
        dimensions.UNIT,
        Dimension("topic", _("类别"), "topic", _topics, by_id=False),
    ),
    counts=COUNTS,
    groups={
        "closing": _("处置结案"),
        "intake": _("受理派遣"),
        "check": _("核查与例外"),
    },
    ratios=(
        _ratio(
            "on_time_closing_rate",
            _("按期结案率"),
            "closed_in_time",
            ("due", "-suspended_due"),
            _("按期结案数 ÷（应结案数 − 挂账数）"),
        ),
        _ratio(
            "closing_rate",
            _("结案率"),
            "closed_of_due",
            ("due", "-suspended_due"),
            _("结案数 ÷（应结案数 − 挂账数）；结案按结案日、应结案按到期日计，可超过百分之百"),
        ),
        _ratio(
            "overdue_rate",
            _("超期率"),
            ("closed_late", "open_past_due"),
            "due",
            _("（超期结案数 + 超期未结数）÷ 应结案数"),
            "less",
        ),
        _ratio(
            "filing_rate", _("立案率"), "filed", "reported", _("立案数 ÷ 上报数"), "", of="intake"
        ),
        _ratio(
            "void_rate",
            _("误报率"),
            "voided",
            "reported",
            _("核实不属实或不符合立案条件数 ÷ 上报数"),
            "less",
            of="intake",
        ),
        _ratio(
            "on_time_filing_rate",
            _("按时立案率"),
            "filed_in_time",
            "filed",
            _("时限内立案数 ÷ 立案数"),
            of="intake",
        ),
        _ratio(
            "dispatch_accuracy",
            _("派遣准确率"),
            "first_unit_right",
            "dispatched",
            _("首次派遣即为责任单位数 ÷ 派遣数"),
            of="intake",
        ),
        _ratio(
            "on_time_dispatch_rate",
            _("按时派遣率"),
            "dispatched_in_time",
            "dispatched",
            _("时限内派遣数 ÷ 派遣数"),
            of="intake",
        ),
        _ratio(
            "first_time_completion_rate",
            _("一次完成率"),
            "closed_at_once",
            "closed",
            _("未返工的结案数 ÷ 全部结案数"),
        ),
        _ratio(
            "rework_rate", _("返工率"), "reworked", "fed_back", _("返工案件数 ÷ 反馈数"), "less"
        ),
        _ratio(
            "check_rate",
            _("核查率"),
            "checked",
            "to_check",
            _("已核查次数 ÷ 反馈待查次数"),
            of="check",
        ),
        _ratio(
            "on_time_check_rate",
            _("按时核查率"),
            "checked_in_time",
            "checked",
            _("时限内核查次数 ÷ 已核查次数"),
            of="check",
        ),
        _ratio(
            "extension_rate",
            _("延期率"),
            "extended",
            "dispatched",
            _("延期数 ÷ 派遣数"),
            "less",
            of="check",
        ),
        _ratio(
            "suspension_rate",
            _("挂账率"),
            "suspended",
            "dispatched",
            _("挂账数 ÷ 派遣数"),
            "less",
            of="check",
        ),
        _ratio(
            "return_rate",
            _("退回率"),
            "given_back",
            "dispatched",
            _("退回数 ÷ 派遣数"),
            "less",
            of="check",
        ),
        _ratio(
            "self_found_rate",
            _("自查率"),
            "self_found",
            "filed",
            _("网格巡查发现数 ÷ 立案数"),
            of="intake",
        ),
        _ratio(
            "repeat_rate",
            _("重复率"),
            "repeated",
            "filed",
            _("三十天内同地点同类别再次立案数 ÷ 立案数"),
            "less",
            of="intake",
        ),
        _ratio(
            "satisfaction_rate", _("回访满意率"), "satisfied", "answered", _("满意数 ÷ 回访接通数")
        ),
    ),
    rows="cases.list",
    moved=last_moved,
)
