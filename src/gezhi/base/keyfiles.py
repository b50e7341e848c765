"""Key files: where the platform's secrets lie, outside the database.

A key set is one JSON file, `<folder>/<name>.json`, readable by its owner alone:

    {"format": 1, "active": 2,
     "data": {"1": {"suite": "international", "secret": "<64 hex digits>"},
              "2": {"suite": "gm", "secret": "..."}},
     "index": {"suite": "international", "secret": "..."}}

`data` holds the master secrets values are sealed under, by version; new values take the active
one. `index` holds the secret of the blind indexes. It does not rotate with the data: an index is
only useful while equal values give equal bytes, so another index secret or suite would mean
filling every index column anew in one go, and a lookup would find nothing meanwhile.

A back-up of the database is worth nothing without this folder, and the other way round: keep
copies of both, in different places. Data that must be destroyable in back-ups as well gets a key
set of its own; removing that file destroys it everywhere.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gezhi.base.locks import Busy, only_one
from gezhi.base.terminal import Trouble, say

FORMAT = 1
SECRET_BYTES = 32
LAST_VERSION = 0xFFFF  # a sealed value names its version in two bytes
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")


class Suite(StrEnum):
    """Which family of algorithms a secret is for."""

    INTERNATIONAL = "international"
    """AES-256-GCM, HMAC and HKDF with SHA-256."""
    GM = "gm"
    """SM4-GCM (GB/T 32907), HMAC and HKDF with SM3 (GB/T 32905)."""


class KeyringError(Trouble):
    """The key folder cannot be used as it is; `code` is stable, the text says what to do."""

    def __init__(self, code: str, chinese: str, english: str) -> None:
        super().__init__(say(chinese, english))
        self.code = code


@dataclass(frozen=True, slots=True)
class Secret:
    """A master secret and the family of algorithms it is for; never printed."""

    suite: Suite
    value: bytes = field(repr=False)

    @classmethod
    def fresh(cls, suite: Suite) -> Secret:
        """A new random secret."""
        return cls(suite, secrets.token_bytes(SECRET_BYTES))


@dataclass(frozen=True, slots=True)
class KeySet:
    """The content of one key file."""

    active: int
    data: Mapping[int, Secret]
    index: Secret


Signature = tuple[int, int, int, int]


def path_of(folder: Path, name: str) -> Path:
    """The file of a key set; ValueError if the name is not a plain lower-case word."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for a key set: {name!r}")
    return folder / f"{name}.json"


def create_keyring(
    folder: Path, *, name: str = "main", suite: Suite = Suite.INTERNATIONAL
) -> KeySet:
    """Make a key set with one data version and an index secret; never overwrites one."""
    path = path_of(folder, name)
    with _changing(folder, create=True):
        if path.exists():
            raise KeyringError(
                "keys.exists",
                f"密钥文件 {path} 已存在,不会覆盖:覆盖后已加密的数据将无法读取。",
                f"The key file {path} exists and is not overwritten: "
                "what is sealed under it could never be read again.",
            )
        keys = KeySet(1, MappingProxyType({1: Secret.fresh(suite)}), Secret.fresh(suite))
        _write(path, keys)
    return keys


def add_version(folder: Path, *, name: str = "main", suite: Suite | None = None) -> int:
    """Add a data secret, make it the active one and return its version.

    The suite is the active one's unless another is asked for. Running processes notice at their
    next request; what they had in hand may still be sealed under the version before, so a
    rotation is over when no row needs it, not when every row was visited once.
    """
    path = path_of(folder, name)
    with _changing(folder):
        keys, _ = read(path)
        version = max(keys.data) + 1
        if version > LAST_VERSION:
            raise KeyringError(
                "keys.full",
                f"密钥文件 {path} 的版本号已用完,请新建密钥集并迁移数据。",
                f"The key file {path} has no version number left: "
                "create another key set and move the data to it.",
            )
        secret = Secret.fresh(suite or keys.data[keys.active].suite)
        data = MappingProxyType({**keys.data, version: secret})
        _write(path, replace(keys, active=version, data=data))
    return version


