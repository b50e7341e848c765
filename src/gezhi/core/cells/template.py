"""The template schema: migrated once, dumped once, replayed for each new cell in half a second."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import subprocess
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from gezhi.base.locks import only_one
from gezhi.base.postgres.programs import find_programs
from gezhi.base.tenancy import here

TEMPLATE = "cell_template"


@cache
def fingerprint() -> str:
    """Hash over every migration file: a changed house gets a new template."""
    digest = hashlib.sha256()
    for _, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        source = importlib.import_module(migration.__module__).__file__
        digest.update(Path(str(source)).read_bytes())
    return digest.hexdigest()[:16]


def script_for(schema: str) -> str:
    """SQL that makes `schema` and every table of a cell in it, migrations marked as applied.

    Made from a dump of the template schema, which is migrated anew when migrations have changed.
    """
    return re.sub(rf"\b{TEMPLATE}\b", f'"{schema}"', _dump())


def _dump() -> str:
    kept = Path(settings.VAR) / "templates" / f"{fingerprint()}.sql"
    if kept.exists():
        return kept.read_text()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with only_one(kept.with_suffix(".lock"), seconds=300):
        if kept.exists():
            return kept.read_text()
        _migrate_template()
        text = _pg_dump("--schema-only") + _pg_dump(
            "--data-only", "--column-inserts", f"--table={TEMPLATE}.django_migrations"
        )
        draft = kept.with_suffix(".draft")
        draft.write_text(text)
        draft.replace(kept)
        return text


def _migrate_template() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {TEMPLATE} CASCADE")
        cursor.execute(f"CREATE SCHEMA {TEMPLATE}")
    call_command("migrate_schemas", schema_name=TEMPLATE, interactive=False, verbosity=0)
    here().set_schema_to_public()


def _pg_dump(*what: str) -> str:
    parts = connection.get_connection_params()
    command = [
        str(find_programs() / "pg_dump"),
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--schema={TEMPLATE}",
        *what,
        f"--dbname={parts['dbname']}",
    ]
    environment = os.environ | {
        "PGHOST": str(parts.get("host", "")),
        "PGPORT": str(parts.get("port", "")),
        "PGUSER": str(parts.get("user", "")),
        "PGPASSWORD": str(parts.get("password", "")),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pg_dump could not read the template: {done.stderr.strip()}")
    # psql's own commands (\restrict) and session settings are for psql, not for a driver.
    keep = (
        line
        for line in done.stdout.splitlines()
        if not line.startswith(("\\", "SET ", "SELECT pg_catalog.set_config", "--"))
    )
    return "\n".join(keep) + "\n"
