"""The settings our private server runs with; written anew at each start."""

from __future__ import annotations

import os
from pathlib import Path

MIB = 1024 * 1024


def settings_text(*, sockets: Path, port: int, durable: bool) -> str:
    """Return the text of `gezhi.conf`.

    Acknowledged writes survive `kill -9` and power loss (`fsync`, `synchronous_commit`) unless
    `durable` is False, which is for databases that tests throw away. No statement and no detail
    line reaches the log, because both quote the rows they speak of, and those are people.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
    values = {
        # reached through a private folder only, never over a network
        "listen_addresses": "",
        "port": str(port),
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
        # memory: an eighth of the machine, and no more than a demo needs
        "shared_buffers": f"{min(max(memory // 8, 128), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 256)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64), 256)}MB",
        "max_connections": "100",
        # an import of a whole subdistrict should not wait for checkpoints
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        # the log: rotated by weekday, a week kept, nobody's data in it
        "logging_collector": "on",
        "log_directory": "../log",
        "log_filename": "postgresql-%a.log",
        "log_rotation_age": "1d",
        "log_truncate_on_rotation": "on",
        "log_file_mode": "0600",
        "log_line_prefix": "%m [%p] %d ",
        "log_min_error_statement": "panic",
        "log_min_duration_statement": "-1",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
    }
    if not durable:
        values |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
        }
    lines = (f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in values.items())
    return (
        "# Written at each start; local changes belong in postgresql.auto.conf (ALTER SYSTEM).\n"
        + ("\n".join(lines) + "\n")
    )
