"""Rows of this area for the house tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from gezhi.base.samples import Sample, Spot, Visit, Visiting
from gezhi.core.places.models import (
    BoundaryDraft,
    Building,
    Compound,
    Place,
    Regrid,
    UnresolvedAddress,
)


def compound(spot: Spot) -> Compound:
    """紫兰苑 of the spot's community; numbers count up where several are made."""
    number = Compound.objects.count() + 1
    return Compound.objects.create(
        name=f"紫兰苑{number}", number=number, community=spot.grid.community
    )


def building(spot: Spot) -> Building:
    """A building of a compound of its own, in the spot's grid."""
    return Building.objects.create(
        compound=compound(spot),
        name="3号楼",
        number=3,
        community=spot.grid.community,
        grid=spot.grid,
        micro_grid=spot.micro_grid,
        units=2,
        floors_above=6,
    )


def _unresolved(spot: Spot) -> UnresolvedAddress:
    number = UnresolvedAddress.objects.count() + 1
    return UnresolvedAddress.objects.create(
        text=f"老粮库后院第{number}排",
        community=spot.grid.community,
        grid=spot.grid,
        reason="地址库中没有这个小区",
        first_seen_at=spot.at,
    )


def _regrid(spot: Spot) -> Regrid:
    return Regrid.objects.create(
        title="拆分第一网格",
        community=spot.grid.community,
        effective=(spot.at + timedelta(days=7)).date(),
        reason="户数过多",
        drawn_by="孙样",
        drawn_at=spot.at,
    )


def _community_change(spot: Spot) -> Visit:
    """A change of communities, which is the office's and no community's own."""
    row = Regrid.objects.create(
        title="样例村社区合并",
        effective=(spot.at + timedelta(days=7)).date(),
        reason="规模过小",
        drawn_by="孙样",
        drawn_at=spot.at,
    )
    return Visit(row=row, kwargs={"pk": row.pk})


def _draft(spot: Spot) -> BoundaryDraft:
    return BoundaryDraft.objects.create(
        parent=spot.grid.community,
        community=spot.grid.community,
        level=3,
        frame="wgs84",
        file_name="网格.geojson",
        brought_by="孙样",
        brought_at=spot.at,
    )


def _place(spot: Spot) -> Place:
    place: Place = spot.grid
    return place


SAMPLES: Final[dict[type, Sample]] = {
    Place: _place,
    Compound: compound,
    Building: building,
    UnresolvedAddress: _unresolved,
    Regrid: _regrid,
    BoundaryDraft: _draft,
}

VISITS: Final[dict[str, Visiting]] = {"places.redistrict_assign": _community_change}
