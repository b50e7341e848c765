"""Named reads of the cells."""

from __future__ import annotations

from collections.abc import Iterator

from django_tenants.utils import schema_context

from gezhi.base.tenancy import here
from gezhi.core.cells.models import Cell


def schemas() -> Iterator[str]:
    """Schema of every cell, by code; without the district's own."""
    with schema_context("public"):
        rows = list(Cell.objects.exclude(schema_name="public").order_by("code"))
    return (row.schema_name for row in rows)


def cell_here() -> Cell:
    """The cell this connection is in: known already in a request, one query in a job."""
    tenant = here().tenant
    # entering a schema by its name, as jobs do, leaves a stand-in that knows nothing else
    return tenant if isinstance(tenant, Cell) else Cell.objects.get(schema_name=here().schema_name)
