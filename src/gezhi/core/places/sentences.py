"""How plain rules say something that people read and that can be translated.

A rule marks its Chinese pattern with `_`, so that the message catalogue collects it, and keeps
the values apart from it. The pattern is translated when it becomes text, in the language of
whoever is being answered; without Django (in a rule's own tests) it stays Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext


def _(pattern: str) -> str:
    """Mark a pattern for translation, and return it unchanged."""
    return pattern


@dataclass(frozen=True, slots=True)
class Sentence:
    """A pattern with named places (`%(name)s`) and what goes into them."""

    pattern: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        pattern = gettext(self.pattern) if settings.configured else self.pattern
        return pattern % self.values
