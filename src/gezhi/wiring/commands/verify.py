"""`gezhi verify`: whether journal and access log still say what they did when days were closed."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import TYPE_CHECKING

from gezhi.base.terminal import say

from .cell import known_cell
from .house import Subparsers, load_django, now, tell
from .prepare import prepare

if TYPE_CHECKING:
    from gezhi.core.journal.books import Book

AT_MOST = 50
"""How many findings of one kind are told one by one; the rest are counted."""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "verify",
        help=say(
            "核对操作留痕和查阅记录是否被改动",
            "check that journal and access log are as they were closed",
        ),
    )
    parser.add_argument(
        "--cell", help=say("只核对这个区划代码的街道", "only the cell with this division code")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the books of every cell and of the district; 1 if anything in one was changed."""
    load_django()
    prepare()
    from django_tenants.utils import schema_context

    from gezhi.core.journal.books import books_here

    changed = 0
    for schema, name in _named(args.cell):
        with schema_context(schema):
            for book in books_here():
                tell(f"{name} · {book.title}")
                changed += _tell_findings(book)
    if changed:
        tell(
            say(
                f"发现 {changed} 处问题。请保留现场，报告审计管理员，并与备份核对。",
                f"{changed} findings. Leave everything as it is, tell the audit administrator, "
                "and compare with a back-up.",
            )
        )
    return int(changed > 0)


def _named(code: str | None) -> list[tuple[str, str]]:
    """Schema and name of what is checked: one cell, or every cell and the district."""
    from gezhi.core.cells.models import Cell

    chosen = [known_cell(code)] if code else list(Cell.objects.order_by("code"))
    named = {cell.schema_name: f"{cell.name}（{cell.code}）" for cell in chosen}
    if not code:  # the district's staff act in the shared schema, which may have no row of its own
        named.setdefault("public", say("区级", "The district"))
    return list(named.items())


def _tell_findings(book: Book) -> int:
    from django.utils import timezone

    from gezhi.core.journal.verifying import verify

    told: Counter[str] = Counter()
    wrong = 0
    for finding in verify(book, today=timezone.localdate(now())):
        wrong += finding.is_wrong
        told[finding.kind] += 1
        if told[finding.kind] <= AT_MOST:
            tell(f"  {'✗' if finding.is_wrong else '✓'} {finding.sentence}")
    for kind, number in told.items():
        if number > AT_MOST:
            more = number - AT_MOST
            tell(say(f"  … 另有 {more} 处同类问题（{kind}）", f"  … {more} more of {kind}"))
    return wrong
