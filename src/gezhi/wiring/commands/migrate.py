"""`gezhi migrate`: bring the tables of every cell up to date."""

from __future__ import annotations

import argparse

from gezhi.base.terminal import say

from .house import Subparsers, load_django, tell
from .prepare import migrate, prepare


def add(commands: Subparsers) -> None:
    """Declare the command."""
    commands.add_parser(
        "migrate", help=say("升级所有街道的数据表", "bring every cell's tables up to date")
    ).set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Migrate every schema, also those that look current, and renew their starting rows."""
    load_django()
    if not prepare():
        migrate()
    tell(say("数据表已是最新", "Tables are up to date."))
    return 0
