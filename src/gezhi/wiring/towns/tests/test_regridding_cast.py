"""A change of grids, or of communities, can be taken through all its steps from the front page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gezhi.core.staff.roles import FIRST_ROLES
from gezhi.wiring.towns import Town
from gezhi.wiring.towns.cast import CAST, Member

RIGHTS = {role.code: role.rights for role in FIRST_ROLES}


def who(right: str, spot: tuple[int, ...]) -> Iterator[Member]:
    """Who on the front page holds a right at a place of 沟赵 itself."""
    for one in CAST:
        spots = {one.place, *((community,) for community in one.beside)}
        holds = right in RIGHTS.get(one.role, ())
        if one.town == "gouzhao" and one.group and holds and spot in spots:
            yield one


def test_the_grids_of_any_community_can_be_changed_by_three_of_the_cast(gouzhao: Town) -> None:
    for index in range(len(gouzhao.communities)):
        steps = [
            {one.username for one in found}
            for found in (
                who("places.draw", ()),
                who("places.review", (index,)),
                who("places.approve", ()),
            )
        ]
        assert all(steps), index
        assert len(set.union(*steps)) >= 3


def test_communities_can_be_merged_by_three_of_the_cast() -> None:
    steps = [
        {one.username for one in who(right, ())}
        for right in ("places.draw", "places.review", "places.approve")
    ]
    assert all(steps)
    assert len(set.union(*steps)) >= 3


@pytest.mark.parametrize("one", CAST, ids=lambda one: one.username)
def test_nobody_stands_in_for_a_community_that_is_not_there(one: Member, gouzhao: Town) -> None:
    assert all(0 <= index < len(gouzhao.communities) for index in one.beside)
    assert one.place[:1] not in {(index,) for index in one.beside}
