"""The folder and the S3 store: the same cases against both, and against a real one when given.

GEZHI_TEST_S3=http://127.0.0.1:9000/bucket GEZHI_S3_KEY=... GEZHI_S3_SECRET=... pytest ...
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gezhi.base.testing import refused
from gezhi.engines.matters.attachments.stores import S3, Folder, Store, the_store, told
from gezhi.engines.matters.tests.attachments.s3_double import s3_double

REAL = os.environ.get("GEZHI_TEST_S3", "")


@pytest.fixture(params=["folder", "double", "real"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "folder":
        yield Folder(tmp_path)
    elif request.param == "double":
        with s3_double() as address:
            yield S3(f"{address}/bucket/sub", "key", "secret-key")
    elif REAL:
        yield S3(f"{REAL}/{uuid4()}", os.environ["GEZHI_S3_KEY"], os.environ["GEZHI_S3_SECRET"])
    else:
        pytest.skip("no S3 store given")


def test_what_is_put_comes_back(store: Store) -> None:
    store.put("c_1/attachments/ab/abc", b"\0picture\xff")

    assert store.get("c_1/attachments/ab/abc") == b"\0picture\xff"
    assert store.has("c_1/attachments/ab/abc")


def test_what_is_not_there_is_not_there(store: Store) -> None:
    assert store.get("c_1/attachments/ab/none") is None
    assert not store.has("c_1/attachments/ab/none")
    store.remove("c_1/attachments/ab/none")


def test_what_is_removed_is_gone(store: Store) -> None:
    store.put("c_1/attachments/ab/abc", b"1")

    store.remove("c_1/attachments/ab/abc")

    assert store.get("c_1/attachments/ab/abc") is None


def test_names_are_listed_below_a_cell_with_when_they_were_put(store: Store) -> None:
    for name in ("c_1/attachments/ab/abc", "c_1/attachments/cd/cde.s", "c_2/attachments/ab/abc"):
        store.put(name, b"1")

    found = dict(store.names("c_1/attachments/"))

    assert set(found) == {"c_1/attachments/ab/abc", "c_1/attachments/cd/cde.s"}
    for put in found.values():
        assert abs(put - datetime.now(UTC)) < timedelta(minutes=5)


def test_an_empty_store_lists_nothing(store: Store) -> None:
    assert list(store.names("c_1/attachments/")) == []


def test_what_is_put_again_is_young_again(store: Store, tmp_path: Path) -> None:
    store.put("c_1/attachments/ab/abc", b"1")
    path = tmp_path / "c_1/attachments/ab/abc"
    if path.exists():
        os.utime(path, (1, 1))

    store.put("c_1/attachments/ab/abc", b"1")

    ((_name, put),) = store.names("c_1/attachments/")
    assert put > datetime.now(UTC) - timedelta(minutes=5)
    assert store.get("c_1/attachments/ab/abc") == b"1"


def test_what_is_written_over_is_the_new(store: Store) -> None:
    store.put("c_1/attachments/ab/abc", b"sealed with the old key")

    store.put("c_1/attachments/ab/abc", b"sealed with the new", anew=True)

    assert store.get("c_1/attachments/ab/abc") == b"sealed with the new"


def test_many_names_are_listed_to_the_last(store: Store) -> None:
    for number in range(25):
        store.put(f"c_1/attachments/ab/{number:03}", b"1")

    assert len(list(store.names("c_1/attachments/"))) == 25


def test_a_write_that_breaks_off_leaves_nothing_under_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with refused("attachments.store_away"), told("put"):
        Folder(tmp_path).put("c_1/attachments/ab/abc", b"1")

    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_draft_left_by_a_killed_process_is_swept_after_a_day(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put("c_1/attachments/ab/abc", b"1")
    draft = tmp_path / "c_1/attachments/ab/.draft-abd.17.1"
    draft.write_bytes(b"half")
    assert len(list(folder.names("c_1/"))) == 1
    assert draft.exists()

    os.utime(draft, (1, 1))

    assert len(list(folder.names("c_1/"))) == 1
    assert not draft.exists()


def test_a_store_that_is_away_is_said_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    away = S3(f"http://127.0.0.1:{port}/bucket", "key", "secret-key")

    with refused("attachments.store_away"), told("put"):
        away.put("c_1/attachments/ab/abc", b"1")


def test_a_store_that_refuses_the_key_is_said_in_words() -> None:
    with (
        s3_double(fault="AccessDenied") as address,
        refused("attachments.store_away"),
        told("get"),
    ):
        S3(f"{address}/bucket", "key", "secret-key").get("c_1/attachments/ab/abc")


def test_the_setting_chooses_the_store(settings: Any, tmp_path: Path) -> None:
    settings.FILES, settings.S3 = tmp_path, ""
    assert isinstance(the_store(), Folder)

    settings.S3, settings.S3_KEY, settings.S3_SECRET = "https://s3.test/bucket", "k", "secret-key"
    assert isinstance(the_store(), S3)
