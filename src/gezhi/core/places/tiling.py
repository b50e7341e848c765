"""Invented towns for the demonstration: an outline divided by roads into communities and grids.

A town is divided the way built-up land is: a road that bends a little runs through it, then
shorter roads run between those, until every community and every grid has its piece. Roads are
drawn once and both sides take their border from the same line, so the pieces tile exactly:
neighbours share every vertex. The same outline, counts and seed give the same town.

All drawing happens in metres on the ground, on a lattice of one centimetre.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import shapely
from shapely import LineString, MultiLineString, Polygon
from shapely.affinity import rotate
from shapely.ops import split

from gezhi.core.places.ground import LocalGround
from gezhi.core.places.street_names import RoadRank, street_names

_LATTICE_M = 0.01
_TRIES = 20
_BEARINGS = 8
_WOBBLE_STEP_M = 60.0
_OVERSHOOT_M = 0.3
_ORDER = tuple(RoadRank)


@dataclass(frozen=True, slots=True)
class Road:
    """A street along borders: an avenue through the town, a road between communities, a lane."""

    name: str
    rank: RoadRank
    line: LineString


@dataclass(frozen=True, slots=True)
class Town:
    """Communities in the order asked for, the grids of each, and the roads, in WGS84."""

    communities: tuple[Polygon, ...]
    grids: tuple[tuple[Polygon, ...], ...]
    roads: tuple[Road, ...]


def tile(outline: Polygon, counts: Sequence[int], seed: int) -> list[list[Polygon]]:
    """For each count, a community divided into that many grids; together exactly the outline.

    `outline` is a WGS84 polygon without holes. The grids of a community come in the order in
    which they are numbered: north to south by rows, west to east within a row. Raises
    `ValueError` for an empty list, a count below one or an outline that cannot be divided.
    """
    return [list(grids) for grids in plan_town(outline, counts, seed).grids]


def roads(outline: Polygon, counts: Sequence[int], seed: int) -> list[Road]:
    """The named roads of the same town: avenues first, lanes last."""
    return list(plan_town(outline, counts, seed).roads)


def plan_town(outline: Polygon, counts: Sequence[int], seed: int) -> Town:
    """The whole town: see `tile` for the arguments."""
    if not counts or min(counts) < 1:
        raise ValueError("every community needs at least one grid")
    if not outline.is_valid or outline.interiors or outline.is_empty:
        raise ValueError("the outline must be one sound polygon without holes")
    ground = LocalGround.under([outline])
    land = shapely.set_precision(ground.flatten(outline), _LATTICE_M)
    for attempt in range(_TRIES):
        drawing = _Drawing(random.Random(f"{seed}/{attempt}"))
        leaves = drawing.draw(land, counts)
        pieces = _on_the_lattice(land, drawing.cuts, leaves)
        town = _town(pieces, counts, drawing.cuts, ground, seed) if pieces is not None else None
        if town is not None:
            return town
    raise ValueError("the outline is too small or too thin to be divided so often")


def reading_order(shapes: Sequence[Polygon]) -> list[int]:
    """Indices of shapes in the order in which grids are numbered inside a community.

    DB6101/T 3185-2024: west to east and north to south. The northernmost shape left leads a row;
    with it go those whose middle lies no further south than its southern edge.
    """
    middles = [shape.centroid for shape in shapes]
    waiting = sorted(range(len(shapes)), key=lambda index: (-middles[index].y, middles[index].x))
    order: list[int] = []
    while waiting:
        south = shapes[waiting[0]].bounds[1]
        row = [index for index in waiting if middles[index].y >= south]
        order += sorted(row, key=lambda index: (middles[index].x, -middles[index].y))
        waiting = [index for index in waiting if middles[index].y < south]
    return order


@dataclass
class _Cut:
    line: LineString
    depth: int
    inside: bool

    @property
    def rank(self) -> RoadRank:
        if self.inside:
            return RoadRank.LANE
        return RoadRank.AVENUE if self.depth <= 1 else RoadRank.ROAD


@dataclass
class _Drawing:
    """One try at a town: the bearing of its streets and the cuts made so far."""

    chance: random.Random
    bearing: float = 0.0
    cuts: list[_Cut] = field(default_factory=list)

    def draw(self, land: Polygon, counts: Sequence[int]) -> list[Polygon]:
        """The grids of all communities, one after the other."""
        self.bearing = self.chance.uniform(-9.0, 9.0)
        # a community of many grids is denser, so its land grows slower than its count
        sizes = [count**0.8 * self.chance.uniform(0.75, 1.3) for count in counts]
        communities = self._divide(land, sizes, depth=0, inside=False)
        leaves: list[Polygon] = []
        for community, count in zip(communities, counts, strict=True):
            sizes = [self.chance.uniform(0.75, 1.3) for _grid in range(count)]
            leaves += self._divide(community, sizes, depth=0, inside=True)
        return leaves

    def _divide(
        self, land: Polygon, sizes: Sequence[float], depth: int, inside: bool
    ) -> list[Polygon]:
        """Land divided in proportion to the sizes, by one road after the other."""
        if len(sizes) == 1:
            return [land]
        at = self._middle(sizes)
        share = sum(sizes[:at]) / sum(sizes)
        line, first, second = self._cut(land, share, inside)
        self.cuts.append(_Cut(line, depth, inside))
        return [
            *self._divide(first, sizes[:at], depth + 1, inside),
            *self._divide(second, sizes[at:], depth + 1, inside),
        ]

    def _middle(self, sizes: Sequence[float]) -> int:
        """Where to part a list into two about equal halves, not always in the very middle."""
        total = sum(sizes)
        aim = total * self.chance.uniform(0.42, 0.58)
        return min(range(1, len(sizes)), key=lambda at: abs(sum(sizes[:at]) - aim))

    def _cut(
        self, land: Polygon, share: float, inside: bool
    ) -> tuple[LineString, Polygon, Polygon]:
        """The road that parts off the share: the first of the best bearings that parts in two.

        The share lies west of a road that runs north, and north of one that runs east.
        """
        bearings = [
            self.bearing + quarter + self.chance.gauss(0.0, 4.0)
            for quarter in (0.0, -90.0)
            for _candidate in range(_BEARINGS // 2)
        ] + [self.chance.uniform(-135.0, 45.0) for _candidate in range(_BEARINGS)]
        straight = sorted(
            (_straight(land, share, bearing, favoured=index < _BEARINGS // 2 * 2))
            for index, bearing in enumerate(bearings)
        )
        for calm in (1.0, 0.5, 0.2, 0.0):
            for _badness, bearing, offset in straight:
                line = self._wobbled(land, bearing, offset, calm * (0.5 if inside else 1.0))
                parted = _parted(land, line, bearing)
                if parted is not None:
                    return parted
        raise ValueError("no straight line parts this land in two")

    def _wobbled(self, land: Polygon, bearing: float, offset: float, amount: float) -> LineString:
        """A line across the land that bends as roads do: long waves, and short ones on top."""
        turned = rotate(land, -bearing, origin=(0, 0))
        _west, south, _east, north = turned.bounds
        length = north - south
        margin = 0.1 * length
        steps = max(4, int((length + 2 * margin) / _WOBBLE_STEP_M))
        waves = [
            (reach * self.chance.gauss(0.0, 1.0), turns, self.chance.uniform(0, 2 * math.pi))
            for reach, turns in ((0.022, 0.7), (0.010, 1.6), (0.004, 4.0))
        ]
        points = []
        for step in range(steps + 1):
            along = step / steps
            aside = sum(
                size * math.sin(2 * math.pi * turns * along + phase) for size, turns, phase in waves
            )
            y = south - margin + along * (length + 2 * margin)
            points.append((offset + amount * length * aside, y))
        return rotate(LineString(points), bearing, origin=(0, 0))


def _straight(
    land: Polygon, share: float, bearing: float, *, favoured: bool
) -> tuple[float, float, float]:
    """Badness, bearing and offset of the straight cut at a bearing that parts off the share."""
    turned = rotate(land, -bearing, origin=(0, 0))
    west, south, east, north = turned.bounds
    low, high = west, east
    for _halving in range(14):
        middle = (low + high) / 2
        if shapely.clip_by_rect(turned, west, south, middle, north).area < share * land.area:
            low = middle
        else:
            high = middle
    offset = (low + high) / 2
    sides = (
        shapely.clip_by_rect(turned, west, south, offset, north),
        shapely.clip_by_rect(turned, offset, south, east, north),
    )
    # a circle scores 1, a square 1.27; streets that follow the town's bearing look planned
    raggedness = max(side.length**2 / (4 * math.pi * max(side.area, 1.0)) for side in sides)
    return raggedness + (0.0 if favoured else 0.35), bearing, offset


def _parted(
    land: Polygon, line: LineString, bearing: float
) -> tuple[LineString, Polygon, Polygon] | None:
    """The road within the land and its two sides, left first; None if it parts the land in more."""
    road = line.intersection(land)
    if not isinstance(road, LineString) or road.is_empty:
        return None
    sides = [side for side in split(land, line).geoms if isinstance(side, Polygon)]
    if len(sides) != 2:
        return None
    first, second = sorted(sides, key=lambda side: rotate(side, -bearing, origin=(0, 0)).centroid.x)
    return road, first, second


def _on_the_lattice(
    land: Polygon, cuts: Sequence[_Cut], leaves: Sequence[Polygon]
) -> list[Polygon] | None:
    """The pieces with all corners on the lattice and shared; None if one fell apart.

    They are drawn anew from the outline and the roads, so that each border comes from a single
    line; the leaves only tell which piece is whose. A road overshoots its ends, so that it
    crosses what it ends at; the ends beyond bound nothing and fall away.
    """
    lines = MultiLineString([land.exterior, *(_overshooting(cut.line) for cut in cuts)])
    noded = shapely.unary_union(lines, grid_size=_LATTICE_M)
    tree = shapely.STRtree(list(leaves))
    owned: list[list[Polygon]] = [[] for _leaf in leaves]
    for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))):
        owners = tree.query(face.representative_point(), predicate="within").tolist()
        if len(owners) != 1:
            return None
        owned[owners[0]].append(face)
    pieces = [_joined(own) for own in owned]
    return None if None in pieces else [piece for piece in pieces if piece is not None]


def _overshooting(line: LineString) -> LineString:
    points = list(line.coords)
    return LineString([_beyond(points[1], points[0]), *points, _beyond(points[-2], points[-1])])


def _beyond(start: tuple[float, ...], end: tuple[float, ...]) -> tuple[float, float]:
    """The point a little further on, past the end of a segment."""
    (x1, y1), (x2, y2) = start[:2], end[:2]
    stretch = _OVERSHOOT_M / max(math.hypot(x2 - x1, y2 - y1), _LATTICE_M)
    return x2 + (x2 - x1) * stretch, y2 + (y2 - y1) * stretch


def _joined(parts: Sequence[Polygon]) -> Polygon | None:
    """Neighbouring parts of one tiling as one polygon; None if they do not hang together."""
    whole = shapely.coverage_union_all(list(parts))
    return whole if isinstance(whole, Polygon) and whole.is_valid else None


def _town(
    pieces: Sequence[Polygon],
    counts: Sequence[int],
    cuts: Sequence[_Cut],
    ground: LocalGround,
    seed: int,
) -> Town | None:
    """The pieces gathered into communities; None if one does not hang together."""
    rest = iter([ground.unflatten(piece) for piece in pieces])
    grids: list[tuple[Polygon, ...]] = []
    communities: list[Polygon] = []
    for count in counts:
        own = list(islice(rest, count))
        community = _joined(own)
        if community is None:
            return None
        communities.append(community)
        grids.append(tuple(own[index] for index in reading_order(own)))
    ranked = sorted(cuts, key=lambda cut: _ORDER.index(cut.rank))
    names = street_names([(cut.rank, _runs_north(cut.line)) for cut in ranked], start=37 * seed)
    named = tuple(
        Road(name, cut.rank, ground.unflatten(shapely.set_precision(cut.line, _LATTICE_M)))
        for name, cut in zip(names, ranked, strict=True)
    )
    return Town(tuple(communities), tuple(grids), named)


def _runs_north(line: LineString) -> bool:
    (x1, y1), (x2, y2) = line.coords[0], line.coords[-1]
    return abs(y2 - y1) >= abs(x2 - x1)
