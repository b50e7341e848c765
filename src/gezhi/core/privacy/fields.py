"""Columns that are sealed at rest, and the index by which they are still found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from gezhi.core.cells.keys import keys_here

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField


class Sealed:
    """A personal value as it came from the database: opened only in `privacy.opening`.

    Printing it shows dots. `privacy.masks` gives what the masking table allows of it.
    """

    __slots__ = ("_context", "_data")

    def __init__(self, data: bytes, context: bytes) -> None:
        self._data = data
        self._context = context

    def __str__(self) -> str:
        return "••••"

    __repr__ = __str__

    @property
    def data(self) -> bytes:
        """The sealed bytes, as stored."""
        return self._data

    @property
    def context(self) -> bytes:
        """`table.column`, bound into the seal so that values cannot be swapped between columns."""
        return self._context


class SealedField(_Binary):
    """Text kept sealed with the cell's data key. Reads as `Sealed`; write a plain `str`."""

    description = "sealed text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value), self.context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = keys_here().seal(value, context=self.context) if value else None
        elif isinstance(value, Sealed):
            value = value.data
        return super().get_db_prep_value(value, connection, prepared)


class BlindIndexField(_Binary):
    """Keyed digest of a sealed value, for exact look-up; `digest` makes what to compare with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 16)
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


def blind_index(value: str, *, context: str) -> bytes:
    """What a blind index column holds for `value`; `context` names the kind (`id_no`, `phone`)."""
    return keys_here().blind_index(value, context=context.encode())
