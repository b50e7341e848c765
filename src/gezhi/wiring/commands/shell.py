"""`gezhi shell`: a Python prompt inside a cell, for those who maintain the installation."""

from __future__ import annotations

import argparse

from gezhi.base.terminal import say

from .cell import known_cell
from .house import Subparsers, load_django
from .prepare import prepare


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "shell", help=say("维护用的 Python 命令行", "a Python prompt for maintenance")
    )
    parser.add_argument("--cell", help=say("进入某个街道（区划代码）", "enter a cell, by code"))
    parser.add_argument("-c", "--command", help=say("执行一段代码后退出", "run this and leave"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the prompt; `--cell` puts the connection into that cell's schema."""
    load_django()
    prepare()
    from django.core.management import call_command
    from django.db import connection

    if args.cell:
        connection.set_tenant(known_cell(args.cell))  # type: ignore[attr-defined]  # of django-tenants
    call_command("shell", **({"command": args.command} if args.command else {}))
    return 0
