"""Splitting, merging and renumbering grids: what a change must hold to before it is carried out.

A change retires some grids and brings new ones on one day. Every building of the retired grids
goes to exactly one new grid; new codes were never used before; the retired keep theirs in the
history. The plan is worked out and checked here, as a whole, before anything is written.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from gezhi.base.errors import Refusal
from gezhi.base.sentences import Sentence, _
from gezhi.core.places.tree_rules import Depth, depth_of, kind_of, parent_of

B = TypeVar("B", bound=Hashable)


@dataclass(frozen=True, slots=True)
class RetiringGrid(Generic[B]):
    """A grid in force that the change ends, with the buildings in it."""

    code: str
    valid_from: date
    buildings: frozenset[B]


@dataclass(frozen=True, slots=True)
class ComingGrid(Generic[B]):
    """A grid the change brings, with the buildings it takes over.

    `land_of` names retiring grids of which it takes land without buildings.
    """

    code: str
    buildings: frozenset[B]
    land_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move(Generic[B]):
    """One building's way from an old grid to a new one."""

    building: B
    leaves: str
    enters: str


class RegridFault(StrEnum):
    """What can be wrong with a change."""

    NOTHING = "nothing"
    BAD_CODE = "bad_code"
    CODE_TAKEN = "code_taken"
    WRONG_LEVEL = "wrong_level"
    STRANGE_PARENT = "strange_parent"
    UNPLACED = "unplaced"
    PLACED_TWICE = "placed_twice"
    STRANGE_BUILDING = "strange_building"
    NO_SUCCESSOR = "no_successor"
    NO_PREDECESSOR = "no_predecessor"
    PAST_DAY = "past_day"
    BEFORE_ITS_START = "before_its_start"


