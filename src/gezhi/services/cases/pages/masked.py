"""What somebody wrote of a case, with the numbers of people in it masked for who may not ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gezhi.base import pages as ui
from gezhi.base.masking import mask_in_text
from gezhi.services.cases import rights

FIRST: int = 40
"""Signs of a text that a list shows."""


def _may_know(row: Any, look: ui.Look) -> bool:
    return look.actor is not None and rights.SEE_REPORTER.covers(look.actor, row.case)


@dataclass(frozen=True, slots=True)
class TextOfCase(ui.Long):
    """A text of a case; telephone and identity numbers in it only for who may ask the reporter.

    `landlines` False leaves the numbers of offices, as official answers name them.
    """

    landlines: bool = True

    def text(self, row: Any, look: ui.Look) -> str:
        # by name: a class made with slots is another than the one `super()` would look for
        words = ui.Long.text(self, row, look)
        if not words or _may_know(row, look):
            return words
        return mask_in_text(words, landlines=self.landlines)


@dataclass(frozen=True, slots=True)
class BeginningOfText(TextOfCase):
    """As much of it as a line of a list holds; masked for everybody."""

    def text(self, row: Any, look: ui.Look) -> str:
        words = mask_in_text(ui.Long.text(self, row, look)).replace("\n", " ")
        return words if len(words) <= FIRST else f"{words[:FIRST]}…"
