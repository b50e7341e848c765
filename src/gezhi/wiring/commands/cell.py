"""`gezhi cell`: make a subdistrict's own office, list them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from gezhi.base.terminal import Trouble, say

from .house import Subparsers, load_django, now, tell
from .prepare import prepare

if TYPE_CHECKING:
    from gezhi.core.cells.models import Cell


def add(commands: Subparsers) -> None:
    """Declare the command and its parts."""
    parser = commands.add_parser("cell", help=say("街道：建立、列出", "cells: create, list"))
    parts = parser.add_subparsers(dest="part", required=True, metavar=say("操作", "PART"))
    making = parts.add_parser("create", help=say("建立一个街道", "make a subdistrict's cell"))
    making.add_argument("code", help=say("九位区划代码", "9-digit division code"))
    making.add_argument("name", help=say("全称", "full name"))
    making.add_argument("--short", default="", help=say("简称", "short name"))
    making.add_argument(
        "--host",
        action="append",
        required=True,
        help=say("打开它的域名，可重复", "a host name that opens it; may be repeated"),
    )
    making.set_defaults(run=create)
    linking = parts.add_parser(
        "administrators",
        help=say("给三员打印首次登录链接", "print the first links of the three administrators"),
    )
    linking.add_argument("code", help=say("九位区划代码", "9-digit division code"))
    linking.set_defaults(run=administrators)
    parts.add_parser("list", help=say("列出各街道及域名", "list cells and hosts")).set_defaults(
        run=show
    )


def create(args: argparse.Namespace) -> int:
    """Make a cell; its rules and refusals are those of `create_cell`."""
    load_django()
    prepare()
    from gezhi.core.cells.actions import create_cell

    cell = create_cell(
        code=args.code, name=args.name, hosts=args.host, short_name=args.short, at=now()
    )
    tell(say(f"已建立 {cell.name}（{cell.code}）", f"{cell.name} ({cell.code}) is made."))
    print_links(cell)
    return 0


def administrators(args: argparse.Namespace) -> int:
    """Print the links by which a cell's three administrators set their first passwords."""
    load_django()
    prepare()
    print_links(known_cell(args.code))
    return 0


def print_links(cell: Cell) -> None:
    """Print each link once, to the terminal of whoever runs the machine; it is kept nowhere."""
    from django_tenants.utils import schema_context

    from gezhi.core.staff.actions import create_first_administrators

    host = cell.domains.order_by("-is_primary", "domain")[0].domain
    with schema_context(cell.schema_name):
        links = create_first_administrators(at=now())
    tell(
        say(
            "以下链接 24 小时内有效，各用一次，请分别交给三个人（端口和 https 按实际访问补上）：",
            "These links are good once, for 24 hours; give them to three different people "
            "(add the port and https as the site is served):",
        )
    )
    for link in links:
        tell(f"  {link.title}  {link.username}  http://{host}{link.path}")


def show(args: argparse.Namespace) -> int:
    """Print one line a cell: code, name, hosts."""
    load_django()
    prepare()
    from gezhi.core.cells.models import Cell

    for cell in Cell.objects.prefetch_related("domains").order_by("code"):
        hosts = " ".join(host.domain for host in cell.domains.all())
        tell(f"{cell.code}\t{cell.name}\t{hosts}")
    return 0


def known_cell(code: str) -> Cell:
    """Return the cell of a division code, or say which there are. Django must be loaded."""
    from gezhi.core.cells.models import Cell

    found: Cell | None = Cell.objects.filter(code=code).first()
    if found is None:
        known = "、".join(Cell.objects.order_by("code").values_list("code", flat=True)) or "-"
        raise Trouble(
            say(
                f"没有区划代码为 {code} 的街道。已有：{known}",
                f"There is no cell with the code {code}. There are: {known}",
            )
        )
    return found
