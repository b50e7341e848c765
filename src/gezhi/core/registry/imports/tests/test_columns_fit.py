"""Whatever a column's cleaner lets in, the registry's column can hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from gezhi.core.registry.imports.units import KINDS
from gezhi.core.registry.models import Person
from gezhi.core.registry.sheet_templates import TEMPLATES
from gezhi.core.registry.sheets import Column, clean_cell


def held_by(code: str, column: Column) -> models.Field[Any, Any] | None:
    """The field a column feeds, where it is one of the row's own."""
    model: type[models.Model] = KINDS[code].model if code in KINDS else Person
    names = {field.name: field for field in model._meta.concrete_fields}
    return names.get(column.field)


PAIRS = [
    pytest.param(column, field, id=f"{code}-{column.field}")
    for code, template in TEMPLATES.items()
    for column in template.columns
    if column.kept and column.clean and (field := held_by(code, column)) is not None
]


@pytest.mark.parametrize(("column", "field"), PAIRS)
def test_no_number_is_let_in_that_does_not_fit(
    column: Column, field: models.Field[Any, Any]
) -> None:
    if not isinstance(field, models.IntegerField | models.DecimalField):
        return
    for exponent in range(12):
        for number in (10**exponent - 1, 10**exponent, 32_768, 2**31):
            value = clean_cell(column, str(number)).value
            if value is not None:
                exact = isinstance(field, models.DecimalField)
                field.run_validators(Decimal(value) if exact else int(value))


@pytest.mark.parametrize(("column", "field"), PAIRS)
@pytest.mark.parametrize("sign", ["字", "a", "1"])
def test_no_text_is_let_in_that_does_not_fit(
    column: Column, field: models.Field[Any, Any], sign: str
) -> None:
    if not isinstance(field, models.CharField):
        return
    assert field.max_length is not None
    for length in (field.max_length, field.max_length + 1, 160, 161, 5_000):
        value = clean_cell(column, sign * length).value
        text = "、".join(value) if isinstance(value, tuple) else str(value or "")
        if len(text) > field.max_length:
            raise ValidationError(f"{column.heading} lets in {len(text)} signs")
