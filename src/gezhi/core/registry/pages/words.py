"""What fields are called on screen, and their codes in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from gezhi.core.registry import codes_units
from gezhi.core.registry.codes import CodeTable
from gezhi.core.registry.validation import CODED

UNIT_TABLES: Mapping[str, CodeTable] = {"trade": codes_units.TRADE, "gas": codes_units.GAS}


def words_for(field: models.Field[Any, Any]) -> Any:
    """A field's name, in the reader's language."""
    return _(str(field.verbose_name))


@cache
def labels_of(field: models.Field[Any, Any]) -> dict[str, Any]:
    """A coded field's values in words; empty for a field that is not coded."""
    table = CODED.get(field.name) or UNIT_TABLES.get(field.name)
    if table is not None:
        return {code: _(title) for code, title in table.entries.items()}
    return {str(code): _(str(words)) for code, words in field.choices or ()}
