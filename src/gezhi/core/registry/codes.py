"""Code tables: national standards and our own, with the words sheets use for their entries.

Titles are the standards' own words. A word that may mean two entries is listed as ambiguous and
never looked up: somebody who knows decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gezhi.base.text import without_spaces

_NOISE: Final = re.compile(r"[()\[\]'`’“”\"。.:]")


@dataclass(frozen=True)
class CodeTable:
    """Codes with their titles; `aliases` leads from a written word to a code."""

    code: str
    """The standard (`GB/T 4761-2008`), or the field it belongs to."""
    title: str
    entries: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    ambiguous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words with several meanings, and the codes they may mean."""
    same: frozenset[str] = frozenset()
    """Other names of the very entry: reading one as its title changes nothing."""
    _words: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for words in (self.aliases, {title: code for code, title in self.entries.items()}):
            self._words.update({plain(word): code for word, code in words.items()})
        self._words.update({plain(code): code for code in self.entries})
        unknown = set(self._words.values()) - set(self.entries)
        doubtful = {code for codes in self.ambiguous.values() for code in codes} - set(self.entries)
        unknown |= self.same - set(self.aliases)
        if unknown or doubtful:
            raise ValueError(f"{self.code}: aliases lead to no entry: {unknown | doubtful}")

    def lookup(self, text: str) -> str | None:
        """The code for a title, an alias or the code itself; None for a word it does not know."""
        word = plain(text)
        if word in self.ambiguous:
            return None
        return self._words.get(word)

    def meanings(self, text: str) -> tuple[str, ...]:
        """The codes an ambiguous word may mean; none for any other word."""
        return self.ambiguous.get(plain(text), ())

    def is_name(self, text: str, code: str) -> bool:
        """Whether a word is the entry's title or another name of the very same.

        Words that are wider, narrower or only usually mean it are not.
        """
        return text == self.entries.get(code) or (text in self.same and self.aliases[text] == code)

    def title_of(self, code: str) -> str:
        """The title of a code; a code it does not have shows as itself."""
        return self.entries.get(code, code)


def plain(word: str) -> str:
    """A word as tables compare it: half-width, upper case, without spaces and brackets."""
    return _NOISE.sub("", without_spaces(word)).upper()


def code_table(
    code: str,
    title: str,
    listing: str,
    ambiguous: Mapping[str, tuple[str, ...]] | None = None,
    *,
    same: str = "",
    ending: str = "",
) -> CodeTable:
    """A table from lines of `code title = alias alias …`.

    `same` lists the aliases that are names of the very entry; those that only lack `ending` are
    as well (汉 for 汉族).
    """
    entries: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for line in listing.strip().splitlines():
        left, _sign, words = line.partition("=")
        entry, entry_title = left.split()
        entries[entry] = entry_title
        for word in words.split():
            if aliases.setdefault(word, entry) != entry:
                raise ValueError(f"{code}: {word} is listed twice")
    names = set(same.split())
    if ending:
        names |= {word for word, entry in aliases.items() if entries[entry] == word + ending}
    return CodeTable(code, title, entries, aliases, ambiguous or {}, frozenset(names))
