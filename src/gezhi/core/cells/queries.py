"""Named reads of the cells."""

from __future__ import annotations

from collections.abc import Iterator

from django_tenants.utils import schema_context

from gezhi.core.cells.models import Cell


def schemas() -> Iterator[str]:
    """Schema of every cell, by code; without the district's own."""
    with schema_context("public"):
        rows = list(Cell.objects.exclude(schema_name="public").order_by("code"))
    return (row.schema_name for row in rows)
