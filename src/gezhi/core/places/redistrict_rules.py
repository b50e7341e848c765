"""Splitting, merging and converting communities: what such a change must hold to.

A change retires some communities or villages and brings new ones on one day; every grid of the
retiring ones goes whole into exactly one new one. A place's code begins with its community's, so
the grids get new codes too, and each says from which it came. A grid that itself lies on both
sides of a new border is divided first, as a change of grids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gezhi.base.sentences import Sentence, _
from gezhi.core.places.regrid_rules import (
    Fault,
    RegridFault,
    faults_of_codes,
    faults_of_days,
)
from gezhi.core.places.tree_rules import Depth, kind_of, next_code


@dataclass(frozen=True, slots=True)
class Community:
    """A community that a change ends, with the codes of its grids."""

    code: str
    valid_from: date
    grids: frozenset[str]


@dataclass(frozen=True, slots=True)
class ComingCommunity:
    """A community the change brings, with the codes of the grids it takes over."""

    code: str
    grids: frozenset[str]


@dataclass(frozen=True, slots=True)
class GridMove:
    """One grid's way into its new community, where it gets a new code."""

    leaves: str
    enters: str
    """Code of the new community."""
    becomes: str


@dataclass(frozen=True, slots=True)
class RedistrictPlan:
    """What a change comes to: predecessors of each new community, every grid's move, faults."""

    predecessors: dict[str, tuple[str, ...]]
    moves: tuple[GridMove, ...]
    faults: tuple[Fault[str], ...]

    @property
    def refused(self) -> bool:
        """Whether the change may not be carried out."""
        return bool(self.faults)

    def heirs_of(self, code: str) -> list[str]:
        """The new communities a retiring one goes over into, the one with most grids first."""
        takes = Counter(move.enters for move in self.moves if move.leaves[:-3] == code)
        return sorted(takes, key=lambda heir: (-takes[heir], heir))


def plan_redistricting(
    *,
    retiring: Sequence[Community],
    coming: Sequence[ComingCommunity],
    effective: date,
    today: date,
    ever_used: Collection[str],
    correction: bool = False,
) -> RedistrictPlan:
    """Work out a split, merger or conversion of communities, and find all that is wrong.

    `ever_used` are the codes of all other communities there ever were. The grids of a new
    community are numbered from one in the order of their old codes, dedicated ones in their own
    range, so the same change always gives the same codes.
    """
    olds = sorted(retiring, key=lambda one: one.code)
    news = sorted(coming, key=lambda one: one.code)
    predecessors = {
        new.code: tuple(old.code for old in olds if old.grids & new.grids) for new in news
    }
    miscoded: list[Fault[str]] = faults_of_codes(olds, news, ever_used, at=(Depth.COMMUNITY,))
    faults: list[Fault[str]] = [
        *faults_of_days(olds, effective, today, correction),
        *miscoded,
    ]
    for old in olds:
        left = old.grids - {grid for new in news for grid in new.grids}
        if left:
            said = Sentence(
                _("%(code)s 有 %(count)s 个网格没有划入新的社区（村）"),
                {"code": old.code, "count": len(left)},
            )
            faults.append(Fault(RegridFault.UNPLACED, said, old.code, tuple(sorted(left))))
        if not old.grids:
            said = Sentence(_("%(code)s 没有网格，不必撤并，可直接停用"), {"code": old.code})
            faults.append(Fault(RegridFault.NO_SUCCESSOR, said, old.code))
    for new in news:
        if not new.grids:
            said = Sentence(_("新的社区（村） %(code)s 没有网格"), {"code": new.code})
            faults.append(Fault(RegridFault.NO_PREDECESSOR, said, new.code))
    # without sound codes for the communities there are none for what lies in them
    moves = () if miscoded else _moves(olds, news)
    return RedistrictPlan(predecessors, moves, tuple(faults))


def _moves(olds: Sequence[Community], news: Sequence[ComingCommunity]) -> tuple[GridMove, ...]:
    owned = {grid for old in olds for grid in old.grids}
    moves = []
    for new in news:
        used: set[str] = set()
        for grid in sorted(new.grids & owned):
            code = next_code(new.code, kind_of(grid), used)
            used.add(code)
            moves.append(GridMove(grid, new.code, code))
    return tuple(moves)


def names_of_grids(
    plan: RedistrictPlan, names: Mapping[str, str], communities: Mapping[str, str]
) -> dict[str, str]:
    """What the grids are called from then on, by new code: as before.

    Where two of one new community share a name, that of the community they come from goes before
    it. `names` are by old code, `communities` too.
    """
    within = Counter((move.enters, names[move.leaves]) for move in plan.moves)
    return {
        move.becomes: (
            names[move.leaves]
            if within[move.enters, names[move.leaves]] == 1
            else f"{communities[move.leaves[:-3]]}{names[move.leaves]}"
        )
        for move in plan.moves
    }
