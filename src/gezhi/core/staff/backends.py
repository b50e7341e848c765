"""How Django finds the account of a session; passwords are checked by `actions.sign_in`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend

from gezhi.core.staff.models import Account


class AccountBackend(BaseBackend):
    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Never signs anybody in: that is `actions.sign_in`, which counts failures."""
        return

    def get_user(self, user_id: UUID) -> Account | None:
        return Account.objects.filter(pk=user_id, closed_at=None).first()
