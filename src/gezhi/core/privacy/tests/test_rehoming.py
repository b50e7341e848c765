"""Requests go along when the ground is divided anew, so that somebody still answers them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gezhi.base.ids import uuid7
from gezhi.core.places.models import Place
from gezhi.core.places.tests import office
from gezhi.core.privacy.models import RightsRequest

pytestmark = pytest.mark.django_db


def asked(community: Place, grid: Place | None = None) -> RightsRequest:
    return RightsRequest.objects.create(
        number=uuid7().hex[-20:],
        kind="correct",
        subject_id=uuid7(),
        community_id=community.pk,
        grid_id=grid.pk if grid else None,
        content="电话已换，请更正",
        filed_at=office.NOON,
        filed_through="web",
        due_at=office.NOON + timedelta(days=15),
        legal_limit=office.TODAY + timedelta(days=30),
    )


def test_an_open_request_is_answered_by_whoever_the_merged_community_has() -> None:
    town = office.ground()
    in_a_grid, in_none = asked(town.yongle, town.second), asked(town.dali)

    office.merged_into_one(town)

    heir = Place.objects.get(name="永大社区")
    for request in (in_a_grid, in_none):
        request.refresh_from_db()
        assert request.community_id == heir.pk
    assert in_none.grid_id is None
    assert in_a_grid.grid_id is not None
    assert Place.objects.get(pk=in_a_grid.grid_id).predecessors == [town.second.code]
