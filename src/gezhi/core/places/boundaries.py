"""Whether boundaries tile: no gap, no overlap, no self-crossing, nothing outside the parent.

Grids cover the whole of their community without gap or overlap; a boundary that breaks this
would leave a house with no grid or with two. Each problem names the grid, says in a sentence
what is wrong, and carries the place itself, so that it can be drawn.

Boundaries are WGS84 polygons by grid code. Drawing noise is told from mistakes by its width on
the ground: what is narrower than `noise_m` (the accuracy of a boundary survey) is ignored, what
is narrower than `width_m` or smaller than `area_m2` is a sliver, shown but no ground to refuse,
because the point look-up settles it; the rest is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gezhi.base.sentences import Sentence, _
from gezhi.core.places.ground import LocalGround, area_m2, length_m

Polygonal: TypeAlias = Polygon | MultiPolygon


class ProblemKind(StrEnum):
    """What can be wrong with boundaries; the first six with the file that brings them."""

    UNREADABLE = "unreadable"
    MALFORMED = "malformed"
    FRAME = "frame"
    DUPLICATE_CODE = "duplicate_code"
    UNKNOWN_CODE = "unknown_code"
    MISSING_CODE = "missing_code"
    SELF_CROSSING = "self_crossing"
    EMPTY = "empty"
    OVERLAP = "overlap"
    GAP = "gap"
    OUTSIDE = "outside"
    SLIVER = "sliver"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: whose (`code`, and `others` involved), what, and where in WGS84."""

    kind: ProblemKind
    code: str
    said: Sentence
    where: BaseGeometry | None = None
    others: tuple[str, ...] = ()
    area_m2: float = 0.0
    length_m: float = 0.0
    below: bool = False
    """Whether it is about the parts of what is drawn: these are drawn anew after it."""

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        return str(self.said)

    @property
    def blocks(self) -> bool:
        """Whether the boundaries must be refused for it."""
        return self.kind is not ProblemKind.SLIVER and not self.below


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What counts as drawing noise, in metres and square metres on the ground."""

    width_m: float = 0.5
    area_m2: float = 5.0
    noise_m: float = 0.05


DEFAULT_TOLERANCE = Tolerance()
_SEAM_REACH_M = 5.0
"""Without a parent, an open seam between neighbours is found up to twice this width."""
_SEAM_LENGTH_M = 20.0


def check_tiling(
    boundaries: Mapping[str, Polygonal],
    parent: Polygonal | None = None,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> list[Problem]:
    """What keeps the boundaries from tiling their parent; empty if they do.

    Without a parent, gaps are what the boundaries enclose or nearly enclose: a gap that is wide
    and open to the outside cannot be told from the edge of the area. The order is: each
    boundary by itself, overlaps, gaps, outside; within each by code.
    """
    if not boundaries:
        return []
    codes = sorted(boundaries)
    ground = LocalGround.under([*boundaries.values(), *([parent] if parent is not None else [])])
    flat = [ground.flatten(boundaries[code]) for code in codes]
    check = _Check(codes, flat, ground, tolerance)
    problems = [*check.shapes(), *check.overlaps()]
    if parent is None:
        return problems + list(check.gaps(check.enclosed()))
    # a wrong parent would make every later line wrong, so its own crossings are mended quietly
    frame = _repaired(ground.flatten(parent))
    return [
        *problems,
        *check.gaps(shapely.difference(frame, check.cover)),
        *check.outside(frame),
    ]


class _Check:
    """The boundaries of one check, in metres, mended where they cross themselves."""

    def __init__(
        self,
        codes: Sequence[str],
        flat: Sequence[Polygonal],
        ground: LocalGround,
        tolerance: Tolerance,
    ) -> None:
        self.codes = codes
        self.flat = flat
        self.ground = ground
        self.tolerance = tolerance
        self.areas = np.array([_repaired(shape) for shape in flat], dtype=object)
        self.tree = shapely.STRtree(self.areas)
        self.cover = shapely.union_all(self.areas)

    def shapes(self) -> Iterator[Problem]:
        """Boundaries wrong in themselves: crossing, without area, or with tiny pieces."""
        for code, shape, area in zip(self.codes, self.flat, self.areas, strict=True):
            if area.is_empty:
                said = Sentence(_("网格 %(code)s 的边界没有面积"), {"code": code})
                yield Problem(ProblemKind.EMPTY, code, said)
                continue
            if not shape.is_valid:
                places = crossings(shape)
                values = {"code": code, "count": len(places.geoms)}
                said = Sentence(_("网格 %(code)s 的边界自相交，共 %(count)s 处"), values)
                where = self.ground.unflatten(places)
                yield Problem(ProblemKind.SELF_CROSSING, code, said, where)
            _large, tiny = self._graded(area)
            if tiny:
                yield self._sliver(
                    tiny, code, (), _("网格 %(code)s 含有碎片，共 %(count)s 块 %(area)s 平方米")
                )

    def overlaps(self) -> Iterator[Problem]:
        """Ground that two boundaries claim."""
        first, second = self.tree.query(self.areas, predicate="intersects")
        pairs = sorted(
            (a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True) if a < b
        )
        left = self.areas[[a for a, _b in pairs]]
        right = self.areas[[b for _a, b in pairs]]
        for (a, b), shared in zip(pairs, shapely.intersection(left, right), strict=True):
            code, others = self.codes[a], (self.codes[b],)
            large, tiny = self._graded(shared)
            if large:
                pattern = _("网格 %(code)s 与 %(others)s 重叠约 %(area)s 平方米")
                yield self._problem(ProblemKind.OVERLAP, large, code, others, pattern)
            if tiny:
                pattern = _(
                    "网格 %(code)s 与 %(others)s 有细缝状重叠 %(count)s 处，约 %(area)s 平方米"
                )
                yield self._sliver(tiny, code, others, pattern)

    def enclosed(self) -> BaseGeometry:
        """Without a parent: the holes of the whole, and narrow seams open at their ends."""
        holes = [Polygon(ring) for part in _polygons(self.cover) for ring in part.interiors]
        closed = self.cover.buffer(_SEAM_REACH_M, quad_segs=2).buffer(-_SEAM_REACH_M, quad_segs=2)
        seams = [
            part
            for part in _polygons(shapely.difference(closed, self.cover))
            if self._lies_between(part)
        ]
        return shapely.union_all(np.array([*holes, *seams], dtype=object))

    def gaps(self, empty: BaseGeometry) -> Iterator[Problem]:
        """Ground that no boundary covers, by the neighbours it lies between or the nearest."""
        large, tiny = self._graded(empty)
        for part in large:
            code, others = self._around(part)
            if others:
                pattern = _("网格 %(code)s 与 %(others)s 之间有空隙，约 %(area)s 平方米")
            elif code:
                pattern = _("网格 %(code)s 旁有未划入任何网格的区域，约 %(area)s 平方米")
            else:
                pattern = _("没有一个网格有面积，未划入网格的区域约 %(area)s 平方米")
            yield self._problem(ProblemKind.GAP, [part], code, others, pattern)
        between: dict[tuple[str, tuple[str, ...]], list[Polygon]] = {}
        for part in tiny:
            between.setdefault(self._around(part), []).append(part)
        for (code, others), parts in sorted(between.items()):
            pattern = _("网格 %(all)s 旁有细缝 %(count)s 处，约 %(area)s 平方米")
            yield self._sliver(parts, code, others, pattern)

    def outside(self, frame: Polygonal) -> Iterator[Problem]:
        """Ground claimed beyond the parent."""
        beyond = shapely.difference(self.areas, frame)
        for code, part in zip(self.codes, beyond, strict=True):
            large, tiny = self._graded(part)
            if large:
                pattern = _("网格 %(code)s 超出上级范围约 %(area)s 平方米")
                yield self._problem(ProblemKind.OUTSIDE, large, code, (), pattern)
            if tiny:
                pattern = _("网格 %(code)s 略微超出上级范围 %(count)s 处，约 %(area)s 平方米")
                yield self._sliver(tiny, code, (), pattern)

    def _graded(self, geometry: BaseGeometry) -> tuple[list[Polygon], list[Polygon]]:
        """The parts that count, and the slivers; noise is dropped."""
        parts = np.array(list(_polygons(geometry)), dtype=object)
        if not parts.size:
            return [], []
        limit = self.tolerance
        parts = parts[~shapely.is_empty(shapely.buffer(parts, -limit.noise_m / 2, quad_segs=1))]
        thin = shapely.is_empty(shapely.buffer(parts, -limit.width_m / 2, quad_segs=1))
        tiny = thin | (shapely.area(parts) < limit.area_m2)
        return list(parts[~tiny]), list(parts[tiny])

    def _lies_between(self, part: Polygon) -> bool:
        """Whether at least two boundaries run along a part, and not just end at it."""
        near = self.tree.query(part, predicate="dwithin", distance=self.tolerance.noise_m)
        edge = part.boundary
        along = [
            edge.intersection(self.areas[index].buffer(self.tolerance.noise_m)).length
            for index in near.tolist()
        ]
        return len([length for length in along if length >= _SEAM_LENGTH_M]) >= 2

    def _around(self, part: Polygon) -> tuple[str, tuple[str, ...]]:
        near = self.tree.query(part, predicate="dwithin", distance=self.tolerance.noise_m)
        codes = sorted(self.codes[index] for index in near.tolist())
        if not codes:
            nearest = self.tree.query_nearest(part, all_matches=False).tolist()
            codes = [self.codes[index] for index in nearest] or [""]
        return codes[0], tuple(codes[1:])

    def _sliver(
        self, parts: Sequence[Polygon], code: str, others: tuple[str, ...], pattern: str
    ) -> Problem:
        return self._problem(ProblemKind.SLIVER, parts, code, others, pattern)

    def _problem(
        self,
        kind: ProblemKind,
        parts: Sequence[Polygon],
        code: str,
        others: tuple[str, ...],
        pattern: str,
    ) -> Problem:
        where: Polygonal = parts[0] if len(parts) == 1 else MultiPolygon(parts)
        where = self.ground.unflatten(where)
        area = area_m2(where)
        values = {
            "code": code,
            "others": "、".join(others),
            "all": "、".join((code, *others)),
            "area": f"{area:.0f}" if area >= 10 else f"{area:.1f}",
            "count": len(parts),
        }
        return Problem(kind, code, Sentence(pattern, values), where, others, area, length_m(where))


def crossings(shape: Polygonal) -> MultiPoint:
    """Where a boundary crosses or touches itself, in its own units; empty if it is sound."""
    ends: Counter[tuple[float, float]] = Counter()
    for line in shapely.get_parts(shapely.node(shape.boundary)):
        for point in (line.coords[0], line.coords[-1]):
            ends[(point[0], point[1])] += 1
    places = [Point(point) for point, count in sorted(ends.items()) if count > 2]
    if not places and not shape.is_valid:
        # a spike, or a hole outside its shell: nothing branches, but GEOS names one place
        found = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
        places = [Point(float(found[1]), float(found[2]))] if found else []
    return MultiPoint(places)


def _repaired(shape: Polygonal) -> Polygonal:
    """A shape without self-crossings that covers the same ground, so that the rest can go on."""
    if shape.is_valid:
        return shape
    parts = list(_polygons(shapely.make_valid(shape, method="structure", keep_collapsed=False)))
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _polygons(geometry: BaseGeometry) -> Iterable[Polygon]:
    """The polygons in any geometry; lines and points in it fall away."""
    for part in shapely.get_parts(geometry):
        if part.geom_type == "GeometryCollection":
            yield from _polygons(part)
        elif part.geom_type == "Polygon" and not part.is_empty:
            yield part
