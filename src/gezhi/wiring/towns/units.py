"""Enterprises, public units, shops and construction sites of a town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gezhi.wiring.towns.buildings import Building, Compound
from gezhi.wiring.towns.chance import Dice, Weighted
from gezhi.wiring.towns.geometry import places_inside
from gezhi.wiring.towns.habitats import PARK
from gezhi.wiring.towns.names import full_name, surname
from gezhi.wiring.towns.papers import Papers, credit_code
from gezhi.wiring.towns.town import Community, Grid, Town
from gezhi.wiring.towns.town_specs import AS_OF
from gezhi.wiring.towns.unit_names import INDUSTRIES, PROJECTS, PUBLIC_UNITS, TRADES, UnitNames

_STATES: Final = Weighted({"在业": 93.0, "停业": 4.0, "搬离": 2.0, "注销": 1.0})
_STAGES: Final = Weighted(
    {"土方": 5.0, "基础": 8.0, "主体": 13.0, "装修": 6.0, "市政": 3.0, "拆除": 1.0, "停工": 1.0}
)
_CODES_OF_A_TOWN: Final = 5000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a unit is: its grid (15-digit code), address and point; a building if it has one."""

    community: Community
    grid: Grid
    address: str
    lon: float
    lat: float
    compound: Compound | None = None
    building: Building | None = None


@dataclass(frozen=True, slots=True)
class Enterprise:
    """企业/单位; `public_unit` is a code of `registry.PublicUnitKind`, empty for the others."""

    name: str
    kind: str
    uscc: str
    industry: str
    spot: Spot
    legal_rep: str
    contact: str
    phone: str
    staff_count: int
    party_members: int
    state: str = "在业"
    public_unit: str = ""
    above_scale: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """门店."""

    name: str
    licence_name: str
    uscc: str
    trade: str
    spot: Spot
    operator: str
    phone: str
    area: int
    staff_count: int
    sleepers: bool
    gas: str
    extinguishers: int
    hours: str


@dataclass(frozen=True, slots=True)
class Site:
    """工地; stage 未开工 until it has started."""

    name: str
    project: str
    code: str
    spot: Spot
    developer: str
    contractor: str
    supervisor: str
    manager: str
    safety_officer: str
    phone: str
    area: int
    cost_fen: int
    permit_no: str
    starts_on: date
    ends_on: date
    stage: str
    workers: int
    dormitory: int
    cranes: int
    video: bool

    @property
    def started(self) -> bool:
        return self.stage != "未开工"


@dataclass(frozen=True, slots=True)
class Units:
    """All units of a town. Public units are among the enterprises."""

    enterprises: tuple[Enterprise, ...]
    shops: tuple[Shop, ...]
    sites: tuple[Site, ...]


def units_of(town: Town) -> Units:
    """The units of a town, the same every time."""
    maker = _Maker(town)
    public = tuple(maker.public_units())
    return Units(
        enterprises=public + tuple(maker.enterprises()),
        shops=tuple(maker.shops()),
        sites=tuple(maker.sites()),
    )


def employers_of(town: Town) -> list[str]:
    """Names of the enterprises people of the town work for."""
    return [one.name for one in units_of(town).enterprises]


