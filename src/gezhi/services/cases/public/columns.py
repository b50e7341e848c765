"""Who reported, where they asked that it be kept to themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gezhi.base import pages as ui


@dataclass(frozen=True, slots=True)
class Confided(ui.Masked):
    """A masked value, of which nothing at all shows where the reporter asked for confidence.

    Whoever holds the right still reveals it, with a purpose and a line in the log.
    """

    def text(self, row: Any, look: ui.Look) -> str:
        facts = getattr(row, "case", row) if not hasattr(row, "confidential") else row
        if facts.confidential:
            return _("要求保密")
        return ui.Masked.text(self, row, look)
