"""Fixtures of the tests of staff."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from gezhi.core.staff.tests import office
from gezhi.core.staff.tests.office import Ground


class LightArgon2(Argon2PasswordHasher):
    """The same hash with the least work: tests set many passwords."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


@pytest.fixture(autouse=True)
def _light_hashes(settings: object) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.LightArgon2"]  # type: ignore[attr-defined]


@pytest.fixture
def ground(db: None) -> Ground:
    return office.ground()
