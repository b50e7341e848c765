"""The tables: keys point up the listing, cells point nowhere outside themselves, migrations fit."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from gezhi.base.areas import areas

OWN = [model for area in areas() if area.models_module is not None for model in area.get_models()]
COORDINATOR_LOCAL = {"cells"}
"""Areas whose tables lie in `public` only: never reached from a cell, nor into one."""


def order(model: type[models.Model]) -> tuple[str, str]:
    """Where a model's area stands in the listing of folders."""
    return tuple(model.__module__.split(".")[1:3])  # type: ignore[return-value]


def keys(model: type[models.Model]) -> list[Any]:
    return [
        field
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not None
    ]


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_a_foreign_key_points_up_the_listing(model: type[models.Model]) -> None:
    for field in keys(model):
        target = field.related_model
        if target.__module__.startswith("gezhi."):
            assert order(target) <= order(model), f"{field} points down"


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_no_foreign_key_leaves_or_enters_a_cell(model: type[models.Model]) -> None:
    """Tables kept by the coordinator are bound to none of a cell, nor a cell's to them."""
    local = model._meta.app_label in COORDINATOR_LOCAL
    for field in keys(model):
        target = field.related_model._meta.app_label
        assert (target in COORDINATOR_LOCAL) == local, f"{field} crosses the border of cells"


def test_areas_of_cells_and_of_the_coordinator_are_told_apart() -> None:
    in_cells = {path.rsplit(".", 1)[-1] for path in settings.TENANT_APPS}

    assert not COORDINATOR_LOCAL & in_cells
    assert {model._meta.app_label for model in OWN} <= in_cells | COORDINATOR_LOCAL


def test_no_table_carries_a_column_that_names_its_cell() -> None:
    """The schema is the tenant: rows are moved and deleted with it, never filtered by it."""
    cell = apps.get_model("cells.Cell")
    for model in OWN:
        if model._meta.app_label not in COORDINATOR_LOCAL:
            assert cell not in {field.related_model for field in keys(model)}
            names = {field.name for field in model._meta.get_fields()}
            assert not names & {"cell", "cell_id", "tenant", "tenant_id"}


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_a_constraint_has_a_name_that_reads(model: type[models.Model]) -> None:
    for constraint in model._meta.constraints:
        assert constraint.name.count("_") >= 2, f"{constraint.name} is no sentence"
        assert len(constraint.name) <= 63
