"""How rules without Django say something that can still be translated.

A rule marks its Chinese sentence with `_`, so the message catalogue collects it, and keeps the
values apart from it; whoever shows the sentence translates the pattern and fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext


def _(pattern: str) -> str:
    """Mark a sentence for translation, and return it unchanged."""
    return pattern


def translated(pattern: str) -> str:
    """A marked sentence in the reader's language; as it stands where no Django is set up."""
    return gettext(pattern) if settings.configured else pattern


@dataclass(frozen=True, slots=True)
class Sentence:
    """A pattern with named places (`%(name)s`) and what goes into them.

    As text it is in the language of whoever is being answered. Values stay out of `repr`, because
    they may hold a personal number.
    """

    pattern: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False, hash=False)

    def __str__(self) -> str:
        pattern = translated(self.pattern)
        return pattern % self.values if self.values else pattern


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text cannot be taken as it stands.

    `code` is stable and dotted (`id_no.check`); the sentence names the mend. `proposal` is a
    reading a person may accept, already checked; empty where there is none to offer. Values and
    proposal stay out of `repr`, because they may hold a personal number.
    """

    code: str
    pattern: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    proposal: str = field(default="", repr=False)

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language, filled in."""
        pattern = translated(self.pattern)
        return pattern % self.values if self.values else pattern
