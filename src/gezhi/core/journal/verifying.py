"""Checking a book against itself, its closed days and the roots kept outside the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from gezhi.base.crypto import SealError, commit
from gezhi.core.cells.keys import keys_here, schema_here
from gezhi.core.journal.books import AT_A_TIME, Book
from gezhi.core.journal.closing import (
    CHAIN_START,
    DAY,
    Root,
    chain,
    days_of,
    read_roots,
    roots_file,
)
from gezhi.core.journal.leaves import leaf_of
from gezhi.core.journal.merkle import Tree, leaf_hash
from gezhi.core.journal.models import JournalDay


class Kind(StrEnum):
    """What can be wrong with a book, or worth saying about it."""

    EDITED = "edited"
    INSERTED = "inserted"
    REMOVED = "removed"
    REWRITTEN = "rewritten"
    """Lines and their leaves agree, and yet the day's root is another."""
    DAY_MISSING = "day_missing"
    DAY_OPEN = "day_open"
    CHAIN_BROKEN = "chain_broken"
    FILE_MISSING = "file_missing"
    FILE_MISMATCH = "file_mismatch"
    DETAIL_CHANGED = "detail_changed"
    DETAIL_ERASED = "detail_erased"
    LINES_EXPIRED = "lines_expired"
    SOUND = "sound"


FINE = frozenset({Kind.DETAIL_ERASED, Kind.LINES_EXPIRED, Kind.SOUND, Kind.DAY_OPEN})
"""Kinds that are told and are nothing wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said about a book, in a sentence for the auditor."""

    kind: Kind
    sentence: str
    day: date | None = None
    line_id: UUID | None = None

    @property
    def is_wrong(self) -> bool:
        return self.kind not in FINE


def verify(book: Book, *, today: date, since: date | None = None) -> Iterator[Finding]:
    """Everything that can be said about one book of the present cell, day by day.

    Days past the book's keeping may have lost all their lines to retention. `since`: only days
    from this one on, linked to the day before as that one stands. Lines are read once, in batches;
    memory does not grow with their number.
    """
    lines_here, days = book.lines.objects.order_by("day"), days_of(book)
    before = CHAIN_START
    if since is not None:
        earlier = days.filter(day__lt=since).last()
        before = bytes(earlier.chained) if earlier is not None else CHAIN_START
        lines_here, days = lines_here.filter(day__gte=since), days.filter(day__gte=since)
    first = lines_here.values_list("day", flat=True).first()
    file: dict[date, list[Root]] = {}
    for root, text in read_roots(schema_here(), book.code):
        if root is None:
            yield Finding(
                Kind.FILE_MISMATCH, _("根文件中有一行无法识别：%(text)s") % {"text": text}
            )
        elif since is None or root.day >= since:
            file.setdefault(root.day, []).append(root)
    if not roots_file().exists() and days.exists():
        yield Finding(
            Kind.FILE_MISSING,
            _("根文件 %(file)s 不存在，无法与数据库外的记录核对；请从备份找回")
            % {"file": roots_file()},
        )
    expected: date | None = since if before != CHAIN_START and days.exists() else None
    lines = 0
    erased: list[UUID] = []
    for closed in days.iterator(chunk_size=AT_A_TIME):
        while expected is not None and expected < closed.day:
            yield _missing_day(expected)
            expected += DAY
        if expected is None and first is not None and first < closed.day:
            yield _missing_day(first)
        if bytes(closed.chained) != chain(before, closed.day, closed.lines, bytes(closed.root)):
            yield Finding(
                Kind.CHAIN_BROKEN,
                _("%(day)s 与前一日的链接对不上：之前的某一日被改动、插入或删除")
                % {"day": closed.day},
                closed.day,
            )
        yield from _against_file(closed, file.pop(closed.day, []))
        yield from _day(book, closed, book.kept_from(today), erased)
        before, expected, lines = bytes(closed.chained), closed.day + DAY, lines + closed.lines
    for day in sorted(file):
        yield Finding(
            Kind.DAY_MISSING,
            _("根文件中有 %(day)s 的封存记录，数据库中却没有：这一日的封存被删除") % {"day": day},
            day,
        )
    yield from _open_days(book, after=expected or since, today=today, erased=erased)
    if erased:
        yield Finding(
            Kind.DETAIL_ERASED,
            _("有 %(n)s 条记录的个人信息部分已依规删除，记录本身仍可核对") % {"n": len(erased)},
        )
    yield Finding(
        Kind.SOUND,
        _("共核对 %(days)s 个封存日、%(lines)s 条已封存记录")
        % {"days": days.count(), "lines": f"{lines:,}"},
    )


def _missing_day(day: date) -> Finding:
    return Finding(Kind.DAY_MISSING, _("%(day)s 没有封存记录，其前后各日却有") % {"day": day}, day)


