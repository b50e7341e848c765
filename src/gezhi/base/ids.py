"""UUIDv7 keys (RFC 9562 §5.7): unique anywhere, near each other in an index when near in time."""

from __future__ import annotations

import os
import threading
import time
from datetime import datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new key, greater than every key this process made before it.

    48 bits of Unix milliseconds, then 74 bits of which the top 12 continue the millisecond in
    1/4096ths, so that rows made in one batch keep their order.
    """
    global _last
    with _lock:
        ns = time.time_ns()
        stamp = (ns // 1_000_000 << 12) | (ns % 1_000_000 * 4096 // 1_000_000)
        _last = stamp = max(stamp, _last + 1)
    rand = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=(stamp >> 12) << 80 | 7 << 76 | (stamp & 0xFFF) << 64 | 2 << 62 | rand)


def least_at(at: datetime) -> UUID:
    """The smallest key that could be made at a moment: where a range of keys begins."""
    return UUID(int=max(int(at.timestamp() * 1000), 0) << 80)
