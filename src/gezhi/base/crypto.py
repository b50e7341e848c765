"""Sealing of sensitive fields, blind indexes to find them by, and salted commitments.

Every cell has data keys and an index key of its own, derived with HKDF (RFC 5869) from the
master secrets of the key folder, with the cell's schema name as info. So a value or an index
entry carried into another cell opens and matches nothing, and creating a cell needs no key file
to be written, copied or lost. The price, taken on purpose: one cell's keys cannot be destroyed
while the master stands. What must be destroyable on its own gets its own key set (see
`keyfiles`).

A sealed value is bytes:

    1 byte    format, 1
    1 byte    algorithm: 1 AES-256-GCM, 2 SM4-GCM
    2 bytes   key version, big-endian
    12 bytes  nonce, random
    n bytes   ciphertext of the UTF-8 text, then the 16-byte tag

The tag also covers the first four bytes and the context (`b"registry.person.id_no"`: table and
column), so a value moved to another column does not open. The length of a text shows.
"""

from __future__ import annotations

import hmac as standard_hmac
import os
import re
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gezhi.base.keyfiles import KeySet, Secret, Signature, Suite, path_of, read, signature

NONCE_BYTES = 12
TAG_BYTES = 16
INDEX_BYTES = 16
SALT_BYTES = 32
_FORMAT = 1
_HEADER = struct.Struct(">BBH")
_ALGORITHM = {Suite.INTERNATIONAL: 1, Suite.GM: 2}
_KEY_BYTES = {Suite.INTERNATIONAL: 32, Suite.GM: 16}
_CELL = re.compile(r"[a-z_][a-z0-9_]{0,62}")

Sealed = bytes | memoryview


