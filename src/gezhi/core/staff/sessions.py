"""Sessions in the cell's own database, with what their owner needs to recognise them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from gezhi.base.origins import client_address

_SYSTEMS: Final = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_PROGRAMS: Final = (
    ("DingTalk", "钉钉"),
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("360", "360 浏览器"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


class SessionStore(DatabaseStore):
    """Django's database sessions, on a table that names account, device and last use."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        from gezhi.core.staff.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row: Any = super().create_model_instance(data)
        row.account_id = data.get("account_id")
        row.started_at = data.get("started_at")
        row.seen_at = data.get("seen_at")
        row.address = data.get("address", "")
        row.device = data.get("device", "")
        return row  # type: ignore[no-any-return]


def open_session(request: HttpRequest, account_id: UUID, *, at: datetime) -> None:
    """Begin a session under a new key: what stood under the old one is gone with it."""
    session = request.session
    session.flush()
    session.update(
        {
            "account_id": str(account_id),
            "started_at": at.isoformat(),
            "seen_at": at.isoformat(),
            "address": client_address(request),
            "device": device_of(request.headers.get("User-Agent", "")),
        }
    )
    rotate_token(request)


def device_of(user_agent: str) -> str:
    """A browser in words that its owner recognises: `Windows · Edge`. Nothing finer is kept."""
    system = next((words for sign, words in _SYSTEMS if sign in user_agent), "")
    program = next((words for sign, words in _PROGRAMS if re.search(sign, user_agent)), "")
    return " · ".join(filter(None, (system, program)))
