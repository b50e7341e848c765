"""When a filing may be made and what it must say, of plain values: no database, no clock.

Filing (报备) informs the territory; it replaces no permit. What is found is told all at once: a
hard finding stops the filing, a soft one is shown to whoever decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from gezhi.base.sentences import Sentence, _
from gezhi.base.workdays import Limit, OfficeCalendar, Unit, workdays_after

DAY: Final = timedelta(days=1)


class Work(StrEnum):
    """The kinds of work the rules know by name; an office may add kinds of its own."""

    START = "start"
    NIGHT = "night"
    EARTHWORK = "earthwork"
    DEMOLITION = "demolition"
    HOT_WORK = "hot_work"
    ROAD = "road"
    LIFTING = "lifting"
    STOP = "stop"
    FINISH = "finish"
    EPIDEMIC = "epidemic"
    SMALL_WORK = "small_work"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a filing: what is wrong or worth knowing, and the field that mends it."""

    code: str
    field: str
    sentence: Sentence
    hard: bool = True
    """Whether it has to be mended before the filing can be made."""

    def __str__(self) -> str:
        return str(self.sentence)


def found(code: str, name: str, pattern: str, /, *, hard: bool = True, **values: object) -> Finding:
    """A finding, its pattern marked for translation by whoever writes it."""
    return Finding(code, name, Sentence(pattern, values), hard)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an office sets for its own ground; the defaults are the province's and the law's."""

    night_from: time = time(22)
    night_to: time = time(6)
    below_fen: int = 30_000_000
    below_area: float = 300.0
    dig_stop_from: tuple[int, int] = (11, 15)
    dig_stop_to: tuple[int, int] = (3, 15)
    before_holidays: int = 15
    after_holidays: int = 5
    new_road_years: int = 5
    repaired_road_years: int = 3
    late_papers_hours: int = 24


@dataclass(frozen=True, slots=True)
class Terms:
    """What an office asks of a kind of work: its row in the table of kinds, as the rules see it."""

    code: str
    lead: Limit | None = None
    """How long before work starts it must be filed; None: before work starts."""
    longest_days: int = 30
    noisy: bool = True
    stops_at: int | None = None
    """The least severe pollution level that stops it: 3 (III), 2 or 1; None: none does."""
    wind_from: int | None = None
    """The forecast wind that stops it, in Beaufort; None: none does."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A filing as the rules see it. Empty values are not filled in yet."""

    kind: str
    first_day: date | None = None
    last_day: date | None = None
    from_time: time | None = None
    to_time: time | None = None
    emergency: bool = False
    permit_no: str = ""
    no_permit_reason: str = ""
    noise_sensitive: bool = True
    process: str = ""
    certificate_no: str = ""
    notice_on: date | None = None
    disposal_no: str = ""
    transport_only: bool = False
    special_pass: str = ""
    hot_level: int | None = None
    outdoors: bool = True
    fuel_machines: bool = False
    digs: bool = False
    near: frozenset[str] = frozenset()
    police_consent: str = ""
    road_opened_on: date | None = None
    road_repaired_on: date | None = None
    cost_fen: int | None = None
    area: float | None = None

    @property
    def span(self) -> tuple[date, date] | None:
        """The days it covers, both included; None until both are filled in."""
        if self.first_day is None or self.last_day is None:
            return None
        return self.first_day, self.last_day