def _against_file(closed: JournalDay, kept: Sequence[Root]) -> Iterator[Finding]:
    mine = Root(
        *(schema_here(), closed.book, closed.day, closed.lines),
        *(bytes(closed.root), bytes(closed.chained)),
    )
    if not kept and roots_file().exists():
        yield Finding(
            Kind.FILE_MISMATCH,
            _("%(day)s 的封存记录不在根文件中：封存记录是事后补写的，或根文件被删改")
            % {"day": closed.day},
            closed.day,
        )
    if any(one != mine for one in kept):
        yield Finding(
            Kind.FILE_MISMATCH,
            _("%(day)s 的封存记录与根文件不一致：数据库或根文件被改写") % {"day": closed.day},
            closed.day,
        )


def _day(book: Book, closed: JournalDay, kept_from: date, erased: list[UUID]) -> Iterator[Finding]:
    """One closed day: each line against its leaf, all leaves against the root."""
    tree, edited = Tree(), False
    for batch in _batches(book, closed.day):
        for values, leaf in batch:
            tree.add_hash(leaf)
            if leaf_hash(leaf_of(book.lines.columns, values)) != leaf:
                edited = True
                yield _edited(closed.day, values[0])
        yield from _details(book, batch, erased)
    if tree.size == 0 and closed.lines and closed.day < kept_from:
        yield Finding(
            Kind.LINES_EXPIRED,
            _("%(day)s 的 %(lines)s 条记录已超过保存期限并依规删除，封存值仍在")
            % {"day": closed.day, "lines": closed.lines},
            closed.day,
        )
    elif tree.size != closed.lines:
        more = tree.size > closed.lines
        yield Finding(
            Kind.INSERTED if more else Kind.REMOVED,
            (
                _("%(day)s 封存时有 %(then)s 条记录，现有 %(now)s 条：事后插入了记录")
                if more
                else _("%(day)s 封存时有 %(then)s 条记录，现有 %(now)s 条：有记录被删除")
            )
            % {"day": closed.day, "then": closed.lines, "now": tree.size},
            closed.day,
        )
    elif tree.root() != bytes(closed.root) and not edited:
        yield Finding(
            Kind.REWRITTEN,
            _("%(day)s 的记录与封存的根不一致：记录连同其校验值被改写") % {"day": closed.day},
            closed.day,
        )


def _edited(day: date, line_id: UUID) -> Finding:
    return Finding(
        Kind.EDITED,
        _("%(day)s 的记录 %(line)s 写入后被修改") % {"day": day, "line": line_id},
        day,
        line_id,
    )


Batch = list[tuple[tuple[Any, ...], bytes]]


def _batches(book: Book, day: date) -> Iterator[Batch]:
    rows = book.lines.objects.filter(day=day).order_by("pk")
    lines = rows.values_list(*book.lines.columns, "leaf")
    batch: Batch = []
    for row in lines.iterator(chunk_size=AT_A_TIME):
        batch.append((row[:-1], bytes(row[-1])))
        if len(batch) == AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def _details(book: Book, batch: Batch, erased: list[UUID]) -> Iterator[Finding]:
    """The personal parts of some lines against the commitments in them."""
    commitments = {
        values[0]: bytes(found)
        for values, _leaf in batch
        if (found := values[book.lines.columns.index("commitment")]) is not None
    }
    keys, gone = keys_here(), set(commitments)
    details = book.details._base_manager.filter(line_id__in=[values[0] for values, _leaf in batch])
    for line_id, salt, sealed in details.values_list("line_id", "salt", "sealed"):
        gone.discard(line_id)
        try:
            body = keys.open(sealed, context=book.details.context()).encode()
            matches = commit(body, bytes(salt)) == commitments.get(line_id)
        except (SealError, ValueError):
            matches = False
        if not matches:
            yield Finding(
                Kind.DETAIL_CHANGED,
                _("记录 %(line)s 的个人信息部分与当时的承诺值不一致") % {"line": line_id},
                None,
                line_id,
            )
    erased += gone


def _open_days(
    book: Book, *, after: date | None, today: date, erased: list[UUID]
) -> Iterator[Finding]:
    """Lines outside every closed day: today's are to be expected, older ones wait for closing."""
    waiting = book.lines.objects.filter(day__lt=today)
    if after is not None:
        waiting = waiting.filter(day__gte=after)
    for day in waiting.order_by("day").values_list("day", flat=True).distinct():
        yield Finding(Kind.DAY_OPEN, _("%(day)s 已结束，尚未封存") % {"day": day}, day)
        yield from _open_day(book, day, erased)
    yield from _open_day(book, today, erased)


def _open_day(book: Book, day: date, erased: list[UUID]) -> Iterator[Finding]:
    for batch in _batches(book, day):
        for values, leaf in batch:
            if leaf_hash(leaf_of(book.lines.columns, values)) != leaf:
                yield _edited(day, values[0])
        yield from _details(book, batch, erased)
