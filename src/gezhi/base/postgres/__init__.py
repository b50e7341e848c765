"""PostgreSQL programs as an object: a private server in a folder, its back-ups, nothing global.

server = default_server(Path("var"))
server.start()
server.ensure_database("gezhi")
psycopg.connect(server.url("gezhi"))
"""

from __future__ import annotations

from .programs import Account
from .server import Server, Status, default_server

__all__ = ["Account", "Server", "Status", "default_server"]
