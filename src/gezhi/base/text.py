"""Text as people type it, brought to one width and one kind of space."""

from __future__ import annotations

import re
from typing import Final

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES: Final = dict.fromkeys(
    [0x00A0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x09, 0x0A, 0x0B, 0x0C, 0x0D],
    0x20,
)
_UNSEEN: Final = dict.fromkeys(
    [
        *(*range(0x09), *range(0x0E, 0x20), 0x7F, 0x00AD),
        *(*range(0x200B, 0x2010), *range(0x2028, 0x202F), 0x2060, 0xFEFF),
    ]
)
_PLAIN_SPACES: Final = {**_SPACES, **_UNSEEN}
_TIDY: Final = {**_FULL_WIDTH, **_PLAIN_SPACES}
_RUNS: Final = re.compile(r" {2,}")


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width; every kind of space as a plain one.

    Narrower than Unicode's NFKC on purpose: NFKC also rewrites rare characters of names.
    """
    return text.translate(_TIDY)


def tidy_prose(text: str) -> str:
    """Sentences on one line: as `tidy`, but with the punctuation they were written with."""
    return _RUNS.sub(" ", text.translate(_PLAIN_SPACES)).strip(" ")


def tidy(text: str) -> str:
    """Half-width, without invisible characters, spaces at the ends or runs of spaces."""
    return _RUNS.sub(" ", text.translate(_TIDY)).strip(" ")


def without_spaces(text: str) -> str:
    """Half-width and with every space gone: for numbers and codes."""
    return text.translate(_TIDY).replace(" ", "")
