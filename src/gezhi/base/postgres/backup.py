"""Back-ups that prove themselves: a dump, the rows of every table, and a restore that compares.

A back-up is PostgreSQL's own custom format, which its own programs can read without us, beside a
note `<file>.json` with a checksum and the rows of each table, counted in the dump's own snapshot.
A restore compares both before anybody sees the restored data, and keeps what was there before
under another name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql

from gezhi.base.terminal import Trouble, say

NAME_LIMIT = 63
"""Bytes in a PostgreSQL name."""
KNOWN_SCHEMA = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"


@dataclass(frozen=True)
class Note:
    """What the file beside a dump says of it."""

    database: str
    schema: str | None
    taken_at: str
    sha256: str
    rows: dict[str, int]
    """Rows of each table, by `schema.table`."""


def backup(url: str, target: Path, *, programs: Path, schema: str | None = None) -> Note:
    """Write a back-up of a database, or of one schema, while others go on working.

    The file appears under its name only once it is whole, readable by its owner alone.
    """
    if target.exists():
        raise Trouble(
            say(f"{target} 已存在，请换一个文件名。", f"{target} exists; choose another name.")
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        with psycopg.connect(url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            snapshot = _one(connection, "SELECT pg_export_snapshot()")
            if schema and not _one(connection, KNOWN_SCHEMA, [schema]):
                raise Trouble(
                    say(f"数据库中没有模式 {schema}。", f"The database has no schema {schema}.")
                )
            only = ["--schema", schema] if schema else []
            _call(
                programs / "pg_dump",
                ["--format=custom", f"--snapshot={snapshot}", f"--file={draft}", *only],
                url,
            )
            note = Note(
                database=connection.info.dbname,
                schema=schema,
                taken_at=_one(connection, "SELECT now()").astimezone().isoformat("T", "seconds"),
                sha256=_checksum(draft),
                rows=_rows(connection, schema),
            )
        _note_path(target).write_text(json.dumps(asdict(note), indent=1, ensure_ascii=False) + "\n")
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return note


def read_note(source: Path) -> Note:
    """Return the note of a back-up whose file is whole and unchanged; refuse any other."""
    try:
        note = Note(**json.loads(_note_path(source).read_text()))
        whole = _checksum(source) == note.sha256
    except FileNotFoundError as error:
        raise Trouble(
            say(
                f"没有找到 {error.filename}：备份由两个文件组成，请一并保留。",
                f"{error.filename} was not found: a back-up is two files, keep both.",
            )
        ) from None
    except (ValueError, TypeError):
        whole = False
    if not whole:
        raise Trouble(
            say(
                f"{source} 与备份时不一致（文件损坏或被改动），未做任何恢复。",
                f"{source} is not what was written (damaged or changed); nothing was restored.",
            )
        )
    return note


def restore(url: str, source: Path, *, programs: Path, at: datetime) -> str:
    """Put a back-up in the place of the database, or of the one schema, it was taken from.

    Returns the name under which the former content is kept. Nothing changes unless every table
    came back with the rows it had.
    """
    note = read_note(source)
    if note.schema:
        return _restore_schema(url, source, note, programs, at)
    return _restore_database(url, source, note, programs, at)


def _restore_database(url: str, source: Path, note: Note, programs: Path, at: datetime) -> str:
    name = str(conninfo.conninfo_to_dict(url)["dbname"])
    former, fresh = _former(name, at), _former(name, at, "_restoring_")
    with psycopg.connect(_for_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(fresh)))
        try:
            beside = _for_database(url, fresh)
            _call(
                programs / "pg_restore",
                ["--exit-on-error", "--no-owner", "--no-privileges", "--jobs=2", str(source)],
                beside,
            )
            with psycopg.connect(beside) as restored:
                _compare(_rows(restored, None), note.rows)
            _swap(connection, name, fresh, former)
        except BaseException:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(fresh))
            )
            raise
    return former


def _swap(connection: psycopg.Connection[Any], name: str, fresh: str, former: str) -> None:
    """Let `fresh` take the name, in one transaction, with everybody else out of the room."""
    current = sql.Identifier(name)
    connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(current))
    held = current
    try:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
        with connection.transaction():
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(current, sql.Identifier(former)))
            connection.execute(rename.format(sql.Identifier(fresh), current))
        held = sql.Identifier(former)
    finally:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(held))


def _restore_schema(url: str, source: Path, note: Note, programs: Path, at: datetime) -> str:
    """Rename the schema away, restore it and compare it, all in one transaction.

    Readers see the former schema until the commit and the restored one after it.
    """
    assert note.schema is not None
    former = _former(note.schema, at)
    aside = sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(
        sql.Identifier(note.schema), sql.Identifier(former)
    )
    checks = [
        sql.SQL("SELECT 1 / CASE WHEN (SELECT count(*) FROM {}) = {} THEN 1 ELSE 0 END").format(
            sql.Identifier(*table.split(".", 1)), sql.Literal(count)
        )
        for table, count in note.rows.items()
    ]
    with psycopg.connect(url) as connection:
        exists = _one(connection, KNOWN_SCHEMA, [note.schema])
        before = [aside.as_string(connection)] if exists else []
        after = [check.as_string(connection) for check in checks]
    _pour(
        [programs / "pg_restore", "--no-owner", "--no-privileges", "--file=-", source],
        [
            *(programs / "psql", "--no-psqlrc", "--quiet"),
            *("--single-transaction", "--set=ON_ERROR_STOP=1"),
            *(f"--command={text}" for text in before),
            "--file=-",
            *(f"--command={text}" for text in after),
        ],
        url,
    )
    return former


def _pour(source: list[str | Path], sink: list[str | Path], url: str) -> None:
    """Feed one program's output to another that works in one transaction.

    If the source fails half-way the sink is killed, not closed: it must not commit a part.
    """
    said, environment = _to(url)
    with (
        subprocess.Popen(source, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as giving,
        subprocess.Popen(
            [*sink, said],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as taking,
    ):
        assert giving.stdout is not None
        assert taking.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # the sink's own error is told below
            shutil.copyfileobj(giving.stdout, taking.stdin)
        giving.stdout.close()
        if giving.wait():
            taking.kill()
            with contextlib.suppress(BrokenPipeError):
                taking.stdin.close()
            taking.wait()
            _succeeded(source[0], giving.returncode, _last_words(giving))
        with contextlib.suppress(BrokenPipeError):
            taking.stdin.close()
        _succeeded(sink[0], taking.wait(), _last_words(taking))


def _last_words(program: subprocess.Popen[bytes]) -> str:
    assert program.stderr is not None
    return program.stderr.read().decode(errors="replace")


def _compare(found: dict[str, int], expected: dict[str, int]) -> None:
    wrong = sorted(t for t in found.keys() | expected.keys() if found.get(t) != expected.get(t))
    if wrong:
        raise Trouble(
            say(
                f"恢复出的数据与备份不符（{'、'.join(wrong[:5])}），原数据未动。",
                f"What came back differs from the back-up ({', '.join(wrong[:5])}); "
                "the former data are untouched.",
            )
        )


def _rows(connection: psycopg.Connection[Any], schema: str | None) -> dict[str, int]:
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT LIKE 'pg\\_%%'"
        " AND schemaname <> 'information_schema' AND (%(only)s::text IS NULL"
        " OR schemaname = %(only)s) ORDER BY 1, 2",
        {"only": schema},
    ).fetchall()
    count = sql.SQL("SELECT count(*) FROM {}")
    return {
        f"{where}.{table}": _one(connection, count.format(sql.Identifier(where, table)))
        for where, table in tables
    }


def _one(connection: psycopg.Connection[Any], query: Any, values: Any = None) -> Any:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0]


def _former(name: str, at: datetime, middle: str = "_before_") -> str:
    tail = f"{middle}{at:%Y%m%d_%H%M%S}"
    return name.encode()[: NAME_LIMIT - len(tail)].decode(errors="ignore") + tail


def _for_database(url: str, name: str) -> str:
    return conninfo.make_conninfo(url, dbname=name)


def _call(program: Path, arguments: list[str], url: str) -> None:
    """Run one of PostgreSQL's client programs to its end."""
    said, environment = _to(url)
    ended = subprocess.run(
        [program, said, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    _succeeded(program, ended.returncode, ended.stderr)


def _to(url: str) -> tuple[str, dict[str, str]]:
    """Return the argument and environment naming a database; no password in the process list."""
    parts = conninfo.conninfo_to_dict(url)
    password = parts.pop("password", None)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return f"--dbname={conninfo.make_conninfo('', **parts)}", environment


def _succeeded(program: str | Path, code: int, told: str) -> None:
    if code:
        name, last = Path(program).name, "\n".join(told.strip().splitlines()[-5:])
        raise Trouble(say(f"{name} 未成功：\n{last}", f"{name} did not succeed:\n{last}"))


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note_path(target: Path) -> Path:
    return target.with_name(f"{target.name}.json")
