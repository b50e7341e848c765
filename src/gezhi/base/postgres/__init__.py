"""PostgreSQL programs as an object: a private server in a folder, its back-ups, nothing global.

server = default_server(Path("var"))
server.start()
server.ensure_database("gezhi")
psycopg.connect(server.url("gezhi"))
"""

from __future__ import annotations

from .backup import Note, backup, read_note, restore
from .programs import Account
from .server import Server, Status, default_server

__all__ = [
    "Account",
    "Note",
    "Server",
    "Status",
    "backup",
    "default_server",
    "read_note",
    "restore",
]
