"""What the district sees: totals a cell reported, on their day, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django_tenants.utils import schema_context

from gezhi.core.cells import rollups
from gezhi.core.cells.models import Cell, RollUp

AT = datetime(2022, 9, 1, 1, tzinfo=UTC)
DAY = date(2022, 9, 1)
CODE = "410172360"


@pytest.fixture
def ladders(monkeypatch: pytest.MonkeyPatch) -> list[rollups.Total]:
    totals = [
        rollups.Total("ladders", CODE, "沟赵办事处", 12),
        rollups.Total("ladders", f"{CODE}001", "永乐社区", 7),
    ]
    monkeypatch.setattr(rollups, "_reporters", {})
    rollups.reports("ladders", "梯子", lambda: totals)
    return totals


@pytest.mark.django_db
def test_a_report_sent_again_replaces_the_first(ladders: list[rollups.Total]) -> None:
    assert rollups.report(at=AT, day=DAY) == 2
    ladders[0] = rollups.Total("ladders", CODE, "沟赵办事处", 13)
    rollups.report(at=AT + timedelta(hours=1), day=DAY)
    with schema_context("public"):
        assert RollUp.objects.filter(day=DAY).count() == 2
        assert RollUp.objects.get(day=DAY, place=CODE).value == 13


@pytest.mark.django_db
def test_the_district_sees_the_latest_day_and_the_week_before(ladders: list[rollups.Total]) -> None:
    rollups.report(at=AT, day=DAY - timedelta(days=7))
    ladders[0] = rollups.Total("ladders", CODE, "沟赵办事处", 20)
    rollups.report(at=AT, day=DAY)
    with schema_context("public"):
        (line,) = [li for li in rollups.district_table(["ladders"]) if li.cell.code == CODE]
    assert (line.day, line.values, line.before) == (DAY, (20,), (12,))


@pytest.mark.django_db
def test_a_cell_that_never_reported_has_no_data_rather_than_zero() -> None:
    with schema_context("public"):
        (line,) = [li for li in rollups.district_table(["ladders"]) if li.cell.code == CODE]
    assert (line.day, line.values) == (None, (None,))


@pytest.mark.django_db
def test_communities_are_listed_without_the_whole(ladders: list[rollups.Total]) -> None:
    rollups.report(at=AT, day=DAY)
    with schema_context("public"):
        day, rows = rollups.places_of(Cell.objects.get(code=CODE), ["ladders", "unknown"])
    assert (day, rows) == (DAY, [(f"{CODE}001", "永乐社区", (7, None))])