@dataclass(frozen=True, slots=True)
class Quiet:
    """Days on which noise, or digging up roads, is banned: examinations, large events."""

    name: str
    first: date
    last: date
    is_exam: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rules know besides the filing itself."""

    calendar: OfficeCalendar
    limits: Limits = field(default_factory=Limits)
    quiet: tuple[Quiet, ...] = ()


# --- time --------------------------------------------------------------------------------------


def begins_and_ends(first: date, last: date, begin: time, end: time) -> tuple[datetime, datetime]:
    """The first and last moment of work, without zone; hours past midnight end a day later."""
    over = DAY if end <= begin else timedelta()
    return datetime.combine(first, begin), datetime.combine(last, end) + over


def touches_night(begin: time, end: time, limits: Limits) -> bool:
    """Whether daily hours reach into the night.

    《噪声污染防治法》第八十八条：夜间，是指晚上十点至次日早晨六点之间的期间，设区的市级以上
    人民政府可以另行规定本行政区域夜间的起止时间，夜间时段长度为八小时.
    """
    return _meet(_parts(begin, end), _parts(limits.night_from, limits.night_to))


def is_night(moment: time, limits: Limits) -> bool:
    """Whether a moment of the day lies in the night."""
    minute = moment.hour * 60 + moment.minute
    return _meet([(minute, minute + 1)], _parts(limits.night_from, limits.night_to))


def _parts(begin: time, end: time) -> list[tuple[int, int]]:
    """A stretch of the day in minutes; one past midnight is two, equal ends are the whole day."""
    first, last = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    if first < last:
        return [(first, last)]
    return [one for one in ((first, 1440), (0, last)) if one[0] < one[1]]


def _meet(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> bool:
    return any(a < d and c < b for a, b in some for c, d in others)


def earliest_start(calendar: OfficeCalendar, filed_at: datetime, lead: Limit | None) -> datetime:
    """The first moment work filed now may start, in the calendar's zone and without zone.

    Working days count from the day after filing and end with the day on which work may start:
    two working days before a Wednesday is a Monday. Hours run round the clock.
    """
    here = calendar.local(filed_at).replace(tzinfo=None)
    if lead is None:
        return here
    if lead.unit in (Unit.WORKING_HOUR, Unit.EMERGENCY_HOUR):
        return here + timedelta(hours=lead.amount)
    if lead.unit is Unit.WORKING_DAY:
        day = workdays_after(calendar, here.date(), int(lead.amount))
    else:
        day = here.date() + timedelta(days=int(lead.amount))
    return datetime.combine(day, time.min)


def about_time(
    plan: Plan, terms: Terms, around: Surroundings, filed_at: datetime
) -> Iterator[Finding]:
    """Period, lead time and hours."""
    if plan.first_day is None or plan.last_day is None:
        return
    if plan.last_day < plan.first_day:
        yield found("period", "last_day", _("结束日期早于开始日期"))
        return
    days = (plan.last_day - plan.first_day).days + 1
    longest = longest_days(plan, terms)
    if days > longest:
        yield found(
            "too_long",
            "last_day",
            _("一次最多报 %(most)d 天，现在是 %(days)d 天，请分次报备"),
            most=longest,
            days=days,
        )
    if plan.from_time is None or plan.to_time is None:
        return
    starts, _ends = begins_and_ends(plan.first_day, plan.last_day, plan.from_time, plan.to_time)
    yield from _lead(starts, plan, terms, around, filed_at)
    at_night = touches_night(plan.from_time, plan.to_time, around.limits)
    if plan.kind == Work.NIGHT and not at_night:
        yield found("by_day", "from_time", _("作业时段不在夜间，不必报夜间施工"))


TOLD_THE_SAME_DAY: Final = frozenset({Work.STOP, Work.FINISH, Work.EPIDEMIC})
"""No work that begins, but a state that is told on its day."""


def _lead(
    starts: datetime, plan: Plan, terms: Terms, around: Surroundings, filed_at: datetime
) -> Iterator[Finding]:
    now = around.calendar.local(filed_at).replace(tzinfo=None)
    if plan.emergency:
        late = timedelta(hours=around.limits.late_papers_hours)
        if starts < now - late:
            yield found(
                "papers_late",
                "first_day",
                _("抢险抢修须在开工后 %(hours)d 小时内补报，现已超过"),
                hours=around.limits.late_papers_hours,
            )
        return
    earliest = earliest_start(around.calendar, filed_at, terms.lead)
    if plan.kind in TOLD_THE_SAME_DAY:
        earliest = datetime.combine(now.date(), time.min)
    if starts < earliest:
        yield found(
            "too_soon",
            "first_day",
            _("报得晚了：最早可从 %(earliest)s 开始，请改期；抢险抢修请勾选“抢险抢修”"),
            earliest=f"{earliest:%Y-%m-%d %H:%M}",
        )


HOT_WORK_DAYS: Final = {1: 1, 2: 3, 3: 7}
"""一级动火作业证有效期 1 天，二级 3 天，三级 7 天（施工现场动火审批惯例）."""


def longest_days(plan: Plan, terms: Terms) -> int:
    """How many days one filing may cover: as its kind says, hot work by its level."""
    if plan.kind == Work.HOT_WORK and plan.hot_level in HOT_WORK_DAYS:
        return HOT_WORK_DAYS[plan.hot_level]
    return terms.longest_days


def about_quiet(plan: Plan, terms: Terms, around: Surroundings) -> Iterator[Finding]:
    """中考、高考期间: no night work but rescue; by day the noise is told, not forbidden.

    《噪声污染防治法》第四十四条之外的临时限制由地方人民政府在考试期间作出，日期按当年公告.
    """
    span = plan.span
    if span is None or not terms.noisy:
        return
    by_night = (
        plan.from_time is not None
        and plan.to_time is not None
        and touches_night(plan.from_time, plan.to_time, around.limits)
    )
    rescue = plan.emergency or plan.process == "rescue"
    for one in meeting(around.quiet, span):
        if not one.is_exam:
            continue
        yield found(
            "exam",
            "first_day",
            _("%(name)s（%(first)s 至 %(last)s）期间禁止夜间施工，请避开")
            if by_night and not rescue
            else _("%(name)s（%(first)s 至 %(last)s）期间请避免产生噪声"),
            hard=by_night and not rescue,
            name=one.name,
            first=f"{one.first:%m-%d}",
            last=f"{one.last:%m-%d}",
        )


def meeting(quiet: Iterable[Quiet], span: tuple[date, date]) -> Iterator[Quiet]:
    """Quiet times that share a day with a span."""
    return (one for one in quiet if one.first <= span[1] and span[0] <= one.last)


# --- papers ------------------------------------------------------------------------------------

PERMIT: Final = re.compile(r"[0-9A-Za-z一-鿿〔〕\[\]()（）\-—/]{6,40}")
NATIONAL: Final = re.compile(r"\d{6}(\d{8})\d{4}")


def permit_fault(number: str) -> str:
    """What is wrong with a permit number as a marked sentence, empty when it may be one.

    建筑工程施工许可证编号 18 位：行政区划 6 位、发证日期 8 位、顺序号 4 位. Other licences
    (渣土处置、占道挖掘) carry the number of the office that gave them and are only looked over.
    """
    number = number.strip()
    if not PERMIT.fullmatch(number) or sum(sign.isdigit() for sign in number) < 4:
        return _("许可证编号格式不对，请照证件填写")
    national = NATIONAL.fullmatch(number)
    if national is not None:
        try:
            datetime.strptime(national[1], "%Y%m%d")
        except ValueError:
            return _("18 位许可证编号的第 7 至 14 位应为发证日期")
    return ""


def is_below_limit(cost_fen: int | None, area: float | None, limits: Limits) -> bool | None:
    """Whether works need no construction permit; None where neither figure is known.

    《建筑工程施工许可管理办法》第二条：工程投资额在 30 万元以下或者建筑面积在 300 平方米以下的
    建筑工程，可以不申请办理施工许可证；省级可以调整限额.
    """
    if cost_fen is None and area is None:
        return None
    small = cost_fen is not None and cost_fen < limits.below_fen
    return small or (area is not None and area < limits.below_area)


def about_permit(plan: Plan, limits: Limits) -> Iterator[Finding]:
    """Every filing gives a permit number, or the reason why none is needed."""
    if plan.permit_no.strip():
        fault = permit_fault(plan.permit_no)
        if fault:
            yield found("permit", "permit_no", fault)
    elif not plan.no_permit_reason:
        yield found("no_permit", "permit_no", _("请填写许可证编号；不需要许可的，请选择原因"))
    elif plan.no_permit_reason == "below_limit":
        if is_below_limit(plan.cost_fen, plan.area, limits) is False:
            yield found(
                "not_below",
                "no_permit_reason",
                _("登记的造价和面积都超过限额，不属于限额以下工程，须有施工许可证"),
            )
    elif plan.no_permit_reason == "rescue" and not plan.emergency:
        yield found("no_rescue", "no_permit_reason", _("没有勾选“抢险抢修”，不能以此免许可"))


def about_night(plan: Plan) -> Iterator[Finding]:
    """Night work near homes, schools and hospitals.

    《噪声污染防治法》第四十三条：在噪声敏感建筑物集中区域，禁止夜间进行产生噪声的建筑施工作业，
    但抢修、抢险施工作业，因生产工艺要求或者其他特殊需要必须连续施工作业的除外。因特殊需要必须
    连续施工作业的，应当取得……证明，并在施工现场显著位置公示或者以其他方式公告附近居民.
    第七十七条：违者处一万元以上十万元以下的罚款.
    """
    if plan.kind != Work.NIGHT or not plan.noise_sensitive:
        return
    if plan.process == "rescue":
        return
    if plan.process != "continuous":
        yield found(
            "night_ban",
            "process",
            _("周边有住宅、学校或医院，夜间只能抢修抢险，或因工艺必须连续作业"),
        )
        return
    if not plan.certificate_no.strip():
        yield found(
            "no_certificate",
            "certificate_no",
            _("夜间连续作业须有住建或生态环境部门的证明，请填写证明编号"),
        )
    if plan.notice_on is None:
        yield found("no_notice", "notice_on", _("夜间施工须先公告附近居民，请填写公告日期"))
    elif plan.first_day is not None and plan.notice_on > plan.first_day:
        yield found("late_notice", "notice_on", _("公告日期不能晚于开工日期"))


def about_spoil(plan: Plan) -> Iterator[Finding]:
    """Spoil leaves only under an approval.

    《城市建筑垃圾管理规定》及郑州市建筑垃圾管理办法第三十七条：未经核准处置建筑垃圾的，处一万元
    以上十万元以下罚款；运输车辆随车携带核准文件，按规定的路线、时间运到规定的地点.
    """
    if plan.kind == Work.EARTHWORK and plan.disposal_no.strip():
        fault = permit_fault(plan.disposal_no)
        if fault:
            yield found("disposal", "disposal_no", fault)
