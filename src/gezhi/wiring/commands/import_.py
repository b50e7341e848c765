"""`gezhi import`: take a sheet in from the command line, with its progress."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gezhi.base.terminal import Trouble, say

from .cell import known_cell
from .house import Subparsers, load_django, now, tell
from .prepare import prepare

if TYPE_CHECKING:
    from gezhi.core.registry.models import ImportBatch

SHOWN = 20
"""How many findings are told one by one."""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "import", help=say("导入一个底数表格", "take in a sheet of the base registries")
    )
    parser.add_argument("file", type=Path, help=say("xlsx、xls 或 csv 文件", "xlsx, xls or csv"))
    parser.add_argument("--cell", required=True, help=say("区划代码", "division code of the cell"))
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=None,
        help=say("数据截至日期，默认今天", "the day its facts held (today)"),
    )
    parser.add_argument(
        "--community",
        default="",
        help=say("所属社区（村）的编码", "code of the community it is about"),
    )
    parser.add_argument(
        "--template", default="", help=say("模板代码，默认自动识别", "template; found by itself")
    )
    parser.add_argument(
        "--check-only", action="store_true", help=say("只检查，不入库", "check, do not write")
    )
    parser.add_argument(
        "--errors", type=Path, help=say("把未通过的行写到这个文件", "write rows held back here")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check a sheet and write it; 1 if it cannot be read, 2 if its columns must be mapped."""
    if not args.file.is_file():
        raise Trouble(say(f"没有这个文件：{args.file}", f"There is no file {args.file}"))
    load_django()
    prepare()
    from django_tenants.utils import schema_context

    cell = known_cell(args.cell)
    with schema_context(cell.schema_name):
        return _take_in(args)


def _take_in(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from gezhi.base.actors import system
    from gezhi.core.places.models import Place
    from gezhi.core.registry.imports import actions, given_back
    from gezhi.core.registry.models.imports import BatchState

    by = system("command")
    community = None
    if args.community:
        community = Place.objects.filter(code=args.community, level=2).first()
        if community is None:
            raise Trouble(
                say(f"没有编码为 {args.community} 的社区（村）", f"no community {args.community}")
            )
    with args.file.open("rb") as file:
        batch = actions.upload_batch(
            file=file,
            name=args.file.name,
            as_of=args.as_of or timezone.localdate(now()),
            template=args.template,
            community=community.pk if community else None,
            by=by,
            at=now(),
        )
    progress = Shown()
    batch = actions.run_check(batch, by=by, at=now(), progress=progress)
    progress.end()
    if batch.state == BatchState.MAPPING:
        tell(say("有的列认不出，请在页面上核对后再入库。", "Some columns must be mapped first."))
        return 2
    if batch.state != BatchState.CHECKED:
        tell(batch.refusal)
        return 1
    _tell_counts(batch)
    if args.errors:
        with given_back.errors_workbook(batch) as book:
            args.errors.write_bytes(book.read())
    if args.check_only:
        return 0
    batch = actions.run_confirm(batch, by=by, at=now(), progress=progress)
    progress.end()
    tell(say("已入库。", "Written."))
    _tell_counts(batch)
    return 0


def _tell_counts(batch: ImportBatch) -> None:
    titles = {
        "new": say("新增", "new"),
        "changed": say("变更", "changed"),
        "unchanged": say("未变", "unchanged"),
        "refused": say("未通过", "held back"),
        "cleaned": say("已整理", "cleaned"),
        "warned": say("提醒", "warned"),
    }
    tell("  ".join(f"{title} {batch.counts.get(name, 0):,}" for name, title in titles.items()))
    if same := _earlier(batch):
        tell(say(f"同一文件已于 {same} 入库。", f"The same file was written on {same}."))
    codes = Counter(dict(_codes(batch)))
    for (rule, code), times in codes.most_common(SHOWN):
        tell(say(f"  规则 {rule} {code}：{times:,}", f"  rule {rule} {code}: {times:,}"))


def _earlier(batch: ImportBatch) -> str:
    from django.utils import timezone

    from gezhi.core.registry.imports.actions import earlier_batches

    found = earlier_batches(batch)
    if not found or found[0].confirmed_at is None:
        return ""
    return f"{timezone.localtime(found[0].confirmed_at):%Y-%m-%d %H:%M}"


def _codes(batch: ImportBatch) -> list[tuple[tuple[int, str], int]]:
    """Findings by rule and code: what they quote is personal and stays off the terminal."""
    from django.db.models import Sum

    rows = batch.findings.exclude(kind="cleaned").values_list("rule", "code").order_by()
    return [((rule, code), times) for rule, code, times in rows.annotate(n=Sum("times"))]


class Shown:
    """Progress on one line of the terminal."""

    def __init__(self) -> None:
        self._width = 0
        self._live = sys.stderr.isatty()

    def tell(self, step: str, done: int, total: int) -> None:
        """Show how far it is; only where somebody is looking."""
        if not self._live:
            return
        share = f"{100 * done // total}%" if total else ""
        line = f"{step} {done:,}/{total:,} {share}"
        print(f"\r{line}{' ' * max(0, self._width - len(line))}", end="", file=sys.stderr)
        self._width = len(line)

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._width:
            print(file=sys.stderr)
            self._width = 0
