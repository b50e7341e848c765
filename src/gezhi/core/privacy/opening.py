"""Where sealed values are opened: the one module, which few may import (see `tests/house`).

Whoever imports it either logs first (revealing, a person's own file), shows only the mask, or
shows nothing (rotation, matching). Everybody else asks `privacy.actions.reveal`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext

from gezhi.core.cells.keys import keys_here
from gezhi.core.privacy import hooks
from gezhi.core.privacy.fields import Sealed


def plain_text(value: Any) -> str:
    """A value of a personal column as plain text; empty for none. Sealed ones are opened."""
    if value is None:
        return ""
    if isinstance(value, Sealed):
        return keys_here().open(value.data, context=value.context)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain_field(row: Model, name: str) -> str:
    """A personal field of a row in full, codes in words."""
    field = row._meta.get_field(name)
    value = getattr(row, field.name)
    if value is not None and getattr(field, "choices", None):
        return gettext(str(getattr(row, f"get_{name}_display")()))
    text = plain_text(value)
    return hooks.code_words(row._meta.label, name, text) if text else ""