class _Maker:
    """One run through a town: its own chance, names, papers and numbering."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.dice = Dice(f"{town.spec.drawing.seed}/units")
        self.names = UnitNames(self.dice)
        self.papers = Papers(town.spec.share, phones_from=30_000)
        self.codes = town.spec.share // 18 * _CODES_OF_A_TOWN
        self.houses = [
            (community, compound, building)
            for community in town.communities
            for compound in community.compounds
            for building in compound.buildings
        ]
        self.towers = [house for house in self.houses if house[1].habitat is PARK]

    def credit_code(self, kind: str) -> str:
        self.codes += 1
        return credit_code(kind, self.codes)

    def person(self) -> str:
        male = self.dice.comes(0.7)
        born = self.dice.between(1962, 1998)
        return full_name(self.dice, surname(self.dice), male=male, born=born)

    def spot(self, house: tuple[Community, Compound, Building], *, room: str = "") -> Spot:
        community, compound, building = house
        lon, lat = building.lon, building.lat
        if room:
            address = f"{compound.road}{compound.name}{building.name}{room}室"
        else:
            road, door = self.town.streets.nearest(lon, lat)
            address = f"{road}{door + self.dice.between(0, 30)}号"
        return Spot(
            community, community.grids[building.grid], address, lon, lat, compound, building
        )

    def public_units(self) -> Iterator[Enterprise]:
        wanted = self.town.spec.public_units
        for kind, count, word, code, industry in PUBLIC_UNITS if wanted else ():
            for _ in range(count):
                spot = self.spot(self.dice.pick(self.houses))
                head = self.person()
                yield Enterprise(
                    name=f"{self.town.spec.short_name}{self.names.stem()}{word}",
                    kind={"12": "事业单位", "52": "社会组织", "92": "个体工商户"}.get(code, "企业"),
                    uscc=self.credit_code(code),
                    industry=industry,
                    spot=spot,
                    legal_rep=head,
                    contact=self.person(),
                    phone=self.papers.mobile(),
                    staff_count=self.dice.between(4, 90),
                    party_members=self.dice.between(0, 12),
                    public_unit=kind,
                )

    def enterprises(self) -> Iterator[Enterprise]:
        for _ in range(self.town.spec.enterprises):
            industry, word = self.dice.of(INDUSTRIES)
            if self.towers and self.dice.comes(0.7):
                room = f"{self.dice.between(2, 9)}{self.dice.between(1, 8):02d}"
                spot = self.spot(self.dice.pick(self.towers), room=room)
            else:
                spot = self.spot(self.dice.pick(self.houses))
            staff = self.dice.near(1, 20) * self.dice.near(1, 16)
            head = self.person()
            yield Enterprise(
                name=f"郑州{self.names.stem()}{word}有限公司",
                kind="企业",
                uscc=self.credit_code("91"),
                industry=industry,
                spot=spot,
                legal_rep=head,
                contact=head if self.dice.comes(0.4) else self.person(),
                phone=self.papers.mobile(),
                staff_count=staff,
                party_members=self.dice.between(0, max(1, staff // 10)),
                state=self.dice.of(_STATES),
                above_scale=staff > 120,
            )

    def shops(self) -> Iterator[Shop]:
        for _ in range(self.town.spec.shops):
            trade, word = self.dice.of(TRADES)
            stem = self.names.stem()
            eating = trade == "餐饮"
            yield Shop(
                name=f"{stem}{word}",
                licence_name=f"郑州高新区{stem}{word}（个体工商户）",
                uscc=self.credit_code("92"),
                trade=trade,
                spot=self.spot(self.dice.pick(self.houses)),
                operator=self.person(),
                phone=self.papers.mobile(),
                area=self.dice.between(12, 160),
                staff_count=self.dice.between(1, 9),
                sleepers=self.dice.comes(0.04),
                gas=("管道天然气" if self.dice.comes(0.6) else "瓶装液化气")
                if eating
                else "不用气",
                extinguishers=self.dice.between(1, 4),
                hours="06:00-14:00" if word == "早餐铺" else "08:00-21:30",
            )

    def sites(self) -> Iterator[Site]:
        spec = self.town.spec
        grids = [(one, grid) for one in self.town.communities for grid in one.grids]
        started = {at * spec.sites // spec.sites_started for at in range(spec.sites_started)}
        chosen = [grids[at * len(grids) // spec.sites] for at in range(spec.sites)]
        for at, (community, grid) in enumerate(chosen):
            # two sites may share a grid; they stand at its first and its last third
            lon, lat = places_inside(grid.boundary, 3)[2 * (at % 2)]
            road, door = self.town.streets.nearest(lon, lat)
            yield self._site(at, Spot(community, grid, f"{road}{door}号", lon, lat), at in started)

    def _site(self, at: int, spot: Spot, started: bool) -> Site:
        dice, stem = self.dice, self.names.stem()
        project = f"{stem}{PROJECTS[at % len(PROJECTS)]}项目"
        months = dice.between(10, 36)
        begins = AS_OF + timedelta(
            days=-dice.between(20, months * 24) if started else dice.between(15, 300)
        )
        stage = dice.of(_STAGES) if started else "未开工"
        workers = 0 if not started or stage == "停工" else dice.between(18, 320)
        return Site(
            name=f"{project}工地",
            project=project,
            code=f"{AS_OF.year}-{self.town.spec.code}-{at + 1:03d}",
            spot=spot,
            developer=f"郑州{stem}置业有限公司",
            contractor=f"河南{self.names.stem()}建设工程有限公司",
            supervisor=f"河南{self.names.stem()}工程监理有限公司",
            manager=self.person(),
            safety_officer=self.person(),
            phone=self.papers.mobile(),
            area=dice.between(8, 900) * 100,
            cost_fen=dice.between(30, 6000) * 1_000_000_00 // 100,
            permit_no=f"{spot.grid.code[:6]}{begins:%Y%m%d}{at + 1:04d}" if started else "",
            starts_on=begins,
            ends_on=begins + timedelta(days=months * 30),
            stage=stage,
            workers=workers,
            dormitory=int(workers * 0.6),
            cranes=dice.between(1, 6) if stage in ("基础", "主体") else 0,
            video=started and dice.comes(0.9),
        )
