"""How far a check or a confirmation is, told while it is under way, and whether to stop.

Told over a connection of its own: what the running transaction writes is seen by nobody until it
ends, and a progress that shows only at the end is none.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Final, Protocol

import psycopg
from django.db import connection

from gezhi.base.errors import Refusal
from gezhi.base.sentences import _
from gezhi.core.cells.keys import schema_here
from gezhi.core.registry.models.imports import SheetBatch

EVERY: Final = 0.25
"""Seconds between two writes of the progress."""


class Cancelled(Refusal):
    """The clerk asked to stop."""

    def __init__(self) -> None:
        super().__init__(_("已按您的要求取消"), "registry.import_cancelled")


class Progress(Protocol):
    """What a long step tells; `tell` raises `Cancelled` where the clerk has asked to stop."""

    def tell(self, step: str, done: int, total: int) -> None: ...


class Silent:
    """Tells nobody."""

    def tell(self, step: str, done: int, total: int) -> None:
        """Go on."""


class Stored:
    """Tells in the batch's row."""

    def __init__(self, batch: SheetBatch) -> None:
        self._batch = batch.pk
        self._table = batch._meta.db_table
        self._step = ""
        self._next = 0.0
        self._line: psycopg.Connection[Any] | None = None

    def __enter__(self) -> Stored:
        parameters = connection.get_connection_params()
        for name in ("cursor_factory", "context"):
            parameters.pop(name, None)
        self._line = psycopg.connect(**parameters, autocommit=True)
        # Telling must never wait for the work it tells of.
        self._line.execute("SET lock_timeout = '200ms'")
        table = f'"{schema_here()}"."{self._table}"'
        self._statement = (
            f"UPDATE {table} SET done = %s, total = %s, step = %s,"
            " step_began_at = CASE WHEN step = %s THEN step_began_at ELSE clock_timestamp() END"
            " WHERE id = %s RETURNING cancel_asked"
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def tell(self, step: str, done: int, total: int) -> None:
        """Write it down if that is due; `Cancelled` where the batch says so."""
        now = time.monotonic()
        if self._line is None or (step == self._step and now < self._next):
            return
        self._step, self._next = step, now + EVERY
        try:
            row = self._line.execute(
                self._statement, [done, total, step, step, self._batch]
            ).fetchone()
        except psycopg.errors.LockNotAvailable:
            return
        if row is not None and row[0]:
            raise Cancelled
