"""Making cells."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django_tenants.utils import schema_context

from gezhi.base.errors import Refusal
from gezhi.core.cells.actions import create_cell
from gezhi.core.cells.models import Cell

AT = datetime(2022, 9, 1, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_a_new_cell_has_every_table_of_its_own() -> None:
    cell = create_cell(code="410172560", name="枫杨办事处", hosts=["fengyang.localhost"], at=AT)
    with schema_context(cell.schema_name), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM places_place")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [cell.schema_name])
        (made,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'c_410172360'")
        (other,) = cursor.fetchone()
    assert made == other > 30


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "hosts", "field"),
    [
        ("4101725", ["a.localhost"], "code"),
        ("410172360", ["a.localhost"], "code"),
        ("410172561", [], "hosts"),
        ("410172561", ["no good"], "hosts"),
        ("410172561", ["localhost"], "hosts"),
    ],
)
def test_a_cell_with_a_bad_or_taken_code_or_host_is_refused(
    code: str, hosts: list[str], field: str
) -> None:
    before = Cell.objects.count()
    with pytest.raises(Refusal) as refused:
        create_cell(code=code, name="某办事处", hosts=hosts, at=AT)
    assert {f.field for f in refused.value.fields} == {field}
    assert Cell.objects.count() == before
