"""The words of a text as keys that a database finds again: every two and every three signs of it.

Chinese writes no spaces. A dictionary that cuts a text into words cuts it differently beside other
words and knows no name of a compound, so that what stands in the text is not found. Trigram indexes
cannot use two signs, and most Chinese words have two. So a text is kept as the hashes of all its
pairs and triples of signs: a word of two or three signs is one key and is found exactly; a longer
one is found by its triples together.

Keys are 32-bit integers as PostgreSQL's `integer[]` holds them, for a GIN index and `@>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from zlib import crc32

from gezhi.base.text import half_width

FEWEST: Final = 2
"""Signs a word must have to be looked for."""
_SIGNS: Final = re.compile(r"[^\W_]+")
_LONG_NUMBER: Final = re.compile(r"\d{6,}")
"""Telephone and identity numbers are no words: nobody finds a text by them."""
_SIGNED: Final = 1 << 31


def keys_of(*texts: str) -> list[int]:
    """The keys of what texts say, each once, ascending."""
    return sorted({_key(part) for text in texts for run in _runs(text) for part in _parts(run)})


def keys_asked(words: str) -> list[int]:
    """The keys that a text with these words has: all the words, in any order.

    Empty where no word is long enough to be looked for.
    """
    return sorted({_key(part) for run in _runs(words) for part in _fewest(run)})


def _runs(text: str) -> Iterator[str]:
    for piece in _LONG_NUMBER.split(half_width(text).lower()):
        yield from _SIGNS.findall(piece)


def _parts(run: str) -> Iterable[str]:
    for long in (2, 3):
        for at in range(len(run) - long + 1):
            yield run[at : at + long]


def _fewest(run: str) -> Iterable[str]:
    """As few parts as cover a run: the fewer there are, the better their rarity is guessed."""
    if len(run) < FEWEST:
        return
    if len(run) < 4:
        yield run
        return
    for at in (*range(0, len(run) - 3, 3), len(run) - 3):
        yield run[at : at + 3]


def _key(part: str) -> int:
    return crc32(part.encode()) - _SIGNED
