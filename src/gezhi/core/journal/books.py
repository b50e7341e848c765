"""Books: kinds of lines that are written once and closed day by day under a Merkle root.

The journal of acts is one; areas above add theirs (the access log). Writing, closing, checking
and ending are the same for all of them and stand in this area once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gezhi.base.crypto import commit, new_salt
from gezhi.core.cells.keys import keys_here, schema_here
from gezhi.core.journal.leaves import canonical, leaf_of
from gezhi.core.journal.merkle import leaf_hash
from gezhi.core.journal.models import BookLine, JournalDetail, JournalLine

KEPT_YEARS = 10
"""How long acts are kept: as long as the ordinary cases they tell of (period D10 of the archive
rules), far beyond the six months that article 21 of the Cybersecurity Law asks of logs."""
AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class Book:
    """One kind of line, with where its personal parts lie and how long it is kept."""

    code: str
    title: str | Promise
    lines: type[BookLine]
    details: Any
    """The `BookDetail` of these lines. Each declares its own key `line`, so no type has it."""
    kept_from: Callable[[date], date]
    """The first day whose lines are still kept, from today's date."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line to be written, whole but for its day, commitment and leaf."""

    line: BookLine
    personal: Mapping[str, Any] = field(default_factory=dict)
    """Sealed apart and bound by a salted commitment."""
    person_id: UUID | None = None
    """Whose erasure takes the personal part."""


books: dict[str, Book] = {}


def open_book(book: Book) -> Book:
    """Register a book; ValueError where its code is taken."""
    if book.code in books:
        raise ValueError(f"the book {book.code} is opened twice")
    books[book.code] = book
    return book


def books_here() -> Iterator[Book]:
    """The books that the present schema has: at the district not every area has tables."""
    for book in books.values():
        area = apps.get_app_config(book.lines._meta.app_label).name
        if schema_here() != settings.PUBLIC_SCHEMA_NAME or area in settings.SHARED_APPS:
            yield book


def book_of(model: type[Model]) -> Book | None:
    """The book whose lines a table holds."""
    return next((book for book in books.values() if book.lines is model), None)


def today() -> date:
    """The day a line written now belongs to.

    The one place that asks the clock: a line belongs to the day it was written, whatever the
    moment the act speaks of, so that a closed day stays closed.
    """
    return timezone.localdate()


def lock_key() -> int:
    """The number of the present schema's lock between writing lines and closing days."""
    digest = sha256(f"gezhi.journal.{schema_here()}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def write(book: Book, drafts: Sequence[Draft]) -> None:
    """Add lines to a book, inside the caller's transaction."""
    # Writers share this lock until they commit and `close_day` waits for them all: no line of
    # yesterday appears once yesterday is being summed up. The day is asked for after the lock.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [lock_key()])
    keys, day = keys_here(), today()
    for start in range(0, len(drafts), AT_A_TIME):
        lines, details = [], []
        for draft in drafts[start : start + AT_A_TIME]:
            line = draft.line
            line.day = day
            if draft.personal:
                salt, body = new_salt(), canonical(draft.personal)
                line.commitment = commit(body, salt)
                details.append(
                    book.details(
                        line=line,
                        salt=salt,
                        sealed=keys.seal(body.decode(), context=book.details.context()),
                        subject_id=draft.person_id,
                    )
                )
            line.leaf = leaf_hash(leaf_of(line.columns, values_of(line)))
            lines.append(line)
        book.lines._base_manager.bulk_create(lines)
        book.details._base_manager.bulk_create(details)


def values_of(line: BookLine) -> tuple[Any, ...]:
    """What a line holds, in the order of its columns."""
    return tuple(getattr(line, column) for column in line.columns)


def _acts_kept_from(today: date) -> date:
    return today.replace(day=1, year=today.year - KEPT_YEARS)


JOURNAL = open_book(Book("journal", _("操作留痕"), JournalLine, JournalDetail, _acts_kept_from))
