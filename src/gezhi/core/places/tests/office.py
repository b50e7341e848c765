"""A subdistrict to test in: one community of two grids and a village of one, with buildings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import shapely

from gezhi.base.actors import Actor, ActorKind, Holding, Origin, system
from gezhi.core.places import actions, rights
from gezhi.core.places.models import Building, Compound, Level, Place, Regrid
from gezhi.core.places.snapshots import geojson

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2022, 3, 1)
NOON = datetime(2022, 9, 13, 12, tzinfo=SHANGHAI)
TODAY = NOON.date()
TOP = "410172360"
WEST, SOUTH, SIDE = 113.50, 34.80, 0.01


def square(column: int, row: int, across: int = 1, up: int = 1) -> shapely.Polygon:
    """A box of the lattice the test ground is drawn on, about 0.9 by 1.1 km a cell."""
    west, south = WEST + SIDE * column, SOUTH + SIDE * row
    return shapely.box(west, south, west + SIDE * across, south + SIDE * up)


@dataclass(frozen=True)
class Ground:
    """永乐社区 with two grids, 大里村 with one."""

    office: Place
    yongle: Place
    first: Place
    second: Place
    dali: Place
    dali_1: Place
    orchid: Compound
    buildings: tuple[Building, ...]
    """Six of 紫兰苑: three in each grid of 永乐, from west to east."""


def staffed(place: Place, *held: str, name: str = "王小禾", account: UUID | None = None) -> Actor:
    """Somebody with these rights at a place."""
    post = Holding(
        uuid4(), "role", "岗位", place.pk, place.level, place.path, place.name, frozenset(held)
    )
    return Actor(ActorKind.STAFF, name, account or uuid4(), holdings=(post,), origin=Origin("web"))


def clerk(place: Place, account: UUID | None = None) -> Actor:
    codes = (rights.SEE, rights.DRAW, rights.ADDRESSES)
    return staffed(place, *(right.code for right in codes), name="网格办小秦", account=account)


def chief_2(place: Place) -> Actor:
    return staffed(place, rights.SEE.code, rights.REVIEW.code, name="永乐书记")


def office_head(place: Place) -> Actor:
    return staffed(place, rights.SEE.code, rights.REVIEW.code, name="高科长")


def chief_1(place: Place) -> Actor:
    return staffed(place, rights.SEE.code, rights.APPROVE.code, name="办事处主任")


def ground(start: date = START) -> Ground:
    """The places, founded and drawn the way an office would."""
    by = system("command")
    at = datetime.combine(start, datetime.min.time(), SHANGHAI) + timedelta(hours=12)
    Place.objects.all().delete()
    office = actions.found_subdistrict(
        code=TOP, name="沟赵办事处", on=start, boundary=geojson(square(0, 0, 3, 2)), by=by, at=at
    )

    def add(
        parent: Place, kind: str, name: str, shape: shapely.Polygon, party_group: str = ""
    ) -> Place:
        return actions.add_place(
            parent=parent, kind=kind, name=name, on=start, boundary=geojson(shape),
            party_group=party_group, by=by, at=at,
        )  # fmt: skip

    yongle = add(office, "community", "永乐社区", square(0, 0, 2, 2))
    dali = add(office, "village", "大里村", square(2, 0, 1, 2))
    first = add(yongle, "grid", "永乐第一网格", square(0, 0, 1, 2), party_group="第一党小组")
    second = add(yongle, "grid", "永乐第二网格", square(1, 0, 1, 2), party_group="第二党小组")
    dali_1 = add(dali, "grid", "大里第一网格", square(2, 0, 1, 2), party_group="大里党小组")
    orchid = actions.add_compound(community=yongle, name="紫兰苑", by=by, at=at)
    buildings = tuple(
        actions.add_building(
            compound=orchid,
            name=f"{number + 1}号楼",
            grid=first if number < 3 else second,
            plan=actions.BuildingPlan(
                units=2, floors_above=6, lon=WEST + SIDE * (number + 0.5) / 3, lat=SOUTH + SIDE
            ),
            on=start,
            by=by,
            at=at,
        )
        for number in range(6)
    )
    assert office.level == Level.SUBDISTRICT
    return Ground(office, yongle, first, second, dali, dali_1, orchid, buildings)


def merged_into_one(town: Ground, *, on: date = TODAY, at: datetime = NOON) -> Regrid:
    """永乐社区 and 大里村 become 永大社区: drawn, reviewed and approved by three people."""
    by = clerk(town.office)
    regrid = actions.draw_redistricting(
        title="永乐与大里合并", retiring=[town.yongle, town.dali], communities=1, villages=0,
        effective=on, reason="规模调整", by=by, at=at,
    )  # fmt: skip
    new = regrid.coming.get()
    actions.redraw_redistricting(
        regrid=regrid,
        communities={new.pk: actions.NewGrid("永大社区", "")},
        moves={grid.pk: new.pk for grid in (town.first, town.second, town.dali_1)},
        by=by,
        at=at,
    )
    actions.review_regrid(regrid=regrid, by=office_head(town.office), at=at)
    return actions.approve_regrid(regrid=regrid, by=chief_1(town.office), at=at)
