"""Half a year of what was reported in a town: what, where, by whom, and how it went on.

Everything hangs on the seed and on the day it ends: the same town told on the same day is the
same, and a run that was cut short can be taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Final

from gezhi.base.workdays import SHANGHAI, Limit, OfficeCalendar
from gezhi.wiring.towns import desks, troubles
from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.geometry import places_inside
from gezhi.wiring.towns.names import full_name, surname
from gezhi.wiring.towns.plots import STANDS_AFTER, Plot, Setting, Turn
from gezhi.wiring.towns.town import Community, Town
from gezhi.wiring.towns.troubles import Trouble

CASES: Final = {"gouzhao": 320, "fengyang": 480}
"""How many are told of each town."""
DAYS: Final = 182
LATELY, LAST = 8, 3
"""Days at the end in which more is reported and some not handled yet, of the last ones most."""
_SOURCES: Final = Weighted(
    {"patrol": 52.0, "hotline": 22.0, "resident": 17.0, "counter": 4.0, "leader": 3.0, "upper": 2.0}
)
_HOURS: Final = Weighted(
    {7: 4.0, 8: 11.0, 9: 14.0, 10: 13.0, 11: 9.0, 12: 3.0, 13: 3.0, 14: 9.0, 15: 11.0, 16: 10.0,
     17: 7.0, 18: 4.0, 19: 4.0, 20: 3.0, 21: 2.0}
)  # fmt: skip
_LANES: Final = 24
"""Points along the streets of a grid at which something may lie."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something lies: a building, or a point at a street."""

    community: int
    grid: str
    """Code of the grid."""
    address: str
    lon: float
    lat: float
    building: tuple[str, str, int] | None = None
    """Code of the community, name of the compound, number in it."""


@dataclass(frozen=True, slots=True)
class Story:
    """One case from the report on; `turns` in the order of time, none after the last day."""

    opened: datetime
    source: str
    source_number: str
    trouble: Trouble
    knows_category: bool
    """Whether whoever reports it names the category."""
    description: str
    spot: Spot
    reporter: str
    phone: str
    confidential: bool
    turns: tuple[Turn, ...]


def stories_of(
    town: Town,
    number: int,
    *,
    until: date,
    limits: Mapping[str, Limit],
    calendar: OfficeCalendar,
) -> list[Story]:
    """So many cases of the half year before a day, in the order they were reported.

    `limits` gives what each category allows, by nature and code (`e0102`).
    """
    dice = Dice(f"{town.spec.key}/cases")
    teller = _Teller(town, until, limits, calendar, dice)
    return [teller.story(opened) for opened in _moments(until, number, dice)]


def first_day(until: date) -> date:
    """The day of the first story."""
    return until - timedelta(days=DAYS)


def _moments(until: date, number: int, dice: Dice) -> list[datetime]:
    """When each is reported: fewer at weekends, more in the last days, one on the first."""
    start = first_day(until)
    days = [start + timedelta(days=at) for at in range(DAYS)]
    weights = Weighted({at: _weight(day, until) for at, day in enumerate(days)})
    drawn = [0, *(dice.of(weights) for _more in range(number - 1))]
    found: set[datetime] = set()
    for at in drawn:
        while True:
            clock = time(dice.of(_HOURS), dice.between(0, 59), dice.between(0, 59))
            moment = datetime.combine(days[at], clock, SHANGHAI)
            if moment not in found:
                found.add(moment)
                break
    return sorted(found)


def _weight(day: date, until: date) -> float:
    usual = 1.0 if day.weekday() < 5 else 0.55
    left = (until - day).days
    return usual * (8.0 if left <= LAST else 2.0 if left <= LATELY else 1.0)


