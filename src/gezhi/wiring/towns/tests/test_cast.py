"""The cast: everybody holds a real post at a place that exists, or lives where they say."""

from __future__ import annotations

import re

import pytest

from gezhi.core.staff.roles import FIRST_ROLES
from gezhi.wiring.towns import TOWNS, Town
from gezhi.wiring.towns.cast import CAST, member
from gezhi.wiring.towns.desks import desks_of
from gezhi.wiring.towns.residents import PLANTED
from gezhi.wiring.towns.staff import staff_of


def test_everybody_of_the_cast_holds_a_role_at_a_level_where_it_is_held() -> None:
    levels = {role.code: role.levels for role in FIRST_ROLES}
    for one in CAST:
        if one.home is None:
            assert len(one.place) + 1 in levels[one.role], one.name


def test_the_places_of_the_cast_exist(gouzhao: Town, fengyang: Town) -> None:
    for one in CAST:
        town = {"gouzhao": gouzhao, "fengyang": fengyang}.get(one.town)
        if town is not None and one.place:
            community = town.communities[one.place[0]]
            assert all(grid < len(community.grids) for grid in one.place[1:])


def test_residents_of_the_cast_are_planted_in_their_town() -> None:
    homes = {
        (town, home): [named.name for named in people]
        for (town, _index), planted in PLANTED.items()
        for home, people in planted.items()
    }
    residents = [one for one in CAST if one.home is not None]
    assert len(residents) >= 2
    for one in residents:
        assert one.home is not None
        assert one.name in homes[(one.town, one.home)]


def test_usernames_are_unique_and_usable() -> None:
    names = [one.username for one in CAST]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9._-]{2,39}", name) for name in names)


def test_all_roles_of_the_brief_can_be_tried() -> None:
    assert {one.role for one in CAST} >= {
        "grid_chief_l1", "grid_chief_l2", "grid_chief_l3", "grid_worker_full", "registry_clerk",
        "civil_affairs_clerk", "party_clerk", "office_head", "doctor_contact", "gate_guard",
        "system_administrator", "security_administrator", "audit_administrator",
        "district_viewer", "case_operator", "case_dispatcher", "unit_handler", "case_checker",
        "shift_leader", "leader_in_charge", "enforcement_officer", "property_staff",
    }  # fmt: skip
    assert all(one.group and one.try_this for one in CAST)


def test_who_works_for_a_unit_works_for_one_that_exists() -> None:
    for spec in TOWNS:
        codes = {desk.code for desk in desks_of(spec)}
        members = [*CAST, *staff_of(spec)]
        manned = {one.unit for one in members if one.town == spec.key and one.unit}
        assert manned == codes, "each unit has somebody, and nobody works for another"


def test_a_member_is_found_by_username() -> None:
    assert member("qin.xiaohe").name == "秦小禾"
    with pytest.raises(KeyError):
        member("nobody")
