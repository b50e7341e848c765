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
from gezhi.core.places.snapshots import boundaries_on, polygon
from gezhi.core.places.tests.office import NOON, SIDE, SOUTH, TODAY, WEST, Ground, clerk, ground
from gezhi.core.places.tests.test_regrids import approved, drawn

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
    town.second.periods.update(boundary=None)
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


# --- some of them, and what lies below ---------------------------------------------------


def test_a_file_may_draw_some_grids_and_is_held_against_the_others() -> None:
    town = ground()
    west, _east = parted(0.5)
    same = brought(town, file_of({town.first.code: west}))
    found = review(same, TODAY)
    assert not found.refused
    assert set(found.standing) == {town.second.code}
    wider = brought(town, file_of({town.first.code: parted(0.6)[0]}))
    problems = [problem for problem in review(wider, TODAY).problems if problem.blocks]
    assert [(one.kind, one.code, one.others) for one in problems] == [
        (ProblemKind.OVERLAP, town.first.code, (town.second.code,))
    ]


def communities(town: Ground, border: float) -> BoundaryDraft:
    """The two communities with the border between them moved by a share of a cell."""
    middle, east, north = WEST + SIDE * (2 + border), WEST + 3 * SIDE, SOUTH + 2 * SIDE
    shapes = {
        town.yongle.code: shapely.box(WEST, SOUTH, middle, north),
        town.dali.code: shapely.box(middle, SOUTH, east, north),
    }
    return brought(town, file_of(shapes), parent=town.office, level=2)


def test_new_outlines_of_communities_are_held_against_the_grids_below() -> None:
    town = ground()
    found = review(communities(town, 0.2), TODAY)
    assert not found.refused
    below = {(one.kind, one.code) for one in found.problems if one.below}
    assert below == {(ProblemKind.GAP, town.second.code), (ProblemKind.OUTSIDE, town.dali_1.code)}
    assert all(one.where is not None for one in found.problems)
    assert found.unfit == [town.second.code, town.dali_1.code]
    assert review(communities(town, 0.0), TODAY).problems == []


def test_grids_that_fit_no_more_are_marked_until_they_are_drawn_anew() -> None:
    town = ground()
    by = clerk(town.office)
    draft = communities(town, 0.2)
    actions.confirm_boundaries(draft=draft, on=TODAY, by=by, at=NOON)
    waiting = {row.place.code for row in queries.estimated_grids(town.office)}
    assert waiting == {town.second.code, town.dali_1.code}
    with refused("places.boundaries_do_not_tile"):
        actions.accept_boundaries(community=town.yongle, by=by, at=NOON)
    wide = shapely.box(WEST + SIDE, SOUTH, WEST + SIDE * 2.2, SOUTH + 2 * SIDE)
    mended = brought(town, file_of({town.second.code: wide}))
    actions.confirm_boundaries(draft=mended, on=TODAY, by=by, at=NOON)
    assert {row.place.code for row in queries.estimated_grids(town.office)} == {town.dali_1.code}
    yesterday = {row.code: row.estimated for row in queries.places_on(TODAY - DAY)}
    assert not any(yesterday.values())


def test_the_outline_of_the_subdistrict_is_held_against_its_communities() -> None:
    town = ground()
    whole = shapely.box(WEST, SOUTH, WEST + 4 * SIDE, SOUTH + 2 * SIDE)
    draft = brought(town, file_of({town.office.code: whole}), parent=None, level=1)
    found = review(draft, TODAY)
    assert [(one.kind, one.code) for one in found.problems] == [(ProblemKind.GAP, town.dali.code)]
    assert not found.refused


# --- estimated after a change of grids ---------------------------------------------------


def test_boundaries_nobody_drew_wait_to_be_accepted() -> None:
    town = ground()
    approved(town, drawn(town))
    waiting = queries.estimated_grids(town.yongle)
    assert waiting.count() == 3
    codes = actions.accept_boundaries(community=town.yongle, by=clerk(town.yongle), at=NOON)
    assert len(codes) == 3
    assert not waiting.exists()
    with refused("places.nothing_estimated"):
        actions.accept_boundaries(community=town.yongle, by=clerk(town.yongle), at=NOON)


def test_a_file_settles_the_boundaries_it_draws_even_where_nothing_changes() -> None:
    town = ground()
    approved(town, drawn(town))
    drawn_so = {
        row.place.code: polygon(row.boundary)
        for row in queries.estimated_grids(town.yongle).order_by("place__code")
    }
    one, *others = drawn_so
    draft = brought(town, file_of({one: drawn_so[one]}))
    by = clerk(town.office)
    assert actions.confirm_boundaries(draft=draft, on=TODAY, by=by, at=NOON) == 0
    left = {row.place.code for row in queries.estimated_grids(town.yongle)}
    assert left == set(others)


def test_a_merged_ground_is_known_and_waits_for_nobody() -> None:
    town = ground()
    approved(town, drawn(town, into=1))
    assert not queries.estimated_grids(town.yongle).exists()


def test_a_clerk_of_one_village_accepts_nothing_of_another() -> None:
    town = ground()
    approved(town, drawn(town))
    with refused("places.not_yours"):
        actions.accept_boundaries(community=town.yongle, by=clerk(town.dali), at=NOON)
