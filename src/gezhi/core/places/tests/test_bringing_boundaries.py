"""Boundaries from a file: read in a stated frame, shown with what is wrong, then in force."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import shapely

from gezhi.base.testing import refused
from gezhi.core.places import actions, queries
from gezhi.core.places.boundaries import ProblemKind
from gezhi.core.places.boundary_review import review
from gezhi.core.places.datums import GCJ02, WGS84, convert_geometry
from gezhi.core.places.models import BoundaryDraft, Place, PlacePeriod
from gezhi.core.places.snapshots import boundaries_on
from gezhi.core.places.tests.office import NOON, SIDE, SOUTH, TODAY, WEST, Ground, clerk, ground

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def parted(at: float) -> tuple[shapely.Polygon, shapely.Polygon]:
    """永乐 divided anew, at a share of its width."""
    middle, east, north = WEST + 2 * SIDE * at, WEST + 2 * SIDE, SOUTH + 2 * SIDE
    return shapely.box(WEST, SOUTH, middle, north), shapely.box(middle, SOUTH, east, north)


def file_of(shapes: dict[str, Any]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": shapely.geometry.mapping(shape),
        }
        for code, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def brought(town: Ground, data: bytes, frame: str = "wgs84", **more: Any) -> BoundaryDraft:
    given: dict[str, Any] = {
        "data": data, "file_name": "永乐.geojson", "frame": frame, "parent": town.yongle,
        "level": 3, "by": clerk(town.office), "at": NOON,
    }  # fmt: skip
    return actions.bring_boundaries(**given | more)


def halves(town: Ground, at: float = 0.4) -> dict[str, Any]:
    west, east = parted(at)
    return {town.first.code: west, town.second.code: east}


def test_sound_boundaries_come_into_force_and_leave_earlier_days_alone() -> None:
    town = ground()
    before = boundaries_on(3, TODAY - DAY)
    draft = brought(town, file_of(halves(town)))
    assert actions.confirm_boundaries(draft=draft, on=TODAY, by=clerk(town.office), at=NOON) == 2
    now = boundaries_on(3, TODAY)
    assert now[town.first.code].area == pytest.approx(parted(0.4)[0].area)
    assert boundaries_on(3, TODAY - DAY) == before
    found = queries.locate(WEST + 2 * SIDE * 0.45, SOUTH + SIDE, day=TODAY)
    assert found is not None
    assert found.id == town.second.pk
    assert Place.objects.get(pk=town.first.pk).centre_lon == pytest.approx(WEST + SIDE * 0.4)


def test_a_file_in_gcj02_lands_where_it_was_surveyed() -> None:
    town = ground()
    shifted = {code: convert_geometry(s, WGS84, GCJ02) for code, s in halves(town).items()}
    draft = brought(town, file_of(shifted), frame="gcj02")
    assert not review(draft, TODAY).refused
    west = shapely.geometry.shape(draft.document[town.first.code])
    corners = shapely.get_coordinates(parted(0.4)[0])
    nearest = [min(np.hypot(*(shapely.get_coordinates(west) - c).T)) for c in corners]
    assert max(nearest) < 0.5 / 111_000


def test_a_file_whose_frame_is_mis_stated_does_not_fit() -> None:
    town = ground()
    shifted = {code: convert_geometry(s, WGS84, GCJ02) for code, s in halves(town).items()}
    found = review(brought(town, file_of(shifted)), TODAY)
    assert found.refused
    assert {problem.kind for problem in found.problems if problem.blocks} >= {ProblemKind.OUTSIDE}


@pytest.mark.parametrize(
    ("shapes", "kind"),
    [
        (lambda a, b: (a, shapely.box(WEST + SIDE, SOUTH, *b.bounds[2:])), ProblemKind.GAP),
        (lambda a, b: (a, shapely.box(WEST + SIDE / 2, SOUTH, *b.bounds[2:])), ProblemKind.OVERLAP),
        (lambda a, b: (a, b.union(shapely.box(113.52, 34.82, 113.53, 34.83))), ProblemKind.OUTSIDE),
        (lambda a, b: (shapely.Polygon([(WEST, SOUTH), a.bounds[2:], (a.bounds[2], SOUTH),
                                        (WEST, a.bounds[3])]), b), ProblemKind.SELF_CROSSING),
    ],
)  # fmt: skip
def test_what_does_not_tile_is_shown_and_refused(shapes: Any, kind: ProblemKind) -> None:
    town = ground()
    west, east = shapes(*parted(0.4))
    draft = brought(town, file_of({town.first.code: west, town.second.code: east}))
    found = review(draft, TODAY)
    assert kind in {problem.kind for problem in found.problems}
    assert all(problem.where is not None for problem in found.problems if problem.kind is kind)
    with refused("places.boundaries_do_not_tile"):
        actions.confirm_boundaries(draft=draft, on=TODAY, by=clerk(town.office), at=NOON)
    assert PlacePeriod.objects.filter(valid_to__isnull=False).count() == 0


def test_unknown_and_missing_codes_are_named() -> None:
    town = ground()
    west, east = parted(0.4)
    draft = brought(town, file_of({town.first.code: west, f"{town.yongle.code}009": east}))
    kinds = {problem.kind: problem.code for problem in review(draft, TODAY).problems}
    assert kinds[ProblemKind.UNKNOWN_CODE] == f"{town.yongle.code}009"
    assert kinds[ProblemKind.MISSING_CODE] == town.second.code


def test_what_is_no_geojson_is_refused_at_once() -> None:
    town = ground()
    with refused("places.unreadable_boundaries"):
        brought(town, b"PK\x03\x04 not json")
    with refused("places.unknown_frame"):
        brought(town, file_of(halves(town)), frame="")
    assert not BoundaryDraft.objects.exists()


def test_a_clerk_of_one_village_brings_no_boundaries_of_another() -> None:
    town = ground()
    with refused("places.not_yours"):
        brought(town, file_of(halves(town)), by=clerk(town.dali))


def test_boundaries_are_confirmed_once() -> None:
    town = ground()
    draft = brought(town, file_of(halves(town)))
    by = clerk(town.office)
    actions.confirm_boundaries(draft=draft, on=TODAY, by=by, at=NOON)
    with refused("places.confirmed_already"):
        actions.confirm_boundaries(draft=draft, on=TODAY, by=by, at=NOON)


def test_dropped_boundaries_are_gone() -> None:
    town = ground()
    draft = brought(town, file_of(halves(town)))
    actions.drop_boundaries(draft=draft, by=clerk(town.office), at=NOON)
    assert not BoundaryDraft.objects.exists()
