"""The tree of places: its codes, its sizes, the life of a grid, and the tree on a given day.

A code is made of parts: six digits of the county, three each of the subdistrict, the village or
community, the grid, and the micro-grid. So a parent's code is the code less its last three
digits. Codes are never reused: a split or a merge makes new ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final, Protocol, TypeVar

from gezhi.base.errors import Refusal
from gezhi.base.sentences import Sentence, _


class Depth(IntEnum):
    """How far below the top a place lies; Zhengzhou counts its grid levels top-down."""

    SUBDISTRICT = 1
    COMMUNITY = 2
    GRID = 3
    MICRO_GRID = 4


class Kind(StrEnum):
    """What a code says a place is."""

    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    VILLAGE = "village"
    GRID = "grid"
    DEDICATED_GRID = "dedicated_grid"
    MICRO_GRID = "micro_grid"


_DEPTHS: Final = {9: Depth.SUBDISTRICT, 12: Depth.COMMUNITY, 15: Depth.GRID, 18: Depth.MICRO_GRID}

NUMBERS: Final[Mapping[Kind, tuple[range, ...]]] = {
    # National Bureau of Statistics, rules for the codes of units below county level: residents'
    # committees 001-199 and the like 400-499, villagers' committees 200-399 and the like 500-599
    Kind.COMMUNITY: (range(1, 200), range(400, 500)),
    Kind.VILLAGE: (range(200, 400), range(500, 600)),
    # own ranges, after DB6101/T 3185-2024: dedicated grids are numbered apart from basic ones
    Kind.GRID: (range(1, 900),),
    Kind.DEDICATED_GRID: (range(901, 1000),),
    Kind.MICRO_GRID: (range(1, 1000),),
}

_KINDS_AT: Final[Mapping[Depth, tuple[Kind, ...]]] = {
    Depth.COMMUNITY: (Kind.COMMUNITY, Kind.VILLAGE),
    Depth.GRID: (Kind.GRID, Kind.DEDICATED_GRID),
    Depth.MICRO_GRID: (Kind.MICRO_GRID,),
}


def depth_of(code: str) -> Depth:
    """The level a code is of, by its length.

    Raises `Refusal("places.bad_code")` unless it is 9, 12, 15 or 18 plain digits.
    """
    depth = _DEPTHS.get(len(code))
    if depth is None or not (code.isascii() and code.isdigit()):
        raise _bad_code(_("编码 %(code)s 应为 9、12、15 或 18 位数字"), code)
    return depth


def kind_of(code: str) -> Kind:
    """What a code says a place is, by its level and its last three digits.

    Raises `Refusal("places.bad_code")` for a malformed code or a number outside every range.
    """
    depth = depth_of(code)
    if depth is Depth.SUBDISTRICT:
        return Kind.SUBDISTRICT
    number = int(code[-3:])
    for kind in _KINDS_AT[depth]:
        if any(number in numbers for numbers in NUMBERS[kind]):
            return kind
    raise _bad_code(_("编码 %(code)s 的后三位不在编号范围内"), code)


def parent_of(code: str) -> str | None:
    """The code one level up; None for the subdistrict itself."""
    return None if depth_of(code) is Depth.SUBDISTRICT else code[:-3]


def ancestors_of(code: str) -> tuple[str, ...]:
    """The codes above a place, from the subdistrict down, the place itself not among them."""
    depth_of(code)
    return tuple(code[:length] for length in _DEPTHS if length < len(code))


def next_code(parent: str, kind: Kind, ever_used: Collection[str]) -> str:
    """The next code of a kind under a parent, given all codes ever used, retired ones included.

    Numbers count on from the highest used; only at the end of a range are numbers taken that
    were skipped. Raises `Refusal("places.no_code_left")` when the range is used up, and
    `Refusal("places.bad_code")` if the kind does not belong under the parent.
    """
    below = Depth(depth_of(parent) + 1) if depth_of(parent) < Depth.MICRO_GRID else None
    if below is None or kind not in _KINDS_AT[below]:
        raise _bad_code(_("编码 %(code)s 之下不能设这一类网格"), parent)
    used = {int(code[-3:]) for code in ever_used if code[:-3] == parent}
    for numbers in NUMBERS[kind]:
        last = max((number for number in used if number in numbers), default=numbers.start - 1)
        free = [*range(last + 1, numbers.stop), *(n for n in numbers if n not in used)]
        if free:
            return f"{parent}{free[0]:03}"
    sentence = Sentence(_("%(code)s 之下这一类编号已用完，停用的编号不能再用"), {"code": parent})
    raise Refusal(str(sentence), "places.no_code_left", field="code")


def _bad_code(pattern: str, code: str) -> Refusal:
    return Refusal(str(Sentence(pattern, {"code": code[:40]})), "places.bad_code", field="code")


HOUSEHOLDS: Final[Mapping[Kind, tuple[int, int]]] = {
    # Organic Law of the Urban Residents' Committees, art. 6
    Kind.COMMUNITY: (100, 700),
    # the size a community grid is commonly given, after GB/T 34300-2017
    Kind.GRID: (300, 500),
    Kind.MICRO_GRID: (50, 70),
}


def size_warning(kind: Kind, households: int, *, rural: bool = False) -> Sentence | None:
    """A word about a place with unusually few or many households; a warning, never a refusal.

    A rural grid follows the villagers' group and a dedicated grid its premises, whatever their
    size, so neither is warned about.
    """
    norm = None if rural else HOUSEHOLDS.get(kind)
    if norm is None or norm[0] <= households <= norm[1]:
        return None
    values = {"households": households, "least": norm[0], "most": norm[1]}
    if households < norm[0]:
        return Sentence(_("只有 %(households)s 户，一般为 %(least)s 至 %(most)s 户"), values)
    return Sentence(_("多达 %(households)s 户，一般为 %(least)s 至 %(most)s 户"), values)


def party_coverage(party_groups: Collection[str]) -> float | None:
    """The share of grids that have a party group, from each one's; None where there is no grid."""
    if not party_groups:
        return None
    return sum(bool(name.strip()) for name in party_groups) / len(party_groups)


