"""Closing each finished day of a book under one Merkle root, kept in two places.

The root goes into `JournalDay`, and into a file outside the database: whoever can rewrite every
table still leaves the former roots in that file. Each day is chained to the day before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gezhi.base.errors import Refusal
from gezhi.base.locks import only_one
from gezhi.core.cells.keys import schema_here
from gezhi.core.journal import books
from gezhi.core.journal.books import AT_A_TIME, Book
from gezhi.core.journal.merkle import Tree, inclusion_proof, proves_inclusion
from gezhi.core.journal.models import BookLine, JournalDay

CHAIN_START = bytes(32)
"""What the first day of a book is chained to."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Root:
    """A closed day as the file of roots has it."""

    schema: str
    book: str
    day: date
    lines: int
    root: bytes
    chained: bytes

    def __str__(self) -> str:
        return (
            f"{self.schema} {self.book} {self.day.isoformat()} {self.lines} "
            f"{self.root.hex()} {self.chained.hex()}"
        )

    @classmethod
    def read(cls, text: str) -> Root:
        """From a line of the file; ValueError where it is torn or not one."""
        schema, book, day, lines, root, chained = text.split(" ")
        found = cls(
            *(schema, book, date.fromisoformat(day), int(lines)),
            *(bytes.fromhex(root), bytes.fromhex(chained)),
        )
        if str(found) != text:
            raise ValueError("not written by us")
        return found


def roots_file() -> Path:
    """The file of roots: one line a closed day, book and cell, only ever added to."""
    return Path(settings.VAR) / "journal-roots.log"


def chain(before: bytes, day: date, lines: int, root: bytes) -> bytes:
    """SHA-256 over the link of the day before, the day, its number of lines and its root."""
    return sha256(before + day.isoformat().encode() + lines.to_bytes(8) + root).digest()


def close_day(book: Book, day: date, *, at: datetime) -> JournalDay:
    """Sum up one finished day of a book; the day itself again when it is closed already.

    Refused for today, and while an earlier day with lines is still open. Memory does not grow
    with the number of lines.
    """
    if day >= books.today():
        raise Refusal(_("当天尚未结束，不能封存"), "journal.day_not_over", field="day")
    _wait_for_writers()
    with transaction.atomic(), only_one(_lock_file(), seconds=600):
        known: JournalDay | None = days_of(book).filter(day=day).first()
        if known is not None:
            return known
        last = days_of(book).last()
        if last is not None and last.day != day - DAY:
            raise Refusal(
                _("请先封存 %(day)s 之前的各日") % {"day": day}, "journal.earlier_day_open"
            )
        if last is None and book.lines.objects.filter(day__lt=day).exists():
            raise Refusal(
                _("请先封存 %(day)s 之前的各日") % {"day": day}, "journal.earlier_day_open"
            )
        tree = Tree()
        for _pk, leaf in leaves_of(book, day):
            tree.add_hash(leaf)
        before = bytes(last.chained) if last is not None else CHAIN_START
        root = tree.root()
        linked = chain(before, day, tree.size, root)
        closed = JournalDay(
            book=book.code,
            day=day,
            lines=tree.size,
            root=root,
            chained=linked,
            closed_at=at,
        )
        closed.save()
        # Before the commit: a root in the file whose row was lost in a crash is met again, the
        # same, when the day is closed anew; a row without its root in the file would be a finding.
        _append(Root(schema_here(), book.code, day, tree.size, root, linked))
    return closed


def close_finished_days(*, at: datetime) -> list[JournalDay]:
    """Close every day of every book that is over and still open, oldest first; empty days as well.

    Run each night and when the platform starts, so that a night it was off is caught up.
    """
    return [closed for book in books.books_here() for closed in _close_finished(book, at)]


def _close_finished(book: Book, at: datetime) -> Iterator[JournalDay]:
    last = days_of(book).last()
    if last is not None:
        day = last.day + DAY
    else:
        first = book.lines.objects.order_by("day").values_list("day", flat=True).first()
        if first is None:
            return
        day = first
    while day < books.today():
        yield close_day(book, day, at=at)
        day += DAY


