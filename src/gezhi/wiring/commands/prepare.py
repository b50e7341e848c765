"""Have everything ready before anybody is served: database, keys, tables, starting rows, files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gezhi.base.locks import only_one
from gezhi.base.terminal import say

from .house import database_up, now, tell, var


def prepare() -> bool:
    """Bring database, keys and tables up to date; return whether tables had to be migrated.

    Django must be loaded. Quick when nothing is to be done: one query for each cell.
    """
    var().mkdir(parents=True, exist_ok=True)
    database_up()
    _keys_there()
    if not behind():
        return False
    migrate()
    return True


def _keys_there() -> None:
    """Make the installation's keys on the very first run, never again."""
    from django.conf import settings

    from gezhi.base import keyfiles

    if not keyfiles.path_of(settings.KEY_FOLDER, "main").exists():
        suite = keyfiles.Suite(settings.CIPHER_SUITE)
        keyfiles.create_keyring(settings.KEY_FOLDER, suite=suite)
        tell(
            say(
                f"已生成加密密钥：{settings.KEY_FOLDER}。请另行备份，丢失后已加密的数据无法读取。",
                f"Made the encryption keys in {settings.KEY_FOLDER}. Back them up elsewhere: "
                "what they seal cannot be read without them.",
            )
        )


def behind() -> bool:
    """Return whether any schema lacks a migration this code has."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    wanted = set(MigrationLoader(None).graph.nodes)
    for schema in schemas():
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [f'"{schema}".django_migrations'])
            if cursor.fetchone() == (None,):
                return True
            cursor.execute(f'SELECT app, name FROM "{schema}".django_migrations')
            if wanted - set(cursor.fetchall()):
                return True
    return False


def schemas() -> list[str]:
    """Return `public` and the schema of every cell; `public` alone before the first migration."""
    from django.db import connection

    from gezhi.core.cells.models import Cell

    connection.set_schema_to_public()  # type: ignore[attr-defined]  # of django-tenants
    if Cell._meta.db_table not in connection.introspection.table_names():
        return ["public"]
    cells = Cell.objects.exclude(schema_name="public").order_by("schema_name")
    return ["public", *cells.values_list("schema_name", flat=True)]


def migrate() -> None:
    """Bring every schema up to date, the shared one first; each cell's starting rows after it.

    One process at a time. A cell that fails stops the run; started again, it goes on from there.
    """
    from django.core.management import call_command
    from django_tenants.utils import schema_context

    from gezhi.core.cells.actions import furnish

    with only_one(
        var() / "migrate.lock",
        seconds=3600,
        on_wait=lambda: tell(
            say("另一个进程正在升级数据表，等待……", "Another process is migrating; waiting.")
        ),
    ):
        tell(say("升级数据表……", "Migrating tables."))
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        for schema in schemas()[1:]:
            call_command("migrate_schemas", schema_name=schema, interactive=False, verbosity=0)
            with schema_context(schema):
                furnish(at=now())


def close_journals() -> None:
    """Close the days of every journal that ended while nothing was running."""
    from django_tenants.utils import schema_context

    from gezhi.core.journal.closing import close_finished_days

    for schema in schemas():
        with schema_context(schema):
            close_finished_days(at=now())


def gather_static() -> None:
    """Collect, hash and compress static files if any of them changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return  # served from where they lie
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(path)).stat()
            seen.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.stamp")
    root.parent.mkdir(parents=True, exist_ok=True)
    with only_one(root.with_name(f"{root.name}.lock"), seconds=300):
        if root.is_dir() and stamp.is_file() and stamp.read_text() == seen.hexdigest():
            return
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(seen.hexdigest())
