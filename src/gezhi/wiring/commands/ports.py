"""Is a port free, and if not, who holds it?"""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from gezhi.base.terminal import Trouble, say

PROC = Path("/proc")
LISTENING = "0A"


def is_free(host: str, port: int) -> bool:
    """Return whether nobody listens there. Raises Trouble if the address cannot be ours at all."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(kind) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            trial.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            if error.errno == errno.EACCES:
                raise Trouble(
                    say(
                        f"普通账户不能使用 1024 以下的端口 {port}，请用 --port 换一个。",
                        f"Port {port} is for root only; choose another with --port.",
                    )
                ) from None
            raise Trouble(
                say(f"无法监听 {host}：{error}", f"Cannot listen on {host}: {error}")
            ) from None
    return True


def holder(port: int) -> str:
    """Return "name (pid)" of the process listening on a port; "" when that is not ours to see."""
    sockets = _listening(port)
    for process in PROC.glob("[0-9]*"):
        try:
            if any(_leads_to(link) in sockets for link in (process / "fd").iterdir()):
                name = (process / "comm").read_text().strip()
                return f"{name} ({process.name})"
        except OSError:  # gone, or another account's
            continue
    return ""


def _leads_to(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # closed since the folder was listed
        return ""


def _listening(port: int) -> set[str]:
    """Return `socket:[inode]` of every socket listening on the port."""
    found = set()
    for table in (PROC / "net" / "tcp", PROC / "net" / "tcp6"):
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            parts = line.split()
            if parts[3] == LISTENING and int(parts[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{parts[9]}]")
    return found
