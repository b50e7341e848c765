"""The data keys of a cell, from the key folder that lies outside the database."""

from __future__ import annotations

from django.conf import settings

from gezhi.base.crypto import CellKeys, Keyring
from gezhi.base.tenancy import here


def keys_of(schema: str) -> CellKeys:
    """Keys of the cell with this schema; they differ from every other cell's."""
    return Keyring.at(settings.KEY_FOLDER).for_cell(schema)


def keys_here() -> CellKeys:
    """Keys of the cell this connection is in."""
    return keys_of(schema_here())


def schema_here() -> str:
    """Schema of the cell this connection is in; `public` at the district."""
    return here().schema_name
