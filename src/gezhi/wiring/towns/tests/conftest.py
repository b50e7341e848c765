"""The two towns, built once for all tests that only look at them."""

from __future__ import annotations

import pytest

from gezhi.wiring.towns import FENGYANG, GOUZHAO, Household, Town, build_town, people_of


@pytest.fixture(scope="session")
def gouzhao() -> Town:
    return build_town(GOUZHAO)


@pytest.fixture(scope="session")
def fengyang() -> Town:
    return build_town(FENGYANG)


@pytest.fixture(scope="session")
def gouzhao_households(gouzhao: Town) -> list[Household]:
    return list(people_of(gouzhao))


@pytest.fixture(scope="session")
def fengyang_households(fengyang: Town) -> list[Household]:
    return list(people_of(fengyang))
