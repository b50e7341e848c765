"""`gezhi recount`: whether the kept counts are what the rows say, and putting right what is not."""

from __future__ import annotations

import argparse

from gezhi.base.terminal import say

from .cell import known_cell
from .house import Subparsers, load_django, tell
from .prepare import prepare


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "recount", help=say("核对底数汇总与明细是否一致", "compare the kept counts with the rows")
    )
    parser.add_argument(
        "--cell", help=say("只核对这个区划代码的街道", "only the cell with this division code")
    )
    parser.add_argument(
        "--repair", action="store_true", help=say("以明细为准改正汇总", "put the counts right")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Recount each cell; 1 if anything differed and was not repaired."""
    load_django()
    prepare()
    from django_tenants.utils import schema_context

    from gezhi.core.cells.models import Cell
    from gezhi.core.registry import tallies

    cells = Cell.objects.exclude(schema_name="public").order_by("code")
    differing = 0
    for cell in [known_cell(args.cell)] if args.cell else list(cells):
        with schema_context(cell.schema_name):
            found = tallies.recount(repair=args.repair)
        differing += len(found)
        tell(f"{cell.name}（{cell.code}）{say('一致', 'agrees') if not found else ''}")
        for one in found:
            tell(f"  ✗ {one.metric} {one.category or '-'} {one.stored} → {one.counted}")
    return int(differing > 0 and not args.repair)
