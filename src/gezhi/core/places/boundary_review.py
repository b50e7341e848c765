"""What is wrong with boundaries brought from a file, looked at against the tree of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gezhi.base.sentences import Sentence
from gezhi.core.places.boundaries import Polygonal, Problem, ProblemKind, check_tiling
from gezhi.core.places.boundary_files import compare_codes
from gezhi.core.places.models import BoundaryDraft, Level, Place
from gezhi.core.places.snapshots import boundaries_on, polygon


@dataclass(frozen=True, slots=True)
class Review:
    """A draft as it stands on a day."""

    boundaries: dict[str, Polygonal]
    problems: list[Problem]
    places: dict[str, Place]
    """The places it is about, by code."""
    outline: Polygonal | None
    """The boundary of the place whose parts it draws, if that has one."""
    standing: dict[str, Polygonal]
    """Boundaries in force of places it leaves out: they stay, and it is held against them."""

    @property
    def unfit(self) -> list[str]:
        """Codes of parts, one level down, that do not fit the new outlines any more."""
        found = {
            code
            for problem in self.problems
            if problem.below and problem.kind is not ProblemKind.SLIVER
            for code in (problem.code, *problem.others)
        }
        return sorted(found)

    @property
    def refused(self) -> bool:
        """Whether the boundaries may not be used as they are."""
        return any(problem.blocks for problem in self.problems)


def places_drawn(parent: Place | None, level: int) -> Iterable[Place]:
    """The places of a level that a file about `parent` is expected to draw."""
    rows = Place.objects.filter(level=level, valid_to=None)
    return rows.filter(path__startswith=parent.path) if parent is not None else rows


def review(draft: BoundaryDraft, day: date) -> Review:
    """Every problem of a draft: the file's own, its codes, and how it tiles what lies above.

    Parts are looked at under each place directly above them that has a boundary; without any,
    only against each other. A file may draw some of them only: the others are taken as they are
    in force. What lies below a new outline is held against it and told, but does not stand in the
    way: whoever moves the border of a community draws it first, and its grids after it.
    """
    boundaries = {code: polygon(geometry) for code, geometry in draft.document.items()}
    places = {place.code: place for place in places_drawn(draft.parent, draft.level)}
    problems = [
        Problem(
            ProblemKind(fault["kind"]),
            fault["code"],
            Sentence("%(why)s", {"why": fault["sentence"]}),
        )
        for fault in draft.faults
    ]
    spoken_of = {problem.code for problem in problems}
    known = {code: shape for code, shape in boundaries.items() if code in places}
    standing = {
        code: shape
        for code, shape in boundaries_on(draft.level, day).items()
        if code in places and code not in known
    }
    problems += [
        problem
        for problem in compare_codes(boundaries, set(boundaries), set(places))
        if problem.code not in spoken_of and problem.code not in standing
    ]
    drawn = known | standing
    above = boundaries_on(draft.level - 1, day) if draft.level > Level.SUBDISTRICT else {}
    alone: dict[str, Polygonal] = {}
    for code in sorted({code[:-3] for code in known}):
        own = {key: shape for key, shape in drawn.items() if key[:-3] == code}
        if code in above:
            problems += check_tiling(own, above[code])
        else:
            alone |= own
    problems += check_tiling(alone)
    problems += _problems_below(known, draft.level, day)
    outline = above.get(draft.parent.code) if draft.parent is not None else None
    return Review(boundaries, problems, places, outline, standing)


def _problems_below(known: Mapping[str, Polygonal], level: int, day: date) -> list[Problem]:
    """How the parts in force, down to the grids, fit the new outlines they lie in."""
    if level >= Level.GRID:
        return []
    parts = boundaries_on(level + 1, day)
    found = []
    for code, outline in sorted(known.items()):
        own = {key: shape for key, shape in parts.items() if key[:-3] == code}
        found += [replace(problem, below=True) for problem in check_tiling(own, outline)]
    return found


def standing_problems(place: Place, day: date) -> list[Problem]:
    """How the parts of a place, as they are in force on a day, tile it."""
    parts = {
        code: shape
        for code, shape in boundaries_on(place.level + 1, day).items()
        if code[:-3] == place.code
    }
    return check_tiling(parts, boundaries_on(place.level, day).get(place.code))
