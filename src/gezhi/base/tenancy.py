"""The connection as django-tenants makes it, with its types said: which schema one is in."""

from __future__ import annotations

from typing import Any, Protocol, cast

from django.db import connection


class CellConnection(Protocol):
    """What django-tenants adds to Django's connection."""

    schema_name: str
    tenant: Any

    def set_tenant(self, tenant: Any) -> None: ...

    def set_schema_to_public(self) -> None: ...


def here() -> CellConnection:
    """This thread's connection: `here().schema_name` is the cell's schema, or `public`."""
    return cast("CellConnection", connection)
