"""`gezhi rotate-keys`: seal all personal fields anew under a fresh key, while people work."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

from gezhi.base.terminal import Trouble, say

from .house import Subparsers, load_django, tell
from .prepare import prepare

SETTLE_SECONDS = 5
"""After a pass, so long is waited before the next: what somebody had in hand is stored by then."""
PASSES = 5


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "rotate-keys",
        help=say("更换数据密钥并重新加密", "change the data key and seal everything anew"),
    )
    parser.add_argument(
        "--continue",
        dest="go_on",
        action="store_true",
        help=say("不加新密钥，继续上次未完成的更换", "no new key: go on with a change broken off"),
    )
    parser.add_argument(
        "--retire",
        action="store_true",
        help=say(
            "停用已无数据使用的旧密钥；之后旧备份只能用旧密钥文件的副本打开",
            "forget old keys that nothing lies under; older back-ups then need their own key file",
        ),
    )
    parser.add_argument(
        "--suite",
        choices=("international", "gm"),
        help=say("改用另一族算法（gm 为国密）", "change to another family of algorithms"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Rotate, or go on, or retire; killed at any point it may simply be run again."""
    load_django()
    prepare()
    from django.conf import settings

    from gezhi.base.keyfiles import Suite, add_version

    folder = Path(settings.KEY_FOLDER)
    if not (args.go_on or args.retire):
        version = add_version(folder, suite=Suite(args.suite) if args.suite else None)
        tell(
            say(
                f"已加入密钥版本 {version}。请立即备份 {folder}，与数据库备份分开存放。",
                f"Key version {version} is added. Back {folder} up now, apart from the database.",
            )
        )
    for number in range(PASSES):
        if not _pass():
            break
        if number < PASSES - 1:
            time.sleep(SETTLE_SECONDS)
    left = _in_use()
    if args.retire:
        return _retire(folder, left, settings.IMPORT_KEEP_DAYS)
    tell(
        say(
            "全部数据已在新密钥之下。旧密钥暂留，"
            "待上传文件到期后用 gezhi rotate-keys --retire 停用。",
            "Everything lies under the new key. The old one is kept while sheets lie under it; "
            "then gezhi rotate-keys --retire forgets it.",
        )
    )
    return 0


def _pass() -> int:
    """Seal what is left in every cell anew; returns how many values that were."""
    from gezhi.core.privacy.rotation import Progress, reseal_cell

    def progress(now: Progress) -> None:
        if now.done % 10_000 < 500:
            tell(f"  {now.column} {now.done:,}")

    moved = 0
    for name, schema in _schemas():
        with _inside(schema):
            counts = reseal_cell(progress)
        if unreadable := counts.pop("unreadable", 0):
            tell(
                say(
                    f"{name}：有 {unreadable} 个值无法解密，保持原样；请查明后再停用旧密钥。",
                    f"{name}: {unreadable} values do not open and stay as they are.",
                )
            )
        number = sum(counts.values())
        if number:
            tell(say(f"{name}：重新加密 {number:,} 个值", f"{name}: {number:,} values sealed anew"))
        moved += number
    return moved


def _in_use() -> Counter[int]:
    from gezhi.core.privacy.rotation import versions_in_use

    found: Counter[int] = Counter()
    for _name, schema in _schemas():
        with _inside(schema):
            found += versions_in_use()
    return found


def _retire(folder: Path, in_use: Counter[int], keep_days: int) -> int:
    from gezhi.base.keyfiles import path_of, read, retire_version

    path = path_of(folder, "main")
    keys, _signature = read(path)
    waited = (time.time() - path.stat().st_mtime) / 86_400
    if len(keys.data) > 1 and waited < keep_days + 1:
        raise Trouble(
            say(
                f"旧密钥还须保留约 {keep_days + 1 - waited:.0f} 天："
                "此前上传的表格和可撤回的导入仍要用它。",
                f"Old keys are needed for about {keep_days + 1 - waited:.0f} more days: "
                "sheets uploaded before, and imports that may be taken back, lie under them.",
            )
        )
    needed = sorted(version for version in in_use if version != keys.active)
    if needed:
        raise Trouble(
            say(
                f"仍有数据在旧密钥版本 {needed} 之下，不能停用。请先查明无法解密的值。",
                f"Values still lie under old versions {needed}: they are not forgotten.",
            )
        )
    for version in sorted(set(keys.data) - {keys.active}):
        retire_version(folder, version)
        tell(say(f"已停用密钥版本 {version}", f"Key version {version} is forgotten."))
    return 0


def _schemas() -> list[tuple[str, str]]:
    from gezhi.core.cells.models import Cell

    return list(Cell.objects.order_by("code").values_list("name", "schema_name"))


def _inside(schema: str) -> AbstractContextManager[None]:
    from django_tenants.utils import schema_context

    context: AbstractContextManager[None] = schema_context(schema)
    return context
