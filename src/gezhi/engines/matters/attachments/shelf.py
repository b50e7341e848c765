"""The files of one cell: sealed with its keys, each kept once, found by the hash of what is in it.

A picture lies in two: as it is, and small (`.s`) for lists of many. A sealed file is bound to its
name, so that one put in another's place does not open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import structlog

from gezhi.base.crypto import SealError
from gezhi.base.errors import Refusal
from gezhi.base.sentences import _
from gezhi.core.cells.keys import keys_here, schema_here
from gezhi.engines.matters.attachments.stores import Store, the_store, told

SMALL: Final = ".s"
log = structlog.get_logger("gezhi.attachments")


class Shelf:
    """What this cell keeps. Faults of the store and damaged files are refusals."""

    def __init__(self, schema: str, store: Store) -> None:
        self._below = f"{schema}/attachments/"
        self._store = store

    def keep(self, sha256: str, content: bytes, small: bytes = b"") -> None:
        """Keep a file under its hash; what is there already is made young again."""
        if small:
            self._put(sha256 + SMALL, small)
        self._put(sha256, content)

    def content(self, sha256: str) -> bytes | None:
        """A file whole; None where it is not."""
        return self._get(sha256)

    def small(self, sha256: str) -> bytes | None:
        """The small one of a picture."""
        return self._get(sha256 + SMALL)

    def has(self, sha256: str) -> bool:
        with told("has"):
            return self._store.has(self._name(sha256))

    def drop(self, sha256: str) -> None:
        """Forget a file and its small one."""
        with told("remove"):
            self._store.remove(self._name(sha256))
            self._store.remove(self._name(sha256 + SMALL))

    def untouched_since(self, moment: datetime) -> Iterator[str]:
        """Hashes of files put last before a moment."""
        with told("names"):
            for name, put in self._store.names(self._below):
                tail = name.rsplit("/", 1)[-1]
                if put < moment and not tail.endswith(SMALL):
                    yield tail

    def _name(self, tail: str) -> str:
        return f"{self._below}{tail[:2]}/{tail}"

    def _put(self, tail: str, content: bytes) -> None:
        sealed = keys_here().seal_bytes(content, context=_context(tail))
        with told("put"):
            self._store.put(self._name(tail), sealed)

    def _get(self, tail: str) -> bytes | None:
        with told("get"):
            sealed = self._store.get(self._name(tail))
        if sealed is None:
            return None
        try:
            return keys_here().open_bytes(sealed, context=_context(tail))
        except SealError as error:
            log.error("attachments.damaged", file=tail, code=error.code)
            raise Refusal(
                _("这个附件已损坏，打不开；请联系系统管理员从备份恢复"), "attachments.damaged"
            ) from error

    # --- a change of keys --------------------------------------------------------------

    def reseal(self) -> Counter[str]:
        """Seal under the active key what is not; `unreadable` counts what does not open."""
        counts: Counter[str] = Counter()
        keys = keys_here()
        for name, sealed in self._all():
            tail = name.rsplit("/", 1)[-1]
            if not keys.needs_rotation(sealed):
                continue
            try:
                fresh = keys.reseal(sealed, context=_context(tail))
            except SealError:
                counts["unreadable"] += 1
                continue
            with told("put"):
                self._store.put(name, fresh, anew=True)
            counts["attachments"] += 1
        return counts

    def versions_in_use(self) -> Counter[int]:
        """How many files lie under each key version."""
        return Counter(int.from_bytes(sealed[2:4]) for _name, sealed in self._all())

    def _all(self) -> Iterator[tuple[str, bytes]]:
        with told("names"):
            for name, _put in self._store.names(self._below):
                if (sealed := self._store.get(name)) is not None:
                    yield name, sealed


def _context(tail: str) -> bytes:
    return f"attachments/{tail}".encode()


def reseal_here() -> Counter[str]:
    """Seal the files of the present cell anew that are not under the active key."""
    return shelf_here().reseal()


def versions_here() -> Counter[int]:
    """How many files of the present cell lie under each key version."""
    return shelf_here().versions_in_use()


def shelf_here() -> Shelf:
    """The shelf of the cell this connection is in."""
    with told("open"):
        return Shelf(schema_here(), the_store())
