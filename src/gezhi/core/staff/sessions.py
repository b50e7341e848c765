"""Sessions in the cell's own database, with what their owner needs to recognise them."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession


class SessionStore(DatabaseStore):
    """Django's database sessions, on a table that names account, device and last use."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:  # type: ignore[override]
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
