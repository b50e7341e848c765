"""`gezhi db`: the database server, its back-ups and their return."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from gezhi.base.terminal import say

from .house import (
    DATABASE,
    Subparsers,
    database_up,
    database_url,
    load_django,
    needs_own_server,
    now,
    own_server,
    tell,
    var,
)
from .kept_files import bring_files_back, pack_beside, save_files


def add(commands: Subparsers) -> None:
    """Declare the command and its parts."""
    parser = commands.add_parser(
        "db", help=say("数据库：启动、停止、备份、恢复", "the database: start, stop, back up")
    )
    parts = parser.add_subparsers(dest="part", required=True, metavar=say("操作", "PART"))
    for name, run, told in (
        ("start", start, say("启动自带的数据库", "start our own database server")),
        ("stop", stop, say("停止自带的数据库", "stop it")),
        ("status", status, say("数据库是否在运行", "say whether it runs")),
        ("url", url, say("显示连接地址（含密码时请勿外传）", "print its address")),
    ):
        parts.add_parser(name, help=told).set_defaults(run=run)
    saving = parts.add_parser("backup", help=say("备份到文件", "write a back-up"))
    saving.add_argument(
        "file", type=Path, nargs="?", help=say("文件名（默认在 var/backups）", "file to write")
    )
    saving.add_argument("--cell", help=say("只备份一个街道（区划代码）", "one cell only, by code"))
    saving.set_defaults(run=save)
    bringing = parts.add_parser("restore", help=say("从备份恢复", "bring a back-up back"))
    bringing.add_argument("file", type=Path, help=say("备份文件", "the back-up"))
    bringing.set_defaults(run=bring_back)


def start(args: argparse.Namespace) -> int:
    server = needs_own_server()
    if server.start():
        tell(say(f"数据库已启动（{server.folder}）", f"The database runs ({server.folder})."))
    else:
        tell(say("数据库已在运行", "The database was running already."))
    server.ensure_database(DATABASE)
    return 0


def stop(args: argparse.Namespace) -> int:
    stopped = needs_own_server().stop()
    tell(
        say("数据库已停止", "The database is stopped.")
        if stopped
        else say("数据库没有在运行", "The database was not running.")
    )
    return 0


def status(args: argparse.Namespace) -> int:
    """Print the state; exit 3 when the server is down, as service tools do."""
    server = own_server()
    if server is None:
        import psycopg

        with psycopg.connect(database_url(), connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
        tell(say(f"外部数据库，PostgreSQL {version}", f"Run elsewhere, PostgreSQL {version}."))
        return 0
    known = server.status()
    if not known.running:
        tell(say(f"数据库未运行（{known.folder}）", f"The database is down ({known.folder})."))
        return 3
    tell(
        say(
            f"数据库在运行：PostgreSQL {known.version}，进程 {known.pid}，目录 {known.folder}",
            f"The database runs: PostgreSQL {known.version}, process {known.pid}, "
            f"folder {known.folder}",
        )
    )
    return 0


def url(args: argparse.Namespace) -> int:
    tell(database_url())
    return 0


def save(args: argparse.Namespace) -> int:
    """Write a back-up of everything, or of one cell."""
    from gezhi.base.postgres import backup
    from gezhi.base.postgres.programs import find_programs

    database_up()
    target = args.file or (
        var() / "backups" / f"{args.cell or DATABASE}-{now():%Y%m%d-%H%M%S}.dump"
    )
    schema = _schema_of(args.cell) if args.cell else None
    note = backup(database_url(), target, programs=find_programs(), schema=schema)
    tell(
        say(
            f"已备份 {len(note.rows)} 张表、{sum(note.rows.values())} 行到 {target}"
            "（另有 .json 校验文件，请一并保存；密钥目录需另行备份）",
            f"{len(note.rows)} tables, {sum(note.rows.values())} rows are in {target} "
            "(keep the .json beside it; the key folder needs a back-up of its own).",
        )
    )
    _save_files(target, schema)
    return 0


def _save_files(target: Path, schema: str | None) -> None:
    """Pack photos and papers beside the dump, or say who else has to."""
    if os.environ.get("GEZHI_S3"):
        tell(
            say(
                "照片和材料在对象存储里，请用存储自己的办法备份（版本控制或异地复制）。",
                "Photos and papers lie in the S3 store: back it up by its own means.",
            )
        )
        return
    packed = save_files(_files(), target, schema=schema)
    tell(
        say(
            f"照片和材料 {packed.files} 个文件在 {pack_beside(target)}（同样另有 .json）",
            f"{packed.files} files of photos and papers are in {pack_beside(target)} "
            "(with a .json, too).",
        )
    )


def _files() -> Path:
    return Path(os.environ.get("GEZHI_FILES") or var() / "files")


def bring_back(args: argparse.Namespace) -> int:
    """Restore a back-up over the database or cell it came from, keeping what was there."""
    from gezhi.base.postgres import restore
    from gezhi.base.postgres.programs import find_programs

    database_up()
    former = restore(database_url(), args.file, programs=find_programs(), at=now())
    tell(
        say(
            f"已恢复并逐表核对行数；恢复前的内容保留在 {former}",
            f"Restored, every table compared; what was there before is kept as {former}.",
        )
    )
    back = bring_files_back(_files(), args.file)
    if back is not None:
        tell(
            say(
                f"照片和材料补回 {back} 个文件，已有的未动",
                f"{back} files of photos and papers came back; those still there were left alone.",
            )
        )
    return 0


def _schema_of(code: str) -> str:
    load_django()
    from .cell import known_cell

    return str(known_cell(code).schema_name)
