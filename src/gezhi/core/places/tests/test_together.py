"""Two people at once: what only real commits can show."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection as connection_here

from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.core.cells.models import Cell
from gezhi.core.places import actions, queries, snapshots
from gezhi.core.places.models import Building, BuildingGrid, Compound, Place, Regrid, RegridState
from gezhi.core.places.tests.office import NOON, TODAY, Ground, chief_1, chief_2, clerk, ground
from gezhi.core.places.tests.test_regrids import drawn

connection: Any = connection_here
TABLES = (
    "journal_journalline", "places_regrid", "places_regridold", "places_regridnew",
    "places_regridmove", "places_buildinggrid", "places_building", "places_compoundalias",
    "places_compound", "places_placeperiod", "places_place", "places_edition",
)  # fmt: skip


@pytest.fixture
def cell_for_real(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cell]:
    """Commits for real, because threads cannot see an open transaction; tidied up afterwards."""
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        cell = Cell.objects.get(code="410172360")
        connection.set_tenant(cell)
        snapshots.forget()
        yield cell
        connection.set_tenant(cell)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        snapshots.forget()
        connection.set_schema_to_public()
        connection.close()


def together(cell: Cell, *acts: Callable[[], Any]) -> list[str]:
    """Do all at once, each over a connection of its own; what came of each."""
    came: list[str] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        connection.set_tenant(cell)
        try:
            ready.wait(30)
            act()
            came.append("done")
        except Refusal as refusal:
            came.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(came)


def ready(town: Ground, by: Actor) -> Regrid:
    regrid = drawn(town, by=by)
    actions.review_regrid(regrid=regrid, by=chief_2(town.yongle), at=NOON)
    return regrid


def test_a_change_approved_twice_at_once_takes_effect_once(cell_for_real: Cell) -> None:
    town = ground()
    regrid = ready(town, clerk(town.office))
    chiefs = [chief_1(town.office), chief_1(town.office)]

    came = together(
        cell_for_real,
        *(lambda by=by: actions.approve_regrid(regrid=regrid, by=by, at=NOON) for by in chiefs),
    )

    assert came == ["done", "places.wrong_state"]
    assert Regrid.objects.get().state == RegridState.ACTIVE
    periods = BuildingGrid.objects.filter(valid_to=None).values_list("building_id", flat=True)
    assert Counter(periods) == Counter(building.pk for building in town.buildings)


def test_a_building_registered_while_its_grid_is_retired_is_in_no_retired_grid(
    cell_for_real: Cell,
) -> None:
    town = ground()
    regrid = ready(town, clerk(town.office))

    came = together(
        cell_for_real,
        lambda: actions.approve_regrid(regrid=regrid, by=chief_1(town.office), at=NOON),
        lambda: actions.add_building(
            compound=town.orchid, name="9号楼", grid=town.first, by=clerk(town.office), at=NOON
        ),
    )

    assert came in (["done", "places.retired"], ["done", "places.not_ready"])
    retired = Place.objects.filter(valid_to__isnull=False)
    assert not Building.objects.filter(grid__in=retired).exists()
    homes = queries.grids_of_buildings_on(TODAY)
    assert homes == dict(Building.objects.values_list("pk", "grid_id"))


def test_compounds_registered_at_once_get_numbers_of_their_own(cell_for_real: Cell) -> None:
    town = ground()
    by = clerk(town.office)

    came = together(
        cell_for_real,
        *(
            lambda n=n: actions.add_compound(community=town.yongle, name=f"梅园{n}", by=by, at=NOON)
            for n in range(4)
        ),
    )

    assert came == ["done"] * 4
    numbers = Compound.objects.filter(community=town.yongle).values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4, 5]


def test_what_one_process_wrote_another_reads_once_asked_exactly(
    cell_for_real: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "TRUSTED_SECONDS", 3600.0)
    town = ground()
    assert queries.names()[town.first.pk] == "永乐第一网格"
    held = dict(snapshots._shared)

    together(
        cell_for_real,
        lambda: actions.rename_place(
            place=town.first, name="金梭网格", on=TODAY, by=clerk(town.office), at=NOON
        ),
    )
    snapshots._shared.update(held)  # as another process would still hold it

    assert queries.names()[town.first.pk] == "永乐第一网格"
    assert snapshots.exact().names[town.first.pk] == "金梭网格"