class SealError(Exception):
    """A value cannot be sealed, or does not open; `code` is stable. Never quotes the value."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class _Aead(Protocol):
    """The two calls that AESGCM and our SM4-GCM share; safe to use from several threads."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class Sm4Gcm:
    """SM4 (GB/T 32907) in GCM mode, called like the library's AESGCM; keeps no state."""

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return ciphertext and tag."""
        encryptor = Cipher(self._key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return the plain bytes; InvalidTag if anything was changed."""
        decryptor = Cipher(self._key, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


class Keyring:
    """The key set of a folder, kept in step with its file; one object serves all threads."""

    def __init__(self, folder: Path, name: str = "main") -> None:
        self._path = path_of(folder, name)
        self._lock = Lock()
        self._seen: Signature | None = None
        self._cells: dict[str, CellKeys] = {}
        self._keys = self._refreshed()

    @staticmethod
    @lru_cache(maxsize=16)
    def at(folder: Path, name: str = "main") -> Keyring:
        """The process's one keyring of that folder; KeyringError if it cannot be used."""
        return Keyring(folder, name)

    @property
    def suite(self) -> Suite:
        """The suite new values are sealed with."""
        keys = self._refreshed()
        return keys.data[keys.active].suite

    def for_cell(self, cell: str) -> CellKeys:
        """The keys of a cell, by its schema name, as the key file is now.

        Costs one look at the file's date, so ask once a request or batch. A rotation done by
        another process is noticed here.
        """
        if not _CELL.fullmatch(cell):
            raise ValueError(f"not the name of a cell: {cell!r}")
        keys = self._refreshed()
        found = self._cells.get(cell)
        if found is None or found.key_set is not keys:
            # Two threads may both derive them; equal keys, so either may stay.
            found = self._cells[cell] = CellKeys(self, cell, keys)
        return found

    def _refreshed(self) -> KeySet:
        with self._lock:
            if signature(self._path) != self._seen:
                self._keys, self._seen = read(self._path)
            return self._keys


class CellKeys:
    """What one cell seals, opens and finds its sensitive fields with."""

    def __init__(self, keyring: Keyring, cell: str, key_set: KeySet) -> None:
        self.key_set = key_set
        self._keyring = keyring
        self._cell = cell
        self._ciphers: dict[int, _Aead] = {}
        active = key_set.data[key_set.active]
        self.active_header = _HEADER.pack(_FORMAT, _ALGORITHM[active.suite], key_set.active)
        """How each freshly sealed value begins: lets a query find the rows still to rotate."""
        self._index_key = _derived(key_set.index, "index", cell, SALT_BYTES)

    def seal(self, plain: str, *, context: bytes) -> bytes:
        """Seal one text for a column."""
        return self._sealed((plain,), context)[0]

    def seal_many(self, plain: Sequence[str | None], *, context: bytes) -> list[bytes | None]:
        """Seal a column; None stays None, in place."""
        sealed = iter(self._sealed([value for value in plain if value is not None], context))
        return [None if value is None else next(sealed) for value in plain]

    def open(self, sealed: Sealed, *, context: bytes) -> str:
        """Return the text; SealError if it was changed, moved, or its key is gone."""
        return self.open_bytes(sealed, context=context).decode()

    def seal_bytes(self, plain: bytes, *, context: bytes) -> bytes:
        """Seal bytes that are no text: a piece of a file."""
        header = self.active_header
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._cipher(self.key_set.active, header[1])
        return header + nonce + cipher.encrypt(nonce, plain, header + _checked(context))

    def open_bytes(self, sealed: Sealed, *, context: bytes) -> bytes:
        """Return the bytes; SealError if they were changed, moved, or their key is gone."""
        sealed = bytes(sealed)
        if len(sealed) < _HEADER.size + NONCE_BYTES + TAG_BYTES or sealed[0] != _FORMAT:
            raise SealError("crypto.malformed", "not a sealed value")
        header, start = sealed[: _HEADER.size], _HEADER.size + NONCE_BYTES
        _, algorithm, version = _HEADER.unpack(header)
        try:
            return self._cipher(version, algorithm).decrypt(
                sealed[_HEADER.size : start], sealed[start:], header + _checked(context)
            )
        except InvalidTag:
            raise SealError(
                "crypto.changed", "a sealed value was changed, or belongs to another column or cell"
            ) from None

    def open_many(self, sealed: Iterable[Sealed | None], *, context: bytes) -> list[str | None]:
        """Open a column; None stays None, in place."""
        return [None if value is None else self.open(value, context=context) for value in sealed]

    def needs_rotation(self, sealed: Sealed) -> bool:
        """Whether it lies under another version than the active one."""
        return bytes(sealed[: _HEADER.size]) != self.active_header

    def reseal(self, sealed: Sealed, *, context: bytes) -> bytes:
        """The same value under the active version; the same bytes if it is there already."""
        if not self.needs_rotation(sealed):
            return bytes(sealed)
        return self.seal_bytes(self.open_bytes(sealed, context=context), context=context)

    def blind_index(self, value: str, *, context: bytes) -> bytes:
        """16 bytes that are equal for equal values of a context, and tell nothing without the key.

        HMAC, never a plain hash: all ID numbers of a county can be tried in seconds. The caller
        brings a value to its one written form first. Columns searched by one question share a
        context.
        """
        return self._index_of(context)(value)

    def blind_index_many(
        self, values: Iterable[str | None], *, context: bytes
    ) -> list[bytes | None]:
        """Index a column; None stays None, in place."""
        index = self._index_of(context)
        return [None if value is None else index(value) for value in values]

    def _sealed(self, plain: Sequence[str], context: bytes) -> list[bytes]:
        header = self.active_header
        covered = header + _checked(context)
        encrypt = self._cipher(self.key_set.active, header[1]).encrypt
        # One call for all nonces: a system call a row would cost more than the encryption.
        random = os.urandom(NONCE_BYTES * len(plain))
        nonces = (random[at : at + NONCE_BYTES] for at in range(0, len(random), NONCE_BYTES))
        try:
            return [
                header + nonce + encrypt(nonce, text.encode(), covered)
                for text, nonce in zip(plain, nonces, strict=True)
            ]
        except UnicodeEncodeError:
            # Without its cause, which carries the text.
            raise SealError(
                "crypto.not_text", "half of a surrogate pair cannot be sealed"
            ) from None

    def _cipher(self, version: int, algorithm: int) -> _Aead:
        cipher = self._ciphers.get(version)
        if cipher is None:
            secret = self.key_set.data.get(version)
            if secret is None:
                newer = self._keyring.for_cell(self._cell)
                if newer is self:
                    raise SealError("crypto.unknown_key", f"no key of version {version}")
                return newer._cipher(version, algorithm)
            key = _derived(secret, "data", self._cell, _KEY_BYTES[secret.suite])
            cipher = AESGCM(key) if secret.suite is Suite.INTERNATIONAL else Sm4Gcm(key)
            self._ciphers[version] = cipher
        if _ALGORITHM[self.key_set.data[version].suite] != algorithm:
            raise SealError("crypto.changed", "a sealed value names another algorithm than its key")
        return cipher

    def _index_of(self, context: bytes) -> _Index:
        return _Index(self._index_key, self.key_set.index.suite, _checked(context))


class _Index:
    """A keyed hash that has taken in its context; called once a value."""

    def __init__(self, key: bytes, suite: Suite, context: bytes) -> None:
        self._start = HMAC(key, _hash_of(suite))
        # With its length, so no context and value read like another context and value.
        self._start.update(len(context).to_bytes(2) + context)

    def __call__(self, value: str) -> bytes:
        keyed = self._start.copy()
        try:
            keyed.update(value.encode())
        except UnicodeEncodeError:
            raise SealError(
                "crypto.not_text", "half of a surrogate pair cannot be indexed"
            ) from None
        return keyed.finalize()[:INDEX_BYTES]


def new_salt() -> bytes:
    """A salt for one commitment."""
    return os.urandom(SALT_BYTES)


def commit(value: bytes, salt: bytes) -> bytes:
    """32 bytes that fix a value without showing it: HMAC-SHA-256 keyed with a 32-byte salt.

    Keep the salt beside the value. Erasing both leaves a commitment nobody can test a guess
    against, while what was hashed from it (a journal's tree) still verifies.
    """
    if len(salt) != SALT_BYTES:
        # HMAC pads a shorter key with zeros, so two salts could stand for one commitment.
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return standard_hmac.digest(salt, value, "sha256")


def _checked(context: bytes) -> bytes:
    if not 0 < len(context) <= 0xFFFF:
        raise ValueError("a context names a table and a column")
    return context


def _hash_of(suite: Suite) -> hashes.HashAlgorithm:
    return hashes.SHA256() if suite is Suite.INTERNATIONAL else hashes.SM3()


def _derived(secret: Secret, use: str, cell: str, length: int) -> bytes:
    info = f"gezhi/1/{use}/{secret.suite.value}/{cell}".encode()
    return HKDF(_hash_of(secret.suite), length, salt=None, info=info).derive(secret.value)
