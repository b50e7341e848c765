"""What the command line says: in the reader's language, and without Django.

Set-up and database commands speak before settings exist (and often because they are wrong), so
they cannot use gettext. Chinese comes first; a terminal whose locale is English reads English.
"""

from __future__ import annotations

import os


class Trouble(Exception):  # noqa: N818 - shown as a sentence, not as an error
    """Something outside the program stands in the way; the text says what, and what to do."""


def speaks_english() -> bool:
    """Return whether the terminal's locale (LC_ALL, LC_MESSAGES, LANG: first one set) is English.

    `LANGUAGE` is left out on purpose: desktops fill it with lists of fall-backs.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value.lower().startswith("en")
    return False


def say(chinese: str, english: str) -> str:
    """Return the sentence in the language of the terminal."""
    return english if speaks_english() else chinese
