"""What the sites of a town do in half a year: what they file, and how each filing goes.

Invented with the same dice as the town, so it is the same every time; days are reckoned back from
the day it is told for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from gezhi.base.workdays import SHANGHAI, OfficeCalendar, workdays_after
from gezhi.wiring.towns.cast import Member
from gezhi.wiring.towns.chance import Dice
from gezhi.wiring.towns.names import full_name, surname
from gezhi.wiring.towns.town import Town
from gezhi.wiring.towns.units import Site

DAYS: Final = 180
SIX: Final = ["fence", "cover", "wash", "harden", "wet", "closed"]
BY_STAGE: Final[Mapping[str, tuple[str, ...]]] = {
    "土方": ("earthwork", "night", "earthwork"),
    "基础": ("earthwork", "lifting", "night"),
    "主体": ("lifting", "night", "hot_work"),
    "装修": ("hot_work", "lifting", "small_work"),
    "拆除": ("demolition", "earthwork", "hot_work"),
    "市政": ("road", "earthwork", "night"),
}
LASTS: Final[Mapping[str, tuple[int, int]]] = {
    "earthwork": (10, 25),
    "night": (3, 9),
    "lifting": (5, 20),
    "hot_work": (1, 7),
    "demolition": (20, 40),
    "road": (5, 15),
    "small_work": (20, 60),
}
LEAD: Final[Mapping[str, int]] = {"earthwork": 3, "lifting": 3, "demolition": 6, "road": 6}
"""Working days between filing and work, one more than the least."""
ALERTS: Final = (
    (152, "wind", 6, 20),
    (96, "pollution", 3, 44),
    (41, "pollution", 2, 60),
    (13, "pollution", 3, 36),
)
"""(days ago, cause, level, hours)"""
SOON: Final[Mapping[str, int]] = {"hot_work": 0, "small_work": 1}
"""Days between filing and work that needs no lead time."""
FAULTS: Final = ("cover", "wash", "board", "road_clean", "closed", "plate")


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a filing or a check: when, which, and what is said."""

    at: datetime
    step: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One filing of a site, as it will go."""

    site: str
    kind: str
    drafted: datetime
    values: Mapping[str, Any]
    steps: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One check of a site: what is wrong, and what follows."""

    site: str
    at: datetime
    faults: tuple[str, ...] = ()
    steps: tuple[Moment, ...] = field(default=())


def steward_of(number: int) -> str:
    """Username of whoever files for the site with a number; the cast's own for the first two."""
    return "shi.lei" if number < 2 else f"steward{number + 1:02d}"


def stewards_of(town: Town, sites: Sequence[Site]) -> Iterator[Member]:
    """Members without a group: a steward for each site under way that the cast leaves open."""
    spots = {
        grid.code: (at, below)
        for at, community in enumerate(town.communities)
        for below, grid in enumerate(community.grids)
    }
    dice = Dice(f"{town.spec.key}/stewards")
    for number, site in enumerate(sites):
        name = full_name(dice, surname(dice), male=dice.comes(0.8), born=dice.between(1975, 1998))
        if steward_of(number) != "shi.lei":
            yield Member(
                steward_of(number),
                name,
                town.spec.key,
                "site_steward",
                spots[site.spot.grid.code],
            )


def works_of(site: Site, number: int, until: date, calendar: OfficeCalendar) -> Iterator[Work]:
    """The filings of one site, in the order of time."""
    dice = Dice(f"works/{site.name}")
    kinds = BY_STAGE.get(site.stage, ("hot_work",))
    for turn, kind in enumerate(kinds):
        # the last third of the sites filed their last work just now, so that every state is there
        ago = dice.between(4, DAYS - 12) if turn < 2 or number % 3 else dice.between(0, 9)
        if number < 2 and turn == 1:
            ago = 6  # something goes on today where the cast looks
        day = until - timedelta(days=ago)
        if not calendar.is_workday(day):
            day = workdays_after(calendar, day, 1)
        if day <= until:
            yield _work(site, kind, day, dice, calendar)


def _work(site: Site, kind: str, day: date, dice: Dice, calendar: OfficeCalendar) -> Work:
    drafted = _on(day, 8, dice.between(32, 58))
    first = day + timedelta(days=SOON.get(kind, 2))
    if kind in LEAD:
        first = workdays_after(calendar, day, LEAD[kind])
    low, high = LASTS[kind]
    level = dice.between(1, 3)
    days = {1: 1, 2: 3, 3: 7}[level] if kind == "hot_work" else dice.between(low, high)
    values = _values(kind, first, days, level, site, dice, day)
    return Work(site.name, kind, drafted, values, tuple(_steps(kind, drafted, dice, calendar)))


def _steps(kind: str, drafted: datetime, dice: Dice, calendar: OfficeCalendar) -> Iterator[Moment]:
    sent = drafted + timedelta(minutes=dice.between(3, 9))
    yield Moment(sent, "submit")
    seen = sent + timedelta(minutes=dice.between(55, 170))
    if dice.comes(0.1):
        yield Moment(seen, "send_back", "现场围挡与报备不符，请补正后再报")
        sent = seen + timedelta(minutes=dice.between(30, 50))
        yield Moment(sent, "submit")
        seen = sent + timedelta(minutes=dice.between(25, 40))
    yield Moment(seen, "check", "现场与报备一致")
    if kind in ("hot_work", "small_work"):
        return
    agreed = _on(seen.date(), 14, dice.between(35, 59)) + timedelta(hours=dice.between(0, 2))
    yield Moment(agreed, "agree", "同意")
    decided = _on(workdays_after(calendar, seen.date(), 1), 9, dice.between(5, 55))
    if dice.comes(0.06):
        yield Moment(
            decided,
            "refuse",
            "渣土核准已过期，换证后再报" if kind == "earthwork" else "方案未经论证",
        )
        return
    yield Moment(decided, "acknowledge")


