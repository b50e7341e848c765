"""The virus scanner, where an office runs one: clamd by its socket, or any command.

A scanner that is set and does not answer keeps every file out: not knowing is not clean.
"""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
from typing import Final

import structlog
from django.conf import settings

from gezhi.base.errors import Refusal
from gezhi.base.sentences import _

SECONDS: Final = 30
PIECE: Final = 1 << 18
FOUND: Final = 1
"""What a command ends with when it found something; clean is 0, anything else is a fault."""
log = structlog.get_logger("gezhi.attachments")


class _Away(Exception):  # noqa: N818 - a state of the world, not an error
    """The scanner gave no answer that says clean or found."""


def scan(raw: bytes) -> None:
    """Let a file as it was sent pass, or refuse it. Without a scanner set, everything passes."""
    where: str = settings.SCANNER
    if not where:
        return
    try:
        clean = _by_command(where, raw) if where.startswith("command:") else _by_clamd(where, raw)
    except (_Away, OSError, subprocess.SubprocessError) as error:
        log.error("attachments.scanner_away", error=type(error).__name__)
        raise Refusal(
            _("病毒检查暂时不可用，文件没有保存，请稍后再传"),
            "attachments.not_scanned",
            field="files",
        ) from error
    if not clean:
        log.warning("attachments.infected")
        raise Refusal(
            _("文件带有病毒，没有保存；请先查杀再传"), "attachments.infected", field="files"
        )


def _by_command(where: str, raw: bytes) -> bool:
    """Give the file to a command on its standard input."""
    words = shlex.split(where.removeprefix("command:"))
    if not words:
        raise _Away
    ended = subprocess.run(words, input=raw, capture_output=True, timeout=SECONDS, check=False)
    if ended.returncode not in (0, FOUND):
        raise _Away
    return ended.returncode == 0


def _by_clamd(where: str, raw: bytes) -> bool:
    """clamd's INSTREAM: pieces with their length before them, an empty one at the end."""
    with _connected(where) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(raw), PIECE):
            piece = raw[start : start + PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(4096)):
            answer += more
    said = answer.rstrip(b"\0").strip()
    if said.endswith(b"FOUND"):
        return False
    if said.endswith(b"OK"):
        return True
    raise _Away


def _connected(where: str) -> socket.socket:
    """A line to `unix:/run/clamd.sock` or `tcp:host:port`."""
    kind, _colon, rest = where.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(rest)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = rest.rpartition(":")
    if kind != "tcp" or not host or not port.isdigit():
        raise _Away
    return socket.create_connection((host, int(port)), timeout=SECONDS)
