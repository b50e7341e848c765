"""An installation of the bench's own: a database, keys, a cell with the larger demo town's ground.

It lies under `var/bench` and is used again by the next run; `GEZHI_VAR` moves it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

AT = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
CODE = "410172560"


def var() -> Path:
    """Where it lies."""
    root = Path(__file__).resolve().parents[1]
    return Path(os.environ.get("GEZHI_VAR") or root / "var" / "bench").resolve()


def load() -> None:
    """Django with the bench's settings, its database running."""
    os.environ["GEZHI_VAR"] = str(var())
    os.environ["GEZHI_POOL"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gezhi.wiring.settings")
    os.environ.setdefault("GEZHI_LOG_LEVEL", "WARNING")
    from gezhi.wiring.commands.house import load_django
    from gezhi.wiring.commands.prepare import prepare

    os.environ["GEZHI_IMPORT_ROWS"] = os.environ.get("GEZHI_IMPORT_ROWS") or "2000000"
    os.environ["GEZHI_IMPORT_MEGABYTES"] = os.environ.get("GEZHI_IMPORT_MEGABYTES") or "1000"
    load_django()
    os.environ["GEZHI_POOL"] = "0"
    _forget_other_tables()
    prepare()


def _forget_other_tables() -> None:
    """Drop a database made with other migrations than today's, and remember today's."""
    import psycopg
    from psycopg import sql

    from gezhi.core.cells.template import fingerprint
    from gezhi.wiring.commands import house

    stamp = var() / "made-with"
    server = house.own_server()
    if server is None or (stamp.is_file() and stamp.read_text() == fingerprint()):
        return
    server.start()
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        name = sql.Identifier(house.DATABASE)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    stamp.write_text(fingerprint())


def town_cell(code: str = CODE) -> str:
    """The schema of a cell with the town's tree and address library, and nobody in it yet."""
    from django_tenants.utils import schema_context

    from gezhi.base.actors import system
    from gezhi.core.cells.actions import create_cell
    from gezhi.core.cells.models import Cell
    from gezhi.core.places.actions.founding import found
    from gezhi.core.places.models import Place
    from gezhi.wiring.demo.structure import FOUNDED_ON, compounds_of, places_of
    from gezhi.wiring.towns import FENGYANG, build_town

    if not Cell.objects.filter(code=code).exists():
        create_cell(
            code=code,
            name=FENGYANG.name,
            short_name=f"{FENGYANG.short_name}{code[-3:]}",
            hosts=[f"bench{code}.localhost"],
            at=AT,
        )
    schema = f"c_{code}"
    with schema_context(schema):
        if not Place.objects.filter(level=2).exists():
            town = build_town(FENGYANG)
            found(
                places=list(places_of(town)),
                compounds=list(compounds_of(town)),
                valid_from=FOUNDED_ON,
                by=system("command"),
                at=AT,
            )
    return schema


def empty_registry(schema: str) -> None:
    """Nobody and nothing in a cell's registries any more."""
    from django.apps import apps
    from django.db import connection
    from django_tenants.utils import schema_context

    tables = ", ".join(
        f'"{schema}"."{model._meta.db_table}"'
        for model in apps.get_app_config("registry").get_models()
        if model.__name__ != "VisitInterval"
    )
    with schema_context(schema), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")