class State(StrEnum):
    """The life of a grid."""

    DRAFT = "draft"
    REVIEWING = "reviewing"
    APPROVED = "approved"
    ACTIVE = "active"
    SUPERSEDED = "superseded"


class Need(StrEnum):
    """What must hold before a step; whoever takes the step has looked each up."""

    CODE_UNUSED = "code_unused"
    BUILDINGS_PLACED = "buildings_placed"
    ROLES_FILLED = "roles_filled"
    PARTY_GROUP_NAMED = "party_group_named"
    DAY_NOT_PAST = "day_not_past"
    DAY_REACHED = "day_reached"
    ALL_REHOMED = "all_rehomed"


MISSING: Final[Mapping[Need, str]] = {
    Need.CODE_UNUSED: _("编码已被用过，停用的编码也不能再用"),
    Need.BUILDINGS_PLACED: _("有楼栋不在任何一个网格，或同时在两个网格"),
    Need.ROLES_FILLED: _("网格长、网格员等岗位还没有配齐"),
    Need.PARTY_GROUP_NAMED: _("还没有填写党小组"),
    Need.DAY_NOT_PAST: _("启用日期早于今天；只有更正才可以"),
    Need.DAY_REACHED: _("还没有到启用日期"),
    Need.ALL_REHOMED: _("还有住户、未结事项或岗位没有转到新网格"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One move in a grid's life: from where to where, by which role, given what."""

    name: str
    title: str
    leaves: State | None
    enters: State
    by: str | None
    """The role that takes it; None for the calendar."""
    needs: frozenset[Need] = frozenset()


LIFE: Final[tuple[Step, ...]] = (
    Step("draw", _("划定"), None, State.DRAFT, "community_clerk"),
    Step("redraw", _("修改"), State.DRAFT, State.DRAFT, "community_clerk"),
    Step(
        "review",
        _("审核"),
        State.DRAFT,
        State.REVIEWING,
        "grid_chief_l2",
        frozenset(
            {Need.CODE_UNUSED, Need.BUILDINGS_PLACED, Need.ROLES_FILLED, Need.PARTY_GROUP_NAMED}
        ),
    ),
    Step("send_back", _("退回"), State.REVIEWING, State.DRAFT, "grid_chief_l1"),
    Step(
        "approve",
        _("批准"),
        State.REVIEWING,
        State.APPROVED,
        "grid_chief_l1",
        frozenset({Need.BUILDINGS_PLACED, Need.DAY_NOT_PAST}),
    ),
    Step("recall", _("撤回批准"), State.APPROVED, State.DRAFT, "grid_chief_l1"),
    Step(
        "take_effect",
        _("启用"),
        State.APPROVED,
        State.ACTIVE,
        None,
        frozenset({Need.DAY_REACHED}),
    ),
    Step(
        "supersede",
        _("撤并"),
        State.ACTIVE,
        State.SUPERSEDED,
        "grid_chief_l1",
        frozenset({Need.ALL_REHOMED}),
    ),
)

STEPS: Final[Mapping[str, Step]] = {step.name: step for step in LIFE}


def step_refusals(
    step: Step, state: State | None, role: str | None, met: Collection[Need]
) -> list[Sentence]:
    """Why a step may not be taken now by this role; empty if it may."""
    if step.leaves is not state:
        return [Sentence(_("网格现在的状态不能%(step)s"), {"step": Sentence(step.title)})]
    if step.by != role:
        return [Sentence(_("这一步由别的岗位办理"))]
    return [Sentence(MISSING[need]) for need in Need if need in step.needs - set(met)]


class Dated(Protocol):
    """Anything that holds from a day until before another; None for no end yet."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


class DatedPlace(Dated, Protocol):
    """One period of a place in the tree."""

    @property
    def code(self) -> str: ...


D = TypeVar("D", bound=Dated)
P = TypeVar("P", bound=DatedPlace)


def holds_on(period: Dated, day: date) -> bool:
    """Whether a period holds on a day: the first day counts, the last (`valid_to`) does not."""
    return period.valid_from <= day and (period.valid_to is None or day < period.valid_to)


def in_force(periods: Iterable[D], day: date) -> list[D]:
    """The periods that hold on a day, in their given order."""
    return [period for period in periods if holds_on(period, day)]


def tree_on(periods: Iterable[P], day: date) -> dict[str | None, list[P]]:
    """The tree of a day: the places in force under each parent's code, in order of code.

    The subdistrict stands under None. Raises `ValueError` if a place has two periods on the day
    or hangs on a parent that is not in force: such a history was not written by this software.
    """
    tree: defaultdict[str | None, list[P]] = defaultdict(list)
    places = sorted(in_force(periods, day), key=lambda place: place.code)
    codes = {place.code for place in places}
    if len(codes) != len(places):
        raise ValueError("a place has two periods on one day")
    for place in places:
        parent = parent_of(place.code)
        if parent is not None and parent not in codes:
            raise ValueError("a place hangs on a parent that is not in force")
        tree[parent].append(place)
    return dict(tree)
