"""Rows of this area for the house tests."""

from __future__ import annotations

from datetime import date
from typing import Final

from gezhi.base.ids import uuid7
from gezhi.base.samples import Sample, Spot
from gezhi.core.staff.models import Account, Post, Role, Session, SignInAttempt


def _account(spot: Spot) -> Account:
    username = f"sample-{uuid7().hex[-12:]}"
    return Account.objects.create(username=username, name="孙样", password="!", totp_since=spot.at)


def _post(spot: Spot) -> Post:
    return Post.objects.create(
        account=_account(spot),
        role=Role.objects.get(code="grid_worker_full"),
        place=spot.grid,
        valid_from=date(2022, 1, 1),
    )


def _session(spot: Spot) -> Session:
    return Session.objects.create(
        session_key=uuid7().hex,
        session_data="",
        expire_date=spot.at.replace(year=spot.at.year + 1),
        account_id=spot.account.pk,
        started_at=spot.at,
        seen_at=spot.at,
    )


SAMPLES: Final[dict[type, Sample]] = {
    Account: _account,
    Post: _post,
    Role: lambda spot: Role.objects.get(code="volunteer"),
    Session: _session,
    SignInAttempt: lambda spot: SignInAttempt.objects.create(
        at=spot.at, username="wangwei", address="10.1.2.3", outcome="bad"
    ),
}