def _values(
    kind: str, first: date, days: int, level: int, site: Site, dice: Dice, filed: date
) -> dict[str, Any]:
    number = f"{filed:%Y}"
    night = kind == "night"
    common: dict[str, Any] = {
        "first_day": first,
        "last_day": first + timedelta(days=days - 1),
        "from_time": time(22) if night else time(14) if kind == "hot_work" else time(7),
        "to_time": time(5) if night else time(19),
        "applicant": site.manager,
        "applicant_phone": site.phone,
        "workers": max(4, site.workers // 4),
        "machines": dice.pick(("挖掘机 2 台", "塔吊 1 台", "混凝土泵车 1 台", "小型机具")),
        "risks": dice.pick(("基坑边坡", "临边洞口", "起重吊装", "临近管线", "")),
        "measures": SIX,
    }
    return common | _OF_KIND[kind](dice, number, level, filed)


def _earthwork(dice: Dice, year: str, level: int, filed: date) -> dict[str, Any]:
    return {
        "volume_m3": dice.between(8, 90) * 100,
        "disposal_no": f"郑渣核〔{year}〕{dice.between(100, 980)}号",
        "haulier": dice.pick(("绿洲渣土运输公司", "顺达渣土运输公司", "净城渣土运输公司")),
        "plates": "、".join(f"豫A{dice.between(10000, 99999)}" for _n in range(2)),
        "route": dice.pick(("工地—西四环—消纳场", "工地—科学大道—消纳场")),
        "dump_site": dice.pick(("石佛消纳场", "须水消纳场")),
    }


def _night(dice: Dice, year: str, level: int, filed: date) -> dict[str, Any]:
    return {
        "process": "continuous",
        "certificate_no": f"郑建夜〔{year}〕{dice.between(1000, 9800)}号",
        "notice_on": filed,
        "noise_monitor": f"ZS-{dice.between(10, 99)}",
    }


def _hot_work(dice: Dice, year: str, level: int, filed: date) -> dict[str, Any]:
    return {
        "hot_level": level,
        "work_spot": dice.pick(("3 层钢梁", "地下室管廊", "屋面女儿墙", "东侧围挡立柱")),
        "outdoors": dice.comes(0.6),
        "welder_certificate": f"T4101{dice.between(100000, 999999)}",
        "watcher": "看火人",
        "extinguishers": dice.between(2, 6),
    }


def _demolition(dice: Dice, year: str, level: int, filed: date) -> dict[str, Any]:
    return {"plan_no": f"CC-{year}-{dice.between(1, 60)}", "utilities_cut": True, "dust_plan": True}


def _road(dice: Dice, year: str, level: int, filed: date) -> dict[str, Any]:
    return {
        "area_m2": dice.between(3, 30) * 10,
        "digs": False,
        "near": ["main_pavement"],
        "police_consent": f"郑公交〔{year}〕{dice.between(100, 900)}号",
        "fence_plan": "水马围挡，留 1.5 米人行通道",
    }


def _lifting(dice: Dice, year: str, level: int, filed: date) -> dict[str, Any]:
    return {
        "machine_no": f"豫AT-{dice.between(1000, 9999)}",
        "plan_no": f"DZ-{year}-{dice.between(1, 60)}",
        "operator_certificates": f"豫建起{dice.between(100000, 999999)}",
    }


def _small_work(dice: Dice, year: str, level: int, filed: date) -> dict[str, Any]:
    return {
        "flat": f"{dice.between(1, 9)}-1-{dice.between(3, 25)}01",
        "firm": "德居装饰",
        "deposit_yuan": 2000,
        "walls_untouched": True,
    }


_OF_KIND: Final = {
    "earthwork": _earthwork,
    "night": _night,
    "hot_work": _hot_work,
    "demolition": _demolition,
    "road": _road,
    "lifting": _lifting,
    "small_work": _small_work,
}


def rounds_of(site: Site, until: date, calendar: OfficeCalendar) -> Iterator[Round]:
    """The checks of one site: most in order, some with a fault mended, one in ten found again."""
    dice = Dice(f"rounds/{site.name}")
    for ago in (dice.between(60, DAYS - 5), dice.between(1, 55)):
        day = workdays_after(calendar, until - timedelta(days=ago), 1)
        at = _on(day, dice.between(9, 11), dice.between(0, 59))
        if day > until:
            continue
        if dice.comes(0.65):
            yield Round(site.name, at)
            continue
        faults = tuple(sorted({dice.pick(FAULTS), dice.pick(FAULTS)}))
        mended = at + timedelta(days=dice.between(1, 2), hours=4)
        steps = [Moment(mended, "mended", "已按要求整改")]
        if dice.comes(0.12):
            steps.append(Moment(mended + timedelta(days=1), "hand_over", "回头看仍不合格"))
        else:
            steps += [
                Moment(mended + timedelta(hours=22), "look_back", "合格"),
                Moment(mended + timedelta(days=4), "look_back", "合格"),
                Moment(mended + timedelta(days=11), "look_back_last", "合格"),
            ]
        yield Round(site.name, at, faults, tuple(steps))


def _on(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)
