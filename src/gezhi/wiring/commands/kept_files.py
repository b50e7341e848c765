"""Photos and papers beside a back-up of the database, and their return.

They lie sealed under names made of their hashes, so they are packed as they are, and one that is
there already is never written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from gezhi.base.terminal import Trouble, say

KEPT = re.compile(r"[a-z_][a-z0-9_]*/attachments/[0-9a-f]{2}/[0-9a-f]{64}(\.s)?")
"""The names of files that belong to a back-up; sheets on their way in do not."""


@dataclass(frozen=True)
class Packed:
    """What the file beside a pack says of it."""

    files: int
    bytes: int
    sha256: str


def pack_beside(target: Path) -> Path:
    """Where the files of a back-up lie: `gezhi.dump.files.tar`."""
    return target.with_name(f"{target.name}.files.tar")


def save_files(folder: Path, target: Path, *, schema: str | None = None) -> Packed:
    """Pack the photos and papers of every cell, or of one, beside a back-up.

    To be called after the dump: what the dump names is there by then. The pack appears under its
    name only once it is whole, readable by its owner alone.
    """
    pack = pack_beside(target)
    draft = pack.with_name(f"{pack.name}.{os.getpid()}")
    files = size = 0
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w|") as tar:
                for name in _names(folder, schema):
                    try:
                        tar.add(folder / name, arcname=name, recursive=False)
                        files, size = files + 1, size + (folder / name).stat().st_size
                    except FileNotFoundError:
                        continue  # the night removed it meanwhile: it belonged to nothing
            out.flush()
            os.fsync(out.fileno())
        packed = Packed(files, size, _checksum(draft))
        _note(pack).write_text(json.dumps(asdict(packed), indent=1) + "\n")
        draft.rename(pack)
    finally:
        draft.unlink(missing_ok=True)
    return packed


def bring_files_back(folder: Path, source: Path) -> int | None:
    """Unpack the files of a back-up that are not there; how many, or None where it has no pack.

    Refused, with nothing written, where the pack is not what was packed.
    """
    pack = pack_beside(source)
    if not pack.exists():
        return None
    try:
        packed = Packed(**json.loads(_note(pack).read_text()))
        whole = _checksum(pack) == packed.sha256
    except (OSError, ValueError, TypeError):
        whole = False
    if not whole:
        raise Trouble(
            say(
                f"{pack} 与备份时不一致（文件损坏、被改动或缺 .json），照片和材料没有恢复。",
                f"{pack} is not what was packed (damaged, changed, or without its .json); "
                "no photos and papers were brought back.",
            )
        )
    back = 0
    with tarfile.open(pack) as tar:
        for member in tar:
            content = tar.extractfile(member) if KEPT.fullmatch(member.name) else None
            if content is not None and _write(folder / member.name, content.read()):
                back += 1
    return back


def _names(folder: Path, schema: str | None) -> Iterator[str]:
    for below, _folders, files in os.walk(folder / schema if schema else folder):
        for file in sorted(files):
            name = (Path(below) / file).relative_to(folder).as_posix()
            if KEPT.fullmatch(name):
                yield name


def _write(path: Path, content: bytes) -> bool:
    """Write a file that is not there yet; whether there was need to."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".draft-{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    return True


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note(pack: Path) -> Path:
    return pack.with_name(f"{pack.name}.json")
