"""Where a server's files live: within its account's reach, its socket's path short enough."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

from gezhi.base.terminal import Trouble, say

from .programs import Account, open_lodgings

SOCKET_PATH_LIMIT = 107
"""Bytes in the path of a Unix socket; the kernel cuts what is longer."""


def settle(folder: Path, account: Account | None) -> Path:
    """Return the folder to keep the server's files in, made, private and owned by its account.

    It is `folder` itself whenever the account can reach it. Under a closed folder such as root's
    home, `folder` becomes a link to a lodging under /var/lib/gezhi. The lodging names the folder
    it serves: a project that was moved keeps its data, one that was copied gets its own.
    """
    if not folder.is_symlink():
        parent = folder.parent
        parent.mkdir(parents=True, exist_ok=True)
        if account is None or folder.is_dir() or account.may_enter(parent):
            return _private(folder, account)
    elif _is_ours(folder):
        return folder.resolve()
    else:
        folder.unlink()
    home = _private(open_lodgings() / f"{folder.name}-{secrets.token_hex(4)}", account)
    _note_of(home).write_text(f"{folder.absolute()}\n")
    try:
        folder.symlink_to(home)
    except FileExistsError:  # somebody else settled it in the same moment
        _note_of(home).unlink()
        home.rmdir()
        return settle(folder, account)
    return home


def _note_of(home: Path) -> Path:
    """Return the note of whom a lodging serves: beside it, out of its account's hands."""
    return home.with_name(f"{home.name}.serves")


def _is_ours(link: Path) -> bool:
    """Return whether a link's lodging serves this folder, adopting it if its folder moved here."""
    note = _note_of(link.resolve())
    try:
        served = Path(note.read_text().strip())
    except FileNotFoundError:
        return link.is_dir()
    if served != link.absolute():
        if served.is_symlink():
            return False
        note.write_text(f"{link.absolute()}\n")
    return True


def socket_folder(home: Path, account: Account | None, port: int) -> Path:
    """Return the private folder of the server's socket: inside `home`, or a short one elsewhere.

    A comma would be read as a list of folders, so such a path is not used either.
    """
    inside = home / "run"
    if len(os.fsencode(inside / f".s.PGSQL.{port}.lock")) <= SOCKET_PATH_LIMIT and not (
        {",", '"'} & set(str(inside))
    ):
        return _private(inside, account)
    owner = account.uid if account else os.geteuid()
    key = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    base = Path("/run") if account else Path(tempfile.gettempdir())
    return _private(base / f"gezhi-{owner}-{key}", account)


def _private(folder: Path, account: Account | None) -> Path:
    """Make a folder that only the server's account may enter; refuse one that is somebody else's.

    In a public folder such as /tmp another user may have made it first to listen in.
    """
    owner = account.uid if account else os.geteuid()
    try:
        if account is None:
            folder.mkdir(mode=0o700, exist_ok=True)
        elif not os.path.lexists(folder):
            _make_for(account, folder)
    except FileExistsError:
        pass  # something else of this name: said below
    except PermissionError:
        raise Trouble(
            say(f"无权创建目录 {folder}。", f"You may not create the folder {folder}.")
        ) from None
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner:
        raise Trouble(
            say(
                f"{folder} 属于另一个账户（uid {facts.st_uid}）。请用该账户或 root 运行，"
                f"或执行：sudo chown -R {owner} {folder}",
                f"{folder} belongs to another account (uid {facts.st_uid}). Run as that account or "
                f"as root, or run: sudo chown -R {owner} {folder}",
            )
        )
    if stat.S_IMODE(facts.st_mode) & 0o077:
        folder.chmod(0o700)
    return folder


def _make_for(account: Account, folder: Path) -> None:
    """Make a folder of another account. It appears as theirs: nobody finds it half made."""
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700)
    try:
        os.chown(draft, account.uid, account.gid, follow_symlinks=False)
        draft.rename(folder)
    except OSError:
        draft.rmdir()
        if not folder.is_dir():  # nobody else made it in the same moment
            raise