@dataclass(frozen=True, slots=True)
class Fault(Generic[B]):
    """One thing wrong with a change: with which grid, and which buildings."""

    kind: RegridFault
    said: Sentence
    code: str = ""
    buildings: tuple[B, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        return str(self.said)


@dataclass(frozen=True, slots=True)
class RegridPlan(Generic[B]):
    """What a change comes to: predecessors of each new code, every building's move, faults."""

    predecessors: dict[str, tuple[str, ...]]
    moves: tuple[Move[B], ...]
    faults: tuple[Fault[B], ...]

    @property
    def refused(self) -> bool:
        """Whether the change may not be carried out."""
        return bool(self.faults)

    @property
    def changes_codes_only(self) -> bool:
        """Whether each old grid becomes one new one, whole: a mere renumbering."""
        olds = [old for own in self.predecessors.values() for old in own]
        alone = all(len(own) == 1 for own in self.predecessors.values())
        return alone and len(set(olds)) == len(olds)


def plan_regrid(
    *,
    retiring: Sequence[RetiringGrid[B]],
    coming: Sequence[ComingGrid[B]],
    effective: date,
    today: date,
    ever_used: Collection[str],
    correction: bool = False,
) -> RegridPlan[B]:
    """Work out a split, merge, renumbering or any mix of them, and find all that is wrong.

    `ever_used` are all codes the subdistrict ever gave, in force or not. `effective` is the
    first day of the new grids and the day from which the old ones no longer hold; it is not
    before `today` unless the change is a correction. Moves and predecessors come in order, the
    same for the same change, whatever order it is stated in.
    """
    olds = sorted(retiring, key=lambda grid: grid.code)
    news = sorted(coming, key=lambda grid: grid.code)
    home = {building: grid.code for grid in olds for building in grid.buildings}
    predecessors = {
        new.code: tuple(
            old.code for old in olds if old.code in new.land_of or old.buildings & new.buildings
        )
        for new in news
    }
    moves = tuple(
        Move(building, home[building], new.code)
        for new in news
        for building in sorted(new.buildings & home.keys(), key=str)
    )
    faults = [
        *faults_of_days(olds, effective, today, correction),
        *faults_of_codes(olds, news, ever_used),
        *_faults_of_buildings(olds, news),
        *_faults_of_descent(olds, predecessors),
    ]
    return RegridPlan(predecessors, moves, tuple(faults))


class Coded(Protocol):
    """Anything a change brings, by its code."""

    @property
    def code(self) -> str: ...


class Ending(Coded, Protocol):
    """Anything a change ends, with the day since when it holds."""

    @property
    def valid_from(self) -> date: ...


def faults_of_days(
    olds: Sequence[Ending], effective: date, today: date, correction: bool
) -> list[Fault[B]]:
    """What is wrong with the day of a change."""
    faults: list[Fault[B]] = []
    if effective < today and not correction:
        said = Sentence(_("启用日期 %(day)s 早于今天；如是更正，请注明"), {"day": effective})
        faults.append(Fault(RegridFault.PAST_DAY, said))
    for old in olds:
        if effective <= old.valid_from:
            values = {"code": old.code, "day": old.valid_from}
            said = Sentence(_("网格 %(code)s 自 %(day)s 才启用，新网格须在其后启用"), values)
            faults.append(Fault(RegridFault.BEFORE_ITS_START, said, old.code))
    return faults


def faults_of_codes(
    olds: Sequence[Ending],
    news: Sequence[Coded],
    ever_used: Collection[str],
    at: Collection[Depth] = (Depth.GRID, Depth.MICRO_GRID),
) -> list[Fault[B]]:
    """What is wrong with the codes of a change at these levels: malformed, taken, out of place."""
    if not olds or not news:
        return [Fault(RegridFault.NOTHING, Sentence(_("调整至少要有一个原网格和一个新网格")))]
    faults: list[Fault[B]] = []
    taken = set(ever_used) | {old.code for old in olds}
    parents = {parent_of(old.code) for old in olds}
    depths = {depth_of(old.code) for old in olds}
    if not depths <= set(at) or len(depths) > 1:
        said = Sentence(_("一次调整只能针对同一级的基层网格"))
        faults.append(Fault(RegridFault.WRONG_LEVEL, said))
    for new in news:
        values = {"code": new.code}
        try:
            kind_of(new.code)
        except Refusal as refusal:
            said = Sentence("%(why)s", {"why": refusal.sentence})
            faults.append(Fault(RegridFault.BAD_CODE, said, new.code))
            continue
        if new.code in taken:
            said = Sentence(_("编码 %(code)s 已被用过，编码不能重复使用"), values)
            faults.append(Fault(RegridFault.CODE_TAKEN, said, new.code))
        if depth_of(new.code) not in depths:
            said = Sentence(_("新网格 %(code)s 与原网格不是同一级"), values)
            faults.append(Fault(RegridFault.WRONG_LEVEL, said, new.code))
        elif parent_of(new.code) not in parents:
            said = Sentence(_("新网格 %(code)s 不属于原网格所在的村（社区）"), values)
            faults.append(Fault(RegridFault.STRANGE_PARENT, said, new.code))
        taken.add(new.code)
    return faults


def _faults_of_buildings(
    olds: Sequence[RetiringGrid[B]], news: Sequence[ComingGrid[B]]
) -> list[Fault[B]]:
    faults: list[Fault[B]] = []
    owned: set[B] = {building for old in olds for building in old.buildings}
    placed: set[B] = set()
    for new in news:
        twice, strange = new.buildings & placed, new.buildings - owned
        values = {"code": new.code, "count": len(twice)}
        if twice:
            said = Sentence(_("网格 %(code)s 有 %(count)s 栋楼已划入另一个新网格"), values)
            faults.append(Fault(RegridFault.PLACED_TWICE, said, new.code, _in_order(twice)))
        if strange:
            values = {"code": new.code, "count": len(strange)}
            said = Sentence(_("网格 %(code)s 有 %(count)s 栋楼不在这次调整的原网格内"), values)
            faults.append(Fault(RegridFault.STRANGE_BUILDING, said, new.code, _in_order(strange)))
        placed |= new.buildings
    seen: set[B] = set()
    for old in olds:
        left, twice = old.buildings - placed, old.buildings & seen
        if left:
            values = {"code": old.code, "count": len(left)}
            said = Sentence(_("原网格 %(code)s 有 %(count)s 栋楼没有划入新网格"), values)
            faults.append(Fault(RegridFault.UNPLACED, said, old.code, _in_order(left)))
        if twice:
            values = {"code": old.code, "count": len(twice)}
            said = Sentence(_("原网格 %(code)s 有 %(count)s 栋楼同时登记在另一个原网格"), values)
            faults.append(Fault(RegridFault.PLACED_TWICE, said, old.code, _in_order(twice)))
        seen |= old.buildings
    return faults


def _faults_of_descent(
    olds: Sequence[RetiringGrid[B]], predecessors: dict[str, tuple[str, ...]]
) -> list[Fault[B]]:
    """A history without loose ends: each old grid leads on, each new one comes from somewhere."""
    faults: list[Fault[B]] = []
    continued = {old for own in predecessors.values() for old in own}
    for old in olds:
        if old.code not in continued:
            said = Sentence(_("原网格 %(code)s 没有任何新网格承接"), {"code": old.code})
            faults.append(Fault(RegridFault.NO_SUCCESSOR, said, old.code))
    for code, own in predecessors.items():
        if not own:
            said = Sentence(_("新网格 %(code)s 没有说明由哪个原网格划出"), {"code": code})
            faults.append(Fault(RegridFault.NO_PREDECESSOR, said, code))
    return faults


def _in_order(buildings: Collection[B]) -> tuple[B, ...]:
    return tuple(sorted(buildings, key=str))