def retire_version(folder: Path, version: int, *, name: str = "main") -> None:
    """Forget a data secret. What is still sealed under it can never be read again."""
    path = path_of(folder, name)
    with _changing(folder):
        keys, _ = read(path)
        if version == keys.active:
            raise KeyringError(
                "keys.active",
                f"密钥版本 {version} 正在使用,不能停用;请先轮换到新版本。",
                f"Key version {version} is in use and cannot be retired; rotate first.",
            )
        if version not in keys.data:
            raise KeyringError(
                "keys.unknown_version",
                f"密钥文件 {path} 中没有版本 {version}。",
                f"The key file {path} holds no version {version}.",
            )
        # A later version number than any before must still follow: the active one is never
        # retired and is always the highest, so no number is given twice.
        data = MappingProxyType({v: s for v, s in keys.data.items() if v != version})
        _write(path, replace(keys, data=data))


def signature(path: Path) -> Signature:
    """What changes whenever the file is replaced, edited or opened up to others."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise _missing(path) from None
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode


def read(path: Path) -> tuple[KeySet, Signature]:
    """Read a key file and what it looked like; KeyringError if it is missing, open or damaged."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise _missing(path) from None
    except PermissionError:
        raise _not_ours(path) from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        _refuse_open(path, found.st_mode, 0o077, "600")
        _refuse_open(path.parent, path.parent.stat().st_mode, 0o022, "700")
        content = file.read()
    try:
        keys = _parse(content)
    except (ValueError, KeyError, TypeError, AttributeError):
        # Without its cause: the cause may quote the secret.
        raise KeyringError(
            "keys.damaged",
            f"密钥文件 {path} 已损坏,请从备份恢复;不要新建,否则已加密的数据将无法读取。",
            f"The key file {path} is damaged. Restore it from a back-up; "
            "a new one could not read what is sealed.",
        ) from None
    return keys, (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode)


def _missing(path: Path) -> KeyringError:
    return KeyringError(
        "keys.missing",
        f"找不到密钥文件 {path}。首次安装请创建密钥;否则请从备份恢复。",
        f"There is no key file {path}. Create one on a first installation; "
        "otherwise restore it from a back-up.",
    )


def _not_ours(path: Path) -> KeyringError:
    return KeyringError(
        "keys.forbidden",
        f"当前账户无权使用 {path},请改由其所有者运行。",
        f"This account may not use {path}: run as its owner.",
    )


def _refuse_open(path: Path, mode: int, forbidden: int, wanted: str) -> None:
    if mode & forbidden:
        raise KeyringError(
            "keys.too_open",
            f"{path} 的权限是 {mode & 0o777:o},其他账户可以读写密钥。请执行:chmod {wanted} {path}",
            f"{path} has mode {mode & 0o777:o}: other accounts can reach the keys. "
            f"Run: chmod {wanted} {path}",
        )


def _parse(content: bytes) -> KeySet:
    document = json.loads(content)
    if document["format"] != FORMAT:
        raise ValueError("format")
    data = {int(version): _secret(entry) for version, entry in document["data"].items()}
    active = int(document["active"])
    if active != max(data) or min(data) < 1 or active > LAST_VERSION:
        raise ValueError("versions")
    return KeySet(active, MappingProxyType(data), _secret(document["index"]))


def _secret(entry: Mapping[str, Any]) -> Secret:
    value = bytes.fromhex(entry["secret"])
    if len(value) != SECRET_BYTES:
        raise ValueError("length")
    return Secret(Suite(entry["suite"]), value)


@contextmanager
def _changing(folder: Path, *, create: bool = False) -> Iterator[None]:
    """One change of a key folder at a time; the folder itself is made if `create`."""
    try:
        if create:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_open(folder, folder.stat().st_mode, 0o022, "700")
        with only_one(folder / "lock", seconds=10):
            yield
    except Busy:
        raise KeyringError(
            "keys.busy",
            f"另一个程序正在修改密钥目录 {folder},请稍后再试。",
            f"Another program is changing the key folder {folder}: try again in a moment.",
        ) from None
    except FileNotFoundError:
        raise _missing(folder) from None
    except PermissionError:
        raise _not_ours(folder) from None


def _write(path: Path, keys: KeySet) -> None:
    """Put a key file in place whole, or leave the former one: a torn key file is lost data."""
    document = {
        "format": FORMAT,
        "active": keys.active,
        "data": {str(version): _entry(secret) for version, secret in keys.data.items()},
        "index": _entry(keys.index),
    }
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(handle)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _entry(secret: Secret) -> dict[str, str]:
    return {"suite": secret.suite.value, "secret": secret.value.hex()}