class _Teller:
    """Draws stories one after another."""

    def __init__(
        self,
        town: Town,
        until: date,
        limits: Mapping[str, Limit],
        calendar: OfficeCalendar,
        dice: Dice,
    ) -> None:
        self._town = town
        self._until = datetime.combine(until, time.min, SHANGHAI)
        self._limits = limits
        self._calendar = calendar
        self._dice = dice
        self._units = {
            topic: unit for unit, topics in desks.ANSWERS_FOR.items() for topic in topics
        }
        self._communities = Weighted({one.index: float(one.people) for one in town.communities})
        self._points: dict[str, list[tuple[float, float]]] = {}
        self._standing = cycle(STANDS_AFTER)
        self._sore = [self._drawn() for _place in range(8)]

    def story(self, opened: datetime) -> Story:
        """What was reported at a moment."""
        dice = self._dice
        # some places are sore: the same trouble comes back
        trouble, spot = dice.pick(self._sore) if dice.comes(0.15) else self._drawn()
        source = dice.of(_SOURCES)
        public = source in ("hotline", "resident")
        plot = Plot(
            Setting(
                trouble=trouble,
                limit=self._limits[trouble.topic],
                unit=self._unit(trouble, spot),
                wrong_units=self._wrong(trouble, spot),
                public=public,
                by_worker=source == "patrol",
            ),
            opened,
            self._calendar,
            dice,
        )
        named = public and dice.comes(0.8)
        return Story(
            opened=opened,
            source=source,
            source_number=self._number(opened) if source == "hotline" else "",
            trouble=trouble,
            knows_category=source == "patrol" or dice.comes(0.4),
            description=self._told(trouble),
            spot=spot,
            reporter=self._name() if named else "",
            phone=f"16{dice.pick('0134')}{dice.between(0, 99_999_999):08d}" if named else "",
            confidential=named and dice.comes(0.08),
            turns=tuple(self._so_far(plot, opened)),
        )

    def _drawn(self) -> tuple[Trouble, Spot]:
        trouble = self._dice.of(troubles.TROUBLES)
        community = self._town.communities[self._dice.of(self._communities)]
        spot = self._at_home(community) if trouble.indoors else self._outside(community)
        return trouble, spot

    def _at_home(self, community: Community) -> Spot:
        dice = self._dice
        compound = dice.pick(community.compounds)
        building = dice.pick(compound.buildings)
        return Spot(
            community.index,
            community.grids[building.grid].code,
            f"{compound.name} {building.name}",
            round(building.lon + (dice.roll() - 0.5) * 2e-4, 7),
            round(building.lat + (dice.roll() - 0.5) * 2e-4, 7),
            (community.code, compound.name, building.number),
        )

    def _outside(self, community: Community) -> Spot:
        grid = self._dice.pick(community.grids)
        if grid.code not in self._points:
            self._points[grid.code] = places_inside(grid.boundary, _LANES)
        lon, lat = self._dice.pick(self._points[grid.code])
        road, house = self._town.streets.nearest(lon, lat)
        return Spot(community.index, grid.code, f"{road}{house}号附近", lon, lat)

    def _unit(self, trouble: Trouble, spot: Spot) -> str:
        first = self._town.spec.communities[0].first_compound
        at_first = spot.building is not None and spot.building[1] == first
        if at_first and trouble.topic in ("e0108", "e2206", "e2304", "e2201"):
            return desks.PROPERTY
        return self._units.get(trouble.topic) or desks.own_code(spot.community)

    def _wrong(self, trouble: Trouble, spot: Spot) -> tuple[str, ...]:
        right = self._unit(trouble, spot)
        others = (desks.own_code(spot.community), desks.ENFORCEMENT, desks.CLEANING)
        return tuple(unit for unit in others if unit != right)

    def _told(self, trouble: Trouble) -> str:
        spots = troubles.SPOTS_AT_HOME if trouble.indoors else troubles.SPOTS_OUTSIDE
        return self._dice.pick(trouble.told).format(spot=self._dice.pick(spots))

    def _number(self, opened: datetime) -> str:
        return f"ZZ{opened:%Y%m%d}{self._dice.between(1, 9_999):04d}"

    def _name(self) -> str:
        male = self._dice.comes(0.5)
        born = self._dice.between(1950, 2004)
        return full_name(self._dice, surname(self._dice), male=male, born=born)

    def _so_far(self, plot: Plot, opened: datetime) -> list[Turn]:
        """The turns before the last day; a few cases lie somewhere, of the latest many."""
        left = (self._until - opened).days
        stands = self._dice.comes(0.7 if left < LAST else 0.2 if left < LATELY else 0.01)
        turns = plot.turns_until_it_stands(*next(self._standing)) if stands else plot.turns()
        return [turn for turn in turns if turn.at < self._until]
