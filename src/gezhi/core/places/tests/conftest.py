"""What the tests of places share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

import pytest

from gezhi.core.places import holders
from gezhi.core.places.holders import Holder


@pytest.fixture(autouse=True)
def each_place_has_a_chief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts belong to an area above; here every place is led by the same person."""

    def led(places: Collection[UUID], day: date) -> Mapping[UUID, Sequence[Holder]]:
        return {place: [Holder("grid_chief_l3", "三级网格长", "李守田")] for place in places}

    monkeypatch.setattr(holders, "_providers", [led])
