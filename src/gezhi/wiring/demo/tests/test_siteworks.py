"""The sites of the demonstration: filed, checked and stopped through the actions, and only once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gezhi.base.actors import system
from gezhi.core.places import snapshots
from gezhi.engines.matters.models import Matter, Taken
from gezhi.services.filings.models import Alert, Filing, Steward
from gezhi.wiring.demo import casting, desks, listing, siteworks, structure
from gezhi.wiring.towns import GOUZHAO, build_town
from gezhi.wiring.towns.cast import CAST
from gezhi.wiring.towns.staff import staff_of
from gezhi.wiring.towns.units import Site, Units, units_of
from gezhi.wiring.towns.works import ALERTS, stewards_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


@pytest.fixture
def sites() -> list[Site]:
    """Three sites of 沟赵 under way, with everybody who files for them and decides."""
    snapshots.forget()
    before, by = NOON - siteworks.BEFORE, system("command")
    structure.found_town(GOUZHAO, at=NOON)
    desks.open_desks_of(GOUZHAO, at=before)
    town = build_town(GOUZHAO)
    started = [one for one in units_of(town).sites if one.started][:3]
    members = [one for one in CAST if one.town == "gouzhao"]
    members += [*staff_of(GOUZHAO), *stewards_of(town, started)]
    casting.enrol_missing(members, GOUZHAO, by, before)
    listing.list_units(units=Units((), (), tuple(started)), by=by, at=before)
    return started


def test_sites_file_their_work_and_nobody_decides_what_they_may_not(sites: list[Site]) -> None:
    siteworks.tell(sites, at=NOON)

    states = set(Matter.objects.filter(kind="filings").values_list("state", flat=True))
    assert {"expired", "in_force"} <= states
    taken = Taken.objects.filter(matter__kind="filings", account_id__isnull=False, step="check")
    assert not taken.exclude(post__contains="网格").exists()
    assert Steward.objects.filter(account__username="shi.lei").count() == 2
    assert Alert.objects.count() == len(ALERTS)
    assert not Alert.objects.filter(ends=None).exists()

    before = (Filing.objects.count(), Taken.objects.count(), Alert.objects.count())
    siteworks.tell(sites, at=NOON)
    assert (Filing.objects.count(), Taken.objects.count(), Alert.objects.count()) == before, (
        "told twice is told once"
    )
