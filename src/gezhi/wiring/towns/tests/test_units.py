"""Enterprises, public units, shops and sites."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely

from gezhi.base.credit_codes import CreditCode, parse_uscc
from gezhi.core.registry import codes_units as codes
from gezhi.core.registry.models.units import PublicUnitKind
from gezhi.wiring.towns import Town
from gezhi.wiring.towns.units import units_of


@pytest.fixture(params=["gouzhao", "fengyang"])
def town(request: pytest.FixtureRequest) -> Town:
    found: Town = request.getfixturevalue(request.param)
    return found


def test_gouzhao_has_fifty_eight_sites_of_which_thirty_seven_have_started(gouzhao: Town) -> None:
    sites = units_of(gouzhao).sites
    assert (len(sites), sum(site.started for site in sites)) == (58, 37)
    assert all(site.workers == 0 and not site.permit_no for site in sites if not site.started)
    assert all(site.starts_on < site.ends_on for site in sites)


def test_fengyang_has_two_hundred_and_forty_one_public_units(fengyang: Town) -> None:
    kinds = Counter(one.public_unit for one in units_of(fengyang).enterprises if one.public_unit)
    assert sum(kinds.values()) == 241
    assert set(kinds) == {kind.value for kind in PublicUnitKind}


def test_credit_codes_are_valid_and_never_shared(gouzhao: Town, fengyang: Town) -> None:
    both = [units_of(gouzhao), units_of(fengyang)]
    found = [one.uscc for units in both for one in units.enterprises]
    found += [one.uscc for units in both for one in units.shops]
    assert len(set(found)) == len(found)
    for code in found:
        read = parse_uscc(code)
        assert isinstance(read, CreditCode)
        assert read.region == "410172"


def test_units_stand_in_the_grid_they_say(town: Town) -> None:
    units = units_of(town)
    spots = [one.spot for one in units.enterprises]
    spots += [one.spot for one in units.shops]
    spots += [one.spot for one in units.sites]
    for spot in spots:
        assert spot.grid in spot.community.grids
        assert spot.grid.boundary.contains(shapely.Point(spot.lon, spot.lat))


def test_names_are_not_given_twice(town: Town) -> None:
    units = units_of(town)
    for names in (
        [one.name for one in units.enterprises],
        [one.name for one in units.shops],
        [one.name for one in units.sites],
    ):
        assert len(set(names)) == len(names)


def test_every_word_is_one_the_registry_knows(town: Town) -> None:
    units = units_of(town)
    for table, words in (
        (codes.ENTERPRISE_KIND, {one.kind for one in units.enterprises}),
        (codes.UNIT_STATE, {one.state for one in units.enterprises}),
        (codes.TRADE, {one.trade for one in units.shops}),
        (codes.GAS, {one.gas for one in units.shops}),
        (codes.SITE_STAGE, {one.stage for one in units.sites}),
    ):
        assert {word for word in words if table.lookup(word) is None} == set()
