"""A private PostgreSQL server in a folder: start, stop, status, url.

Only its own account (and root) can reach it: no network port, a socket in a folder closed to
others, and `peer` authentication, in which the kernel tells the server who is calling. So there is
no password to leak, and none to lose.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from gezhi.base.locks import Busy, only_one
from gezhi.base.terminal import Trouble, say

from . import postmaster
from .places import settle, socket_folder
from .programs import account_for, find_programs, programs_for, version_of
from .tuning import MIB, settings_text

ROLE = "gezhi"
"""The role the platform signs in as: owns its databases, may create more, is no superuser."""
SUPERUSER = "postgres"
PORT = 5432
"""Part of the socket's name only; nothing listens on a network."""
ROOM_TO_INITIALISE = 300 * MIB
ROOM_TO_START = 64 * MIB


@dataclass(frozen=True)
class Status:
    """What is known of a server without asking it anything."""

    running: bool
    pid: int | None
    folder: Path
    version: str


class Server:
    """The server whose files live in `folder`; made on first start.

    `programs` is a bin folder of PostgreSQL 16 or later (default: GEZHI_PG_BIN or the wheel's).
    `durable=False` trades safety for speed and is for databases that are thrown away.
    """

    def __init__(self, folder: Path, *, programs: Path | None = None, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self.programs = programs or find_programs()
        self.account = account_for(self.folder)

    # --- where things are -------------------------------------------------------------

    def home(self) -> Path:
        """Return the folder that really holds the files, made if it is not there yet."""
        return settle(self.folder, self.account)

    def url(self, database: str, *, role: str = ROLE) -> str:
        """Return the address of a database on this server, running or not, as libpq reads it."""
        sockets = socket_folder(self.home(), self.account, PORT)
        return (
            f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}"
            f"?host={quote(str(sockets), safe='')}&port={PORT}"
        )

    def status(self) -> Status:
        """Return whether the server runs, and where; never waits."""
        live = postmaster.find_postmaster(self.folder / "data")
        return Status(
            running=live is not None and live.state == "ready",
            pid=live.pid if live else None,
            folder=self.folder.resolve(),
            version=version_of(self.programs)[1],
        )

    # --- start and stop ---------------------------------------------------------------

    def start(self) -> bool:
        """Have the server running; return True if this call started it, False if it ran already.

        Safe to call from several processes at once, after `kill -9`, and after a set-up that was
        cut short.
        """
        home = self.home()
        data = home / "data"
        with self._alone(home):
            if self._settled(data) is not None:
                return False
            self._need_room(home, ROOM_TO_START if data.is_dir() else ROOM_TO_INITIALISE)
            programs = programs_for(self.account, self.programs)
            if not data.is_dir():
                self._initialise(home, programs)
            self._same_version(data)
            postmaster.clear_dead(data, socket_folder(home, self.account, PORT))
            self._configure(home)
            self._launch(home, programs)
            self._have_role()
        return True

    def recover(self) -> bool:
        """Start a server again that was killed; leave one alone that runs or was stopped.

        Cheap enough to ask several times a second.
        """
        data = self.folder / "data"
        if not (data / "postmaster.pid").exists() or postmaster.find_postmaster(data):
            return False
        return self.start()

    def stop(self) -> bool:
        """Have the server stopped; return True if this call stopped it.

        Open transactions are rolled back, committed ones are on disk. A server that does not end
        within a minute is told to end at once, and recovers when it starts next.
        """
        home = self.home()
        data = home / "data"
        with self._alone(home):
            live = postmaster.find_postmaster(data)
            if live is None:
                return False
            if not postmaster.end(live.pid, data, signal.SIGINT, seconds=60):
                postmaster.end(live.pid, data, signal.SIGQUIT, seconds=30)
        return True

    # --- databases --------------------------------------------------------------------

    def ensure_database(self, name: str) -> bool:
        """Have a database of that name; return True if this call made it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone():
                return False
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                return False  # somebody else made it in the same moment
        return True

    # --- steps of a start -------------------------------------------------------------

    @contextmanager
    def _alone(self, home: Path) -> Iterator[None]:
        try:
            with only_one(home / "lock", seconds=600):
                yield
        except Busy:
            raise Trouble(
                say(
                    f"另一个进程一直在启动或停止数据库（{home}），请稍后再试。",
                    f"Another process keeps starting or stopping the database in {home}; "
                    "try again later.",
                )
            ) from None

    def _settled(self, data: Path) -> postmaster.Postmaster | None:
        """Return the live server once it is ready; wait out one that starts or stops just now."""
        deadline = time.monotonic() + 600
        while (live := postmaster.find_postmaster(data)) is not None:
            if live.state == "ready":
                return live
            if time.monotonic() > deadline:
                raise Trouble(
                    say(
                        f"数据库进程 {live.pid} 十分钟未就绪，请查看日志 {data.parent / 'log'}。",
                        f"Database process {live.pid} was not ready after ten minutes; "
                        f"see its log in {data.parent / 'log'}.",
                    )
                )
            time.sleep(0.05)
        return None

    def _need_room(self, home: Path, needed: int) -> None:
        free = shutil.disk_usage(home).free
        if free < needed:
            raise Trouble(
                say(
                    f"磁盘空间不足：{home} 只剩 {free // MIB} MB，至少需要 {needed // MIB} MB。"
                    "请清理磁盘后重试。",
                    f"The disk is nearly full: {free // MIB} MB left at {home}, at least "
                    f"{needed // MIB} MB needed. Free some space and try again.",
                )
            )

    def _initialise(self, home: Path, programs: Path) -> None:
        """Make the cluster beside its place and rename it in, so that half a cluster is no cluster.

        Collation is the built-in C.UTF-8: with plain C, PostgreSQL sees no letters in Chinese
        text, and trigram search silently finds nothing.
        """
        for rest in home.glob("data.new*"):
            shutil.rmtree(rest)
        half = home / "data.new"
        self._run(
            home,
            [
                str(programs / "initdb"),
                *("-D", str(half), "-U", SUPERUSER, "-E", "UTF8"),
                *("--locale-provider=builtin", "--locale=C.UTF-8"),
                *("--auth=reject", "--no-instructions"),
                *([] if self.durable else ["--no-sync"]),
            ],
            say("建立数据库文件", "making the database files"),
        )
        with (half / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude = 'gezhi.conf'\n")
        half.rename(home / "data")

    def _same_version(self, data: Path) -> None:
        written = int((data / "PG_VERSION").read_text().strip())
        ours, text = version_of(self.programs)
        if written != ours:
            raise Trouble(
                say(
                    f"{data} 由 PostgreSQL {written} 建立，现在的程序是 {text}。"
                    f"请用 GEZHI_PG_BIN 指向 PostgreSQL {written}，备份（gezhi db backup）后"
                    "再用新版本恢复。",
                    f"{data} was made by PostgreSQL {written}; the programs are {text} now. Point "
                    f"GEZHI_PG_BIN at PostgreSQL {written}, take a back-up (gezhi db backup), and "
                    "restore it with the new version.",
                )
            )

    def _configure(self, home: Path) -> None:
        sockets = socket_folder(home, self.account, PORT)
        users = {pwd.getpwuid(os.geteuid()).pw_name}
        if self.account:
            users.add(self.account.name)
        self._write(
            home / "data" / "gezhi.conf",
            settings_text(sockets=sockets, port=PORT, durable=self.durable),
        )
        self._write(home / "data" / "pg_hba.conf", "local all all peer map=gezhi\n")
        self._write(
            home / "data" / "pg_ident.conf",
            "".join(
                f'gezhi "{user}" {role}\n' for user in sorted(users) for role in (ROLE, SUPERUSER)
            ),
        )

    def _write(self, path: Path, text: str) -> None:
        """Replace a file of the server's account; never follows a link that account laid."""
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text)
            if self.account:
                os.fchown(out.fileno(), self.account.uid, self.account.gid)
        draft.replace(path)

    def _launch(self, home: Path, programs: Path) -> None:
        self._run(
            home,
            [
                *(str(programs / "pg_ctl"), "start", "-D", str(home / "data")),
                *("-l", str(home / "startup.log"), "--wait", "--timeout=600", "--silent"),
            ],
            say("启动数据库", "starting the database"),
        )

    def _have_role(self) -> None:
        with psycopg.connect(self.url("postgres", role=SUPERUSER), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if not found.fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE))
                )

    def _run(self, home: Path, command: list[str], doing: str) -> None:
        """Run a program as the server's account, away from the terminal's signals."""
        (home / "startup.log").unlink(missing_ok=True)
        ended = subprocess.run(
            command,
            cwd=home,
            env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
            check=False,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )
        if ended.returncode == 0:
            return
        told = ended.stderr.strip()
        for log in (home / "startup.log", *sorted((home / "log").glob("*.log"), key=_age)[-1:]):
            if log.is_file():
                told += "\n" + "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        if "No space left on device" in told:
            self._need_room(home, shutil.disk_usage(home).free + 1)
        raise Trouble(
            say(f"{doing}失败（{home}）：\n{told}", f"Failed at {doing} ({home}):\n{told}")
        )


def _age(path: Path) -> float:
    return path.stat().st_mtime


def default_server(var: Path) -> Server:
    """Return the installation's own server, in `var/pg`."""
    return Server(var / "pg")
