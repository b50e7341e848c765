"""The code tables of the sheets and the choices of the tables in the database are the same."""

from __future__ import annotations

import pytest
from django.db.models import TextChoices

from gezhi.core.registry import codes_people, codes_units, codes_vehicles
from gezhi.core.registry.codes import CodeTable
from gezhi.core.registry.models import dwellings, people, units, vehicles


@pytest.mark.parametrize(
    ("table", "choices"),
    [
        (codes_people.ID_KIND, people.IdKind),
        (codes_people.POPULATION_CLASS, people.PopulationClass),
        (codes_people.CONSISTENCY, people.HouseholdConsistency),
        (codes_people.RESIDENCE_KIND, people.ResidenceKind),
        (codes_people.CARE, people.CareKind),
        (codes_units.BUILDING_USE, dwellings.BuildingUse),
        (codes_units.USE_STATE, dwellings.UseState),
        (codes_units.TENURE, dwellings.Tenure),
        (codes_units.RENT_USE, dwellings.RentUse),
        (codes_units.HAZARD, dwellings.Hazard),
        (codes_units.ENTERPRISE_KIND, units.EnterpriseKind),
        (codes_units.PUBLIC_UNIT_KIND, units.PublicUnitKind),
        (codes_units.UNIT_STATE, units.UnitState),
        (codes_units.SITE_STAGE, units.SiteStage),
        (codes_vehicles.PLATE_KIND, vehicles.PlateKind),
        (codes_vehicles.VEHICLE_KIND, vehicles.VehicleKind),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_a_code_a_sheet_gives_is_one_the_database_knows(
    table: CodeTable, choices: type[TextChoices]
) -> None:
    assert dict(table.entries) == {value: str(label) for value, label in choices.choices}
