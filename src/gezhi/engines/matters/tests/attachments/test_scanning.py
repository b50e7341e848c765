"""The virus scanner: what it finds stays out, and so does everything while it is away."""

from __future__ import annotations

import io
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from gezhi.base.testing import open_folder, refused
from gezhi.engines.matters.attachments import read_document, read_picture
from gezhi.engines.matters.attachments.scanning import scan
from gezhi.engines.matters.tests.attachments import made

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner finds, made to be found and harmless."""


@contextmanager
def clamd(*, answer: bytes | None = None, unix: Path | None = None) -> Iterator[str]:
    """A clamd that finds EICAR; `answer`: what it says instead of looking."""
    family = socket.AF_UNIX if unix else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.bind(str(unix) if unix else ("127.0.0.1", 0))
    listening.listen()
    where = f"unix:{unix}" if unix else f"tcp:127.0.0.1:{listening.getsockname()[1]}"

    def serve() -> None:
        line, _peer = listening.accept()
        with line, line.makefile("rb") as read:
            assert read.read(10) == b"zINSTREAM\0"
            body = b""
            while length := struct.unpack(">I", read.read(4))[0]:
                body += read.read(length)
            found = b"stream: Eicar-Test-Signature FOUND" if EICAR in body else b"stream: OK"
            line.sendall((found if answer is None else answer) + b"\0")

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield where
    finally:
        thread.join(5)
        listening.close()


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_clamd_lets_a_clean_file_pass_and_keeps_an_infected_one_out(
    kind: str, settings: Any
) -> None:
    with open_folder() as folder:
        for name, raw in (("a", made.PDF), ("b", made.PDF * 20_000)):
            with clamd(unix=folder / name if kind == "unix" else None) as settings.SCANNER:
                scan(raw)
        with clamd(unix=folder / "c" if kind == "unix" else None) as where:
            settings.SCANNER = where
            with refused("attachments.infected"):
                scan(made.PDF + EICAR)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"huh"])
def test_an_answer_that_is_neither_clean_nor_found_keeps_the_file_out(
    answer: bytes, settings: Any
) -> None:
    with clamd(answer=answer) as where:
        settings.SCANNER = where
        with refused("attachments.not_scanned"):
            scan(made.PDF)


@pytest.mark.parametrize(
    "where",
    [
        *("unix:/nowhere/clamd.sock", "tcp:127.0.0.1:1", "tcp:nowhere", "nonsense", "command:"),
        *("command:/nowhere/clamscan -", "command:sh -c 'exit 2'"),
    ],
)
def test_a_scanner_that_is_set_and_away_keeps_every_file_out(where: str, settings: Any) -> None:
    settings.SCANNER = where

    with refused("attachments.not_scanned"):
        scan(made.PDF)


def test_a_command_says_it_by_how_it_ends(settings: Any) -> None:
    settings.SCANNER = "command:sh -c '! grep -q EICAR -'"

    scan(made.PDF)
    with refused("attachments.infected"):
        scan(EICAR)


def test_what_is_scanned_is_the_file_as_it_was_sent(settings: Any) -> None:
    """A picture drawn anew would look clean."""
    settings.SCANNER = "command:sh -c '! grep -q EICAR -'"

    with refused("attachments.infected"):
        read_picture(io.BytesIO(made.photo() + EICAR))
    with refused("attachments.infected"):
        read_document(io.BytesIO(made.PDF + EICAR))


def test_without_a_scanner_everything_passes(settings: Any) -> None:
    settings.SCANNER = ""

    scan(EICAR)
