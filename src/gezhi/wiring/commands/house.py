"""What commands share: where the data lie, which database it is, Django when it is needed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gezhi.base.postgres import Server, default_server
from gezhi.base.terminal import Trouble, say

Subparsers = Any
"""What argparse's add_subparsers returns; it has no public name."""

ROOT = Path(__file__).resolve().parents[4]
DATABASE = "gezhi"


def var() -> Path:
    """Return the folder of everything this installation keeps: GEZHI_VAR, or `var`."""
    return Path(os.environ.get("GEZHI_VAR") or ROOT / "var").expanduser().resolve()


def own_server() -> Server | None:
    """Return our private database server, or None when DATABASE_URL names another."""
    return None if os.environ.get("DATABASE_URL") else default_server(var())


def database_url() -> str:
    """Return the address of the platform's database."""
    server = own_server()
    return server.url(DATABASE) if server else os.environ["DATABASE_URL"]


def database_up() -> bool:
    """Have the database there; return whether this call started our own server."""
    server = own_server()
    if server is None:
        return False
    started = server.start()
    server.ensure_database(DATABASE)
    return started


def load_django() -> None:
    """Load settings and areas, as a one-off command needs them.

    Without the connection pool, which migrations must not use, and without the log of everyday
    events on the terminal. The environment is as before afterwards, for the processes we start.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.wiring.settings")
    import django

    before = dict(os.environ)
    os.environ["GEZHI_POOL"] = "0"
    os.environ.setdefault("GEZHI_LOG_LEVEL", "WARNING")
    try:
        django.setup()
    finally:
        for name in ("GEZHI_POOL", "GEZHI_LOG_LEVEL"):
            os.environ.pop(name)
            if name in before:
                os.environ[name] = before[name]


def now() -> datetime:
    """Return the moment a command acts at: commands are doors, and doors bring the clock."""
    return datetime.now(UTC)


def needs_own_server() -> Server:
    """Return our private server, or say that the database is run by somebody else."""
    server = own_server()
    if server is None:
        raise Trouble(
            say(
                "DATABASE_URL 指向外部数据库，请用它自己的方式启动或停止。",
                "DATABASE_URL names a database run elsewhere; start and stop it there.",
            )
        )
    return server


def tell(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)
