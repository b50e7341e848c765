"""Sentences kept filled in, said again in the reader's language.

What a check found is stored as the sentence itself, because its values may be personal and are
sealed with it. A reader of another language is told the same by the pattern it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, override
from django.utils.translation.trans_real import translation

PLACE: Final = re.compile(r"%\((\w+)\)s|\{\}")
_PARTS: Final = re.compile("([、；])")
_STOPS: Final = {"、": ", ", "；": "; "}


def retold(sentence: str) -> str:
    """The sentence in the reader's language; as it stands where no pattern is known for it."""
    language = get_language() or settings.LANGUAGE_CODE
    if not sentence or language == settings.LANGUAGE_CODE:
        return sentence
    plain = gettext(sentence)
    if plain != sentence:
        return plain
    for pattern, said in _patterns(language):
        if found := pattern.fullmatch(sentence):
            values = map(_value, found.groups())
            return PLACE.sub(_filling(dict(zip(pattern.groupindex, values, strict=True))), said)
    return sentence


def in_readers_language(words: str, english: str = "") -> str:
    """A name an office keeps as data: by its own English where it has one, or the catalogue's."""
    if english and (get_language() or "").startswith("en"):
        return english
    return gettext(words) if words else ""


def to_keep(words: str | Promise) -> str:
    """Words as they are written down: in the office's language, whoever writes them."""
    with override(settings.LANGUAGE_CODE):
        return str(words)


def _value(text: str) -> str:
    """A value in the reader's language where it is made of known words; it may be several."""
    parts = _PARTS.split(text)
    told = [gettext(part) if part else part for part in parts]
    if told[::2] == parts[::2]:
        return text
    return "".join(_STOPS.get(part, part) for part in told)


class _filling:  # noqa: N801 - called like the function it stands for
    """Puts values where a translation has its places, by name or one after the other."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values
        self._next = 0

    def __call__(self, place: re.Match[str]) -> str:
        if place[1]:
            return self._values[place[1]]
        self._next += 1
        return self._values[f"place{self._next}"]


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the catalogue with their translations, those that say most first."""
    # Django offers no way to walk a catalogue; the stubs leave out what holds it
    catalogue = translation(language)._catalog  # type: ignore[attr-defined]
    found = [
        (len(PLACE.sub("", one)), re.compile(_expression(one), re.DOTALL), said)
        for one, said in catalogue.items()
        if isinstance(one, str) and said and PLACE.search(one)
    ]
    found.sort(key=lambda one: one[0], reverse=True)
    return tuple((pattern, said) for _length, pattern, said in found)


def _expression(sentence: str) -> str:
    """A regular expression of a pattern: each place a group, named or numbered."""

    def parts() -> Iterator[str]:
        end, number, named = 0, 0, set[str]()
        for place in PLACE.finditer(sentence):
            yield re.escape(sentence[end : place.start()])
            end = place.end()
            number += not place[1]
            name = place[1] or f"place{number}"
            yield f"(?P={name})" if name in named else f"(?P<{name}>.*?)"
            named.add(name)
        yield re.escape(sentence[end:])

    return "".join(parts())