def days_of(book: Book) -> QuerySet[JournalDay]:
    """The closed days of a book, oldest first."""
    return JournalDay.objects.filter(book=book.code).order_by("day")


def leaves_of(book: Book, day: date) -> Iterator[tuple[UUID, bytes]]:
    """Key and leaf hash of each line of a day, in the order of the tree (by key)."""
    lines = book.lines.objects.filter(day=day).order_by("pk").values_list("pk", "leaf")
    for pk, leaf in lines.iterator(chunk_size=AT_A_TIME):
        yield pk, bytes(leaf)


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows anybody that one line lies under its day's root (RFC 9162 section 2.1.3)."""

    day: date
    at: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes

    @property
    def holds(self) -> bool:
        return proves_inclusion(
            self.path, leaf=self.leaf, at=self.at, size=self.size, root=self.root
        )


def proof_of(line: BookLine) -> Proof | None:
    """The inclusion proof of a line; None while its day is open.

    Holds the hashes of that day's lines in memory: 32 bytes each.
    """
    book = books.book_of(type(line))
    closed = days_of(book).filter(day=line.day).first() if book is not None else None
    if book is None or closed is None:
        return None
    keys, leaves = [], []
    for pk, leaf in leaves_of(book, line.day):
        keys.append(pk)
        leaves.append(leaf)
    at = keys.index(line.pk)
    return Proof(
        line.day,
        at,
        len(leaves),
        leaves[at],
        tuple(inclusion_proof(leaves, at)),
        bytes(closed.root),
    )


def proof_in_words(line: BookLine) -> str:
    """Whether a line is proved by its closed day, in a sentence for the auditor."""
    proof = proof_of(line)
    if proof is None:
        return _("当日尚未封存")
    words = {"at": proof.at + 1, "size": proof.size, "root": proof.root.hex()}
    if proof.holds:
        return _("已封存：第 %(at)s 条，共 %(size)s 条，证明成立，根 %(root)s") % words
    return _("已封存，但与根 %(root)s 不符：请运行 gezhi verify") % words


def drop_lines_before(book: Book, day: date, *, held: Q | None = None) -> int:
    """Delete the lines of days whose keeping is over; their roots stay, and so does the chain.

    Whole days only: one that lost some of its lines could not be verified. So a day with a line
    that is `held` waits as a whole. Only the retention run calls this; returns how many lines went.
    """
    over = book.lines.objects.filter(day__lt=day)
    if held is not None:
        over = over.exclude(day__in=list(over.filter(held).values_list("day", flat=True)))
    with transaction.atomic():
        book.details._base_manager.filter(line__in=over).delete()
        gone: int = over._raw_delete(connection.alias)
    return gone


def _wait_for_writers() -> None:
    """Return once everybody who may be writing a line of a finished day has committed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [books.lock_key()])


def _lock_file() -> Path:
    return roots_file().with_suffix(".lock")


def _append(entry: Root) -> None:
    """Add a root to the file, on disk before this returns; one that is there is not repeated."""
    if any(known == entry for known, _text in read_roots(entry.schema, entry.book)):
        return
    handle = os.open(
        roots_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o640
    )
    try:
        # A crash may have torn the last line: start on a fresh one.
        torn = os.fstat(handle).st_size and not _ends_with_newline()
        os.write(handle, f"{chr(10) if torn else ''}{entry}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _ends_with_newline() -> bool:
    with roots_file().open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def read_roots(schema: str, book: str) -> Iterator[tuple[Root | None, str]]:
    """The roots of a cell's book from the file; None beside a text that is no root (torn)."""
    try:
        file = roots_file().open(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    with file:
        for text in file:
            words = text.rstrip("\n")
            try:
                root = Root.read(words)
            except ValueError:
                if words.strip() and words.startswith(f"{schema} {book} "):
                    yield None, words
                continue
            if (root.schema, root.book) == (schema, book):
                yield root, words
