"""`gezhi verify`: whether the journal still says what it said when each day was closed."""

from __future__ import annotations

import argparse
from collections import Counter

from gezhi.base.terminal import say

from .cell import known_cell
from .house import Subparsers, load_django, now, tell
from .prepare import prepare

AT_MOST = 50
"""How many findings of one kind are told one by one; the rest are counted."""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "verify", help=say("核对操作留痕是否被改动", "check that the journal is as it was closed")
    )
    parser.add_argument(
        "--cell", help=say("只核对这个区划代码的街道", "only the cell with this division code")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check each cell's journal; 1 if anything in one of them was changed."""
    load_django()
    prepare()
    from django_tenants.utils import schema_context

    from gezhi.core.cells.models import Cell

    chosen = [known_cell(args.cell)] if args.cell else list(Cell.objects.order_by("code"))
    changed = 0
    for cell in chosen:
        with schema_context(cell.schema_name):
            tell(f"{cell.name}（{cell.code}）")
            changed += _tell_findings()
    if changed:
        tell(
            say(
                f"发现 {changed} 处问题。请保留现场，报告审计管理员，并与备份核对。",
                f"{changed} findings. Leave everything as it is, tell the audit administrator, "
                "and compare with a back-up.",
            )
        )
    return int(changed > 0)


def _tell_findings() -> int:
    from django.utils import timezone

    from gezhi.core.journal.closing import kept_from
    from gezhi.core.journal.verifying import verify

    told: Counter[str] = Counter()
    wrong = 0
    for finding in verify(
        today=timezone.localdate(now()), kept_from=kept_from(timezone.localdate(now()))
    ):
        wrong += finding.is_wrong
        told[finding.kind] += 1
        if told[finding.kind] <= AT_MOST:
            tell(f"  {'✗' if finding.is_wrong else '✓'} {finding.sentence}")
    for kind, number in told.items():
        if number > AT_MOST:
            more = number - AT_MOST
            tell(say(f"  … 另有 {more} 处同类问题（{kind}）", f"  … {more} more of {kind}"))
    return wrong
