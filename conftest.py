"""What every test stands on: an embedded database with one cell, each test rolled back.

The database is made from a template named by the hash of all migrations, so that only the first
run after a change of migrations pays for migrating.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

CODE, NAME = "410172360", "沟赵办事处"


def pytest_configure() -> None:
    import hypothesis
    from django.conf import settings

    from gezhi.base import keyfiles
    from gezhi.base.postgres.server import Server

    # how long an example takes depends on who else uses the machine, and says nothing of the code
    hypothesis.settings.register_profile("gezhi", deadline=None)
    hypothesis.settings.load_profile("gezhi")
    var = Path(settings.VAR)
    var.mkdir(parents=True, exist_ok=True)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # or WhiteNoise warns
    settings.FILES = var / "files" / os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if not os.environ.get("DATABASE_URL"):
        server = Server(var / "pg", durable=False)
        server.start()
        server.ensure_database("gezhi")
    if not keyfiles.path_of(var / "keys", "main").exists():
        keyfiles.create_keyring(var / "keys")


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A database of this worker's own, copied from the migrated template with its cell."""
    import psycopg
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, connections

    from gezhi.base.locks import only_one
    from gezhi.core.cells.actions import create_cell
    from gezhi.core.cells.template import fingerprint, script_for

    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    admin = connection.settings_dict.copy()
    template, own = f"tpl_{fingerprint()}", f"test_gezhi_{worker}_{os.getpid()}"
    with django_db_blocker.unblock():
        params = connection.get_connection_params()
        params = {k: v for k, v in params.items() if k in ("host", "port", "user", "password")}

        def run(statement: str) -> list[tuple[Any, ...]]:
            with psycopg.connect(dbname=admin["NAME"], autocommit=True, **params) as session:
                cursor = session.execute(statement)
                return cursor.fetchall() if cursor.description else []

        def enter(name: str) -> None:
            connections.close_all()
            connection.settings_dict["NAME"] = name
            settings.DATABASES["default"]["NAME"] = name

        with only_one(Path(settings.VAR) / "template.lock", seconds=300):
            if not run(f"SELECT 1 FROM pg_database WHERE datname = '{template}'"):
                run(f"DROP DATABASE IF EXISTS {template}_draft WITH (FORCE)")
                run(f"CREATE DATABASE {template}_draft")
                enter(f"{template}_draft")
                call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
                create_cell(
                    code=CODE,
                    name=NAME,
                    short_name="沟赵",
                    hosts=["testserver", "localhost", "127.0.0.1"],
                    at=datetime(2022, 9, 1, tzinfo=UTC),
                )
                enter(admin["NAME"])
                run(f"ALTER DATABASE {template}_draft RENAME TO {template}")
        run(f"CREATE DATABASE {own} TEMPLATE {template}")
        enter(own)
        script_for("warm")  # inside a test's transaction pg_dump would wait for itself
        yield
        enter(admin["NAME"])
        run(f"DROP DATABASE {own} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _inside_the_cell(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that use the database begin inside the one cell."""
    if "db" not in request.fixturenames and "transactional_db" not in request.fixturenames:
        marker = request.node.get_closest_marker("django_db")
        if marker is None:
            yield
            return
    request.getfixturevalue(
        "transactional_db" if "transactional_db" in request.fixturenames else "db"
    )
    from django.conf import settings
    from django.db import connection

    from gezhi.base import remembering
    from gezhi.core.cells import middleware
    from gezhi.core.cells.models import Cell
    from gezhi.core.places import snapshots

    snapshots.forget()
    # a test that counts queries counts the same whether it runs first, late or alone
    middleware.REMEMBERED_SECONDS = 3600
    middleware.cell_of("testserver")
    connection.set_schema_to_public()
    connection.set_tenant(Cell.objects.get(code=CODE))
    remembering.forget_all()
    yield
    connection.set_schema_to_public()
    # what a test attached is rolled back in the database alone
    shutil.rmtree(Path(settings.FILES) / f"c_{CODE}" / "attachments", ignore_errors=True)


@pytest.fixture
def cell(db: None) -> Any:
    from gezhi.core.cells.models import Cell

    return Cell.objects.get(code=CODE)
