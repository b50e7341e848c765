"""Where files lie: a folder, or a store that speaks S3. Names in, bytes out, nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import structlog
import urllib3
from django.conf import settings
from minio import Minio
from minio.error import MinioException, S3Error

from gezhi.base.errors import Refusal
from gezhi.base.sentences import _

log = structlog.get_logger("gezhi.attachments")
DRAFT: Final = ".draft-"
SECONDS: Final = 10


class Store(Protocol):
    """Named bytes. A name is a path of safe characters: `c_410172360/ab/abcd…`."""

    def put(self, name: str, content: bytes, *, anew: bool = False) -> None:
        """Keep it, whole or not at all.

        What has the name already is made young again, or, `anew`, written over.
        """

    def get(self, name: str) -> bytes | None:
        """The bytes; None where there are none."""

    def has(self, name: str) -> bool: ...

    def remove(self, name: str) -> None:
        """Forget it; nothing happens where it is not."""

    def names(self, below: str) -> Iterator[tuple[str, datetime]]:
        """Every name that begins so, with when it was put last, in any order."""


class Folder:
    """A folder of this machine, readable by nobody else."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes, *, anew: bool = False) -> None:
        path = self._root / name
        if anew:
            _write_whole(path, content)
            return
        try:
            os.utime(path)
        except FileNotFoundError:
            _write_whole(path, content)

    def get(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def has(self, name: str) -> bool:
        return (self._root / name).is_file()

    def remove(self, name: str) -> None:
        (self._root / name).unlink(missing_ok=True)

    def names(self, below: str) -> Iterator[tuple[str, datetime]]:
        for folder, _folders, files in os.walk(self._root / below):
            for file in files:
                path = Path(folder) / file
                try:
                    changed = path.stat().st_mtime
                except FileNotFoundError:
                    continue
                if file.startswith(DRAFT):
                    if time.time() - changed > 24 * 3600:
                        path.unlink(missing_ok=True)  # of a process that was killed
                    continue
                yield (
                    path.relative_to(self._root).as_posix(),
                    datetime.fromtimestamp(changed, UTC),
                )


def _write_whole(path: Path, content: bytes) -> None:
    """On the disk, then under its name: after a power cut it is there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{DRAFT}{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink(missing_ok=True)


class S3:
    """A bucket of any store that speaks S3."""

    def __init__(self, address: str, key: str, secret: str) -> None:
        parts = urlsplit(address)
        self._bucket, _slash, folder = parts.path.strip("/").partition("/")
        self._folder = f"{folder}/" if folder else ""
        self._client = Minio(
            parts.netloc,
            access_key=key,
            secret_key=secret,
            secure=parts.scheme == "https",
            region="us-east-1",  # said, so that no request is spent on asking for it
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(SECONDS), retries=urllib3.Retry(2, backoff_factor=0.1)
            ),
        )

    def put(self, name: str, content: bytes, *, anew: bool = False) -> None:
        self._client.put_object(self._bucket, self._folder + name, BytesIO(content), len(content))

    def get(self, name: str) -> bytes | None:
        try:
            answer = self._client.get_object(self._bucket, self._folder + name)
        except S3Error as error:
            _must_be_missing(error)
            return None
        try:
            return bytes(answer.read())
        finally:
            answer.close()
            answer.release_conn()

    def has(self, name: str) -> bool:
        try:
            self._client.stat_object(self._bucket, self._folder + name)
        except S3Error as error:
            _must_be_missing(error)
            return False
        return True

    def remove(self, name: str) -> None:
        self._client.remove_object(self._bucket, self._folder + name)

    def names(self, below: str) -> Iterator[tuple[str, datetime]]:
        listed = self._client.list_objects(
            self._bucket, prefix=f"{self._folder}{below}", recursive=True
        )
        for one in listed:
            if one.object_name is not None and one.last_modified is not None:
                name = unquote(one.object_name).removeprefix(self._folder)
                yield name, one.last_modified


def _must_be_missing(error: S3Error) -> None:
    """What is not there is an answer; any other error goes on its way."""
    if error.code not in ("NoSuchKey", "NoSuchObject"):
        raise error


@cache
def _store(address: str, key: str, secret: str, folder: Path) -> Store:
    return S3(address, key, secret) if address else Folder(folder)


def the_store() -> Store:
    """The store this installation is set to use."""
    return _store(settings.S3, settings.S3_KEY, settings.S3_SECRET, Path(settings.FILES))


AWAY: Final[tuple[type[Exception], ...]] = (
    OSError,
    MinioException,
    urllib3.exceptions.HTTPError,
    ValueError,  # an address or a bucket that is none: the client says so first when it is used
)


@contextmanager
def told(doing: str) -> Iterator[None]:
    """Turn a store's faults into a refusal: nobody sees a page of errors for a full disk."""
    try:
        yield
    except AWAY as error:
        log.error("attachments.store_away", doing=doing, error=type(error).__name__)
        raise Refusal(
            _("附件存储暂时不可用，请稍后再试；仍不行请联系系统管理员"),
            "attachments.store_away",
            field="files",
        ) from error
