"""A town built from its declaration: places with boundaries, streets, buildings and rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely import Polygon

from gezhi.core.places.tiling import plan_town
from gezhi.wiring.towns.buildings import Compound
from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.compound_names import CompoundNames
from gezhi.wiring.towns.geometry import Streets
from gezhi.wiring.towns.streets import lay_out
from gezhi.wiring.towns.town_specs import CommunitySpec, TownSpec

_DIGITS: Final = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Grid:
    """A level-3 grid: 15-digit code, name, party group, boundary (WGS84)."""

    code: str
    name: str
    party_group: str
    boundary: Polygon


@dataclass(frozen=True, slots=True)
class Community:
    """A community or village: 12-digit code, grids in order, compounds, and how many live there."""

    index: int
    code: str
    spec: CommunitySpec
    boundary: Polygon
    grids: tuple[Grid, ...]
    compounds: tuple[Compound, ...]
    people: int

    @property
    def name(self) -> str:
        return self.spec.name


@dataclass(frozen=True, slots=True)
class Town:
    """A whole town without its people (`people.people_of`) and units (`units`)."""

    spec: TownSpec
    boundary: Polygon
    communities: tuple[Community, ...]
    streets: Streets

    @property
    def grids(self) -> list[Grid]:
        return [grid for community in self.communities for grid in community.grids]


def build_town(spec: TownSpec) -> Town:
    """The town; the same declaration gives the same town."""
    drawing = spec.drawing
    plan = plan_town(drawing.outline, drawing.counts, drawing.seed)
    streets = Streets(plan.roads)
    quotas = _shared(spec.people, [one.weight for one in spec.communities])
    names = CompoundNames({one.first_compound[:2] for one in spec.communities})
    party_names = _party_names(spec)
    communities = []
    for index, own in enumerate(spec.communities):
        code = spec.place_code(index)
        grids = tuple(
            Grid(
                code=f"{code}{at:03d}",
                name=f"{own.name}第{numeral(at)}网格",
                party_group=f"{own.name}第{numeral(at)}网格{party_names.pop(0)}",
                boundary=polygon,
            )
            for at, polygon in enumerate(plan.grids[index], start=1)
        )
        dice = Dice(f"{drawing.seed}/streets/{index}")
        weights = [0.75 + dice.roll() * 0.55 for _ in grids]
        compounds = lay_out(
            name=own.name,
            housing=Weighted(own.housing),
            grids=list(
                zip((grid.boundary for grid in grids), _shared(quotas[index], weights), strict=True)
            ),
            first=own.first_compound,
            parks=spec.parks.get(index, ()),
            names=names,
            streets=streets,
            dice=dice,
        )
        communities.append(
            Community(
                index=index,
                code=code,
                spec=own,
                boundary=plan.communities[index],
                grids=grids,
                compounds=tuple(compounds),
                people=quotas[index],
            )
        )
    return Town(spec, drawing.outline, tuple(communities), streets)


def geojson(polygon: Polygon) -> dict[str, Any]:
    """A boundary as GeoJSON geometry (WGS84, outer ring counter-clockwise)."""
    shape: dict[str, Any] = shapely.geometry.mapping(shapely.orient_polygons(polygon))
    return shape


def numeral(number: int) -> str:
    """A Chinese numeral from 1 to 19."""
    return _DIGITS[number] if number <= 10 else f"十{_DIGITS[number - 10]}"


def _party_names(spec: TownSpec) -> list[str]:
    """What the party organisation of each grid is: spread evenly where only some are branches."""
    grids = sum(spec.drawing.counts)
    if spec.branches is None:
        return ["党小组"] * grids
    branches = {at * grids // spec.branches for at in range(spec.branches)}
    return ["党支部" if at in branches else "党小组" for at in range(grids)]


def _shared(total: int, weights: list[float]) -> list[int]:
    """A whole number shared out by weight, exactly (largest remainders, earlier first)."""
    exact = [total * weight / sum(weights) for weight in weights]
    shares = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda at: (shares[at] - exact[at], at))
    for at in order[: total - sum(shares)]:
        shares[at] += 1
    return shares
