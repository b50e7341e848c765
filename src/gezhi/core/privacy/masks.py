"""Masked values: the only way, besides revealing, that a personal field reaches a page.

For a declared column: `ui.Masked("id_no", _("证件号码"), mask=masks.of("id_no"), reveal=…)`.
For one field of a row: `masks.masked(person, "id_no")`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import Model

from gezhi.base.masking import Audience
from gezhi.core.privacy.field_classes import CLASSES, mask_text
from gezhi.core.privacy.opening import plain_text
from gezhi.core.privacy.wanted import wanted


@cache
def of(kind: str, audience: Audience = Audience.STAFF) -> Callable[[Any], str]:
    """The mask of a class of fields: takes a stored value (sealed, text, date), never fails."""
    if kind not in CLASSES:
        raise KeyError(kind)

    def mask(value: Any) -> str:
        return mask_text(plain_text(value), kind, audience)

    return mask


def masked(row: Model, field: str, audience: Audience = Audience.STAFF) -> str:
    """A personal field of a row as an audience may see it that gave no purpose."""
    return mask_text(plain_text(getattr(row, field)), wanted(row, field).kind, audience)
